package core

import (
	"fmt"
	"time"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/planted"
	"github.com/covernote/covernote/internal/store"
)

// pass does what time does to a policy: the next premium, a renewal, the end.
// It happens as of the moment it fell due, also when that was long ago, and
// leaves the step after it behind as a timer.
func (c *Core) pass(r reading, t store.Timer, fence Fence) (*draft, error) {
	policy, ok, err := r.Policy(t.Part, t.Subject)
	if err := needed(ok, err); err != nil {
		return nil, fmt.Errorf("read policy %s: %w", t.Subject, err)
	}
	partner, d, err := c.work(r, t, fence)
	if err != nil {
		return nil, err
	}
	if policy.Owner != policy.ID {
		return d, c.passPackage(r, d, partner, policy, t)
	}
	ledger, length, err := r.past(policy)
	if err != nil {
		return nil, fmt.Errorf("read ledger of policy %s: %w", policy.ID, err)
	}
	at, ok := policy.DueAt() // the timer may have been put off
	if !ok || at.After(time.UnixMicro(t.DueAt).Add(d.shift)) {
		return nil, fmt.Errorf("advance policy %s: nothing is due to it", policy.ID)
	}
	next, lines, transition, refused := policy.Advance(ledger, at)
	if refused != nil {
		return nil, fmt.Errorf("advance policy %s: %w", policy.ID, refused)
	}
	policy.Policy = next
	d.AddEntries(policy.ID, length, lines)
	err = d.change(&policy, eventOf(transition), at, actorClock, string(transition))
	return d, err
}

// passPackage does what time does to a policy of a package.
func (c *Core) passPackage(r reading, d *draft, p Partner, policy store.Policy, t store.Timer) error {
	s, err := c.openSale(r, policy.Part, policy.OrderID)
	if err != nil {
		return fmt.Errorf("open package %s: %w", policy.OrderID, err)
	}
	f := s.files[policy.ID]
	due, ok := f.DueAt()
	if !ok || due.After(time.UnixMicro(t.DueAt).Add(d.shift)) {
		return fmt.Errorf("advance policy %s: nothing is due to it", policy.ID)
	}
	return c.revision(d, p, s).advance(f, due)
}

// readPolicy reads a policy that must be there, with its ledger.
func readPolicy(r reading, part, id string) (store.Policy, []insurance.Entry, error) {
	policy, ok, err := r.Policy(part, id)
	if err := needed(ok, err); err != nil {
		return policy, nil, fmt.Errorf("read policy %s: %w", id, err)
	}
	ledger, err := r.Ledger(part, id)
	if err != nil {
		return policy, nil, fmt.Errorf("read ledger of policy %s: %w", id, err)
	}
	return policy, ledger, nil
}

// change drafts the next version of a policy with its event, the timer of its
// next step and, if it has ended, the freedom of its natural key.
func (d *draft) change(p *store.Policy, kind EventType, at time.Time, actor, reason string) error {
	p.Sequence++
	d.PutPolicy(*p, at.UnixMicro())
	p.Version++
	d.scheduleNext(*p)
	if !p.State.Live() {
		claim := p.Claim
		if planted.Bug(planted.ClaimKept) {
			claim = "" // PLANTED: the key of the policy is held for ever.
		}
		d.FreeClaim(claim, p.ID)
		d.DropTimers(p.Owner, timerCoolingOff, p.ID)
	}
	if planted.Bug(planted.PremiumApartFromEvent) {
		d = d.afterwards() // PLANTED: the event of the step follows in a commit of its own.
	}
	d.audit(actor, string(kind), p.ID, reason, "", string(p.State))
	return d.happen(p.ID, p.Sequence, kind, at, changeOf(*p))
}

// PolicyChanged is the data of the events of a policy after its binding.
type PolicyChanged struct {
	CertificateNumber string `json:"certificate_number"`
	Reference         string `json:"reference"`
	State             string `json:"state"`
	Reason            string `json:"reason,omitempty"`
	// LastDayOn is the last day of cover, if there is one.
	LastDayOn string `json:"last_day_on,omitempty"`
	// PaidTo is the last day that written premium pays for.
	PaidTo string `json:"paid_to"`
}

func changeOf(p store.Policy) PolicyChanged {
	changed := PolicyChanged{
		CertificateNumber: p.CertificateNumber, Reference: p.Reference, State: string(p.State),
		LastDayOn: p.LastDay().String(), PaidTo: p.PaidTo.String(),
	}
	if p.Termination != nil {
		changed.Reason = string(p.Termination.Reason)
	}
	if planted.Bug(planted.EventSaysOtherwise) {
		changed.PaidTo = p.TermFrom.String() // PLANTED: not what the version says.
	}
	return changed
}

// eventOf is the event that tells a transition.
func eventOf(t insurance.Transition) EventType {
	switch t {
	case insurance.TransitionPremium:
		return EventPolicyPremium
	case insurance.TransitionRenew:
		return EventPolicyRenewed
	case insurance.TransitionExpire:
		return EventPolicyExpired
	case insurance.TransitionNotice:
		return EventPolicyEnding
	case insurance.TransitionWithdraw:
		return EventPolicyWithdrawn
	case insurance.TransitionVoid:
		return EventPolicyVoided
	case insurance.TransitionEndorse:
		return EventPolicyEndorsed
	case insurance.TransitionAnnounce, insurance.TransitionFallDue:
		return EventPolicyRenewing
	case insurance.TransitionLapse:
		return EventPolicyLapsed
	}
	return EventPolicyCancelled
}
