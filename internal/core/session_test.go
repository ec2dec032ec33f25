package core

import (
	"bytes"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store/storetest"
)

// session is a token for an API user.
func (h *house) session(p Partner, lifetime time.Duration) Session {
	h.t.Helper()
	s, err := h.OpenSession(h.t.Context(), p, SessionWish{Lifetime: lifetime})
	h.fatal(err)
	return s
}

// inside is the API user whom a token lets in.
func (h *house) inside(token string) (Partner, error) {
	return h.Authenticate(h.t.Context(), FamilyThinksurance, Claim{Session: token})
}

func TestASessionLastsAsLongAsItWasMadeFor(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p := h.pool("pool")
		for _, lifetime := range []time.Duration{15 * time.Minute, 4 * time.Hour} {
			opened := time.UnixMicro(h.clock.micros.Load())
			s := h.session(p, lifetime)
			if !s.ExpiresAt.Equal(opened.Add(lifetime)) || s.Zone.String() != "Europe/Berlin" {
				t.Errorf("it ends at %s in %s", s.ExpiresAt, s.Zone)
			}
			h.clock.advance(lifetime - time.Microsecond)
			in, err := h.inside(s.Token)
			h.fatal(err)
			if in.Part != p.Part || in.User != p.User {
				t.Errorf("it lets %s of %s in", in.User, in.Part)
			}
			h.clock.advance(time.Microsecond)
			_, err = h.inside(s.Token)
			h.refused(err, insurance.CodeUnauthenticated)
		}
	})
}

// A session ends by the clock that a sandbox moves.
func TestASessionEndsByBusinessTime(t *testing.T) {
	h := onSQLite(t)
	s := h.session(h.pool("pool"), 15*time.Minute)
	h.moveTo(opening.Add(14*time.Minute), "", 200)
	_, err := h.inside(s.Token)
	h.fatal(err)
	h.moveTo(opening.Add(15*time.Minute), "", 200)
	_, err = h.inside(s.Token)
	h.refused(err, insurance.CodeUnauthenticated)
}

// A session stands for the secret that it was opened with: it ends when that
// one stops working, and no other does.
func TestASessionEndsWithItsSecret(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		old := h.pool("pool")
		first := h.session(old, 4*time.Hour)
		access, err := h.RotateSecret(t.Context(), "pool", time.Hour)
		h.fatal(err)
		second := h.session(h.signedIn(access), 4*time.Hour)
		overlapping := h.session(old, 4*time.Hour)
		h.clock.advance(time.Hour - time.Microsecond)
		for _, s := range []Session{first, second, overlapping} {
			_, err := h.inside(s.Token)
			h.fatal(err)
		}
		h.clock.advance(time.Microsecond)
		for _, s := range []Session{first, overlapping} {
			_, err := h.inside(s.Token)
			h.refused(err, insurance.CodeUnauthenticated)
		}
		in, err := h.inside(second.Token)
		h.fatal(err)
		// Whoever came with a token gets another for the same secret.
		third := h.session(in, 4*time.Hour)
		_, err = h.RotateSecret(t.Context(), "pool", 0)
		h.fatal(err)
		for _, s := range []Session{second, third} {
			_, err := h.inside(s.Token)
			h.refused(err, insurance.CodeUnauthenticated)
		}
	})
}

func TestASessionOpensItsOwnAccountOnly(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p, other := h.pool("pool"), h.pool("other")
		in, err := h.inside(h.session(p, time.Hour).Token)
		h.fatal(err)
		for _, scope := range []Scope{h.ofAccount(other), {Account: "0123456789abcdef0123456789abcdef"}, {Account: "x"}} {
			_, err = h.AgencyNumbers(t.Context(), in, scope)
			h.refused(err, insurance.CodeAccountUnknown)
		}
		for _, token := range []string{"", "x", "other", h.Keys.accountToken("pool")} {
			if _, err := h.inside(token); insurance.CodeOf(err) != insurance.CodeUnauthenticated {
				t.Errorf("token %q: %v", token, err)
			}
		}
		_, err = h.Authenticate(t.Context(), FamilyHepster, Claim{Session: h.session(p, time.Hour).Token})
		h.refused(err, insurance.CodeUnauthenticated)
	})
}

// Tokens of one kind open nothing of another.
func TestTokensAreOfOneKind(t *testing.T) {
	h := onSQLite(t)
	o := h.office("pool")
	session := h.session(o.account, time.Hour)
	link := h.forwarded(o.account, ForwardWish{Broker: o.broker.Token})
	_, err := h.inside(link.Token)
	h.refused(err, insurance.CodeUnauthenticated)
	_, err = h.EnterDesk(t.Context(), session.Token)
	h.refused(err, insurance.CodeLinkUnknown)
	for _, token := range []string{session.Token, link.Token} {
		_, err = h.Desk(t.Context(), token)
		h.refused(err, insurance.CodeUnauthenticated)
	}
}

// What the database holds of a token lets nobody in.
func TestTokensAreStoredAsHashes(t *testing.T) {
	h := onSQLite(t)
	o := h.office("pool")
	link := h.forwarded(o.account, ForwardWish{Broker: o.broker.Token})
	tokens := []string{h.session(o.account, time.Hour).Token, link.Token}
	entry, err := h.EnterDesk(t.Context(), h.forwarded(o.account, ForwardWish{Broker: o.broker.Token}).Token)
	h.fatal(err)
	file, err := os.ReadFile(storetest.Copy(t, h.dsn))
	h.fatal(err)
	for _, token := range append(tokens, entry.Secret) {
		if bytes.Contains(file, []byte(token)) || !bytes.Contains(file, h.Keys.Hash(token)) {
			t.Errorf("the database holds a token, or not its hash")
		}
	}
}

// One user of the API may have several accounts, and each only those.
func TestAUserOfSeveralAccounts(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		both := h.pool("first")
		stranger := h.pool("stranger")
		access, err := h.AddPartner(t.Context(), Account{Part: "second", Family: FamilyThinksurance, Name: "Second", Username: both.User})
		h.fatal(err)
		if access.Secret != "" || access.Username != both.User {
			t.Errorf("it was given %+v", access)
		}
		equalLists(t, "accounts", h.accountsOf(both), []string{"first", "second"})
		equalLists(t, "of the other", h.accountsOf(stranger), []string{"stranger"})
		in, err := h.inside(h.session(both, time.Hour).Token)
		h.fatal(err)
		for _, part := range []string{"first", "second"} {
			wish := h.intermediary(Partner{Part: part}, "T-1")
			told, err := h.SetBroker(t.Context(), in, wish)
			h.fatal(err)
			if _, err = h.AgencyNumbers(t.Context(), in, Scope{Broker: told.Token}); err != nil {
				t.Errorf("the broker of %s is not found without its account: %v", part, err)
			}
			_, err = h.AgencyNumbers(t.Context(), stranger, Scope{Broker: told.Token})
			h.refused(err, insurance.CodeBrokerUnknown)
			_, err = h.SetBroker(t.Context(), stranger, wish)
			h.refused(err, insurance.CodeAccountUnknown)
		}
		// The broker of one account is none of the other.
		first, err := h.SetBroker(t.Context(), in, h.intermediary(Partner{Part: "first"}, "T-1"))
		h.fatal(err)
		_, err = h.AgencyNumbers(t.Context(), in, Scope{Account: h.Keys.accountToken("second"), Broker: first.Token})
		h.refused(err, insurance.CodeBrokerUnknown)
	})
}

// accountsOf are the tags of the accounts of an API user.
func (h *house) accountsOf(p Partner) (tags []string) {
	h.t.Helper()
	tokens, err := h.Accounts(h.t.Context(), p, struct{}{})
	h.fatal(err)
	for _, token := range tokens {
		if token.Token != h.Keys.accountToken(token.Tag) || slices.Contains(tags, token.Tag) {
			h.t.Errorf("account %+v", token)
		}
		tags = append(tags, token.Tag)
	}
	return tags
}

// A new secret opens all accounts of its user, and the old one none of them
// any more.
func TestASecretIsRotatedForAllAccountsOfItsUser(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		first, err := h.AddPartner(t.Context(), Account{Part: "first", Family: FamilyThinksurance, Username: "user"})
		h.fatal(err)
		add := func(part string) error {
			_, err := h.AddPartner(t.Context(), Account{Part: part, Family: FamilyThinksurance, Username: "user"})
			return err
		}
		h.fatal(add("second"))
		opens := func(a Access) bool {
			_, err := h.Authenticate(t.Context(), FamilyThinksurance, Claim{User: a.Username, Secret: a.Secret})
			if err != nil {
				h.refused(err, insurance.CodeUnauthenticated)
			}
			return err == nil
		}
		rotated, err := h.RotateSecret(t.Context(), "second", time.Hour)
		h.fatal(err)
		// An account that joins now is opened by the secret that stays.
		h.fatal(add("third"))
		if !opens(first) || !opens(rotated) {
			t.Error("both secrets open while they overlap")
		}
		h.clock.advance(time.Hour)
		if opens(first) || !opens(rotated) {
			t.Error("only the new secret opens after that")
		}
		equalLists(t, "accounts", h.accountsOf(h.signedIn(rotated)), []string{"first", "second", "third"})
	})
}

// Only where an API knows users of several accounts does one user open two.
func TestAUserIsNotShared(t *testing.T) {
	h := onSQLite(t)
	h.pool("pool")
	for name, a := range map[string]Account{
		"an API without them": {Part: "b", Family: FamilyHepster, Username: "acme"},
		"with another secret": {Part: "c", Family: FamilyThinksurance, Username: "pool", Secret: "another"},
		"by its own name":     {Part: "pool", Family: FamilyThinksurance},
	} {
		if _, err := h.AddPartner(t.Context(), a); err == nil {
			t.Errorf("%s: it was shared", name)
		}
	}
}
