package document

import (
	"fmt"
	"strconv"
	"time"

	"github.com/covernote/covernote/internal/insurance"
)

// from says when something begins: a day from its first moment, or the time
// of day as well.
func (w *wording) from(at time.Time, zone *time.Location) string {
	day := insurance.DateIn(at, zone)
	if at.Equal(day.Start(zone)) {
		return fmt.Sprintf(w.notes.begins, w.date(day), zone)
	}
	return fmt.Sprintf(w.notes.localTime, w.instant(at, zone), zone)
}

// until says when something ends: with a whole day, or the time of day as
// well.
func (w *wording) until(at time.Time, zone *time.Location) string {
	last := insurance.DateIn(at.Add(-1), zone)
	if at.Equal(last.End(zone)) {
		return fmt.Sprintf(w.notes.ends, w.date(last))
	}
	return fmt.Sprintf(w.notes.localTime, w.instant(at, zone), zone)
}

// moment is a day, with the time of day unless that is its first moment.
func (w *wording) moment(at time.Time, zone *time.Location) string {
	day := insurance.DateIn(at, zone)
	if at.Equal(day.Start(zone)) {
		return w.date(day)
	}
	return w.instant(at, zone)
}

func (w *wording) begins(p insurance.Policy) string {
	p.Zone = zoneOf(p)
	return w.from(p.Begins(), p.Zone)
}

// ends says when cover ends as the policy stands.
func (w *wording) ends(p insurance.Policy) string {
	switch {
	case neverCovered(p):
		return w.cancellation.neverCovered
	case p.Termination == nil && p.Kind == insurance.KindRecurring:
		return w.notes.endsOpen
	}
	return w.until(coverEnds(p), zoneOf(p))
}

// neverCovered tells whether the policy ended before it began.
func neverCovered(p insurance.Policy) bool {
	return p.Termination != nil && p.Termination.EndsOn.Before(p.InceptionOn)
}

// coverEnds is the instant at which cover ends that was declared to end, else
// the end of the running term. Days of a policy end at the time of day at
// which it began, the last one too, but no cover outlasts its event.
func coverEnds(p insurance.Policy) time.Time {
	p.Zone = zoneOf(p)
	if p.Termination == nil {
		return p.TermEnds()
	}
	event := p.EventEndsAt
	p.Kind, p.ExpiryOn, p.EventEndsAt = insurance.KindFixed, p.Termination.EndsOn, time.Time{}
	if end := p.TermEnds(); event.IsZero() || end.Before(event) {
		return end
	}
	return event
}

// lastDay is the day on which cover ends or ended.
func (w *wording) lastDay(p insurance.Policy) string {
	return w.date(insurance.DateIn(coverEnds(p).Add(-1), zoneOf(p)))
}

// renewal says whether and how the policy goes on after its term.
func (w *wording) renewal(p insurance.Policy, product insurance.Product) string {
	switch {
	case p.State == insurance.PolicyLapsed:
		return w.notes.lapsed
	case p.Termination != nil:
		return w.notes.renewsNot
	case !p.EventEndsAt.IsZero():
		return w.notes.endsWithEvent
	case p.Kind == insurance.KindRecurring:
		return w.renewsItself(p.Term, product)
	case p.Kind == insurance.KindRenewable && p.Renewal != nil:
		return w.renewsIfPaid(p)
	}
	return w.notes.renewsNot
}

func (w *wording) renewsItself(term insurance.Period, product insurance.Product) string {
	notice := w.notes.noNotice
	if !product.Cancellation.Notice.IsZero() {
		notice = w.period(product.Cancellation.Notice)
	}
	return fmt.Sprintf(w.notes.renews, w.period(term), notice)
}

func (w *wording) renewsIfPaid(p insurance.Policy) string {
	r, zone := p.Renewal, zoneOf(p)
	switch r.State {
	case insurance.RenewalDeclined:
		return w.notes.renewsNot
	case insurance.RenewalPaid:
		return fmt.Sprintf(w.notes.renewalPaid, w.every(p.Term), w.moment(r.DueAt, zone))
	}
	return fmt.Sprintf(w.notes.renewalOpen, w.every(p.Term), w.moment(r.DueAt, zone), w.moment(r.GraceUntil, zone))
}

// kind says in a few words how the policy lives on.
func (w *wording) kind(p insurance.Policy) string {
	switch {
	case !p.EventEndsAt.IsZero():
		return w.notes.untilEvent
	case p.Kind == insurance.KindRecurring:
		return w.notes.recurring
	case p.Kind == insurance.KindRenewable:
		return fmt.Sprintf(w.notes.renewable, w.every(p.Term))
	}
	return w.notes.fixed
}

// payable says how often the premium is due. A single premium pays for the
// whole term, and for a policy that renews for each of them.
func (w *wording) payable(p insurance.Policy) string {
	if p.Interval.IsZero() && p.Kind == insurance.KindRenewable {
		return w.intervals.perTerm
	}
	return w.interval(p.Interval)
}

func (w *wording) deductible(percent int) string {
	if percent == 0 {
		return w.notes.noDeductible
	}
	return fmt.Sprintf(w.notes.deductible, w.percentOf(strconv.Itoa(percent)))
}

// deductibleOf is what the policyholder bears of each loss: the amount that
// was chosen, where the product asks for one, and else the share.
func (w *wording) deductibleOf(p insurance.Policy, product insurance.Product) string {
	rule, _ := product.Attribute(insurance.AttributeDeductible)
	if rule.Kind != insurance.AttributeAmount {
		return w.deductible(p.Deductible)
	}
	amount, err := insurance.ParseMoney(p.Object.Attributes[insurance.AttributeDeductible], p.Premium.Gross.Currency)
	if err != nil {
		return w.deductible(p.Deductible)
	}
	return w.deductibleAmount(amount)
}

func (w *wording) deductibleAmount(amount insurance.Money) string {
	if amount.IsZero() {
		return w.notes.noDeductible
	}
	return fmt.Sprintf(w.notes.deductibleAmount, w.sum(amount))
}

// state says where the policy is in its life.
func (w *wording) state(p insurance.Policy) string {
	switch p.State {
	case insurance.PolicyEnding:
		return fmt.Sprintf(w.states.ending, w.lastDay(p))
	case insurance.PolicyExpired:
		return fmt.Sprintf(w.states.expired, w.lastDay(p))
	case insurance.PolicyLapsed:
		return fmt.Sprintf(w.states.lapsed, w.lastDay(p))
	case insurance.PolicyCancelled:
		return w.cancelled(p)
	case insurance.PolicyWithdrawn:
		return w.states.withdrawn
	case insurance.PolicyVoid:
		return w.states.void
	}
	return w.states.confirmed
}

func (w *wording) cancelled(p insurance.Policy) string {
	if neverCovered(p) {
		return w.states.cancelledBefore
	}
	return fmt.Sprintf(w.states.cancelled, w.lastDay(p))
}
