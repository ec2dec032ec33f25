package store

import "github.com/covernote/covernote/internal/planted"

// Claim holds a natural key for a live policy, or for an order on its way to
// one. Its unique key is the guard against booking twice.
type Claim struct {
	Part        string
	Key         string
	Fingerprint []byte
	OrderID     string
	PolicyID    string
	ExpiresAt   int64
}

// Claim reads a claim, expired ones included; ok is false if there is none.
func (v *View) Claim(part, key string) (k Claim, ok bool, err error) {
	k, err = scanClaim(v.row(selectClaim+` WHERE part = $1 AND key = $2`, part, key).Scan)
	return found(k, err)
}

const selectClaim = `SELECT part, key, fingerprint, order_id, policy_id, expires_at FROM claim`

func scanClaim(scan func(...any) error) (Claim, error) {
	var k Claim
	err := scan(&k.Part, &k.Key, &k.Fingerprint, &k.OrderID, &k.PolicyID, &k.ExpiresAt)
	return k, err
}

// AddClaim takes a natural key that is free. A claim that has expired is to be freed
// first.
func (c *Changes) AddClaim(k Claim) {
	c.insert("claim/"+k.Part+"/"+k.Key, `INSERT INTO claim (part, key, fingerprint, order_id, policy_id, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
		k.Part, k.Key, k.Fingerprint, k.OrderID, k.PolicyID, k.ExpiresAt)
	if planted.Bug(planted.NoUniqueIndex) {
		c.statements[len(c.statements)-1].kind = anyNumber // PLANTED: nobody looks whether the key was free.
	}
}

// FreeClaim lets go of a natural key, if it is still held for that policy.
func (c *Changes) FreeClaim(key, policyID string) {
	c.exec(`DELETE FROM claim WHERE part = $1 AND key = $2 AND policy_id = $3`, c.part, key, policyID)
}
