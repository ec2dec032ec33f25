package core

import (
	"slices"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
)

func TestABookingThatNobodyPaysForFails(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p := h.shop("e3ccm")
		unpaid, paid := h.pending(p, tickets("100")), h.pending(p, tickets("110"))
		_, err := h.ConfirmPayment(t.Context(), p, PackageRef{PackageID: paid.ID}, Once{})
		h.fatal(err)
		late := opening.Add(paymentWindow + time.Microsecond)
		h.moveTo(late.Add(-time.Microsecond), "", 200)
		if now := h.booking(p, unpaid); now.State != PackagePending {
			t.Errorf("while there is time it is %s", now.State)
		}
		h.moveTo(late, "", 200)
		now := h.booking(p, unpaid)
		if now.State != PackageFailed || now.Version != 2 || !now.UpdatedAt.Equal(late) || now.Quotes[0].State != PackageFailed {
			t.Errorf("afterwards it is %+v", now)
		}
		equalLists(t, "told", h.tellings(p, unpaid), []string{"booking.failed 2026-01-22T10:00:00Z"})
		_, err = h.ConfirmPayment(t.Context(), p, PackageRef{PackageID: unpaid.ID}, Once{})
		h.refused(err, insurance.CodePaymentLate)
	})
}

func TestTheEndOfTheCoolingOffPeriodIsTold(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		kept, withdrawn := h.bindOne(phone("kept")), h.bindOne(phone("withdrawn"))
		h.end(withdrawn, insurance.ReasonWithdrawal)
		shop := h.shop("e3ccm")
		h.booked(shop, device("500"))
		ends := kept.CoolingOffEnds()
		h.moveTo(ends.Add(-time.Microsecond), "", 200)
		if n := len(h.happened(EventCoolingOffEnded)); n != 0 {
			t.Errorf("before its end it was told %d times", n)
		}
		h.moveTo(ends.AddDate(0, 0, 20), "", 200)
		if n := h.count(kept, EventCoolingOffEnded); n != 1 {
			t.Errorf("of one that was kept it was told %d times", n)
		}
		if n := h.count(withdrawn, EventCoolingOffEnded); n != 0 {
			t.Errorf("of one that was withdrawn from it was told %d times", n)
		}
		for _, e := range h.happened(EventCoolingOffEnded) {
			if e.Subject == kept.ID && e.At != ends.UnixMicro() {
				t.Errorf("told as of %s, not of %s", instant(e.At), ends)
			}
		}
		if now := h.byReference("kept"); now.State != insurance.PolicyBound {
			t.Errorf("the policy is %s", now.State)
		}
		_, err := h.End(t.Context(), h.partner, []Ending{{CertificateNumber: kept.CertificateNumber, Reason: insurance.ReasonWithdrawal}})
		h.refused(err, insurance.CodeReasonForbidden)
	})
}

// dueOf are the due times of what time will do next to each policy.
func (h *house) dueOf() (due []time.Time) {
	h.t.Helper()
	h.view(func(r reading) error {
		for _, lane := range WorkLanes() {
			timers, err := r.TimersDue(lane, "", opening.AddDate(10, 0, 0).UnixMicro(), 1000)
			if err != nil {
				return err
			}
			for _, timer := range timers {
				if timer.Kind == timerPolicy {
					due = append(due, instant(timer.DueAt))
				}
			}
		}
		return nil
	})
	slices.SortFunc(due, time.Time.Compare)
	return due
}

func TestWhatIsDueAtMidnightIsSpread(t *testing.T) {
	h := onSQLite(t)
	h.Spread = 10 * time.Minute
	var p Policy
	for _, reference := range []string{"A", "B", "C", "D", "E", "F", "G", "H"} {
		wish := phone(reference)
		wish.Object.Attributes = map[string]string{
			insurance.AttributeSerialNumber: reference, insurance.AttributeManufacturer: "Maker", insurance.AttributeModel: "One",
			insurance.AttributeSalesPrice: "555.0", insurance.AttributeUndamaged: "true",
		}
		p = h.bindOne(wish)
	}
	midnight, _ := p.DueAt()
	first, last := h.dueOf()[0], h.dueOf()[7]
	if first.Before(midnight) || last.After(midnight.Add(h.Spread)) || last.Sub(first) < 3*time.Minute {
		t.Errorf("what is due at %s is done from %s to %s", midnight, first, last)
	}
	h.moveTo(midnight, "", 200)
	if n := len(h.happened(EventPolicyRenewed)); n != 0 {
		t.Errorf("at midnight %d were renewed already", n)
	}
	h.moveTo(midnight.Add(h.Spread), "", 200)
	renewed := h.happened(EventPolicyRenewed)
	if len(renewed) != 8 || slices.ContainsFunc(renewed, func(e store.Event) bool { return e.At != midnight.UnixMicro() }) {
		t.Errorf("ten minutes later %d were renewed: %+v", len(renewed), renewed)
	}
}

func TestWhatEndsAtMidnightIsNotSpread(t *testing.T) {
	h := onSQLite(t)
	h.Spread = MaxSpread
	p := h.bindOne(repair("A"))
	ends, _ := p.DueAt()
	if due := h.dueOf(); len(due) != 1 || !due[0].Equal(ends) {
		t.Errorf("cover that ends at %s is ended at %s", ends, due)
	}
}

// A premium that is due while the spread of its midnight has not reached it is
// written before the policy is ended.
func TestASpreadPremiumComesBeforeAnEnding(t *testing.T) {
	h := onSQLite(t)
	h.Spread = 10 * time.Minute
	p := h.bindOne(phone("A"))
	midnight, _ := p.DueAt()
	h.moveTo(midnight, "", 200)
	h.end(p, insurance.ReasonOrdinary)
	h.moveTo(midnight.Add(h.Spread), "", 200)
	if n := h.count(p, EventPolicyRenewed); n != 1 {
		t.Errorf("renewed %d times", n)
	}
}
