package insurance

import (
	"slices"
	"time"
)

// Reason is why a policy is ended before its time.
type Reason string

// The reasons a policy can be ended for. Which of them a partner may use, and
// what each gives back, is for the product to say.
const (
	ReasonWithdrawal     Reason = "WITHDRAWAL"
	ReasonOrdinary       Reason = "ORDINARY"
	ReasonOrderCancelled Reason = "ORDER_CANCELLED"
	ReasonItemReturned   Reason = "ITEM_RETURNED"
	ReasonItemSold       Reason = "ITEM_SOLD"
	ReasonTotalLoss      Reason = "TOTAL_LOSS"
	ReasonAfterClaim     Reason = "AFTER_CLAIM"
	ReasonNonPayment     Reason = "NON_PAYMENT"
	ReasonFraud          Reason = "FRAUD"
	ReasonRescission     Reason = "RESCISSION"
	ReasonDuplicate      Reason = "DUPLICATE"
)

// Reasons lists every reason.
func Reasons() []Reason {
	return []Reason{
		ReasonWithdrawal, ReasonOrdinary, ReasonOrderCancelled, ReasonItemReturned, ReasonItemSold,
		ReasonTotalLoss, ReasonAfterClaim, ReasonNonPayment, ReasonFraud, ReasonRescission, ReasonDuplicate,
	}
}

// Cancellation holds a product's rules for ending a policy early.
type Cancellation struct {
	// Notice is how long before the end of a term an ordinary cancellation
	// must have been declared.
	Notice Period
	// MaxBehind is how many days back an end may be declared for.
	MaxBehind int
	Reasons   []ReasonRule
}

// ReasonRule is what one reason does.
type ReasonRule struct {
	Reason Reason
	// PartnerMay tells whether a partner may declare it.
	PartnerMay bool
	// Ending is the transition: withdraw, cancel or void.
	Ending Transition
	Effect Effect
	Refund Refund
	// Kinds the reason applies to; empty means all.
	Kinds []Kind
	// WithinDays since conclusion; 0 means at any time.
	WithinDays int
}

// Effect says which day is the last day of cover.
type Effect string

// The effects of a declaration.
const (
	// EffectReceipt ends cover on the day the declaration arrives.
	EffectReceipt Effect = "receipt"
	// EffectDay ends cover on the day that was named, else on arrival.
	EffectDay Effect = "day"
	// EffectTermEnd ends cover with the first term whose end respects the
	// notice period and the day that was named.
	EffectTermEnd Effect = "term_end"
	// EffectInception undoes the cover from its first day.
	EffectInception Effect = "inception"
)

// Declaration is somebody's wish to end a policy.
type Declaration struct {
	Reason Reason
	// On is the wished last day of cover; zero leaves it to the rule.
	On Date
	// ByPartner binds the declaration to ReasonRule.PartnerMay.
	ByPartner bool
}

// Termination is a declaration that took effect.
type Termination struct {
	Reason     Reason
	Ending     Transition
	Refund     Refund
	DeclaredAt time.Time
	// RequestedOn is the day that was named, if any.
	RequestedOn Date
	// EndsOn is the last day of cover; the day before inception if there
	// never was any.
	EndsOn Date
}

// Settlement divides what was paid: Written = Earned + Returned, in every
// part of the premium.
type Settlement struct {
	Written, Earned, Returned Premium
}

// End applies a declaration to a policy whose ledger is given. It returns the
// policy afterwards, the ledger lines that are new, and the settlement as it
// then stands; called for a preview or for the deed it gives the same. A
// declaration that repeats the one in effect changes nothing.
//
// It refuses with CodeReasonForbidden what the product or the state of the
// policy does not allow, with CodeInvalid a day that cannot be, and with
// CodeBusy while something is due to the policy: a premium or an expiry that
// came before the declaration is not passed over.
func (p Policy) End(product Product, d Declaration, ledger []Entry, at time.Time) (Policy, []Entry, Settlement, *Error) {
	if p.repeats(d) {
		return p, nil, Settle(ledger), nil
	}
	termination, refused := p.terminate(product, d, at)
	if refused != nil {
		return p, nil, Settlement{}, refused
	}
	transition := termination.Ending
	if transition == TransitionCancel && p.liesAhead(termination.EndsOn, at) {
		transition = TransitionNotice
	}
	p.State, _ = p.State.After(transition) // notice is possible wherever cancel is
	p.Termination, p.Renewal = &termination, nil
	returned := p.returns(ledger, at)
	return p, returned, Settle(append(slices.Clone(ledger), returned...)), nil
}

// terminate decides what a declaration would do.
func (p Policy) terminate(product Product, d Declaration, at time.Time) (Termination, *Error) {
	rule, refused := p.reasonRule(product, d, at)
	if refused != nil {
		return Termination{}, refused
	}
	if _, ok := p.State.After(rule.Ending); !ok {
		return Termination{}, forbid("is not possible while the policy is %s", p.State)
	}
	if refused := p.behind(at); refused != nil {
		return Termination{}, refused
	}
	endsOn, refused := p.endsOn(product, rule, d, at)
	if refused != nil {
		return Termination{}, refused
	}
	if p.Kind == KindRenewable && endsOn.After(p.PaidTo) {
		endsOn = p.PaidTo // it does not go on unpaid
	}
	switch last := p.LastDay(); {
	case p.State == PolicyEnding && rule.Ending == TransitionCancel && !endsOn.Before(last):
		return Termination{}, forbid("is not possible while the policy is %s", p.State)
	case !last.IsZero() && endsOn.After(last):
		return Termination{}, forbid("would end cover after its end on %s", last)
	}
	return Termination{
		Reason: d.Reason, Ending: rule.Ending, Refund: rule.Refund,
		DeclaredAt: at, RequestedOn: d.On, EndsOn: endsOn,
	}, nil
}

// liesAhead tells whether there is cover to come until a last day. Where cover
// never begins there is none to wait for.
func (p Policy) liesAhead(last Date, at time.Time) bool {
	return !last.Before(p.InceptionOn) && (last.After(DateIn(at, p.Zone)) || p.Begins().After(at))
}

// repeats tells whether the declaration says again what is in effect.
func (p Policy) repeats(d Declaration) bool {
	t := p.Termination
	return t != nil && t.Reason == d.Reason && (d.On.IsZero() || d.On == t.RequestedOn || d.On == t.EndsOn)
}

// forbid refuses a reason; the detail continues its name.
func forbid(format string, args ...any) *Error {
	return RefuseField(CodeReasonForbidden, FieldReason, format, args...)
}

func (p Policy) reasonRule(product Product, d Declaration, at time.Time) (ReasonRule, *Error) {
	i := slices.IndexFunc(product.Cancellation.Reasons, func(r ReasonRule) bool { return r.Reason == d.Reason })
	if i < 0 {
		return ReasonRule{}, forbid("is not known for this product")
	}
	rule := product.Cancellation.Reasons[i]
	today := DateIn(at, p.Zone)
	switch {
	case d.ByPartner && !rule.PartnerMay:
		return rule, forbid("may not be declared by a partner")
	case len(rule.Kinds) > 0 && !slices.Contains(rule.Kinds, p.Kind):
		return rule, forbid("does not apply to a %s policy", p.Kind)
	case rule.Ending == TransitionWithdraw && today.After(p.WithdrawUntil):
		return rule, forbid("is no longer possible, because the withdrawal period ended on %s", p.WithdrawUntil)
	case rule.WithinDays > 0 && DateIn(p.ConcludedAt, p.Zone).DaysUntil(today) > rule.WithinDays:
		return rule, forbid("is possible within %d days of conclusion only", rule.WithinDays)
	}
	return rule, nil
}

// endsOn is the last day of cover that a rule makes of a declaration.
func (p Policy) endsOn(product Product, rule ReasonRule, d Declaration, at time.Time) (Date, *Error) {
	today := DateIn(at, p.Zone)
	if !d.On.IsZero() && d.On.DaysUntil(today) > product.Cancellation.MaxBehind {
		return Date{}, Invalid(FieldEffectiveOn, "is over %d days ago", product.Cancellation.MaxBehind)
	}
	if last := p.LastDay(); !last.IsZero() && d.On.After(last) {
		if p.Termination != nil {
			return Date{}, forbid("would end cover after its end on %s", last)
		}
		return Date{}, Invalid(FieldEffectiveOn, "is after the end of cover on %s", last)
	}
	never, end := p.InceptionOn.AddDays(-1), today
	switch rule.Effect {
	case EffectInception:
		return never, nil
	case EffectTermEnd:
		return p.termEndAfter(today, product.Cancellation.Notice, d.On), nil
	case EffectDay:
		if d.On.After(today) && rule.Ending != TransitionCancel {
			return Date{}, Invalid(FieldEffectiveOn, "is ahead, which %s does not allow", rule.Reason)
		}
		if !d.On.IsZero() {
			end = d.On
		}
	}
	if end.Before(p.InceptionOn) || !end.After(today) && p.Begins().After(at) {
		return never, nil
	}
	return end, nil
}

// termEndAfter is the end of the first term that is not before the wished day
// and leaves the notice period after the declaration.
func (p Policy) termEndAfter(today Date, notice Period, wished Date) Date {
	earliest := notice.Nth(today, 1)
	if wished.After(earliest) {
		earliest = wished
	}
	if p.Term.IsZero() {
		return latest(p.ExpiryOn, earliest) // there is no term but this one
	}
	for n := p.TermNo; ; n++ {
		if end := p.Term.Nth(p.InceptionOn, n).AddDays(-1); !end.Before(earliest) {
			return end
		}
	}
}

// returns are the ledger lines that give back what the termination leaves
// unearned and that no earlier line has given back.
func (p Policy) returns(ledger []Entry, at time.Time) []Entry {
	var lines []Entry
	for _, written := range Intervals(ledger) {
		back := p.Unearned(written)
		for _, earlier := range ledger {
			if earlier.Kind == EntryReturned && earlier.Interval == written.Interval {
				back = back.Add(earlier.Premium)
			}
		}
		if back.Gross.Minor > 0 {
			lines = append(lines, Entry{
				Kind: EntryReturned, Interval: written.Interval, Span: written.Span, Premium: back.Neg(), BookedAt: at,
			})
		}
	}
	return lines
}

// Intervals are the premiums of a ledger by interval, each as it stands after
// the endorsements of its policy.
func Intervals(ledger []Entry) []Entry {
	var merged []Entry
	for _, line := range ledger {
		switch line.Kind {
		case EntryWritten:
			merged = append(merged, line)
		case EntryEndorsed:
			i := slices.IndexFunc(merged, func(e Entry) bool { return e.Interval == line.Interval })
			if i >= 0 {
				merged[i].Premium, merged[i].Span = merged[i].Premium.Add(line.Premium), line.Span
			}
		}
	}
	return merged
}

// Unearned is the part of a written premium that the termination gives back,
// nothing while there is none. Days are counted inclusively: the last day of
// cover is earned.
func (p Policy) Unearned(written Entry) Premium {
	if p.Termination == nil {
		return written.Premium.part0()
	}
	total := written.Span.Days()
	switch p.Termination.Refund {
	case RefundFull:
		return written.Premium
	case RefundProRata:
		return written.Premium.part(total-written.Span.DaysThrough(p.Termination.EndsOn), total)
	default:
		return written.Premium.part0()
	}
}

// Settle sums a ledger. The taxes of all three sums come in one order.
func Settle(ledger []Entry) Settlement {
	var s Settlement
	for _, line := range ledger {
		if line.Kind != EntryReturned {
			s.Written = s.Written.Add(line.Premium)
		} else {
			s.Returned = s.Returned.Sub(line.Premium)
		}
	}
	if !s.Returned.isZero() {
		s.Returned = s.Written.part0().Add(s.Returned)
	}
	s.Earned = s.Written.Sub(s.Returned)
	return s
}
