package core

import (
	"context"
	"fmt"
	"time"

	"github.com/covernote/covernote/internal/store"
)

// fieldEndpointSecret labels the sealed secret of an endpoint.
const fieldEndpointSecret = "endpoint.secret"

// Purpose is what an endpoint is for.
type Purpose string

// The purposes.
const (
	// PurposeEvents is told what happens.
	PurposeEvents Purpose = store.EndpointEvents
	// PurposeSupport is told when an endpoint of PurposeEvents fails.
	PurposeSupport Purpose = store.EndpointSupport
	// PurposeEmail is where e-mails leave: its URL is SchemeMail.
	PurposeEmail Purpose = store.EndpointEmail
	// PurposePush gets whole inquiries, where a partner's API pushes them: at
	// every status if the inquiry asks for it, and else when cover is ordered.
	PurposePush Purpose = store.EndpointPush
)

// SchemeMail is the URL of an endpoint that sends e-mails. Whom to is said by
// each message.
const SchemeMail = "mailto:"

// Endpoint is where an operator lets a partner be told.
type Endpoint struct {
	Part string
	// Name is the endpoint's own among those of its partner.
	Name string
	URL  string
	// KeyID names Secret for a receiver whose API demands it. If it is empty and
	// the API does, the partner's own credential signs.
	KeyID, Secret string
	// Purpose is PurposeEvents if empty.
	Purpose Purpose
	Pace
	// Standard lets the headers of Standard Webhooks stand beside the others.
	Standard bool
	// Overlap is how long a secret that is replaced signs as well, business time.
	Overlap time.Duration
}

// Pace is how fast an endpoint is told; 0: as the courier thinks fit.
type Pace struct {
	// AtOnce is how many notices are on their way to it at the same time.
	AtOnce int
	// PerMinute is how many it gets in a minute.
	PerMinute int
}

func paceOf(e store.Endpoint) Pace { return Pace{AtOnce: int(e.AtOnce), PerMinute: int(e.PerMinute)} }

func (p Pace) row() store.Pace {
	return store.Pace{AtOnce: int64(p.AtOnce), PerMinute: int64(p.PerMinute)}
}

// EndpointKey is what a partner API signs its messages with.
type EndpointKey struct{ ID, Secret string }

// SetEndpoint lets a partner, who must be there, be told at an endpoint; set
// again under the same name, it replaces what is different. A partner has one of
// PurposePush.
func (c *Core) SetEndpoint(ctx context.Context, e Endpoint) error {
	return c.decide(ctx, func(r reading) (*draft, error) {
		if _, _, err := c.accountOf(r, e.Part); err != nil {
			return nil, err
		}
		was, exists, err := r.Endpoint(e.Part, e.Name)
		if err != nil || (exists && c.same(was, e)) {
			return nil, err
		}
		if err := onlyPush(r, e); err != nil {
			return nil, err
		}
		row, err := c.endpointRow(e)
		if err != nil {
			return nil, err
		}
		d := c.quiet(r, e.Part)
		if exists {
			if err := c.overlap(r, was, &row, e); err != nil {
				return nil, err
			}
			d.PutEndpoint(row)
		} else {
			d.AddEndpoint(row, r.now.UnixMicro())
		}
		d.audit(actorOperator, "partner.endpoint_set", e.Part, e.Name, "", "")
		return d, nil
	})
}

// overlap lets the secret that is replaced sign for a while yet, if anything was
// ever taken under it: else nobody knows it. Where the secret stays, one that was
// replaced before goes on.
func (c *Core) overlap(r reading, was store.Endpoint, next *store.Endpoint, e Endpoint) error {
	secret, err := c.openEndpoint(was)
	switch {
	case err != nil:
		return err
	case string(secret) == e.Secret:
		next.OldSecret, next.OldSecretUntil = was.OldSecret, was.OldSecretUntil
	case e.Overlap > 0 && was.TakenAt != 0:
		next.OldSecret, next.OldSecretUntil = was.Secret, micros(r.now.Add(e.Overlap))
	}
	return nil
}

// Tuning changes how an endpoint is told; what is nil stays as it is.
type Tuning struct {
	AtOnce, PerMinute *int
	Standard          *bool
}

// TuneEndpoint changes how an endpoint is told. It fails with ErrNoEndpoint.
func (c *Core) TuneEndpoint(ctx context.Context, part, name string, t Tuning) error {
	return c.decide(ctx, func(r reading) (*draft, error) {
		row, err := endpointIn(r, part, name)
		if err != nil {
			return nil, err
		}
		pace := paceOf(row)
		pace.AtOnce, pace.PerMinute = orSame(t.AtOnce, pace.AtOnce), orSame(t.PerMinute, pace.PerMinute)
		row.Pace, row.StandardHeaders = pace.row(), orSame(t.Standard, row.StandardHeaders)
		d := c.quiet(r, part)
		d.TuneEndpoint(row)
		d.audit(actorOperator, "partner.endpoint_tuned", part, name, "", fmt.Sprintf("%d at once, %d a minute, standard headers: %t",
			row.AtOnce, row.PerMinute, row.StandardHeaders))
		return d, nil
	})
}

func orSame[T any](wish *T, is T) T {
	if wish == nil {
		return is
	}
	return *wish
}

// onlyPush refuses a second endpoint for pushes: an account has one secret for its
// hashes.
func onlyPush(r reading, e Endpoint) error {
	other, taken, err := r.EndpointFor(e.Part, store.EndpointPush)
	if err == nil && taken && e.Purpose == PurposePush && other.ID != e.Name {
		err = fmt.Errorf("the endpoint %q gets the pushes of %s already; set that one", other.ID, e.Part)
	}
	return err
}

// same tells whether a stored endpoint is as it is wanted.
func (c *Core) same(was store.Endpoint, e Endpoint) bool {
	secret, err := c.openEndpoint(was)
	return err == nil && string(secret) == e.Secret && was.URL == e.URL && was.KeyID == e.KeyID &&
		was.Purpose == orElse(string(e.Purpose), store.EndpointEvents) && paceOf(was) == e.Pace &&
		was.StandardHeaders == e.Standard
}

func (c *Core) endpointRow(e Endpoint) (store.Endpoint, error) {
	sealed, err := c.Keys.Seal([]byte(e.Secret), e.Part, e.Name, fieldEndpointSecret)
	return store.Endpoint{
		Part: e.Part, ID: e.Name, URL: e.URL, KeyID: e.KeyID, Secret: sealed,
		Purpose: orElse(string(e.Purpose), store.EndpointEvents), Pace: e.row(), StandardHeaders: e.Standard,
	}, err
}

func (c *Core) openEndpoint(e store.Endpoint) ([]byte, error) {
	return c.Keys.Open(e.Secret, e.Part, e.ID, fieldEndpointSecret)
}

// oldSecret is the secret before the present one, while it signs as well; else nil.
func (c *Core) oldSecret(r reading, e store.Endpoint) ([]byte, error) {
	if e.OldSecretUntil <= micros(r.now) {
		return nil, nil
	}
	return c.Keys.Open(e.OldSecret, e.Part, e.ID, fieldEndpointSecret)
}

// endpointKey is what an endpoint's messages are signed with by its partner's
// API: a key of the endpoint's own, or else the partner's newest credential.
func (c *Core) endpointKey(r reading, e store.Endpoint, family Family) (EndpointKey, error) {
	if e.KeyID != "" || !family.signs() {
		secret, err := c.openEndpoint(e)
		return EndpointKey{ID: e.KeyID, Secret: string(secret)}, err
	}
	credentials, err := r.CredentialsOf(e.Part)
	if err != nil {
		return EndpointKey{}, fmt.Errorf("read credentials of partner %s: %w", e.Part, err)
	}
	key, ok := c.newestKey(credentials)
	if !ok {
		return EndpointKey{}, fmt.Errorf("partner %s has no credential in force to sign with", e.Part)
	}
	return key, nil
}

// RemoveEndpoint stops telling a partner at a name; one that is not there is
// no error.
func (c *Core) RemoveEndpoint(ctx context.Context, part, name string) error {
	return c.decide(ctx, func(r reading) (*draft, error) {
		if _, exists, err := r.Endpoint(part, name); err != nil || !exists {
			return nil, err
		}
		d := c.quiet(r, part)
		d.DropEndpoint(part, name)
		d.DropTimers(subjectEndpoint+name, timerWatch, name)
		d.audit(actorOperator, "partner.endpoint_removed", part, name, "", "")
		return d, nil
	})
}
