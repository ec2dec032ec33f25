package core

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/insurance"
)

func TestAddPartner(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		access, err := h.AddPartner(t.Context(), Account{
			Part: "shop", Family: FamilyHepster, Name: "Shop", Zone: "Europe/Vienna", Username: "login", Secret: "given",
			Networks: []string{"192.0.2.0/24"}, NetworkMode: NetworkEnforce, Switches: map[string]string{"language": "en"},
		})
		h.fatal(err)
		if access.Username != "login" || access.Secret != "given" || access.EndpointSecret != "" {
			t.Errorf("access is %+v", access)
		}
		p, err := h.Authenticate(t.Context(), FamilyHepster, Claim{User: "login", Secret: "given"})
		h.fatal(err)
		if p.Part != "shop" || p.Name != "Shop" || p.Zone.String() != "Europe/Vienna" || p.Notified || p.NetworkMode != NetworkEnforce ||
			!slices.Equal(p.Networks, []string{"192.0.2.0/24"}) || p.Switch("language", "de") != "en" {
			t.Errorf("partner is %+v", p)
		}
		if !h.partner.Notified || h.partner.Zone.String() != "Europe/Berlin" || h.partner.NetworkMode != NetworkOff {
			t.Errorf("the defaults are %+v", h.partner)
		}
		all, err := h.Partners(t.Context())
		if err != nil || len(all) != 2 || all[0].Part != "acme" || all[1].Part != "shop" {
			t.Errorf("partners are %+v, %v", all, err)
		}
		for name, a := range map[string]Account{
			"part":     {Part: "shop", Family: FamilyHepster, Username: "other"},
			"username": {Part: "other", Family: FamilyHepster, Username: "login"},
			"zone":     {Part: "other", Family: FamilyHepster, Zone: "Europe/Atlantis"},
		} {
			if _, err := h.AddPartner(t.Context(), a); err == nil {
				t.Errorf("a partner with a wrong %s was added", name)
			}
		}
	})
}

func TestAuthenticate(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		_, err := h.AddPartner(t.Context(), Account{Part: "shop", Family: FamilyHepster, Secret: "first"})
		h.fatal(err)
		opens := func(secret string) bool {
			t.Helper()
			p, err := h.Authenticate(t.Context(), FamilyHepster, Claim{User: "shop", Secret: secret})
			if err != nil {
				h.refused(err, insurance.CodeUnauthenticated)
			}
			return err == nil && p.Part == "shop"
		}
		if !opens("first") || opens("") || opens("First") {
			t.Error("the secret does not decide")
		}
		access, err := h.RotateSecret(t.Context(), "shop", time.Hour)
		h.fatal(err)
		if access.Username != "shop" || !opens("first") || !opens(access.Secret) {
			t.Error("both secrets open while they overlap")
		}
		h.clock.advance(time.Hour)
		if opens("first") || !opens(access.Secret) {
			t.Error("only the new secret opens after that")
		}
		next, err := h.RotateSecret(t.Context(), "shop", 0)
		h.fatal(err)
		if opens("first") || opens(access.Secret) || !opens(next.Secret) {
			t.Error("without an overlap, the old secret is of no use at once")
		}
		for _, c := range []struct{ family, name string }{{"hepster", "nobody"}, {"other", "shop"}} {
			_, err := h.Authenticate(t.Context(), Family(c.family), Claim{User: c.name, Secret: next.Secret})
			h.refused(err, insurance.CodeUnauthenticated)
		}
		if _, err := h.RotateSecret(t.Context(), "nobody", 0); err == nil {
			t.Error("the secret of nobody was rotated")
		}
	})
}

func TestAllowNetworks(t *testing.T) {
	h := onSQLite(t)
	h.fatal(h.AllowNetworks(t.Context(), "acme", []string{"192.0.2.0/24"}, NetworkLog))
	all, err := h.Partners(t.Context())
	if err != nil || all[0].NetworkMode != NetworkLog || !slices.Equal(all[0].Networks, []string{"192.0.2.0/24"}) {
		t.Errorf("partner is %+v, %v", all[0], err)
	}
	if err := h.AllowNetworks(t.Context(), "nobody", nil, NetworkOff); err == nil {
		t.Error("the networks of nobody were set")
	}
}

func TestKeys(t *testing.T) {
	t.Parallel()
	if _, err := NewKeys(make([]byte, minMaster-1)); err == nil {
		t.Error("a short master key was taken")
	}
	keys, err := testKeys()
	if err != nil {
		t.Fatal(err)
	}
	other, err := NewKeys(bytes.Repeat([]byte{1}, minMaster))
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := keys.Seal([]byte("secret"), "p", "o", "f")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := keys.Open(sealed, "p", "o", "f"); err != nil || string(got) != "secret" {
		t.Errorf("opened %q, %v", got, err)
	}
	if again, err := keys.Seal([]byte("secret"), "p", "o", "f"); err != nil || bytes.Equal(again, sealed) {
		t.Errorf("sealed alike twice, %v", err)
	}
	flipped := bytes.Clone(sealed)
	flipped[len(flipped)-1] ^= 1
	for name, open := range map[string]func() ([]byte, error){
		"part":    func() ([]byte, error) { return keys.Open(sealed, "q", "o", "f") },
		"object":  func() ([]byte, error) { return keys.Open(sealed, "p", "x", "f") },
		"field":   func() ([]byte, error) { return keys.Open(sealed, "p", "o", "g") },
		"key":     func() ([]byte, error) { return other.Open(sealed, "p", "o", "f") },
		"bytes":   func() ([]byte, error) { return keys.Open(flipped, "p", "o", "f") },
		"length":  func() ([]byte, error) { return keys.Open(sealed[:5], "p", "o", "f") },
		"version": func() ([]byte, error) { return keys.Open(append([]byte{2}, sealed[1:]...), "p", "o", "f") },
		"nothing": func() ([]byte, error) { return keys.Open(nil, "p", "o", "f") },
	} {
		if got, err := open(); err == nil {
			t.Errorf("opened %q with another %s", got, name)
		}
	}
	if bytes.Equal(keys.Hash("a"), keys.Hash("b")) || bytes.Equal(keys.Hash("a"), other.Hash("a")) {
		t.Error("hashes do not depend on secret and key")
	}
}
