package insurance

import "math/big"

// Working is how a premium was computed, step by step, so that anyone can
// follow it with a pencil.
type Working struct{ Steps []Step }

// Step is one line of a Working. Amounts are decimals in major units.
type Step struct {
	Kind StepKind
	// Label names the table, the factor or the tax.
	Label string
	// Key is the row that was looked up.
	Key string
	// By is the factor or rate applied; empty where none was.
	By string
	// Exact is the result before and Result after rounding.
	Exact, Result string
	// Rounding is the place that rounded; empty where nothing was.
	Rounding Rounding
}

// StepKind is what a step of a working does.
type StepKind string

// The kinds of step, in the order in which they can occur.
const (
	StepBase       StepKind = "base"
	StepFactor     StepKind = "factor"
	StepNet        StepKind = "net"
	StepTax        StepKind = "tax"
	StepGross      StepKind = "gross"
	StepCommission StepKind = "commission"
)

// pencil writes down a Working while a premium is computed. Between the steps
// it holds exact numbers; only the places that round make them shorter.
type pencil struct {
	working  Working
	currency Currency
	// overflow is set once an amount is beyond what Money is meant to hold.
	overflow bool
}

func (w *pencil) base(tariff string, row TermPrice) *big.Rat {
	w.add(Step{Kind: StepBase, Label: tariff, Key: row.Term.String(), Exact: row.Net.String(), Result: row.Net.String()})
	return ratOf(row.Net.value)
}

func (w *pencil) factor(label, key string, value *big.Rat, by Rate) *big.Rat {
	exact := new(big.Rat).Mul(value, ratOf(by.value))
	result := roundFactor(exact)
	step := Step{Kind: StepFactor, Label: label, Key: key, By: by.String(), Exact: plain(exact), Result: plain(result)}
	if exact.Cmp(result) != 0 {
		step.Rounding = RoundFactor
	}
	w.add(step)
	return result
}

func (w *pencil) net(value *big.Rat) Money {
	return w.rounded(Step{Kind: StepNet}, value, RoundNet)
}

func (w *pencil) tax(tax Tax, net Money) Money {
	step := Step{Kind: StepTax, Label: tax.Name.In("en"), Key: tax.Source, By: tax.Rate.String()}
	return w.rounded(step, net.times(tax.Rate), RoundTax)
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
