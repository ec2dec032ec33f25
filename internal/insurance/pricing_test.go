package insurance

import (
	"math/big"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// price quotes the sample, adjusted.
func price(adjust func(*Product, *Proposal)) (Quote, *Error) {
	product, wish := phoneRepair(), phoneProposal()
	product.Tariffs[0].PartnerMaySetPrice = true
	adjust(&product, &wish)
	return product.Quote(product.Tariffs[0], wish, berlinNoon(today))
}

// TestAPriceOfManySteps: 1.50 and a tenth of 555 are 57; doubled 114, raised to
// 200, less a quarter 150 net.
func TestAPriceOfManySteps(t *testing.T) {
	t.Parallel()
	quote, refused := price(func(p *Product, w *Proposal) {
		p.Tariffs[0].Terms[1] = TermPrice{
			Term: Months(12), Net: MustRate("999"), Share: MustRate("0.1"),
			Prices: map[Currency]Price{"EUR": {Net: MustRate("1.5"), Minimum: MustRate("200")}},
		}
		p.Tariffs[0].Factors = []FactorTable{{Name: "age", On: FactorOnCountry, Rows: map[string]Rate{"DE": MustRate("2")}}}
		w.Discount = MustRate("25%")
	})
	if refused != nil {
		t.Fatal(refused)
	}
	want := []Step{
		{Kind: StepBase, Label: "HEP_Repair_599,99", Key: "12M", Exact: "1.5", Result: "1.5"},
		{Kind: StepShare, Key: "555.00", By: "0.1", Exact: "57", Result: "57"},
		{Kind: StepFactor, Label: "age", Key: "DE", By: "2", Exact: "114", Result: "114"},
		{Kind: StepMinimum, By: "200", Exact: "114", Result: "200"},
		{Kind: StepDiscount, By: "0.25", Exact: "150", Result: "150"},
		{Kind: StepNet, Exact: "150", Result: "150.00"},
		{Kind: StepTax, Label: "Insurance premium tax", Key: "VersStG §6", By: "0.19", Exact: "28.5", Result: "28.50"},
		{Kind: StepGross, Exact: "178.50", Result: "178.50"},
		{Kind: StepCommission, By: "0.2", Exact: "30", Result: "30.00"},
	}
	if !reflect.DeepEqual(quote.Working.Steps, want) {
		t.Errorf("worked out as %+v", quote.Working.Steps)
	}
}

func TestPricesByCurrency(t *testing.T) {
	t.Parallel()
	prices := map[Currency]Price{"EUR": {Net: MustRate("10")}, "USD": {Net: MustRate("12")}, "JPY": {Net: MustRate("1500")}}
	for currency, want := range map[Currency]Money{"": {1190, "EUR"}, "EUR": {1190, "EUR"}, "USD": {1428, "USD"}, "JPY": {1785, "JPY"}} {
		quote, refused := price(func(p *Product, w *Proposal) { p.Tariffs[0].Terms[1].Prices, w.Currency = prices, currency })
		if refused != nil || quote.Premium.Gross != want || quote.Terms.Currency != want.Currency || quote.Terms.SumInsured.Currency != want.Currency {
			t.Errorf("in %q it costs %v, %v", currency, quote.Premium.Gross, refused)
		}
	}
}

func TestACurrencyThatIsNotSold(t *testing.T) {
	t.Parallel()
	want := []Problem{{Field: FieldCurrency, Detail: "is not a currency in which HEP_Repair_599,99 is sold"}}
	for name, prices := range map[string]map[Currency]Price{"market only": nil, "others": {"USD": {Net: MustRate("12")}}} {
		_, refused := price(func(p *Product, w *Proposal) { p.Tariffs[0].Terms[1].Prices, w.Currency = prices, "GBP" })
		if CodeOf(refused) != CodeCoverageUnknown || !slices.Equal(refused.Problems, want) {
			t.Errorf("%s: %v", name, refused)
		}
	}
}

// TestAPartnersPrice: 23.80 at 19 % are 20.00 and 3.80, whatever the tariff
// says; a discount is the partner's business.
func TestAPartnersPrice(t *testing.T) {
	t.Parallel()
	quote, refused := price(func(_ *Product, w *Proposal) { w.PartnerPrice, w.Discount = "23.8", MustRate("0.5") })
	if refused != nil {
		t.Fatal(refused)
	}
	want := []Step{
		{Kind: StepPartnerPrice, Exact: "23.80", Result: "23.80"},
		{Kind: StepTax, Label: "Insurance premium tax", Key: "VersStG §6", By: "0.19", Exact: "3.8", Result: "3.80"},
		{Kind: StepNet, Exact: "20.00", Result: "20.00"},
		{Kind: StepGross, Exact: "23.80", Result: "23.80"},
		{Kind: StepCommission, By: "0.2", Exact: "4", Result: "4.00"},
	}
	if !reflect.DeepEqual(quote.Working.Steps, want) {
		t.Errorf("worked out as %+v", quote.Working.Steps)
	}
	if p := quote.Premium; p.Net.Minor != 2000 || p.Tax.Minor != 380 || p.Gross.Minor != 2380 || !quote.Terms.PartnerPriced || quote.Terms.PartnerPrice != p.Gross {
		t.Errorf("costs %+v", p)
	}
}

func TestAPartnersPriceIsRefused(t *testing.T) {
	t.Parallel()
	amount := []Problem{{Field: FieldPartnerPrice, Detail: "is not an amount of more than 0 in EUR"}}
	for _, text := range []string{"0", "0.00", "-1", "1.005", "much", " 1", "1e16", "10%"} {
		_, refused := price(func(_ *Product, w *Proposal) { w.PartnerPrice = text })
		if CodeOf(refused) != CodeInvalid || !slices.Equal(refused.Problems, amount) {
			t.Errorf("%q: %v", text, refused)
		}
	}
	forbidden := []Problem{{Field: FieldPartnerPrice, Detail: "cannot be set for HEP_Repair_599,99"}}
	_, refused := price(func(p *Product, w *Proposal) { p.Tariffs[0].PartnerMaySetPrice, w.PartnerPrice = false, "10" })
	if CodeOf(refused) != CodeCoverageUnknown || !slices.Equal(refused.Problems, forbidden) {
		t.Errorf("a tariff with prices of its own: %v", refused)
	}
}

// TestAPartnersPriceIsTakenApart: for any table of taxes and in any currency
// net and taxes make the price that was set, each tax is its rate of the net,
// and what rounding leaves is in the net.
func TestAPartnersPriceIsTakenApart(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		product, wish := anyProduct().Draw(t, "product"), phoneProposal()
		set := Money{Minor: rapid.Int64Range(1, maxMinor).Draw(t, "minor"), Currency: product.Markets[0].Currency}
		wish.PartnerPrice = set.Decimal()
		quote, refused := product.Quote(product.Tariffs[0], wish, berlinNoon(today))
		if refused != nil {
			t.Fatal(refused)
		}
		p := quote.Premium
		if checkPremium(t, p); p.Gross != set {
			t.Fatalf("%v was set, %v is the price", set, p.Gross)
		}
		rates, minor := new(big.Rat), new(big.Rat).SetInt(tenTo(set.Currency.Digits()))
		for _, tax := range quote.Terms.taxes() {
			rates.Add(rates, ratOf(tax.Rate.value))
		}
		net := new(big.Rat).Quo(new(big.Rat).SetInt64(set.Minor), new(big.Rat).Add(rates, big.NewRat(1, 1)))
		allowed := new(big.Rat).Add(big.NewRat(1, 2), new(big.Rat).Mul(minor, big.NewRat(1, 1e10))) // of a minor unit, for each tax
		for i, tax := range quote.Terms.taxes() {
			checkNear(t, p.Taxes[i].Amount, new(big.Rat).Mul(net, ratOf(tax.Rate.value)), allowed)
		}
		checkNear(t, p.Net, net, new(big.Rat).Mul(allowed, big.NewRat(int64(len(p.Taxes)), 1)))
		if rates.Cmp(big.NewRat(1, 1)) <= 0 && p.Net.Minor < 0 {
			t.Fatalf("of %v the net is %v", set, p.Net)
		}
		checkNear(t, p.Commission, new(big.Rat).Mul(big.NewRat(p.Net.Minor, 1), ratOf(product.Commission.value)), big.NewRat(1, 2))
		checkBackwards(t, quote)
	})
}

// checkNear: an amount is an exact number of minor units, but for a part.
func checkNear(t *rapid.T, amount Money, exact, allowed *big.Rat) {
	off := new(big.Rat).Sub(big.NewRat(amount.Minor, 1), exact)
	if off.Abs(off).Cmp(allowed) > 0 {
		t.Fatalf("%v is off by %s", amount, off.FloatString(12))
	}
}

// checkBackwards: the working says the price, takes the taxes out, and says
// what is left.
func checkBackwards(t *rapid.T, quote Quote) {
	want := append([]StepKind{StepPartnerPrice}, slices.Repeat([]StepKind{StepTax}, len(quote.Premium.Taxes))...)
	want = append(want, StepNet, StepGross, StepCommission)
	var got, amounts []string
	for _, step := range quote.Working.Steps {
		got = append(got, string(step.Kind))
		amounts = append(amounts, step.Result)
	}
	if !slices.Equal(got, texts(want)) {
		t.Fatalf("worked out by %v", got)
	}
	p := quote.Premium
	expected := []string{p.Gross.Decimal()}
	for _, line := range p.Taxes {
		expected = append(expected, line.Amount.Decimal())
	}
	expected = append(expected, p.Net.Decimal(), p.Gross.Decimal(), p.Commission.Decimal())
	if !slices.Equal(amounts, expected) {
		t.Fatalf("%+v is worked out as %v", p, amounts)
	}
}

// TestTheSumInsured is the first attribute that is given; amounts on lines of
// their own are added.
func TestTheSumInsured(t *testing.T) {
	t.Parallel()
	cases := []struct {
		total, tickets, want string
	}{
		{"", "100\n250.5\n0.01", "350.51"},
		{"99", "100", "99.00"},
		{"", "599.99", "599.99"},
	}
	names := func(p *Product, w *Proposal, total, tickets string) {
		p.InsuredAmount = []string{"total", "tickets.price"}
		w.Object.Attributes = map[string]string{"total": total, "tickets.price": tickets}
	}
	for _, c := range cases {
		terms, refused := conclude(func(p *Product, w *Proposal) { names(p, w, c.total, c.tickets) })
		if refused != nil || terms.SumInsured.Decimal() != c.want {
			t.Errorf("%q and %q are %v, %v", c.total, c.tickets, terms.SumInsured, refused)
		}
	}
	huge := strings.TrimSuffix(strings.Repeat("9000000000000\n", 2), "\n")
	refusals := []struct {
		total, tickets string
		field          Field
	}{
		{"", "", "object.total"},
		{"", "100\n", "object.tickets.price"},
		{"", "100\n1.001", "object.tickets.price"},
		{"", "500\n100", "object.tickets.price"}, // beyond the band
		{"", huge, "object.tickets.price"},
		{"much", "100", "object.total"},
	}
	for _, c := range refusals {
		_, refused := conclude(func(p *Product, w *Proposal) { names(p, w, c.total, c.tickets) })
		want := []Problem{{Field: c.field, Detail: "is outside the price band of HEP_Repair_599,99"}}
		if CodeOf(refused) != CodeCoverageUnknown || !slices.Equal(refused.Problems, want) {
			t.Errorf("%q and %q: %v", c.total, c.tickets, refused)
		}
	}
}

// TestASumTooLargeIsNotCutOff: two amounts that can be read, but not added.
func TestASumTooLargeIsNotCutOff(t *testing.T) {
	t.Parallel()
	if sum, ok := sumOf("9999999999999\n1.01", "EUR"); ok || sum.Minor != 999999999999900 {
		t.Errorf("added up to %v", sum)
	}
	if sum, ok := sumOf("9999999999999\n1.00", "JPY"); !ok || sum.Minor != 1e13 {
		t.Errorf("added up to %v", sum)
	}
}

// TestAPremiumInParts: instalments sum to their premium in each of its parts.
func TestAPremiumInParts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		product := anyProduct().Draw(t, "product")
		quote, refused := product.Quote(product.Tariffs[0], phoneProposal(), berlinNoon(today))
		if refused != nil {
			t.Fatal(refused)
		}
		n := rapid.IntRange(1, 24).Draw(t, "parts")
		parts := quote.Premium.Split(n)
		var sum Premium
		for _, part := range parts {
			checkPremium(t, part)
			sum = sum.Add(part)
		}
		if len(parts) != n {
			t.Fatalf("%d of %d parts", len(parts), n)
		}
		checkSame(t, sum, quote.Premium)
	})
}

func TestTheSamplePremiumInParts(t *testing.T) {
	t.Parallel()
	quote, refused := price(func(*Product, *Proposal) {})
	if refused != nil {
		t.Fatal(refused)
	}
	var got []int64
	for _, part := range quote.Premium.Split(3) {
		got = append(got, part.Gross.Minor, part.Net.Minor, part.Taxes[0].Amount.Minor, part.Commission.Minor)
	}
	want := []int64{185, 155, 30, 31, 185, 155, 30, 31, 186, 157, 29, 31}
	if !slices.Equal(got, want) {
		t.Errorf("divided into %v", got)
	}
}
