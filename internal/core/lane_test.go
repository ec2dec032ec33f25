package core

import (
	"context"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/store"
)

// fences are the proof of a lane under its first holder, which has lost it,
// and under the second.
func (h *house) fences(lane int64) (lost, held Fence) {
	h.t.Helper()
	acquire := func(holder string, at time.Time) Fence {
		epoch, ok, err := h.Store.AcquireLease(h.t.Context(), leaseName(lane), holder, at, leaseTime)
		h.fatal(err)
		if !ok {
			h.t.Fatalf("%s did not get the lane", holder)
		}
		return Fence{lease: leaseName(lane), epoch: epoch}
	}
	return acquire("first", opening), acquire("second", opening.Add(time.Hour))
}

func TestALostLaneWritesNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		h.submit(phone("A-1"))
		held := make(map[int64]Fence)
		for _, lane := range append(WorkLanes(), NoticeLanes()...) {
			var lost Fence
			if lost, held[lane] = h.fences(lane); lost.epoch == held[lane].epoch {
				t.Fatal("the epoch has not grown")
			}
			if lane < firstNotices {
				_, err := h.sweepWork(t.Context(), lane, lost)
				h.fatal(err)
			}
		}
		if n := len(h.policies(true)); n != 0 {
			t.Errorf("%d policies were bound under a lost lane", n)
		}
		for _, lane := range WorkLanes() {
			_, err := h.sweepWork(t.Context(), lane, held[lane])
			h.fatal(err)
		}
		if n := len(h.policies(true)); n != 1 {
			t.Errorf("%d policies were bound under a held lane, want 1", n)
		}
		for _, lane := range NoticeLanes() {
			lost := held[lane]
			lost.epoch--
			h.reportUnder(lane, lost, 0)
			h.reportUnder(lane, held[lane], 1)
		}
	})
}

func (h *house) reportUnder(lane int64, f Fence, attempts int64) {
	h.t.Helper()
	jobs, now, err := h.JobsDue(h.t.Context(), lane, sweepSize)
	h.fatal(err)
	for _, job := range jobs {
		d, err := h.Delivery(h.t.Context(), job)
		h.fatal(err)
		h.fatal(h.Report(h.t.Context(), d, Outcome{At: now, Status: 200, Delivered: true}, f))
		for _, n := range h.notices() {
			if n.ID == job.ID() && n.Attempts != attempts {
				h.t.Errorf("%d tries recorded, want %d", n.Attempts, attempts)
			}
		}
	}
}

// Two nodes sweep the same lanes one after the other, each woken by what is
// submitted to it.
func TestRunBooksWhatIsSubmitted(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		for node := range 2 {
			h.Core = h.newCore(h.Store)
			ctx, stop := context.WithCancel(t.Context())
			swept, ended := make(chan struct{}, 1000), make(chan struct{})
			go func() {
				defer close(ended)
				h.RunLanes(ctx, WorkLanes(), func(ctx context.Context, lane int64, fence Fence) (bool, error) {
					more, err := h.sweepWork(ctx, lane, fence)
					select {
					case swept <- struct{}{}:
					default:
					}
					return more, err
				}, nil)
			}()
			h.submit(phone("A-1"), phone("A-1"))
			h.submit(repair(string(rune('B' + node))))
			for want := 3 + node; len(h.policies(true)) < want; {
				<-swept
			}
			stop()
			<-ended
		}
		if n := len(h.policies(true)); n != 4 {
			t.Errorf("%d policies, want 4", n)
		}
		h.view(func(r reading) error {
			for _, lane := range WorkLanes() {
				if due, err := r.TimersDue(lane, "", opening.UnixMicro(), 10); err != nil || len(due) > 0 {
					t.Errorf("left behind in lane %d: %v, %v", lane, due, err)
				}
			}
			return nil
		})
	})
}

// What a sweep left under way is stored under the lease of its lane, also when
// the node is told to stop meanwhile.
func TestLanesAreHeldUntilTheyAreDrained(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		taken := func() bool {
			_, ok, err := h.Store.AcquireLease(t.Context(), leaseName(0), "somebody else", opening, leaseTime)
			h.fatal(err)
			return ok
		}
		h.RunLanes(ctx, WorkLanes(), func(context.Context, int64, Fence) (bool, error) {
			stop()
			return false, nil
		}, func(lane int64) {
			if lane == 0 && taken() {
				t.Error("the lane was let go before it was drained")
			}
		})
		if !taken() {
			t.Error("the lane was not let go")
		}
	})
}

func TestOnlyTheHolderSweeps(t *testing.T) {
	h := onSQLite(t)
	h.submit(phone("A-1"))
	for _, lane := range WorkLanes() {
		_, ok, err := h.Store.AcquireLease(t.Context(), leaseName(lane), "somebody else", opening, leaseTime)
		h.fatal(err)
		if !ok {
			t.Fatal("the lane is taken")
		}
	}
	held := h.holding(WorkLanes())
	held.renew(t.Context())
	for _, lane := range WorkLanes() {
		if _, ok := held.fence(lane); ok {
			t.Errorf("lane %d is held by two", lane)
		}
	}
	// Once the other has gone silent, the lanes are free; and what was not
	// renewed in time is not trusted.
	h.clock.advance(leaseTime)
	held.renew(t.Context())
	if _, ok := held.fence(0); !ok {
		t.Error("a free lane was not taken")
	}
	h.clock.advance(leaseTime - leaseRenewal + time.Microsecond)
	if _, ok := held.fence(0); ok {
		t.Error("a lane is trusted that may have run out")
	}
	held.release(t.Context(), 0)
	if _, ok := held.fence(0); ok {
		t.Error("a lane is held that was let go of")
	}
	h.work()
}

func TestRetryGrowsToAnHour(t *testing.T) {
	t.Parallel()
	for failures, want := range map[int64]time.Duration{
		0: time.Second, 1: 2 * time.Second, 5: 32 * time.Second, 11: 2048 * time.Second, 12: time.Hour, 1000: time.Hour,
	} {
		if got := retryAfter(failures); got != want {
			t.Errorf("after %d failures: %v, want %v", failures, got, want)
		}
	}
}

func TestWhatHappensToOneHappensInOrder(t *testing.T) {
	t.Parallel()
	timers := []store.Timer{
		{Part: "p", Owner: "a", ID: "1"}, {Part: "p", Owner: "b", ID: "2"}, {Part: "p", Owner: "a", ID: "3"}, {Part: "q", Owner: "a", ID: "4"},
	}
	var ids []string
	for _, timer := range firstOfEach(timers) {
		ids = append(ids, timer.ID)
	}
	equalLists(t, "first of each", ids, []string{"1", "2", "4"})
}
