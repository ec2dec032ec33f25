package core

import (
	"testing"
	"time"

	"github.com/covernote/covernote/internal/store"
)

func TestOrderIsBookedAsOfItsReceipt(t *testing.T) {
	h := onSQLite(t)
	h.submit(phone("A-1"))
	h.clock.advance(40 * 24 * time.Hour)
	h.work()
	p := h.policies(false)[0]
	if !p.ConcludedAt.Equal(opening) || !p.CreatedAt.Equal(opening) || p.WithdrawUntil != day("2026-01-29") {
		t.Errorf("concluded at %s, withdraw until %s", p.ConcludedAt, p.WithdrawUntil)
	}
	for _, d := range h.deliver(200) {
		if !d.At().Equal(opening.Add(40 * 24 * time.Hour)) {
			t.Errorf("the notice fell due at %s, before it was written", d.At())
		}
	}
	// Time has not stood still: the premium of the second month was due.
	if p.IntervalNo != 2 {
		t.Errorf("%d premiums were written, want 2", p.IntervalNo)
	}
}

func TestCrashBetweenReceiptAndBooking(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		h.submit(phone("A-1"))
		crashed := h.Core
		h.Core = h.newCore(h.Store)
		h.submit(phone("A-1"))
		h.work()
		h.Core = crashed
		h.work()
		if n := len(h.policies(true)); n != 1 {
			t.Errorf("%d policies, want 1", n)
		}
		if orders := h.orders(); len(orders) != 1 || orders[0].State != store.OrderBooked {
			t.Errorf("orders are %+v", orders)
		}
	})
}
