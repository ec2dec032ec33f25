package insurance

import (
	"reflect"
	"testing"
	"time"
)

func TestBind(t *testing.T) {
	t.Parallel()
	l := bind(t, "2026-11-21", func(_ *Product, w *Proposal) { w.TermAsSent, w.LegalWarrantyEndOn, w.Kind = "1Y", today, KindRecurring })
	p := l.policy
	want := Policy{
		CertificateNumber: "I1", Reference: "TBD", ProductCode: "HEP_Repair", ProductVersion: 1, Tariff: "HEP_Repair_599,99",
		State: PolicyBound, Kind: KindRecurring, Term: Months(12), TermAsSent: "1Y", Interval: Months(1),
		InceptionOn: today, Country: "DE", Zone: berlin, Deductible: 10,
		Policyholder: phoneProposal().Policyholder, Object: Object{Type: "Phone", Attributes: phoneProposal().Object.Attributes},
		LegalWarrantyEndOn: today, SumInsured: Money{55500, "EUR"}, Premium: p.Premium, ConcludedAt: berlinNoon(today), WithdrawUntil: MustDate("2026-12-05"),
		TermFrom: today, TermNo: 1, PaidTo: MustDate("2026-12-20"), IntervalNo: 1,
	}
	if !reflect.DeepEqual(p, want) {
		t.Errorf("bound\n%+v\nnot\n%+v", p, want)
	}
	entry := Entry{Kind: EntryWritten, Interval: 1, Span: Span{today, MustDate("2026-12-20")}, Premium: p.Premium, BookedAt: berlinNoon(today)}
	if !reflect.DeepEqual(l.ledger, []Entry{entry}) {
		t.Errorf("wrote %+v", l.ledger)
	}
	l.is(PolicyBound, "")
}

func TestTheWithdrawalPeriodBeginsOnTheDayInTheMarket(t *testing.T) {
	t.Parallel()
	product, wish := phoneRepair(), phoneProposal()
	at := time.Date(2026, 11, 21, 23, 30, 0, 0, time.UTC) // the 22nd in Berlin
	quote, _ := product.Quote(product.Tariffs[0], wish, at)
	if p, _ := Bind(quote, wish, product, "I1", at); p.WithdrawUntil.String() != "2026-12-06" {
		t.Errorf("may be withdrawn until %s", p.WithdrawUntil)
	}
}

func TestAMonthsEndReturns(t *testing.T) {
	t.Parallel()
	want := []string{"2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30", "2027-05-31"}
	for _, interval := range []Period{Months(1), {}} {
		l := bind(t, "2027-01-31", func(p *Product, w *Proposal) { w.Term, p.Tariffs[0].Interval = Months(1), interval })
		l.passToDay("2027-06-01")
		if len(l.ledger) != len(want) {
			t.Fatalf("%d premiums", len(l.ledger))
		}
		for i, entry := range l.ledger {
			if entry.Span.From.String() != want[i] {
				t.Errorf("premium %d begins on %s, not %s", i+1, entry.Span.From, want[i])
			}
		}
		if l.policy.TermNo != 5 || l.policy.TermFrom != MustDate("2027-05-31") || l.policy.PaidTo != MustDate("2027-06-29") {
			t.Errorf("in term %d from %s, paid to %s", l.policy.TermNo, l.policy.TermFrom, l.policy.PaidTo)
		}
	}
}

func TestAPremiumFallsDueAtMidnightWherePolicyIs(t *testing.T) {
	t.Parallel()
	l := bind(t, "2026-11-21", nil)
	transition, due, ok := l.policy.Due()
	if transition != TransitionPremium || due.Format(time.RFC3339) != "2026-12-20T23:00:00Z" || !ok {
		t.Errorf("%s is due at %s", transition, due)
	}
	if at, ok := l.policy.DueAt(); !ok || at.Format(time.RFC3339) != "2026-12-20T23:00:00Z" {
		t.Errorf("due at %v", at)
	}
}

func TestAFixedPolicyExpiresOnce(t *testing.T) {
	t.Parallel()
	l := bind(t, "2026-11-21", func(_ *Product, w *Proposal) { w.Kind = KindFixed })
	l.is(PolicyBound, "2027-11-20")
	l.passToDay("2027-11-20")
	l.is(PolicyBound, "2027-11-20")
	l.passTo(MustDate("2027-11-21").Start(berlin).Add(-time.Microsecond))
	l.is(PolicyBound, "2027-11-20")
	l.passTo(MustDate("2027-11-21").Start(berlin))
	l.is(PolicyExpired, "2027-11-20")
	l.passToDay("2035-01-01")
	expired := 0
	for _, transition := range l.happened {
		if transition == TransitionExpire {
			expired++
		}
		if transition == TransitionRenew {
			t.Error("a fixed policy was renewed")
		}
	}
	if expired != 1 || len(l.ledger) != 12 {
		t.Errorf("expired %d times with %d premiums", expired, len(l.ledger))
	}
}

func TestASinglePremiumPaysForTheTerm(t *testing.T) {
	t.Parallel()
	l := bind(t, "2026-11-21", func(p *Product, _ *Proposal) { p.Tariffs[0].Interval = Period{} })
	l.passToDay("2028-11-21")
	if len(l.ledger) != 3 || l.ledger[2].Span != (Span{MustDate("2028-11-21"), MustDate("2029-11-20")}) {
		t.Errorf("wrote %+v", l.ledger)
	}
	if !reflect.DeepEqual(l.happened, []Transition{TransitionRenew, TransitionRenew}) {
		t.Errorf("went through %v", l.happened)
	}
}

func TestNothingIsDueToAPolicyThatHasEnded(t *testing.T) {
	t.Parallel()
	l := bind(t, "2026-11-21", nil)
	for _, state := range PolicyStates() {
		l.policy.State = state
		_, _, due := l.policy.Due()
		_, at := l.policy.DueAt()
		if due != state.Live() || at != state.Live() {
			t.Errorf("something is due to a policy that is %s: %v", state, due)
		}
		if state.Live() {
			continue
		}
		p, lines, transition, refused := l.policy.Advance(l.ledger, l.now.AddDate(50, 0, 0))
		if CodeOf(refused) != CodeBusy || lines != nil || transition != "" || !reflect.DeepEqual(p, l.policy) {
			t.Errorf("%s advanced by %s", state, transition)
		}
	}
}

func TestAnImpossiblePolicyIsAFaultOfOurs(t *testing.T) {
	t.Parallel()
	l := bind(t, "2026-11-21", func(_ *Product, w *Proposal) { w.Kind, w.Term = KindFixed, Months(1) })
	l.policy.State = PolicyEnding // without a termination, so that it would expire
	if _, _, _, refused := l.policy.Advance(l.ledger, l.now.AddDate(1, 0, 0)); CodeOf(refused) != CodeInternal {
		t.Errorf("advanced with %v", refused)
	}
}

func TestTransitions(t *testing.T) {
	t.Parallel()
	if len(transitions) != len(PolicyStates()) {
		t.Errorf("%d states have transitions", len(transitions))
	}
	for _, state := range PolicyStates() {
		row, ok := transitions[state]
		if !ok {
			t.Errorf("%s has no row", state)
		}
		for transition, next := range row {
			if got, ok := state.After(transition); !ok || got != next {
				t.Errorf("%s by %s is %s", state, transition, got)
			}
			if _, known := transitions[next]; !known {
				t.Errorf("%s leads from %s to nowhere", transition, state)
			}
		}
		_, notice := state.After(TransitionNotice)
		_, cancel := state.After(TransitionCancel)
		if notice != cancel || notice != state.Live() {
			t.Errorf("%s may be given notice: %v, cancelled: %v", state, notice, cancel)
		}
	}
	if next, ok := PolicyWithdrawn.After(TransitionReinstate); ok || next != "" {
		t.Error("what was withdrawn came back")
	}
}
