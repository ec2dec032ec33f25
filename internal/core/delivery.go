package core

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
)

// Job is a notice whose time has come.
type Job struct{ timer store.Timer }

// ID is the notice's.
func (j Job) ID() string { return j.timer.Subject }

// At is when the notice fell due, in business time.
func (j Job) At() time.Time { return time.UnixMicro(j.timer.DueAt).UTC() }

// Owner is the order or policy whose notices reach an endpoint in order.
func (j Job) Owner() string { return j.timer.Owner }

// Endpoint is where the notice goes, unique among all partners.
func (j Job) Endpoint() string { return j.timer.Endpoint }

// Delivery is a notice with everything that is needed to send it.
type Delivery struct {
	Job
	Notice Notice
	// Attempt counts the tries of this round from 1.
	Attempt int
	// URL is empty if the endpoint is no longer there.
	URL     string
	Purpose Purpose
	Pace    Pace
	// Secret signs the request in our own way, and OldSecret as well where there is
	// one; Key signs in that of the partner's API.
	Secret, OldSecret []byte
	Key               EndpointKey
	// Standard lets the headers of Standard Webhooks stand beside the others.
	Standard bool
	// Broken says why the notice cannot be told, now or ever. Unsigned says why it
	// cannot be signed, until an operator does something about it.
	Broken, Unsigned error

	row store.Notice
	// followed: later notices of the owner wait to go to the endpoint; delayed: some
	// of them were told to wait.
	followed, delayed bool
}

// JobsDue reads the notices due in a lane, by endpoint and then earliest first,
// up to limit for each endpoint, and the business time at which they were read.
// Endpoints that are named or paused are left out, and cost nothing.
func (c *Core) JobsDue(ctx context.Context, lane int64, limit int, except ...string) ([]Job, time.Time, error) {
	var jobs []Job
	var now time.Time
	err := c.read(ctx, func(r reading) error {
		now = r.now
		timers, err := noticesDue(r, lane, r.now, limit, except)
		for _, t := range timers {
			jobs = append(jobs, Job{timer: t})
		}
		return err
	})
	return jobs, now, err
}

func noticesDue(r reading, lane int64, until time.Time, limit int, except []string) ([]store.Timer, error) {
	endpoints, err := r.WaitingEndpoints(lane)
	if err != nil || len(endpoints) == 0 {
		return nil, err
	}
	paused, err := r.PausedEndpoints()
	if err != nil {
		return nil, fmt.Errorf("read paused endpoints: %w", err)
	}
	for _, e := range paused {
		except = append(except, endpointName(e.Part, e.ID))
	}
	var due []store.Timer
	for _, endpoint := range endpoints {
		if slices.Contains(except, endpoint) {
			continue
		}
		timers, err := r.TimersDue(lane, endpoint, until.UnixMicro(), limit)
		if err != nil {
			return nil, err
		}
		due = append(due, timers...)
	}
	return due, nil
}

// ErrTried says that somebody else has made this try since the job was read, or
// that the endpoint was paused.
var ErrTried = errors.New("the try was made meanwhile")

// ErrBehind says that an earlier notice about the same order or policy has not
// reached the endpoint yet, so that this one waits.
var ErrBehind = errors.New("an earlier notice comes first")

// Delivery reads what a job needs. It answers ErrTried for a job that is no
// longer due, and ErrBehind for one that has to wait.
func (c *Core) Delivery(ctx context.Context, j Job) (Delivery, error) {
	b, err := c.bundle(ctx, []Job{j})
	switch {
	case err != nil:
		return Delivery{Job: j}, err
	case len(b.deliveries) == 1:
		return b.deliveries[0], nil
	case len(b.behind) == 1:
		return Delivery{Job: j}, ErrBehind
	}
	return Delivery{Job: j}, ErrTried
}

// Deliveries reads together what jobs of one endpoint need, and gives them in the
// order in which those of one owner have to go. Jobs that are no longer due, or
// that wait behind a notice which is not among them, are left out.
func (c *Core) Deliveries(ctx context.Context, jobs []Job) ([]Delivery, error) {
	b, err := c.bundle(ctx, jobs)
	return b.deliveries, err
}

func (c *Core) bundle(ctx context.Context, jobs []Job) (*bundle, error) {
	b := &bundle{core: c}
	err := c.read(ctx, func(r reading) error { return b.gather(r, jobs) })
	if err != nil || len(b.behind) == 0 {
		return b, err
	}
	return b, c.fallBehind(ctx, b.behind)
}

// bundle is what goes to one endpoint together.
type bundle struct {
	core       *Core
	deliveries []Delivery
	behind     []laggard
}

// laggard is a notice that has to wait for the one before it.
type laggard struct {
	timer store.Timer
	// until is when the one before it is tried.
	until int64
}

func (b *bundle) gather(r reading, jobs []Job) error {
	if len(jobs) == 0 {
		return nil
	}
	part := jobs[0].timer.Part
	if err := b.line(r, part, jobs); err != nil || len(b.deliveries) == 0 {
		return err
	}
	if err := b.read(r, part); err != nil {
		return err
	}
	return b.address(r, part)
}

// line puts the jobs in line that are still due, those of one owner in the order
// of their making, which is that of their ids.
func (b *bundle) line(r reading, part string, jobs []Job) error {
	owners := make([]string, len(jobs))
	for i, j := range jobs {
		owners[i] = j.timer.Owner
	}
	pending, err := r.TimersAt(part, jobs[0].timer.Endpoint, distinct(owners))
	if err != nil {
		return fmt.Errorf("read timers of notices: %w", err)
	}
	queues := about(pending, func(t store.Timer) string { return t.Owner })
	jobs = slices.SortedFunc(slices.Values(jobs), func(a, b Job) int { return cmp.Compare(a.ID(), b.ID()) })
	going := make(map[string]bool)
	for _, j := range jobs {
		queue := queues[j.timer.Owner]
		place := slices.Index(queue, j.timer)
		switch {
		case place < 0: // somebody else was faster
		case place > 0 && !going[queue[place-1].Subject]:
			b.behind = append(b.behind, laggard{timer: j.timer, until: queue[place-1].DueAt + 1})
		default:
			going[j.ID()] = true
			later := queue[place+1:]
			b.deliveries = append(b.deliveries, Delivery{Job: j, followed: len(later) > 0, delayed: slices.ContainsFunc(later,
				func(t store.Timer) bool { return t.DueAt > r.now.UnixMicro() })})
		}
	}
	return nil
}

// distinct sorts names and leaves each but once.
func distinct(names []string) []string { return slices.Compact(slices.Sorted(slices.Values(names))) }

// read adds notices, events and what they tell of. What is wrong with one of them
// is its own business.
func (b *bundle) read(r reading, part string) error {
	ids := make([]string, len(b.deliveries))
	for i, d := range b.deliveries {
		ids[i] = d.ID()
	}
	notices, err := r.NoticesNamed(part, ids)
	if err != nil {
		return fmt.Errorf("read notices: %w", err)
	}
	names := make([]string, len(notices))
	for i, n := range notices {
		names[i] = n.EventID
	}
	events, err := r.EventsNamed(part, distinct(names))
	if err != nil {
		return fmt.Errorf("read events of notices: %w", err)
	}
	row, ok, err := r.Partner(part)
	if err := needed(ok, err); err != nil {
		return fmt.Errorf("read partner %s: %w", part, err)
	}
	partner, err := partnerOf(row)
	if err != nil {
		return err
	}
	noticeOf := about(notices, func(n store.Notice) string { return n.ID })
	eventOf := about(events, func(e store.Event) string { return e.ID })
	for i := range b.deliveries {
		d := &b.deliveries[i]
		if row := noticeOf[d.ID()]; len(row) > 0 {
			d.row, d.Attempt = row[0], int(row[0].Tries)+1
		}
		d.Notice = Notice{ID: d.ID(), Partner: partner}
		if err := b.tell(r, d, eventOf[d.row.EventID]); err != nil {
			return err
		}
	}
	b.deliveries = slices.DeleteFunc(b.deliveries, func(d Delivery) bool { return d.row.ID == "" })
	return nil
}

// tell adds to a delivery its event and what that tells of. It fails only if
// nothing can be read.
func (b *bundle) tell(r reading, d *Delivery, event []store.Event) error {
	if len(event) == 0 {
		d.Broken = fmt.Errorf("read event of notice %s: %w", d.ID(), errAbsent)
		return nil
	}
	d.Notice.Event = eventOfRow(event[0])
	d.Broken = b.core.illustrate(r, &d.Notice)
	if code := insurance.CodeOf(told(d.Broken)); code == insurance.CodeUnavailable || errors.Is(d.Broken, context.Canceled) {
		return d.Broken
	}
	return nil
}

func eventOfRow(e store.Event) Event {
	return Event{
		ID: e.ID, Part: e.Part, Subject: e.Subject, Sequence: e.Sequence, Position: e.Position, Type: EventType(e.Type),
		At: time.UnixMicro(e.At).UTC(), Data: []byte(e.Data),
	}
}

// address adds where the deliveries go and what signs them; the URL stays empty if
// the endpoint was removed meanwhile. To one that was paused nothing goes.
func (b *bundle) address(r reading, part string) error {
	endpoint, ok, err := r.Endpoint(part, b.deliveries[0].row.EndpointID)
	if err != nil || !ok {
		return err
	}
	if endpoint.PausedAt != 0 {
		b.deliveries = nil
		return nil
	}
	to := Delivery{
		URL: endpoint.URL, Purpose: Purpose(endpoint.Purpose), Pace: paceOf(endpoint), Standard: endpoint.StandardHeaders,
	}
	to.Unsigned = b.core.sign(r, &to, endpoint, b.deliveries[0].Notice.Partner.Family)
	for i := range b.deliveries {
		d := &b.deliveries[i]
		d.URL, d.Purpose, d.Pace, d.Standard = to.URL, to.Purpose, to.Pace, to.Standard
		d.Secret, d.OldSecret, d.Key, d.Unsigned = to.Secret, to.OldSecret, to.Key, to.Unsigned
		d.Notice.Purpose = to.Purpose
	}
	return nil
}

// sign adds what signs the messages to an endpoint.
func (c *Core) sign(r reading, d *Delivery, e store.Endpoint, family Family) (err error) {
	if d.Secret, err = c.openEndpoint(e); err != nil {
		return err
	}
	if d.OldSecret, err = c.oldSecret(r, e); err != nil {
		return err
	}
	d.Key, err = c.endpointKey(r, e, family)
	return err
}

// fallBehind lets notices wait for the next try of the one before. Where that is
// being made now, its report will say how it goes on.
func (c *Core) fallBehind(ctx context.Context, laggards []laggard) error {
	changes := store.NewChanges(laggards[0].timer.Part)
	for _, l := range laggards {
		if l.until > l.timer.DueAt {
			changes.DelayTimer(l.timer, l.until)
		}
	}
	if err := c.Store.Commit(ctx, changes); err != nil && !errors.Is(err, store.ErrGuardLost) {
		return told(err)
	}
	return nil
}
