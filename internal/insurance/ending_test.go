package insurance

import (
	"reflect"
	"slices"
	"testing"
	"time"
)

func TestWithdrawalWithinThePeriodOnly(t *testing.T) {
	t.Parallel()
	l := bind(t, "2026-11-21", nil)
	l.passTo(MustDate("2026-12-06").Start(berlin)) // the first instant after the last day
	_, refused := l.end(Declaration{Reason: ReasonWithdrawal, ByPartner: true})
	if CodeOf(refused) != CodeReasonForbidden || refused.Problems[0].Detail != "is no longer possible, because the withdrawal period ended on 2026-12-05" {
		t.Errorf("a day late: %v", refused)
	}
	l.now = l.now.Add(-time.Microsecond)
	settlement := l.mustEnd(Declaration{Reason: ReasonWithdrawal, ByPartner: true})
	l.is(PolicyWithdrawn, "2026-12-05")
	if settlement.Returned.Gross != settlement.Written.Gross || !settlement.Earned.Gross.IsZero() {
		t.Errorf("settled %+v", settlement)
	}
}

func TestOrdinaryCancellationRespectsTheNotice(t *testing.T) {
	t.Parallel()
	cases := []struct {
		declared, wished, endsOn string
	}{
		{"2027-10-20", "", "2027-11-20"},
		{"2027-10-21", "", "2028-11-20"},
		{"2026-11-21", "", "2027-11-20"},
		{"2026-11-21", "2027-11-20", "2027-11-20"},
		{"2026-11-21", "2027-11-21", "2028-11-20"},
		{"2026-11-21", "2030-01-01", "2030-11-20"},
		{"2027-12-24", "2027-11-30", "2028-11-20"},
	}
	for _, c := range cases {
		l := bind(t, "2026-11-21", nil)
		l.passToDay(c.declared)
		d := Declaration{Reason: ReasonOrdinary, ByPartner: true}
		if c.wished != "" {
			d.On = MustDate(c.wished)
		}
		l.mustEnd(d)
		l.is(PolicyEnding, c.endsOn)
	}
}

func TestAFutureEndRunsOutOnItsDay(t *testing.T) {
	t.Parallel()
	l := bind(t, "2026-11-21", nil)
	l.passToDay("2026-12-01")
	settlement := l.mustEnd(Declaration{Reason: ReasonItemSold, On: MustDate("2027-02-01"), ByPartner: true})
	l.is(PolicyEnding, "2027-02-01")
	if !settlement.Returned.Gross.IsZero() {
		t.Errorf("returned %v of a premium that is earned", settlement.Returned.Gross)
	}
	l.passTo(MustDate("2027-02-02").Start(berlin).Add(-time.Microsecond))
	l.is(PolicyEnding, "2027-02-01")
	l.passTo(MustDate("2027-02-02").Start(berlin))
	l.is(PolicyCancelled, "2027-02-01")
	want := []Transition{TransitionPremium, TransitionPremium, TransitionCancel}
	if !slices.Equal(l.happened, want) {
		t.Errorf("went through %v", l.happened)
	}
	// 21 January to 20 February is 31 days, 12 of them covered: 19/31 of 5.56 is 3.4077.
	if s := Settle(l.ledger); s.Written.Gross.Minor != 3*556 || s.Returned.Gross.Minor != 341 {
		t.Errorf("settled %v of %v", s.Returned.Gross, s.Written.Gross)
	}
}

func TestAnEarlierEndSupersedesALater(t *testing.T) {
	t.Parallel()
	l := bind(t, "2026-11-21", nil)
	l.mustEnd(Declaration{Reason: ReasonOrdinary, ByPartner: true})
	l.is(PolicyEnding, "2027-11-20")
	l.passToDay("2026-12-01")
	l.mustEnd(Declaration{Reason: ReasonItemSold, On: MustDate("2026-12-15")})
	l.is(PolicyEnding, "2026-12-15")
	for _, later := range []string{"2026-12-15", "2026-12-16"} {
		_, refused := l.end(Declaration{Reason: ReasonItemReturned, On: MustDate(later)})
		if refused == nil {
			t.Errorf("an end on %s superseded one on 2026-12-15", later)
		}
	}
	if _, refused := l.end(Declaration{Reason: ReasonOrdinary}); CodeOf(refused) != CodeReasonForbidden || refused.Problems[0].Detail != "is not possible while the policy is ending" {
		t.Errorf("a later term end: %v", refused)
	}
	l.mustEnd(Declaration{Reason: ReasonItemReturned})
	l.is(PolicyCancelled, "2026-12-01")
	// 11 of 30 days are earned: 19/30 of 5.56 is 3.5213, in two lines of 5/30 and the rest.
	if s := Settle(l.ledger); s.Returned.Gross.Minor != 353 || len(l.ledger) != 3 {
		t.Errorf("returned %v in %d lines", s.Returned.Gross, len(l.ledger)-1)
	}
}

func TestVoidWithinItsDaysOnly(t *testing.T) {
	t.Parallel()
	l := bind(t, "2026-11-21", nil)
	l.passToDay("2026-12-20")
	_, refused := l.end(Declaration{Reason: ReasonDuplicate, ByPartner: true})
	if CodeOf(refused) != CodeReasonForbidden || refused.Problems[0].Detail != "is possible within 28 days of conclusion only" {
		t.Errorf("after 29 days: %v", refused)
	}
	l.passToDay("2026-12-19")
	settlement := l.mustEnd(Declaration{Reason: ReasonDuplicate, ByPartner: true})
	l.is(PolicyVoid, "2026-11-20")
	if settlement.Earned.Gross.Minor != 0 || settlement.Returned.Gross.Minor != 556 {
		t.Errorf("settled %+v", settlement)
	}
}

func TestVoidAfterCancellationReturnsTheRest(t *testing.T) {
	t.Parallel()
	l := bind(t, "2026-11-21", nil)
	l.passToDay("2026-12-01")
	l.mustEnd(Declaration{Reason: ReasonItemSold})
	l.is(PolicyCancelled, "2026-12-01")
	settlement := l.mustEnd(Declaration{Reason: ReasonDuplicate})
	l.is(PolicyVoid, "2026-11-20")
	if settlement.Returned.Gross.Minor != 556 || len(l.ledger) != 3 {
		t.Errorf("returned %v in %d lines", settlement.Returned.Gross, len(l.ledger)-1)
	}
}

func TestCancelledBeforeInceptionReturnsEverythingAtOnce(t *testing.T) {
	t.Parallel()
	for name, d := range map[string]Declaration{
		"today":            {Reason: ReasonOrderCancelled},
		"a day before":     {Reason: ReasonOrderCancelled, On: MustDate("2026-12-10")},
		"the day before":   {Reason: ReasonOrderCancelled, On: MustDate("2026-12-23")},
		"ahead of receipt": {Reason: ReasonWithdrawal},
	} {
		l := bind(t, "2026-11-21", func(_ *Product, w *Proposal) { w.InceptionOn = MustDate("2026-12-24") })
		l.passToDay("2026-12-01")
		settlement := l.mustEnd(d)
		if l.policy.State.Live() || l.policy.LastDay().String() != "2026-12-23" {
			t.Errorf("%s: %s until %s", name, l.policy.State, l.policy.LastDay())
		}
		if settlement.Earned.Gross.Minor != 0 || settlement.Returned.Gross.Minor != 556 {
			t.Errorf("%s: settled %+v", name, settlement)
		}
	}
}

func TestTheFirstDayOfCoverIsEarned(t *testing.T) {
	t.Parallel()
	l := bind(t, "2026-11-21", nil)
	settlement := l.mustEnd(Declaration{Reason: ReasonItemSold})
	l.is(PolicyCancelled, "2026-11-21")
	if settlement.Returned.Gross.Minor != 538 { // 29/30 of 5.56 is 5.3747
		t.Errorf("returned %v", settlement.Returned.Gross)
	}
}

func TestNoRefundReturnsNothing(t *testing.T) {
	t.Parallel()
	l := bind(t, "2026-11-21", nil)
	settlement := l.mustEnd(Declaration{Reason: ReasonTotalLoss})
	if !settlement.Returned.Gross.IsZero() || len(l.ledger) != 1 {
		t.Errorf("returned %v", settlement.Returned.Gross)
	}
}

func TestLapse(t *testing.T) {
	t.Parallel()
	l := bind(t, "2026-11-21", nil)
	l.passToDay("2026-12-01")
	l.mustEnd(Declaration{Reason: ReasonNonPayment})
	l.is(PolicyLapsed, "2026-12-01")
}

func TestARepeatedDeclarationChangesNothing(t *testing.T) {
	t.Parallel()
	l := bind(t, "2026-11-21", nil)
	l.passToDay("2026-12-01")
	first := l.mustEnd(Declaration{Reason: ReasonItemSold, On: MustDate("2026-12-10"), ByPartner: true})
	policy, lines := l.policy, len(l.ledger)
	again := []Declaration{
		{Reason: ReasonItemSold, On: MustDate("2026-12-10"), ByPartner: true},
		{Reason: ReasonItemSold, ByPartner: true},
		{Reason: ReasonItemSold},
	}
	for _, d := range again {
		if got := l.mustEnd(d); !reflect.DeepEqual(got, first) || l.policy.Termination != policy.Termination || len(l.ledger) != lines {
			t.Errorf("%+v changed something", d)
		}
	}
	l.passToDay("2027-06-01")
	l.is(PolicyCancelled, "2026-12-10")
	for _, d := range again {
		l.mustEnd(d)
		l.is(PolicyCancelled, "2026-12-10")
	}
	if _, refused := l.end(Declaration{Reason: ReasonItemReturned}); CodeOf(refused) != CodeReasonForbidden || refused.Problems[0].Detail != "is not possible while the policy is cancelled" {
		t.Errorf("for another reason: %v", refused)
	}
	if _, refused := l.end(Declaration{Reason: ReasonItemSold, On: MustDate("2027-06-20")}); CodeOf(refused) != CodeReasonForbidden {
		t.Errorf("for another day: %v", refused)
	}
}

func TestADeclarationIsRepeatedByItsDayOrItsEnd(t *testing.T) {
	t.Parallel()
	for _, on := range []string{"2027-12-24", "2028-11-20"} {
		l := bind(t, "2026-11-21", nil)
		l.mustEnd(Declaration{Reason: ReasonOrdinary, On: MustDate("2027-12-24")})
		l.is(PolicyEnding, "2028-11-20")
		termination := l.policy.Termination
		l.mustEnd(Declaration{Reason: ReasonOrdinary, On: MustDate(on)})
		if l.policy.Termination != termination {
			t.Errorf("naming %s again changed the policy", on)
		}
	}
}

// TestTheLastDayMayBeTheFirstOfAnInterval: its premium is written, and all of
// it but that day given back at once.
func TestTheLastDayMayBeTheFirstOfAnInterval(t *testing.T) {
	t.Parallel()
	l := bind(t, "2026-11-21", nil)
	l.mustEnd(Declaration{Reason: ReasonItemSold, On: MustDate("2026-12-21")})
	l.passToDay("2026-12-21")
	l.is(PolicyEnding, "2026-12-21")
	if s := Settle(l.ledger); s.Written.Gross.Minor != 2*556 || s.Returned.Gross.Minor != 539 { // 30/31 of 5.56 is 5.3806
		t.Errorf("settled %v of %v", s.Returned.Gross, s.Written.Gross)
	}
	l.passToDay("2026-12-22")
	l.is(PolicyCancelled, "2026-12-21")
}

func TestEndRefuses(t *testing.T) {
	t.Parallel()
	fixed := func(_ *Product, w *Proposal) { w.Kind = KindFixed }
	ordinaryForAll := func(p *Product, w *Proposal) {
		fixed(p, w)
		p.Cancellation.Reasons[1].Kinds = nil
	}
	anyDayWithdrawal := func(p *Product, _ *Proposal) { p.Cancellation.Reasons[0].Effect = EffectDay }
	cases := []struct {
		name   string
		adjust func(*Product, *Proposal)
		on     string
		d      Declaration
		code   Code
		text   string
	}{
		{"unknown reason", nil, "2026-12-01", Declaration{Reason: ReasonRescission}, CodeReasonForbidden,
			"reason_forbidden: ending.reason is not known for this product"},
		{"not a partner's reason", nil, "2026-12-01", Declaration{Reason: ReasonFraud, ByPartner: true}, CodeReasonForbidden,
			"reason_forbidden: ending.reason may not be declared by a partner"},
		{"not this kind", fixed, "2026-12-01", Declaration{Reason: ReasonOrdinary}, CodeReasonForbidden,
			"reason_forbidden: ending.reason does not apply to a fixed policy"},
		{"29 days back", nil, "2026-12-20", Declaration{Reason: ReasonItemSold, On: MustDate("2026-11-21")}, CodeInvalid,
			"invalid: ending.effective_on is over 28 days ago"},
		{"after the expiry", fixed, "2026-12-01", Declaration{Reason: ReasonItemSold, On: MustDate("2027-11-21")}, CodeInvalid,
			"invalid: ending.effective_on is after the end of cover on 2027-11-20"},
		{"notice beyond the expiry", ordinaryForAll, "2027-11-01", Declaration{Reason: ReasonOrdinary}, CodeReasonForbidden,
			"reason_forbidden: ending.reason would end cover after its end on 2027-11-20"},
		{"withdrawal for a later day", anyDayWithdrawal, "2026-12-01", Declaration{Reason: ReasonWithdrawal, On: MustDate("2026-12-02")}, CodeInvalid,
			"invalid: ending.effective_on is ahead, which WITHDRAWAL does not allow"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			l := bind(t, "2026-11-21", c.adjust)
			l.passToDay(c.on)
			if _, refused := l.end(c.d); CodeOf(refused) != c.code || refused.Error() != c.text {
				t.Errorf("refused with %v", refused)
			}
		})
	}
}

func TestTheEarliestDayBack(t *testing.T) {
	t.Parallel()
	l := bind(t, "2026-11-21", nil)
	l.passToDay("2026-12-19")
	l.mustEnd(Declaration{Reason: ReasonItemSold, On: MustDate("2026-11-21")})
	l.is(PolicyCancelled, "2026-11-21")
}

// TestWhatIsDueComesFirst: cover that was given while the books were behind
// is written before the policy ends.
func TestWhatIsDueComesFirst(t *testing.T) {
	t.Parallel()
	l := bind(t, "2026-11-21", nil)
	l.now = MustDate("2026-12-21").Start(berlin)
	_, refused := l.end(Declaration{Reason: ReasonItemSold})
	if CodeOf(refused) != CodeBusy || refused.Detail != "what was due to the policy on 2026-12-21 comes first" {
		t.Errorf("ended with %v", refused)
	}
	l.passTo(l.now)
	l.mustEnd(Declaration{Reason: ReasonItemSold})
	if s := Settle(l.ledger); s.Written.Gross.Minor != 2*556 {
		t.Errorf("wrote %v", s.Written.Gross)
	}
}

func TestSettleNothing(t *testing.T) {
	t.Parallel()
	if got := Settle(nil); !reflect.DeepEqual(got, Settlement{}) {
		t.Errorf("nothing settles to %+v", got)
	}
}

func TestUnearned(t *testing.T) {
	t.Parallel()
	l := bind(t, "2026-11-21", nil)
	if got := l.policy.Unearned(l.ledger[0]); !got.Gross.IsZero() || got.Gross.Currency != "EUR" || len(got.Taxes) != 1 {
		t.Errorf("of a policy that nobody ended %+v is unearned", got)
	}
	settlement := l.mustEnd(Declaration{Reason: ReasonItemSold, On: MustDate("2026-12-01")})
	if got := l.policy.Unearned(l.ledger[0]); !reflect.DeepEqual(got, settlement.Returned) {
		t.Errorf("%+v is unearned, %+v was returned", got, settlement.Returned)
	}
}
