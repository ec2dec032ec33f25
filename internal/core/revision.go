package core

import (
	"fmt"
	"time"

	"github.com/covernote/covernote/internal/document"
	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/planted"
	"github.com/covernote/covernote/internal/store"
)

// revision is a booked package being changed. Every step of one of its
// policies is recorded with the policy, and every change of the package with a
// version of its order, so that it can be told as it stood before and after.
type revision struct {
	*draft
	*sale
	core    *Core
	partner Partner
	// untouched leaves the time of the last change as it is: who the
	// policyholder is does not count as one.
	untouched bool
}

// reopen opens a booked package to change it. What has fallen due to its
// policies and was not yet swept is done first, each step as of its own time.
func (c *Core) reopen(r reading, p Partner, ref PackageRef) (*revision, error) {
	s, err := c.openBooked(r, p, ref)
	if err != nil {
		return nil, err
	}
	d, err := c.draft(r, p)
	if err != nil {
		return nil, err
	}
	v := c.revision(d, p, s)
	err = v.catchUp()
	return v, err
}

// revision begins the change of a package in a draft, which goes by the
// package's clock from then on.
func (c *Core) revision(d *draft, p Partner, s *sale) *revision {
	d.shift = s.shift
	return &revision{draft: d, sale: s, core: c, partner: p}
}

// now is business time by the clock of the package; that of the draft is by
// the clock that all share.
func (v *revision) now() time.Time { return v.sale.now }

// catchUp does what is due, in order of time whichever policy it concerns.
func (v *revision) catchUp() error {
	for {
		f, due := v.firstDue()
		if f == nil {
			return nil
		}
		if err := v.advance(f, due); err != nil {
			return err
		}
	}
}

func (v *revision) firstDue() (first *file, at time.Time) {
	for _, q := range v.Content.Quotes {
		f, ok := v.files[q.PolicyID]
		if !ok {
			continue
		}
		due, ok := f.DueAt()
		if ok && !due.After(v.now()) && (first == nil || due.Before(at)) {
			first, at = f, due
		}
	}
	return first, at
}

// advance does what time does to a policy of the package.
func (v *revision) advance(f *file, at time.Time) error {
	next, lines, transition, refused := f.Advance(f.ledger, at)
	if refused != nil {
		return fmt.Errorf("advance policy %s: %w", f.ID, refused)
	}
	if transition == insurance.TransitionAnnounce {
		next = v.reprice(f, next, at)
	}
	if err := v.record(f, next, lines, eventOf(transition), at, actorClock, string(transition)); err != nil {
		return err
	}
	return v.toldBy(f, transition, at)
}

// auditPriceKept says in the audit log why a renewal was not rated anew.
const auditPriceKept = "renewal.price_kept"

// reprice rates an announced renewal on the product version that is on sale
// when it is announced. Where there is none that would renew it, it stays at
// the price that it has.
func (v *revision) reprice(f *file, next insurance.Policy, at time.Time) insurance.Policy {
	product, _, ok := v.core.onSale(v.partner, f.Tariff, 0, at)
	if !ok || product.Code != f.ProductCode {
		return next
	}
	repriced, working, refused := next.Reprice(product, at)
	if refused != nil {
		v.audit(actorClock, auditPriceKept, f.ID, refused.Error(), "", "")
		return next
	}
	if planted.Bug(planted.WorkingForgotten) {
		return repriced // PLANTED: nobody can tell how.
	}
	v.AddWorking(f.ID, f.Version+1, working)
	return repriced
}

// toldBy closes a step with the version of the package that it made.
func (v *revision) toldBy(f *file, transition insurance.Transition, at time.Time) error {
	switch transition {
	case insurance.TransitionAnnounce:
		return v.tellRenewal(EventRenewalAnnounced, f, at)
	case insurance.TransitionFallDue:
		return v.tellRenewal(EventRenewalDue, f, at)
	case insurance.TransitionLapse:
		return v.tellRenewal(EventRenewalExpired, f, at)
	case insurance.TransitionRenew:
		return v.planned(f, at)
	}
	v.publish(at)
	return nil
}

// planned records the renewal that a term begins with.
func (v *revision) planned(f *file, at time.Time) error {
	if f.Renewal == nil {
		v.publish(at)
		return nil
	}
	v.nameRenewal(f.Policy)
	return v.tellRenewal(EventRenewalPlanned, f, at)
}

// nameRenewal records what the renewal that a policy has planned is called.
func (v *revision) nameRenewal(p store.Policy) {
	if p.Renewal == nil {
		return
	}
	v.AddRenewal(store.Renewal{
		Part: v.part, PolicyID: p.ID, Number: int64(p.Renewal.Number), OrderID: v.ID,
		ID: v.core.Keys.renewalID(p.ID, p.Renewal.Number),
	})
}

// record drafts the next version of a policy of the package, with its
// certificate.
func (v *revision) record(
	f *file, next insurance.Policy, lines []insurance.Entry, kind EventType, at time.Time, actor, reason string,
) error {
	err := v.draft.record(f, next, lines, kind, at, actor, reason)
	if err != nil || kind == EventPolicyRenewing || kind == EventPolicyPremium {
		return err // what was certified still holds
	}
	return v.certify(f, at)
}

// certify issues the certificate that says what a policy has become.
func (v *revision) certify(f *file, at time.Time) error {
	product, err := v.core.product(f.ProductCode, f.ProductVersion)
	if err != nil {
		return err
	}
	v.issue(f.ID, f.Version, documentLanguage(product, v.Content.Language), at, document.KindCertificate)
	return nil
}

// publish drafts the next version of the package from where its policies now
// stand, and answers which version that was before and is now.
func (v *revision) publish(at time.Time) BookingTold {
	v.settleStates(at, v.untouched)
	if !v.untouched {
		v.Content.UpdatedAt = micros(at)
	}
	return v.keepVersion(at)
}

// keepVersion stores the next version of the order, or its first, with what
// the package then holds.
func (v *revision) keepVersion(at time.Time) BookingTold {
	told := BookingTold{PackageID: v.ID, From: v.order.Version, To: v.order.Version + 1}
	if told.From == 0 {
		v.AddOrder(*v.order)
	} else {
		v.PutOrder(*v.order)
	}
	v.order.Version, v.Version = told.To, told.To
	v.AddOrderContent(v.ID, told.To, micros(at), v.Content)
	return told
}

// settleStates takes over what the policies say: a package is cancelled when all
// its policies are.
func (s *sale) settleStates(at time.Time, untouched bool) {
	left, sold := false, false
	for i := range s.Content.Quotes {
		q := &s.Content.Quotes[i]
		f, ok := s.files[q.PolicyID]
		if !ok {
			continue
		}
		if q.PolicyVersion != f.Version {
			q.PolicyVersion = f.Version
			if !untouched {
				q.UpdatedAt = micros(at)
			}
		}
		sold = true
		if ended(f.State) && q.State != string(PackageCancelled) {
			q.State, q.CancelledAt = string(PackageCancelled), micros(endedAt(f, at))
		}
		left = left || q.State != string(PackageCancelled)
	}
	if sold && !left && s.Content.State != string(PackageCancelled) {
		s.Content.State, s.Content.CancelledAt = string(PackageCancelled), micros(at)
	}
}

// ended tells whether a policy was ended before its time.
func ended(state insurance.PolicyState) bool {
	return !state.Live() && state != insurance.PolicyExpired
}

// endedAt is when the ending was declared, or else happened.
func endedAt(f *file, at time.Time) time.Time {
	if f.Termination != nil {
		return f.Termination.DeclaredAt
	}
	return at
}

// tell publishes a version of the package with an event that tells it. The
// event is numbered before the order is stored.
func (v *revision) tell(kind EventType, at time.Time, data func(BookingTold) any) error {
	v.order.Sequence++
	sequence := v.order.Sequence
	told := v.publish(at)
	return v.happen(v.ID, sequence, kind, at, data(told))
}

func (v *revision) tellBooking(kind EventType, at time.Time) error {
	return v.tell(kind, at, func(told BookingTold) any { return told })
}

func (v *revision) tellRenewal(kind EventType, f *file, at time.Time) error {
	renewal := f.Renewal
	return v.tell(kind, at, func(told BookingTold) any {
		return RenewalTold{
			BookingTold: told, RenewalID: v.core.Keys.renewalID(f.ID, renewal.Number),
			QuoteID: v.quoteOfPolicy(f.ID), State: string(renewal.State), StartsAt: renewal.DueAt,
			EndsAt: f.RenewalEnds(), Price: renewal.Premium.Gross.Decimal(),
			Currency: string(renewal.Premium.Gross.Currency), Period: f.Term.String(), CreatedAt: renewal.CreatedAt,
			NoticeAt: renewal.NoticeAt, DueAt: renewal.DueAt, GraceUntil: renewal.GraceUntil,
		}
	})
}

func (s *sale) quoteOfPolicy(policyID string) string {
	for _, q := range s.Content.Quotes {
		if q.PolicyID == policyID {
			return q.ID
		}
	}
	return ""
}
