package store

// Preview is something that was shown to a partner, who may confirm it while
// the order is still at the version that it was shown for. Body is the core's.
type Preview struct {
	Part, ID, OrderID, Kind string
	OrderVersion            int64
	CreatedAt, ExpiresAt    int64
	Body                    string
}

// Preview reads a preview by its id; ok is false if there is none.
func (v *View) Preview(part, id string) (p Preview, ok bool, err error) {
	err = v.row(`SELECT part, id, order_id, kind, order_version, created_at, expires_at, body FROM preview
		WHERE part = $1 AND id = $2`, part, id).
		Scan(&p.Part, &p.ID, &p.OrderID, &p.Kind, &p.OrderVersion, &p.CreatedAt, &p.ExpiresAt, &p.Body)
	return found(p, err)
}

// AddPreview records a preview that is new.
func (c *Changes) AddPreview(p Preview) {
	c.insert("preview/"+p.ID, `INSERT INTO preview (part, id, order_id, kind, order_version, created_at, expires_at, body)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`,
		p.Part, p.ID, p.OrderID, p.Kind, p.OrderVersion, p.CreatedAt, p.ExpiresAt, p.Body)
}
