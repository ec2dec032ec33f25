package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/charmbracelet/colorprofile"

	"charm.land/lipgloss/v2"

	"github.com/covernote/covernote/internal/console"
)

const hepsterOrderPath = "/services/integrator/partner/v1/order"

// start is what the sandbox's page shows at its current time.
func (b *sandbox) start(ctx context.Context) (console.Start, error) {
	now, err := b.node.core.Now(ctx)
	if err != nil {
		return console.Start{}, err
	}
	hepster, hepsterErr := b.hepsterStart(now)
	xcover, xcoverErr := b.xcoverStart(now)
	thinksurance, thinksuranceErr := b.thinksuranceStart(ctx)
	return console.Start{
		Version: version(), URL: b.baseURL, Now: now, Partners: []console.StartPartner{hepster, xcover, thinksurance},
	}, errors.Join(hepsterErr, xcoverErr, thinksuranceErr)
}

func (b *sandbox) hepsterStart(now time.Time) (console.StartPartner, error) {
	access := b.hepsterAccess(hepsterShop, now)
	partner := console.StartPartner{
		Family: string(hepsterShop.family), Name: hepsterShop.name, Part: hepsterShop.part,
		BaseURL: b.baseURL, Username: access.Username, Password: access.Password,
	}
	for _, s := range []struct {
		name, de, en string
		order        sampleOrder
	}{
		{"order", "Reparaturschutz für ein Notebook", "Repair cover for a notebook", access.Samples.Order},
		{"subscription", "Monatliches Abo für ein Telefon", "Monthly subscription for a phone", access.Samples.Subscription},
		{"warranty_extension", "Garantieverlängerung für einen Fernseher", "Warranty extension for a television", access.Samples.WarrantyExtension},
	} {
		// Each visit of the page books something new.
		s.order.Contract.Reference += "-" + now.Format("150405")
		body, err := json.MarshalIndent(s.order, "", "  ")
		if err != nil {
			return partner, fmt.Errorf("write sample %s: %w", s.name, err)
		}
		partner.Samples = append(partner.Samples, console.Sample{
			Name: s.name, Title: map[string]string{"de": s.de, "en": s.en}, Method: "POST", Path: hepsterOrderPath,
			Body: string(body), Header: map[string]string{"Content-Type": "application/json"},
		})
	}
	partner.FollowUps = hepsterFollowUps
	curl, err := hepsterCurl(access)
	partner.Curl = curl
	return partner, err
}

// hepsterFollowUps go on from a certificate number that a webhook told.
var hepsterFollowUps = []console.Sample{
	{
		Name: "documents", Title: map[string]string{"de": "Dokumente (ZIP)", "en": "Documents (ZIP)"},
		Method: "GET", Path: "/services/integrator/documents/{certificate_number}?filter=certificate;pib",
	},
	{
		Name: "lookup", Title: map[string]string{"de": "Verträge nachschlagen", "en": "Look contracts up"},
		Method: "GET", Path: "/services/integrator/contracts/lookup/organisation?size=10",
	},
	{
		Name: "cancel", Title: map[string]string{"de": "Widerrufen", "en": "Withdraw"},
		Method: "POST", Path: "/services/integrator/contracts/{certificate_number}/cancel",
		Body: "{\n  \"reason\": \"WITHDRAWAL\"\n}", Header: map[string]string{"Content-Type": "application/json"},
	},
}

// hepsterCurl is one line that books a policy when it is pasted into a shell.
func hepsterCurl(access hepsterAccess) (string, error) {
	body, err := json.Marshal(access.Samples.Order)
	if err != nil {
		return "", fmt.Errorf("write curl line: %w", err)
	}
	return fmt.Sprintf("curl -u '%s:%s' -H 'Content-Type: application/json' -d '%s' %s%s",
		access.Username, access.Password, body, access.BaseURL, hepsterOrderPath), nil
}

// greet prints what a newcomer needs, before the sandbox takes requests.
func (b *sandbox) greet(t *terminal) error {
	info, err := b.infoNow(t.ctx)
	if err != nil {
		return err
	}
	curls, err := b.curls(t.ctx, info)
	if err != nil {
		return err
	}
	title := lipgloss.NewStyle().Bold(true)
	faint := lipgloss.NewStyle().Faint(true)
	line := func(name, value string) string { return fmt.Sprintf("  %-13s %s\n", name, value) }
	var text strings.Builder
	text.WriteString("\n" + title.Render("Covernote sandbox") + "  " + faint.Render(version()) + "\n\n")
	text.WriteString(line("start", b.baseURL+"/") + line("inbox", info.InboxURL) + line("clock", info.ClockURL))
	text.WriteString(line("files", b.folder) + "\n")
	for _, partner := range partnersOf(info) {
		text.WriteString(title.Render(partner.title) + "\n")
		for _, fact := range partner.facts {
			text.WriteString(line(fact[0], fact[1]))
		}
		text.WriteString("\n")
	}
	text.WriteString(title.Render("Book a first policy") + faint.Render("  (paste into another terminal; webhooks arrive in the inbox.") + "\n" +
		faint.Render("  The last line prints an address to open: there a broker works the inquiry.)") + "\n\n")
	text.WriteString(strings.Join(curls, "\n\n") + "\n\n" + faint.Render("Ctrl-C stops the sandbox; it goes on where it was. --reset begins anew.") + "\n")
	_, err = fmt.Fprint(colorprofile.NewWriter(t.out, t.environ()), text.String())
	return err
}

// curls are one line for each API: they book a policy, or lead to the desk
// where a broker does.
func (b *sandbox) curls(ctx context.Context, info sandboxInfo) ([]string, error) {
	now, err := b.node.core.Now(ctx)
	if err != nil {
		return nil, err
	}
	hepster, err := hepsterCurl(info.Hepster)
	if err != nil {
		return nil, err
	}
	xcover, err := xcoverCurl(info.XCover, now)
	if err != nil {
		return nil, err
	}
	thinksurance, err := thinksuranceCurl(info.Thinksurance)
	return []string{hepster, xcover, thinksurance}, err
}

// greeted is a partner as the greeting shows it.
type greeted struct {
	title string
	facts [][2]string
}

func partnersOf(info sandboxInfo) []greeted {
	hepster := func(title string, a hepsterAccess) greeted {
		return greeted{title, [][2]string{{"base URL", a.BaseURL}, {"user name", a.Username}, {"password", a.Password}}}
	}
	xcover := func(title string, a xcoverAccess) greeted {
		return greeted{title, [][2]string{
			{"base URL", a.BaseURL}, {"partner", a.Partner}, {"API key", a.APIKey}, {"API secret", a.APISecret},
		}}
	}
	thinksurance := func(title string, a thinksuranceAccess) greeted {
		return greeted{title, [][2]string{
			{"base URL", a.BaseURL}, {"hash", a.Hash}, {"secret", a.Secret},
			{"account token", a.AccountToken}, {"broker token", a.BrokerToken},
		}}
	}
	return []greeted{
		hepster("hepster Sales API", info.Hepster), xcover("XCover API", info.XCover),
		thinksurance("Thinksurance Public API", info.Thinksurance),
		hepster("a second hepster partner, without webhook", info.Others.Hepster),
		xcover("a second XCover partner", info.Others.XCover),
		thinksurance("a second Thinksurance account", info.Others.Thinksurance),
	}
}

// environ is what the terminal's colours depend on.
func (t *terminal) environ() []string {
	var environ []string
	for _, name := range []string{"TERM", "COLORTERM", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "TERM_PROGRAM"} {
		if value := t.getenv(name); value != "" {
			environ = append(environ, name+"="+value)
		}
	}
	return environ
}
