package core

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

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
