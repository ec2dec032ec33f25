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
	Pace
	Health
	// OldSecret is the one before Secret, which signs as well before OldSecretUntil.
	OldSecret      []byte
	OldSecretUntil int64
	// StandardHeaders: those of Standard Webhooks stand beside ours.
	StandardHeaders bool
}

// Pace is how fast an endpoint is told; 0: as configured.
type Pace struct {
	// AtOnce is how many notices are on their way at the same time.
	AtOnce int64
	// PerMinute is how many are sent in a minute.
	PerMinute int64
}

// Health is how an endpoint fares, in business time; 0: never.
type Health struct {
	// Failures counts the failed tries since the last that succeeded.
	Failures int64
	// FailingSince is the first of them, FailedAt the last, with the status of its
	// answer or why there was none.
	FailingSince int64
	FailedAt     int64
	FailedStatus int64
	FailedFault  string
	// TakenAt is the last try that succeeded.
	TakenAt int64
	// WarnedAt is when support was last told of failures, AnnouncedAt when it was
	// told that the endpoint will be paused.
	WarnedAt    int64
	AnnouncedAt int64
	// PausedAt is since when it is told nothing, PauseReason why.
	PausedAt    int64
	PauseReason string
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

const selectEndpoint = `SELECT part, id, url, key_id, secret, purpose, created_at, at_once, per_minute, failures,
	failing_since, failed_at, failed_status, failed_fault, taken_at, warned_at, announced_at, paused_at, pause_reason, old_secret, old_secret_until,
	standard_headers = 1 FROM endpoint`

// AllEndpoints reads every endpoint of a partner, whatever its purpose.
func (v *View) AllEndpoints(part string) ([]Endpoint, error) {
	return list(v, scanEndpoint, selectEndpoint+` WHERE part = $1 ORDER BY id`, part)
}

// PausedEndpoints reads the endpoints that are told nothing, whosever they are.
func (v *View) PausedEndpoints() ([]Endpoint, error) {
	return list(v, scanEndpoint, selectEndpoint+` WHERE paused_at > 0 ORDER BY part, id`)
}

// Endpoint reads one endpoint; ok is false if there is none.
func (v *View) Endpoint(part, id string) (e Endpoint, ok bool, err error) {
	e, err = scanEndpoint(v.row(selectEndpoint+` WHERE part = $1 AND id = $2`, part, id).Scan)
	return found(e, err)
}

func scanEndpoint(scan func(...any) error) (Endpoint, error) {
	var e Endpoint
	err := scan(&e.Part, &e.ID, &e.URL, &e.KeyID, &e.Secret, &e.Purpose, &e.CreatedAt, &e.AtOnce, &e.PerMinute, &e.Failures,
		&e.FailingSince, &e.FailedAt, &e.FailedStatus, &e.FailedFault, &e.TakenAt, &e.WarnedAt, &e.AnnouncedAt, &e.PausedAt,
		&e.PauseReason, &e.OldSecret, &e.OldSecretUntil, &e.StandardHeaders)
	return e, err
}

// AddEndpoint records an endpoint that is new.
func (c *Changes) AddEndpoint(e Endpoint, at int64) {
	c.newEdition()
	c.insert("endpoint/"+e.Part+"/"+e.ID, `INSERT INTO endpoint
		(part, id, url, key_id, secret, purpose, created_at, at_once, per_minute, standard_headers)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING`,
		e.Part, e.ID, e.URL, e.KeyID, e.Secret, e.Purpose, at, e.AtOnce, e.PerMinute, bit(e.StandardHeaders))
}

// PutEndpoint replaces what an operator says of an endpoint, and forgets that it
// failed. One that is paused stays so.
func (c *Changes) PutEndpoint(e Endpoint) {
	c.newEdition()
	c.update("endpoint/"+e.Part+"/"+e.ID, `UPDATE endpoint SET url = $1, key_id = $2, secret = $3, purpose = $4, at_once = $5,
		per_minute = $6, old_secret = $7, old_secret_until = $8, standard_headers = $9, failures = 0, failing_since = 0
		WHERE part = $10 AND id = $11`, e.URL, e.KeyID, e.Secret, e.Purpose, e.AtOnce, e.PerMinute, blob(e.OldSecret),
		e.OldSecretUntil, bit(e.StandardHeaders), e.Part, e.ID)
}

// TuneEndpoint replaces how an endpoint is told.
func (c *Changes) TuneEndpoint(e Endpoint) {
	c.update("endpoint/"+e.Part+"/"+e.ID, `UPDATE endpoint SET at_once = $1, per_minute = $2, standard_headers = $3
		WHERE part = $4 AND id = $5`, e.AtOnce, e.PerMinute, bit(e.StandardHeaders), e.Part, e.ID)
}

// PutHealth records how an endpoint fares that was read as was.
func (c *Changes) PutHealth(was Endpoint, h Health) {
	c.update("endpoint/"+was.Part+"/"+was.ID, `UPDATE endpoint SET failures = $1, failing_since = $2, failed_at = $3,
		failed_status = $4, failed_fault = $5, taken_at = $6, warned_at = $7, announced_at = $8, paused_at = $9, pause_reason = $10
		WHERE part = $11 AND id = $12 AND failures = $13 AND failing_since = $14 AND announced_at = $15 AND paused_at = $16`,
		h.Failures, h.FailingSince, h.FailedAt, h.FailedStatus, h.FailedFault, h.TakenAt, h.WarnedAt, h.AnnouncedAt, h.PausedAt,
		h.PauseReason, was.Part, was.ID, was.Failures, was.FailingSince, was.AnnouncedAt, was.PausedAt)
}

// TakeEndpoint records that an endpoint has taken something, and forgets that it
// failed.
func (c *Changes) TakeEndpoint(part, id string, at int64) {
	c.exec(`UPDATE endpoint SET failures = 0, failing_since = 0, taken_at = $1 WHERE part = $2 AND id = $3`, at, part, id)
}

// DropEndpoint removes an endpoint.
func (c *Changes) DropEndpoint(part, id string) {
	c.newEdition()
	c.update("endpoint/"+part+"/"+id, `DELETE FROM endpoint WHERE part = $1 AND id = $2`, part, id)
}
