package store

// Notice is an event on its way to an endpoint.
type Notice struct {
	Part       string
	ID         string
	Version    int64
	EventID    string
	Subject    string
	EndpointID string
	State      string
	Round      int64
	Tries      int64
	Attempts   int64
	CreatedAt  int64
	SettledAt  int64
	Outcome    string
}

// The states of a notice.
const (
	NoticeDue       = "due"
	NoticeDelivered = "delivered"
	NoticeGivenUp   = "given_up"
	NoticeSkipped   = "skipped"
)

// Attempt is one try to deliver a notice.
type Attempt struct {
	Part     string
	NoticeID string
	Attempt  int64
	At       int64
	Duration int64
	Status   int64
	Request  []byte
	Answer   []byte
	Fault    string
}

const selectNotice = `SELECT part, id, version, event_id, subject, endpoint_id, state, round, tries, attempts,
	created_at, settled_at, outcome FROM notice`

func scanNotice(scan func(...any) error) (Notice, error) {
	var n Notice
	err := scan(&n.Part, &n.ID, &n.Version, &n.EventID, &n.Subject, &n.EndpointID, &n.State, &n.Round, &n.Tries,
		&n.Attempts, &n.CreatedAt, &n.SettledAt, &n.Outcome)
	return n, err
}

// Notice reads a notice; ok is false if there is none.
func (v *View) Notice(part, id string) (n Notice, ok bool, err error) {
	n, err = scanNotice(v.row(selectNotice+` WHERE part = $1 AND id = $2`, part, id).Scan)
	return found(n, err)
}

// NoticesNamed reads the notices of these ids, in no order.
func (v *View) NoticesNamed(part string, ids []string) ([]Notice, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	where := newFilter(`part = $%d`, part)
	where.in(`id`, ids)
	return list(v, scanNotice, selectNotice+where.sql, where.args...)
}

// NoticesOf reads the notices about a subject.
func (v *View) NoticesOf(part, subject string) ([]Notice, error) {
	return list(v, scanNotice, selectNotice+` WHERE part = $1 AND subject = $2 ORDER BY created_at, id`, part, subject)
}

// NoticesOfEvents reads the notices of events, by event.
func (v *View) NoticesOfEvents(part string, eventIDs []string) ([]Notice, error) {
	if len(eventIDs) == 0 {
		return nil, nil
	}
	where := newFilter(`part = $%d`, part)
	where.in(`event_id`, eventIDs)
	return list(v, scanNotice, selectNotice+where.sql+` ORDER BY event_id, created_at, id`, where.args...)
}

// Notices reads the newest notices of a part in a state.
func (v *View) Notices(part, state string, limit int) ([]Notice, error) {
	return list(v, scanNotice, selectNotice+` WHERE part = $1 AND state = $2 ORDER BY created_at DESC, id LIMIT $3`,
		part, state, limit)
}

// TriedNotices reads notices to an endpoint that were tried and are in a state,
// not settled before an instant: a stretch of them behind a notice, by creation.
func (v *View) TriedNotices(part, endpoint, state string, since int64, after Notice, limit int) ([]Notice, error) {
	return list(v, scanNotice, selectNotice+` WHERE part = $1 AND state = $2 AND created_at >= $3
		AND (created_at > $3 OR id > $4) AND endpoint_id = $5 AND tries > 0 AND settled_at >= $6 ORDER BY created_at, id LIMIT $7`,
		part, state, after.CreatedAt, after.ID, endpoint, since, limit)
}

// AddNotice records a notice that is new and due.
func (c *Changes) AddNotice(n Notice) {
	c.insertOwn("notice/"+n.ID, `INSERT INTO notice (part, id, version, event_id, subject, endpoint_id, state, round,
		tries, attempts, created_at, settled_at, outcome)
		VALUES ($1, $2, 1, $3, $4, $5, $6, $7, 0, 0, $8, 0, '') ON CONFLICT DO NOTHING`,
		n.Part, n.ID, n.EventID, n.Subject, n.EndpointID, n.State, n.Round, n.CreatedAt)
}

// AddNotices is AddNotice for many of one part.
func (c *Changes) AddNotices(notices []Notice) {
	rows := make([][]any, len(notices))
	for i, n := range notices {
		c.guards = append(c.guards, "notice/"+n.ID)
		rows[i] = []any{
			n.Part, n.ID, int64(1), n.EventID, n.Subject, n.EndpointID, n.State, n.Round, int64(0), int64(0), n.CreatedAt, int64(0), "",
		}
	}
	c.insertMany("notice", `INSERT INTO notice (part, id, version, event_id, subject, endpoint_id, state, round,
		tries, attempts, created_at, settled_at, outcome)`, rows)
}

// PutNotice changes the fate of a notice that is still at the version read.
func (c *Changes) PutNotice(n Notice) {
	c.update("notice/"+n.ID, `UPDATE notice SET version = version + 1, state = $1, round = $2, tries = $3,
		attempts = $4, settled_at = $5, outcome = $6 WHERE part = $7 AND id = $8 AND version = $9`,
		n.State, n.Round, n.Tries, n.Attempts, n.SettledAt, n.Outcome, n.Part, n.ID, n.Version)
}

// PutNotices is PutNotice for many of one part.
func (c *Changes) PutNotices(notices []Notice) {
	rows := make([][]any, len(notices))
	for i, n := range notices {
		c.guards = append(c.guards, "notice/"+n.ID)
		rows[i] = []any{n.ID, n.Version, n.State, n.Round, n.Tries, n.Attempts, n.SettledAt, n.Outcome}
	}
	c.updateMany("notice", `UPDATE notice SET version = version + 1, state = new.column3, round = new.column4,
		tries = new.column5, attempts = new.column6, settled_at = new.column7, outcome = new.column8`,
		`id = new.column1 AND version = new.column2`,
		rows, "TEXT", "BIGINT", "TEXT", "BIGINT", "BIGINT", "BIGINT", "BIGINT", "TEXT")
}

// AttemptsOf reads the tries of a notice, oldest first.
func (v *View) AttemptsOf(part, noticeID string) ([]Attempt, error) {
	return list(v, scanAttempt, `SELECT part, notice_id, attempt, at, duration, status, request, answer, fault
		FROM attempt WHERE part = $1 AND notice_id = $2 ORDER BY attempt`, part, noticeID)
}

func scanAttempt(scan func(...any) error) (Attempt, error) {
	var a Attempt
	err := scan(&a.Part, &a.NoticeID, &a.Attempt, &a.At, &a.Duration, &a.Status, &a.Request, &a.Answer, &a.Fault)
	return a, err
}

// AddAttempts records tries of one part.
func (c *Changes) AddAttempts(attempts []Attempt) {
	rows := make([][]any, len(attempts))
	for i, a := range attempts {
		rows[i] = []any{
			a.Part, a.NoticeID, a.Attempt, a.At, a.Duration, a.Status, blob(a.Request), blob(a.Answer), a.Fault,
		}
	}
	c.insertMany("attempt", `INSERT INTO attempt (part, notice_id, attempt, at, duration, status, request, answer, fault)`, rows)
}
