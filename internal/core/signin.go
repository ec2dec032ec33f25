package core

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
)

// Claim is what a request says of who sent it. What it proves is decided
// against the credentials of the user that it names.
type Claim struct {
	User string
	// Session is the token of a Session, instead of all else.
	Session string
	// Scope is what the request is about; it picks among the accounts of a user
	// who has several. One that is not known picks the first.
	Scope Scope
	// Secret is compared with the credential, unless Signed is set.
	Secret string
	// Signed tells whether the request was signed with a secret. It is asked
	// for users that do not exist as well.
	Signed func(secret string) bool
	// Explain says, in a sandbox, why a request that was refused does not match
	// the secret of its user; nil explains nothing.
	Explain func(secret string) string
	// Missing says, in a sandbox, why there is nothing that could be checked.
	Missing string
}

// fieldCredentialSecret labels the sealed secret of a credential.
const fieldCredentialSecret = "credential.secret"

// signs tells whether partners of a family sign their requests, so that their
// secrets have to be known in the clear: they are sealed instead of hashed.
func (f Family) signs() bool { return f == FamilyXCover }

// Authenticate finds the partner of a family whose credential a claim proves,
// with CodeUnauthenticated if there is none. An unknown name costs the same time
// as a wrong secret. With the refusal of a session that has expired comes the
// partner whose it was, who is told in the words that it chose.
func (c *Core) Authenticate(ctx context.Context, family Family, claim Claim) (Partner, error) {
	var partner Partner
	err := c.read(ctx, func(r reading) (err error) {
		if claim.Session != "" {
			partner, err = c.inSession(r, family, claim.Session)
			if err == nil {
				partner, err = c.addressed(r, partner, claim.Scope)
			}
			return err
		}
		user, err := c.user(r, family, claim.User)
		if err != nil {
			return err
		}
		proved, ok := c.match(user.credentials, claim)
		if !ok {
			return insurance.Refuse(insurance.CodeUnauthenticated, "%s", c.whyNot(user.credentials, claim))
		}
		partner = user.partners[proved.Part]
		partner.credential = proved.ID
		return nil
	})
	return partner, err
}

// AuthenticateAny finds the partner, of whatever family, whose user name and
// secret a claim names, with CodeUnauthenticated if there is none.
func (c *Core) AuthenticateAny(ctx context.Context, claim Claim) (Partner, error) {
	var found Partner
	err := error(insurance.Refuse(insurance.CodeUnauthenticated, "the credentials are not valid"))
	for _, family := range []Family{FamilyHepster, FamilyXCover, FamilyThinksurance} {
		mine := Claim{User: claim.User, Secret: claim.Secret}
		if family.signs() { // its secrets are sealed, so that they are compared in the clear
			mine.Signed = func(secret string) bool { return equal(c.Keys.Hash(secret), c.Keys.Hash(claim.Secret)) }
		}
		p, refused := c.Authenticate(ctx, family, mine)
		switch {
		case refused == nil:
			found, err = p, nil
		case insurance.CodeOf(refused) != insurance.CodeUnauthenticated:
			return Partner{}, refused
		}
	}
	return found, err
}

// decoy is checked in place of a credential that is not there. It has the
// length of a sealed secret and was always revoked.
var decoy = store.Credential{Secret: append([]byte{keyVersion}, make([]byte, 60)...), RevokedAt: 1}

// match finds the credential in force that a claim proves. At least one is
// always checked.
func (c *Core) match(credentials []store.Credential, claim Claim) (proved store.Credential, ok bool) {
	if len(credentials) == 0 {
		credentials = []store.Credential{decoy}
	}
	proves := c.proof(claim)
	for _, k := range credentials {
		if proves(k) && c.inForce(k) {
			proved, ok = k, true
		}
	}
	return proved, ok
}

func (c *Core) inForce(k store.Credential) bool {
	return k.RevokedAt == 0 || k.RevokedAt > c.Options.Now().UnixMicro()
}

// proof is how a claim is held against a credential.
func (c *Core) proof(claim Claim) func(store.Credential) bool {
	if claim.Signed == nil {
		hash := c.Keys.Hash(claim.Secret)
		return func(k store.Credential) bool { return equal(hash, k.Secret) }
	}
	return func(k store.Credential) bool {
		secret, err := c.openCredential(k)
		signed := claim.Signed(string(secret))
		return err == nil && signed // without a secret, anybody can have signed
	}
}

func (c *Core) openCredential(k store.Credential) ([]byte, error) {
	return c.Keys.Open(k.Secret, k.Part, k.ID, fieldCredentialSecret)
}

// whyNot says why a claim proves nothing: nothing that helps a stranger, but in
// a sandbox what the claim itself has to say about its user's secret.
func (c *Core) whyNot(credentials []store.Credential, claim Claim) string {
	const nothing = "the credentials are not valid"
	if !c.Sandbox || claim.Explain == nil {
		return nothing
	}
	key, ok := c.newestKey(credentials)
	if !ok {
		return nothing
	}
	return claim.Explain(key.Secret)
}

// newestKey opens the credential in force that was made last; ok is false if
// there is none, or if its family does not seal them.
func (c *Core) newestKey(credentials []store.Credential) (key EndpointKey, ok bool) {
	var newest int64
	for _, k := range credentials {
		secret, err := c.openCredential(k)
		if err == nil && c.inForce(k) && k.CreatedAt >= newest {
			key, ok, newest = EndpointKey{ID: k.Username, Secret: string(secret)}, true, k.CreatedAt
		}
	}
	return key, ok
}

func partnerOf(row store.Partner) (Partner, error) {
	zone, err := store.Zone(row.Zone)
	if err != nil {
		return Partner{}, fmt.Errorf("read zone of partner %s: %w", row.Part, err)
	}
	p := Partner{
		Part: row.Part, Family: Family(row.Family), Name: row.Name, Zone: zone,
		NetworkMode: NetworkMode(row.NetworkMode), Notified: row.Endpoints > 0,
	}
	if err := json.Unmarshal([]byte(row.Networks), &p.Networks); err != nil {
		return Partner{}, fmt.Errorf("read networks of partner %s: %w", row.Part, err)
	}
	if err := json.Unmarshal([]byte(row.Switches), &p.Switches); err != nil {
		return Partner{}, fmt.Errorf("read switches of partner %s: %w", row.Part, err)
	}
	return p, nil
}
