package core

import (
	"encoding/json"
	"sync"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
	"github.com/covernote/covernote/internal/store/storetest"
)

// term is a device whose cover is renewed after another time than a quarter.
func term(value string, length insurance.Period) QuoteWish {
	wish := device(value)
	wish.Proposal.Term = length
	return wish
}

// renewals are the events of a package that tell of renewals: which one, what
// became of it, and the time of it.
func (h *house) renewals(p Partner, told Package) (lines []string) {
	h.t.Helper()
	for _, e := range h.eventsOf(p, told.ID) {
		var r RenewalTold
		if h.fatal(json.Unmarshal([]byte(e.Data), &r)); r.RenewalID == "" {
			continue
		}
		if !r.NoticeAt.Before(r.DueAt.Add(time.Microsecond)) || !r.DueAt.Before(r.GraceUntil) || !r.StartsAt.Equal(r.DueAt) {
			h.t.Errorf("%s: announced at %s, due at %s, until %s", e.Type, r.NoticeAt, r.DueAt, r.GraceUntil)
		}
		lines = append(lines, e.Type+" at "+instant(e.At).Format("2006-01-02T15")+": "+r.State+" from "+
			r.StartsAt.Format("2006-01-02T15")+" to "+r.EndsAt.Format("2006-01-02T15")+" for "+r.Price+" "+r.Currency+" "+r.Period)
	}
	return lines
}

// oclock is an hour of a day, UTC.
func oclock(text string, hour int) time.Time {
	return day(text).Start(time.UTC).Add(time.Duration(hour) * time.Hour)
}

// sentOf are the notices of a partner in the order in which they became due.
func (h *house) sentOf(p Partner) (kinds []string) {
	h.t.Helper()
	h.view(func(r reading) error {
		notices, err := r.NoticesIn(store.Stretch{Part: p.Part})
		for _, n := range notices {
			e, ok, err := r.Event(p.Part, n.EventID)
			h.fatal(needed(ok, err))
			if n.State != store.NoticeDelivered || instant(n.CreatedAt).Before(instant(e.At)) {
				h.t.Errorf("the notice of %s at %s is %s since %s", e.Type, instant(e.At), n.State, instant(n.CreatedAt))
			}
			kinds = append(kinds, e.Type)
		}
		return err
	})
	return kinds
}

// lapsing are the steps of a quarter that nobody pays the next one for.
var lapsing = []string{
	"renewal.announced at 2026-03-16T11: announced from 2026-04-15T10 to 2026-07-15T10 for 8.29 GBP 3M",
	"renewal.due at 2026-04-15T10: due from 2026-04-15T10 to 2026-07-15T10 for 8.29 GBP 3M",
	"renewal.expired at 2026-04-29T10: unpaid from 2026-04-15T10 to 2026-07-15T10 for 8.29 GBP 3M",
}

// Each step comes once, in order, at the same time of day in London, which is
// an hour earlier in summer; and so do its notices.
func TestARenewalLapses(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p := h.shop("e3ccm")
		told := h.booked(p, device("500"))
		h.moveTo(opening.AddDate(0, 6, 0), "", 200)
		equalLists(t, "steps", h.renewals(p, told), lapsing)
		equalLists(t, "notices", h.sentOf(p), []string{"renewal.announced", "renewal.due", "renewal.expired"})
		now := h.booking(p, told)
		policy := now.Quotes[0].Policy
		if now.State != PackageCancelled || policy.State != insurance.PolicyLapsed || policy.LastDay() != day("2026-04-28") {
			t.Errorf("it is %s, the policy %s until %s", now.State, policy.State, policy.LastDay())
		}
		if len(h.linesOf(p, now.Quotes[0])) != 1 {
			t.Error("premium was written that nobody paid")
		}
		h.refusedRenewals(p, told, insurance.CodeStateForbidden)
	})
}

// refusedRenewals insists that no way to renew a package is open.
func (h *house) refusedRenewals(p Partner, told Package, code insurance.Code) {
	h.t.Helper()
	ref := PackageRef{PackageID: told.ID}
	_, err := h.PayRenewal(h.t.Context(), p, RenewalPayment{RenewalID: told.Quotes[0].RenewalID}, Once{})
	h.refused(err, code)
	_, err = h.OfferRenewal(h.t.Context(), p, ref, Once{})
	h.refused(err, code)
	_, err = h.DeclineRenewal(h.t.Context(), p, ref, Once{})
	h.refused(err, code)
}

func (h *house) pay(p Partner, renewal string) {
	h.t.Helper()
	_, err := h.PayRenewal(h.t.Context(), p, RenewalPayment{RenewalID: renewal}, Once{})
	h.fatal(err)
}

func TestARenewalIsPaidEarly(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p := h.shop("e3ccm")
		told := h.booked(p, device("500"))
		first := told.Quotes[0].RenewalID
		h.moveTo(opening.AddDate(0, 2, 15), "", 200) // announced
		h.pay(p, first)
		paid := h.booking(p, told)
		h.pay(p, first)
		if now := h.booking(p, told); now.Version != paid.Version || now.Quotes[0].RenewalID != first || now.Quotes[0].Policy.TermNo != 1 {
			t.Errorf("paid twice, it is at version %d with %s", now.Version, now.Quotes[0].RenewalID)
		}
		h.moveTo(opening.AddDate(0, 4, 0), "", 200)
		q := h.booking(p, told).Quotes[0]
		if q.Policy.TermNo != 2 || !q.StartsAt.Equal(oclock("2026-04-15", 10)) || q.RenewalID == first || q.RenewalID == "" {
			t.Errorf("term %d from %s, then %s", q.Policy.TermNo, q.StartsAt, q.RenewalID)
		}
		h.pay(p, first) // that term has begun
		if again := h.booking(p, told).Quotes[0]; again.RenewalID != q.RenewalID || again.Policy.Renewal.State != insurance.RenewalPlanned {
			t.Errorf("the old renewal paid the new one: %+v", again.Policy.Renewal)
		}
		equalLists(t, "steps", h.renewals(p, told), []string{
			lapsing[0], "renewal.planned at 2026-04-15T10: planned from 2026-07-15T10 to 2026-10-15T10 for 8.29 GBP 3M",
		})
		if lines := h.linesOf(p, q); len(lines) != 2 || !lines[1].BookedAt.Equal(opening.AddDate(0, 2, 15)) {
			t.Errorf("the ledger is %+v", lines) // written when it was paid
		}
	})
}

// A term that was paid for and has not begun is given back whole, whenever the
// running one is cancelled.
func TestWhatWasPaidAheadIsGivenBack(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p := h.shop("e3ccm")
		for want, days := range map[string]int{"16.58 GBP": 0, "14.19 GBP": 25} { // of 90 days 64 are left, a cent up
			told := h.booked(p, device("500"))
			h.pay(p, told.Quotes[0].RenewalID)
			if days > 0 {
				h.moveTo(opening.AddDate(0, 0, days), told.ID, 200)
			}
			shown := h.toCancel(p, told)
			done, err := h.ConfirmCancellation(t.Context(), p, shown, Once{})
			h.fatal(err)
			if done.Total.String() != want || len(h.linesOf(p, told.Quotes[0])) != 4 {
				t.Errorf("after %d days %s is given back, want %s", days, done.Total, want)
			}
		}
	})
}

func TestARenewalIsPaidInGrace(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p := h.shop("e3ccm")
		told := h.booked(p, device("500"))
		first := told.Quotes[0].RenewalID
		h.moveTo(oclock("2026-04-29", 10).Add(-time.Microsecond), "", 200) // the last instant
		if now := h.booking(p, told); now.Quotes[0].Policy.Renewal.State != insurance.RenewalDue || now.State != PackageConfirmed {
			t.Fatalf("the renewal is %s", now.Quotes[0].Policy.Renewal.State)
		}
		h.pay(p, first)
		q := h.booking(p, told).Quotes[0]
		if q.Policy.TermNo != 2 || !q.StartsAt.Equal(oclock("2026-04-15", 10)) || q.Policy.Renewal.Number != 2 || q.RenewalID == first {
			t.Errorf("term %d from %s, then %+v", q.Policy.TermNo, q.StartsAt, q.Policy.Renewal)
		}
		h.pay(p, first)
		if lines := h.linesOf(p, q); len(lines) != 2 || lines[1].Span != (insurance.Span{From: day("2026-04-15"), To: day("2026-07-14")}) {
			t.Errorf("the ledger is %+v", lines)
		}
		h.moveTo(oclock("2026-05-02", 10), "", 200)
		if now := h.booking(p, told); now.Quotes[0].Policy.State != insurance.PolicyBound {
			t.Errorf("it %s although it was paid for", now.Quotes[0].Policy.State)
		}
	})
}

func TestARenewalIsDeclined(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p := h.shop("e3ccm")
		told := h.booked(p, device("500"))
		ref := PackageRef{PackageID: told.ID}
		for range 2 {
			_, err := h.DeclineRenewal(t.Context(), p, ref, Once{})
			h.fatal(err)
		}
		_, err := h.PayRenewal(t.Context(), p, RenewalPayment{RenewalID: told.Quotes[0].RenewalID}, Once{})
		h.refused(err, insurance.CodeStateForbidden)
		h.moveTo(opening.AddDate(0, 6, 0), "", 200)
		if q := h.booking(p, told).Quotes[0]; q.Policy.State != insurance.PolicyExpired || q.Policy.LastDay() != day("2026-04-14") {
			t.Errorf("it is %s since %s", q.Policy.State, q.Policy.LastDay())
		}
		if steps := h.renewals(p, told); len(steps) != 0 {
			t.Errorf("told all the same: %q", steps)
		}
		// In grace it has been over since it was due; what is paid for goes on.
		late, paid := h.booked(p, starting(device("500"), opening.AddDate(0, 6, 0))), h.booked(p, starting(device("500"), opening.AddDate(0, 6, 0)))
		h.pay(p, paid.Quotes[0].RenewalID)
		_, err = h.DeclineRenewal(t.Context(), p, PackageRef{PackageID: paid.ID}, Once{})
		h.refused(err, insurance.CodeStateForbidden)
		h.moveTo(opening.AddDate(0, 9, 3), "", 200)
		_, err = h.DeclineRenewal(t.Context(), p, PackageRef{PackageID: late.ID}, Once{})
		h.fatal(err)
		if q := h.booking(p, late).Quotes[0]; q.Policy.State != insurance.PolicyExpired || q.Policy.LastDay() != day("2026-10-14") {
			t.Errorf("it is %s since %s", q.Policy.State, q.Policy.LastDay())
		}
		h.refusedRenewals(p, late, insurance.CodeStateForbidden)
	})
}

// A week is due before the grace of the week before has passed: each is paid
// under its own name, as of its own time.
func TestWeeksArePaidLate(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p := h.shop("e3ccm")
		told := h.booked(p, term("500", insurance.Days(7)))
		h.moveTo(opening.AddDate(0, 0, 20), "", 200)
		for n, starts := range []time.Time{oclock("2026-01-22", 11), oclock("2026-01-29", 11), oclock("2026-02-05", 11)} {
			h.pay(p, h.booking(p, told).Quotes[0].RenewalID)
			if n == 2 {
				h.moveTo(starts, "", 200) // that one is still to come
			}
			if q := h.booking(p, told).Quotes[0]; q.Policy.TermNo != n+2 || !q.StartsAt.Equal(starts) {
				t.Errorf("after %d payments it is in term %d from %s", n+1, q.Policy.TermNo, q.StartsAt)
			}
		}
		h.moveTo(opening.AddDate(0, 2, 0), "", 200)
		q := h.booking(p, told).Quotes[0]
		if lines := h.linesOf(p, q); len(lines) != 4 || q.Policy.LastDay() != day("2026-02-25") {
			t.Errorf("%d premiums, cover until %s", len(lines), q.Policy.LastDay())
		}
	})
}

// starting is a wish for cover from another time.
func starting(wish QuoteWish, at time.Time) QuoteWish {
	wish.Proposal.StartsAt = at
	return wish
}

func TestRenewalsAreOfferedAndConfirmed(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p := h.shop("e3ccm")
		told := h.booked(p, device("500"), tickets("100"), term("600", insurance.Months(12)))
		offer := func() RenewalOffer {
			t.Helper()
			offered, err := h.OfferRenewal(t.Context(), p, PackageRef{PackageID: told.ID}, Once{})
			h.fatal(err)
			return offered
		}
		confirm := func(o RenewalOffer) error {
			return asked(h.ConfirmRenewal(t.Context(), p, Confirmation{PackageID: told.ID, ID: o.ID}, Once{}))
		}
		first := offer()
		if len(first.Quotes) != 2 || first.Quotes[0].ID != told.Quotes[0].ID || !first.Quotes[0].StartsAt.Equal(oclock("2026-04-15", 10)) ||
			!first.Quotes[0].EndsAt.Equal(oclock("2026-07-15", 10)) || !first.Quotes[1].StartsAt.Equal(oclock("2027-01-15", 11)) {
			t.Errorf("offered are %+v", first.Quotes)
		}
		h.endorsed(p, changing(told, 0, "device_value", "1000"))
		const stale = "; renewing would now cost 49.06 GBP" // 14.45 and 34.61
		if got := h.refusal(confirm(first), insurance.CodeStale).Detail; got != "the booking has changed since "+first.ID+" was made"+stale {
			t.Errorf("refused because %s", got)
		}
		second := offer()
		h.clock.advance(previewAge + time.Microsecond)
		if got := h.refusal(confirm(second), insurance.CodeStale).Detail; got != second.ID+" expired at 2026-01-16T10:00:00Z"+stale {
			t.Errorf("refused because %s", got)
		}
		third := offer()
		h.fatal(confirm(third))
		h.refused(confirm(third), insurance.CodeStale)
		for i, want := range []bool{true, false, true} {
			renewal := h.booking(p, told).Quotes[i].Policy.Renewal
			if paid := renewal != nil && renewal.State == insurance.RenewalPaid; paid != want {
				t.Errorf("quote %d was paid: %t", i, paid)
			}
		}
		_, err := h.OfferRenewal(t.Context(), p, PackageRef{PackageID: told.ID}, Once{})
		h.refused(err, insurance.CodeStateForbidden)
	})
}

// Terms of every length go on as long as they are paid for: days are counted
// from the first, and the clock strikes as it did then.
func TestTermsOfEveryLength(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p := h.shop("e3ccm")
		for _, c := range []struct {
			length insurance.Period
			starts []string
		}{
			{insurance.Days(7), []string{"2026-01-31T11", "2026-02-07T11", "2026-02-14T11", "2026-02-21T11"}},
			{insurance.Months(1), []string{"2026-01-31T11", "2026-02-28T11", "2026-03-31T10", "2026-04-30T10"}},
			{insurance.Months(6), []string{"2026-01-31T11", "2026-07-31T10", "2027-01-31T11", "2027-07-31T10"}},
			{insurance.Months(12), []string{"2026-01-31T11", "2027-01-31T11", "2028-01-31T11", "2029-01-31T11"}},
		} {
			told := h.booked(p, starting(term("500", c.length), oclock("2026-01-31", 11)))
			var starts []string
			for range c.starts {
				q := h.booking(p, told).Quotes[0]
				starts = append(starts, q.StartsAt.Format("2006-01-02T15"))
				h.pay(p, q.RenewalID)
				h.moveTo(q.EndsAt, told.ID, 200)
			}
			equalLists(t, c.length.String(), starts, c.starts)
			if lines := h.linesOf(p, told.Quotes[0]); len(lines) != 5 {
				t.Errorf("%s: %d premiums, want 5", c.length, len(lines))
			}
		}
	})
}

// A renewal that is announced once another version is on sale is priced on
// that; one that was announced before keeps its price. A change prices the
// running term on the version that it was sold on, and the one that was paid
// ahead on its own.
func TestARenewalIsPricedOnTheNewVersion(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p := h.shop("e3ccm")
		h.moveTo(oclock("2027-10-15", 10), "", 200)
		later := starting(device("600"), oclock("2027-11-15", 12))
		old, fresh := h.booked(p, starting(device("600"), oclock("2027-10-15", 12))), h.booked(p, later)
		h.moveTo(oclock("2028-01-20", 10), "", 200)
		for _, c := range []struct {
			told  Package
			want  string
			build int
		}{{old, "9.52 GBP", 1}, {fresh, "10.53 GBP", 2}} {
			renewal := h.booking(p, c.told).Quotes[0].Policy.Renewal
			if renewal.Premium.Gross.String() != c.want || renewal.ProductVersion != c.build {
				t.Errorf("the renewal costs %s on version %d, want %s", renewal.Premium.Gross, renewal.ProductVersion, c.want)
			}
		}
		h.pay(p, fresh.Quotes[0].RenewalID)
		h.endorsed(p, changing(fresh, 0, "device_value", "700")) // still on version 1: 1.90 + 7.70
		equalLists(t, "the running term", grosses(h.booking(p, fresh)), []string{"10.75 GBP"})
		h.moveTo(oclock("2028-02-20", 10), "", 200)
		q := h.booking(p, fresh).Quotes[0]
		if q.Policy.ProductVersion != 2 || q.Product.Version != 2 || q.Premium.Gross.String() != "11.93 GBP" { // 1.90 + 8.75
			t.Errorf("the new term costs %s on version %d", q.Premium.Gross, q.Policy.ProductVersion)
		}
		h.endorsed(p, changing(fresh, 0, "device_value", "800")) // on version 2: 1.90 + 10.00
		equalLists(t, "the new term", grosses(h.booking(p, fresh)), []string{"13.33 GBP"})
	})
}

// One package's own clock moves by any of its names, and no other's with it.
func TestAPackageHasAClockOfItsOwn(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p := h.shop("e3ccm")
		other := h.booked(p, device("500"))
		told := h.booked(p, device("500"), parcel("83"))
		for i, name := range []string{told.ID, told.Quotes[1].ID, told.Quotes[0].Policy.CertificateNumber} {
			h.moveTo(opening.AddDate(0, 2+i, 0), name, 200)
		}
		equalLists(t, "its own", h.renewals(p, told), []string{
			"renewal.announced at 2026-03-16T11: announced from 2026-04-15T10 to 2026-07-15T10 for 7.46 GBP 3M",
			"renewal.due at 2026-04-15T10: due from 2026-04-15T10 to 2026-07-15T10 for 7.46 GBP 3M",
			"renewal.expired at 2026-04-29T10: unpaid from 2026-04-15T10 to 2026-07-15T10 for 7.46 GBP 3M",
		})
		if steps := h.renewals(p, other); len(steps) != 0 {
			t.Errorf("the other's: %q", steps)
		}
		now := h.booking(p, told)
		if now.Quotes[0].Policy.State != insurance.PolicyLapsed || now.Quotes[1].Policy.State != insurance.PolicyExpired || now.State != PackageConfirmed {
			t.Errorf("its policies are %s and %s, and it is %s", now.Quotes[0].Policy.State, now.Quotes[1].Policy.State, now.State)
		}
		// A package that was not booked yet has its own clock, too.
		quoted := h.quoted(p, tickets("100"))
		h.moveTo(opening.AddDate(0, 0, 31), quoted.ID, 200)
		_, err := h.Book(t.Context(), p, wishFor(quoted), Once{})
		h.refused(err, insurance.CodeStale)
		_, err = h.MoveClock(t.Context(), h.move(opening.AddDate(1, 0, 0), "34678-9ABCD-INS", 200))
		h.refused(err, insurance.CodePolicyUnknown)
	})
}

// sweep does what is due in all lanes as one node, until nothing is.
func (h *house) sweep(c *Core) {
	h.t.Helper()
	for more := true; more; {
		more = false
		for _, lane := range WorkLanes() {
			due, now, err := c.timersDue(h.t.Context(), lane, sweepSize)
			h.fatal(err)
			more = more || len(due) > 0
			h.fatal(c.fireAll(h.t.Context(), firstOfEach(due), Fence{}, now))
		}
	}
}

// Nothing runs for a year. Whoever comes back first, the sweeper or the
// partner, goes through every step in order, each as of its own time.
func TestALongStopIsCaughtUp(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p := h.shop("e3ccm")
		swept, asked := h.booked(p, device("500"), tickets("100")), h.booked(p, device("500"), tickets("100"))
		paid := h.booked(p, device("500"))
		h.pay(p, paid.Quotes[0].RenewalID)
		h.clock.advance(365 * 24 * time.Hour)
		_, err := h.OptOut(t.Context(), p, PackageRef{PackageID: asked.ID}, Once{})
		h.refused(err, insurance.CodeStateForbidden)
		_, err = h.SendMail(t.Context(), p, MailWish{PackageID: asked.ID}, Once{})
		h.fatal(err)
		caught := h.renewals(p, asked)
		h.sweep(h.Core)
		equalLists(t, "swept", h.renewals(p, swept), lapsing)
		equalLists(t, "asked", caught, lapsing)
		equalLists(t, "asked, then swept", h.renewals(p, asked), lapsing)
		equalLists(t, "paid before it was announced", h.renewals(p, paid), []string{
			"renewal.planned at 2026-04-15T10: planned from 2026-07-15T10 to 2026-10-15T10 for 8.29 GBP 3M",
			"renewal.announced at 2026-06-15T10: announced from 2026-07-15T10 to 2026-10-15T10 for 8.29 GBP 3M",
			"renewal.due at 2026-07-15T10: due from 2026-07-15T10 to 2026-10-15T10 for 8.29 GBP 3M",
			"renewal.expired at 2026-07-29T10: unpaid from 2026-07-15T10 to 2026-10-15T10 for 8.29 GBP 3M",
		})
		for _, told := range []Package{swept, asked} {
			if q := h.booking(p, told).Quotes; q[0].Policy.State != insurance.PolicyLapsed || q[1].Policy.State != insurance.PolicyExpired {
				t.Errorf("its policies are %s and %s", q[0].Policy.State, q[1].Policy.State)
			}
		}
	})
}

// Two nodes sweep the same renewals at the same time: each step is done once.
func TestTwoNodesSweepTheSameRenewals(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p := h.shop("e3ccm")
		other := h.newCore(storetest.Open(t, store.Options{DSN: h.dsn, Log: quiet}))
		var sold []Package
		for range 4 {
			sold = append(sold, h.booked(p, device("500"), parcel("83")))
		}
		h.clock.advance(200 * 24 * time.Hour)
		var group sync.WaitGroup
		for _, c := range []*Core{h.Core, other} {
			group.Go(func() { h.sweep(c) })
		}
		group.Wait()
		for _, told := range sold {
			if steps := h.renewals(p, told); len(steps) != 3 {
				t.Errorf("%d steps: %q", len(steps), steps)
			}
		}
	})
}
