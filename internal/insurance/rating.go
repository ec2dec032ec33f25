package insurance

import (
	"math/big"
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
	premium, working, refused := p.price(tariff, terms)
	if refused != nil {
		return Quote{}, refused
	}
	return Quote{
		ProductCode: p.Code, ProductVersion: p.Version, Tariff: tariff.Code, Terms: terms,
		Interval: tariff.Interval, Premium: premium, Working: working, PricedAt: at,
	}, nil
}

// price walks from the base table to the gross premium and records each step.
func (p Product) price(tariff Tariff, terms Terms) (Premium, Working, *Error) {
	row, _ := tariff.termPrice(terms.Term)
	currency := terms.Market.Currency
	w := &pencil{currency: currency}
	value := w.base(tariff.Code, row)
	for _, table := range tariff.Factors {
		key := terms.factorKey(table.On)
		factor, ok := table.Rows[key]
		if !ok {
			return Premium{}, Working{}, RefuseField(CodeCoverageUnknown, factorField(table.On), "is not rated by %s", tariff.Code)
		}
		value = w.factor(table.Name, key, value, factor)
	}
	premium := Premium{Net: w.net(value), Tax: Zero(currency)}
	for _, tax := range terms.Market.Taxes {
		if tax.InForce.covers(terms.InceptionOn) {
			line := TaxLine{Name: tax.Name, Rate: tax.Rate, Amount: w.tax(tax, premium.Net)}
			premium.Taxes = append(premium.Taxes, line)
			premium.Tax = premium.Tax.Add(line.Amount)
		}
	}
	premium.Gross = w.gross(premium.Net, premium.Tax)
	premium.Commission = w.commission(premium.Net, p.Commission)
	if w.overflow {
		return Premium{}, Working{}, Refuse(CodeInternal, "the premium of %s is too large to be written", tariff.Code)
	}
	return premium, w.working, nil
}

func (t Terms) factorKey(on FactorSubject) string {
	switch on {
	case FactorOnDeductible:
		return strconv.Itoa(t.Deductible)
	case FactorOnObjectType:
		return t.ObjectType.Code
	default:
		return string(t.Market.Country)
	}
}

func factorField(on FactorSubject) Field {
	switch on {
	case FactorOnDeductible:
		return FieldDeductible
	case FactorOnObjectType:
		return FieldObjectType
	default:
		return FieldCountry
	}
}

// times multiplies money by a rate, exactly.
func (m Money) times(r Rate) *big.Rat {
	return new(big.Rat).Mul(ratOf(m.decimal()), ratOf(r.value))
}
