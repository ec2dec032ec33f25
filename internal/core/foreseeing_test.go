package core

import (
	"reflect"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store/storetest"
)

// Steps of a sweep are read for together; one policy that cannot be read holds up no
// other, and goes on once it can be.
func TestAnUnreadablePolicyHoldsUpNoOther(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		wishes := make([]insurance.Proposal, workLanes+1) // some lane has several of them
		for i := range wishes {
			wishes[i] = phone("A-1")
		}
		policies := h.bind(wishes...)
		h.clock.advance(20 * 24 * time.Hour)
		h.work()
		damaged := h.inSharedLane(policies)
		storetest.Exec(t, h.dsn, `UPDATE policy_version SET body = '!' || body WHERE policy_id = $1`, damaged.ID)
		h.clock.advance(20 * 24 * time.Hour)
		h.work()
		for _, p := range policies {
			if premiums := len(h.ledger(p)); (premiums == 1) != (p.ID == damaged.ID) {
				t.Errorf("policy %s, while %s cannot be read: %d premiums", p.ID, damaged.ID, premiums)
			}
		}
		storetest.Exec(t, h.dsn, `UPDATE policy_version SET body = substr(body, 2) WHERE policy_id = $1`, damaged.ID)
		h.clock.advance(time.Hour)
		h.work()
		if premiums := len(h.ledger(damaged)); premiums != 2 {
			t.Errorf("once it can be read again: %d premiums", premiums)
		}
	})
}

// inSharedLane is a policy that has another in its lane.
func (h *house) inSharedLane(policies []Policy) Policy {
	seen := make(map[int64]bool)
	for _, p := range policies {
		lane := workLane(h.partner.Part, p.ID)
		if seen[lane] {
			return p
		}
		seen[lane] = true
	}
	return policies[0]
}

// What a sweep reads at once is what each step would read by itself.
func TestForeseenIsWhatWouldBeRead(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		policies := h.bind(phone("kept"), phone("ending"), phone("late"))
		h.endOn(policies[1], insurance.ReasonItemSold, day("2026-03-01"))
		shop := h.shop("e3ccm")
		h.booked(shop, device("500"))
		seen := 0
		h.view(func(r reading) error {
			for _, lane := range WorkLanes() {
				due, err := r.TimersDue(lane, "", opening.AddDate(1, 0, 0).UnixMicro(), sweepSize)
				h.fatal(err)
				ahead := r.sharing()
				h.fatal(ahead.foresee(due))
				for _, timer := range due {
					if timer.Kind != timerPolicy {
						continue
					}
					seen++
					h.foresaw(ahead, r, timer.Part, timer.Subject)
				}
			}
			return nil
		})
		if seen != 4 {
			t.Errorf("%d steps were foreseen, want 4", seen)
		}
	})
}

// foresaw compares what was read ahead of a policy with what is read now.
func (h *house) foresaw(ahead, r reading, part, id string) {
	h.t.Helper()
	if _, known := ahead.shared.policies[rowKey{part, id}]; !known {
		h.t.Errorf("policy %s was not foreseen", id)
	}
	got, _, err := ahead.Policy(part, id)
	h.fatal(err)
	want, _, err := r.View.Policy(part, id)
	h.fatal(err)
	if !reflect.DeepEqual(got, want) {
		h.t.Errorf("policy: got %+v, want %+v", got, want)
	}
	lines, length, err := ahead.past(got)
	h.fatal(err)
	ledger, err := r.View.Ledger(part, id)
	h.fatal(err)
	if length != len(ledger) || got.LooksBack() && !reflect.DeepEqual(lines, ledger) {
		h.t.Errorf("ledger: got %d lines, %+v, want %+v", length, lines, ledger)
	}
}
