package app

import (
	"context"
	"strings"
	"time"

	"github.com/covernote/covernote/internal/core"
)

// account is a partner of the sandbox.
type account struct {
	part, name string
	family     core.Family
	// told: its webhooks go to the inbox.
	told bool
}

var (
	hepsterShop  = account{part: "hepster", name: "Muster Elektronik GmbH", family: core.FamilyHepster, told: true}
	hepsterOther = account{part: "hepster-other", name: "Zweitshop e. K.", family: core.FamilyHepster}
)

func (b *sandbox) username(a account) string { return a.part + "-sandbox" }
func (b *sandbox) password(a account) string { return b.secrets.text("password " + a.part) }

// The names of a sandbox partner's endpoints.
const (
	endpointInbox = "inbox"
	endpointExtra = "webhook"
)

// inboxScheme begins the stored URL of the inbox: each node of a sandbox
// delivers to itself, wherever it listens.
const inboxScheme = "inbox:"

// settle adds the sandbox's partners, if they are not there yet, and points
// their webhooks where this start wants them.
func (b *sandbox) settle(ctx context.Context) error {
	known, err := b.node.core.Partners(ctx)
	if err != nil {
		return err
	}
	there := make(map[string]bool)
	for _, p := range known {
		there[p.Part] = true
	}
	for _, a := range []account{hepsterShop, hepsterOther} {
		if !there[a.part] {
			_, err := b.node.core.AddPartner(ctx, core.Account{
				Part: a.part, Family: a.family, Name: a.name, Username: b.username(a), Secret: b.password(a),
			})
			if err != nil {
				return err
			}
		}
		if err := b.tell(ctx, a); err != nil {
			return err
		}
	}
	return nil
}

func (b *sandbox) tell(ctx context.Context, a account) error {
	if !a.told {
		return nil
	}
	secret := b.secrets.text("webhook secret " + a.part)
	if err := b.node.core.SetEndpoint(ctx, a.part, endpointInbox, inboxScheme+a.part, secret); err != nil {
		return err
	}
	if b.webhook == "" {
		return b.node.core.RemoveEndpoint(ctx, a.part, endpointExtra)
	}
	return b.node.core.SetEndpoint(ctx, a.part, endpointExtra, b.webhook, secret)
}

// address sends what is for the inbox to this node, and gives it 2 seconds.
func (b *sandbox) address(url string) (string, time.Duration) {
	if part, ok := strings.CutPrefix(url, inboxScheme); ok {
		return b.baseURL + inboxPath + "/" + part, inboxTimeout
	}
	return url, 10 * time.Second
}
