package store

import "fmt"

// Handle is a token that opens something for a while, known by its keyed hash
// only. Whoever brings the token does not say which part it is of.
type Handle struct {
	Hash                        []byte
	Kind, Part, Subject, Detail string
	CreatedAt, ExpiresAt        int64
}

// Handle reads what a token of a kind opens, expired ones included; ok is false
// if there is none.
func (v *View) Handle(hash []byte, kind string) (h Handle, ok bool, err error) {
	err = v.row(`SELECT hash, kind, part, subject, detail, created_at, expires_at FROM handle
		WHERE hash = $1 AND kind = $2`, hash, kind).
		Scan(&h.Hash, &h.Kind, &h.Part, &h.Subject, &h.Detail, &h.CreatedAt, &h.ExpiresAt)
	return found(h, err)
}

// AddHandle records a token that is new.
func (c *Changes) AddHandle(h Handle) {
	c.insert(h.guard(), `INSERT INTO handle (hash, kind, part, subject, detail, created_at, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
		h.Hash, h.Kind, h.Part, h.Subject, h.Detail, h.CreatedAt, h.ExpiresAt)
}

// TakeHandle removes a token that is used once: whoever removes it first has
// used it.
func (c *Changes) TakeHandle(h Handle) {
	c.update(h.guard(), `DELETE FROM handle WHERE hash = $1 AND kind = $2`, h.Hash, h.Kind)
}

func (h Handle) guard() string { return fmt.Sprintf("handle/%x", h.Hash) }
