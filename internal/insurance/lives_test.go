package insurance

import (
	"math/big"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// someLife draws a product with any rules of ending and sells it: days and
// months, month ends, single premiums and instalments, zones and clocks.
func someLife(t *rapid.T) *life {
	product, wish := phoneRepair(), phoneProposal()
	market := &product.Markets[0]
	market.Zone = zone(t, rapid.SampledFrom(zones).Draw(t, "zone"))
	market.Currency = rapid.SampledFrom([]Currency{"EUR", "JPY", "BHD"}).Draw(t, "currency")
	market.Taxes = market.Taxes[:rapid.IntRange(0, 2).Draw(t, "taxes")]
	for i := range market.Taxes {
		market.Taxes[i].InForce = Span{}
	}
	interval := rapid.SampledFrom([]Period{{}, Months(1), Months(3), Days(7), Days(30)}).Draw(t, "interval")
	term := interval
	if interval.IsZero() {
		term = rapid.SampledFrom([]Period{Months(1), Months(12), Months(36), Days(14)}).Draw(t, "term")
	} else {
		times := rapid.IntRange(1, 6).Draw(t, "intervals in a term")
		term.Months, term.Days = term.Months*times, term.Days*times
	}
	net := MustRate(rapid.SampledFrom([]string{"4.67", "0.01", "0", "129.9", "1"}).Draw(t, "net"))
	product.Tariffs[0].Interval = interval
	product.Tariffs[0].Terms = []TermPrice{{Term: term, Net: net}}
	product.Withdrawal.Days = rapid.IntRange(0, 30).Draw(t, "withdrawal days")
	product.Cancellation.Notice = rapid.SampledFrom([]Period{{}, Days(3), Months(1), Months(3)}).Draw(t, "notice")
	for i := range product.Cancellation.Reasons {
		rule := &product.Cancellation.Reasons[i]
		rule.Refund = rapid.SampledFrom([]Refund{RefundFull, RefundProRata, RefundNone}).Draw(t, "refund")
		if rule.Ending == TransitionCancel && rapid.Bool().Draw(t, "other effect") {
			rule.Effect = rapid.SampledFrom([]Effect{EffectReceipt, EffectDay, EffectTermEnd, EffectInception}).Draw(t, "effect")
			rule.Kinds = nil
		}
	}
	wish.Kind, wish.Term = rapid.SampledFrom(product.Kinds).Draw(t, "kind"), term
	wish.Object.Attributes = map[string]string{AttributeSalesPrice: "555"}
	wish.InceptionOn = someInception().Draw(t, "inception")
	at := wish.InceptionOn.AddDays(-rapid.IntRange(-28, 60).Draw(t, "sold ahead")).Start(market.Zone)
	at = at.Add(time.Duration(rapid.IntRange(0, 23*60).Draw(t, "minute")) * time.Minute)
	quote, refused := product.Quote(product.Tariffs[0], wish, at)
	if refused != nil {
		t.Fatalf("%v", refused)
	}
	policy, entry := Bind(quote, wish, product, "I1", at)
	return &life{t: t, product: product, policy: policy, ledger: []Entry{entry}, now: at}
}

func someInception() *rapid.Generator[Date] {
	ends := []string{"2024-01-31", "2024-02-29", "2023-12-31", "2025-01-30", "2025-01-29", "2025-03-31", "2024-10-27"}
	return rapid.OneOf(rapid.Map(rapid.SampledFrom(ends), MustDate), anyDate("2024-01-01", "2026-12-31"))
}

// TestEveryLifeKeepsItsPromises lets policies live at random and checks after
// every step what must always hold.
func TestEveryLifeKeepsItsPromises(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		l := someLife(t)
		l.check(t)
		for range rapid.IntRange(1, 8).Draw(t, "steps") {
			later := l.now.Add(time.Duration(rapid.IntRange(0, 90*24*60).Draw(t, "minutes pass")) * time.Minute)
			if rapid.IntRange(0, 3).Draw(t, "asleep") == 0 {
				l.declareLate(t, later)
			}
			l.passTo(later)
			l.check(t)
			l.checkCaughtUp(t)
			if rapid.Bool().Draw(t, "declares") {
				l.declare(t)
				l.check(t)
				l.checkCaughtUp(t)
			}
		}
	})
}

func (l *life) someDeclaration(t *rapid.T) Declaration {
	d := Declaration{
		Reason:    rapid.SampledFrom(Reasons()).Draw(t, "reason"),
		ByPartner: rapid.Bool().Draw(t, "by partner"),
	}
	if rapid.Bool().Draw(t, "names a day") {
		d.On = DateIn(l.now, l.policy.Zone).AddDays(rapid.IntRange(-40, 120).Draw(t, "day"))
	}
	return d
}

// declareLate declares an end while the books are behind: nothing may change.
func (l *life) declareLate(t *rapid.T, later time.Time) {
	due, ok := l.policy.DueAt()
	if !ok || due.After(later) {
		return
	}
	was := l.now
	l.now = later
	if next, lines, _, refused := l.policy.End(l.product, l.someDeclaration(t), l.ledger, later); refused == nil && (lines != nil || !reflect.DeepEqual(next, l.policy)) {
		t.Fatalf("a policy with something due was ended")
	}
	l.now = was
}

// declare ends the policy for any reason, twice: the preview equals the deed,
// and a repetition changes nothing.
func (l *life) declare(t *rapid.T) {
	d := l.someDeclaration(t)
	before, paid := l.policy, slices.Clone(l.ledger)
	preview, previewed, previewSettled, previewRefused := l.policy.End(l.product, d, l.ledger, l.now)
	next, lines, settled, refused := l.policy.End(l.product, d, l.ledger, l.now)
	if !reflect.DeepEqual([]any{preview, previewed, previewSettled, previewRefused}, []any{next, lines, settled, refused}) {
		t.Fatalf("the preview differs from the deed")
	}
	if !reflect.DeepEqual(before, l.policy) || !reflect.DeepEqual(paid, l.ledger) {
		t.Fatalf("a preview changed the policy or its ledger")
	}
	if refused != nil {
		if code := CodeOf(refused); code != CodeReasonForbidden && code != CodeInvalid {
			t.Fatalf("refused with %v", refused)
		}
		return
	}
	l.policy, l.ledger = next, append(l.ledger, lines...)
	if !reflect.DeepEqual(settled, Settle(l.ledger)) {
		t.Fatalf("settled %+v", settled)
	}
	if next.Termination == before.Termination {
		if len(lines) != 0 || !reflect.DeepEqual(before, next) {
			t.Fatalf("a repetition changed the policy")
		}
		return
	}
	l.checkEnd(t, before, d)
	l.checkReturns(t, paid)
	again, more, _, refused := next.End(l.product, d, l.ledger, l.now)
	if refused != nil || len(more) != 0 || !reflect.DeepEqual(again, next) {
		t.Fatalf("repeated at once it was refused with %v or changed the policy", refused)
	}
}

// checkEnd: the step is in the table, and the end is a day that can be.
func (l *life) checkEnd(t *rapid.T, before Policy, d Declaration) {
	p, term := l.policy, l.policy.Termination
	via := term.Ending
	if p.State == PolicyEnding {
		via = TransitionNotice
	}
	if state, ok := before.State.After(via); !ok || state != p.State {
		t.Fatalf("%s led from %s to %s", via, before.State, p.State)
	}
	today := DateIn(l.now, p.Zone)
	switch last := before.LastDay(); {
	case term.Reason != d.Reason, term.RequestedOn != d.On, !term.DeclaredAt.Equal(l.now):
		t.Fatalf("terminated by %+v", term)
	case term.EndsOn.Before(p.InceptionOn.AddDays(-1)), !last.IsZero() && term.EndsOn.After(last):
		t.Fatalf("ends on %v, inception on %v, ended before on %v", term.EndsOn, p.InceptionOn, last)
	case (p.State == PolicyEnding) != (via == TransitionNotice && term.EndsOn.After(today) && !term.EndsOn.Before(p.InceptionOn)):
		t.Fatalf("on %v the policy is %s until %v", today, p.State, term.EndsOn)
	}
	rule := l.product.Cancellation.Reasons[slices.IndexFunc(l.product.Cancellation.Reasons, func(r ReasonRule) bool { return r.Reason == d.Reason })]
	if rule.Effect == EffectTermEnd && p.Kind == KindRecurring {
		l.checkTermEnd(t, today, d)
	}
}

// checkTermEnd: the end is that of a term, leaves the notice, and is the first
// that does so.
func (l *life) checkTermEnd(t *rapid.T, today Date, d Declaration) {
	p, end := l.policy, l.policy.Termination.EndsOn
	earliest := l.product.Cancellation.Notice.Nth(today, 1)
	if d.On.After(earliest) {
		earliest = d.On
	}
	n := p.TermNo
	for p.Term.Nth(p.InceptionOn, n).AddDays(-1).Before(end) {
		n++
	}
	previous := p.Term.Nth(p.InceptionOn, n-1).AddDays(-1)
	if p.Term.Nth(p.InceptionOn, n).AddDays(-1) != end || end.Before(earliest) || n > p.TermNo && !previous.Before(earliest) {
		t.Fatalf("declared on %v for %v the term ends on %v", today, d.On, end)
	}
}

// checkReturns: each interval gives back what its refund says, if earlier
// terminations have not given back more.
func (l *life) checkReturns(t *rapid.T, before []Entry) {
	for _, written := range l.ledger {
		if written.Kind != EntryWritten {
			continue
		}
		total, covered := written.Span.Days(), written.Span.DaysThrough(l.policy.Termination.EndsOn)
		want := int64(0)
		switch l.policy.Termination.Refund {
		case RefundFull:
			want = written.Premium.Gross.Minor
		case RefundProRata: // rounded up
			exact := big.NewRat(written.Premium.Gross.Minor*int64(total-covered), int64(total))
			want = -new(big.Int).Div(new(big.Int).Neg(exact.Num()), exact.Denom()).Int64()
		}
		earlier := returnedOf(before, written.Interval).Gross.Minor
		if got := returnedOf(l.ledger, written.Interval).Gross.Minor; got != max(earlier, want) {
			t.Fatalf("%d of %d days covered, %v paid, %d given back before: %d given back", covered, total, written.Premium.Gross, earlier, got)
		}
	}
}

// returnedOf sums what was given back of an interval, as a positive premium.
func returnedOf(ledger []Entry, interval int) Premium {
	var sum Premium
	for _, entry := range ledger {
		if entry.Kind == EntryReturned && entry.Interval == interval {
			sum = sum.Sub(entry.Premium)
		}
	}
	return sum
}

// check is what must hold after every step.
func (l *life) check(t *rapid.T) {
	p := l.policy
	if _, _, due := p.Due(); due != p.State.Live() {
		t.Fatalf("something is due to a policy that is %s: %v", p.State, due)
	}
	if ended := p.State != PolicyBound && p.State != PolicyExpired; ended != (p.Termination != nil) {
		t.Fatalf("the policy is %s with termination %+v", p.State, p.Termination)
	}
	if p.TermFrom != p.Term.Nth(p.InceptionOn, p.TermNo-1) || p.Kind == KindFixed && p.TermNo != 1 {
		t.Fatalf("term %d begins on %v", p.TermNo, p.TermFrom)
	}
	l.checkIntervals(t)
	l.checkMoney(t)
}

// checkIntervals: premiums pay for one interval after the other from the
// inception, each counted from it, none beyond its term.
func (l *life) checkIntervals(t *rapid.T) {
	p, next, n := l.policy, l.policy.InceptionOn, 0
	length := p.Interval
	if length.IsZero() {
		length = p.Term
	}
	for _, entry := range l.ledger {
		if entry.Kind != EntryWritten {
			continue
		}
		want := Span{From: length.Nth(p.InceptionOn, n), To: length.Nth(p.InceptionOn, n+1).AddDays(-1)}
		if n++; entry.Span != want || entry.Span.From != next || entry.Interval != n || entry.Span.Days() < 1 {
			t.Fatalf("interval %d is %v after %v", n, entry.Span, next)
		}
		next = entry.Span.To.AddDays(1)
	}
	if n != p.IntervalNo || next != p.PaidTo.AddDays(1) {
		t.Fatalf("%d intervals are paid to %v, by the policy %d to %v", n, next, p.IntervalNo, p.PaidTo)
	}
	if p.Kind == KindFixed && p.PaidTo.After(p.ExpiryOn) {
		t.Fatalf("paid to %v, expires on %v", p.PaidTo, p.ExpiryOn)
	}
}

// checkMoney: earned and returned are written, in every part; no interval
// gives back more than was paid for it; every line has the sign of its kind.
func (l *life) checkMoney(t *rapid.T) {
	s := Settle(l.ledger)
	checkSame(t, s.Earned.Add(s.Returned), s.Written)
	checkWithin(t, s.Returned, s.Written)
	for _, p := range []Premium{s.Written, s.Returned, s.Earned} {
		checkPremium(t, p)
	}
	for _, entry := range l.ledger {
		checkPremium(t, entry.Premium)
		if entry.Kind == EntryWritten {
			checkWithin(t, returnedOf(l.ledger, entry.Interval), entry.Premium)
			checkSame(t, entry.Premium, l.policy.Premium)
			continue
		}
		if entry.Premium.Gross.Minor >= 0 || entry.Premium.Net.Minor > 0 || entry.Premium.Tax.Minor > 0 || entry.Premium.Commission.Minor > 0 {
			t.Fatalf("given back %+v", entry.Premium)
		}
	}
	if l.policy.State == PolicyBound && s.Returned.Gross.Minor != 0 {
		t.Fatalf("a policy nobody ended gave back %v", s.Returned.Gross)
	}
}

// checkCaughtUp: once time has passed, cover of today is paid for and nothing
// that has run out is still alive.
func (l *life) checkCaughtUp(t *rapid.T) {
	p, today := l.policy, DateIn(l.now, l.policy.Zone)
	if !p.State.Live() {
		return
	}
	if last := p.LastDay(); !last.IsZero() && last.Before(today) {
		t.Fatalf("on %v the policy is %s until %v", today, p.State, last)
	}
	if p.PaidTo.Before(today) && !today.Before(p.InceptionOn) {
		t.Fatalf("on %v the policy is paid to %v", today, p.PaidTo)
	}
	if due, _ := p.DueAt(); !due.After(l.now) {
		t.Fatalf("at %v something is due since %v", l.now, due)
	}
}
