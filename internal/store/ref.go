package store

import (
	"cmp"
	"slices"
)

// Ref is what another system calls a subject of ours.
type Ref struct {
	Part, Kind, Subject string
	// Origin is the kind of system.
	Origin, Key, Value string
}

// Refs reads the references of a subject by origin and key, byte by byte. They
// are sorted here, because databases are not of one mind about letters.
func (v *View) Refs(part, kind, subject string) ([]Ref, error) {
	all, err := list(v, scanRef, `SELECT part, kind, subject, origin, key, value FROM ref
		WHERE part = $1 AND kind = $2 AND subject = $3`, part, kind, subject)
	slices.SortFunc(all, func(a, b Ref) int {
		return cmp.Or(cmp.Compare(a.Origin, b.Origin), cmp.Compare(a.Key, b.Key))
	})
	return all, err
}

func scanRef(scan func(...any) error) (r Ref, err error) {
	err = scan(&r.Part, &r.Kind, &r.Subject, &r.Origin, &r.Key, &r.Value)
	return r, err
}

// SetRef records a reference in place of the one of its origin and key.
func (c *Changes) SetRef(r Ref) {
	c.exec(`INSERT INTO ref (part, kind, subject, origin, key, value) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (part, kind, subject, origin, key) DO UPDATE SET value = $6`,
		r.Part, r.Kind, r.Subject, r.Origin, r.Key, r.Value)
}

// DropRef removes the reference of an origin and key, if there is one.
func (c *Changes) DropRef(r Ref) {
	c.exec(`DELETE FROM ref WHERE part = $1 AND kind = $2 AND subject = $3 AND origin = $4 AND key = $5`,
		r.Part, r.Kind, r.Subject, r.Origin, r.Key)
}
