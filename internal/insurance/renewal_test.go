package insurance

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// renewable makes the sample a quarterly subscription from the first of the
// year at half past seven, announced 30 days ahead, with 14 days of grace.
func renewable(p *Product, w *Proposal) {
	p.Kinds, p.Renewal = []Kind{KindRenewable}, RenewalRule{NoticeDays: 30, GraceDays: 14}
	p.Tariffs[0].Interval = Period{}
	p.Tariffs[0].Terms = []TermPrice{{Term: Months(3), Net: MustRate("12")}}
	w.Kind, w.Term = KindRenewable, Months(3)
	w.StartsAt = time.Date(2027, 1, 1, 6, 30, 0, 0, time.UTC)
}

func subscribe(t *testing.T) *life { t.Helper(); return bind(t, "2026-12-30", renewable) }

func instantOf(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := ParseInstant(text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func (l *life) renewalIs(number int, state RenewalState) {
	l.t.Helper()
	if r := l.policy.Renewal; r == nil || r.Number != number || r.State != state {
		l.t.Fatalf("the renewal is %+v, not number %d %s", r, number, state)
	}
}

func TestARenewalIsPlannedWithItsTerm(t *testing.T) {
	t.Parallel()
	l := subscribe(t)
	want := Renewal{
		Number: 1, State: RenewalPlanned, Span: Span{MustDate("2027-04-01"), MustDate("2027-06-30")},
		Premium: l.policy.Premium, ProductVersion: 1, CreatedAt: l.now,
		NoticeAt: instantOf(t, "2027-03-02T06:30:00Z"), DueAt: instantOf(t, "2027-04-01T05:30:00Z"),
		GraceUntil: instantOf(t, "2027-04-15T05:30:00Z"),
	}
	if got := *l.policy.Renewal; !reflect.DeepEqual(got, want) {
		t.Errorf("planned %+v", got)
	}
	if p := l.policy; !p.TermBegins().Equal(instantOf(t, "2027-01-01T06:30:00Z")) || !p.TermEnds().Equal(want.DueAt) {
		t.Errorf("the term runs from %v to %v", p.TermBegins(), p.TermEnds())
	}
	if ends := l.policy.RenewalEnds(); !ends.Equal(instantOf(t, "2027-07-01T05:30:00Z")) {
		t.Errorf("the renewal runs to %v", ends)
	}
	l.is(PolicyBound, "")
}

func TestARenewalThatNobodyPays(t *testing.T) {
	t.Parallel()
	l := subscribe(t)
	steps := []struct {
		at         string
		transition Transition
		state      RenewalState
	}{
		{"2027-03-02T06:30:00Z", TransitionAnnounce, RenewalAnnounced},
		{"2027-04-01T05:30:00Z", TransitionFallDue, RenewalDue},
		{"2027-04-15T05:30:00Z", TransitionLapse, RenewalUnpaid},
	}
	for i, step := range steps {
		at := instantOf(t, step.at)
		l.passTo(at.Add(-time.Microsecond))
		if transition, due, ok := l.policy.Due(); transition != step.transition || !due.Equal(at) || !ok || len(l.happened) != i {
			t.Fatalf("%s is due at %v", transition, due)
		}
		l.passTo(at)
		l.renewalIs(1, step.state)
	}
	l.is(PolicyLapsed, "2027-04-14")
	want := Termination{
		Reason: ReasonNonPayment, Ending: TransitionLapse, Refund: RefundNone, DeclaredAt: l.now, EndsOn: MustDate("2027-04-14"),
	}
	if *l.policy.Termination != want || len(l.ledger) != 1 {
		t.Errorf("terminated by %+v with %d lines", *l.policy.Termination, len(l.ledger))
	}
	if refused := l.pay(); CodeOf(refused) != CodeStateForbidden || refused.Detail != "lapsed" {
		t.Errorf("paid after it lapsed: %v", refused)
	}
	if _, refused := l.policy.Decline(); CodeOf(refused) != CodeStateForbidden || refused.Detail != "lapsed" {
		t.Errorf("declined after it lapsed: %v", refused)
	}
}

// TestALapseIsAsOfTheGrace: a server that slept does not give cover away.
func TestALapseIsAsOfTheGrace(t *testing.T) {
	t.Parallel()
	l := subscribe(t)
	l.passTo(instantOf(t, "2027-05-20T00:00:00Z"))
	l.is(PolicyLapsed, "2027-04-14")
	if !l.policy.Termination.DeclaredAt.Equal(l.now) {
		t.Errorf("declared at %v", l.policy.Termination.DeclaredAt)
	}
}

func TestARenewalPaidEarlyWaitsForItsDay(t *testing.T) {
	t.Parallel()
	for name, at := range map[string]string{"planned": "2027-02-01", "announced": "2027-03-15"} {
		l := subscribe(t)
		l.passTo(instantOf(t, at))
		l.mustPay()
		paidAt, once := l.now, l.policy
		l.now = l.now.Add(time.Hour)
		l.mustPay()
		if !reflect.DeepEqual(l.policy, once) || !l.policy.Renewal.PaidAt.Equal(paidAt) || len(l.ledger) != 2 {
			t.Errorf("%s: paid twice it is %+v", name, l.policy.Renewal)
		}
		if p := l.policy; p.TermNo != 1 || p.TermFrom != MustDate("2027-01-01") || p.IntervalNo != 2 || p.PaidTo != MustDate("2027-06-30") {
			t.Errorf("%s: in term %d from %v, paid to %v", name, p.TermNo, p.TermFrom, p.PaidTo)
		}
		l.renewalIs(1, RenewalPaid)
		if _, refused := l.policy.Decline(); CodeOf(refused) != CodeStateForbidden || refused.Detail != "bound" {
			t.Errorf("%s: declined after it was paid: %v", name, refused)
		}
		l.passTo(instantOf(t, "2027-04-01T05:29:59Z"))
		l.renewalIs(1, RenewalPaid)
		l.passTo(instantOf(t, "2027-04-01T05:30:00Z"))
		l.renewalIs(2, RenewalPlanned)
		if p := l.policy; p.TermNo != 2 || p.TermFrom != MustDate("2027-04-01") || p.PaidTo != MustDate("2027-06-30") || len(l.ledger) != 2 {
			t.Errorf("%s: in term %d from %v, paid to %v", name, p.TermNo, p.TermFrom, p.PaidTo)
		}
	}
}

// TestARenewalPaidInGrace begins as of its due date, whenever it is paid.
func TestARenewalPaidInGrace(t *testing.T) {
	t.Parallel()
	for _, at := range []string{"2027-04-01T05:30:00Z", "2027-04-10T12:00:00Z", "2027-04-15T05:29:59Z"} {
		l := subscribe(t)
		l.passTo(instantOf(t, at))
		l.renewalIs(1, RenewalDue)
		l.mustPay()
		l.renewalIs(2, RenewalPlanned)
		want := Entry{
			Kind: EntryWritten, Interval: 2, Span: Span{MustDate("2027-04-01"), MustDate("2027-06-30")},
			Premium: l.policy.Premium, BookedAt: l.now,
		}
		if got := l.ledger[1:]; !reflect.DeepEqual(got, []Entry{want}) {
			t.Errorf("%s: wrote %+v", at, got)
		}
		r := l.policy.Renewal
		if !r.CreatedAt.Equal(instantOf(t, "2027-04-01T05:30:00Z")) || !r.DueAt.Equal(instantOf(t, "2027-07-01T05:30:00Z")) {
			t.Errorf("%s: planned %+v", at, r)
		}
	}
}

func TestNothingIsPaidWhileSomethingIsDue(t *testing.T) {
	t.Parallel()
	for _, at := range []string{"2027-03-02T06:30:00Z", "2027-04-01T05:30:00Z", "2027-04-15T05:30:00Z", "2028-01-01"} {
		l := subscribe(t)
		l.now = instantOf(t, at)
		if refused := l.pay(); CodeOf(refused) != CodeBusy || refused.Detail != "what was due to the policy on 2027-03-02 comes first" {
			t.Errorf("%s: paid with %v", at, refused)
		}
	}
}

func TestADeclinedRenewalExpires(t *testing.T) {
	t.Parallel()
	cases := []struct {
		declined, expired string
	}{
		{"2026-12-31", "2027-04-01T05:30:00Z"},
		{"2027-03-15", "2027-04-01T05:30:00Z"},
		{"2027-04-10", "2027-04-10"}, // in grace
	}
	for _, c := range cases {
		l := subscribe(t)
		l.passTo(instantOf(t, c.declined))
		l.mustDecline()
		once := l.policy
		l.mustDecline()
		if !reflect.DeepEqual(once, l.policy) {
			t.Errorf("%s: declined twice it changed", c.declined)
		}
		l.is(PolicyBound, "2027-03-31")
		if _, at, _ := l.policy.Due(); !at.Equal(instantOf(t, "2027-04-01T05:30:00Z")) {
			t.Errorf("%s: it expires at %v", c.declined, at)
		}
		if refused := l.pay(); CodeOf(refused) != CodeStateForbidden || refused.Detail != "bound" {
			t.Errorf("%s: paid after it was declined: %v", c.declined, refused)
		}
		if c.expired != c.declined {
			l.passTo(instantOf(t, c.expired).Add(-time.Microsecond))
			l.is(PolicyBound, "2027-03-31")
		}
		l.passTo(instantOf(t, c.expired))
		l.is(PolicyExpired, "2027-03-31")
		if last := l.happened[len(l.happened)-1]; last != TransitionExpire || len(l.ledger) != 1 {
			t.Errorf("%s: it ended by %s with %d lines", c.declined, last, len(l.ledger))
		}
		l.mustEnd(Declaration{Reason: ReasonFraud})
		l.is(PolicyVoid, "2026-12-31")
	}
}

func TestOnlyRenewablePoliciesHaveRenewals(t *testing.T) {
	t.Parallel()
	for _, kind := range []Kind{KindRecurring, KindFixed} {
		l := bind(t, "2026-11-21", func(_ *Product, w *Proposal) { w.Kind = kind })
		if refused := l.pay(); CodeOf(refused) != CodeStateForbidden || refused.Detail != "bound" {
			t.Errorf("%s was paid: %v", kind, refused)
		}
		if _, refused := l.policy.Decline(); CodeOf(refused) != CodeStateForbidden || refused.Detail != "bound" {
			t.Errorf("%s was declined: %v", kind, refused)
		}
		if !l.policy.RenewalEnds().IsZero() {
			t.Errorf("%s renews until %v", kind, l.policy.RenewalEnds())
		}
	}
}

// TestAnEndedPolicyDoesNotRenew: who ends a policy has no renewal to pay, and
// cover does not go on unpaid.
func TestAnEndedPolicyDoesNotRenew(t *testing.T) {
	t.Parallel()
	l := subscribe(t)
	l.passTo(instantOf(t, "2027-03-10"))
	l.mustEnd(Declaration{Reason: ReasonItemSold, On: MustDate("2027-05-01")})
	l.is(PolicyEnding, "2027-03-31")
	if l.policy.Renewal != nil {
		t.Errorf("renews by %+v", l.policy.Renewal)
	}
	l.passTo(instantOf(t, "2027-04-01T05:29:59Z"))
	l.is(PolicyEnding, "2027-03-31")
	l.passTo(instantOf(t, "2027-04-01T05:30:00Z"))
	l.is(PolicyCancelled, "2027-03-31")
	if !slices.Equal(l.happened, []Transition{TransitionAnnounce, TransitionCancel}) {
		t.Errorf("went through %v", l.happened)
	}
}

// TestARenewalIsRatedByWhatIsOnSale: as of its first day, under the version
// that it is announced on.
func TestARenewalIsRatedByWhatIsOnSale(t *testing.T) {
	t.Parallel()
	l := subscribe(t)
	next := l.product
	next.Version, next.Tariffs = 2, slices.Clone(next.Tariffs)
	next.Tariffs[0].Terms = []TermPrice{{Term: Months(3), Net: MustRate("20")}}
	next.Markets = slices.Clone(next.Markets)
	next.Markets[0].Taxes = []Tax{{Name: Text{"en": "Insurance premium tax"}, Rate: MustRate("20%"), InForce: Span{From: MustDate("2027-04-01")}}}
	l.onSale = &next
	l.passTo(instantOf(t, "2027-03-02T06:30:00Z"))
	r := l.policy.Renewal
	if r.Premium.Gross != (Money{2400, "EUR"}) || r.ProductVersion != 2 || l.policy.Premium.Gross != (Money{1428, "EUR"}) || l.policy.ProductVersion != 1 {
		t.Errorf("announced %+v after %v", r, l.policy.Premium.Gross)
	}
	l.mustPay()
	l.passTo(r.DueAt)
	if p := l.policy; p.ProductVersion != 2 || p.Premium.Gross != (Money{2400, "EUR"}) || p.Renewal.ProductVersion != 2 || p.Renewal.Premium.Gross != p.Premium.Gross {
		t.Errorf("renewed as %+v", p)
	}
	s := Settle(l.ledger)
	if len(s.Written.Taxes) != 2 || s.Written.Taxes[0].Amount.Minor != 228 || s.Written.Taxes[1].Amount.Minor != 400 {
		t.Errorf("two rates of tax were written as %+v", s.Written.Taxes)
	}
	s = l.mustEnd(Declaration{Reason: ReasonItemSold, On: MustDate("2027-03-31")})
	if len(s.Returned.Taxes) != 2 || s.Returned.Taxes[0].Amount.Minor != 0 || s.Returned.Taxes[1].Amount.Minor != 400 {
		t.Errorf("of two rates of tax were returned %+v", s.Returned.Taxes)
	}
}

func TestRepriceTellsItsWorking(t *testing.T) {
	t.Parallel()
	l := subscribe(t)
	next, working, refused := l.policy.Reprice(l.product, l.now)
	if refused != nil || !reflect.DeepEqual(next, l.policy) || working.Steps[1] != (Step{Kind: StepNet, Exact: "12", Result: "12.00"}) {
		t.Errorf("repriced as %+v: %v", working, refused)
	}
}

func TestRepriceRefusesWhatIsNotSoldAnyMore(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		spoil func(*Product)
		code  Code
		field Field
	}{
		"tariff":  {func(p *Product) { p.Tariffs[0].Code = "another" }, CodeProductUnknown, FieldTariff},
		"term":    {func(p *Product) { p.Tariffs[0].Terms[0].Term = Months(1) }, CodeCoverageUnknown, FieldTerm},
		"country": {func(p *Product) { p.Markets = p.Markets[1:] }, CodeCoverageUnknown, FieldCountry},
	}
	for name, c := range cases {
		l := subscribe(t)
		product := l.product
		product.Tariffs = []Tariff{product.Tariffs[0]}
		product.Tariffs[0].Terms = slices.Clone(product.Tariffs[0].Terms)
		c.spoil(&product)
		next, working, refused := l.policy.Reprice(product, l.now)
		if CodeOf(refused) != c.code || refused.Problems[0].Field != c.field || !reflect.DeepEqual(next, l.policy) || working.Steps != nil {
			t.Errorf("%s: repriced with %v", name, refused)
		}
	}
}

// TestAPartnersPriceStays when its renewal is rated, under whatever tax.
func TestAPartnersPriceStays(t *testing.T) {
	t.Parallel()
	l := bind(t, "2026-12-30", func(p *Product, w *Proposal) {
		renewable(p, w)
		p.Tariffs[0].PartnerMaySetPrice, w.PartnerPrice = true, "23.80"
	})
	next := l.product
	next.Tariffs = slices.Clone(next.Tariffs)
	next.Tariffs[0].Terms = []TermPrice{{Term: Months(3), Net: MustRate("99")}}
	l.onSale = &next
	l.passTo(instantOf(t, "2027-03-02T06:30:00Z"))
	if r := l.policy.Renewal; r.Premium.Gross != (Money{2380, "EUR"}) || r.Premium.Net != (Money{2000, "EUR"}) {
		t.Errorf("announced %+v", r.Premium)
	}
}

// TestWishIsWhatWasSold: priced again, a policy as it stands costs the same.
func TestWishIsWhatWasSold(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		l := someLife(t)
		quote, refused := l.product.Quote(l.product.Tariffs[0], l.policy.Wish(), l.now)
		if refused != nil {
			t.Fatal(refused)
		}
		if !reflect.DeepEqual(quote.Premium, l.policy.Premium) || quote.Terms.SumInsured != l.policy.SumInsured {
			t.Fatalf("%+v became %+v", l.policy.Premium, quote.Premium)
		}
	})
}
