package insurance

import "time"

// Due is what time does next to a policy: the transition, and the day at
// whose start it happens in the policy's zone. Nothing is due to a policy
// that has ended.
func (p Policy) Due() (Transition, Date, bool) {
	if !p.State.Live() {
		return "", Date{}, false
	}
	next := p.PaidTo.AddDays(1)
	last := p.LastDay()
	switch {
	case !last.IsZero() && last.Before(next):
		if p.Termination != nil {
			return TransitionCancel, last.AddDays(1), true
		}
		return TransitionExpire, last.AddDays(1), true
	case next.After(p.termTo()):
		return TransitionRenew, next, true
	}
	return TransitionPremium, next, true
}

// DueAt is the instant at which Due happens.
func (p Policy) DueAt() (time.Time, bool) {
	_, day, ok := p.Due()
	if !ok {
		return time.Time{}, false
	}
	return day.Start(p.Zone), true
}

// Advance does what is due at an instant, which must not be before DueAt, and
// returns the policy afterwards with the new lines of its ledger. Done again
// at the same moment it would do the next step, so the caller guards it with
// the policy's version.
func (p Policy) Advance(ledger []Entry, at time.Time) (Policy, []Entry, Transition, *Error) {
	transition, day, ok := p.Due()
	if !ok || day.Start(p.Zone).After(at) {
		return p, nil, "", Refuse(CodeBusy, "nothing is due to this policy")
	}
	state, ok := p.State.After(transition)
	if !ok {
		return p, nil, "", Refuse(CodeInternal, "%s is not possible while %s", transition, p.State)
	}
	p.State = state
	var lines []Entry
	switch transition {
	case TransitionRenew:
		p.TermNo++
		p.TermFrom = day
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
	if p.Termination == nil {
		return lines
	}
	return append(lines, p.returns(append(ledger[:len(ledger):len(ledger)], lines...), at)...)
}
