package insurance

import (
	"math/big"
	"slices"
	"time"

	"pgregory.net/rapid"
)

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
	ahead := term.EndsOn.After(today) || p.Begins().After(l.now)
	switch last := before.LastDay(); {
	case term.Reason != d.Reason, term.RequestedOn != d.On, !term.DeclaredAt.Equal(l.now):
		t.Fatalf("terminated by %+v", term)
	case term.EndsOn.Before(p.InceptionOn.AddDays(-1)), !last.IsZero() && term.EndsOn.After(last):
		t.Fatalf("ends on %v, inception on %v, ended before on %v", term.EndsOn, p.InceptionOn, last)
	case p.Kind == KindRenewable && term.EndsOn.After(p.PaidTo):
		t.Fatalf("ends on %v, but is paid to %v", term.EndsOn, p.PaidTo)
	case !p.State.Live() && !term.EndsOn.Before(p.InceptionOn) && p.Begins().After(l.now):
		t.Fatalf("ends on %v, although cover never began", term.EndsOn)
	case (p.State == PolicyEnding) != (via == TransitionNotice && ahead && !term.EndsOn.Before(p.InceptionOn)):
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
	for _, interval := range Intervals(l.ledger) {
		total, covered := interval.Span.Days(), interval.Span.DaysThrough(l.policy.Termination.EndsOn)
		want := int64(0)
		switch l.policy.Termination.Refund {
		case RefundFull:
			want = interval.Premium.Gross.Minor
		case RefundProRata: // rounded up
			exact := big.NewRat(interval.Premium.Gross.Minor*int64(total-covered), int64(total))
			want = -new(big.Int).Div(new(big.Int).Neg(exact.Num()), exact.Denom()).Int64()
		}
		if covered == 0 && l.policy.Termination.Refund != RefundNone {
			checkSame(t, returnedOf(l.ledger, interval.Interval), interval.Premium)
		}
		earlier := returnedOf(before, interval.Interval).Gross.Minor
		if got := returnedOf(l.ledger, interval.Interval).Gross.Minor; got != max(earlier, want) {
			t.Fatalf("%d of %d days covered, %v paid, %d given back before: %d given back", covered, total, interval.Premium.Gross, earlier, got)
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
	if last := p.LastDay(); last.IsZero() && (!p.State.Live() || p.Kind == KindFixed) {
		t.Fatalf("a %s policy that is %s has no last day", p.Kind, p.State)
	}
	l.checkIntervals(t)
	l.checkAhead(t)
	l.checkMoney(t)
	l.checkRenewal(t)
}

// span is the n-th that a premium pays for, counted from 0.
func (l *life) span(n int) Span {
	p, length := l.policy, l.policy.Interval
	switch {
	case p.Term.IsZero():
		return Span{From: p.InceptionOn, To: p.ExpiryOn}
	case length.IsZero():
		length = p.Term
	}
	return Span{From: length.Nth(p.InceptionOn, n), To: length.Nth(p.InceptionOn, n+1).AddDays(-1)}
}

// checkIntervals: premiums pay for one interval after the other from the
// inception, each counted from it, none beyond its term, and each as much as
// the policy cost when it was the running one; one that is paid ahead, as much
// as its renewal did.
func (l *life) checkIntervals(t *rapid.T) {
	p, next, n := l.policy, l.policy.InceptionOn, 0
	for _, interval := range Intervals(l.ledger) {
		want := l.span(n)
		if n++; interval.Span != want || interval.Span.From != next || interval.Interval != n || interval.Span.Days() < 1 {
			t.Fatalf("interval %d is %v after %v, not %v", n, interval.Span, next, want)
		}
		next = interval.Span.To.AddDays(1)
		if n <= len(l.stood) && n != l.ran {
			checkSame(t, interval.Premium, l.stood[n-1])
		}
	}
	if n != p.IntervalNo || next != p.PaidTo.AddDays(1) {
		t.Fatalf("%d intervals are paid to %v, by the policy %d to %v", n, next, p.IntervalNo, p.PaidTo)
	}
	if p.Kind == KindFixed && p.PaidTo.After(p.ExpiryOn) {
		t.Fatalf("paid to %v, expires on %v", p.PaidTo, p.ExpiryOn)
	}
	l.stood = l.stood[:0]
	for _, interval := range Intervals(l.ledger) {
		l.stood = append(l.stood, interval.Premium)
	}
	l.ran = l.running()
	checkSame(t, l.stood[l.ran-1], p.Premium)
}

// running is the number of the interval that an endorsement is about: that of
// the term where it is renewed by paying for it, whatever was paid ahead.
func (l *life) running() int {
	if l.policy.Kind == KindRenewable {
		return l.policy.TermNo
	}
	return l.policy.IntervalNo
}

// checkAhead: of a policy that is renewed by paying for it, the running term
// is paid for, and the next if that was paid ahead, at the price of then.
func (l *life) checkAhead(t *rapid.T) {
	p, paid := l.policy, 0
	if l.ahead {
		paid = 1
	}
	if p.Kind == KindRenewable && p.IntervalNo != p.TermNo+paid {
		t.Fatalf("%d terms are paid for in term %d, paid ahead: %v", p.IntervalNo, p.TermNo, l.ahead)
	}
	if r := p.Renewal; r != nil && (r.State == RenewalPaid) != l.ahead {
		t.Fatalf("the renewal is %s, paid ahead: %v", r.State, l.ahead)
	}
	if r := p.Renewal; r != nil && l.ahead {
		checkSame(t, l.stood[p.TermNo], r.Premium)
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
	for _, interval := range Intervals(l.ledger) {
		checkWithin(t, returnedOf(l.ledger, interval.Interval), interval.Premium)
	}
	for _, entry := range l.ledger {
		checkPremium(t, entry.Premium)
		switch entry.Kind {
		case EntryWritten:
			checkWithin(t, Premium{}, entry.Premium)
		case EntryReturned:
			checkWithin(t, Premium{}, entry.Premium.Neg())
			if entry.Premium.Gross.Minor == 0 {
				t.Fatalf("nothing was given back in a line of its own")
			}
		}
	}
	if l.policy.State == PolicyBound && s.Returned.Gross.Minor != 0 {
		t.Fatalf("a policy nobody ended gave back %v", s.Returned.Gross)
	}
}

// checkRenewal: what comes next follows on the running term, and its instants
// are in order.
func (l *life) checkRenewal(t *rapid.T) {
	p, r := l.policy, l.policy.Renewal
	if (r != nil) != (p.Kind == KindRenewable && (p.Termination == nil || p.State == PolicyLapsed && r != nil)) {
		t.Fatalf("a %s policy that is %s has renewal %+v", p.Kind, p.State, r)
	}
	if r == nil {
		return
	}
	next := Span{From: p.termTo().AddDays(1), To: p.Term.Nth(p.InceptionOn, p.TermNo+1).AddDays(-1)}
	switch {
	case r.Number != p.TermNo || r.Span != next:
		t.Fatalf("after term %d until %v comes renewal %d of %v", p.TermNo, p.termTo(), r.Number, r.Span)
	case !r.DueAt.Equal(p.TermEnds()) || !r.DueAt.Equal(p.startOf(next.From)):
		t.Fatalf("term %d ends at %v, the renewal is due at %v", p.TermNo, p.TermEnds(), r.DueAt)
	case r.NoticeAt.Before(r.CreatedAt) || r.CreatedAt.After(l.now) || r.GraceUntil.Before(r.DueAt):
		t.Fatalf("created at %v: %+v", l.now, r)
	case (r.State == RenewalPaid) == r.PaidAt.IsZero():
		t.Fatalf("%s and paid at %v", r.State, r.PaidAt)
	case r.State == RenewalUnpaid && !p.startOf(p.LastDay().AddDays(1)).Equal(r.GraceUntil): // clocks may skip that time
		t.Fatalf("in grace until %v, covered until %v", r.GraceUntil, p.LastDay())
	}
	checkPremium(t, r.Premium)
	for number, steps := range l.renewals {
		checkSteps(t, steps, number < p.TermNo)
	}
}

// checkSteps: a renewal is announced, falls due and ends in this order, each
// once at most, and one whose term has begun was renewed.
func checkSteps(t *rapid.T, steps []Transition, begun bool) {
	order := []Transition{TransitionAnnounce, TransitionFallDue, TransitionRenew, TransitionLapse, TransitionExpire}
	last := -1
	for _, step := range steps {
		at := slices.Index(order, step)
		if at <= last || last > 1 {
			t.Fatalf("a renewal went through %v", steps)
		}
		last = at
	}
	if begun != (last == 2) {
		t.Fatalf("a renewal went through %v, and its term has begun: %v", steps, begun)
	}
}

// checkCaughtUp: once time has passed, cover of this moment is paid for or in
// grace, and nothing that has run out is still alive.
func (l *life) checkCaughtUp(t *rapid.T) {
	p := l.policy
	if !p.State.Live() {
		return
	}
	past := func(at time.Time) bool { return !at.After(l.now) }
	if last := p.LastDay(); !last.IsZero() && past(p.startOf(last.AddDays(1))) {
		t.Fatalf("at %v the policy is %s until %v", l.now, p.State, last)
	}
	if !p.EventEndsAt.IsZero() && past(p.EventEndsAt) {
		t.Fatalf("at %v the policy is %s, its event was at %v", l.now, p.State, p.EventEndsAt)
	}
	grace := p.Renewal != nil && p.Renewal.State == RenewalDue && !past(p.Renewal.GraceUntil)
	if past(p.startOf(p.PaidTo.AddDays(1))) && past(p.Begins()) && !grace {
		t.Fatalf("at %v the policy is paid to %v", l.now, p.PaidTo)
	}
	if due, _ := p.DueAt(); past(due) {
		t.Fatalf("at %v something is due since %v", l.now, due)
	}
}
