package store

// Replay is a stretch of a part's log that is told again.
type Replay struct {
	Part, ID string
	Version  int64
	// SinceAt is the first instant, UntilAt the first that is too late; 0 is
	// open.
	SinceAt, UntilAt int64
	// Types are empty for all.
	Types []string
	// Endpoint is empty for all.
	Endpoint string
	// Position is that of the last event that was dealt with, EndPosition that
	// of the last that will be.
	Position, EndPosition int64
	// Events were dealt with, Notices told again.
	Events, Notices int64
	CreatedAt       int64
}

// Replay reads a replay; ok is false if there is none.
func (v *View) Replay(part, id string) (r Replay, ok bool, err error) {
	var types string
	err = v.row(`SELECT part, id, version, since_at, until_at, types, endpoint, position, end_position, events,
		notices, created_at FROM replay WHERE part = $1 AND id = $2`, part, id).
		Scan(&r.Part, &r.ID, &r.Version, &r.SinceAt, &r.UntilAt, &types, &r.Endpoint, &r.Position, &r.EndPosition,
			&r.Events, &r.Notices, &r.CreatedAt)
	if r, ok, err = found(r, err); err != nil || !ok {
		return r, ok, err
	}
	err = decode(types, &r.Types)
	return r, err == nil, err
}

// AddReplay records a replay that is new.
func (c *Changes) AddReplay(r Replay) {
	c.insert("replay/"+r.ID, `INSERT INTO replay (part, id, version, since_at, until_at, types, endpoint, position,
		end_position, events, notices, created_at)
		VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING`,
		r.Part, r.ID, r.SinceAt, r.UntilAt, encode(append([]string{}, r.Types...)), r.Endpoint, r.Position,
		r.EndPosition, r.Events, r.Notices, r.CreatedAt)
}

// PutReplay records how far a replay has come that is still at the version
// read. What it is of never changes.
func (c *Changes) PutReplay(r Replay) {
	c.update("replay/"+r.ID, `UPDATE replay SET version = version + 1, position = $1, events = $2, notices = $3
		WHERE part = $4 AND id = $5 AND version = $6`, r.Position, r.Events, r.Notices, r.Part, r.ID, r.Version)
}
