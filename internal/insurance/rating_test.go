package insurance

import (
	"maps"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestTheSamplePremium is the price printed in hepster's example: 4.67 net and
// 19 % tax are 5.56.
func TestTheSamplePremium(t *testing.T) {
	t.Parallel()
	product := phoneRepair()
	at := berlinNoon(today)
	quote, refused := product.Quote(product.Tariffs[0], phoneProposal(), at)
	if refused != nil {
		t.Fatal(refused)
	}
	p := quote.Premium
	if p.Net.Minor != 467 || p.Tax.Minor != 89 || p.Gross.Decimal() != "5.56" || p.Commission.Minor != 93 {
		t.Errorf("costs %+v", p)
	}
	want := []Step{
		{Kind: StepBase, Label: "HEP_Repair_599,99", Key: "12M", Exact: "4.67", Result: "4.67"},
		{Kind: StepNet, Exact: "4.67", Result: "4.67"},
		{Kind: StepTax, Label: "Insurance premium tax", Key: "VersStG §6", By: "0.19", Exact: "0.8873", Result: "0.89", Rounding: RoundTax},
		{Kind: StepGross, Exact: "5.56", Result: "5.56"},
		{Kind: StepCommission, By: "0.2", Exact: "0.934", Result: "0.93", Rounding: RoundCommission},
	}
	if !reflect.DeepEqual(quote.Working.Steps, want) {
		t.Errorf("worked out as %+v", quote.Working.Steps)
	}
	if quote.ProductCode != "HEP_Repair" || quote.ProductVersion != 1 || quote.Tariff != "HEP_Repair_599,99" || quote.Interval != Months(1) || !quote.PricedAt.Equal(at) {
		t.Errorf("quoted %+v", quote)
	}
}

func TestTaxIsThatOfTheInception(t *testing.T) {
	t.Parallel()
	product := phoneRepair()
	for day, want := range map[string]int64{"2026-06-30": 75, "2026-07-01": 89} {
		wish := phoneProposal()
		wish.InceptionOn = MustDate(day)
		quote, refused := product.Quote(product.Tariffs[0], wish, berlinNoon(today))
		if refused != nil || quote.Premium.Tax.Minor != want || len(quote.Premium.Taxes) != 1 {
			t.Errorf("from %s the tax is %v, %v", day, quote.Premium.Tax, refused)
		}
	}
}

func TestAMarketWithoutTaxes(t *testing.T) {
	t.Parallel()
	product, wish := phoneRepair(), phoneProposal()
	wish.Policyholder.Country = "JP"
	quote, refused := product.Quote(product.Tariffs[0], wish, berlinNoon(today))
	if refused != nil || quote.Premium.Gross != (Money{5, "JPY"}) || quote.Premium.Tax != Zero("JPY") || quote.Premium.Taxes != nil {
		t.Errorf("costs %+v, %v", quote.Premium, refused)
	}
}

func TestEachFactorLooksUpItsSubject(t *testing.T) {
	t.Parallel()
	one := MustRate("1")
	cases := []struct {
		on    FactorSubject
		key   string
		field Field
	}{
		{FactorOnDeductible, "10", FieldDeductible},
		{FactorOnObjectType, "Phone", FieldObjectType},
		{FactorOnCountry, "DE", FieldCountry},
	}
	for _, c := range cases {
		product := phoneRepair()
		product.Tariffs[0].Factors = []FactorTable{{Name: "f", On: c.on, Rows: map[string]Rate{c.key: one}}}
		quote, refused := product.Quote(product.Tariffs[0], phoneProposal(), berlinNoon(today))
		if refused != nil || quote.Working.Steps[1].Key != c.key {
			t.Errorf("%s: %+v, %v", c.on, quote.Working, refused)
		}
		product.Tariffs[0].Factors[0].Rows = map[string]Rate{"?": one}
		_, refused = product.Quote(product.Tariffs[0], phoneProposal(), berlinNoon(today))
		if CodeOf(refused) != CodeCoverageUnknown || refused.Problems[0] != (Problem{Field: c.field, Detail: "is not rated by HEP_Repair_599,99"}) {
			t.Errorf("%s: %v", c.on, refused)
		}
	}
}

func TestAPremiumTooLargeIsRefused(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*Product){
		"net":        func(p *Product) { p.Tariffs[0].Terms[1].Net = MustRate("9999999999999999999") },
		"tax":        func(p *Product) { p.Markets[0].Taxes[1].Rate = MustRate("9999999999999999999") },
		"commission": func(p *Product) { p.Commission = MustRate("9999999999999999999") },
	} {
		product := phoneRepair()
		spoil(&product)
		quote, refused := product.Quote(product.Tariffs[0], phoneProposal(), berlinNoon(today))
		if CodeOf(refused) != CodeInternal || !reflect.DeepEqual(quote, Quote{}) {
			t.Errorf("%s: %+v, %v", name, quote.Premium, refused)
		}
	}
}

// checkPremium: Gross is Net plus Tax, and Tax the sum of Taxes.
func checkPremium(t *rapid.T, p Premium) {
	tax := Zero(p.Gross.Currency)
	for _, line := range p.Taxes {
		tax = tax.Add(line.Amount)
	}
	if p.Net.Add(p.Tax) != p.Gross || tax != p.Tax {
		t.Fatalf("%v net and %v tax (%v in lines) are %v gross", p.Net, p.Tax, tax, p.Gross)
	}
}

// amounts are all parts of a premium by name, each tax by itself.
func amounts(p Premium) map[string]int64 {
	all := map[string]int64{"net": p.Net.Minor, "tax": p.Tax.Minor, "gross": p.Gross.Minor, "commission": p.Commission.Minor}
	for _, line := range p.Taxes {
		all["tax "+line.Name.In("en")+" "+line.Rate.String()] += line.Amount.Minor
	}
	return all
}

// TestAPartOfAPremium: a return is a premium itself, its gross is the exact
// part rounded up, and no part of it is negative or more than was paid.
func TestAPartOfAPremium(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		product := anyProduct().Draw(t, "product")
		quote, refused := product.Quote(product.Tariffs[0], phoneProposal(), time.Time{})
		if refused != nil {
			t.Fatal(refused)
		}
		whole := quote.Premium
		of := rapid.IntRange(1, 1100).Draw(t, "of")
		days := rapid.IntRange(0, of).Draw(t, "days")
		part := whole.part(days, of)
		checkPremium(t, part)
		if part.Gross != share(whole.Gross, int64(days), int64(of), true) {
			t.Fatalf("%d/%d of %v is %v", days, of, whole.Gross, part.Gross)
		}
		checkWithin(t, part, whole)
		if len(part.Taxes) != len(whole.Taxes) {
			t.Fatalf("%d of %d taxes", len(part.Taxes), len(whole.Taxes))
		}
		checkPremium(t, whole.Sub(part))
		checkSame(t, whole.Sub(part).Add(part), whole)
	})
}

func checkWithin(t *rapid.T, part, whole Premium) {
	parts, wholes := amounts(part), amounts(whole)
	for name := range merged(parts, wholes) {
		if parts[name] < 0 || parts[name] > wholes[name] {
			t.Fatalf("%s is %d of %d", name, parts[name], wholes[name])
		}
	}
}

func checkSame(t *rapid.T, a, b Premium) {
	some, others := amounts(a), amounts(b)
	for name := range merged(some, others) {
		if some[name] != others[name] {
			t.Fatalf("%s is %d and %d", name, some[name], others[name])
		}
	}
}

func merged(a, b map[string]int64) map[string]int64 {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return all
}

func TestPartsBeyondTheWhole(t *testing.T) {
	t.Parallel()
	p := Premium{Net: Money{3, "EUR"}, Tax: Money{1, "EUR"}, Gross: Money{4, "EUR"}, Commission: Money{1, "EUR"}}
	for _, c := range []struct {
		days, of int
		want     int64
	}{{-1, 10, 0}, {0, 10, 0}, {10, 10, 4}, {11, 10, 4}, {1, 0, 0}, {1, 10, 1}} {
		if got := p.part(c.days, c.of); got.Gross != (Money{c.want, "EUR"}) {
			t.Errorf("%d/%d is %v", c.days, c.of, got.Gross)
		}
	}
}

// TestAReturnIsSplitToTheCent: 19 of 30 days of the sample premium.
func TestAReturnIsSplitToTheCent(t *testing.T) {
	t.Parallel()
	euro := func(minor int64) Money { return Money{minor, "EUR"} }
	tax := TaxLine{Rate: MustRate("0.19"), Amount: euro(89)}
	p := Premium{Net: euro(467), Tax: euro(89), Gross: euro(556), Taxes: []TaxLine{tax}, Commission: euro(93)}
	tax.Amount = euro(57) // 0.5667 of 3.53
	want := Premium{Net: euro(296), Tax: euro(57), Gross: euro(353), Taxes: []TaxLine{tax}, Commission: euro(59)}
	if got := p.part(19, 30); !reflect.DeepEqual(got, want) {
		t.Errorf("19 of 30 days are %+v", got)
	}
	if got := p.part(1, 30); got.Commission.Minor != 3 { // 0.16 of 4.67 of 0.93 is 0.0319
		t.Errorf("a day's commission is %v", got.Commission)
	}
}

// TestManyTaxesDoNotOutweighTheirReturn is four parts of a cent each: rounded
// one by one, three taxes took back more than there was and left a negative net.
func TestManyTaxesDoNotOutweighTheirReturn(t *testing.T) {
	t.Parallel()
	cent := Money{1, "EUR"}
	line := TaxLine{Rate: MustRate("1"), Amount: cent}
	p := Premium{Net: cent, Tax: Money{3, "EUR"}, Gross: Money{4, "EUR"}, Taxes: []TaxLine{line, line, line}}
	half := p.part(1, 2)
	if half.Gross.Minor != 2 || half.Net.Minor < 0 || half.Net.Minor > 1 || half.Tax.Minor+half.Net.Minor != 2 {
		t.Errorf("half is %+v", half)
	}
}

func TestPremiumsWithoutTheSameTaxes(t *testing.T) {
	t.Parallel()
	line := TaxLine{Name: Text{"en": "tax"}, Rate: MustRate("0.19"), Amount: Money{19, "EUR"}}
	p := Premium{Net: Money{100, "EUR"}, Tax: Money{19, "EUR"}, Gross: Money{119, "EUR"}, Taxes: []TaxLine{line}}
	for _, sum := range []Premium{p.Add(Premium{}), (Premium{}).Add(p)} {
		if !reflect.DeepEqual(sum.Taxes, p.Taxes) || sum.Gross != p.Gross {
			t.Errorf("with nothing it is %+v", sum)
		}
	}
	if back := p.Neg(); back.Taxes[0].Amount.Minor != -19 || p.Taxes[0].Amount.Minor != 19 {
		t.Errorf("given back it is %+v", back)
	}
}
