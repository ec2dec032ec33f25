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

// settingEdition counts the changes of partners, credentials and endpoints.
const settingEdition = "partners.edition"

// Edition is another after every change of a partner, a credential or an endpoint:
// what was read of them holds as long as it stays.
func (v *View) Edition() (int64, error) {
	s, err := v.Setting(settingEdition)
	return s.Version, err
}

func (c *Changes) newEdition() {
	c.exec(`INSERT INTO setting (name, value, version) VALUES ($1, '', 1)
		ON CONFLICT (name) DO UPDATE SET version = setting.version + 1`, settingEdition)
}

// AddPartner records a partner that is new.
func (c *Changes) AddPartner(p Partner) {
	c.newEdition()
	c.insert("partner/"+p.Part, `INSERT INTO partner
		(part, version, family, name, zone, networks, network_mode, switches, created_at)
		VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`,
		p.Part, p.Family, p.Name, p.Zone, p.Networks, p.NetworkMode, p.Switches, p.CreatedAt)
}

// PutPartner replaces what is known of a partner that is still at the version
// read; family and part never change.
func (c *Changes) PutPartner(p Partner) {
	c.newEdition()
	c.update("partner/"+p.Part, `UPDATE partner SET version = version + 1, name = $1, zone = $2, networks = $3,
		network_mode = $4, switches = $5 WHERE part = $6 AND version = $7`,
		p.Name, p.Zone, p.Networks, p.NetworkMode, p.Switches, p.Part, p.Version)
}

// AddCredential records a credential that is new.
func (c *Changes) AddCredential(k Credential) {
	c.newEdition()
	c.insert("credential/"+k.Family+"/"+k.Username+"/"+k.ID, `INSERT INTO credential (family, username, id, part, secret, created_at, revoked_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
		k.Family, k.Username, k.ID, k.Part, k.Secret, k.CreatedAt, k.RevokedAt)
}

// RevokeCredential lets a credential stop working at an instant.
func (c *Changes) RevokeCredential(k Credential, at int64) {
	c.newEdition()
	c.update("credential/"+k.Family+"/"+k.Username+"/"+k.ID, `UPDATE credential SET revoked_at = $1
		WHERE family = $2 AND username = $3 AND id = $4 AND revoked_at = $5`, at, k.Family, k.Username, k.ID, k.RevokedAt)
}
