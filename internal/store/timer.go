package store

import (
	"fmt"
	"strings"
)

// Timer is something that will happen: a step of an order, a policy or a
// notice. Its id names the step, so that a step is there once.
type Timer struct {
	Part    string
	ID      string
	Lane    int64
	DueAt   int64
	Kind    string
	Owner   string
	Subject string
	// Endpoint is the part and id of where a notice goes; empty for others.
	Endpoint string
	Failures int64
}

const selectTimer = `SELECT part, id, lane, due_at, kind, owner, subject, endpoint, failures FROM timer`

func scanTimer(scan func(...any) error) (Timer, error) {
	var t Timer
	err := scan(&t.Part, &t.ID, &t.Lane, &t.DueAt, &t.Kind, &t.Owner, &t.Subject, &t.Endpoint, &t.Failures)
	return t, err
}

// TimersDue reads what is due in a lane, earliest first, but for the notices
// of endpoints that are named.
func (v *View) TimersDue(lane, now int64, limit int, except ...string) ([]Timer, error) {
	args := []any{lane, now, limit}
	condition := ` WHERE lane = $1 AND due_at <= $2`
	for _, endpoint := range except {
		args = append(args, endpoint)
		condition += fmt.Sprintf(` AND endpoint <> $%d`, len(args))
	}
	return list(v, scanTimer, selectTimer+condition+` ORDER BY due_at, part, id LIMIT $3`, args...)
}

// LanesDue tells in which of some lanes anything is due. It looks at one timer
// of each lane, however many there are.
func (v *View) LanesDue(lanes []int64, now int64) ([]int64, error) {
	if len(lanes) == 0 {
		return nil, nil
	}
	args, looks := []any{now}, make([]string, 0, len(lanes))
	for _, lane := range lanes {
		args = append(args, lane)
		looks = append(looks, fmt.Sprintf(
			`SELECT lane FROM (SELECT lane FROM timer WHERE lane = $%d AND due_at <= $1 LIMIT 1) AS due`, len(args)))
	}
	return list(v, scanLane, strings.Join(looks, ` UNION ALL `), args...)
}

func scanLane(scan func(...any) error) (lane int64, err error) {
	err = scan(&lane)
	return lane, err
}

// TimersOf reads everything that will happen to an owner, earliest first.
func (v *View) TimersOf(part, owner string) ([]Timer, error) {
	return list(v, scanTimer, selectTimer+` WHERE part = $1 AND owner = $2 ORDER BY due_at, id`, part, owner)
}

// AddTimer lets something happen at its due time. A step that is there
// already is a lost guard.
func (c *Changes) AddTimer(t Timer) {
	c.insert("timer/"+t.Part+"/"+t.ID, `INSERT INTO timer (part, id, lane, due_at, kind, owner, subject, endpoint, failures)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0) ON CONFLICT DO NOTHING`,
		t.Part, t.ID, t.Lane, t.DueAt, t.Kind, t.Owner, t.Subject, t.Endpoint)
}

// TakeTimer removes a step that is being done; whoever removes it first does
// it.
func (c *Changes) TakeTimer(t Timer) {
	c.update("timer/"+t.Part+"/"+t.ID, `DELETE FROM timer WHERE part = $1 AND id = $2 AND due_at = $3`,
		t.Part, t.ID, t.DueAt)
}

// DropTimers removes everything of a kind that would have happened to a
// subject of an owner. The list must hold a guard that no such step was added
// since it was decided.
func (c *Changes) DropTimers(owner, kind, subject string) {
	c.exec(`DELETE FROM timer WHERE part = $1 AND owner = $2 AND kind = $3 AND subject = $4`, c.part, owner, kind, subject)
}

// DelayTimer lets a step that failed happen later.
func (c *Changes) DelayTimer(t Timer, until int64) {
	c.update("timer/"+t.Part+"/"+t.ID, `UPDATE timer SET due_at = $1, failures = failures + 1
		WHERE part = $2 AND id = $3 AND due_at = $4`, until, t.Part, t.ID, t.DueAt)
}

// HastenTimers lets the notices that waited behind one go at an instant.
func (c *Changes) HastenTimers(behind Timer, at int64) {
	c.exec(`UPDATE timer SET due_at = $1 WHERE part = $2 AND owner = $3 AND kind = $4 AND endpoint = $5 AND due_at > $1`,
		at, behind.Part, behind.Owner, behind.Kind, behind.Endpoint)
}

// ClockShift is how far the clock of an owner runs ahead, in microseconds.
func (v *View) ClockShift(part, owner string) (int64, error) {
	var micros int64
	err := v.row(`SELECT micros FROM clock_shift WHERE part = $1 AND owner = $2`, part, owner).Scan(&micros)
	_, _, err = found(micros, err)
	return micros, err
}

// ShiftClock moves the clock of an owner and with it all that will happen to
// it.
func (c *Changes) ShiftClock(owner string, micros int64) {
	c.exec(`INSERT INTO clock_shift (part, owner, micros) VALUES ($1, $2, $3)
		ON CONFLICT (part, owner) DO UPDATE SET micros = clock_shift.micros + $3`, c.part, owner, micros)
	c.exec(`UPDATE timer SET due_at = due_at - $1 WHERE part = $2 AND owner = $3`, micros, c.part, owner)
}
