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

// TimersDue reads what is due in a lane, earliest first: the notices to an
// endpoint, or what is no notice if endpoint is empty.
func (v *View) TimersDue(lane int64, endpoint string, now int64, limit int) ([]Timer, error) {
	return list(v, scanTimer, selectTimer+` WHERE lane = $1 AND endpoint = $2 AND due_at <= $3 ORDER BY due_at, part, id LIMIT $4`,
		lane, endpoint, now, limit)
}

// waitingEndpoints goes from one endpoint of a lane to the next by the index,
// whatever number of notices lies between. @ is the number of the lane's argument.
// Steps that are no notices have the empty endpoint.
const waitingEndpoints = `waiting_@ (endpoint) AS (
	SELECT MIN(endpoint) FROM timer WHERE lane = $@
	UNION ALL
	SELECT (SELECT MIN(t.endpoint) FROM timer t WHERE t.lane = $@ AND t.endpoint > w.endpoint)
	FROM waiting_@ w WHERE w.endpoint IS NOT NULL
)`

// WaitingEndpoints reads the endpoints to which something will be sent in a lane,
// now or later.
func (v *View) WaitingEndpoints(lane int64) ([]string, error) {
	return list(v, scanText, `WITH RECURSIVE `+strings.ReplaceAll(waitingEndpoints, "@", "1")+
		` SELECT endpoint FROM waiting_1 WHERE endpoint <> ''`, lane)
}

// CountWaiting counts what will be sent to an endpoint.
func (v *View) CountWaiting(lane int64, endpoint string) (n int64, err error) {
	err = v.row(`SELECT COUNT(*) FROM timer WHERE lane = $1 AND endpoint = $2`, lane, endpoint).Scan(&n)
	return n, err
}

// TimersAt reads what will be sent to an endpoint about some owners, by subject.
func (v *View) TimersAt(part, endpoint string, owners []string) ([]Timer, error) {
	if len(owners) == 0 {
		return nil, nil
	}
	where := newFilter(`part = $%d`, part)
	where.in(`owner`, owners)
	where.and(`endpoint = $%d`, endpoint)
	return list(v, scanTimer, selectTimer+where.sql+` ORDER BY subject`, where.args...)
}

// LanesDue tells in which of some lanes anything is due, but for endpoints that
// are paused. It looks at one timer of each endpoint, however many there are. A
// lane is named once for each endpoint to which something is due.
func (v *View) LanesDue(lanes []int64, now int64) ([]int64, error) {
	if len(lanes) == 0 {
		return nil, nil
	}
	args := []any{now}
	var waiting, looks []string
	for _, lane := range lanes {
		args = append(args, lane)
		n := fmt.Sprint(len(args))
		waiting = append(waiting, strings.ReplaceAll(waitingEndpoints, "@", n))
		looks = append(looks, strings.ReplaceAll(endpointDue, "@", n))
	}
	return list(v, scanLane, `WITH RECURSIVE `+strings.Join(waiting, `, `)+strings.Join(looks, ` UNION ALL `), args...)
}

// endpointDue is a lane if anything is due to an endpoint of it. @ is the number of
// its argument.
const endpointDue = ` SELECT $@ + 0 FROM waiting_@ w WHERE w.endpoint IS NOT NULL
	AND EXISTS (SELECT 1 FROM timer t WHERE t.lane = $@ AND t.endpoint = w.endpoint AND t.due_at <= $1)
	AND NOT EXISTS (SELECT 1 FROM endpoint e WHERE e.paused_at > 0 AND e.part || '/' || e.id = w.endpoint)`

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
	c.insertOwn("timer/"+t.Part+"/"+t.ID, `INSERT INTO timer (part, id, lane, due_at, kind, owner, subject, endpoint, failures)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0) ON CONFLICT DO NOTHING`,
		t.Part, t.ID, t.Lane, t.DueAt, t.Kind, t.Owner, t.Subject, t.Endpoint)
}

// AddTimers is AddTimer for many of one part.
func (c *Changes) AddTimers(timers []Timer) {
	rows := make([][]any, len(timers))
	for i, t := range timers {
		c.guards = append(c.guards, "timer/"+t.Part+"/"+t.ID)
		rows[i] = []any{t.Part, t.ID, t.Lane, t.DueAt, t.Kind, t.Owner, t.Subject, t.Endpoint, int64(0)}
	}
	c.insertMany("timer", `INSERT INTO timer (part, id, lane, due_at, kind, owner, subject, endpoint, failures)`, rows)
}

// TakeTimers removes the steps of one part that are being done, also if they
// were put off meanwhile. The ids must differ.
func (c *Changes) TakeTimers(timers []Timer) {
	inPieces(timers, func(piece []Timer) {
		ids := make([]string, len(piece))
		for i, t := range piece {
			c.guards = append(c.guards, "timer/"+t.Part+"/"+t.ID)
			ids[i] = t.ID
		}
		where := newFilter(`part = $%d`, c.part)
		where.in(`id`, ids)
		c.exactly(len(piece), "timer", `DELETE FROM timer`+where.sql, where.args...)
	})
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

// HoldTimers lets the notices that come after one wait until an instant.
func (c *Changes) HoldTimers(first Timer, until int64) {
	c.exec(`UPDATE timer SET due_at = $1 WHERE part = $2 AND owner = $3 AND kind = $4 AND endpoint = $5
		AND subject > $6 AND due_at < $1`, until, first.Part, first.Owner, first.Kind, first.Endpoint, first.Subject)
}

// ClockShift is how far the clock of an owner runs ahead, in microseconds.
func (v *View) ClockShift(part, owner string) (int64, error) {
	var micros int64
	err := v.row(`SELECT micros FROM clock_shift WHERE part = $1 AND owner = $2`, part, owner).Scan(&micros)
	_, _, err = found(micros, err)
	return micros, err
}

// ClockShifts is ClockShift for those owners whose clocks were moved.
func (v *View) ClockShifts(part string, owners []string) (map[string]int64, error) {
	return numbersOf(v, `SELECT c.owner, c.micros FROM (VALUES @) AS s
		JOIN clock_shift c ON c.part = $1 AND c.owner = s.column1`, part, owners)
}

// ShiftClock moves the clock of an owner and with it all that will happen to
// it.
func (c *Changes) ShiftClock(owner string, micros int64) {
	c.exec(`INSERT INTO clock_shift (part, owner, micros) VALUES ($1, $2, $3)
		ON CONFLICT (part, owner) DO UPDATE SET micros = clock_shift.micros + $3`, c.part, owner, micros)
	c.exec(`UPDATE timer SET due_at = due_at - $1 WHERE part = $2 AND owner = $3`, micros, c.part, owner)
}
