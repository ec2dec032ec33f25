package insurance

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// byTerm are both ways in which a tariff says that one premium pays for a term.
var byTerm = map[string]Period{"single": {}, "by interval": Months(3)}

// subscribeAhead is a subscription from the first of the year whose second
// term, of 91 days from April on, was paid for on 1 February.
func subscribeAhead(t *testing.T, interval Period, adjust func(*Product, *Proposal)) *life {
	t.Helper()
	l := bind(t, "2026-12-30", func(p *Product, w *Proposal) {
		renewable(p, w)
		p.Tariffs[0].Interval = interval
		if adjust != nil {
			adjust(p, w)
		}
	})
	l.passTo(instantOf(t, "2027-02-01"))
	l.mustPay()
	return l
}

func TestAPremiumPaidAheadIsWrittenAtOnce(t *testing.T) {
	t.Parallel()
	for name, interval := range byTerm {
		l := subscribeAhead(t, interval, nil)
		want := Entry{
			Kind: EntryWritten, Interval: 2, Span: Span{MustDate("2027-04-01"), MustDate("2027-06-30")},
			Premium: l.policy.Renewal.Premium, BookedAt: instantOf(t, "2027-02-01"),
		}
		if got := l.ledger[1:]; !reflect.DeepEqual(got, []Entry{want}) {
			t.Errorf("%s: wrote %+v", name, got)
		}
		if s := Settle(l.ledger); s.Written.Gross.Minor != 2*1428 || s.Earned.Gross != s.Written.Gross {
			t.Errorf("%s: settled %+v", name, s)
		}
		l.passTo(instantOf(t, "2027-04-01T05:30:00Z"))
		if p := l.policy; p.TermNo != 2 || p.IntervalNo != 2 || len(l.ledger) != 2 {
			t.Errorf("%s: in term %d, %d premiums, %d lines", name, p.TermNo, p.IntervalNo, len(l.ledger))
		}
		l.mustPay()
		if got := l.ledger[2]; got.Interval != 3 || got.Span != (Span{MustDate("2027-07-01"), MustDate("2027-09-30")}) {
			t.Errorf("%s: then wrote %+v", name, got)
		}
	}
}

// TestWhatWasPaidAheadIsGivenBack: all of it if cover ends before its term, the
// rest if it ends within, and nothing where the product gives nothing back.
func TestWhatWasPaidAheadIsGivenBack(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		declared Declaration
		state    PolicyState
		lastDay  string
		returned map[int]int64 // by interval
	}{
		"at once":         {Declaration{Reason: ReasonItemSold}, PolicyCancelled, "2027-02-01", map[int]int64{1: 921, 2: 1428}},
		"half of a term":  {Declaration{Reason: ReasonItemSold, On: MustDate("2027-02-14")}, PolicyEnding, "2027-02-14", map[int]int64{1: 714, 2: 1428}},
		"its whole term":  {Declaration{Reason: ReasonItemSold, On: MustDate("2027-03-31")}, PolicyEnding, "2027-03-31", map[int]int64{2: 1428}},
		"a day of it":     {Declaration{Reason: ReasonItemSold, On: MustDate("2027-04-01")}, PolicyEnding, "2027-04-01", map[int]int64{2: 1413}},
		"some of it":      {Declaration{Reason: ReasonItemSold, On: MustDate("2027-05-15")}, PolicyEnding, "2027-05-15", map[int]int64{2: 722}},
		"all of it":       {Declaration{Reason: ReasonItemSold, On: MustDate("2027-06-30")}, PolicyEnding, "2027-06-30", nil},
		"more than it":    {Declaration{Reason: ReasonItemSold, On: MustDate("2027-08-01")}, PolicyEnding, "2027-06-30", nil},
		"as if never":     {Declaration{Reason: ReasonDuplicate}, PolicyVoid, "2026-12-31", map[int]int64{1: 1428, 2: 1428}},
		"nothing is owed": {Declaration{Reason: ReasonFraud}, PolicyVoid, "2026-12-31", nil},
	}
	for name, c := range cases {
		for _, interval := range byTerm {
			l := subscribeAhead(t, interval, func(p *Product, _ *Proposal) { duplicatesCountForever(p) })
			s := l.mustEnd(c.declared)
			l.is(c.state, c.lastDay)
			sum := int64(0)
			for n := range 2 {
				back := returnedOf(l.ledger, n+1).Gross.Minor
				if sum += back; back != c.returned[n+1] {
					t.Errorf("%s: interval %d gave back %d", name, n+1, back)
				}
			}
			if s.Returned.Gross.Minor != sum || s.Written.Gross.Minor != 2*1428 || s.Earned.Gross.Minor != 2*1428-sum {
				t.Errorf("%s: settled %+v", name, s)
			}
			lines := len(l.ledger)
			l.passTo(instantOf(t, "2028-01-01"))
			if l.policy.State.Live() || len(l.ledger) != lines || slices.Contains(l.happened, TransitionRenew) {
				t.Errorf("%s: went through %v, %d lines more", name, l.happened, len(l.ledger)-lines)
			}
		}
	}
}

// duplicatesCountForever lets a policy be void as a duplicate at any time.
func duplicatesCountForever(p *Product) {
	for i := range p.Cancellation.Reasons {
		p.Cancellation.Reasons[i].WithinDays = 0
	}
}

// TestAnEarlierEndGivesBackTheRest of what was paid ahead, once.
func TestAnEarlierEndGivesBackTheRest(t *testing.T) {
	t.Parallel()
	l := subscribeAhead(t, Period{}, nil)
	l.mustEnd(Declaration{Reason: ReasonItemSold, On: MustDate("2027-05-15")})
	s := l.mustEnd(Declaration{Reason: ReasonItemReturned, On: MustDate("2027-03-15")})
	l.is(PolicyEnding, "2027-03-15")
	if s.Returned.Gross.Minor != 254+1428 || len(l.ledger) != 5 || l.ledger[4].Premium.Gross.Minor != 722-1428 {
		t.Errorf("gave back %v: %+v", s.Returned.Gross, l.ledger[2:])
	}
}

// TestAnEndorsementLeavesWhatWasPaidAhead: it is about the running interval.
func TestAnEndorsementLeavesWhatWasPaidAhead(t *testing.T) {
	t.Parallel()
	for name, interval := range byTerm {
		l := subscribeAhead(t, interval, func(p *Product, _ *Proposal) { bySum(p) })
		l.mustEndorse(attribute(AttributeSalesPrice, "100"))
		got := l.ledger[2]
		if len(l.ledger) != 3 || got.Kind != EntryEndorsed || got.Interval != 1 || got.Premium.Gross.Minor != 1190-6605 ||
			got.Span != (Span{MustDate("2027-01-01"), MustDate("2027-03-31")}) {
			t.Errorf("%s: wrote %+v", name, l.ledger[2:])
		}
		if p := l.policy; p.PaidTo != MustDate("2027-06-30") || p.IntervalNo != 2 || p.Renewal.State != RenewalPaid {
			t.Errorf("%s: paid to %v", name, p.PaidTo)
		}
		if paid := Intervals(l.ledger); len(paid) != 2 || paid[0].Premium.Gross.Minor != 1190 || paid[1].Premium.Gross.Minor != 6605 {
			t.Errorf("%s: the intervals are %+v", name, paid)
		}
		l.passTo(instantOf(t, "2027-04-01T05:30:00Z"))
		l.mustEndorse(attribute(AttributeSalesPrice, "200"))
		if got := l.ledger[3:]; len(got) != 1 || got[0].Interval != 2 || got[0].Premium.Gross.Minor != 2380-6605 {
			t.Errorf("%s: once its term has begun it wrote %+v", name, got)
		}
	}
}

// TestAChangeOfPremiumRatesWhatWasPaidAheadAnew: both terms then cost what the
// policy is now, and nothing changes for a term that was not paid for.
func TestAChangeOfPremiumRatesWhatWasPaidAheadAnew(t *testing.T) {
	t.Parallel()
	l := subscribeAhead(t, Period{}, func(p *Product, _ *Proposal) { bySum(p) })
	before := l.policy.Premium
	if next, lines, working, refused := l.policy.RerateAhead(l.product, before, l.now); refused != nil || lines != nil || working.Steps != nil || !reflect.DeepEqual(next, l.policy) {
		t.Errorf("without a change it wrote %+v, %v", lines, refused)
	}
	l.mustEndorse(attribute(AttributeSalesPrice, "100"))
	next, lines, working, refused := l.policy.RerateAhead(l.product, before, l.now)
	if err := working.Follow("EUR"); err != nil {
		t.Errorf("how it was rated cannot be followed: %v", err)
	}
	if refused != nil || len(lines) != 1 || lines[0].Interval != 2 || lines[0].Premium.Gross.Minor != 1190-6605 {
		t.Fatalf("wrote %+v, %v", lines, refused)
	}
	l.policy, l.ledger = next, append(l.ledger, lines...)
	for _, interval := range Intervals(l.ledger) {
		if interval.Premium.Gross.Minor != 1190 {
			t.Errorf("interval %d costs %s", interval.Interval, interval.Premium.Gross)
		}
	}
	l.passTo(instantOf(t, "2027-04-01T05:30:00Z"))
	if l.policy.Premium.Gross.Minor != 1190 {
		t.Errorf("the term paid ahead costs %s", l.policy.Premium.Gross)
	}
	unsold := l.product
	unsold.Tariffs = nil
	ahead := subscribeAhead(t, Period{}, func(p *Product, _ *Proposal) { bySum(p) })
	was := ahead.policy.Premium
	ahead.mustEndorse(attribute(AttributeSalesPrice, "100"))
	if _, _, _, refused := ahead.policy.RerateAhead(unsold, was, ahead.now); refused == nil {
		t.Error("a product without the tariff rated it")
	}
}

// TestAMovedStartMovesWhatWasPaidAhead by a line of nothing, if it moves days.
func TestAMovedStartMovesWhatWasPaidAhead(t *testing.T) {
	t.Parallel()
	for name, interval := range byTerm {
		l := bind(t, "2026-12-30", func(p *Product, w *Proposal) {
			renewable(p, w)
			p.Tariffs[0].Interval = interval
		})
		l.mustPay()
		l.mustEndorse(func(w *Proposal) { w.StartsAt = instantOf(t, "2027-01-01T09:00:00Z") })
		if p := l.policy; len(l.ledger) != 2 || p.PaidTo != MustDate("2027-06-30") || !p.Renewal.DueAt.Equal(instantOf(t, "2027-04-01T08:00:00Z")) {
			t.Errorf("%s: another hour wrote %+v, paid to %v", name, l.ledger[2:], p.PaidTo)
		}
		l.mustEndorse(func(w *Proposal) { w.StartsAt = instantOf(t, "2027-01-15T09:00:00Z") })
		nothing := l.policy.Premium.part0()
		want := []Entry{
			{Kind: EntryEndorsed, Interval: 1, Span: Span{MustDate("2027-01-15"), MustDate("2027-04-14")}, Premium: nothing, BookedAt: l.now},
			{Kind: EntryEndorsed, Interval: 2, Span: Span{MustDate("2027-04-15"), MustDate("2027-07-14")}, Premium: nothing, BookedAt: l.now},
		}
		if got := l.ledger[2:]; !reflect.DeepEqual(got, want) {
			t.Errorf("%s: wrote %+v", name, got)
		}
		if p := l.policy; p.PaidTo != MustDate("2027-07-14") || p.IntervalNo != 2 || p.Renewal.Span != want[1].Span {
			t.Errorf("%s: paid to %v for %+v", name, p.PaidTo, p.Renewal.Span)
		}
		s := l.mustEnd(Declaration{Reason: ReasonItemSold})
		if s.Returned.Gross.Minor != 2*1428 || !s.Earned.Gross.IsZero() {
			t.Errorf("%s: ended before it began it gave back %v", name, s.Returned.Gross)
		}
	}
}

// TestWhatIsPaidAheadAddsUp: paid at any moment, then endorsed, moved and ended
// at any moment, a policy has two intervals without a gap, each as it stands,
// and gives the second back whole if cover ends before it.
func TestWhatIsPaidAheadAddsUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		l := someLifeOf(t, KindRenewable)
		l.check(t)
		l.passSome(t)
		l.mustPay()
		paid := l.policy.Renewal.Premium
		for range rapid.IntRange(0, 4).Draw(t, "changes") {
			l.passSome(t)
			l.mustEndorse(l.someChange(t))
			l.check(t)
		}
		stood := Intervals(l.ledger)
		if len(stood) != 2 || stood[0].Span.To.AddDays(1) != stood[1].Span.From || stood[1].Span != l.policy.Renewal.Span {
			t.Fatalf("the intervals are %+v", stood)
		}
		checkSame(t, stood[0].Premium, l.policy.Premium)
		checkSame(t, stood[1].Premium, paid)
		l.passSome(t)
		l.endAhead(t, stood[1])
	})
}

// passSome lets time pass, but the running term does not end.
func (l *life) passSome(t *rapid.T) {
	due := l.policy.Renewal.DueAt
	rest := int(due.Sub(l.now) / time.Minute)
	if rest <= 0 {
		t.Skip("its start lies a term back")
	}
	l.passTo(l.now.Add(time.Duration(rapid.IntRange(0, rest-1).Draw(t, "minutes pass")) * time.Minute))
	l.check(t)
}

// endAhead ends a life whose next term was paid for.
func (l *life) endAhead(t *rapid.T, ahead Entry) {
	declared := Declaration{Reason: rapid.SampledFrom([]Reason{ReasonItemSold, ReasonOrderCancelled, ReasonTotalLoss, ReasonFraud}).Draw(t, "reason")}
	if rapid.Bool().Draw(t, "names a day") {
		declared.On = DateIn(l.now, l.policy.Zone).AddDays(rapid.IntRange(0, 200).Draw(t, "day"))
	}
	before := slices.Clone(l.ledger)
	settled, refused := l.end(declared)
	if refused != nil {
		if refused.Code != CodeInvalid && refused.Code != CodeReasonForbidden {
			t.Fatalf("refused with %v", refused)
		}
		return // a day or a kind that the reason does not allow
	}
	l.check(t)
	l.checkReturns(t, before)
	checkSame(t, settled.Earned.Add(settled.Returned), settled.Written)
	back, term := returnedOf(l.ledger, ahead.Interval), l.policy.Termination
	switch {
	case term.Refund == RefundNone || term.Refund == RefundProRata && !term.EndsOn.Before(ahead.Span.To):
		checkSame(t, back, Premium{})
	case term.Refund == RefundFull || term.EndsOn.Before(ahead.Span.From):
		checkSame(t, back, ahead.Premium)
	}
	lines := len(l.ledger)
	l.passTo(l.policy.startOf(ahead.Span.To.AddDays(1)))
	if l.check(t); l.policy.State.Live() || len(l.ledger) != lines {
		t.Fatalf("it is %s, %d lines more", l.policy.State, len(l.ledger)-lines)
	}
}
