package core

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
)

const (
	// leaseTime is how long a lane stays with a node that has gone silent.
	leaseTime = 4 * time.Second
	// leaseRenewal is how often a node says that it is there.
	leaseRenewal = time.Second
	// patience is how long a lane is not looked at unless it is woken; it
	// bounds how late something is done that another node wrote.
	patience = 500 * time.Millisecond
	// sweepSize is how many timers are read at once, and workers how many of
	// them are worked at the same time.
	sweepSize = 256
	workers   = 64
)

// Sweep does what is due in a lane and tells whether there may be more.
type Sweep func(ctx context.Context, lane int64, fence Fence) (more bool, err error)

// Run books orders, advances policies, gives events their places and tallies the
// lists until ctx ends, in the lanes that this node holds. It returns when the work
// in hand is finished.
func (c *Core) Run(ctx context.Context) {
	var group sync.WaitGroup
	group.Go(func() { c.RunLanes(ctx, WorkLanes(), c.sweepWork, nil) })
	group.Go(func() { c.RunLanes(ctx, LogLanes(), c.sweepLog, nil) })
	group.Go(func() { c.RunLanes(ctx, TallyLanes(), c.sweepTallies, nil) })
	group.Wait()
}

// RunLanes sweeps lanes until ctx ends, those whose leases this node holds. If
// sweeps leave work under way, drain waits for it; the leases are let go after
// that, since what was done can only be stored under them.
func (c *Core) RunLanes(ctx context.Context, lanes []int64, sweep Sweep, drain func()) {
	held := &heldLanes{core: c, lanes: lanes, epochs: make(map[int64]int64)}
	held.renew(ctx)
	var group sync.WaitGroup
	group.Go(func() { held.keep(ctx) })
	for _, lane := range lanes {
		group.Go(func() { c.runLane(ctx, lane, held, sweep) })
	}
	group.Wait()
	if drain != nil {
		drain()
	}
	held.release(context.WithoutCancel(ctx))
}

func (c *Core) runLane(ctx context.Context, lane int64, held *heldLanes, sweep Sweep) {
	tick := time.NewTicker(patience)
	defer tick.Stop()
	for ctx.Err() == nil {
		fence, ok := held.fence(lane)
		if ok && c.sweepOnce(ctx, lane, fence, sweep) {
			continue
		}
		select {
		case <-ctx.Done():
		case <-tick.C:
		case <-c.lanes.bell(lane):
		}
	}
}

// sweepOnce tells whether the lane should be swept again at once.
func (c *Core) sweepOnce(ctx context.Context, lane int64, fence Fence, sweep Sweep) bool {
	more, err := sweep(ctx, lane, fence)
	if err != nil && ctx.Err() == nil {
		c.complain(ctx, "lane not swept", err, "lane", lane)
	}
	return more && err == nil
}

// complain logs what went wrong in a loop. That storage is away is said once,
// by the store itself, and not by every lane twice a second.
func (c *Core) complain(ctx context.Context, what string, err error, about ...any) {
	level := slog.LevelError
	if insurance.CodeOf(err) == insurance.CodeUnavailable {
		level = slog.LevelDebug
	}
	c.Log.Log(ctx, level, what, append(about, "error", err)...)
}

// sweepWork fires the timers that are due in a lane.
func (c *Core) sweepWork(ctx context.Context, lane int64, fence Fence) (bool, error) {
	due, now, err := c.timersDue(ctx, lane, sweepSize)
	if err != nil || len(due) == 0 {
		return false, err
	}
	first := firstOfEach(due)
	// Work that was begun is finished even if the node is told to stop.
	if err := c.fireAll(context.WithoutCancel(ctx), first, fence, now); err != nil {
		return false, err
	}
	return len(due) == sweepSize || len(first) < len(due), nil
}

func (c *Core) timersDue(ctx context.Context, lane int64, limit int, except ...string) ([]store.Timer, time.Time, error) {
	var due []store.Timer
	var now time.Time
	err := c.read(ctx, func(r reading) (err error) {
		now = r.now
		due, err = r.TimersDue(lane, r.now.UnixMicro(), limit, except...)
		return err
	})
	return due, now, err
}

// firstOfEach keeps the earliest timer of each owner: what happens to one
// order or policy happens in order.
func firstOfEach(due []store.Timer) []store.Timer {
	seen := make(map[string]bool)
	var first []store.Timer
	for _, t := range due {
		if key := t.Part + "\x00" + t.Owner; !seen[key] {
			seen[key] = true
			first = append(first, t)
		}
	}
	return first
}

// fireAll does the steps of timers of different owners side by side. It fails
// only if nothing can be stored.
func (c *Core) fireAll(ctx context.Context, timers []store.Timer, fence Fence, now time.Time) error {
	var group errgroup.Group
	group.SetLimit(workers)
	for _, t := range timers {
		group.Go(func() error { return c.settle(ctx, t, c.fire(ctx, t, fence), now) })
	}
	return group.Wait()
}

// fire does the step of a timer that is not a notice.
func (c *Core) fire(ctx context.Context, t store.Timer, f Fence) error {
	switch t.Kind {
	case timerBook:
		return c.book(ctx, t, f)
	case timerPolicy:
		return c.pass(ctx, t, f)
	case timerPayment:
		return c.failUnpaid(ctx, t, f)
	case timerCoolingOff:
		return c.endCoolingOff(ctx, t, f)
	}
	return insurance.Refuse(insurance.CodeInternal, "there is no step of kind %s", t.Kind)
}

// settle decides what becomes of a step that was tried. A lost guard means
// that somebody else did it or that the policy has changed meanwhile: the next
// sweep sees. A step that fails is tried again later, so that one bad row does
// not hold up its lane.
func (c *Core) settle(ctx context.Context, t store.Timer, err error, now time.Time) error {
	if err == nil || errors.Is(err, store.ErrGuardLost) {
		return nil
	}
	if insurance.CodeOf(err) == insurance.CodeUnavailable {
		return err
	}
	delay := retryAfter(t.Failures)
	c.Log.Error("step failed", "kind", t.Kind, "part", t.Part, "subject", t.Subject, "again_in", delay, "error", err)
	changes := store.NewChanges(t.Part)
	changes.DelayTimer(t, now.Add(delay).UnixMicro())
	if err := c.Store.Commit(ctx, changes); err != nil && !errors.Is(err, store.ErrGuardLost) {
		return told(err)
	}
	return nil
}

// retryAfter grows from a second to an hour.
func retryAfter(failures int64) time.Duration {
	return min(time.Second<<min(failures, 12), time.Hour)
}
