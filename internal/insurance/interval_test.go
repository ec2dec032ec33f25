package insurance

import (
	"cmp"
	"math/big"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// yearly prices the sample for a year, to be paid in parts as well.
func yearly(p *Product) {
	tariff := &p.Tariffs[0]
	tariff.Interval = Months(12)
	tariff.Terms = []TermPrice{{Term: Months(12), Net: MustRate("386.5")}}
	for every, loading := range map[int]string{1: "5%", 3: "3%", 6: "0"} {
		tariff.Intervals = append(tariff.Intervals, IntervalPrice{Every: Months(every), Loading: MustRate(loading)})
	}
}

// TestAYearIsPaidInParts: 386.50 with 5 % are 405.825, a twelfth of which is
// 33.81875; with 3 % they are 398.095, a quarter of which is 99.52375.
func TestAYearIsPaidInParts(t *testing.T) {
	t.Parallel()
	for every, want := range map[int][4]string{
		0: {"386.50", "73.44", "459.94", "459.94"}, 12: {"386.50", "73.44", "459.94", "459.94"},
		6: {"193.25", "36.72", "229.97", "459.94"}, 3: {"99.52", "18.91", "118.43", "473.72"},
		1: {"33.82", "6.43", "40.25", "483.00"},
	} {
		quote, refused := price(func(p *Product, w *Proposal) { yearly(p); w.Interval = Months(every) })
		p := quote.Premium
		got := [4]string{p.Net.Decimal(), p.Tax.Decimal(), p.Gross.Decimal(), quote.Yearly().Decimal()}
		if refused != nil || got != want {
			t.Errorf("every %d months it costs %v, %v", every, got, refused)
		}
		if chosen := Months(cmp.Or(every, 12)); quote.Interval != chosen || quote.Terms.Interval != chosen {
			t.Errorf("every %d months is every %s and %s", every, quote.Interval, quote.Terms.Interval)
		}
	}
}

func TestAnIntervalIsExplained(t *testing.T) {
	t.Parallel()
	for net, want := range map[string]Step{
		"386.5":    {Label: "12M", Key: "1M", By: "0.05", Exact: "33.81875", Result: "33.81875"},
		"386.4762": {Label: "12M", Key: "1M", By: "0.05", Exact: "33.8166675", Result: "33.8166675"},
		"100":      {Label: "12M", Key: "1M", By: "0.05", Exact: "8.75", Result: "8.75"},
		"386.51":   {Label: "12M", Key: "1M", By: "0.05", Exact: "33.819625", Result: "33.819625"},
		"386.48":   {Label: "12M", Key: "1M", By: "0.05", Exact: "33.817", Result: "33.817"},
	} {
		checkIntervalStep(t, net, "5%", want)
	}
	checkIntervalStep(t, "100", "1%", Step{Label: "12M", Key: "1M", By: "0.01", Exact: "101/12", Result: "8.4166666667", Rounding: RoundFactor})
	checkIntervalStep(t, "100.1", "0", Step{Label: "12M", Key: "1M", By: "0", Exact: "100.1/12", Result: "8.3416666667", Rounding: RoundFactor})
}

func checkIntervalStep(t *testing.T, net, loading string, want Step) {
	t.Helper()
	quote, refused := price(func(p *Product, w *Proposal) {
		yearly(p)
		p.Tariffs[0].Terms[0].Net, w.Interval = MustRate(net), Months(1)
		p.Tariffs[0].Intervals = []IntervalPrice{{Every: Months(1), Loading: MustRate(loading)}}
	})
	if refused != nil {
		t.Fatal(refused)
	}
	if want.Kind = StepInterval; quote.Working.Steps[1] != want {
		t.Errorf("%s and %s are worked out as %+v", net, loading, quote.Working.Steps[1])
	}
}

func TestIntervalsOfDays(t *testing.T) {
	t.Parallel()
	quote, refused := price(func(p *Product, w *Proposal) {
		tariff := &p.Tariffs[0]
		tariff.Interval, tariff.Intervals = Days(14), []IntervalPrice{{Every: Days(7), Loading: MustRate("0.1")}}
		tariff.Terms = []TermPrice{{Term: Days(28), Net: MustRate("20")}}
		w.Term, w.Interval = Days(28), Days(7)
	})
	if refused != nil || quote.Premium.Net.Decimal() != "11.00" || quote.Interval != Days(7) {
		t.Errorf("costs %v every %s, %v", quote.Premium.Net, quote.Interval, refused)
	}
	if got := quote.Yearly(); got != Zero("EUR") {
		t.Errorf("a year of weeks costs %v", got)
	}
}

func TestAYearOfOneTerm(t *testing.T) {
	t.Parallel()
	for months, want := range map[int]int64{12: 1190, 36: 397, 1: 14280} {
		quote, refused := price(func(p *Product, w *Proposal) {
			p.Tariffs[0].Interval, w.Term = Period{}, Months(months)
			for i := range p.Tariffs[0].Terms {
				p.Tariffs[0].Terms[i].Net = MustRate("10")
			}
		})
		if refused != nil || quote.Yearly().Minor != want {
			t.Errorf("a year of %d months costs %v, %v", months, quote.Yearly(), refused)
		}
	}
}

func TestIntervalsThatAreNotOffered(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name   string
		adjust func(*Product, *Proposal)
		every  string
	}{
		{"not in the table", func(_ *Product, w *Proposal) { w.Interval = Months(2) }, "2M"},
		{"days", func(_ *Product, w *Proposal) { w.Interval = Days(30) }, "30D"},
		{"no part of the term", func(p *Product, w *Proposal) {
			p.Tariffs[0].Interval, w.Interval = Months(4), Months(3)
			p.Tariffs[0].Terms[0].Term, w.Term = Months(8), Months(8)
		}, "3M"},
		{"a term that is renewed by paying for it", func(p *Product, w *Proposal) {
			p.Kinds, w.Interval = []Kind{KindRenewable}, Months(1)
		}, "1M"},
		{"a tariff without an interval", func(p *Product, w *Proposal) {
			p.Tariffs[0].Interval, w.Interval = Period{}, Months(1)
		}, "1M"},
		{"an event", func(p *Product, w *Proposal) {
			concert(p, w)
			w.Interval = Months(1)
		}, "1M"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, refused := price(func(p *Product, w *Proposal) { yearly(p); c.adjust(p, w) })
			detail := "of " + c.every + " is not offered by HEP_Repair_599,99"
			want := []Problem{{Field: FieldInterval, Detail: detail}}
			if CodeOf(refused) != CodeCoverageUnknown || !slices.Equal(refused.Problems, want) {
				t.Errorf("got %v", refused)
			}
		})
	}
}

// TestAPolicyIsPaidForInItsInterval: each quarter's premium is written, a
// change of the sum insured writes the difference of a quarter, and another
// interval is another contract.
func TestAPolicyIsPaidForInItsInterval(t *testing.T) {
	t.Parallel()
	l := bind(t, "2026-11-21", func(p *Product, w *Proposal) {
		yearly(p)
		p.Tariffs[0].Terms[0] = TermPrice{Term: Months(12), Share: MustRate("1")}
		p.Tariffs[0].Intervals = []IntervalPrice{{Every: Months(3), Loading: MustRate("4%")}, {Every: Months(6)}}
		w.Interval = Months(3)
		w.Object.Attributes[AttributeSalesPrice] = "100"
	})
	l.passToDay("2027-02-25")
	var written []int64
	for _, entry := range l.ledger {
		written = append(written, entry.Premium.Net.Minor)
	}
	if !slices.Equal(written, []int64{2600, 2600}) || l.policy.Interval != Months(3) || l.policy.PaidTo != MustDate("2027-05-20") {
		t.Errorf("wrote %v to %s every %s", written, l.policy.PaidTo, l.policy.Interval)
	}
	if wish := l.policy.Wish(); wish.Interval != Months(3) {
		t.Errorf("as it stands it is paid every %s", wish.Interval)
	}
	l.mustEndorse(attribute(AttributeSalesPrice, "200"))
	if last := l.ledger[2]; last.Kind != EntryEndorsed || last.Premium.Net.Minor != 2600 || l.policy.Interval != Months(3) {
		t.Errorf("wrote %+v", last)
	}
	refused := l.endorse(func(w *Proposal) { w.Interval = Months(6) })
	if CodeOf(refused) != CodeInvalid || refused.Problems[0] != (Problem{Field: FieldInterval, Detail: "cannot be changed"}) {
		t.Errorf("another interval: %v", refused)
	}
	l.passToDay("2027-12-01")
	if p := l.policy; p.TermNo != 2 || p.PaidTo != MustDate("2028-02-20") || p.Premium.Net.Minor != 5200 {
		t.Errorf("the next term costs %v to %s", p.Premium.Net, p.PaidTo)
	}
}

// TestAnInsurersPrice: 119.00 at 19 % are 100.00 and 19.00, although nobody
// else may set it and no table rates the object.
func TestAnInsurersPrice(t *testing.T) {
	t.Parallel()
	quote, refused := price(func(p *Product, w *Proposal) {
		yearly(p)
		p.Tariffs[0].PartnerMaySetPrice = false
		p.Tariffs[0].Factors = []FactorTable{{Name: "model", On: FactorOnAttribute, Attribute: AttributeModel}}
		w.TenderPrice, w.PartnerPrice, w.Interval = "119", "10", Months(3)
	})
	if refused != nil {
		t.Fatal(refused)
	}
	want := []Step{
		{Kind: StepTenderPrice, Exact: "119.00", Result: "119.00"},
		{Kind: StepTax, Label: "Insurance premium tax", Key: "VersStG §6", By: "0.19", Exact: "19", Result: "19.00"},
		{Kind: StepNet, Exact: "100.00", Result: "100.00"},
		{Kind: StepGross, Exact: "119.00", Result: "119.00"},
		{Kind: StepCommission, By: "0.2", Exact: "20", Result: "20.00"},
	}
	if !reflect.DeepEqual(quote.Working.Steps, want) {
		t.Errorf("worked out as %+v", quote.Working.Steps)
	}
	if quote.Interval != Months(3) || quote.Yearly().Minor != 47600 || !quote.Terms.Tendered || !quote.Terms.PartnerPriced {
		t.Errorf("quoted %v every %s: %+v", quote.Yearly(), quote.Interval, quote.Terms)
	}
}

func TestAnInsurersPriceIsRefused(t *testing.T) {
	t.Parallel()
	want := []Problem{{Field: FieldTenderPrice, Detail: "is not an amount of more than 0 in EUR"}}
	for _, text := range []string{"0", "-1", "1.005", "much", " 1", "1e16"} {
		_, refused := price(func(_ *Product, w *Proposal) { w.TenderPrice = text })
		if CodeOf(refused) != CodeInvalid || !slices.Equal(refused.Problems, want) {
			t.Errorf("%q: %v", text, refused)
		}
	}
}

// TestAnInsurersPriceStays: whatever the next version of the tariff says.
func TestAnInsurersPriceStays(t *testing.T) {
	t.Parallel()
	l := bind(t, "2026-12-30", func(p *Product, w *Proposal) {
		renewable(p, w)
		p.Tariffs[0].PartnerMaySetPrice = false
		w.TenderPrice = "119"
	})
	if p := l.policy; !p.Tendered || !p.PartnerPriced || p.Wish().TenderPrice != "119.00" || p.Wish().PartnerPrice != "" {
		t.Errorf("bound %+v", p)
	}
	l.mustEndorse(attribute(AttributeSalesPrice, "100"))
	next := l.product
	next.Version, next.Acceptance = 2, []AcceptanceRule{{Decision: DecisionDecline, Attribute: AttributeModel, In: []string{"One"}}}
	repriced, working, refused := l.policy.Reprice(next, l.now)
	if refused != nil || repriced.Renewal.Premium.Gross.Minor != 11900 || working.Steps[0].Kind != StepTenderPrice {
		t.Errorf("costs %v, %v", repriced.Renewal.Premium.Gross, refused)
	}
}

// TestIntervalsFollowTheYear: an interval costs its part of a year with the
// loading, to half a cent.
func TestIntervalsFollowTheYear(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		net := MustRate(big.NewRat(rapid.Int64Range(1, 9999999).Draw(t, "cents"), 100).FloatString(2))
		loading := anyRate(1).Draw(t, "loading")
		months := rapid.SampledFrom([]int{1, 2, 3, 4, 6}).Draw(t, "months")
		quote, refused := price(func(p *Product, w *Proposal) {
			yearly(p)
			p.Tariffs[0].Terms[0].Net, w.Interval = net, Months(months)
			p.Tariffs[0].Intervals = []IntervalPrice{{Every: Months(months), Loading: loading}}
		})
		if refused != nil {
			t.Fatal(refused)
		}
		cents := new(big.Rat).Mul(ratOf(net.value), new(big.Rat).Add(ratOf(loading.value), big.NewRat(1, 1)))
		cents.Mul(cents, big.NewRat(int64(months)*100, 12))
		checkNear(t, quote.Premium.Net, cents, big.NewRat(500000001, 1000000000))
		checkPremium(t, quote.Premium)
		if year := quote.Yearly().Minor; year != quote.Premium.Gross.Minor*int64(12/months) {
			t.Fatalf("a year of %v every %d months costs %d", quote.Premium.Gross, months, year)
		}
	})
}

// TestAFactorOfAnAttribute looks values up as they stand, by class and by band.
func TestAFactorOfAnAttribute(t *testing.T) {
	t.Parallel()
	one, two := MustRate("1"), MustRate("2")
	byValue := FactorTable{On: FactorOnAttribute, Rows: map[string]Rate{"250000": one, "One": two, "0.5": one}}
	byClass := FactorTable{On: FactorOnAttribute, Rows: map[string]Rate{"A": one, "B": two}, Classes: map[string]string{"258": "B", "7": "A", "8": "C"}}
	byBand := FactorTable{On: FactorOnNumber, Bands: []FactorBand{{UpTo: MustRate("0.5"), Factor: one}, {UpTo: MustRate("100000"), Factor: two}}}
	open := FactorTable{On: FactorOnNumber, Bands: []FactorBand{{UpTo: MustRate("10"), Factor: one}, {Factor: two}}}
	flat := FactorTable{On: FactorOnNumber, Bands: []FactorBand{{Factor: two}}}
	cases := []struct {
		table           FactorTable
		value, key, row string
	}{
		{byValue, "250000", "250000", "1"}, {byValue, "250000.00", "250000.00", "1"}, {byValue, "One", "One", "2"},
		{byValue, ".50", ".50", "1"}, {byValue, "one", "", ""}, {byValue, "", "", ""}, {byValue, "7", "", ""},
		{byClass, "258", "B (258)", "2"}, {byClass, "7", "A (7)", "1"}, {byClass, "7.0", "A (7.0)", "1"},
		{byClass, "8", "", ""}, {byClass, "A", "", ""}, {byClass, "", "", ""}, {byClass, "9", "", ""},
		{byBand, "0", "0 ≤ 0.5", "1"}, {byBand, "0.5", "0.5 ≤ 0.5", "1"}, {byBand, "0.51", "0.51 ≤ 100000", "2"},
		{byBand, "1e5", "100000 ≤ 100000", "2"}, {byBand, "100000.01", "", ""}, {byBand, "", "", ""}, {byBand, "much", "", ""},
		{open, "10.0", "10 ≤ 10", "1"}, {open, "11", "11 > 10", "2"}, {flat, "11", "11", "2"},
	}
	for _, c := range cases {
		c.table.Name, c.table.Attribute = "f", AttributeModel
		object := Object{Attributes: map[string]string{AttributeModel: c.value}}
		if c.table.Rates(object) != (c.row != "") {
			t.Errorf("whether %q is rated is not known", c.value)
		}
		quote, refused := price(func(p *Product, w *Proposal) {
			p.Tariffs[0].Factors = []FactorTable{c.table}
			w.Object.Attributes[AttributeModel] = c.value
		})
		if c.row == "" {
			want := []Problem{{Field: FieldModel, Detail: "is not rated by HEP_Repair_599,99"}}
			if CodeOf(refused) != CodeCoverageUnknown || !slices.Equal(refused.Problems, want) {
				t.Errorf("%q: %v", c.value, refused)
			}
			continue
		}
		if refused != nil {
			t.Errorf("%q: %v", c.value, refused)
			continue
		}
		if s := quote.Working.Steps[1]; s.Kind != StepFactor || s.Label != "f" || s.Key != c.key || s.By != c.row {
			t.Errorf("%q is worked out as %+v", c.value, s)
		}
	}
}
