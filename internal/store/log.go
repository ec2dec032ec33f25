package store

import (
	"fmt"
	"slices"
)

// Whoever has read a log up to a position never misses what comes before it. So the
// transaction that records events moves the end of their log, and holds it until they are
// stored: what comes behind them is visible no sooner. It does so last of all, when it
// waits for nothing any more but its commit.
const (
	moveLogEnd = `INSERT INTO log_end (part, position) VALUES ($1, $2)
		ON CONFLICT (part) DO UPDATE SET position = log_end.position + excluded.position`
	addToLog = `INSERT INTO event (part, subject, sequence, id, type, at, data, position)
		SELECT l.part, new.column1, new.column2, new.column3, new.column4, new.column5, new.column6, l.position - new.column7
		FROM log_end l, (VALUES %s) AS new WHERE l.part = $%d ` + unlessThere
)

// addToLogTexts are addToLog for each size of a piece.
var addToLogTexts = func() map[int]string {
	types := []string{"TEXT", "BIGINT", "TEXT", "TEXT", "BIGINT", "TEXT", "BIGINT"}
	texts := make(map[int]string)
	for _, size := range pieces {
		texts[size] = fmt.Sprintf(addToLog, tuples(size, 0, types...), size*len(types)+1)
	}
	return texts
}()

// logged are the errands that record the events of lists of one part.
func logged(lists []*Changes) (all []errand) {
	var events []happening
	for _, c := range lists {
		for _, e := range c.events {
			events = append(events, happening{c, e})
		}
	}
	if len(events) == 0 {
		return nil
	}
	part, behind := lists[0].part, len(events)
	moved := statement{kind: exactly, sql: moveLogEnd, args: []any{part, behind}, guard: "log/" + part, rows: 1}
	all = append(all, errand{moved, lists})
	inPieces(events, func(piece []happening) {
		all = append(all, addedToLog(part, piece, behind))
		behind -= len(piece)
	})
	return all
}

// happening is an event of a list.
type happening struct {
	list  *Changes
	event Event
}

// addedToLog records events that come so many before the end of the log.
func addedToLog(part string, events []happening, before int) errand {
	e := errand{statement: statement{
		kind: exactly, sql: addToLogTexts[len(events)], guard: "event", rows: int64(len(events)), own: true,
	}}
	for i, h := range events {
		e.args = append(e.args, h.event.Subject, h.event.Sequence, h.event.ID, h.event.Type, h.event.At, h.event.Data, before-i-1)
		if !slices.Contains(e.lists, h.list) {
			e.lists = append(e.lists, h.list)
		}
	}
	e.args = append(e.args, part)
	return e
}

// LastPosition reads where the log of a part ends; 0 if it is empty.
func (v *View) LastPosition(part string) (position int64, err error) {
	err = v.row(`SELECT COALESCE(MAX(position), 0) FROM log_end WHERE part = $1`, part).Scan(&position)
	return position, err
}

// PassPlaces has the log of a part go on behind a position, unless it has come further.
func (c *Changes) PassPlaces(part string, upTo int64) {
	c.exec(`INSERT INTO log_end (part, position) VALUES ($1, $2)
		ON CONFLICT (part) DO UPDATE SET position = excluded.position WHERE log_end.position < excluded.position`, part, upTo)
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
