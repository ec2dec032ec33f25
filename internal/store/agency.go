package store

import (
	"cmp"
	"fmt"
	"slices"
)

// AgencySet guards the agency numbers of one owner and insurer, which are
// changed together.
type AgencySet struct {
	// Owner is a broker's id, or empty for the account.
	Part, Owner      string
	Insurer, Version int64
}

// AgencyNumber is the number under which an insurer knows its owner.
type AgencyNumber struct {
	// Owner is a broker's id, or empty for the account.
	Part, Owner   string
	Insurer       int64
	Number, Label string
	// ExternalInsurerID and ExternalUniqueID are the partner's ids; they may be
	// empty. No other number of the part has the latter.
	ExternalInsurerID, ExternalUniqueID string
	ForTenders, ForCalculations         bool
	CollectionType, Comment             string
	Active                              bool
	Position                            int64
}

// AgencySet reads the guard of an owner's numbers with an insurer; ok is false
// if nobody has touched it yet.
func (v *View) AgencySet(part, owner string, insurer int64) (s AgencySet, ok bool, err error) {
	err = v.row(`SELECT part, owner, insurer, version FROM agency_set WHERE part = $1 AND owner = $2 AND insurer = $3`,
		part, owner, insurer).Scan(&s.Part, &s.Owner, &s.Insurer, &s.Version)
	return found(s, err)
}

const selectAgencyNumber = `SELECT part, owner, insurer, number, label, external_insurer_id, external_unique_id,
	for_tenders = 1, for_calculations = 1, collection_type, comment, active = 1, position FROM agency_number`

func scanAgencyNumber(scan func(...any) error) (AgencyNumber, error) {
	var n AgencyNumber
	err := scan(&n.Part, &n.Owner, &n.Insurer, &n.Number, &n.Label, &n.ExternalInsurerID, &n.ExternalUniqueID,
		&n.ForTenders, &n.ForCalculations, &n.CollectionType, &n.Comment, &n.Active, &n.Position)
	return n, err
}

// AgencyNumbers reads the numbers of an owner by insurer, position and number,
// the last byte by byte.
func (v *View) AgencyNumbers(part, owner string) ([]AgencyNumber, error) {
	all, err := list(v, scanAgencyNumber, selectAgencyNumber+` WHERE part = $1 AND owner = $2`, part, owner)
	slices.SortFunc(all, func(a, b AgencyNumber) int {
		return cmp.Or(cmp.Compare(a.Insurer, b.Insurer), cmp.Compare(a.Position, b.Position), cmp.Compare(a.Number, b.Number))
	})
	return all, err
}

// AgencyNumberByExternalID reads the number that the partner calls by an id of
// its own; none is called by an empty one.
func (v *View) AgencyNumberByExternalID(part, externalUniqueID string) (AgencyNumber, bool, error) {
	return found(scanAgencyNumber(v.row(selectAgencyNumber+` WHERE part = $1 AND external_unique_id = $2
		AND external_unique_id <> ''`, part, externalUniqueID).Scan))
}

// TouchAgencySet holds the numbers of an owner and insurer, for whoever changes
// them: nobody may have done so since the version read, or ever if it is 0.
func (c *Changes) TouchAgencySet(s AgencySet) {
	guard := fmt.Sprintf("agencies/%s/%s/%d", s.Part, s.Owner, s.Insurer)
	if s.Version == 0 {
		c.insert(guard, `INSERT INTO agency_set (part, owner, insurer, version) VALUES ($1, $2, $3, 1)
			ON CONFLICT DO NOTHING`, s.Part, s.Owner, s.Insurer)
		return
	}
	c.update(guard, `UPDATE agency_set SET version = version + 1
		WHERE part = $1 AND owner = $2 AND insurer = $3 AND version = $4`, s.Part, s.Owner, s.Insurer, s.Version)
}

// AssertAgencySet says that nobody has changed the numbers of an owner and
// insurer since the version read, nor does until the list is durable. What is
// not there cannot be held: a set of version 0 is touched.
func (c *Changes) AssertAgencySet(s AgencySet) {
	if s.Version == 0 {
		c.TouchAgencySet(s)
		return
	}
	c.assert(`SELECT 1 FROM agency_set WHERE part = $1 AND owner = $2 AND insurer = $3 AND version = $4`,
		s.Part, s.Owner, s.Insurer, s.Version)
}

// PutAgencyNumber records a number in place of the same one. Its set is to be
// touched with it. An external id that another number has is a lost guard.
func (c *Changes) PutAgencyNumber(n AgencyNumber) {
	c.DropAgencyNumber(n)
	c.insert(n.guard(), `INSERT INTO agency_number (part, owner, insurer, number, label, external_insurer_id,
		external_unique_id, for_tenders, for_calculations, collection_type, comment, active, position)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT DO NOTHING`,
		n.Part, n.Owner, n.Insurer, n.Number, n.Label, n.ExternalInsurerID, n.ExternalUniqueID, bit(n.ForTenders),
		bit(n.ForCalculations), n.CollectionType, n.Comment, bit(n.Active), n.Position)
}

// guard is of the external id where there is one, which is what two owners may
// both want.
func (n AgencyNumber) guard() string {
	if n.ExternalUniqueID != "" {
		return "agency/" + n.ExternalUniqueID
	}
	return fmt.Sprintf("agency/%s/%s/%d/%s", n.Part, n.Owner, n.Insurer, n.Number)
}

// DropAgencyNumber removes a number, if it is there. Its set is to be touched
// with it.
func (c *Changes) DropAgencyNumber(n AgencyNumber) {
	c.exec(`DELETE FROM agency_number WHERE part = $1 AND owner = $2 AND insurer = $3 AND number = $4`,
		n.Part, n.Owner, n.Insurer, n.Number)
}
