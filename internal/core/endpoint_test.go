package core

import (
	"slices"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/store"
)

func TestSetEndpointReplacesWhatIsDifferent(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		e := Endpoint{Part: "acme", Name: "third", URL: "https://three.example", KeyID: "key", Secret: "secret"}
		set := func() (row store.Endpoint) {
			h.fatal(h.SetEndpoint(t.Context(), e))
			h.view(func(r reading) (err error) {
				row, _, err = r.Endpoint("acme", "third")
				return err
			})
			return row
		}
		last := set()
		if again := set(); !slices.Equal(again.Secret, last.Secret) {
			t.Error("an endpoint that is as it should be was sealed anew")
		}
		for name, change := range map[string]func(){
			"URL":     func() { e.URL = "https://four.example" },
			"key":     func() { e.KeyID = "other" },
			"secret":  func() { e.Secret = "other secret" },
			"purpose": func() { e.Purpose = PurposeSupport },
		} {
			change()
			next := set()
			secret, err := h.openEndpoint(next)
			if err != nil || slices.Equal(next.Secret, last.Secret) || next.URL != e.URL || next.KeyID != e.KeyID ||
				string(secret) != e.Secret || next.Purpose != orElse(string(e.Purpose), store.EndpointEvents) {
				t.Errorf("another %s: %+v with %q, %v", name, next, secret, err)
			}
			last = next
		}
		if h.SetEndpoint(t.Context(), Endpoint{Part: "nobody", Name: "x"}) == nil {
			t.Error("nobody has an endpoint")
		}
	})
}

// keyAt is what a notice to an endpoint of a partner is signed with by its API.
func (h *house) keyAt(part, name string) (key EndpointKey) {
	h.t.Helper()
	h.view(func(r reading) error {
		row, ok, err := r.Partner(part)
		if err := needed(ok, err); err != nil {
			return err
		}
		endpoint, ok, err := r.Endpoint(part, name)
		if err := needed(ok, err); err != nil {
			return err
		}
		key, err = h.endpointKey(r, endpoint, Family(row.Family))
		return err
	})
	return key
}

// A key of the endpoint's own signs, or else the partner's newest secret.
func TestKeyOfAnEndpoint(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		_, err := h.AddPartner(t.Context(), Account{Part: "signer", Family: FamilyXCover, Username: "key", Secret: "first"})
		h.fatal(err)
		h.fatal(h.SetEndpoint(t.Context(), Endpoint{Part: "signer", Name: "bare", Secret: "for ours"}))
		h.fatal(h.SetEndpoint(t.Context(), Endpoint{Part: "signer", Name: "own", KeyID: "pair", Secret: "of the pair"}))
		h.fatal(h.SetEndpoint(t.Context(), Endpoint{Part: "acme", Name: "plain", Secret: "for ours"}))
		for _, c := range []struct {
			part, name string
			want       EndpointKey
		}{
			{"signer", "bare", EndpointKey{"key", "first"}},
			{"signer", "own", EndpointKey{"pair", "of the pair"}},
			{"acme", "plain", EndpointKey{"", "for ours"}},
		} {
			if got := h.keyAt(c.part, c.name); got != c.want {
				t.Errorf("%s/%s signs with %+v, want %+v", c.part, c.name, got, c.want)
			}
		}
		h.clock.advance(time.Minute)
		access, err := h.RotateSecret(t.Context(), "signer", time.Hour)
		h.fatal(err)
		if got := h.keyAt("signer", "bare"); got != (EndpointKey{"key", access.Secret}) {
			t.Errorf("after a rotation it signs with %+v", got)
		}
	})
}
