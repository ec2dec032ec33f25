package store

// selectUnplaced reads the events of all parts that have no position yet.
const selectUnplaced = selectEvent + ` WHERE position = 0 AND (part, id) > ($1, $2) ORDER BY part, id LIMIT $3`

// UnplacedEvents reads events that have no position yet, whosever they are, by
// part and id: those behind an event, or all behind the zero Event.
func (v *View) UnplacedEvents(after Event, limit int) ([]Event, error) {
	return list(v, scanEvent, selectUnplaced, after.Part, after.ID, limit)
}

const lastPosition = `SELECT COALESCE(MAX(position), 0) FROM event WHERE part = $1 AND position <> 0`

// LastPosition reads where the log of a part ends; 0 if it is empty.
func (v *View) LastPosition(part string) (position int64, err error) {
	err = v.row(lastPosition, part).Scan(&position)
	return position, err
}

// placedUpTo reads from the end of what happened to a subject, of which few events
// have no position yet.
const placedUpTo = `SELECT s.column1, COALESCE((SELECT MAX(e.sequence) FROM event e
	WHERE e.part = $1 AND e.subject = s.column1 AND e.position > 0), 0) FROM (VALUES @) AS s`

// PlacedUpTo reads the greatest sequence of each subject's events that have a
// position; 0 if none has.
func (v *View) PlacedUpTo(part string, subjects []string) (map[string]int64, error) {
	return numbersOf(v, placedUpTo, part, subjects)
}

// LogQuery selects a page of the log of a part. What is zero or empty does not
// narrow it.
type LogQuery struct {
	// After is the position behind which the page begins, End the last that it
	// may hold.
	After, End int64
	// Since is the first instant, Until the first that is too late.
	Since, Until int64
	Types        []string
	Subject      string
	Limit        int
}

// Log reads a page of a part's log, by position. What it costs grows with what
// is passed over: after the cursor, what is of other types, and at the end of
// the log, what is too late.
func (v *View) Log(part string, q LogQuery) ([]Event, error) {
	query, args := q.sql(part)
	return list(v, scanEvent, query, args...)
}

// sql is the query as both engines read it.
func (q LogQuery) sql(part string) (query string, args []any) {
	where := newFilter(`part = $%d`, part)
	q.begin(where, part)
	if q.End != 0 {
		where.and(`position <= $%d`, q.End)
	}
	q.during(where, `at`)
	where.in(`type`, q.Types)
	return selectEvent + where.sql + ` ORDER BY position` + where.limit(q.Limit), where.args
}

// begin says where the page begins. A subject has few events, which are found
// without the index of the log; a stretch of time without a cursor begins with
// the first event in it, which is looked up, so that nothing before it is passed
// over. + 0 keeps the engines from looking for that event from the beginning of
// the log on, as they do for the least of an indexed column.
func (q LogQuery) begin(where *filter, part string) {
	switch {
	case q.Subject != "":
		where.and(`subject = $%d AND position > $%d`, q.Subject, q.After)
	case q.Since != 0 && q.After == 0:
		where.and(`position <> 0 AND position >= (SELECT MIN(w.position + 0) FROM event w
			WHERE w.part = $%d AND w.position > 0`, part)
		q.during(where, `w.at`)
		where.sql += `)`
	default:
		where.and(`position <> 0 AND position > $%d`, q.After)
	}
}

// during narrows a condition to the stretch of time.
func (q LogQuery) during(where *filter, at string) {
	if q.Since != 0 {
		where.and(at+` >= $%d`, q.Since)
	}
	if q.Until != 0 {
		where.and(at+` < $%d`, q.Until)
	}
}
