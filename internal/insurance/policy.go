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
	// Country and Zone decide taxes and when days begin.
	Country    Country
	Zone       *time.Location
	Deductible int

	Policyholder           Party
	Object                 Object
	LegalWarrantyEndOn     Date
	VoluntaryWarrantyEndOn Date
	Premium                Premium

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
}

// Bind makes a quote effective: the policy in its first version and the first
// premium written for it.
func Bind(q Quote, wish Proposal, product Product, certificateNumber string, at time.Time) (Policy, Entry) {
	market := q.Terms.Market
	concludedOn := DateIn(at, market.Zone)
	p := Policy{
		CertificateNumber: certificateNumber, Reference: wish.Reference,
		ProductCode: q.ProductCode, ProductVersion: q.ProductVersion, Tariff: q.Tariff,
		State: PolicyBound, Kind: q.Terms.Kind, Term: q.Terms.Term, TermAsSent: wish.TermAsSent, Interval: q.Interval,
		InceptionOn: q.Terms.InceptionOn, ExpiryOn: q.Terms.ExpiryOn,
		Country: market.Country, Zone: market.Zone, Deductible: q.Terms.Deductible,
		Policyholder: wish.Policyholder, Object: wish.Object,
		LegalWarrantyEndOn: wish.LegalWarrantyEndOn, VoluntaryWarrantyEndOn: wish.VoluntaryWarrantyEndOn,
		Premium: q.Premium, ConcludedAt: at, WithdrawUntil: concludedOn.AddDays(product.Withdrawal.Days),
		TermFrom: q.Terms.InceptionOn, TermNo: 1, PaidTo: q.Terms.InceptionOn.AddDays(-1),
	}
	p.Object.Type = q.Terms.ObjectType.Code
	entry := p.writePremium(at)
	return p, entry
}

// SumInsured is the most that is paid over the term: the sales price of the
// object in the currency of the premium.
func (p Policy) SumInsured() Money {
	price, err := ParseMoney(p.Object.Attributes[AttributeSalesPrice], p.Premium.Gross.Currency)
	if err != nil {
		return Zero(p.Premium.Gross.Currency)
	}
	return price
}

// LastDay is the last day of cover as it stands, zero for a recurring policy
// that nobody has ended.
func (p Policy) LastDay() Date {
	if p.Termination != nil {
		return p.Termination.EndsOn
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
	// Premium is positive when written and negative when returned.
	Premium  Premium
	BookedAt time.Time
}

// EntryKind tells written from returned premium.
type EntryKind string

// The kinds of entry.
const (
	EntryWritten  EntryKind = "written"
	EntryReturned EntryKind = "returned"
)
