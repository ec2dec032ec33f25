package insurance

import (
	"maps"
	"math/big"
	"reflect"
	"strconv"
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

func anyRate(most int64) *rapid.Generator[Rate] {
	return rapid.Custom(func(t *rapid.T) Rate {
		digits := rapid.IntRange(0, 12).Draw(t, "digits")
		number := big.NewRat(rapid.Int64Range(0, most*1e12).Draw(t, "coefficient"), 1e12)
		return MustRate(number.FloatString(digits))
	})
}

// anyProduct draws a product that sells the sample wish: any currency, up to
// four factors of many digits and up to three taxes, some out of force.
func anyProduct() *rapid.Generator[Product] {
	return rapid.Custom(func(t *rapid.T) Product {
		product := phoneRepair()
		market := Market{Country: "DE", Currency: anyCurrency().Draw(t, "currency"), Zone: berlin}
		for i := range rapid.IntRange(0, 3).Draw(t, "taxes") {
			tax := Tax{Name: Text{"en": "tax " + strconv.Itoa(i)}, Rate: anyRate(1).Draw(t, "tax")}
			if rapid.IntRange(0, 4).Draw(t, "out of force") == 0 {
				tax.InForce.To = MustDate("2020-12-31")
			}
			market.Taxes = append(market.Taxes, tax)
		}
		product.Markets = []Market{market}
		tariff := &product.Tariffs[0]
		tariff.Terms[1].Net = anyRate(3000).Draw(t, "net")
		for i := range rapid.IntRange(0, 4).Draw(t, "factors") {
			rows := map[string]Rate{"10": anyRate(3).Draw(t, "factor"), "Phone": anyRate(3).Draw(t, "factor"), "DE": anyRate(3).Draw(t, "factor")}
			on := rapid.SampledFrom([]FactorSubject{FactorOnDeductible, FactorOnObjectType, FactorOnCountry}).Draw(t, "on")
			tariff.Factors = append(tariff.Factors, FactorTable{Name: "factor " + strconv.Itoa(i), On: on, Rows: rows})
		}
		product.Commission = anyRate(1).Draw(t, "commission")
		return product
	})
}

// replay follows a working with nothing but its text, and returns the numbers
// it arrives at by kind of step.
type replay struct {
	t      *rapid.T
	digits int
	value  *big.Rat
	net    *big.Rat
	tax    *big.Rat
	last   int
}

func (r *replay) number(text string) *big.Rat {
	n, ok := new(big.Rat).SetString(text)
	if !ok {
		r.t.Fatalf("%q is not a number", text)
	}
	return n
}

var orderOfSteps = map[StepKind]int{StepBase: 1, StepFactor: 2, StepNet: 3, StepTax: 4, StepGross: 5, StepCommission: 6}

func (r *replay) step(s Step) {
	if order := orderOfSteps[s.Kind]; order < r.last {
		r.t.Fatalf("%s comes late", s.Kind)
	}
	r.last = orderOfSteps[s.Kind]
	exact, digits, place := new(big.Rat), r.digits, Rounding("")
	switch s.Kind {
	case StepBase:
		exact, digits = r.number(s.Exact), 19
	case StepFactor:
		exact, digits, place = exact.Mul(r.value, r.number(s.By)), 10, RoundFactor
	case StepNet:
		exact, place = r.value, RoundNet
	case StepTax:
		exact, place = exact.Mul(r.net, r.number(s.By)), RoundTax
	case StepGross:
		exact = exact.Add(r.net, r.tax)
	case StepCommission:
		exact, place = exact.Mul(r.net, r.number(s.By)), RoundCommission
	}
	r.result(s, exact, digits, place)
}

// result checks one line: exact is what it says, rounded is what it says, and
// the rounding is named exactly when there was one.
func (r *replay) result(s Step, exact *big.Rat, digits int, place Rounding) {
	result := r.number(exact.FloatString(digits))
	if result.Cmp(exact) == 0 {
		place = ""
	}
	if r.number(s.Exact).Cmp(exact) != 0 || r.number(s.Result).Cmp(result) != 0 || s.Rounding != place {
		r.t.Fatalf("%+v should be %s, %s", s, exact.RatString(), result.RatString())
	}
	switch s.Kind {
	case StepNet:
		r.net = result
	case StepTax:
		r.tax = new(big.Rat).Add(r.tax, result)
	}
	r.value = result
}

// TestTheWorkingExplainsThePremium replays the working of any product and
// arrives at its premium.
func TestTheWorkingExplainsThePremium(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		product := anyProduct().Draw(t, "product")
		quote, refused := product.Quote(product.Tariffs[0], phoneProposal(), berlinNoon(today))
		if refused != nil {
			t.Fatal(refused)
		}
		currency := product.Markets[0].Currency
		r := &replay{t: t, digits: currency.Digits(), tax: new(big.Rat)}
		results := map[StepKind]*big.Rat{}
		taxes := 0
		for _, step := range quote.Working.Steps {
			r.step(step)
			results[step.Kind] = r.value
			if step.Kind == StepTax {
				if line := quote.Premium.Taxes[taxes]; r.number(line.Amount.Decimal()).Cmp(r.value) != 0 || line.Rate.String() != step.By {
					t.Fatalf("tax line %+v is not %+v", line, step)
				}
				taxes++
			}
		}
		p := quote.Premium
		for kind, amount := range map[StepKind]Money{StepNet: p.Net, StepGross: p.Gross, StepCommission: p.Commission} {
			if r.number(amount.Decimal()).Cmp(results[kind]) != 0 {
				t.Fatalf("%s is %v, but %s in the working", kind, amount, results[kind])
			}
		}
		if taxes != len(p.Taxes) || len(quote.Working.Steps) != 4+len(product.Tariffs[0].Factors)+taxes {
			t.Fatalf("%d steps, %d taxes", len(quote.Working.Steps), taxes)
		}
		checkPremium(t, p)
		if again, _ := product.Quote(product.Tariffs[0], phoneProposal(), berlinNoon(today)); !reflect.DeepEqual(quote, again) {
			t.Fatal("priced again it costs something else")
		}
	})
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
