package core

import (
	"context"
	"errors"
	"fmt"

	"github.com/covernote/covernote/internal/store"
)

// resumeSize is how many notices one change list lets go, or skips.
const resumeSize = 500

// ErrNoEndpoint says that a partner has no endpoint of that name.
var ErrNoEndpoint = errors.New("the partner has no such endpoint")

// PauseEndpoint lets an endpoint be told nothing until it is resumed. What happens
// meanwhile is kept for it. It fails with ErrNoEndpoint; one that is paused already
// stays as it is.
func (c *Core) PauseEndpoint(ctx context.Context, part, name string) error {
	return c.changeHealth(ctx, part, name, "partner.endpoint_paused", func(r reading, h store.Health) store.Health {
		if h.PausedAt == 0 {
			h.PausedAt, h.PauseReason = micros(r.now), string(PauseOperator)
		}
		return h
	})
}

// ResumeEndpoint lets an endpoint be told again: what waits for it, in order, and
// what was given up while it failed. With skip, what waits is skipped instead and
// never told. Interrupted, it can be called again. It fails with ErrNoEndpoint.
func (c *Core) ResumeEndpoint(ctx context.Context, part, name string, skip bool) error {
	e, err := c.endpointNamed(ctx, part, name)
	if err != nil {
		return err
	}
	if e.PausedAt != 0 {
		catchUp := c.revive
		if skip {
			catchUp = c.skipWaiting
		}
		if err := catchUp(ctx, e); err != nil {
			return err
		}
	}
	err = c.changeHealth(ctx, part, name, "partner.endpoint_resumed", func(_ reading, h store.Health) store.Health {
		h.PausedAt, h.PauseReason, h.Failures, h.FailingSince = 0, "", 0, 0
		return h
	})
	c.Wake(noticeLane(part, name))
	return err
}

func (c *Core) endpointNamed(ctx context.Context, part, name string) (e store.Endpoint, err error) {
	err = c.read(ctx, func(r reading) (err error) {
		e, err = endpointIn(r, part, name)
		return err
	})
	return e, err
}

func endpointIn(r reading, part, name string) (store.Endpoint, error) {
	e, ok, err := r.Endpoint(part, name)
	if err == nil && !ok {
		err = ErrNoEndpoint
	}
	return e, err
}

// changeHealth records what an operator says of how an endpoint fares, if that is
// anything new.
func (c *Core) changeHealth(ctx context.Context, part, name, action string, f func(reading, store.Health) store.Health) error {
	return c.decide(ctx, func(r reading) (*draft, error) {
		e, err := endpointIn(r, part, name)
		if err != nil {
			return nil, err
		}
		next := f(r, e.Health)
		if next == e.Health {
			return nil, nil
		}
		d := c.quiet(r, part)
		d.PutHealth(e, next)
		d.audit(actorOperator, action, part, name, e.PauseReason, next.PauseReason)
		return d, nil
	})
}

// revive begins a new round for the notices that were tried in vain: those that
// were given up while the endpoint took nothing, and those that wait for another
// try. Their ids put them in front of what was never tried.
func (c *Core) revive(ctx context.Context, e store.Endpoint) error {
	for _, state := range []string{store.NoticeGivenUp, store.NoticeDue} {
		since := e.FailingSince
		if state == store.NoticeDue {
			since = 0
		}
		err := c.eachTried(ctx, e, state, since, func(d *draft, n store.Notice) {
			d.DropTimers(n.Subject, timerNotice, n.ID)
			n.State, n.Round, n.Tries, n.SettledAt = store.NoticeDue, n.Round+1, 0, 0
			d.PutNotice(n)
			d.send(n, d.now)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// eachTried drafts something for every notice of an endpoint that is in a state,
// has been tried, and was not settled before an instant: in stretches, each of
// them a change list.
func (c *Core) eachTried(ctx context.Context, e store.Endpoint, state string, since int64, f func(*draft, store.Notice)) error {
	if state == store.NoticeGivenUp && since == 0 {
		return nil
	}
	var after store.Notice
	for more := true; more; {
		var next store.Notice
		err := c.decide(ctx, func(r reading) (*draft, error) {
			rows, err := r.TriedNotices(e.Part, e.ID, state, since, after, resumeSize)
			if err != nil || len(rows) == 0 {
				more = false
				return nil, err
			}
			d := c.quiet(r, e.Part)
			for _, n := range rows {
				f(d, n)
			}
			next = rows[len(rows)-1]
			return d, nil
		})
		if err != nil {
			return fmt.Errorf("go through the notices of %s: %w", e.ID, err)
		}
		after = next
	}
	return nil
}

// skipWaiting skips what waits for an endpoint, in stretches.
func (c *Core) skipWaiting(ctx context.Context, e store.Endpoint) error {
	lane, name := noticeLane(e.Part, e.ID), endpointName(e.Part, e.ID)
	for more := true; more; {
		err := c.decide(ctx, func(r reading) (*draft, error) {
			timers, err := r.TimersDue(lane, name, forever, resumeSize)
			if err != nil || len(timers) == 0 {
				more = false
				return nil, err
			}
			return c.skipped(r, e.Part, timers)
		})
		if err != nil {
			return fmt.Errorf("skip the notices of %s: %w", e.ID, err)
		}
	}
	return nil
}

// forever is later than everything that will happen.
const forever = int64(1) << 62

// skipped drafts that notices are not sent, and never will be.
func (c *Core) skipped(r reading, part string, timers []store.Timer) (*draft, error) {
	ids := make([]string, len(timers))
	for i, t := range timers {
		ids[i] = t.Subject
	}
	rows, err := r.NoticesNamed(part, ids)
	if err != nil {
		return nil, fmt.Errorf("read notices: %w", err)
	}
	d := c.quiet(r, part)
	for i := range rows {
		rows[i].State, rows[i].SettledAt = store.NoticeSkipped, micros(r.now)
	}
	d.TakeTimers(timers)
	d.PutNotices(rows)
	return d, nil
}

// ErrSettled says that a notice is not on its way any more.
var ErrSettled = errors.New("the notice is not on its way")

// SkipNotice lets a notice not be sent, so that the next about the same order or
// policy goes out. A try that is being made is not recorded any more. It fails with
// ErrNoNotice or ErrSettled.
func (c *Core) SkipNotice(ctx context.Context, id string) error {
	return c.decide(ctx, func(r reading) (*draft, error) {
		n, err := noticeOfAny(r, id)
		if err != nil {
			return nil, err
		}
		pending, err := r.TimersAt(n.Part, endpointName(n.Part, n.EndpointID), []string{n.Subject})
		if err != nil {
			return nil, fmt.Errorf("read timers of notice %s: %w", id, err)
		}
		timers := about(pending, func(t store.Timer) string { return t.Subject })[id]
		if n.State != store.NoticeDue || len(timers) == 0 {
			return nil, ErrSettled
		}
		d, err := c.skipped(r, n.Part, timers)
		if err != nil {
			return nil, err
		}
		d.HastenTimers(timers[0], micros(r.now))
		d.audit(actorOperator, "notice.skipped", id, "", n.State, store.NoticeSkipped)
		d.awoken = append(d.awoken, timers[0].Lane)
		return d, nil
	})
}
