package insurance

import (
	"cmp"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"time"
)

// Quote is a price for terms under one product version, with everything that
// explains it.
type Quote struct {
	ProductCode    string
	ProductVersion int
	Tariff         string
	Terms          Terms
	// Interval is the time that Premium pays for; zero for the whole term.
	Interval Period
	Premium  Premium
	Working  Working
	PricedAt time.Time
}

// Quote prices a checked proposal as of the moment of conclusion. It refuses
// with CodeCoverageUnknown or CodeInvalid as Conclude does.
func (p Product) Quote(tariff Tariff, wish Proposal, at time.Time) (Quote, *Error) {
	terms, refused := p.Conclude(tariff, wish)
	if refused != nil {
		return Quote{}, refused
	}
	premium, working, refused := p.price(tariff, terms, wish.Object)
	if refused != nil {
		return Quote{}, refused
	}
	return Quote{
		ProductCode: p.Code, ProductVersion: p.Version, Tariff: tariff.Code, Terms: terms,
		Interval: terms.Interval, Premium: premium, Working: working, PricedAt: at,
	}, nil
}

// Yearly is the gross premium of a year: that of one interval as often as it
// fits. It is 0 where premiums are not for months.
func (q Quote) Yearly() Money {
	months := cmp.Or(q.Interval, q.Terms.Term).Months
	return share(q.Premium.Gross, 12, int64(months), false)
}

// price walks from the base table to the gross premium and records each step.
func (p Product) price(tariff Tariff, terms Terms, object Object) (Premium, Working, *Error) {
	w := &pencil{currency: terms.Currency}
	var premium Premium
	if terms.PartnerPriced {
		premium = w.backwards(terms)
	} else {
		net, refused := w.rate(tariff, terms, object)
		if refused != nil {
			return Premium{}, Working{}, refused
		}
		premium = w.taxed(net, terms)
	}
	premium.Commission = w.commission(premium.Net, p.Commission)
	if w.overflow {
		return Premium{}, Working{}, Refuse(CodeInternal, "the premium of %s is too large to be written", tariff.Code)
	}
	return premium, w.working, nil
}

// rate makes the net premium from the tariff's table and factors.
func (w *pencil) rate(tariff Tariff, terms Terms, object Object) (Money, *Error) {
	row, _ := tariff.termPrice(terms.Term)
	price, ok := row.priceIn(terms)
	if !ok {
		return Money{}, RefuseField(CodeCoverageUnknown, FieldCurrency, "is not a currency in which %s is sold", tariff.Code)
	}
	value := w.base(tariff.Code, row.Term.String(), price.Net)
	if !row.Share.IsZero() {
		value = w.share(value, terms.SumInsured, row.Share)
	}
	for _, table := range tariff.Factors {
		key, factor, ok := table.find(terms, object)
		if !ok {
			return Money{}, RefuseField(CodeCoverageUnknown, table.field(), "is not rated by %s", tariff.Code)
		}
		value = w.factor(table.Name, key, value, factor)
	}
	value = w.atLeast(value, price.Minimum)
	if terms.Interval != tariff.Interval {
		loading, _ := tariff.loading(terms.Interval)
		value = w.interval(value, tariff.Interval, terms.Interval, loading)
	}
	if !terms.Discount.IsZero() {
		value = w.discount(value, terms.Discount)
	}
	return w.net(value), nil
}

// priceIn is the base price in the currency of the terms.
func (r TermPrice) priceIn(terms Terms) (Price, bool) {
	if len(r.Prices) == 0 {
		return Price{Net: r.Net}, terms.Currency == terms.Market.Currency
	}
	price, ok := r.Prices[terms.Currency]
	return price, ok
}

// taxed adds the taxes in force to a net premium.
func (w *pencil) taxed(net Money, terms Terms) Premium {
	premium := Premium{Net: net, Tax: Zero(terms.Currency)}
	for _, tax := range terms.taxes() {
		premium.levy(tax, w.tax(tax, net.ratio()))
	}
	premium.Gross = w.gross(premium.Net, premium.Tax)
	return premium
}

// backwards divides a gross premium that was set into taxes and net: each tax
// is rounded from the net to ten digits, and the net is what remains.
func (w *pencil) backwards(terms Terms) Premium {
	rates := big.NewRat(1, 1)
	for _, tax := range terms.taxes() {
		rates.Add(rates, ratOf(tax.Rate.value))
	}
	gross, set := terms.PartnerPrice, StepPartnerPrice
	if terms.Tendered {
		set = StepTenderPrice
	}
	w.add(Step{Kind: set, Exact: gross.Decimal(), Result: gross.Decimal()})
	net := roundFactor(new(big.Rat).Quo(gross.ratio(), rates))
	premium := Premium{Gross: gross, Tax: Zero(terms.Currency)}
	for _, tax := range terms.taxes() {
		premium.levy(tax, w.tax(tax, net))
	}
	premium.Net = gross.Sub(premium.Tax)
	w.add(Step{Kind: StepNet, Exact: premium.Net.Decimal(), Result: premium.Net.Decimal()})
	w.gross(premium.Net, premium.Tax)
	return premium
}

func (p *Premium) levy(tax Tax, amount Money) {
	p.Taxes = append(p.Taxes, TaxLine{Name: tax.Name, Rate: tax.Rate, Amount: amount})
	p.Tax = p.Tax.Add(amount)
}

// taxes are those in force on the first day of cover.
func (t Terms) taxes() []Tax {
	return slices.DeleteFunc(slices.Clone(t.Market.Taxes), func(tax Tax) bool { return !tax.InForce.covers(t.InceptionOn) })
}

// find is the factor of a table and what it was found by, in the words of a
// working.
func (t FactorTable) find(terms Terms, object Object) (key string, factor Rate, ok bool) {
	switch t.On {
	case FactorOnAttribute:
		return t.rowOf(object.Attributes[t.Attribute])
	case FactorOnNumber:
		return t.bandOf(object.Attributes[t.Attribute])
	case FactorOnDeductible:
		key = strconv.Itoa(terms.Deductible)
	case FactorOnObjectType:
		key = terms.ObjectType.Code
	default:
		key = string(terms.Market.Country)
	}
	factor, ok = t.Rows[key]
	return key, factor, ok
}

// Rates tells whether a table about an attribute has a factor for an object.
func (t FactorTable) Rates(o Object) bool {
	_, _, ok := t.find(Terms{}, o)
	return ok
}

// rowOf is the row of a value, or of its class.
func (t FactorTable) rowOf(value string) (key string, factor Rate, ok bool) {
	if len(t.Classes) == 0 {
		factor, ok = lookUp(t.Rows, value)
		return value, factor, ok
	}
	class, ok := lookUp(t.Classes, value)
	if !ok {
		return "", Rate{}, false
	}
	factor, ok = t.Rows[class]
	return fmt.Sprintf("%s (%s)", class, value), factor, ok
}

// lookUp finds a value as it stands, else as the number that it is.
func lookUp[T any](table map[string]T, value string) (T, bool) {
	if found, ok := table[value]; ok {
		return found, true
	}
	number, ok := exactly(value)
	if !ok {
		var none T
		return none, false
	}
	found, ok := table[plain(number)]
	return found, ok
}

// bandOf is the first band that a number does not exceed.
func (t FactorTable) bandOf(value string) (key string, factor Rate, ok bool) {
	number, ok := exactly(value)
	if !ok {
		return "", Rate{}, false
	}
	key = plain(number)
	for _, band := range t.Bands {
		switch {
		case band.UpTo.IsZero():
			return key, band.Factor, true
		case number.Cmp(ratOf(band.UpTo.value)) <= 0:
			return fmt.Sprintf("%s ≤ %s", plain(number), band.UpTo), band.Factor, true
		}
		key = fmt.Sprintf("%s > %s", plain(number), band.UpTo)
	}
	return "", Rate{}, false
}

// field is what a table rates.
func (t FactorTable) field() Field {
	switch t.On {
	case FactorOnAttribute, FactorOnNumber:
		return FieldOf(t.Attribute)
	case FactorOnDeductible:
		return FieldDeductible
	case FactorOnObjectType:
		return FieldObjectType
	default:
		return FieldCountry
	}
}

// times multiplies money by a rate, exactly.
func (m Money) times(r Rate) *big.Rat { return new(big.Rat).Mul(m.ratio(), ratOf(r.value)) }

// ratio is the amount in major units, exactly.
func (m Money) ratio() *big.Rat { return ratOf(m.decimal()) }
