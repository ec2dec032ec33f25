package core

import (
	"errors"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/store"
	"github.com/covernote/covernote/internal/store/storetest"
)

// Another node takes the same order when this one has decided to take it, and
// has stored nothing yet. Only the index can tell them apart.
func TestTwoNodesTakeOneOrder(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		other := h.newCore(storetest.Open(t, store.Options{DSN: h.dsn, Log: quiet}))
		h.faults.Meanwhile(1, func() {
			if _, err := other.SubmitOrder(t.Context(), h.partner, order(phone("A-1"), repair("A-1"))); err != nil {
				t.Error(err)
			}
		})
		h.submit(phone("A-1"), repair("A-1"))
		h.work()
		if orders, policies := len(h.orders()), len(h.policies(true)); orders != 1 || policies != 2 {
			t.Errorf("%d policies of %d orders, want 2 of 1", policies, orders)
		}
	})
}

// A move that was silent for so long that somebody else has begun one stops
// where it is.
func TestAMoveThatLostItsLeaseStops(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		h.bind(phone("A-1"))
		h.deliver(200)
		rounds := 0
		move := h.move(opening.Add(100*24*time.Hour), "", 200)
		move.Progress = func(time.Time, int) {
			rounds++
			later := opening.Add(2 * leaseClockTime)
			if _, taken, err := h.Store.AcquireLease(t.Context(), leaseClock, "somebody else", later, leaseClockTime); err != nil || !taken {
				t.Errorf("the lease was not to be had: %v", err)
			}
		}
		if _, err := h.MoveClock(t.Context(), move); !errors.Is(err, ErrMoving) {
			t.Errorf("got %v, want ErrMoving", err)
		}
		if now, err := h.Now(t.Context()); err != nil || !now.Equal(opening) || rounds != 1 {
			t.Errorf("the clock stands at %s after %d rounds, %v", now, rounds, err)
		}
	})
}
