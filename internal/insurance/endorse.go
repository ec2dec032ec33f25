package insurance

import "time"

// Endorse changes a policy within its running term: the quote is for the
// policy as it shall be, made on the product version that it was sold on. It
// returns the policy afterwards and the line that its change adds to the
// ledger; none if the premium stays.
//
// The difference of premium is for the whole interval, whenever the change
// comes. It refuses with CodeStateForbidden a policy that has ended or is
// about to, with CodeBusy while something is due to it, and with CodeInvalid a
// new start once cover has begun.
func (p Policy) Endorse(q Quote, wish Proposal, at time.Time) (Policy, []Entry, *Error) {
	if _, ok := p.State.After(TransitionEndorse); !ok {
		return p, nil, Refuse(CodeStateForbidden, "%s", p.State)
	}
	if due, ok := p.DueAt(); ok && !due.After(at) {
		return p, nil, Refuse(CodeBusy, "what was due to the policy on %s comes first", DateIn(due, p.Zone))
	}
	moved := !wish.StartsAt.Equal(p.Begins())
	if moved && (p.TermNo > 1 || !p.Begins().After(at)) {
		return p, nil, Invalid(FieldStartsAt, "cannot be changed, because cover has begun")
	}
	next := p
	next.adopt(q, wish)
	next.IntervalNo = p.IntervalNo
	if !moved {
		next.TermFrom, next.PaidTo = p.TermFrom, p.PaidTo
	}
	if next.EventEndsAt != p.EventEndsAt || moved {
		next.PaidTo = next.interval(next.IntervalNo - 1).To
	}
	next.endorseRenewal(p, moved, at)
	return next, next.difference(p, at), nil
}

// endorseRenewal carries the change into the renewal that is planned. One that
// was paid or declined stays as it is.
func (p *Policy) endorseRenewal(before Policy, moved bool, at time.Time) {
	if p.Renewal == nil || p.Renewal.State == RenewalPaid || p.Renewal.State == RenewalDeclined {
		return
	}
	if moved {
		p.planRenewal(at)
		return
	}
	if p.Premium.Gross != before.Premium.Gross {
		next := *p.Renewal
		next.Premium = p.Premium
		p.Renewal = &next
	}
}

// difference is the ledger line between two premiums of the running interval.
func (p Policy) difference(before Policy, at time.Time) []Entry {
	change := p.Premium.Sub(before.Premium)
	span, was := p.interval(p.IntervalNo-1), before.interval(before.IntervalNo-1)
	if change.isZero() && span == was {
		return nil
	}
	return []Entry{{Kind: EntryEndorsed, Interval: p.IntervalNo, Span: span, Premium: change, BookedAt: at}}
}
