package insurance

import "time"

// Renewal is the next term of a policy of KindRenewable on its way: planned
// when the term before it begins, announced ahead of its due date, due, and
// then paid, unpaid or declined.
type Renewal struct {
	// Number counts the renewals of a policy from 1.
	Number int
	State  RenewalState
	// Span is the term that it would pay for.
	Span Span
	// Premium of that term, and the product version that it was rated on. Both
	// are those in force until the announcement rates it anew.
	Premium        Premium
	ProductVersion int
	CreatedAt      time.Time
	// NoticeAt is when it is announced, DueAt when the term begins, and
	// GraceUntil when the policy lapses if it was not paid by then.
	NoticeAt, DueAt, GraceUntil time.Time
	PaidAt                      time.Time
}

// RenewalState is where a renewal is.
type RenewalState string

// The states of a renewal.
const (
	RenewalPlanned   RenewalState = "planned"
	RenewalAnnounced RenewalState = "announced"
	RenewalDue       RenewalState = "due"
	RenewalPaid      RenewalState = "paid"
	RenewalUnpaid    RenewalState = "unpaid"
	RenewalDeclined  RenewalState = "declined"
)

// planRenewal plans the term after the running one.
func (p *Policy) planRenewal(at time.Time) {
	if p.Kind != KindRenewable {
		return
	}
	from := p.termTo().AddDays(1)
	r := Renewal{
		Number: p.TermNo, State: RenewalPlanned, Premium: p.Premium, ProductVersion: p.ProductVersion, CreatedAt: at,
		Span:     Span{From: from, To: p.Term.Nth(p.InceptionOn, p.TermNo+1).AddDays(-1)},
		NoticeAt: p.startOf(from.AddDays(-p.RenewalRule.NoticeDays)), DueAt: p.startOf(from),
		GraceUntil: p.startOf(from.AddDays(p.RenewalRule.GraceDays)),
	}
	if r.NoticeAt.Before(at) {
		r.NoticeAt = at
	}
	p.Renewal = &r
}

// RenewalEnds is the instant at which the term ends that a renewal would pay
// for; zero if there is none.
func (p Policy) RenewalEnds() time.Time {
	if p.Renewal == nil {
		return time.Time{}
	}
	return p.startOf(p.Renewal.Span.To.AddDays(1))
}

// renewalDue is what time does next to a renewal.
func (p Policy) renewalDue() (Transition, time.Time) {
	r := p.Renewal
	switch r.State {
	case RenewalPlanned:
		return TransitionAnnounce, r.NoticeAt
	case RenewalAnnounced:
		return TransitionFallDue, r.DueAt
	case RenewalDue:
		return TransitionLapse, r.GraceUntil
	case RenewalDeclined:
		return TransitionExpire, r.DueAt
	}
	return TransitionRenew, r.DueAt
}

// advanceRenewal does what renewalDue says.
func (p *Policy) advanceRenewal(transition Transition, at time.Time) []Entry {
	switch transition {
	case TransitionAnnounce:
		p.setRenewal(RenewalAnnounced)
	case TransitionFallDue:
		p.setRenewal(RenewalDue)
	case TransitionLapse:
		p.setRenewal(RenewalUnpaid)
		p.Termination = &Termination{
			Reason: ReasonNonPayment, Ending: TransitionLapse, Refund: RefundNone, DeclaredAt: at,
			EndsOn: p.Renewal.Span.From.AddDays(p.RenewalRule.GraceDays - 1),
		}
	case TransitionRenew:
		return p.renew(at)
	}
	return nil
}

// setRenewal replaces the renewal, so that earlier versions of the policy keep
// theirs.
func (p *Policy) setRenewal(state RenewalState) {
	next := *p.Renewal
	next.State = state
	p.Renewal = &next
}

// renew begins the term that was paid for and plans the next one, both as of
// the due date, however late that is done. A premium that was paid ahead was
// written then.
func (p *Policy) renew(at time.Time) []Entry {
	r, ahead := p.Renewal, p.paidAhead()
	p.TermNo++
	p.TermFrom, p.Premium, p.ProductVersion = r.Span.From, r.Premium, r.ProductVersion
	var lines []Entry
	if !ahead {
		lines = append(lines, p.writePremium(at))
	}
	p.planRenewal(r.DueAt)
	return lines
}

// paidAhead tells whether the next term's premium is written already. The
// premium of a renewable policy pays for a term.
func (p Policy) paidAhead() bool { return p.Kind == KindRenewable && p.IntervalNo > p.TermNo }

// payAhead writes the premium of the term that the renewal pays for.
func (p *Policy) payAhead(at time.Time) Entry {
	p.IntervalNo++
	p.PaidTo = p.Renewal.Span.To
	return Entry{
		Kind: EntryWritten, Interval: p.IntervalNo, Span: p.Renewal.Span, Premium: p.Renewal.Premium, BookedAt: at,
	}
}

// Reprice rates an announced renewal under the product version that is on sale
// then, as of its first day. Where the premium was set, it stays.
func (p Policy) Reprice(product Product, at time.Time) (Policy, Working, *Error) {
	tariff, ok := product.FindTariff(p.Tariff)
	if !ok {
		return p, Working{}, RefuseField(CodeProductUnknown, FieldTariff, "is not a product that is sold")
	}
	quote, refused := product.Quote(tariff, p.wishFrom(p.Renewal.DueAt), at)
	if refused != nil {
		return p, Working{}, refused
	}
	next := *p.Renewal
	next.Premium, next.ProductVersion = quote.Premium, product.Version
	p.Renewal = &next
	return p, quote.Working, nil
}

// RerateAhead rates a term that was paid ahead anew, once a change of the policy
// has another premium than before: the difference is a line of that term. The
// product is the version that the term was rated on. The working is how; without
// steps where there is nothing to be rated.
func (p Policy) RerateAhead(product Product, before Premium, at time.Time) (Policy, []Entry, Working, *Error) {
	if !p.paidAhead() || p.Premium.Sub(before).isZero() {
		return p, nil, Working{}, nil
	}
	next, working, refused := p.Reprice(product, at)
	if refused != nil {
		return p, nil, Working{}, refused
	}
	change := next.Renewal.Premium.Sub(p.Renewal.Premium)
	return next, []Entry{{
		Kind: EntryEndorsed, Interval: p.IntervalNo, Span: p.Renewal.Span, Premium: change, BookedAt: at,
	}}, working, nil
}

// wishFrom is the proposal that the policy answers, for cover from an instant.
func (p Policy) wishFrom(start time.Time) Proposal {
	deductible := p.Deductible
	wish := Proposal{
		Reference: p.Reference, Tariff: p.Tariff, Policyholder: p.Policyholder, Country: p.Country,
		Currency: p.Premium.Gross.Currency, StartsAt: start, Kind: p.Kind, Term: p.Term, TermAsSent: p.TermAsSent,
		Deductible: &deductible, Interval: p.Interval, Object: p.Object, Discount: p.Discount,
	}
	switch {
	case p.Tendered:
		wish.TenderPrice = p.Premium.Gross.Decimal()
	case p.PartnerPriced:
		wish.PartnerPrice = p.Premium.Gross.Decimal()
	}
	return wish
}

// Wish is the proposal that the policy answers as it stands. It begins with the
// first day that the premium was rated for: that of the running term, where a
// renewal rates it anew, else the inception.
func (p Policy) Wish() Proposal {
	if p.Kind == KindRenewable {
		return p.wishFrom(p.TermBegins())
	}
	return p.wishFrom(p.Begins())
}

// Pay says that the next term was paid for, which writes its premium. It begins
// when it is due, or at once and as of its due date if that has passed. Paid
// twice changes nothing; once the term has begun, though, Renewal is the one
// after, so a caller who repeats himself compares its Number first. It refuses
// with CodeStateForbidden where there is no renewal to be paid, and with
// CodeBusy while something is due to the policy.
func (p Policy) Pay(at time.Time) (Policy, []Entry, *Error) {
	switch {
	case !p.State.Live() || p.Renewal == nil || p.Renewal.State == RenewalDeclined:
		return p, nil, Refuse(CodeStateForbidden, "%s", p.State)
	case p.Renewal.State == RenewalPaid:
		return p, nil, nil
	}
	if refused := p.behind(at); refused != nil {
		return p, nil, refused
	}
	p.setRenewal(RenewalPaid)
	p.Renewal.PaidAt = at
	if p.Renewal.DueAt.After(at) {
		entry := p.payAhead(at)
		return p, []Entry{entry}, nil
	}
	lines := p.renew(at)
	return p, lines, nil
}

// Decline says that the policy shall not go on: it expires with its term, or
// at once if that has passed; what was due before must have been done. Declined
// twice changes nothing. It refuses with CodeStateForbidden where there is no
// renewal, or it was paid.
func (p Policy) Decline() (Policy, *Error) {
	switch {
	case !p.State.Live() || p.Renewal == nil || p.Renewal.State == RenewalPaid:
		return p, Refuse(CodeStateForbidden, "%s", p.State)
	case p.Renewal.State == RenewalDeclined:
		return p, nil
	}
	p.setRenewal(RenewalDeclined)
	return p, nil
}
