package core

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/covernote/covernote/internal/planted"
	"github.com/covernote/covernote/internal/store"
)

// draft is a change list in the making, with the words in which the core adds
// to it.
type draft struct {
	*store.Changes
	part string
	now  time.Time
	// endpoints are the names of where the partner is told, and tells its family's events.
	endpoints []string
	tells     []EventType
	// shift is how far the clock of what is being worked on runs ahead.
	shift time.Duration
	// spreadOver is Options.Spread.
	spreadOver time.Duration
	// awoken are the lanes in which something is due at once.
	awoken []int64
	// reports go into the log once the draft is stored.
	reports []func()
	// unprinted are documents that are rendered before the draft is stored, when the
	// snapshot is closed.
	unprinted []*printed
	// once marks work whose lost guard means that somebody else has done it.
	once bool
	// sequel is a second change list, committed after the first. Only planted
	// bugs have one: what belongs together is stored together.
	sequel *draft
}

// draft begins a change list for a partner.
func (c *Core) draft(r reading, p Partner) (*draft, error) {
	endpoints, err := c.listeners(r, p.Part)
	if err != nil {
		return nil, err
	}
	d := c.quiet(r, p.Part)
	d.endpoints, d.tells = endpoints, c.Told[p.Family]
	if asked := c.Asked[p.Family]; asked != nil {
		d.tells = slices.Concat(d.tells, asked(p))
	}
	return d, nil
}

// quiet begins a change list that tells nobody.
func (c *Core) quiet(r reading, part string) *draft {
	return &draft{Changes: store.NewChanges(part), part: part, now: r.now, spreadOver: min(c.Spread, MaxSpread)}
}

// newID is a unique id whose order is that of its making, so that rows which
// come together lie together.
func newID() string { return uuid.Must(uuid.NewV7()).String() }

// happen records an event as the next of a subject, and a notice of it for
// each endpoint that is told such events.
func (d *draft) happen(subject string, sequence int64, kind EventType, at time.Time, data any) error {
	text, err := json.Marshal(data)
	if err != nil {
		return fmt.Errorf("write event %s: %w", kind, err)
	}
	event := store.Event{
		Part: d.part, Subject: subject, Sequence: sequence, ID: newID(), Type: string(kind),
		At: at.UnixMicro(), Data: string(text),
	}
	d.AddEvent(event)
	if !slices.Contains(d.tells, kind) {
		return nil
	}
	if planted.Bug(planted.NoticeAfterCommit) {
		d = d.afterwards() // PLANTED: the notices follow in a commit of their own.
	}
	for _, endpoint := range d.endpoints {
		d.notify(event, endpoint, at.Add(-d.shift))
	}
	return nil
}

// notify drafts a notice that is due at once, or at the event's own time if
// the clock is being moved there.
func (d *draft) notify(event store.Event, endpoint string, at time.Time) {
	if at.Before(d.now) {
		at = d.now
	}
	notice := store.Notice{
		Part: d.part, ID: newID(), EventID: event.ID, Subject: event.Subject, EndpointID: endpoint,
		State: store.NoticeDue, Round: 1, CreatedAt: at.UnixMicro(),
	}
	d.AddNotice(notice)
	d.send(notice, at)
}

// send lets a notice be sent at an instant.
func (d *draft) send(n store.Notice, at time.Time) { d.later(d.sending(n, at)) }

func (d *draft) sending(n store.Notice, at time.Time) step {
	return step{
		kind: timerNotice, owner: n.Subject, subject: n.ID,
		id:   fmt.Sprintf("%s:%s:%d", timerNotice, n.ID, n.Round),
		lane: noticeLane(n.Part, n.EndpointID), at: at, endpoint: endpointName(n.Part, n.EndpointID),
	}
}

// step is something that shall happen to an owner.
type step struct {
	kind, owner, subject, id string
	lane                     int64
	// endpoint is where a notice goes.
	endpoint string
	// at is the due time by the clock that all share.
	at time.Time
}

func (d *draft) later(s step) { d.AddTimer(d.timed(s)) }

// timed is the timer of a step, whose lane is woken if it is due.
func (d *draft) timed(s step) store.Timer {
	if !s.at.After(d.now) && !slices.Contains(d.awoken, s.lane) {
		d.awoken = append(d.awoken, s.lane)
	}
	return store.Timer{
		Part: d.part, ID: s.id, Lane: s.lane, DueAt: s.at.UnixMicro(), Kind: s.kind, Owner: s.owner, Subject: s.subject,
		Endpoint: s.endpoint,
	}
}

// audit records who did what.
func (d *draft) audit(actor, action, subject, reason, before, after string) {
	d.AddAudit(store.AuditEntry{
		ID: newID(), At: d.now.UnixMicro(), Actor: actor, Action: action, Subject: subject,
		Reason: reason, Before: before, After: after,
	})
}

// afterwards begins the sequel of a draft, for planted bugs.
func (d *draft) afterwards() *draft {
	if d.sequel == nil {
		sequel := *d
		sequel.Changes, sequel.awoken = store.NewChanges(d.part), nil
		d.sequel = &sequel
	}
	return d.sequel
}
