package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/covernote/covernote/internal/catalogue"
	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect"
)

// onCore runs an operator's command on the core of a configured database.
func (c configured) onCore(t *terminal, f func(*core.Core, Config) error) error {
	return c.onNode(t, func(n *node, config Config) error { return f(n.core, config) })
}

// onNode runs an operator's command on a node that does not serve.
func (c configured) onNode(t *terminal, f func(*node, Config) error) error {
	config, err := readConfig(c.Config, t.getenv)
	if err != nil {
		return err
	}
	log, err := newLog(t.err, "warn", true)
	if err != nil {
		return err
	}
	n, done, err := liveNode(t.ctx, config, log)
	if err != nil {
		return err
	}
	defer done()
	return f(n, config)
}

// partnerCommands look after partners.
type partnerCommands struct {
	Add       partnerAdd       `cmd:"" help:"Add a partner; prints its secrets once."`
	List      partnerList      `cmd:"" help:"List the partners."`
	Rotate    partnerRotate    `cmd:"" help:"Give a partner a new secret; the old one works on for a while."`
	Endpoint  partnerEndpoint  `cmd:"" help:"Set, tune, pause, resume or remove where a partner is told. COVERNOTE_WEBHOOK_SECRET signs; without it a secret is made and printed."`
	Endpoints partnerEndpoints `cmd:"" help:"List where partners are told, and how that goes."`
	AllowIP   partnerAllowIP   `cmd:"" name:"allow-ip" help:"Set the networks a partner may call from."`
	Switch    partnerSwitch    `cmd:"" help:"Let a partner deviate from its API's defaults."`
	Hash      partnerHash      `cmd:"" name:"hash-secret" help:"Print what the security hashes (sHash) of a Thinksurance account are made with."`
}

type partnerAdd struct {
	configured
	Part     string   `arg:"" help:"Short name of the account, such as bike-shop."`
	Family   string   `help:"Partner API." enum:"hepster,xcover,thinksurance" default:"hepster"`
	Name     string   `help:"Name of the firm, as documents print it." required:""`
	Username string   `help:"User name; the short name if left out."`
	Webhook  []string `help:"URL that is told; may be given more than once."`
	AllowIP  []string `name:"allow-ip" help:"Address or CIDR it may call from; may be given more than once. Without any, every address may."`
	Zone     string   `help:"Time zone." default:"Europe/Berlin"`
}

// Run adds the partner.
func (p *partnerAdd) Run(t *terminal) error {
	return p.onCore(t, func(c *core.Core, config Config) error {
		account := core.Account{
			Part: p.Part, Family: core.Family(p.Family), Name: p.Name, Username: p.Username, Zone: p.Zone,
			Endpoints: p.Webhook, Networks: p.AllowIP, NetworkMode: modeOf(p.AllowIP),
		}
		if err := checkAccount(account, config); err != nil {
			return err
		}
		access, err := c.AddPartner(t.ctx, account)
		if err != nil {
			return err
		}
		if err := introduce(t, c, account, access); err != nil {
			return err
		}
		return printAccess(t, access)
	})
}

// introduce prints what a partner's API asks for besides, and what it calls the
// credentials.
func introduce(t *terminal, c *core.Core, a core.Account, access core.Access) error {
	switch a.Family {
	case core.FamilyXCover:
		_, err := fmt.Fprintf(t.out, "partner code    %s (another: covernote partner switch %[1]s code=…); the user name is the API key\n", a.Part)
		return err
	case core.FamilyThinksurance:
		return introduceAccount(t, c, core.Partner{User: access.Username, Part: a.Part, Family: a.Family, Name: a.Name})
	}
	return nil
}

// introduceAccount prints what a broker's system needs besides its user.
func introduceAccount(t *terminal, c *core.Core, user core.Partner) error {
	token, err := accountToken(t.ctx, c, user)
	if err != nil {
		return err
	}
	hashSecret, err := c.HashSecret(t.ctx, user.Part)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(t.out, "account token   %s\nhash secret     %s\n"+
		"The user name is the hash. V2 swaps the two: its accessKey is the secret, its secretKey the hash.\n"+
		"The hash secret makes sHash; covernote partner hash-secret shows it again.\n", token, hashSecret)
	return err
}

// accountToken is the token of the account that a user's own name tags.
func accountToken(ctx context.Context, c *core.Core, user core.Partner) (string, error) {
	accounts, err := c.Accounts(ctx, user, struct{}{})
	if err != nil {
		return "", err
	}
	for _, account := range accounts {
		if account.Tag == user.Part {
			return account.Token, nil
		}
	}
	return "", fmt.Errorf("the account %q has no token", user.Part)
}

func modeOf(networks []string) core.NetworkMode {
	if len(networks) == 0 {
		return core.NetworkOff
	}
	return core.NetworkEnforce
}

// checkAccount refuses what would only be found out at the first request.
func checkAccount(a core.Account, config Config) error {
	if a.Part == "" || strings.ContainsFunc(a.Part, notPartRune) {
		return errors.New("the short name of an account consists of a-z, 0-9 and hyphens")
	}
	if _, err := dialect.ParseAllowList(a.Networks); err != nil {
		return err
	}
	egress, err := config.egress()
	if err != nil {
		return err
	}
	for _, url := range a.Endpoints {
		if err := egress.CheckURL(url); err != nil {
			return fmt.Errorf("webhook: %w", err)
		}
	}
	return nil
}

func notPartRune(r rune) bool {
	return r != '-' && (r < 'a' || r > 'z') && (r < '0' || r > '9')
}

func printAccess(t *terminal, access core.Access) error {
	var lines string
	if access.Username != "" {
		lines = fmt.Sprintf("user name       %s\nsecret          %s\n", access.Username, cmp.Or(access.Secret, "as it is: the user has other accounts"))
	}
	if access.EndpointSecret != "" {
		lines += fmt.Sprintf("webhook secret  %s\n", access.EndpointSecret)
	}
	_, err := fmt.Fprint(t.out, lines+"\nKeep these now: they cannot be shown again.\n")
	return err
}

type partnerList struct{ configured }

// Run lists the partners.
func (p *partnerList) Run(t *terminal) error {
	return p.onCore(t, func(c *core.Core, _ Config) error {
		partners, err := c.Partners(t.ctx)
		if err != nil {
			return err
		}
		rows := [][]string{{"ACCOUNT", "API", "NAME", "TOLD", "NETWORKS"}}
		for _, p := range partners {
			rows = append(rows, []string{p.Part, string(p.Family), p.Name, yesNo(p.Notified), networksOf(p)})
		}
		return printTable(t, rows)
	})
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

func networksOf(p core.Partner) string {
	if p.NetworkMode == core.NetworkOff {
		return "any"
	}
	return string(p.NetworkMode) + " " + strings.Join(p.Networks, " ")
}

func printTable(t *terminal, rows [][]string) error {
	w := tabwriter.NewWriter(t.out, 0, 0, 3, ' ', 0)
	for _, row := range rows {
		if _, err := fmt.Fprintln(w, strings.Join(row, "\t")); err != nil {
			return err
		}
	}
	return w.Flush()
}

type partnerRotate struct {
	configured
	Part    string        `arg:"" help:"Short name of the account."`
	Overlap time.Duration `help:"How long the old secret works on." default:"24h"`
}

// Run rotates the secret.
func (p *partnerRotate) Run(t *terminal) error {
	return p.onCore(t, func(c *core.Core, _ Config) error {
		access, err := c.RotateSecret(t.ctx, p.Part, p.Overlap)
		if err != nil {
			return err
		}
		if err := printAccess(t, access); err != nil {
			return err
		}
		until := time.Now().Add(p.Overlap).UTC().Format(time.RFC3339)
		_, err = fmt.Fprintf(t.out, "The secret before it works until %s.\n", until)
		return err
	})
}

type partnerAllowIP struct {
	configured
	Part     string   `arg:"" help:"Short name of the account."`
	Networks []string `arg:"" optional:"" help:"Addresses or CIDRs; they replace the list."`
	Mode     string   `help:"What the list does." enum:"enforce,log,off" default:"enforce"`
}

// Run sets the list.
func (p *partnerAllowIP) Run(t *terminal) error {
	if _, err := dialect.ParseAllowList(p.Networks); err != nil {
		return err
	}
	return p.onCore(t, func(c *core.Core, _ Config) error {
		return c.AllowNetworks(t.ctx, p.Part, p.Networks, core.NetworkMode(p.Mode))
	})
}

type partnerSwitch struct {
	configured
	Part     string            `arg:"" help:"Short name of the account."`
	Switches map[string]string `arg:"" help:"Switches as name=value; name= takes one back. docs/divergences names them."`
}

// Run sets the switches, if the partner's API has them.
func (p *partnerSwitch) Run(t *terminal) error {
	return p.onNode(t, func(n *node, _ Config) error {
		family, known, err := familyOf(t.ctx, n.core, p.Part)
		if err == nil && known {
			err = n.checkSwitches(family, p.Switches)
		}
		if err != nil {
			return err
		}
		return n.core.SetSwitches(t.ctx, p.Part, p.Switches)
	})
}

// familyOf is the API of an account, if there is one.
func familyOf(ctx context.Context, c *core.Core, part string) (family core.Family, known bool, err error) {
	partners, err := c.Partners(ctx)
	for _, p := range partners {
		if p.Part == part {
			return p.Family, true, err
		}
	}
	return "", false, err
}

// checkSwitches refuses switches that a family does not have.
func (n *node) checkSwitches(family core.Family, switches map[string]string) error {
	for name, value := range switches {
		if err := dialect.CheckSwitch(n.courier.Dialects[family], name, value); err != nil {
			return err
		}
	}
	return nil
}

type partnerHash struct {
	configured
	Part string `arg:"" help:"Short name of the account."`
}

// Run prints the secret.
func (p *partnerHash) Run(t *terminal) error {
	return p.onCore(t, func(c *core.Core, _ Config) error {
		family, known, err := familyOf(t.ctx, c, p.Part)
		if err != nil {
			return err
		}
		if known && family != core.FamilyThinksurance {
			return fmt.Errorf("%q has no security hashes: its API is %s", p.Part, family)
		}
		secret, err := c.HashSecret(t.ctx, p.Part)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(t.out, "hash secret     %s\n", secret)
		return err
	})
}

// catalogueCommand works on product files.
type catalogueCommand struct {
	Validate catalogueValidate `cmd:"" help:"Check product files; names file, line and reason."`
}

type catalogueValidate struct {
	Dir string `arg:"" help:"Folder of product files." type:"existingdir"`
}

// errFindings: the findings are printed, there is nothing more to say.
var errFindings = errors.New("there are findings")

// Run checks the files.
func (v *catalogueValidate) Run(t *terminal) error {
	problems := catalogue.Validate(os.DirFS(v.Dir))
	for _, p := range problems {
		if _, err := fmt.Fprintln(t.out, p); err != nil {
			return err
		}
	}
	if len(problems) > 0 {
		return errFindings
	}
	if products, err := catalogue.Load(os.DirFS(v.Dir)); err == nil && len(slices.Collect(products.Entries())) == 0 {
		return fmt.Errorf("there are no product files in %s; docs/catalogue.md says how they are named", v.Dir)
	}
	_, err := fmt.Fprintln(t.out, "The product files are in order.")
	return err
}

// migrateCommand brings a database to the schema of this version.
type migrateCommand struct{ configured }

// Run migrates.
func (m *migrateCommand) Run(t *terminal) error {
	config, err := readConfig(m.Config, t.getenv)
	if err != nil && !errors.Is(err, errNoKey) {
		return err
	}
	log := t.warnings()
	s, err := openLive(t.ctx, config, log)
	if err != nil {
		return err
	}
	defer closeStore(s, log)
	_, err = fmt.Fprintln(t.out, "The database has the schema of this version.")
	return err
}
