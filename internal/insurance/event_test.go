package insurance

import (
	"slices"
	"testing"
	"time"
)

// concert makes the sample end with a concert, of 20 hours local time, that is
// sold for a share of the ticket's price.
func concert(p *Product, w *Proposal) {
	p.EndsWith = attributeEventAt
	p.Attributes = []Attribute{{Name: AttributeSalesPrice, Kind: AttributeAmount}, {Name: attributeEventAt, Kind: AttributeInstant, Required: true}}
	p.Tariffs[0].Interval, p.Tariffs[0].DefaultTerm = Period{}, Period{}
	p.Tariffs[0].Terms = []TermPrice{{Share: MustRate("0.1")}}
	w.StartsAt = time.Date(2026, 11, 21, 18, 30, 0, 0, time.UTC)
	w.Object.Attributes = map[string]string{AttributeSalesPrice: "100", attributeEventAt: "2027-02-01T19:00:00Z"}
}

func TestCoverEndsWithItsEvent(t *testing.T) {
	t.Parallel()
	l := bind(t, "2026-11-21", concert)
	event := instantOf(t, "2027-02-01T19:00:00Z")
	p := l.policy
	if p.Kind != KindFixed || !p.Term.IsZero() || !p.EventEndsAt.Equal(event) || !p.TermEnds().Equal(event) || p.PaidTo != MustDate("2027-02-01") {
		t.Errorf("bound %+v", p)
	}
	if transition, at, ok := p.Due(); transition != TransitionExpire || !at.Equal(event) || !ok {
		t.Errorf("%s is due at %v", transition, at)
	}
	l.passTo(event.Add(-time.Microsecond))
	l.is(PolicyBound, "2027-02-01")
	l.passTo(event)
	l.is(PolicyExpired, "2027-02-01")
	if len(l.ledger) != 1 {
		t.Errorf("wrote %+v", l.ledger)
	}
}

func TestAnEventMoves(t *testing.T) {
	t.Parallel()
	l := bind(t, "2026-11-21", concert)
	l.passToDay("2027-01-01")
	l.mustEndorse(attribute(attributeEventAt, "2027-03-01 20:00:00+01:00"))
	p := l.policy
	if !p.EventEndsAt.Equal(instantOf(t, "2027-03-01T19:00:00Z")) || p.ExpiryOn != MustDate("2027-03-01") || p.PaidTo != p.ExpiryOn {
		t.Errorf("endorsed to %v, paid to %v", p.EventEndsAt, p.PaidTo)
	}
	want := Span{MustDate("2026-11-21"), MustDate("2027-03-01")}
	if len(l.ledger) != 2 || l.ledger[1].Span != want || !l.ledger[1].Premium.isZero() || Intervals(l.ledger)[0].Span != want {
		t.Errorf("wrote %+v", l.ledger[1:])
	}
	l.passToDay("2027-03-02")
	l.is(PolicyExpired, "2027-03-01")
}

// TestAnEventOnTheSameDayKeepsThePremium: a later hour changes no day.
func TestAnEventOnTheSameDayKeepsThePremium(t *testing.T) {
	t.Parallel()
	l := bind(t, "2026-11-21", concert)
	l.mustEndorse(attribute(attributeEventAt, "2027-02-01T20:00:00Z"))
	if at, _ := l.policy.DueAt(); !at.Equal(instantOf(t, "2027-02-01T20:00:00Z")) || len(l.ledger) != 1 {
		t.Errorf("expires at %v, %d lines", at, len(l.ledger))
	}
}

// TestAnEventInAnHourThatIsRepeated: St John's turned its clocks back a minute
// past midnight, so that its last evening went on after the next day had begun.
func TestAnEventInAnHourThatIsRepeated(t *testing.T) {
	t.Parallel()
	l := bind(t, "2010-11-01", func(p *Product, w *Proposal) {
		concert(p, w)
		p.Markets[0].Zone, w.StartsAt = zone(t, "America/St_Johns"), time.Time{}
		w.Object.Attributes[attributeEventAt] = "2010-11-07T03:00:00Z"
	})
	if _, at, _ := l.policy.Due(); !at.Equal(l.policy.EventEndsAt) || l.policy.ExpiryOn != MustDate("2010-11-06") {
		t.Errorf("on %v it expires at %v", l.policy.ExpiryOn, at)
	}
}

// TestAnEndCannotOutlastTheEvent: the last day of cover is that of the event,
// and ends with it.
func TestAnEndCannotOutlastTheEvent(t *testing.T) {
	t.Parallel()
	l := bind(t, "2026-11-21", concert)
	l.mustEnd(Declaration{Reason: ReasonItemSold, On: MustDate("2027-02-01")})
	l.is(PolicyEnding, "2027-02-01")
	if transition, at, _ := l.policy.Due(); transition != TransitionCancel || !at.Equal(instantOf(t, "2027-02-01T19:00:00Z")) {
		t.Errorf("%s is due at %v", transition, at)
	}
	l = bind(t, "2026-11-21", concert)
	l.mustEnd(Declaration{Reason: ReasonItemSold, On: MustDate("2027-01-15")})
	if _, at, _ := l.policy.Due(); !at.Equal(instantOf(t, "2027-01-16T18:30:00Z")) {
		t.Errorf("cancelled at %v", at)
	}
}

// TestTheTermOfAnEventEndsWithIt, however long the notice: there is no other.
func TestTheTermOfAnEventEndsWithIt(t *testing.T) {
	t.Parallel()
	anyKind := func(p *Product, w *Proposal) {
		concert(p, w)
		p.Cancellation.Reasons[1].Kinds = nil // ordinary, to the end of the term
	}
	l := bind(t, "2026-11-21", anyKind)
	l.passToDay("2026-12-24")
	l.mustEnd(Declaration{Reason: ReasonOrdinary})
	l.is(PolicyEnding, "2027-02-01")
	l = bind(t, "2026-11-21", anyKind)
	l.passToDay("2027-01-02")
	_, refused := l.end(Declaration{Reason: ReasonOrdinary})
	if CodeOf(refused) != CodeReasonForbidden || refused.Problems[0].Detail != "would end cover after its end on 2027-02-01" {
		t.Errorf("too late for the notice: %v", refused)
	}
}

// TestCoverOfAnHourIsNotEarnedBeforeIt: on its day, but before it begins, a
// policy that is cancelled gives everything back.
func TestCoverOfAnHourIsNotEarnedBeforeIt(t *testing.T) {
	t.Parallel()
	for name, d := range map[string]Declaration{
		"at once":    {Reason: ReasonItemSold},
		"by its day": {Reason: ReasonItemSold, On: today},
		"withdrawn":  {Reason: ReasonWithdrawal},
	} {
		l := bind(t, "2026-11-21", concert) // concluded at noon, begins in the evening
		s := l.mustEnd(d)
		if l.policy.State.Live() || l.policy.LastDay() != today.AddDays(-1) || !s.Earned.Gross.IsZero() {
			t.Errorf("%s: %s until %v, earned %v", name, l.policy.State, l.policy.LastDay(), s.Earned.Gross)
		}
	}
	l := bind(t, "2026-11-21", concert)
	l.passTo(l.policy.Begins())
	s := l.mustEnd(Declaration{Reason: ReasonItemSold})
	l.is(PolicyCancelled, "2026-11-21")
	if s.Earned.Gross.IsZero() {
		t.Error("its first minute is not earned")
	}
}

// TestAnEveningCanBeCancelledToItsEnd: cover of today that begins later runs
// until its event.
func TestAnEveningCanBeCancelledToItsEnd(t *testing.T) {
	t.Parallel()
	l := bind(t, "2026-11-21", func(p *Product, w *Proposal) {
		concert(p, w)
		p.Cancellation.Notice, p.Cancellation.Reasons[1].Kinds = Period{}, nil
		w.Object.Attributes[attributeEventAt] = "2026-11-21T19:00:00Z"
	})
	l.mustEnd(Declaration{Reason: ReasonOrdinary})
	l.is(PolicyEnding, "2026-11-21")
	l.passTo(instantOf(t, "2026-11-21T19:00:00Z"))
	l.is(PolicyCancelled, "2026-11-21")
}

func TestConcludeAnEvent(t *testing.T) {
	t.Parallel()
	terms, refused := conclude(concert)
	if refused != nil {
		t.Fatal(refused)
	}
	if terms.Kind != KindFixed || !terms.Term.IsZero() || terms.InceptionOn != today || terms.ExpiryOn != MustDate("2027-02-01") ||
		!terms.StartsAt.Equal(instantOf(t, "2026-11-21T18:30:00Z")) || !terms.EndsAt.Equal(instantOf(t, "2027-02-01T19:00:00Z")) {
		t.Errorf("concluded %+v", terms)
	}
	if terms, refused = conclude(func(p *Product, w *Proposal) {
		concert(p, w)
		w.Object.Attributes[attributeEventAt] = "2026-11-21T18:30:00Z" // when cover begins
	}); refused != nil || !terms.EndsAt.Equal(terms.StartsAt) {
		t.Errorf("an event at the start: %+v, %v", terms, refused)
	}
}

func TestConcludeAnEventRefuses(t *testing.T) {
	t.Parallel()
	never := []Problem{{Field: "object.event_at", Detail: "is not an instant from the start of cover on"}}
	unsold := []Problem{{Field: FieldTerm, Detail: "is not offered by HEP_Repair_599,99"}}
	cases := map[string]struct {
		adjust func(*Product, *Proposal)
		code   Code
		want   []Problem
	}{
		"no event":    {func(_ *Product, w *Proposal) { attribute(attributeEventAt, "")(w) }, CodeInvalid, never},
		"some event":  {func(_ *Product, w *Proposal) { attribute(attributeEventAt, "soon")(w) }, CodeInvalid, never},
		"past event":  {func(_ *Product, w *Proposal) { attribute(attributeEventAt, "2026-11-21T18:29:59Z")(w) }, CodeInvalid, never},
		"only terms":  {func(p *Product, _ *Proposal) { p.Tariffs[0].Terms[0].Term = Months(1) }, CodeCoverageUnknown, unsold},
		"by interval": {func(p *Product, _ *Proposal) { p.Tariffs[0].Interval = Months(1) }, CodeCoverageUnknown, unsold},
	}
	for name, c := range cases {
		terms, refused := conclude(func(p *Product, w *Proposal) { concert(p, w); c.adjust(p, w) })
		if CodeOf(refused) != c.code || !slices.Equal(refused.Problems, c.want) {
			t.Errorf("%s: %+v, %v", name, terms, refused)
		}
	}
}
