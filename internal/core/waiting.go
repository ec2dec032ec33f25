package core

import (
	"fmt"
	"time"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
)

// Some things end by themselves at an instant and take nothing with them that
// a policy's next step would do: the wait for a payment, and the cooling-off
// period. They have timers of their own, so that the log tells of them when it
// happens. Whether a request still comes in time never depends on whether that
// timer has fired: it is decided by the clock.

// awaitPayment drafts the end of the wait for the payment of a booking.
func (v *revision) awaitPayment() {
	until := instant(v.Content.PayUntil).Add(time.Microsecond) // the first instant that is too late
	v.later(step{
		kind: timerPayment, owner: v.ID, subject: v.ID, id: timerPayment + ":" + v.ID,
		lane: workLane(v.part, v.ID), at: until.Add(-v.sale.shift),
	})
}

// failUnpaid fails a booking whose payment was not confirmed in time, as of the
// first instant that was too late.
func (c *Core) failUnpaid(r reading, t store.Timer, fence Fence) (*draft, error) {
	partner, d, err := c.work(r, t, fence)
	if err != nil {
		return nil, err
	}
	s, err := c.openSale(r, t.Part, t.Subject)
	if err != nil {
		return nil, fmt.Errorf("open package %s: %w", t.Subject, err)
	}
	s.now = instant(s.Content.PayUntil).Add(time.Microsecond)
	v := c.revision(d, partner, s)
	return d, v.fail()
}

// fail records that a booking came to nothing.
func (v *revision) fail() error {
	for i := range v.Content.Quotes {
		if q := &v.Content.Quotes[i]; q.State == string(PackagePending) {
			q.State, q.UpdatedAt = string(PackageFailed), micros(v.now())
		}
	}
	v.become(PackageFailed)
	v.order.State = store.OrderFailed
	v.audit(actorClock, string(EventBookingFailed), v.ID, "not paid", "", "")
	return v.tellBooking(EventBookingFailed, v.now())
}

// coolOff drafts the end of a new policy's cooling-off period.
func (d *draft) coolOff(p store.Policy, product insurance.Product) {
	if product.Withdrawal.Days == 0 {
		return
	}
	d.later(step{
		kind: timerCoolingOff, owner: p.Owner, subject: p.ID, id: timerCoolingOff + ":" + p.ID,
		lane: workLane(p.Part, p.Owner), at: d.spread(p.CoolingOffEnds(), p.ID).Add(-d.shift),
	})
}

// endCoolingOff records that a policy can no longer be withdrawn from. The
// policy itself does not change, so that it gets no version.
func (c *Core) endCoolingOff(r reading, t store.Timer, fence Fence) (*draft, error) {
	policy, ok, err := r.Policy(t.Part, t.Subject)
	if err := needed(ok, err); err != nil {
		return nil, fmt.Errorf("read policy %s: %w", t.Subject, err)
	}
	_, d, err := c.work(r, t, fence)
	if err != nil || !policy.State.Live() {
		return d, err // it has ended before, with nobody left to withdraw
	}
	policy.Sequence++
	d.CountEvent(policy)
	d.audit(actorClock, string(EventCoolingOffEnded), policy.ID, "", "", "")
	err = d.happen(policy.ID, policy.Sequence, EventCoolingOffEnded, policy.CoolingOffEnds(), changeOf(policy))
	return d, err
}

// MaxSpread is the longest that Options.Spread may be.
const MaxSpread = time.Hour

// spread is when a step is done that is due at the beginning of a day, when so
// many are: up to Options.Spread later, at a moment that follows from its
// subject. What a step does, it still does as of the instant at which it was
// due, so that a day means the same. A step that ends cover is never spread.
func (d *draft) spread(due time.Time, subject string) time.Time {
	if d.spreadOver <= 0 {
		return due
	}
	share := uint64(hashOf(d.part, subject)) * uint64(d.spreadOver.Microseconds()) >> 32
	return due.Add(time.Duration(share) * time.Microsecond)
}
