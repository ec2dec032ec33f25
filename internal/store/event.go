package store

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
	// Position is its place in the log of its part, counted from 1.
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

const selectEventsOf = selectEvent + ` WHERE part = $1 AND subject = $2 ORDER BY sequence`

// EventsOf reads what happened to a subject, in order.
func (v *View) EventsOf(part, subject string) ([]Event, error) {
	return list(v, scanEvent, selectEventsOf, part, subject)
}

// AddEvent records what happened; its place in the sequence must be free. It gets the
// next Position in the log of its part, whatever it says itself; those of a list in the
// order in which they were added.
func (c *Changes) AddEvent(e Event) {
	c.guards = append(c.guards, "event/"+e.ID)
	c.events = append(c.events, e)
}
