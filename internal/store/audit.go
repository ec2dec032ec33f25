package store

// AuditEntry says who did what to which subject, and why. It holds no
// personal data.
type AuditEntry struct {
	ID      string
	At      int64
	Actor   string
	Action  string
	Subject string
	Reason  string
	Before  string
	After   string
}

// AddAudit appends an entry.
func (c *Changes) AddAudit(a AuditEntry) {
	c.insertOwn("audit/"+a.ID, `INSERT INTO audit (part, id, at, actor, action, subject, reason, before, after)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING`,
		c.part, a.ID, a.At, a.Actor, a.Action, a.Subject, a.Reason, a.Before, a.After)
}

// AuditOf reads the entries about a subject, oldest first.
func (v *View) AuditOf(part, subject string) ([]AuditEntry, error) {
	return list(v, scanAudit, selectAudit+` WHERE part = $1 AND subject = $2 ORDER BY at, id`, part, subject)
}

const selectAudit = `SELECT id, at, actor, action, subject, reason, before, after FROM audit`

func scanAudit(scan func(...any) error) (AuditEntry, error) {
	var a AuditEntry
	err := scan(&a.ID, &a.At, &a.Actor, &a.Action, &a.Subject, &a.Reason, &a.Before, &a.After)
	return a, err
}
