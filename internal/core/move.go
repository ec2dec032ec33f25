package core

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
)

// ErrMoving says that the clock is being moved by somebody else.
var ErrMoving = errors.New("the clock is being moved already; wait until that is done")

// leaseClock is held while a clock is moved; it is renewed between steps.
const (
	leaseClock     = "clock"
	leaseClockTime = 30 * time.Second
)

// Move is a wish to move the business clock of a sandbox.
type Move struct {
	// To computes the new time from the present one.
	To func(now time.Time) (time.Time, error)
	// Policy is the certificate number or id of the one policy whose clock
	// moves, or any name of its package; empty moves the clock of all.
	Policy string
	// Deliver makes one try to send a notice as of a business time.
	Deliver func(ctx context.Context, job Job, at time.Time)
	// Progress is told after each round how far the clock has come; may be nil.
	Progress func(at time.Time, steps int)
}

// MoveClock moves the clock of a sandbox forward, through everything that falls
// due on the way, each as of its own due time and in due order per order or
// policy. Requests see the old time until it returns. It refuses to go back,
// and answers ErrMoving while another move is under way.
func (c *Core) MoveClock(ctx context.Context, m Move) (time.Time, error) {
	if !c.Sandbox {
		return time.Time{}, insurance.Refuse(insurance.CodeInvalid, "only the clock of a sandbox can be moved")
	}
	holder := newID()
	epoch, held, err := c.Store.AcquireLease(ctx, leaseClock, holder, c.Options.Now(), leaseClockTime)
	if err != nil {
		return time.Time{}, told(err)
	}
	if !held {
		return time.Time{}, ErrMoving
	}
	voyage := &voyage{core: c, move: m, holder: holder, epoch: epoch}
	defer voyage.end(context.WithoutCancel(ctx))
	return voyage.run(ctx)
}

// voyage is one move on its way.
type voyage struct {
	core   *Core
	move   Move
	holder string
	epoch  int64
	// part and owner are set if only one policy's clock moves.
	part, owner string
	shift       time.Duration
	steps       int
}

func (v *voyage) run(ctx context.Context) (time.Time, error) {
	var now, target time.Time
	err := v.core.read(ctx, func(r reading) (err error) {
		if v.move.Policy != "" {
			if err := v.findPolicy(r); err != nil {
				return err
			}
		}
		now = r.now.Add(v.shift)
		target, err = v.move.To(now)
		return err
	})
	if err != nil {
		return time.Time{}, err
	}
	if !target.After(now) {
		return time.Time{}, insurance.Refuse(insurance.CodeInvalid, "the clock stands at %s and does not go back", now.Format(time.RFC3339))
	}
	if err := v.sail(ctx, target.Add(-v.shift)); err != nil {
		return time.Time{}, err
	}
	return target, v.arrive(ctx, target.Sub(now))
}

// findPolicy finds whose clock moves: that of a policy, or of the package that
// a code, a quote or a certificate number names.
func (v *voyage) findPolicy(r reading) error {
	policy, ok, err := r.PolicyAnywhere(v.move.Policy)
	if err != nil {
		return fmt.Errorf("find policy: %w", err)
	}
	v.part, v.owner = policy.Part, policy.Owner
	if !ok {
		s, err := v.core.saleNamed(r, v.move.Policy)
		if insurance.CodeOf(err) == insurance.CodePackageUnknown {
			return unknownPolicy(v.move.Policy)
		}
		if err != nil {
			return err
		}
		v.part, v.owner = s.Part, s.ID
	}
	v.shift, err = v.core.shiftOf(r, v.part, v.owner)
	return err
}

// sail does everything that is due until a time on the clock that all share.
func (v *voyage) sail(ctx context.Context, until time.Time) error {
	for {
		due, err := v.due(ctx, until)
		if err != nil || len(due) == 0 {
			return err
		}
		if err := v.stay(ctx); err != nil {
			return err
		}
		first := firstOfEach(due)
		if err := v.doAll(ctx, first, until); err != nil {
			return err
		}
		v.steps += len(first)
		if v.move.Progress != nil {
			v.move.Progress(time.UnixMicro(due[0].DueAt).UTC(), v.steps)
		}
	}
}

// doAll does things of different owners, each as of its due time. A step that fails
// is put off to after the new time, so that the move comes to an end.
func (v *voyage) doAll(ctx context.Context, timers []store.Timer, until time.Time) error {
	var group errgroup.Group
	group.SetLimit(workers)
	var steps []store.Timer
	for _, t := range timers {
		if t.Kind != timerNotice {
			steps = append(steps, t)
			continue
		}
		group.Go(func() error {
			v.move.Deliver(ctx, Job{timer: t}, time.UnixMicro(t.DueAt).UTC())
			return v.putOff(ctx, t, until)
		})
	}
	for some := range slices.Chunk(steps, sweepSize) {
		group.Go(func() error { return v.core.fireAll(ctx, some, Fence{}, until) })
	}
	return group.Wait()
}

// putOff lets a notice that could not even be tried wait until after the move,
// so that the move comes to an end. One that was tried has another timer now.
func (v *voyage) putOff(ctx context.Context, t store.Timer, until time.Time) error {
	changes := store.NewChanges(t.Part)
	changes.DelayTimer(t, until.Add(time.Minute).UnixMicro())
	if err := v.core.Store.Commit(ctx, changes); err != nil && !errors.Is(err, store.ErrGuardLost) {
		return told(err)
	}
	return nil
}

// due reads what is due in all lanes, or for one policy, earliest first.
func (v *voyage) due(ctx context.Context, until time.Time) ([]store.Timer, error) {
	var due []store.Timer
	err := v.core.read(ctx, func(r reading) error {
		if v.owner != "" {
			timers, err := r.TimersOf(v.part, v.owner)
			if err == nil {
				due, err = unpaused(r, timers, until)
			}
			return err
		}
		for _, lane := range WorkLanes() {
			timers, err := r.TimersDue(lane, "", until.UnixMicro(), sweepSize)
			if err != nil {
				return err
			}
			due = append(due, timers...)
		}
		for _, lane := range NoticeLanes() {
			timers, err := noticesDue(r, lane, until, sweepSize, nil)
			if err != nil {
				return err
			}
			due = append(due, timers...)
		}
		return nil
	})
	slices.SortStableFunc(due, func(a, b store.Timer) int { return int(min(max(a.DueAt-b.DueAt, -1), 1)) })
	return due, err
}

// unpaused are the timers that are due, but for notices of paused endpoints.
func unpaused(r reading, timers []store.Timer, until time.Time) ([]store.Timer, error) {
	paused, err := r.PausedEndpoints()
	if err != nil {
		return nil, fmt.Errorf("read paused endpoints: %w", err)
	}
	names := about(paused, func(e store.Endpoint) string { return endpointName(e.Part, e.ID) })
	return slices.DeleteFunc(timers, func(t store.Timer) bool {
		return t.DueAt > until.UnixMicro() || len(names[t.Endpoint]) > 0
	}), nil
}

// arrive sets the clock, when nothing is left on the way.
func (v *voyage) arrive(ctx context.Context, by time.Duration) error {
	if v.owner != "" {
		changes := store.NewChanges(v.part)
		changes.ShiftClock(v.owner, by.Microseconds())
		return told(v.core.Store.Commit(ctx, changes))
	}
	err := v.core.decide(ctx, func(r reading) (*draft, error) {
		was, err := r.Setting(settingClock)
		if err != nil {
			return nil, fmt.Errorf("read the clock: %w", err)
		}
		d := v.core.quiet(r, "")
		d.PutSetting(settingClock, was, strconv.FormatInt((offsetOf(was)+by).Microseconds(), 10))
		return d, nil
	})
	v.core.lanes.wake(append(WorkLanes(), NoticeLanes()...))
	return err
}

func (v *voyage) end(ctx context.Context) {
	if err := v.core.Store.ReleaseLease(ctx, leaseClock, v.holder, v.epoch); err != nil {
		v.core.Log.Error("clock not released", "error", err)
	}
}

// stay keeps the clock's lease. A move that lost it stops: somebody else is
// moving the clock.
func (v *voyage) stay(ctx context.Context) error {
	held, err := v.core.Store.RenewLease(ctx, leaseClock, v.holder, v.epoch, v.core.Options.Now(), leaseClockTime)
	if err == nil && !held {
		return ErrMoving
	}
	return told(err)
}
