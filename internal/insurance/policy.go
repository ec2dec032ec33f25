package insurance

import "time"

// Policy is the contract of insurance as it stands after its latest version.
type Policy struct {
	// CertificateNumber is what the policy is called outside; it never changes.
	CertificateNumber string
	Reference         string
	ProductCode       string
	ProductVersion    int
	Tariff            string
	State             PolicyState
	Kind              Kind
	Term              Period
	TermAsSent        string
	Interval          Period
	InceptionOn       Date
	// ExpiryOn is the last day of cover of a fixed policy, as concluded.
	ExpiryOn Date
	// StartsAt is the instant at which cover begins; the days of the policy
	// begin at its time of day. Zero is the start of InceptionOn.
	StartsAt time.Time
	// EventEndsAt is the instant with which cover ends, where an event ends it.
	EventEndsAt time.Time
	// Country and Zone decide taxes and when days begin.
	Country    Country
	Zone       *time.Location
	Deductible int

	Policyholder           Party
	Object                 Object
	LegalWarrantyEndOn     Date
	VoluntaryWarrantyEndOn Date
	// SumInsured is the most that is paid over the term, in the currency of
	// the premium.
	SumInsured Money
	Premium    Premium
	// PartnerPriced and Discount are how the premium came about, for the next
	// time it is computed. Tendered: it was the insurer who set the price.
	PartnerPriced, Tendered bool
	Discount                Rate

	ConcludedAt time.Time
	// WithdrawUntil is the last day of the cooling-off period.
	WithdrawUntil Date

	// TermFrom is the first day of the running term, PaidTo the last day that
	// a written premium pays for; intervals are counted in IntervalNo from
	// inception, terms in TermNo from 1.
	TermFrom   Date
	TermNo     int
	PaidTo     Date
	IntervalNo int

	// Termination is set once somebody has ended the policy.
	Termination *Termination

	// RenewalRule is that of the product it was sold on, and Renewal what comes
	// next of a policy of KindRenewable, or what it has expired or lapsed with;
	// nil once the policy was ended otherwise.
	RenewalRule RenewalRule
	Renewal     *Renewal
}

// Bind makes a quote effective: the policy in its first version and the first
// premium written for it.
func Bind(q Quote, wish Proposal, product Product, certificateNumber string, at time.Time) (Policy, Entry) {
	market := q.Terms.Market
	concludedOn := DateIn(at, market.Zone)
	p := Policy{
		CertificateNumber: certificateNumber, Reference: wish.Reference, TermAsSent: wish.TermAsSent,
		ProductCode: q.ProductCode, ProductVersion: q.ProductVersion, Tariff: q.Tariff,
		State: PolicyBound, Policyholder: wish.Policyholder,
		LegalWarrantyEndOn: wish.LegalWarrantyEndOn, VoluntaryWarrantyEndOn: wish.VoluntaryWarrantyEndOn,
		ConcludedAt: at, WithdrawUntil: concludedOn.AddDays(product.Withdrawal.Days), TermNo: 1,
		RenewalRule: product.Renewal,
	}
	p.adopt(q, wish)
	entry := p.writePremium(at)
	p.planRenewal(at)
	return p, entry
}

// adopt takes over what a quote decides.
func (p *Policy) adopt(q Quote, wish Proposal) {
	t := q.Terms
	p.Kind, p.Term, p.Interval = t.Kind, t.Term, q.Interval
	p.InceptionOn, p.ExpiryOn, p.StartsAt = t.InceptionOn, t.ExpiryOn, wish.StartsAt
	p.Country, p.Zone, p.Deductible = t.Market.Country, t.Market.Zone, t.Deductible
	p.Object, p.SumInsured, p.Premium = wish.Object, t.SumInsured, q.Premium
	p.Object.Type = t.ObjectType.Code
	p.PartnerPriced, p.Tendered, p.Discount = t.PartnerPriced, t.Tendered, t.Discount
	if t.Term.IsZero() {
		p.EventEndsAt = t.EndsAt
	}
	p.TermFrom, p.PaidTo = t.InceptionOn, t.InceptionOn.AddDays(-1)
}

// Begins is the instant at which cover begins.
func (p Policy) Begins() time.Time { return p.startOf(p.InceptionOn) }

// TermBegins is the instant at which the running term begins.
func (p Policy) TermBegins() time.Time { return p.startOf(p.TermFrom) }

// CoolingOffEnds is the first instant at which the policyholder can no longer
// withdraw: the end of WithdrawUntil in the zone of the policy.
func (p Policy) CoolingOffEnds() time.Time { return p.WithdrawUntil.AddDays(1).Start(p.Zone) }

// TermEnds is the instant at which the running term ends, whatever was
// declared since.
func (p Policy) TermEnds() time.Time {
	if !p.EventEndsAt.IsZero() {
		return p.EventEndsAt
	}
	return p.startOf(p.termTo().AddDays(1))
}

// startOf is the instant at which a day of the policy begins.
func (p Policy) startOf(day Date) time.Time {
	switch {
	case p.StartsAt.IsZero():
		return day.Start(p.Zone)
	case day == p.InceptionOn:
		return p.StartsAt.UTC() // also where clocks show its time once more
	}
	return clockOf(p.StartsAt, p.Zone).on(day)
}

// LastDay is the last day of cover as it stands, zero for a policy that may go
// on and that nobody has ended.
func (p Policy) LastDay() Date {
	switch {
	case p.Termination != nil:
		return p.Termination.EndsOn
	case p.Renewal != nil && p.Renewal.State == RenewalDeclined:
		return p.termTo()
	}
	return p.ExpiryOn
}

// termTo is the last day of the running term.
func (p Policy) termTo() Date {
	if p.Kind == KindFixed {
		return p.ExpiryOn
	}
	return p.Term.Nth(p.InceptionOn, p.TermNo).AddDays(-1)
}

// interval is the n-th span that one premium pays for, counted from 0. Since
// intervals divide terms, none reaches beyond its own.
func (p Policy) interval(n int) Span {
	if p.Interval.IsZero() {
		return Span{From: p.TermFrom, To: p.termTo()}
	}
	return Span{From: p.Interval.Nth(p.InceptionOn, n), To: p.Interval.Nth(p.InceptionOn, n+1).AddDays(-1)}
}

// writePremium books the premium of the interval after PaidTo.
func (p *Policy) writePremium(at time.Time) Entry {
	span := p.interval(p.IntervalNo)
	p.IntervalNo++
	p.PaidTo = span.To
	return Entry{Kind: EntryWritten, Interval: p.IntervalNo, Span: span, Premium: p.Premium, BookedAt: at}
}

// Entry is a line of a policy's premium ledger. Lines are only ever added.
type Entry struct {
	Kind EntryKind
	// Interval is the number of the premium's interval, counted from 1; a
	// return bears the number of what it gives back.
	Interval int
	// Span is the time that the premium pays for.
	Span Span
	// Premium is positive when written, negative when returned, and either
	// when endorsed.
	Premium  Premium
	BookedAt time.Time
}

// EntryKind tells written from returned premium.
type EntryKind string

// The kinds of entry.
const (
	EntryWritten  EntryKind = "written"
	EntryReturned EntryKind = "returned"
	// EntryEndorsed is what a change of the policy adds to the premium of an
	// interval, or takes from it; with the line that was written it makes the
	// premium of that interval.
	EntryEndorsed EntryKind = "endorsed"
)
