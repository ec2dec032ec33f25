package store

import (
	"fmt"
	"strings"
)

// Customer is whom a broker asks for cover for.
type Customer struct {
	Part        string
	ID, Version int64
	Broker      string
	// ExternalID is what the broker's system calls the customer. It may be
	// empty; else no other customer of the broker has it.
	ExternalID string
	// Party and BusinessAddress are ids that persons and firms are recorded
	// under; the latter may be empty.
	Party, BusinessAddress string
	CompanyForm            int64
	Private, AtAddress     bool
	CreatedAt, UpdatedAt   int64
}

const selectCustomer = `SELECT c.part, c.id, c.version, c.broker, c.external_id, c.party, c.business_address,
	c.company_form, c.private = 1, c.at_address = 1, c.created_at, c.updated_at FROM customer c`

func scanCustomer(scan func(...any) error) (Customer, error) {
	var c Customer
	err := scan(&c.Part, &c.ID, &c.Version, &c.Broker, &c.ExternalID, &c.Party, &c.BusinessAddress,
		&c.CompanyForm, &c.Private, &c.AtAddress, &c.CreatedAt, &c.UpdatedAt)
	return c, err
}

// Customer reads a customer; ok is false if there is none.
func (v *View) Customer(part string, id int64) (Customer, bool, error) {
	return found(scanCustomer(v.row(selectCustomer+` WHERE c.part = $1 AND c.id = $2`, part, id).Scan))
}

// CustomerByExternalID reads the customer whom a broker's system calls by an
// id; nobody is called by an empty one.
func (v *View) CustomerByExternalID(part, broker, externalID string) (Customer, bool, error) {
	return found(scanCustomer(v.row(selectCustomer+` WHERE c.part = $1 AND c.broker = $2 AND c.external_id = $3
		AND c.external_id <> ''`, part, broker, externalID).Scan))
}

// CustomersOf reads customers of a broker, the last changed first: those in
// whose names or external id the text is, in any case; every one if it is
// empty. limit 0 is no limit.
func (v *View) CustomersOf(part, broker, text string, limit int) ([]Customer, error) {
	where := newFilter(`c.part = $%d AND c.broker = $%d`, part, broker)
	from := selectCustomer
	if text != "" {
		from += joinSought
		where.sought(text)
	}
	ordered := from + where.sql + ` ORDER BY c.updated_at DESC, c.id DESC` + where.limit(limit)
	return list(v, scanCustomer, ordered, where.args...)
}

// joinSought joins a customer c with h, whose names are searched.
const joinSought = ` JOIN party h ON h.part = c.part AND h.id = c.party`

// sought selects customers by part of a name or of the external id.
func (f *filter) sought(text string) {
	f.and(`(h.sought LIKE $%[1]d ESCAPE '\' OR c.sought LIKE $%[1]d ESCAPE '\')`, containing(strings.ToLower(text)))
}

// likeMarks escapes what LIKE gives a meaning.
var likeMarks = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// containing is the pattern of texts that a text is part of.
func containing(text string) string { return "%" + likeMarks.Replace(text) + "%" }

// AddCustomer records a customer that is new, under an external id that is
// free.
func (c *Changes) AddCustomer(k Customer) {
	c.insert(k.guard(), `INSERT INTO customer (part, id, version, broker, external_id, party, business_address,
		company_form, private, at_address, created_at, updated_at, sought)
		VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING`,
		k.Part, k.ID, k.Broker, k.ExternalID, k.Party, k.BusinessAddress, k.CompanyForm, bit(k.Private),
		bit(k.AtAddress), k.CreatedAt, k.UpdatedAt, strings.ToLower(k.ExternalID))
}

// PutCustomer replaces what is known of a customer that is still at the version
// read. An external id that another customer of the broker has is a lost guard,
// too.
func (c *Changes) PutCustomer(k Customer) {
	c.update(k.guard(), `UPDATE customer SET version = version + 1, broker = $1, external_id = $2, party = $3,
		business_address = $4, company_form = $5, private = $6, at_address = $7, updated_at = $8, sought = $9
		WHERE part = $10 AND id = $11 AND version = $12 AND NOT EXISTS (SELECT 1 FROM customer o WHERE o.part = $10
		AND o.broker = $1 AND o.external_id = $2 AND o.external_id <> '' AND o.id <> $11)`,
		k.Broker, k.ExternalID, k.Party, k.BusinessAddress, k.CompanyForm, bit(k.Private), bit(k.AtAddress),
		k.UpdatedAt, strings.ToLower(k.ExternalID), k.Part, k.ID, k.Version)
}

// AssertCustomer says that a customer is still at the version read, and stays
// so until the list is durable.
func (c *Changes) AssertCustomer(k Customer) {
	c.assert(`SELECT 1 FROM customer WHERE part = $1 AND id = $2 AND version = $3`, k.Part, k.ID, k.Version)
}

func (k Customer) guard() string { return fmt.Sprintf("customer/%s/%d", k.Part, k.ID) }
