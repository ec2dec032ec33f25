package insurance

import "time"

// Endorse changes a policy within its running term: the quote is for the
// policy as it shall be, from the start that Wish names, and made on the
// product version that the running term was rated on. It returns the policy
// afterwards and the line that its change adds to the ledger; none if the
// premium stays.
//
// The difference of premium is for the whole interval, whenever the change
// comes. It refuses with CodeStateForbidden a policy that has ended or is
// about to, with CodeBusy while something is due to it, and with CodeInvalid a
// new start once cover has begun, and another tariff, kind, term, interval,
// country or currency.
func (p Policy) Endorse(q Quote, wish Proposal, at time.Time) (Policy, []Entry, *Error) {
	if _, ok := p.State.After(TransitionEndorse); !ok {
		return p, nil, Refuse(CodeStateForbidden, "%s", p.State)
	}
	if refused := p.behind(at); refused != nil {
		return p, nil, refused
	}
	if refused := p.sameContract(q); refused != nil {
		return p, nil, refused
	}
	moved := !q.Terms.StartsAt.Equal(p.Begins()) && !q.Terms.StartsAt.Equal(p.TermBegins())
	if moved && (p.TermNo > 1 || !p.Begins().After(at)) {
		return p, nil, Invalid(FieldStartsAt, "cannot be changed, because cover has begun")
	}
	next := p
	next.adopt(q, wish)
	if !moved {
		next.InceptionOn, next.StartsAt = p.InceptionOn, p.StartsAt
		next.TermFrom, next.PaidTo = p.TermFrom, p.PaidTo
	}
	if moved || !next.EventEndsAt.Equal(p.EventEndsAt) {
		next.PaidTo = next.interval(next.IntervalNo - 1).To
	}
	next.endorseRenewal(p, moved, at)
	lines := next.difference(p, at)
	if moved && p.paidAhead() {
		lines = append(lines, next.moveAhead(*p.Renewal, at)...)
	}
	return next, lines, nil
}

// moveAhead lets a premium that was paid ahead pay for the term as it lies now.
func (p *Policy) moveAhead(was Renewal, at time.Time) []Entry {
	r := p.Renewal
	p.PaidTo = r.Span.To
	if r.Span == was.Span {
		return nil
	}
	return []Entry{{Kind: EntryEndorsed, Interval: p.IntervalNo, Span: r.Span, Premium: r.Premium.part0(), BookedAt: at}}
}

// sameContract refuses what makes another contract of a policy: its premiums
// would neither follow each other nor add up.
func (p Policy) sameContract(q Quote) *Error {
	const cannot = "cannot be changed"
	switch t := q.Terms; {
	case q.Tariff != p.Tariff:
		return Invalid(FieldTariff, cannot)
	case t.Kind != p.Kind:
		return Invalid(FieldKind, cannot)
	case t.Term != p.Term:
		return Invalid(FieldTerm, cannot)
	case q.Interval != p.Interval:
		return Invalid(FieldInterval, cannot)
	case t.Market.Country != p.Country:
		return Invalid(FieldCountry, cannot)
	case t.Currency != p.Premium.Gross.Currency:
		return Invalid(FieldCurrency, cannot)
	}
	return nil
}

// endorseRenewal carries the change into the renewal that is planned. What was
// paid or declined stays so, at its price, but moves with the start.
func (p *Policy) endorseRenewal(before Policy, moved bool, at time.Time) {
	if p.Renewal == nil {
		return
	}
	if moved {
		p.planRenewal(at)
	}
	next := *p.Renewal
	switch was := before.Renewal; {
	case was.State == RenewalPaid || was.State == RenewalDeclined:
		next.State, next.PaidAt = was.State, was.PaidAt
		next.Premium, next.ProductVersion = was.Premium, was.ProductVersion
	case !p.Premium.Sub(before.Premium).isZero():
		next.Premium, next.ProductVersion = p.Premium, p.ProductVersion
	}
	p.Renewal = &next
}

// difference is the ledger line between two premiums of the running interval.
func (p Policy) difference(before Policy, at time.Time) []Entry {
	change := p.Premium.Sub(before.Premium)
	span, was := p.interval(p.running()-1), before.interval(p.running()-1)
	if change.isZero() && span == was {
		return nil
	}
	return []Entry{{Kind: EntryEndorsed, Interval: p.running(), Span: span, Premium: change, BookedAt: at}}
}

// running is the number of the interval that is endorsed: the last that was
// written, but for what was paid ahead.
func (p Policy) running() int {
	if p.paidAhead() {
		return p.TermNo
	}
	return p.IntervalNo
}
