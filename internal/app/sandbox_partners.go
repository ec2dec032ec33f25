package app

import (
	"context"
	"encoding/hex"
	"errors"
	"strings"
	"time"

	"github.com/covernote/covernote/internal/core"
)

// account is a partner of the sandbox.
type account struct {
	part, name string
	// code is what paths call the partner, where the API has such codes.
	code   string
	family core.Family
	// told: its webhooks go to the inbox.
	told bool
}

var (
	hepsterShop  = account{part: "hepster", name: "Muster Elektronik GmbH", family: core.FamilyHepster, told: true}
	hepsterOther = account{part: "hepster-other", name: "Zweitshop e. K.", family: core.FamilyHepster}
	xcoverShop   = account{part: "xcover", name: "Sample Tickets Ltd", code: "TCKTS", family: core.FamilyXCover, told: true}
	xcoverOther  = account{part: "xcover-other", name: "Second Shop Ltd", code: "SCNDS", family: core.FamilyXCover, told: true}

	thinksurancePool  = account{part: "thinksurance", name: "Muster Maklerpool AG", family: core.FamilyThinksurance, told: true}
	thinksuranceOther = account{
		part: "thinksurance-other", name: "Zweiter Maklerverbund GmbH", family: core.FamilyThinksurance, told: true,
	}
)

// accounts are the partners of a sandbox.
func accounts() []account {
	return []account{hepsterShop, hepsterOther, xcoverShop, xcoverOther, thinksurancePool, thinksuranceOther}
}

// username is what the account signs in as; Thinksurance calls it a hash, and
// it looks like one.
func (b *sandbox) username(a account) string {
	if a.family == core.FamilyThinksurance {
		return hex.EncodeToString(b.secrets.bytes("user name " + a.part)[:16])
	}
	return a.part + "-sandbox"
}

func (b *sandbox) password(a account) string      { return b.secrets.text("password " + a.part) }
func (b *sandbox) webhookKey(a account) string    { return a.part + "-webhook" }
func (b *sandbox) webhookSecret(a account) string { return b.secrets.text("webhook secret " + a.part) }

// partner is the account as its own requests show it.
func (b *sandbox) partner(a account) core.Partner {
	return core.Partner{User: b.username(a), Part: a.part, Family: a.family, Name: a.name, Zone: berlin}
}

// switches are what the account deviates in.
func (a account) switches() map[string]string {
	if a.code == "" {
		return nil
	}
	return map[string]string{"code": a.code}
}

// The names of a sandbox partner's endpoints.
const (
	endpointInbox = "inbox"
	endpointExtra = "webhook"
	// endpointSupport is told when another endpoint fails.
	endpointSupport = "support"
	// endpointPushes gets whole inquiries, once somebody asks for that.
	endpointPushes = "pushes"
)

// inboxScheme begins the stored URL of the inbox: each node of a sandbox
// delivers to itself, wherever it listens.
const inboxScheme = "inbox:"

// settle adds the sandbox's partners, if they are not there yet, with a broker
// where brokers act for them, and points their webhooks where this start wants
// them.
func (b *sandbox) settle(ctx context.Context) error {
	known, err := b.node.core.Partners(ctx)
	if err != nil {
		return err
	}
	there := make(map[string]bool)
	for _, p := range known {
		there[p.Part] = true
	}
	for _, a := range accounts() {
		if !there[a.part] {
			_, err := b.node.core.AddPartner(ctx, core.Account{
				Part: a.part, Family: a.family, Name: a.name, Username: b.username(a), Secret: b.password(a),
				Switches: a.switches(),
			})
			// Another node of the sandbox that starts at this moment may be faster.
			if err != nil && !errors.Is(err, core.ErrExisting) {
				return err
			}
		}
		if err := b.tell(ctx, a); err != nil {
			return err
		}
		if a.family == core.FamilyThinksurance {
			if err := b.settleBroker(ctx, a); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *sandbox) tell(ctx context.Context, a account) error {
	if !a.told {
		return nil
	}
	to := func(name, url string, purpose core.Purpose) core.Endpoint {
		return core.Endpoint{
			Part: a.part, Name: name, URL: url, KeyID: b.webhookKey(a), Secret: b.webhookSecret(a), Purpose: purpose,
		}
	}
	endpoints := []core.Endpoint{to(endpointInbox, inboxScheme+a.part, core.PurposeEvents)}
	if a.family != core.FamilyHepster {
		endpoints = append(endpoints, to(endpointSupport, inboxScheme+a.part, core.PurposeSupport))
	}
	if b.webhook != "" {
		endpoints = append(endpoints, to(endpointExtra, b.webhook, core.PurposeEvents))
	} else if err := b.node.core.RemoveEndpoint(ctx, a.part, endpointExtra); err != nil {
		return err
	}
	for _, e := range endpoints {
		if err := b.node.core.SetEndpoint(ctx, e); err != nil {
			return err
		}
	}
	return nil
}

// address sends what is for the inbox to this node, and gives it 2 seconds.
func (b *sandbox) address(url string) (string, time.Duration) {
	if part, ok := strings.CutPrefix(url, inboxScheme); ok {
		return b.baseURL + inboxPath + "/" + part, inboxTimeout
	}
	return url, 10 * time.Second
}
