package core

import (
	"strings"
	"testing"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store/storetest"
)

// tally tallies all that is to be.
func (h *house) tally() {
	h.t.Helper()
	for more := true; more; {
		var err error
		more, err = h.sweepTallies(h.t.Context(), tallyLane, Fence{})
		h.fatal(err)
	}
}

// untallied counts what is to be tallied.
func (h *house) untallied() (n int) {
	h.t.Helper()
	h.view(func(r reading) error {
		policies, err := r.UntalliedPolicies(100)
		h.fatal(err)
		bookings, err := r.UntalliedBookings(100)
		n = len(policies) + len(bookings)
		return err
	})
	return n
}

// TestWhatIsBookedIsTalliedOnce: what was booked or ended is to be tallied, once.
func TestWhatIsBookedIsTalliedOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		shop := h.shop("e3ccm")
		h.booked(shop, tickets("100"))
		policies := h.bind(repair("1"), repair("2"))
		if n := h.untallied(); n != 4 {
			t.Errorf("%d rows are to be tallied, want the package and its policy, and two more", n)
		}
		h.tally()
		h.end(policies[0], insurance.ReasonWithdrawal)
		if n := h.untallied(); n != 1 {
			t.Errorf("%d rows are to be tallied, want the one that has ended", n)
		}
		for range 2 {
			h.tally()
			if n := h.untallied(); n != 0 {
				t.Errorf("%d rows are still to be tallied", n)
			}
		}
	})
}

// TestTalliesAreFenced: a node that lost its lane tallies nothing.
func TestTalliesAreFenced(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		h.bind(repair("1"))
		if _, err := h.sweepTallies(t.Context(), tallyLane, Fence{lease: leaseName(tallyLane), epoch: 1}); err != nil {
			t.Fatal(err)
		}
		if n := h.untallied(); n != 1 {
			t.Errorf("%d rows are to be tallied, want the one that was booked", n)
		}
	})
}

// TestCheckFindsWrongTallies: whichever tally is damaged, on whichever level, the
// list and the day on which the slot begins are named.
func TestCheckFindsWrongTallies(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		portfolio(h)
		h.booked(h.shop("e3ccm"), tickets("100"))
		h.tally()
		h.submit(phone("untallied"))
		h.work()
		if found := h.findings(); len(found) > 0 {
			t.Fatalf("a healthy database has findings: %+v", found)
		}
		for roll, first := range map[string]struct {
			part   string
			levels []int
			day    string
		}{
			"policy.created":   {"acme", []int{44, 38, 32, 26}, "2026-01-15"},
			"policy.inception": {"acme", []int{30, 24, 12, 6, 0}, "2026-01-18"},
			"policy.last_day":  {"acme", []int{30, 24, 12, 6, 0}, "2026-03-31"},
			"booking":          {"e3ccm", []int{44, 38, 32, 26}, "2026-01-20"},
		} {
			for _, level := range first.levels {
				found := h.damaged(`UPDATE tally SET live = live + $1 WHERE part = $2 AND list = $3 AND level = $4
					AND slot = (SELECT MIN(slot) FROM tally WHERE part = $2 AND list = $3 AND level = $4)`, 1, -1, first.part, roll, level)
				if len(found) != 1 || found[0].Invariant != invariantTally || found[0].Subject != roll {
					t.Errorf("%s, level %d: %+v", roll, level, found)
				} else if day := "from " + first.day; level == first.levels[len(first.levels)-1] && !strings.HasPrefix(found[0].Detail, day) {
					t.Errorf("%s: %q does not say %q", roll, found[0].Detail, day)
				}
			}
		}
		found := h.damaged(`UPDATE policy SET tallied_live = tallied_live + $1 WHERE live = $2`, 1, -1, 0)
		lists := about(found, func(f Finding) string { return f.Subject })
		if len(lists) != 3 || invariants(found) != invariantTally {
			t.Errorf("a policy that was tallied as live: %+v", found)
		}
	})
}

// damaged is what Check finds while a statement is done that is undone with
// another number.
func (h *house) damaged(statement string, do, undo int, args ...any) []Finding {
	h.t.Helper()
	storetest.Exec(h.t, h.dsn, statement, append([]any{do}, args...)...)
	found := h.findings()
	storetest.Exec(h.t, h.dsn, statement, append([]any{undo}, args...)...)
	return found
}
