package insurance

import (
	"reflect"
	"slices"
	"testing"
	"time"
)

// bySum makes the premium of a policy a tenth of its sum insured.
func bySum(p *Product) {
	for i := range p.Tariffs[0].Terms {
		p.Tariffs[0].Terms[i].Net, p.Tariffs[0].Terms[i].Share = Rate{}, MustRate("0.1")
	}
}

func subscribeBySum(t *testing.T) *life {
	t.Helper()
	return bind(t, "2026-12-30", func(p *Product, w *Proposal) { renewable(p, w); bySum(p) })
}

func recurBySum(t *testing.T) *life {
	t.Helper()
	return bind(t, "2026-11-21", func(p *Product, _ *Proposal) { bySum(p) })
}

func TestAnEndorsementWritesTheDifference(t *testing.T) {
	t.Parallel()
	l := recurBySum(t)
	l.passToDay("2027-01-10")
	l.mustEndorse(attribute(AttributeSalesPrice, "100"))
	euro := func(minor int64) Money { return Money{minor, "EUR"} }
	tax := l.ledger[0].Premium.Taxes[0]
	tax.Amount = euro(-865) // 10.00 less 55.50 is −45.50, and 1.90 less 10.55 its tax
	want := Entry{
		Kind: EntryEndorsed, Interval: 2, Span: Span{MustDate("2026-12-21"), MustDate("2027-01-20")},
		Premium:  Premium{Net: euro(-4550), Tax: euro(-865), Gross: euro(-5415), Taxes: []TaxLine{tax}, Commission: euro(-910)},
		BookedAt: l.now,
	}
	if got := l.ledger[2:]; !reflect.DeepEqual(got, []Entry{want}) {
		t.Errorf("wrote %+v", got)
	}
	if p := l.policy; p.SumInsured != euro(10000) || p.Premium.Gross != euro(1190) || p.Object.Attributes[AttributeSalesPrice] != "100" {
		t.Errorf("endorsed to %+v", p)
	}
	l.passToDay("2027-01-21")
	if s := Settle(l.ledger); s.Written.Gross != euro(6605+1190+1190) {
		t.Errorf("wrote %v", s.Written.Gross)
	}
	s := l.mustEnd(Declaration{Reason: ReasonFraud})
	if s.Returned.Gross.Minor != 0 {
		t.Errorf("gave back %v", s.Returned.Gross)
	}
}

// TestWhatIsGivenBackIsOfTheEndorsedPremium: 29 of 30 days of 11.90, not of
// the 66.05 that were written first.
func TestWhatIsGivenBackIsOfTheEndorsedPremium(t *testing.T) {
	t.Parallel()
	l := recurBySum(t)
	l.mustEndorse(attribute(AttributeSalesPrice, "100"))
	s := l.mustEnd(Declaration{Reason: ReasonItemSold})
	if s.Written.Gross.Minor != 1190 || s.Returned.Gross.Minor != 1151 { // 11.5034 rounded up
		t.Errorf("settled %v of %v", s.Returned.Gross, s.Written.Gross)
	}
}

func TestAnEndorsementOfNothingWritesNothing(t *testing.T) {
	t.Parallel()
	for _, l := range []*life{recurBySum(t), subscribeBySum(t), bind(t, "2026-11-21", nil)} {
		before, lines := l.policy, len(l.ledger)
		l.mustEndorse(func(*Proposal) {})
		if !reflect.DeepEqual(l.policy, before) || len(l.ledger) != lines {
			t.Errorf("endorsed to\n%+v, not\n%+v", l.policy, before)
		}
	}
}

// TestADayStaysADay: where clocks skip midnight, cover from a day begins later
// on that day, but no other day of the policy does.
func TestADayStaysADay(t *testing.T) {
	t.Parallel()
	l := bind(t, "2026-09-06", func(p *Product, _ *Proposal) { p.Markets[0].Zone = zone(t, "America/Santiago") })
	before := l.policy
	if got := before.Begins().Format(time.RFC3339); got != "2026-09-06T04:00:00Z" {
		t.Errorf("begins at %s", got)
	}
	l.mustEndorse(attribute(AttributeSalesPrice, "100"))
	if at, _ := l.policy.DueAt(); at.Format(time.RFC3339) != "2026-10-06T03:00:00Z" || !l.policy.StartsAt.IsZero() {
		t.Errorf("after an endorsement the next premium is due at %v", at)
	}
}

func TestAStartMovesUntilCoverBegins(t *testing.T) {
	t.Parallel()
	l := subscribeBySum(t)
	l.mustEndorse(func(w *Proposal) { w.StartsAt = instantOf(t, "2027-01-31T18:00:00Z") })
	p := l.policy
	if p.InceptionOn != MustDate("2027-01-31") || p.TermFrom != p.InceptionOn || p.PaidTo != MustDate("2027-04-29") || p.IntervalNo != 1 {
		t.Errorf("from %v, paid to %v", p.TermFrom, p.PaidTo)
	}
	want := Renewal{
		Number: 1, State: RenewalPlanned, Span: Span{MustDate("2027-04-30"), MustDate("2027-07-30")},
		Premium: p.Premium, ProductVersion: 1, CreatedAt: l.now,
		NoticeAt: instantOf(t, "2027-03-31T17:00:00Z"), DueAt: instantOf(t, "2027-04-30T17:00:00Z"),
		GraceUntil: instantOf(t, "2027-05-14T17:00:00Z"),
	}
	if got := *p.Renewal; !reflect.DeepEqual(got, want) {
		t.Errorf("planned %+v", got)
	}
	if got := l.ledger[1]; got.Kind != EntryEndorsed || got.Span != (Span{MustDate("2027-01-31"), MustDate("2027-04-29")}) || !got.Premium.isZero() {
		t.Errorf("wrote %+v", got)
	}
	if got := Intervals(l.ledger); len(got) != 1 || got[0].Span != l.ledger[1].Span {
		t.Errorf("the premium pays for %+v", got)
	}
}

// TestAStartMovesAcrossARateOfTax: the premium is taxed anew, and each rate
// has a line of its own.
func TestAStartMovesAcrossARateOfTax(t *testing.T) {
	t.Parallel()
	l := bind(t, "2026-06-01", func(_ *Product, w *Proposal) { w.StartsAt = instantOf(t, "2026-06-20T10:00:00Z") })
	l.mustEndorse(func(w *Proposal) { w.StartsAt = instantOf(t, "2026-07-02T10:00:00Z") })
	taxes := Settle(l.ledger).Written.Taxes
	if len(taxes) != 2 || taxes[0].Rate.String() != "0.16" || !taxes[0].Amount.IsZero() || taxes[1].Rate.String() != "0.19" || taxes[1].Amount.Minor != 89 {
		t.Errorf("taxed %+v", taxes)
	}
}

func TestAStartDoesNotMoveOnceCoverHasBegun(t *testing.T) {
	t.Parallel()
	for _, at := range []string{"2027-01-01T06:30:00Z", "2027-02-01", "2027-04-02"} {
		l := subscribeBySum(t)
		l.mustPay()
		l.passTo(instantOf(t, at))
		refused := l.endorse(func(w *Proposal) { w.StartsAt = l.now.Add(24 * time.Hour) })
		want := []Problem{{Field: FieldStartsAt, Detail: "cannot be changed, because cover has begun"}}
		if CodeOf(refused) != CodeInvalid || !slices.Equal(refused.Problems, want) {
			t.Errorf("%s: %v", at, refused)
		}
	}
}

// TestTheStartMayBeSaidAgain: that of the policy or of its running term, which
// is what partners are shown.
func TestTheStartMayBeSaidAgain(t *testing.T) {
	t.Parallel()
	l := subscribeBySum(t)
	l.mustPay()
	l.passTo(instantOf(t, "2027-05-01"))
	for _, start := range []time.Time{l.policy.TermBegins(), l.policy.Begins()} {
		before := l.policy
		l.mustEndorse(func(w *Proposal) { w.StartsAt = start })
		if p := l.policy; p.InceptionOn != before.InceptionOn || p.TermFrom != before.TermFrom || !p.StartsAt.Equal(before.StartsAt) || p.PaidTo != before.PaidTo {
			t.Errorf("%v moved the policy to %+v", start, p)
		}
	}
	if starts := l.policy.Wish().StartsAt; !starts.Equal(instantOf(t, "2027-04-01T05:30:00Z")) {
		t.Errorf("the running term was rated as of %v", starts)
	}
}

// TestAChangeIsCarriedIntoTheRenewal that is planned, announced or due, but
// not into one that was paid or declined.
func TestAChangeIsCarriedIntoTheRenewal(t *testing.T) {
	t.Parallel()
	cases := []struct {
		state  RenewalState
		on     string
		before func(*life)
		gross  int64
	}{
		{RenewalPlanned, "2027-02-01", func(*life) {}, 1190},
		{RenewalAnnounced, "2027-03-10", func(*life) {}, 1190},
		{RenewalDue, "2027-04-10", func(*life) {}, 1190},
		{RenewalPaid, "2027-02-01", (*life).mustPay, 6605},
		{RenewalDeclined, "2027-02-01", (*life).mustDecline, 6605},
	}
	for _, c := range cases {
		l := subscribeBySum(t)
		l.passTo(instantOf(t, c.on))
		c.before(l)
		earlier := *l.policy.Renewal
		kept := l.policy.Renewal
		l.mustEndorse(attribute(AttributeSalesPrice, "100"))
		want := earlier
		if want.Premium = l.policy.Premium; c.gross == 6605 {
			want.Premium = earlier.Premium
		}
		if got := *l.policy.Renewal; !reflect.DeepEqual(got, want) || got.State != c.state || got.Premium.Gross.Minor != c.gross {
			t.Errorf("%s: the renewal became %+v", c.state, got)
		}
		if !reflect.DeepEqual(*kept, earlier) {
			t.Errorf("%s: the version before changed, too", c.state)
		}
	}
}

// TestAChangeAfterTheNoticeKeepsOnePrice: the renewal was rated on a version
// that the change was not made on.
func TestAChangeAfterTheNoticeKeepsOnePrice(t *testing.T) {
	t.Parallel()
	l := subscribeBySum(t)
	next := l.product
	next.Version, next.Tariffs = 2, slices.Clone(next.Tariffs)
	next.Tariffs[0].Terms = []TermPrice{{Term: Months(3), Net: MustRate("99")}}
	l.onSale = &next
	l.passTo(instantOf(t, "2027-03-10"))
	if r := l.policy.Renewal; r.ProductVersion != 2 || r.Premium.Net.Minor != 9900 {
		t.Fatalf("announced %+v", r)
	}
	l.mustEndorse(attribute(AttributeSalesPrice, "100"))
	if r := l.policy.Renewal; r.ProductVersion != 1 || !reflect.DeepEqual(r.Premium, l.policy.Premium) {
		t.Errorf("the renewal became %+v", r)
	}
}

// TestWhatWasPaidOrDeclinedMovesWithTheStart: the term that was paid for still
// follows on the one before it.
func TestWhatWasPaidOrDeclinedMovesWithTheStart(t *testing.T) {
	t.Parallel()
	moved := func(w *Proposal) {
		w.StartsAt = instantOf(t, "2027-01-15T06:30:00Z")
		w.Object.Attributes[AttributeSalesPrice] = "100"
	}
	l := subscribeBySum(t)
	l.mustPay()
	paid := *l.policy.Renewal
	l.mustEndorse(moved)
	if r := l.policy.Renewal; r.State != RenewalPaid || !r.PaidAt.Equal(paid.PaidAt) || !reflect.DeepEqual(r.Premium, paid.Premium) {
		t.Errorf("the renewal became %+v", r)
	}
	l.passTo(instantOf(t, "2027-04-15T05:30:00Z"))
	if p := l.policy; p.TermNo != 2 || p.TermFrom != MustDate("2027-04-15") || !reflect.DeepEqual(p.Premium, paid.Premium) {
		t.Errorf("renewed in term %d from %v", p.TermNo, p.TermFrom)
	}
	l = subscribeBySum(t)
	l.mustDecline()
	l.mustEndorse(moved)
	l.is(PolicyBound, "2027-04-14")
	l.passTo(instantOf(t, "2027-04-15T05:30:00Z"))
	l.is(PolicyExpired, "2027-04-14")
}

func TestEndorseRefuses(t *testing.T) {
	t.Parallel()
	l := subscribeBySum(t)
	l.mustDecline()
	l.passTo(instantOf(t, "2027-04-01T05:30:00Z"))
	if refused := l.endorse(func(*Proposal) {}); CodeOf(refused) != CodeStateForbidden || refused.Detail != "expired" {
		t.Errorf("a policy that has expired: %v", refused)
	}
	l = recurBySum(t)
	l.mustEnd(Declaration{Reason: ReasonOrdinary})
	if refused := l.endorse(func(*Proposal) {}); CodeOf(refused) != CodeStateForbidden || refused.Detail != "ending" {
		t.Errorf("a policy that is ending: %v", refused)
	}
	l = recurBySum(t)
	l.now = berlinNoon(MustDate("2026-12-21"))
	if refused := l.endorse(func(*Proposal) {}); CodeOf(refused) != CodeBusy || refused.Detail != "what was due to the policy on 2026-12-21 comes first" {
		t.Errorf("a policy with something due: %v", refused)
	}
}

// TestAnotherContractIsNoEndorsement: what premiums and days are counted by
// stays.
func TestAnotherContractIsNoEndorsement(t *testing.T) {
	t.Parallel()
	cases := map[Field]func(*Quote){
		FieldTariff:   func(q *Quote) { q.Tariff = "another" },
		FieldKind:     func(q *Quote) { q.Terms.Kind = KindFixed },
		FieldTerm:     func(q *Quote) { q.Terms.Term = Months(36) },
		FieldCountry:  func(q *Quote) { q.Terms.Market.Country = "JP" },
		FieldCurrency: func(q *Quote) { q.Terms.Currency = "USD" },
	}
	l := recurBySum(t)
	wish := l.policy.Wish()
	for field, spoil := range cases {
		quote, refused := l.product.Quote(l.product.Tariffs[0], wish, l.now)
		if refused != nil {
			t.Fatal(refused)
		}
		spoil(&quote)
		next, lines, refused := l.policy.Endorse(quote, wish, l.now)
		want := []Problem{{Field: field, Detail: "cannot be changed"}}
		if CodeOf(refused) != CodeInvalid || !slices.Equal(refused.Problems, want) || lines != nil || !reflect.DeepEqual(next, l.policy) {
			t.Errorf("%s: %v", field, refused)
		}
	}
}

func TestIntervalsLeaveReturnsOut(t *testing.T) {
	t.Parallel()
	one := Premium{Net: Money{1, "EUR"}, Tax: Money{0, "EUR"}, Gross: Money{1, "EUR"}}
	ledger := []Entry{
		{Kind: EntryWritten, Interval: 1, Span: Span{To: MustDate("2027-01-31")}, Premium: one},
		{Kind: EntryEndorsed, Interval: 1, Span: Span{To: MustDate("2027-02-28")}, Premium: one},
		{Kind: EntryReturned, Interval: 1, Premium: one.Neg()},
		{Kind: EntryEndorsed, Interval: 7, Premium: one}, // of a line that is not here
	}
	got := Intervals(ledger)
	if len(got) != 1 || got[0].Kind != EntryWritten || got[0].Premium.Gross.Minor != 2 || got[0].Span.To != MustDate("2027-02-28") {
		t.Errorf("the intervals are %+v", got)
	}
	if ledger[0].Premium.Gross.Minor != 1 {
		t.Error("the ledger was changed")
	}
}
