package store

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
