package store

// Broker is who acts for customers under an account.
type Broker struct {
	Part string
	// ID is the token that names the broker outside.
	ID      string
	Version int64
	Kind    int64
	// ExternalID is the partner's id of the broker; it may be empty.
	ExternalID string
	// Key is what the partner knows the broker by, in a form that tells
	// nothing of a person. No other broker of the part has it.
	Key string
	// Party is the id that the person or firm is recorded under.
	Party                           string
	CompanyRegister, BrokerRegister string
	Active                          bool
	CreatedAt, UpdatedAt            int64
}

const selectBroker = `SELECT part, id, version, kind, external_id, key, party, company_register, broker_register,
	active = 1, created_at, updated_at FROM broker`

func scanBroker(scan func(...any) error) (Broker, error) {
	var b Broker
	err := scan(&b.Part, &b.ID, &b.Version, &b.Kind, &b.ExternalID, &b.Key, &b.Party, &b.CompanyRegister,
		&b.BrokerRegister, &b.Active, &b.CreatedAt, &b.UpdatedAt)
	return b, err
}

// Broker reads a broker; ok is false if there is none.
func (v *View) Broker(part, id string) (Broker, bool, error) {
	return found(scanBroker(v.row(selectBroker+` WHERE part = $1 AND id = $2`, part, id).Scan))
}

// BrokerByKey reads the broker that the partner knows by a key.
func (v *View) BrokerByKey(part, key string) (Broker, bool, error) {
	return found(scanBroker(v.row(selectBroker+` WHERE part = $1 AND key = $2`, part, key).Scan))
}

// AddBroker records a broker that is new, under a key that is free.
func (c *Changes) AddBroker(b Broker) {
	c.insert("broker/"+b.Part+"/"+b.Key, `INSERT INTO broker (part, id, version, kind, external_id, key, party,
		company_register, broker_register, active, created_at, updated_at)
		VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING`,
		b.Part, b.ID, b.Kind, b.ExternalID, b.Key, b.Party, b.CompanyRegister, b.BrokerRegister, bit(b.Active),
		b.CreatedAt, b.UpdatedAt)
}

// PutBroker replaces what is known of a broker that is still at the version
// read. A key that another broker has is a lost guard, too.
func (c *Changes) PutBroker(b Broker) {
	c.update("broker/"+b.Part+"/"+b.ID, `UPDATE broker SET version = version + 1, kind = $1, external_id = $2, key = $3,
		party = $4, company_register = $5, broker_register = $6, active = $7, updated_at = $8
		WHERE part = $9 AND id = $10 AND version = $11
		AND NOT EXISTS (SELECT 1 FROM broker o WHERE o.part = $9 AND o.key = $3 AND o.id <> $10)`,
		b.Kind, b.ExternalID, b.Key, b.Party, b.CompanyRegister, b.BrokerRegister, bit(b.Active), b.UpdatedAt,
		b.Part, b.ID, b.Version)
}

// AssertBroker says that a broker is still at the version read, and stays so
// until the list is durable.
func (c *Changes) AssertBroker(b Broker) {
	c.assert(`SELECT 1 FROM broker WHERE part = $1 AND id = $2 AND version = $3`, b.Part, b.ID, b.Version)
}
