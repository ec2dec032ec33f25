package insurance

import (
	"cmp"
	"math/big"
	"strconv"
)

// Working is how a premium was computed, step by step, so that anyone can
// follow it with a pencil.
type Working struct{ Steps []Step }

// Step is one line of a Working. Amounts are decimals in major units.
type Step struct {
	Kind StepKind
	// Label names the table, the factor or the tax.
	Label string
	// Key is the row that was looked up: a value, a class with the value that
	// led to it, or a number with the end of its band.
	Key string
	// By is the factor or rate applied; empty where none was.
	By string
	// Exact is the result before and Result after rounding. An exact result
	// that no decimal holds is one over a whole number: "405.8/12".
	Exact, Result string
	// Rounding is the place that rounded; empty where nothing was.
	Rounding Rounding
}

// StepKind is what a step of a working does.
type StepKind string

// The kinds of step, in the order in which they can occur.
const (
	StepBase StepKind = "base"
	// StepShare adds a share of the sum insured.
	StepShare  StepKind = "share"
	StepFactor StepKind = "factor"
	// StepMinimum raises the value to the least premium.
	StepMinimum StepKind = "minimum"
	// StepInterval turns the premium of the table's interval, its Label, into
	// that of the chosen one, its Key, and adds the loading.
	StepInterval StepKind = "interval"
	StepDiscount StepKind = "discount"
	// StepPartnerPrice is a gross premium that the partner has set; taxes and
	// net are taken out of it.
	StepPartnerPrice StepKind = "partner_price"
	// StepTenderPrice is the same of a gross premium that the insurer has
	// offered by hand.
	StepTenderPrice StepKind = "tender_price"
	StepNet         StepKind = "net"
	StepTax         StepKind = "tax"
	StepGross       StepKind = "gross"
	StepCommission  StepKind = "commission"
)

// pencil writes down a Working while a premium is computed. Between the steps
// it holds exact numbers; only the places that round make them shorter.
type pencil struct {
	working  Working
	currency Currency
	// overflow is set once an amount is beyond what Money is meant to hold.
	overflow bool
}

func (w *pencil) base(tariff, term string, net Rate) *big.Rat {
	w.add(Step{Kind: StepBase, Label: tariff, Key: term, Exact: net.String(), Result: net.String()})
	return ratOf(net.value)
}

// share adds a share of the sum insured; nothing is rounded.
func (w *pencil) share(value *big.Rat, sum Money, by Rate) *big.Rat {
	result := new(big.Rat).Add(value, sum.times(by))
	w.add(Step{Kind: StepShare, Key: sum.Decimal(), By: by.String(), Exact: plain(result), Result: plain(result)})
	return result
}

func (w *pencil) atLeast(value *big.Rat, minimum Rate) *big.Rat {
	least := ratOf(minimum.value)
	if value.Cmp(least) >= 0 {
		return value
	}
	w.add(Step{Kind: StepMinimum, By: minimum.String(), Exact: plain(value), Result: plain(least)})
	return least
}

// discount takes a share off; like a factor it keeps ten digits.
func (w *pencil) discount(value *big.Rat, by Rate) *big.Rat {
	exact := new(big.Rat).Mul(value, new(big.Rat).Sub(big.NewRat(1, 1), ratOf(by.value)))
	return w.shortened(Step{Kind: StepDiscount, By: by.String()}, exact)
}

// interval adds a loading to the premium of one interval and takes the part of
// it that another is.
func (w *pencil) interval(value *big.Rat, from, to Period, loading Rate) *big.Rat {
	parts, of := to.Months+to.Days, from.Months+from.Days // both count the same unit
	exact := new(big.Rat).Add(big.NewRat(1, 1), ratOf(loading.value))
	exact.Mul(exact, value).Mul(exact, big.NewRat(int64(parts), int64(of)))
	step := Step{Kind: StepInterval, Label: from.String(), Key: to.String(), By: loading.String()}
	if _, finite := exact.FloatPrec(); !finite {
		step.Exact = plain(new(big.Rat).Mul(exact, big.NewRat(int64(of), 1))) + "/" + strconv.Itoa(of)
	}
	return w.shortened(step, exact)
}

func (w *pencil) factor(label, key string, value *big.Rat, by Rate) *big.Rat {
	step := Step{Kind: StepFactor, Label: label, Key: key, By: by.String()}
	return w.shortened(step, new(big.Rat).Mul(value, ratOf(by.value)))
}

// shortened keeps a value between two steps to ten digits.
func (w *pencil) shortened(step Step, exact *big.Rat) *big.Rat {
	result := roundFactor(exact)
	step.Exact, step.Result = cmp.Or(step.Exact, plain(exact)), plain(result)
	if exact.Cmp(result) != 0 {
		step.Rounding = RoundFactor
	}
	w.add(step)
	return result
}

func (w *pencil) net(value *big.Rat) Money {
	return w.rounded(Step{Kind: StepNet}, value, RoundNet)
}

func (w *pencil) tax(tax Tax, net *big.Rat) Money {
	step := Step{Kind: StepTax, Label: tax.Name.In("en"), Key: tax.Source, By: tax.Rate.String()}
	return w.rounded(step, new(big.Rat).Mul(net, ratOf(tax.Rate.value)), RoundTax)
}

func (w *pencil) gross(net, tax Money) Money {
	gross := net.Add(tax)
	w.add(Step{Kind: StepGross, Exact: gross.Decimal(), Result: gross.Decimal()})
	return gross
}

func (w *pencil) commission(net Money, rate Rate) Money {
	return w.rounded(Step{Kind: StepCommission, By: rate.String()}, net.times(rate), RoundCommission)
}

func (w *pencil) rounded(step Step, exact *big.Rat, place Rounding) Money {
	amount, fits := roundTo(exact, w.currency)
	w.overflow = w.overflow || !fits
	step.Exact, step.Result = plain(exact), amount.Decimal()
	if exact.Cmp(ratOf(amount.decimal())) != 0 {
		step.Rounding = place
	}
	w.add(step)
	return amount
}

func (w *pencil) add(step Step) { w.working.Steps = append(w.working.Steps, step) }
