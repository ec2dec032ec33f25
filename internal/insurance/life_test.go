package insurance

import (
	"maps"
	"reflect"
	"testing"
	"time"
)

// bind sells the sample on a day, with adjustments, for cover from its inception.
func bind(t *testing.T, concludedOn string, adjust func(*Product, *Proposal)) *life {
	t.Helper()
	product, wish := phoneRepair(), phoneProposal()
	wish.InceptionOn = MustDate(concludedOn)
	if adjust != nil {
		adjust(&product, &wish)
	}
	at := berlinNoon(MustDate(concludedOn))
	quote, refused := product.Quote(product.Tariffs[0], wish, at)
	if refused != nil {
		t.Fatal(refused)
	}
	policy, entry := Bind(quote, wish, product, "I1", at)
	return &life{t: t, product: product, policy: policy, ledger: []Entry{entry}, now: at}
}

// life is a policy as time passes.
type life struct {
	t interface {
		Helper()
		Fatalf(string, ...any)
	}
	product Product
	// onSale is the version that renewals are rated on; without it they keep
	// their premium.
	onSale *Product
	policy Policy
	ledger []Entry
	now    time.Time
	// happened are the transitions, in order, and renewals those of each
	// renewal by its number.
	happened []Transition
	renewals map[int][]Transition
	// ahead tells whether the next term was paid for before it begins.
	ahead bool
	// acts are what people did, and stood the premiums by interval as they were
	// when the life was last checked, of which the ran-th could still change.
	acts  []string
	stood []Premium
	ran   int
}

// passTo lets time pass to an instant, doing what is due on the way.
func (l *life) passTo(at time.Time) {
	l.t.Helper()
	l.now = at
	for {
		due, ok := l.policy.DueAt()
		if !ok || due.After(at) {
			return
		}
		if _, _, _, refused := l.policy.Advance(l.ledger, due.Add(-time.Microsecond)); CodeOf(refused) != CodeBusy {
			l.t.Fatalf("advanced before it was due at %v", due)
		}
		l.advance(at)
	}
}

func (l *life) advance(at time.Time) {
	l.t.Helper()
	before := l.policy
	next, lines, transition, refused := l.policy.Advance(l.ledger, at)
	if refused != nil {
		l.t.Fatalf("%v", refused)
	}
	if state, ok := before.State.After(transition); !ok || state != next.State {
		l.t.Fatalf("%s led from %s to %s", transition, before.State, next.State)
	}
	l.policy, l.ledger = next, append(l.ledger, lines...)
	if transition == TransitionRenew && next.Kind == KindRenewable {
		l.checkBegun(before, lines)
	}
	l.note(before, transition)
	if transition == TransitionAnnounce && l.onSale != nil {
		if l.policy, _, refused = l.policy.Reprice(*l.onSale, at); refused != nil {
			l.t.Fatalf("%v", refused)
		}
	}
}

// note writes down what has happened to a policy.
func (l *life) note(before Policy, transition Transition) {
	l.happened = append(l.happened, transition)
	if before.Renewal == nil {
		return
	}
	if l.renewals == nil {
		l.renewals = map[int][]Transition{}
	}
	n := before.Renewal.Number
	l.renewals[n] = append(l.renewals[n], transition)
}

// pay pays for the next term now.
func (l *life) pay() *Error {
	l.t.Helper()
	before := l.policy
	next, lines, refused := l.policy.Pay(l.now)
	if refused != nil {
		if lines != nil || !reflect.DeepEqual(next, before) {
			l.t.Fatalf("refused with %v and changed the policy", refused)
		}
		return refused
	}
	l.policy, l.ledger = next, append(l.ledger, lines...)
	switch {
	case next.TermNo > before.TermNo:
		l.checkBegun(before, lines)
		l.note(before, TransitionRenew)
	case before.Renewal.State != RenewalPaid:
		l.checkWritten(before, lines)
		l.ahead = true
	case lines != nil:
		l.t.Fatalf("paid twice it wrote %+v", lines)
	}
	return nil
}

// checkBegun: a term begins with its premium, unless that was paid ahead.
func (l *life) checkBegun(before Policy, lines []Entry) {
	l.t.Helper()
	if !l.ahead {
		l.checkWritten(before, lines)
	} else if lines != nil {
		l.t.Fatalf("the term that was paid ahead wrote %+v as it began", lines)
	}
	l.ahead = false
}

// checkWritten: one line pays for the term that the renewal was for.
func (l *life) checkWritten(before Policy, lines []Entry) {
	l.t.Helper()
	r := before.Renewal
	want := Entry{Kind: EntryWritten, Interval: r.Number + 1, Span: r.Span, Premium: r.Premium, BookedAt: l.now}
	if !reflect.DeepEqual(lines, []Entry{want}) {
		l.t.Fatalf("renewal %+v was written as %+v", r, lines)
	}
}

func (l *life) mustPay() {
	l.t.Helper()
	if refused := l.pay(); refused != nil {
		l.t.Fatalf("paid at %s: %v", l.now, refused)
	}
}

func (l *life) mustDecline() {
	l.t.Helper()
	next, refused := l.policy.Decline()
	if refused != nil {
		l.t.Fatalf("declined at %s: %v", l.now, refused)
	}
	l.policy = next
}

// endorse changes the policy now as adjust changes its wish.
func (l *life) endorse(adjust func(*Proposal)) *Error {
	l.t.Helper()
	wish, before := l.policy.Wish(), l.policy
	wish.Object.Attributes = maps.Clone(wish.Object.Attributes)
	adjust(&wish)
	product := l.product
	if l.onSale != nil && l.policy.ProductVersion == l.onSale.Version {
		product = *l.onSale
	}
	quote, refused := product.Quote(product.Tariffs[0], wish, l.now)
	if refused != nil {
		l.t.Fatalf("quoted %v", refused)
	}
	next, lines, refused := l.policy.Endorse(quote, wish, l.now)
	if refused != nil {
		if lines != nil || !reflect.DeepEqual(next, before) {
			l.t.Fatalf("refused with %v and changed the policy", refused)
		}
		return refused
	}
	l.policy, l.ledger = next, append(l.ledger, lines...)
	return nil
}

func (l *life) mustEndorse(adjust func(*Proposal)) {
	l.t.Helper()
	if refused := l.endorse(adjust); refused != nil {
		l.t.Fatalf("endorsed at %s: %v", l.now, refused)
	}
}

func (l *life) passToDay(day string) { l.t.Helper(); l.passTo(berlinNoon(MustDate(day))) }

// end declares an end now and keeps what comes of it.
func (l *life) end(d Declaration) (Settlement, *Error) {
	l.t.Helper()
	next, lines, settlement, refused := l.policy.End(l.product, d, l.ledger, l.now)
	if refused != nil {
		if lines != nil || !reflect.DeepEqual(next, l.policy) || !reflect.DeepEqual(settlement, Settlement{}) {
			l.t.Fatalf("refused with %v and changed the policy", refused)
		}
		return Settlement{}, refused
	}
	l.policy, l.ledger = next, append(l.ledger, lines...)
	return settlement, nil
}

func (l *life) mustEnd(d Declaration) Settlement {
	l.t.Helper()
	settlement, refused := l.end(d)
	if refused != nil {
		l.t.Fatalf("%s on %s: %v", d.Reason, l.now, refused)
	}
	return settlement
}

func (l *life) is(state PolicyState, lastDay string) {
	l.t.Helper()
	if l.policy.State != state || l.policy.LastDay().String() != lastDay {
		l.t.Fatalf("the policy is %s until %q, not %s until %q", l.policy.State, l.policy.LastDay(), state, lastDay)
	}
}
