package core

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/planted"
	"github.com/covernote/covernote/internal/store"
)

const (
	// patience bounds how late something is done that another node wrote, or that
	// has fallen due: so often all lanes of a node are looked at together.
	patience = 100 * time.Millisecond
	// sweepSize is how many timers are read at once, and workers how many of them
	// are worked at the same time where each is read for by itself.
	sweepSize = 256
	workers   = 64
	// draftsMost is how many lanes decide at the same time: so few that requests
	// find readers too.
	draftsMost = 4
)

// Sweep does what is due in a lane and tells whether there may be more.
type Sweep func(ctx context.Context, lane int64, fence Fence) (more bool, err error)

// Run books orders, advances policies and tallies the lists until ctx ends, in the lanes that this node holds. It returns when the work
// in hand is finished.
func (c *Core) Run(ctx context.Context) {
	var group sync.WaitGroup
	group.Go(func() { c.RunLanes(ctx, WorkLanes(), c.sweepWork, nil) })
	group.Go(func() { c.RunLanes(ctx, TallyLanes(), c.sweepTallies, nil) })
	group.Wait()
}

// RunLanes sweeps those of a group of lanes that fall to this node, until ctx
// ends. The ctx of a sweep ends when its lane is to be let go of; drain then waits
// for what sweeps of the lane have left under way, which can only be stored under
// its lease; nil if they leave nothing.
func (c *Core) RunLanes(ctx context.Context, lanes []int64, sweep Sweep, drain func(lane int64)) {
	held := c.holding(lanes)
	held.renew(context.WithoutCancel(ctx))
	var group, keeping sync.WaitGroup
	ended := make(chan struct{})
	keeping.Go(func() { held.keep(ctx, ended) })
	keeping.Go(func() { c.watch(ctx, held) })
	for _, lane := range lanes {
		group.Go(func() {
			for {
				c.sweepLane(ctx, lane, held, sweep)
				held.handOver(context.WithoutCancel(ctx), lane, drain)
				if ctx.Err() != nil {
					return
				}
			}
		})
	}
	group.Wait()
	close(ended)
	keeping.Wait()
}

// sweepLane sweeps a lane whenever this node holds it, until it is to be let go of.
func (c *Core) sweepLane(ctx context.Context, lane int64, held *heldLanes, sweep Sweep) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	for ctx.Err() == nil && !held.isExcess(lane) {
		fence, ok := held.fence(lane)
		if ok && c.sweepOnce(ctx, lane, fence, sweep) {
			continue
		}
		select {
		case <-ctx.Done():
		case <-c.lanes.bell(lane):
		}
	}
}

// watch wakes the lanes of this node in which something has fallen due, whoever
// has written it.
func (c *Core) watch(ctx context.Context, held *heldLanes) {
	tick := time.NewTicker(patience)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		due, err := c.lanesDue(ctx, held.swept())
		if err != nil && ctx.Err() == nil {
			c.complain(ctx, "lanes not looked at", err)
		}
		c.lanes.wake(due)
	}
}

// lanesDue leaves out the lanes of timers in which nothing is due. Nothing tells
// what is due in others.
func (c *Core) lanesDue(ctx context.Context, lanes []int64) (due []int64, err error) {
	if !slices.ContainsFunc(lanes, hasTimers) {
		return lanes, nil
	}
	err = c.read(ctx, func(r reading) (err error) {
		due, err = r.LanesDue(lanes, r.now.UnixMicro())
		return err
	})
	return due, err
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

func (c *Core) timersDue(ctx context.Context, lane int64, limit int) ([]store.Timer, time.Time, error) {
	var due []store.Timer
	var now time.Time
	err := c.read(ctx, func(r reading) (err error) {
		now = r.now
		due, err = r.TimersDue(lane, "", r.now.UnixMicro(), limit)
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

// fireAll does the steps of timers of different owners: it decides them in one
// snapshot and stores each by itself, so that one that fails harms no other. It
// fails only if nothing can be stored.
func (c *Core) fireAll(ctx context.Context, timers []store.Timer, fence Fence, now time.Time) error {
	drafts := c.draftAll(ctx, timers, fence)
	var group errgroup.Group
	for i, t := range timers {
		group.Go(func() error {
			if drafts[i] == nil {
				if planted.Bug(planted.StepNotAlone) {
					return c.settle(ctx, t, errors.New("not decided"), now) // PLANTED: with the others, or not at all.
				}
				return c.settle(ctx, t, c.fire(ctx, t, fence), now)
			}
			return c.settle(ctx, t, told(c.commit(ctx, drafts[i])), now)
		})
	}
	return group.Wait()
}

// draftAll leaves nil for the steps that could not be decided with the others;
// they are tried alone, which tells what is wrong with them.
func (c *Core) draftAll(ctx context.Context, timers []store.Timer, fence Fence) []*draft {
	c.drafting <- struct{}{}
	defer func() { <-c.drafting }()
	drafts := make([]*draft, len(timers))
	_ = c.read(ctx, func(r reading) error {
		r = r.sharing()
		if err := r.foresee(timers); err != nil {
			return err // of one of them, which it tells when it is tried alone
		}
		for i, t := range timers {
			d, err := c.step(r, t, fence)
			if err == nil {
				drafts[i] = d
			}
		}
		return nil
	})
	return drafts
}

// fire does the step of a timer that is not a notice.
func (c *Core) fire(ctx context.Context, t store.Timer, f Fence) error {
	return c.decide(ctx, func(r reading) (*draft, error) { return c.step(r, t, f) })
}

// step decides what the step of a timer does.
func (c *Core) step(r reading, t store.Timer, f Fence) (*draft, error) {
	switch t.Kind {
	case timerBook:
		return c.book(r, t, f)
	case timerPolicy:
		return c.pass(r, t, f)
	case timerPayment:
		return c.failUnpaid(r, t, f)
	case timerCoolingOff:
		return c.endCoolingOff(r, t, f)
	case timerWatch:
		return c.watchOver(r, t, f)
	}
	return nil, insurance.Refuse(insurance.CodeInternal, "there is no step of kind %s", t.Kind)
}

// settle decides what becomes of a step that was tried. A lost guard means
// that somebody else did it or that the policy has changed meanwhile: the next
// sweep sees. A step that fails is tried again later, so that one bad row does
// not hold up its lane.
func (c *Core) settle(ctx context.Context, t store.Timer, err error, now time.Time) error {
	if err == nil && c.Stepped != nil {
		c.Stepped(t.Kind)
	}
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
