package insurance

import (
	"slices"
	"testing"
	"time"
)

// conclude reads the sample proposal under the sample product, both adjusted.
func conclude(adjust func(*Product, *Proposal)) (Terms, *Error) {
	product, wish := phoneRepair(), phoneProposal()
	if adjust != nil {
		adjust(&product, &wish)
	}
	return product.Conclude(product.Tariffs[0], wish)
}

func TestConcludeTheSample(t *testing.T) {
	t.Parallel()
	terms, refused := conclude(nil)
	if refused != nil {
		t.Fatal(refused)
	}
	if terms.Kind != KindRecurring || terms.Term != Months(12) || terms.InceptionOn != today || !terms.ExpiryOn.IsZero() {
		t.Errorf("concluded %+v", terms)
	}
	if terms.Deductible != 10 || terms.Market.Country != "DE" || terms.ObjectType.Code != "Phone" || terms.SumInsured != (Money{55500, "EUR"}) {
		t.Errorf("concluded %+v", terms)
	}
}

// TestKindAndTermAreResolvedInOrder follows the rules: a said kind; the
// product's only one; an end or a warranty; a term over a year; recurring.
func TestKindAndTermAreResolvedInOrder(t *testing.T) {
	t.Parallel()
	only := func(kind Kind) func(*Product) { return func(p *Product) { p.Kinds = []Kind{kind} } }
	both := func(*Product) {}
	fixedYear := func(p *Product) { p.Tariffs[0].Terms[1].Kinds = []Kind{KindFixed} }
	cases := []struct {
		name    string
		product func(*Product)
		wish    func(*Proposal)
		kind    Kind
		term    Period
		expiry  string
	}{
		{"nothing said", both, func(*Proposal) {}, KindRecurring, Months(12), ""},
		{"said fixed", both, func(w *Proposal) { w.Kind = KindFixed }, KindFixed, Months(12), "2027-11-20"},
		{"said recurring with a long term", both, func(w *Proposal) { w.Kind, w.Term = KindRecurring, Months(36) }, KindRecurring, Months(36), ""},
		{"only fixed", only(KindFixed), func(w *Proposal) { w.Term = Months(1) }, KindFixed, Months(1), "2026-12-20"},
		{"only recurring, long term", only(KindRecurring), func(w *Proposal) { w.Term = Months(36) }, KindRecurring, Months(36), ""},
		{"only recurring, a warranty", only(KindRecurring), func(w *Proposal) { w.LegalWarrantyEndOn = today }, KindRecurring, Months(12), ""},
		{"the term's only kind", fixedYear, func(*Proposal) {}, KindFixed, Months(12), "2027-11-20"},
		{"an end", both, func(w *Proposal) { w.ExpiryOn = MustDate("2026-12-20") }, KindFixed, Months(1), "2026-12-20"},
		{"a legal warranty", both, func(w *Proposal) { w.LegalWarrantyEndOn = today }, KindFixed, Months(12), "2027-11-20"},
		{"a voluntary warranty", both, func(w *Proposal) { w.VoluntaryWarrantyEndOn = today }, KindFixed, Months(12), "2027-11-20"},
		{"over a year", both, func(w *Proposal) { w.Term = Months(36) }, KindFixed, Months(36), "2029-11-20"},
		{"a year", both, func(w *Proposal) { w.Term = Months(12) }, KindRecurring, Months(12), ""},
		{"an end and its term", both, func(w *Proposal) { w.Term, w.ExpiryOn = Months(36), MustDate("2029-11-20") }, KindFixed, Months(36), "2029-11-20"},
		{"only recurring, the end of its term", only(KindRecurring), func(w *Proposal) { w.ExpiryOn = MustDate("2027-11-20") }, KindRecurring, Months(12), ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			terms, refused := conclude(func(p *Product, w *Proposal) { c.product(p); c.wish(w) })
			if refused != nil {
				t.Fatal(refused)
			}
			if terms.Kind != c.kind || terms.Term != c.term || terms.ExpiryOn.String() != c.expiry {
				t.Errorf("concluded %s for %s until %s", terms.Kind, terms.Term, terms.ExpiryOn)
			}
		})
	}
}

func TestConcludeRefuses(t *testing.T) {
	t.Parallel()
	const tariff = "HEP_Repair_599,99"
	cases := []struct {
		name   string
		adjust func(*Product, *Proposal)
		code   Code
		field  Field
		detail string
	}{
		{"country not sold", func(_ *Product, w *Proposal) { w.Policyholder.Country = "FR" },
			CodeCoverageUnknown, FieldCountry, "is not a country in which " + tariff + " is sold"},
		{"object not insured", func(_ *Product, w *Proposal) { w.Object.Type = "Car" },
			CodeCoverageUnknown, FieldObjectType, "is not insured by " + tariff},
		{"a cent over the band", func(_ *Product, w *Proposal) { attribute(AttributeSalesPrice, "600.00")(w) },
			CodeCoverageUnknown, FieldSalesPrice, "is outside the price band of " + tariff},
		{"on the lower end of the band", func(_ *Product, w *Proposal) { attribute(AttributeSalesPrice, "0")(w) },
			CodeCoverageUnknown, FieldSalesPrice, "is outside the price band of " + tariff},
		{"no price", func(_ *Product, w *Proposal) { attribute(AttributeSalesPrice, "")(w) },
			CodeCoverageUnknown, FieldSalesPrice, "is outside the price band of " + tariff},
		{"deductible not offered", func(_ *Product, w *Proposal) { w.Deductible = ptr(20) },
			CodeCoverageUnknown, FieldDeductible, "of 20 percent is not offered by " + tariff},
		{"term not offered", func(_ *Product, w *Proposal) { w.Term = Months(24) },
			CodeCoverageUnknown, FieldTerm, "is not offered by " + tariff},
		{"end of no term", func(_ *Product, w *Proposal) { w.ExpiryOn = MustDate("2027-11-21") },
			CodeCoverageUnknown, FieldTerm, "is not offered by " + tariff},
		{"term of a part of an interval", func(p *Product, _ *Proposal) { p.Tariffs[0].Interval = Months(5) },
			CodeCoverageUnknown, FieldTerm, "is not offered by " + tariff},
		{"no term at all", func(p *Product, _ *Proposal) {
			p.Tariffs[0].DefaultTerm, p.Tariffs[0].Terms = Period{}, []TermPrice{{}}
		}, CodeCoverageUnknown, FieldTerm, "is not offered by " + tariff},
		{"term of another kind", func(p *Product, w *Proposal) {
			p.Tariffs[0].Terms[2].Kinds, w.Kind, w.Term = []Kind{KindFixed}, KindRecurring, Months(36)
		}, CodeCoverageUnknown, FieldTerm, "is not offered by " + tariff},
		{"kind not offered", func(p *Product, w *Proposal) { p.Kinds, w.Kind = []Kind{KindFixed}, KindRecurring },
			CodeCoverageUnknown, FieldKind, "is not offered by " + tariff},
		{"end and term disagree", func(_ *Product, w *Proposal) { w.Term, w.ExpiryOn = Months(36), MustDate("2029-11-21") },
			CodeInvalid, FieldExpiry, "does not agree with the duration, which ends on 2029-11-20"},
		{"end and recurring term disagree", func(_ *Product, w *Proposal) {
			w.Kind, w.Term, w.ExpiryOn = KindRecurring, Months(12), MustDate("2029-11-21")
		}, CodeInvalid, FieldExpiry, "does not agree with the duration, which ends on 2027-11-20"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			terms, refused := conclude(c.adjust)
			if refused == nil {
				t.Fatalf("concluded %+v", terms)
			}
			if want := []Problem{{Field: c.field, Detail: c.detail}}; refused.Code != c.code || !slices.Equal(refused.Problems, want) {
				t.Errorf("refused with %v", refused)
			}
			product, wish := phoneRepair(), phoneProposal()
			c.adjust(&product, &wish)
			if quote, err := product.Quote(product.Tariffs[0], wish, berlinNoon(today)); err == nil || err.Error() != refused.Error() {
				t.Errorf("quoted %+v, %v", quote, err)
			}
		})
	}
}

func TestPriceBandEdges(t *testing.T) {
	t.Parallel()
	band := PriceBand{Above: MustRate("599.99"), UpTo: MustRate("1000")}
	for minor, want := range map[int64]bool{59999: false, 60000: true, 100000: true, 100001: false} {
		if got := band.contains(Money{minor, "EUR"}); got != want {
			t.Errorf("%d in the band: %v", minor, got)
		}
	}
	if !(PriceBand{}).contains(Money{maxMinor, "EUR"}) || (PriceBand{}).contains(Zero("EUR")) {
		t.Error("an unbounded band begins above 0 and does not end")
	}
}

func TestTheEdgeOfTheSampleBand(t *testing.T) {
	t.Parallel()
	for _, price := range []string{"599.99", "0.01", "5.9999e2", "599.990"} {
		if _, refused := conclude(func(_ *Product, w *Proposal) { attribute(AttributeSalesPrice, price)(w) }); refused != nil {
			t.Errorf("%s: %v", price, refused)
		}
	}
}

func TestObjectTypesIgnoreCase(t *testing.T) {
	t.Parallel()
	for _, spelling := range []string{"phone", "PHONE", " Phone "} {
		terms, refused := conclude(func(_ *Product, w *Proposal) { w.Object.Type = spelling })
		if refused != nil || terms.ObjectType.Code != "Phone" {
			t.Errorf("%q is %v, %v", spelling, terms.ObjectType, refused)
		}
	}
}

func TestChosenDeductible(t *testing.T) {
	t.Parallel()
	if terms, refused := conclude(func(_ *Product, w *Proposal) { w.Deductible = ptr(0) }); refused != nil || terms.Deductible != 0 {
		t.Errorf("a deductible of 0 became %d, %v", terms.Deductible, refused)
	}
}

func TestWarrantyExtensionBeginsAfterTheLastWarranty(t *testing.T) {
	t.Parallel()
	cases := []struct{ inception, legal, voluntary, begins string }{
		{"2026-11-21", "2028-11-20", "", "2028-11-21"},
		{"2026-11-21", "2028-11-20", "2029-11-20", "2029-11-21"},
		{"2026-11-21", "2028-11-20", "2027-11-20", "2028-11-21"},
		{"2026-11-21", "2026-11-21", "", "2026-11-22"},
		{"2026-11-21", "2026-11-20", "", "2026-11-21"},
		{"2026-11-21", "2020-01-01", "2021-01-01", "2026-11-21"},
	}
	for _, c := range cases {
		terms, refused := conclude(func(p *Product, w *Proposal) {
			p.WarrantyExtension = true
			w.Term = Months(12)
			w.InceptionOn, w.LegalWarrantyEndOn = MustDate(c.inception), MustDate(c.legal)
			if c.voluntary != "" {
				w.VoluntaryWarrantyEndOn = MustDate(c.voluntary)
			}
		})
		if refused != nil || terms.InceptionOn.String() != c.begins || terms.Kind != KindFixed {
			t.Errorf("%v: begins on %v, %v", c, terms.InceptionOn, refused)
		}
		if end := Months(12).LastDay(terms.InceptionOn); terms.ExpiryOn != end {
			t.Errorf("%v: ends on %v, not %v", c, terms.ExpiryOn, end)
		}
	}
}

// TestAnInstantDecidesTheDay on which cover begins, in the market's zone and
// whatever warranties last longer.
func TestAnInstantDecidesTheDay(t *testing.T) {
	t.Parallel()
	starts := time.Date(2027, 1, 30, 23, 30, 0, 0, time.UTC) // the 31st in Berlin
	terms, refused := conclude(func(p *Product, w *Proposal) {
		p.WarrantyExtension, w.LegalWarrantyEndOn = true, MustDate("2028-01-01")
		w.StartsAt, w.Term, w.Kind = starts, Months(1), KindFixed
	})
	if refused != nil || terms.InceptionOn != MustDate("2027-01-31") || terms.ExpiryOn != MustDate("2027-02-27") {
		t.Errorf("concluded %+v, %v", terms, refused)
	}
	if !terms.StartsAt.Equal(starts) || !terms.EndsAt.Equal(time.Date(2027, 2, 27, 23, 30, 0, 0, time.UTC)) {
		t.Errorf("from %v to %v", terms.StartsAt, terms.EndsAt)
	}
}

// TestADayBeginsAtMidnight: without an instant terms run from midnight to
// midnight of the market.
func TestADayBeginsAtMidnight(t *testing.T) {
	t.Parallel()
	terms, refused := conclude(func(_ *Product, w *Proposal) { w.InceptionOn = MustDate("2027-03-28"); w.Term = Months(1) })
	if refused != nil || !terms.StartsAt.Equal(time.Date(2027, 3, 27, 23, 0, 0, 0, time.UTC)) || !terms.EndsAt.Equal(time.Date(2027, 4, 27, 22, 0, 0, 0, time.UTC)) {
		t.Errorf("from %v to %v, %v", terms.StartsAt, terms.EndsAt, refused)
	}
}

// TestTheMarket is that of the country that was named for the quote, else the
// policyholder's, else the first with the currency.
func TestTheMarket(t *testing.T) {
	t.Parallel()
	cases := []struct {
		country, home Country
		currency      Currency
		want          Country
	}{
		{"JP", "DE", "EUR", "JP"}, {"", "DE", "JPY", "DE"}, {"", "", "JPY", "JP"}, {"", "", "EUR", "DE"},
		{"FR", "DE", "EUR", ""}, {"", "FR", "EUR", ""}, {"", "", "USD", ""}, {"", "", "", ""},
	}
	for _, c := range cases {
		wish := phoneProposal()
		wish.Country, wish.Policyholder.Country, wish.Currency = c.country, c.home, c.currency
		if m, ok := phoneRepair().MarketOf(wish); m.Country != c.want || ok != (c.want != "") {
			t.Errorf("%+v is sold in %q, %v", c, m.Country, ok)
		}
	}
}

// TestARenewablePolicyHasOnePremiumATerm: each term is paid for as a whole.
func TestARenewablePolicyHasOnePremiumATerm(t *testing.T) {
	t.Parallel()
	for interval, want := range map[Period]Code{{}: "", Months(3): "", Months(1): CodeCoverageUnknown, Days(7): CodeCoverageUnknown} {
		terms, refused := conclude(func(p *Product, w *Proposal) { renewable(p, w); p.Tariffs[0].Interval = interval })
		switch {
		case want != "" && (refused == nil || refused.Code != want || refused.Problems[0].Field != FieldTerm):
			t.Errorf("every %v: %+v, %v", interval, terms, refused)
		case want == "" && (refused != nil || terms.Kind != KindRenewable || !terms.ExpiryOn.IsZero()):
			t.Errorf("every %v: %+v, %v", interval, terms, refused)
		}
	}
}
