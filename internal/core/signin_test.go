package core

import (
	"testing"
	"time"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store/storetest"
)

// signedWith is a claim that was signed with a secret.
func signedWith(user, secret string) Claim {
	return Claim{User: user, Signed: func(known string) bool { return known == secret }}
}

func TestSignedClaims(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		_, err := h.AddPartner(t.Context(), Account{Part: "signer", Family: FamilyXCover, Username: "key", Secret: "first"})
		h.fatal(err)
		opens := func(claim Claim) bool {
			t.Helper()
			p, err := h.Authenticate(t.Context(), FamilyXCover, claim)
			if err != nil {
				h.refused(err, insurance.CodeUnauthenticated)
			}
			return err == nil && p.Part == "signer"
		}
		if !opens(signedWith("key", "first")) || opens(signedWith("key", "other")) || opens(signedWith("key", "")) {
			t.Error("the signature does not decide")
		}
		if opens(Claim{User: "key", Secret: "first"}) {
			t.Error("a secret in the clear opened an account whose requests are signed")
		}
		access, err := h.RotateSecret(t.Context(), "signer", time.Hour)
		h.fatal(err)
		if !opens(signedWith("key", "first")) || !opens(signedWith("key", access.Secret)) {
			t.Error("both secrets open while they overlap")
		}
		h.clock.advance(time.Hour)
		if opens(signedWith("key", "first")) || !opens(signedWith("key", access.Secret)) {
			t.Error("only the new secret opens after that")
		}
	})
}

// Whatever a claim says of itself, it proves nothing without a secret.
func TestSignedClaimsOfNobody(t *testing.T) {
	h := onSQLite(t)
	_, err := h.AddPartner(t.Context(), Account{Part: "signer", Family: FamilyXCover})
	h.fatal(err)
	_, err = h.AddPartner(t.Context(), Account{Part: "moved", Family: FamilyXCover})
	h.fatal(err)
	storetest.Exec(t, h.dsn, `UPDATE credential SET id = 'elsewhere' WHERE username = 'moved'`)
	for name, c := range map[string]struct {
		family Family
		user   string
	}{
		"no such user":              {FamilyXCover, "nobody"},
		"another family":            {FamilyHepster, "signer"},
		"a family that signs not":   {FamilyHepster, "acme"},
		"sealed for something else": {FamilyXCover, "moved"},
	} {
		asked := 0
		_, err := h.Authenticate(t.Context(), c.family, Claim{User: c.user, Signed: func(string) bool {
			asked++
			return true
		}})
		h.refused(err, insurance.CodeUnauthenticated)
		if asked != 1 {
			t.Errorf("%s: the signature was checked %d times, want once as for everybody", name, asked)
		}
	}
}

func TestSecretsThatSignAreSealed(t *testing.T) {
	h := onSQLite(t)
	_, err := h.AddPartner(t.Context(), Account{Part: "signer", Family: FamilyXCover, Secret: "a secret that signs"})
	h.fatal(err)
	h.view(func(r reading) error {
		credentials, err := r.CredentialsOf("signer")
		h.fatal(err)
		k := credentials[0]
		secret, err := h.Keys.Open(k.Secret, "signer", k.ID, "credential.secret")
		if string(secret) != "a secret that signs" {
			t.Errorf("opened %q", secret)
		}
		return err
	})
}

func TestRefusedClaimsAreExplainedInASandbox(t *testing.T) {
	h := onSQLite(t)
	_, err := h.AddPartner(t.Context(), Account{Part: "signer", Family: FamilyXCover, Secret: "old"})
	h.fatal(err)
	h.clock.advance(time.Minute)
	access, err := h.RotateSecret(t.Context(), "signer", time.Hour)
	h.fatal(err)
	said := func(user string, explain func(string) string) string {
		t.Helper()
		claim := signedWith(user, "wrong")
		claim.Explain = explain
		_, err := h.Authenticate(t.Context(), FamilyXCover, claim)
		return h.refusal(err, insurance.CodeUnauthenticated).Detail
	}
	explain := func(secret string) string { return "it is not signed with " + secret }
	const nothing = "the credentials are not valid"
	if got := said("signer", explain); got != "it is not signed with "+access.Secret {
		t.Errorf("explained with %q, want the newest secret", got)
	}
	if got := said("signer", nil); got != nothing {
		t.Errorf("a claim that explains nothing: %q", got)
	}
	if got := said("nobody", explain); got != nothing {
		t.Errorf("of nobody: %q", got)
	}
	h.Sandbox = false
	if got := said("signer", explain); got != nothing {
		t.Errorf("outside of a sandbox: %q", got)
	}
	h.Sandbox = true
}
