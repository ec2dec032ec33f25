package store

// Event is something that happened to a subject, which is an order or a
// policy.
type Event struct {
	Part     string
	Subject  string
	Sequence int64
	ID       string
	Type     string
	At       int64
	Data     string
}

const selectEvent = `SELECT part, subject, sequence, id, type, at, data FROM event`

func scanEvent(scan func(...any) error) (Event, error) {
	var e Event
	err := scan(&e.Part, &e.Subject, &e.Sequence, &e.ID, &e.Type, &e.At, &e.Data)
	return e, err
}

// Event reads an event by its id; ok is false if there is none.
func (v *View) Event(part, id string) (e Event, ok bool, err error) {
	e, err = scanEvent(v.row(selectEvent+` WHERE part = $1 AND id = $2`, part, id).Scan)
	return found(e, err)
}

// EventsOf reads what happened to a subject, in order.
func (v *View) EventsOf(part, subject string) ([]Event, error) {
	return list(v, scanEvent, selectEvent+` WHERE part = $1 AND subject = $2 ORDER BY sequence`, part, subject)
}

// AddEvent records what happened; its place in the sequence must be free.
func (c *Changes) AddEvent(e Event) {
	c.insert("event/"+e.ID, `INSERT INTO event (part, subject, sequence, id, type, at, data)
		VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
		e.Part, e.Subject, e.Sequence, e.ID, e.Type, e.At, e.Data)
}
