package core

import (
	"testing"
	"time"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
	"github.com/covernote/covernote/internal/store/storetest"
)

// What one node changes of a partner is true at the next request on every node.
func TestEveryNodeKnowsAtOnceWhoMayWhat(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		other := h.newCore(storetest.Open(t, store.Options{DSN: h.dsn}))
		access, err := h.AddPartner(t.Context(), Account{Part: "many", Family: FamilyHepster, Name: "Many"})
		h.fatal(err)
		claim := Claim{User: access.Username, Secret: access.Secret}
		signIn := func() (Partner, error) { return other.Authenticate(t.Context(), FamilyHepster, claim) }
		p, err := signIn()
		h.fatal(err)
		if p.Notified || p.NetworkMode != NetworkOff {
			t.Errorf("a new partner is %+v", p)
		}
		h.fatal(h.SetSwitches(t.Context(), "many", map[string]string{"rate-limit": "1/1"}))
		if p, err = signIn(); err != nil || p.Switches["rate-limit"] != "1/1" {
			t.Errorf("a switch is not known: %+v, %v", p, err)
		}
		h.fatal(h.AllowNetworks(t.Context(), "many", []string{"192.0.2.0/24"}, NetworkEnforce))
		if p, err = signIn(); err != nil || p.NetworkMode != NetworkEnforce {
			t.Errorf("a list of networks is not known: %+v, %v", p, err)
		}
		h.fatal(h.SetEndpoint(t.Context(), Endpoint{
			Part: "many", Name: "one", URL: "https://one.example/", Secret: "secret", Purpose: PurposeEvents,
		}))
		if p, err = signIn(); err != nil || !p.Notified {
			t.Errorf("an endpoint is not known: %+v, %v", p, err)
		}
		h.fatal(h.RemoveEndpoint(t.Context(), "many", "one"))
		if p, err = signIn(); err != nil || p.Notified {
			t.Errorf("an endpoint is known that was removed: %+v, %v", p, err)
		}
		if _, err = h.RotateSecret(t.Context(), "many", 0); err != nil {
			t.Fatal(err)
		}
		h.clock.advance(time.Second)
		if _, err = signIn(); insurance.CodeOf(err) != insurance.CodeUnauthenticated {
			t.Errorf("a revoked secret opens: %v", err)
		}
	})
}

// A snapshot that was taken before a change must not outlive it in the book.
func TestTheBookIsOfTheNewestEdition(t *testing.T) {
	t.Parallel()
	book, now := newAddressBook[userName, *user](), time.Unix(1000, 0)
	who, other := userName{FamilyHepster, "a"}, userName{FamilyHepster, "b"}
	book.enter(2, who, &user{}, now)
	book.enter(1, other, &user{}, now)
	if _, ok := book.find(1, other, now); ok {
		t.Error("an older edition was entered")
	}
	if _, ok := book.find(2, who, now.Add(bookAge)); ok {
		t.Error("an entry is believed for ever")
	}
	if _, ok := book.find(2, who, now.Add(bookAge-1)); !ok {
		t.Error("the entry is not found")
	}
	book.enter(3, other, &user{}, now)
	if _, ok := book.find(3, who, now); ok {
		t.Error("an entry of an older edition is found in a newer one")
	}
}
