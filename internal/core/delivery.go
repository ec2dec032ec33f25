package core

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/planted"
	"github.com/covernote/covernote/internal/store"
)

// Job is a notice whose time has come.
type Job struct{ timer store.Timer }

// ID is the notice's.
func (j Job) ID() string { return j.timer.Subject }

// At is when the notice fell due, in business time.
func (j Job) At() time.Time { return time.UnixMicro(j.timer.DueAt).UTC() }

// Delivery is a notice with everything that is needed to send it.
type Delivery struct {
	Job
	Notice Notice
	// Attempt counts the tries of this round from 1.
	Attempt int
	// URL is empty if the endpoint is no longer there.
	URL     string
	Purpose Purpose
	// Secret signs the request in our own way, Key in that of the partner's API.
	Secret []byte
	Key    EndpointKey

	row store.Notice
}

// Outcome is what became of one try to deliver a notice.
type Outcome struct {
	// At is the business time of the try.
	At       time.Time
	Duration time.Duration
	// Status of the answer, of HTTP or SMTP; 0 if there was none.
	Status int
	// Request as it was sent, and the first kilobyte of the answer.
	Request, Answer []byte
	// Fault says what went wrong, without personal data; empty if nothing did.
	Fault     string
	Delivered bool
	// Again is how long to wait for the next try; 0 gives up.
	Again time.Duration
}

// Owner is the order or policy whose notices reach an endpoint in order.
func (j Job) Owner() string { return j.timer.Owner }

// Endpoint is where the notice goes, unique among all partners.
func (j Job) Endpoint() string { return j.timer.Endpoint }

// JobsDue reads the notices due in a lane, earliest first, but for those of
// endpoints that are named, and the business time at which they were read.
func (c *Core) JobsDue(ctx context.Context, lane int64, limit int, except ...string) ([]Job, time.Time, error) {
	timers, now, err := c.timersDue(ctx, lane, limit, except...)
	jobs := make([]Job, 0, len(timers))
	for _, t := range timers {
		jobs = append(jobs, Job{timer: t})
	}
	return jobs, now, err
}

// ErrTried says that somebody else has made this try since the job was read.
var ErrTried = errors.New("the try was made meanwhile")

// ErrBehind says that an earlier notice about the same order or policy has not
// reached the endpoint yet, so that this one waits.
var ErrBehind = errors.New("an earlier notice comes first")

// Delivery reads what a job needs. It answers ErrTried for a job that is no
// longer due, so that a list of jobs may be worked off long after it was read.
func (c *Core) Delivery(ctx context.Context, j Job) (Delivery, error) {
	delivery := Delivery{Job: j}
	err := c.read(ctx, func(r reading) error {
		pending, err := r.TimersOf(j.timer.Part, j.timer.Owner)
		if err != nil {
			return fmt.Errorf("read timers of notice %s: %w", j.timer.Subject, err)
		}
		if !slices.Contains(pending, j.timer) {
			return ErrTried
		}
		if before, ok := earlier(pending, j.timer); ok {
			return c.fallBehind(ctx, j.timer, before, r.now)
		}
		row, ok, err := r.Notice(j.timer.Part, j.timer.Subject)
		if err := needed(ok, err); err != nil {
			return fmt.Errorf("read notice %s: %w", j.timer.Subject, err)
		}
		delivery.row, delivery.Attempt = row, int(row.Tries)+1
		event, ok, err := r.Event(row.Part, row.EventID)
		if err := needed(ok, err); err != nil {
			return fmt.Errorf("read event of notice %s: %w", row.ID, err)
		}
		partner, ok, err := r.Partner(row.Part)
		if err := needed(ok, err); err != nil {
			return fmt.Errorf("read partner of notice %s: %w", row.ID, err)
		}
		delivery.Notice = Notice{ID: row.ID, Event: eventOfRow(event)}
		if delivery.Notice.Partner, err = partnerOf(partner); err != nil {
			return err
		}
		if err := c.illustrate(r, &delivery.Notice); err != nil {
			return err
		}
		return c.address(r, &delivery)
	})
	return delivery, err
}

// address leaves the URL empty if the endpoint was removed meanwhile.
func (c *Core) address(r reading, d *Delivery) error {
	endpoint, ok, err := r.Endpoint(d.row.Part, d.row.EndpointID)
	if err != nil || !ok {
		return err
	}
	d.URL, d.Purpose = endpoint.URL, Purpose(endpoint.Purpose)
	d.Notice.Purpose = d.Purpose
	if d.Secret, err = c.openEndpoint(endpoint); err != nil {
		return err
	}
	d.Key, err = c.endpointKey(r, endpoint, d.Notice.Partner.Family)
	return err
}

func eventOfRow(e store.Event) Event {
	return Event{
		ID: e.ID, Part: e.Part, Subject: e.Subject, Sequence: e.Sequence, Position: e.Position, Type: EventType(e.Type),
		At: time.UnixMicro(e.At).UTC(), Data: []byte(e.Data),
	}
}

// earlier finds a notice that has to reach the same endpoint first. Ids are in
// the order of their making.
func earlier(pending []store.Timer, t store.Timer) (store.Timer, bool) {
	for _, other := range pending {
		if other.Kind == timerNotice && other.Endpoint == t.Endpoint && other.Subject < t.Subject {
			return other, true
		}
	}
	return store.Timer{}, false
}

// fallBehind lets a notice wait for the next try of the one before it. If that
// is being made now, its report will say how it goes on.
func (c *Core) fallBehind(ctx context.Context, t, before store.Timer, now time.Time) error {
	if before.DueAt <= now.UnixMicro() {
		return ErrBehind
	}
	changes := store.NewChanges(t.Part)
	changes.DelayTimer(t, before.DueAt+1)
	if err := c.Store.Commit(ctx, changes); err != nil && !errors.Is(err, store.ErrGuardLost) {
		return told(err)
	}
	return ErrBehind
}

// Report records a try and what follows from it: the notice is delivered, is
// given up, or will be tried again; and a partner whose endpoint keeps failing
// is warned. If another node has recorded its own try meanwhile, this one is
// dropped: the receiver may have got the notice twice.
func (c *Core) Report(ctx context.Context, d Delivery, o Outcome, fence Fence) error {
	if o.Delivered {
		return c.settled(c.commit(ctx, c.reported(d, o, fence)))
	}
	err := c.decide(ctx, func(r reading) (*draft, error) {
		pending, err := r.TimersOf(d.timer.Part, d.timer.Owner)
		if err != nil || !slices.Contains(pending, d.timer) {
			return nil, err
		}
		report := c.reported(d, o, fence)
		report.now = r.now
		return report, c.countFailure(r, report, d, o)
	})
	if insurance.CodeOf(err) == insurance.CodeBusy {
		return nil // others were faster again and again: it is their notice now
	}
	return err
}

// settled forgives a lost guard: somebody else was faster.
func (*Core) settled(err error) error {
	if errors.Is(err, store.ErrGuardLost) {
		return nil
	}
	return told(err)
}

// reported drafts the record of a try.
func (c *Core) reported(d Delivery, o Outcome, fence Fence) *draft {
	report := &draft{Changes: store.NewChanges(d.row.Part), part: d.row.Part}
	report.TakeTimer(d.timer)
	if fence.lease != "" {
		report.AssertLease(fence.lease, fence.epoch)
	}
	n := d.row
	n.Tries++
	n.Attempts++
	n.Outcome = o.summary(d.Purpose)
	switch {
	case o.Delivered:
		n.State, n.SettledAt = store.NoticeDelivered, o.At.UnixMicro()
		report.ClearEndpoint(n.Part, n.EndpointID)
	case o.Again == 0:
		n.State, n.SettledAt = store.NoticeGivenUp, o.At.UnixMicro()
	default:
		next := d.timer
		next.DueAt = o.At.Add(o.Again).UnixMicro()
		next.ID = fmt.Sprintf("%s:%s:%d:%d", timerNotice, n.ID, n.Round, n.Tries)
		if planted.Bug(planted.RetryInMemory) {
			break // PLANTED: the next try is not written down.
		}
		report.AddTimer(next)
	}
	if n.State != store.NoticeDue {
		report.HastenTimers(d.timer, o.At.UnixMicro())
	}
	report.PutNotice(n)
	report.AddAttempt(store.Attempt{
		Part: n.Part, NoticeID: n.ID, Attempt: n.Attempts, At: o.At.UnixMicro(), Duration: o.Duration.Microseconds(),
		Status: int64(o.Status), Request: o.Request, Answer: o.Answer, Fault: o.Fault,
	})
	return report
}

func (o Outcome) summary(p Purpose) string {
	switch {
	case o.Fault != "":
		return o.Fault
	case o.Status != 0 && p == PurposeEmail:
		return fmt.Sprintf("SMTP %d", o.Status)
	case o.Status != 0:
		return fmt.Sprintf("HTTP %d", o.Status)
	}
	return ""
}

// NoticeState is what has become of a notice.
type NoticeState string

// The states of a notice.
const (
	NoticeDue       NoticeState = store.NoticeDue
	NoticeDelivered NoticeState = store.NoticeDelivered
	NoticeGivenUp   NoticeState = store.NoticeGivenUp
)

// NoticeLine is a notice as an operator sees it.
type NoticeLine struct {
	Part, ID, EventID string
	State             NoticeState
	Attempts          int
	CreatedAt         time.Time
	// Outcome of the last attempt.
	Outcome string
}

// FindNotices lists the newest notices of all partners in a state.
func (c *Core) FindNotices(ctx context.Context, state NoticeState, limit int) ([]NoticeLine, error) {
	var lines []NoticeLine
	err := c.read(ctx, func(r reading) error {
		partners, err := r.Partners()
		if err != nil {
			return fmt.Errorf("read partners: %w", err)
		}
		for _, p := range partners {
			rows, err := r.Notices(p.Part, string(state), limit)
			if err != nil {
				return fmt.Errorf("read notices of %s: %w", p.Part, err)
			}
			for _, n := range rows {
				lines = append(lines, lineOfNotice(n))
			}
		}
		return nil
	})
	return lines, err
}

func lineOfNotice(n store.Notice) NoticeLine {
	return NoticeLine{
		Part: n.Part, ID: n.ID, EventID: n.EventID, State: NoticeState(n.State), Attempts: int(n.Attempts),
		CreatedAt: time.UnixMicro(n.CreatedAt).UTC(), Outcome: n.Outcome,
	}
}

// ErrNoNotice says that no partner has a notice of that id.
var ErrNoNotice = errors.New("the notice does not exist")

// Attempt is one try to deliver a notice as an operator sees it: without what
// was sent, which holds personal data.
type Attempt struct {
	// At is the business time of the try.
	At       time.Time
	Duration time.Duration
	// Status of the answer, of HTTP or SMTP; 0 if there was none.
	Status int
	// Fault says what went wrong; empty if nothing did.
	Fault string
	// Answer is the first kilobyte of what the receiver said.
	Answer []byte
}

// NoticeAttempts is a notice of any partner with the tries to deliver it, oldest
// first. It fails with ErrNoNotice.
func (c *Core) NoticeAttempts(ctx context.Context, id string) (line NoticeLine, attempts []Attempt, err error) {
	err = c.read(ctx, func(r reading) error {
		notice, err := noticeOfAny(r, id)
		if err != nil {
			return err
		}
		line = lineOfNotice(notice)
		rows, err := r.AttemptsOf(notice.Part, id)
		if err != nil {
			return fmt.Errorf("read tries of notice %s: %w", id, err)
		}
		for _, a := range rows {
			attempts = append(attempts, Attempt{
				At: time.UnixMicro(a.At).UTC(), Duration: time.Duration(a.Duration) * time.Microsecond,
				Status: int(a.Status), Fault: a.Fault, Answer: a.Answer,
			})
		}
		return nil
	})
	return line, attempts, err
}

// noticeOfAny finds a notice among those of all partners.
func noticeOfAny(r reading, id string) (store.Notice, error) {
	partners, err := r.Partners()
	if err != nil {
		return store.Notice{}, fmt.Errorf("read partners: %w", err)
	}
	for _, p := range partners {
		if notice, ok, err := r.Notice(p.Part, id); ok || err != nil {
			return notice, err
		}
	}
	return store.Notice{}, ErrNoNotice
}
