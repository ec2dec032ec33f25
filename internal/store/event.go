package store

import "fmt"

// Event is something that happened to a subject, which is an order, a policy
// or the like.
type Event struct {
	Part     string
	Subject  string
	Sequence int64
	ID       string
	Type     string
	At       int64
	Data     string
	// Position is its place in the log of its part, counted from 1; 0 until it
	// has one.
	Position int64
}

const selectEvent = `SELECT part, subject, sequence, id, type, at, data, position FROM event`

func scanEvent(scan func(...any) error) (Event, error) {
	var e Event
	err := scan(&e.Part, &e.Subject, &e.Sequence, &e.ID, &e.Type, &e.At, &e.Data, &e.Position)
	return e, err
}

// Event reads an event by its id; ok is false if there is none.
func (v *View) Event(part, id string) (e Event, ok bool, err error) {
	e, err = scanEvent(v.row(selectEvent+` WHERE part = $1 AND id = $2`, part, id).Scan)
	return found(e, err)
}

// EventsNamed reads the events of these ids, in no order.
func (v *View) EventsNamed(part string, ids []string) ([]Event, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	where := newFilter(`part = $%d`, part)
	where.in(`id`, ids)
	return list(v, scanEvent, selectEvent+where.sql, where.args...)
}

// EventsOf reads what happened to a subject, in order.
func (v *View) EventsOf(part, subject string) ([]Event, error) {
	return list(v, scanEvent, selectEvent+` WHERE part = $1 AND subject = $2 ORDER BY sequence`, part, subject)
}

// AddEvent records what happened; its place in the sequence must be free. It has
// no position yet.
func (c *Changes) AddEvent(e Event) {
	c.insertOwn("event/"+e.ID, `INSERT INTO event (part, subject, sequence, id, type, at, data)
		VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
		e.Part, e.Subject, e.Sequence, e.ID, e.Type, e.At, e.Data)
}

// PlaceEvents gives events of one part their Positions in the log, for good. They
// must have none yet, and no other event may have one of these. The sum keeps SQLite
// from looking through all events without one, which the condition by itself invites.
func (c *Changes) PlaceEvents(events ...Event) {
	rows := make([][]any, len(events))
	for i, e := range events {
		c.guards = append(c.guards, fmt.Sprintf("position/%s/%d", e.Part, e.Position))
		rows[i] = []any{e.ID, e.Position}
	}
	c.updateMany("position", `UPDATE event SET position = new.column2`, `id = new.column1 AND position + 0 = 0`,
		rows, "TEXT", "BIGINT")
}
