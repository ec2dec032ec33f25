package insurance

import "time"

// Due is what time does next to a policy: the transition, and the instant at
// which it happens. Nothing is due to a policy that has ended.
func (p Policy) Due() (Transition, time.Time, bool) {
	switch {
	case !p.State.Live():
		return "", time.Time{}, false
	case p.Renewal != nil && p.Termination == nil:
		transition, at := p.renewalDue()
		return transition, at, true
	}
	transition, day := p.nextByDay()
	at := p.startOf(day)
	if !p.EventEndsAt.IsZero() && (transition == TransitionExpire || p.EventEndsAt.Before(at)) {
		at = p.EventEndsAt // nobody can end cover later than its event does
	}
	return transition, at, true
}

// nextByDay is what is due to a policy that nobody has to renew, and on which
// day of the policy.
func (p Policy) nextByDay() (Transition, Date) {
	next := p.PaidTo.AddDays(1)
	last := p.LastDay()
	switch {
	case !last.IsZero() && last.Before(next):
		if p.Termination != nil {
			return TransitionCancel, last.AddDays(1)
		}
		return TransitionExpire, last.AddDays(1)
	case next.After(p.termTo()):
		return TransitionRenew, next
	}
	return TransitionPremium, next
}

// behind refuses, with CodeBusy, a change that would pass over what was due to
// the policy before an instant.
func (p Policy) behind(at time.Time) *Error {
	if due, ok := p.DueAt(); ok && !due.After(at) {
		return Refuse(CodeBusy, "what was due to the policy on %s comes first", DateIn(due, p.Zone))
	}
	return nil
}

// DueAt is the instant at which Due happens.
func (p Policy) DueAt() (time.Time, bool) {
	_, at, ok := p.Due()
	return at, ok
}

// LooksBack tells whether what is due to the policy goes by what was written before,
// since its end cuts an interval short.
func (p Policy) LooksBack() bool { return p.Termination != nil }

// Advance does what is due at an instant, which must not be before DueAt, and
// returns the policy afterwards with the new lines of its ledger. The ledger is only
// looked at if the policy LooksBack. Done again
// at the same moment it would do the next step, so the caller guards it with
// the policy's version. A renewal that it announces has yet to be rated by
// Reprice.
func (p Policy) Advance(ledger []Entry, at time.Time) (Policy, []Entry, Transition, *Error) {
	transition, due, ok := p.Due()
	if !ok || due.After(at) {
		return p, nil, "", Refuse(CodeBusy, "nothing is due to this policy")
	}
	state, ok := p.State.After(transition)
	if !ok {
		return p, nil, "", Refuse(CodeInternal, "%s is not possible while %s", transition, p.State)
	}
	p.State = state
	if p.Renewal != nil && p.Termination == nil {
		lines := p.advanceRenewal(transition, at)
		return p, lines, transition, nil
	}
	var lines []Entry
	switch transition {
	case TransitionRenew:
		p.TermNo++
		p.TermFrom = p.PaidTo.AddDays(1)
		lines = p.writeNext(ledger, at)
	case TransitionPremium:
		lines = p.writeNext(ledger, at)
	}
	return p, lines, transition, nil
}

// writeNext books the next premium and, where a termination cuts its interval
// short, gives the rest back at once.
func (p *Policy) writeNext(ledger []Entry, at time.Time) []Entry {
	lines := []Entry{p.writePremium(at)}
	if !p.LooksBack() {
		return lines
	}
	return append(lines, p.returns(append(ledger[:len(ledger):len(ledger)], lines...), at)...)
}
