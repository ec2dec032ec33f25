package app

import (
	"context"
	"net/http"
	"slices"

	"github.com/covernote/covernote/internal/core"
)

// pushWish says whether an account gets whole inquiries.
type pushWish struct {
	Partner string `json:"partner"`
	On      *bool  `json:"on"`
}

// pushesSet is what came of a wish.
type pushesSet struct {
	Partner string `json:"partner"`
	On      bool   `json:"on"`
	// HashSecret is what the account's hashes are made with from now on.
	HashSecret string `json:"hash_secret"`
}

// postPushes lets an account's inquiries be pushed to the inbox, as
// Thinksurance's V1 pushes them, or no longer.
func (b *sandbox) postPushes(r *http.Request) (any, error) {
	const next = `send {"partner":"thinksurance","on":true}, or "on":false to end it`
	var wish pushWish
	if err := readControl(r, &wish); err != nil {
		return nil, err
	}
	i := slices.IndexFunc(accounts(), func(a account) bool {
		return a.part == wish.Partner && a.family == core.FamilyThinksurance
	})
	if i < 0 {
		return nil, bad(next, "no partner %q of this sandbox gets pushes", wish.Partner)
	}
	if wish.On == nil {
		return nil, bad(next, "on is true or false")
	}
	// The file says what holds, even if nobody waits for the answer.
	ctx := context.WithoutCancel(r.Context())
	if err := b.push(ctx, accounts()[i], *wish.On); err != nil {
		return nil, err
	}
	secret, err := b.node.core.HashSecret(ctx, wish.Partner)
	if err != nil {
		return nil, err
	}
	return pushesSet{wish.Partner, *wish.On, secret}, b.writeFile(ctx)
}

// push points the pushes of an account at the inbox, or nowhere. They are signed
// as its webhooks are.
func (b *sandbox) push(ctx context.Context, a account, on bool) error {
	if !on {
		return b.node.core.RemoveEndpoint(ctx, a.part, endpointPushes)
	}
	return b.node.core.SetEndpoint(ctx, core.Endpoint{
		Part: a.part, Name: endpointPushes, URL: inboxScheme + a.part, KeyID: b.webhookKey(a), Secret: b.webhookSecret(a),
		Purpose: core.PurposePush,
	})
}
