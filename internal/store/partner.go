package store

import (
	"cmp"
	"slices"
)

// Partner is a firm that integrates an API.
type Partner struct {
	Part        string
	Version     int64
	Family      string
	Name        string
	Zone        string
	Networks    string // JSON array of CIDRs
	NetworkMode string
	Switches    string // JSON object
	CreatedAt   int64
	// Endpoints is the number of endpoints that are told events.
	Endpoints int64
}

// Credential opens a partner's API. Secret is a keyed hash, or encrypted where
// the family signs its requests.
type Credential struct {
	Family    string
	Username  string
	ID        string
	Part      string
	Secret    []byte
	CreatedAt int64
	// RevokedAt is when it stops working; 0 while nobody has said so.
	RevokedAt int64
}

// The purposes of an endpoint.
const (
	EndpointEvents  = "events"
	EndpointSupport = "support"
	EndpointEmail   = "email"
	EndpointPush    = "push"
)

// Endpoint is where a partner is told. Secret is encrypted.
type Endpoint struct {
	Part string
	ID   string
	URL  string
	// KeyID names the secret for the receiver; empty if the partner's own
	// credential signs.
	KeyID   string
	Secret  []byte
	Purpose string
	// CreatedAt is business time; what happened before is not told there.
	CreatedAt int64
	// Failures counts the failed tries since the last that succeeded. WarnedAt
	// is when support was last told of them, business time; 0: never.
	Failures int64
	WarnedAt int64
}

const selectPartner = `SELECT p.part, p.version, p.family, p.name, p.zone, p.networks, p.network_mode, p.switches,
	p.created_at, (SELECT COUNT(*) FROM endpoint e WHERE e.part = p.part AND e.purpose = '` + EndpointEvents + `') FROM partner p`

func scanPartner(scan func(...any) error) (Partner, error) {
	var p Partner
	err := scan(&p.Part, &p.Version, &p.Family, &p.Name, &p.Zone, &p.Networks, &p.NetworkMode, &p.Switches,
		&p.CreatedAt, &p.Endpoints)
	return p, err
}

// Partner reads a partner; ok is false if there is none.
func (v *View) Partner(part string) (p Partner, ok bool, err error) {
	p, err = scanPartner(v.row(selectPartner+` WHERE p.part = $1`, part).Scan)
	return found(p, err)
}

// Partners reads all partners in the order of their parts.
func (v *View) Partners() ([]Partner, error) {
	return list(v, scanPartner, selectPartner+` ORDER BY p.part`)
}

// Credentials reads every credential of a name, revoked ones included: by part,
// creation and id. They are sorted here, because databases are not of one mind
// about letters.
func (v *View) Credentials(family, username string) ([]Credential, error) {
	all, err := list(v, scanCredential, selectCredential+` WHERE family = $1 AND username = $2`, family, username)
	slices.SortFunc(all, func(a, b Credential) int {
		return cmp.Or(cmp.Compare(a.Part, b.Part), cmp.Compare(a.CreatedAt, b.CreatedAt), cmp.Compare(a.ID, b.ID))
	})
	return all, err
}

// CredentialsOf reads the credentials of a partner.
func (v *View) CredentialsOf(part string) ([]Credential, error) {
	return list(v, scanCredential, selectCredential+` WHERE part = $1 ORDER BY created_at, id`, part)
}

const selectCredential = `SELECT family, username, id, part, secret, created_at, revoked_at FROM credential`

func scanCredential(scan func(...any) error) (Credential, error) {
	var c Credential
	err := scan(&c.Family, &c.Username, &c.ID, &c.Part, &c.Secret, &c.CreatedAt, &c.RevokedAt)
	return c, err
}

// Endpoints reads where a partner is told events.
func (v *View) Endpoints(part string) ([]Endpoint, error) {
	return list(v, scanEndpoint, selectEndpoint+` WHERE part = $1 AND purpose = $2 ORDER BY id`, part, EndpointEvents)
}

// EndpointFor reads a partner's endpoint of a purpose, the first by id if there
// are several; ok is false if there is none.
func (v *View) EndpointFor(part, purpose string) (e Endpoint, ok bool, err error) {
	e, err = scanEndpoint(v.row(selectEndpoint+` WHERE part = $1 AND purpose = $2 ORDER BY id LIMIT 1`, part, purpose).Scan)
	return found(e, err)
}

const selectEndpoint = `SELECT part, id, url, key_id, secret, purpose, created_at, failures, warned_at FROM endpoint`

// Endpoint reads one endpoint; ok is false if there is none.
func (v *View) Endpoint(part, id string) (e Endpoint, ok bool, err error) {
	e, err = scanEndpoint(v.row(selectEndpoint+` WHERE part = $1 AND id = $2`, part, id).Scan)
	return found(e, err)
}

func scanEndpoint(scan func(...any) error) (Endpoint, error) {
	var e Endpoint
	err := scan(&e.Part, &e.ID, &e.URL, &e.KeyID, &e.Secret, &e.Purpose, &e.CreatedAt, &e.Failures, &e.WarnedAt)
	return e, err
}

// AddPartner records a partner that is new.
func (c *Changes) AddPartner(p Partner) {
	c.insert("partner/"+p.Part, `INSERT INTO partner
		(part, version, family, name, zone, networks, network_mode, switches, created_at)
		VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`,
		p.Part, p.Family, p.Name, p.Zone, p.Networks, p.NetworkMode, p.Switches, p.CreatedAt)
}

// PutPartner replaces what is known of a partner that is still at the version
// read; family and part never change.
func (c *Changes) PutPartner(p Partner) {
	c.update("partner/"+p.Part, `UPDATE partner SET version = version + 1, name = $1, zone = $2, networks = $3,
		network_mode = $4, switches = $5 WHERE part = $6 AND version = $7`,
		p.Name, p.Zone, p.Networks, p.NetworkMode, p.Switches, p.Part, p.Version)
}

// AddCredential records a credential that is new.
func (c *Changes) AddCredential(k Credential) {
	c.insert("credential/"+k.Family+"/"+k.Username+"/"+k.ID, `INSERT INTO credential (family, username, id, part, secret, created_at, revoked_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
		k.Family, k.Username, k.ID, k.Part, k.Secret, k.CreatedAt, k.RevokedAt)
}

// RevokeCredential lets a credential stop working at an instant.
func (c *Changes) RevokeCredential(k Credential, at int64) {
	c.update("credential/"+k.Family+"/"+k.Username+"/"+k.ID, `UPDATE credential SET revoked_at = $1
		WHERE family = $2 AND username = $3 AND id = $4 AND revoked_at = $5`, at, k.Family, k.Username, k.ID, k.RevokedAt)
}

// AddEndpoint records an endpoint that is new.
func (c *Changes) AddEndpoint(e Endpoint, at int64) {
	c.insert("endpoint/"+e.Part+"/"+e.ID, `INSERT INTO endpoint (part, id, url, key_id, secret, purpose, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`, e.Part, e.ID, e.URL, e.KeyID, e.Secret, e.Purpose, at)
}

// PutEndpoint replaces URL, key, secret and purpose of an endpoint, and forgets
// that it failed.
func (c *Changes) PutEndpoint(e Endpoint) {
	c.update("endpoint/"+e.Part+"/"+e.ID, `UPDATE endpoint SET url = $1, key_id = $2, secret = $3, purpose = $4, failures = 0
		WHERE part = $5 AND id = $6`, e.URL, e.KeyID, e.Secret, e.Purpose, e.Part, e.ID)
}

// FailEndpoint counts one more failure of an endpoint that has as many as were
// read, and keeps when support was told.
func (c *Changes) FailEndpoint(e Endpoint, warnedAt int64) {
	c.update("endpoint/"+e.Part+"/"+e.ID, `UPDATE endpoint SET failures = failures + 1, warned_at = $1
		WHERE part = $2 AND id = $3 AND failures = $4`, warnedAt, e.Part, e.ID, e.Failures)
}

// ClearEndpoint forgets that an endpoint failed.
func (c *Changes) ClearEndpoint(part, id string) {
	c.exec(`UPDATE endpoint SET failures = 0 WHERE part = $1 AND id = $2 AND failures > 0`, part, id)
}

// DropEndpoint removes an endpoint.
func (c *Changes) DropEndpoint(part, id string) {
	c.update("endpoint/"+part+"/"+id, `DELETE FROM endpoint WHERE part = $1 AND id = $2`, part, id)
}
