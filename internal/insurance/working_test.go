package insurance

import (
	"cmp"
	"math/big"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func anyRate(most int64) *rapid.Generator[Rate] {
	return rapid.Custom(func(t *rapid.T) Rate {
		digits := rapid.IntRange(0, 12).Draw(t, "digits")
		number := big.NewRat(rapid.Int64Range(0, most*1e12).Draw(t, "coefficient"), 1e12)
		return MustRate(number.FloatString(digits))
	})
}

// anyProduct draws a product that sells the sample wish, at a price that the
// partner may set: any currency, prices of it or of the market, with a share of
// the sum insured and a minimum or without, up to four factors of many digits
// and up to three taxes, some out of force.
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
		tariff.PartnerMaySetPrice = true
		row := &tariff.Terms[1]
		row.Net, row.Share = anyRate(3000).Draw(t, "net"), rapid.SampledFrom([]Rate{{}, anyRate(1).Draw(t, "share")}).Draw(t, "shared")
		if rapid.Bool().Draw(t, "prices by currency") {
			price := Price{Net: row.Net, Minimum: anyRate(3000).Draw(t, "minimum")}
			row.Net, row.Prices = Rate{}, map[Currency]Price{market.Currency: price}
		}
		for i := range rapid.IntRange(0, 4).Draw(t, "factors") {
			tariff.Factors = append(tariff.Factors, anyFactors(i).Draw(t, "factor table"))
		}
		for _, every := range []Period{Months(3), Months(4), Months(12)} {
			price := IntervalPrice{Every: every, Loading: anyRate(1).Draw(t, "loading")}
			tariff.Intervals = append(tariff.Intervals, price)
		}
		tariff.Interval = rapid.SampledFrom([]Period{Months(1), Months(6), Months(12)}).Draw(t, "interval")
		product.Commission = anyRate(1).Draw(t, "commission")
		return product
	})
}

// anyFactors is a table that rates the sample object: by what the terms say,
// or by one of its attributes, its class or its band.
func anyFactors(number int) *rapid.Generator[FactorTable] {
	return rapid.Custom(func(t *rapid.T) FactorTable {
		row := func() Rate { return anyRate(3).Draw(t, "factor") }
		table := FactorTable{Name: "factor " + strconv.Itoa(number), Rows: map[string]Rate{}}
		table.On = rapid.SampledFrom([]FactorSubject{
			FactorOnDeductible, FactorOnObjectType, FactorOnCountry, FactorOnAttribute, FactorOnNumber,
		}).Draw(t, "on")
		switch table.On {
		case FactorOnAttribute:
			table.Attribute = AttributeModel
			if rapid.Bool().Draw(t, "classes") {
				table.Classes = map[string]string{"One": "B", "Two": "A"}
			}
			table.Rows = map[string]Rate{"One": row(), "A": row(), "B": row()}
		case FactorOnNumber:
			table.Attribute = AttributeSalesPrice
			for _, upTo := range []string{"99.99", "555", "0"} {
				table.Bands = append(table.Bands, FactorBand{UpTo: MustRate(upTo), Factor: row()})
			}
		default:
			table.Rows = map[string]Rate{"10": row(), "Phone": row(), "DE": row()}
		}
		return table
	})
}

// replay follows a working with nothing but its text, and returns the numbers
// it arrives at by kind of step.
type replay struct {
	t *rapid.T
	// minimum is what the value must have reached before the net.
	minimum *big.Rat
	digits  int
	value   *big.Rat
	net     *big.Rat
	tax     *big.Rat
	last    int
}

func (r *replay) number(text string) *big.Rat {
	decimal, over, isPart := strings.Cut(text, "/")
	n, ok := new(big.Rat).SetString(decimal)
	if !ok {
		r.t.Fatalf("%q is not a number", text)
	}
	if !isPart {
		return n
	}
	if n.Quo(n, r.number(over)); isDecimal(n) {
		r.t.Fatalf("%q is a decimal", text)
	}
	return n
}

// isDecimal tells whether a decimal holds a number.
func isDecimal(n *big.Rat) bool {
	_, finite := n.FloatPrec()
	return finite
}

func (r *replay) months(text string) int64 {
	period, err := ParsePeriod(text)
	if err != nil || period.Months == 0 {
		r.t.Fatalf("%q is no number of months", text)
	}
	return int64(period.Months)
}

var orderOfSteps = map[StepKind]int{
	StepBase: 1, StepShare: 2, StepFactor: 3, StepMinimum: 4, StepInterval: 5, StepDiscount: 6, StepNet: 7, StepTax: 8, StepGross: 9,
	StepCommission: 10,
}

// once are the steps of which a working has one at most.
var once = []StepKind{StepBase, StepShare, StepMinimum, StepInterval, StepDiscount, StepNet, StepGross, StepCommission}

func (r *replay) step(s Step) {
	order := orderOfSteps[s.Kind]
	if order < r.last || order == r.last && slices.Contains(once, s.Kind) {
		r.t.Fatalf("%s comes late", s.Kind)
	}
	if r.last < orderOfSteps[StepInterval] && order >= orderOfSteps[StepInterval] && r.value.Cmp(r.minimum) < 0 {
		r.t.Fatalf("%v is below the minimum", r.value)
	}
	r.last = order
	if s.Kind == StepMinimum {
		r.raise(s)
		return
	}
	exact, digits, place := new(big.Rat), r.digits, Rounding("")
	switch s.Kind {
	case StepBase:
		exact, digits = r.number(s.Exact), 19
	case StepShare:
		exact, digits = exact.Add(r.value, exact.Mul(r.number(s.Key), r.number(s.By))), 60
	case StepInterval:
		loaded := exact.Mul(r.value, exact.Add(big.NewRat(1, 1), r.number(s.By)))
		exact, digits, place = loaded.Mul(loaded, big.NewRat(r.months(s.Key), r.months(s.Label))), 10, RoundFactor
	case StepDiscount:
		exact, digits, place = exact.Mul(r.value, exact.Sub(big.NewRat(1, 1), r.number(s.By))), 10, RoundFactor
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

// raise follows the step to the minimum.
func (r *replay) raise(s Step) {
	if r.value.Cmp(r.minimum) >= 0 || r.number(s.Exact).Cmp(r.value) != 0 || s.Result != s.By || r.number(s.By).Cmp(r.minimum) != 0 || s.Rounding != "" {
		r.t.Fatalf("%s became %+v", r.value.RatString(), s)
	}
	r.value = r.minimum
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
		product, wish := anyProduct().Draw(t, "product"), phoneProposal()
		wish.Discount = rapid.SampledFrom([]Rate{{}, anyRate(1).Draw(t, "discount")}).Draw(t, "discounted")
		own := product.Tariffs[0].Interval
		wish.Interval = rapid.SampledFrom([]Period{{}, own, Months(3), Months(4), Months(12)}).Draw(t, "interval")
		quote, refused := product.Quote(product.Tariffs[0], wish, berlinNoon(today))
		if refused != nil {
			t.Fatal(refused)
		}
		row := product.Tariffs[0].Terms[1]
		currency := product.Markets[0].Currency
		price, ok := row.Prices[currency]
		if !ok {
			price.Net = row.Net
		}
		if base := quote.Working.Steps[0]; base.Exact != price.Net.String() {
			t.Fatalf("%s is the base of %s", base.Exact, price.Net)
		}
		r := &replay{t: t, digits: currency.Digits(), tax: new(big.Rat), minimum: ratOf(price.Minimum.value)}
		results := map[StepKind]*big.Rat{}
		taxes, factors := 0, 0
		for _, step := range quote.Working.Steps {
			r.step(step)
			if step.Kind == StepFactor {
				factors++
			}
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
		if taxes != len(p.Taxes) || factors != len(product.Tariffs[0].Factors) {
			t.Fatalf("%d factors, %d taxes", factors, taxes)
		}
		if (results[StepShare] == nil) != row.Share.IsZero() || (results[StepDiscount] == nil) != wish.Discount.IsZero() {
			t.Fatalf("a share of %v and a discount of %v in %+v", row.Share, wish.Discount, quote.Working.Steps)
		}
		if quote.Interval != cmp.Or(wish.Interval, own) || (results[StepInterval] == nil) != (quote.Interval == own) {
			t.Fatalf("every %s instead of %s: %+v", quote.Interval, own, quote.Working.Steps)
		}
		checkPremium(t, p)
		if again, _ := product.Quote(product.Tariffs[0], wish, berlinNoon(today)); !reflect.DeepEqual(quote, again) {
			t.Fatal("priced again it costs something else")
		}
	})
}
