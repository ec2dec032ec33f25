package insurance

import "github.com/govalues/decimal"

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

func (w *Working) base(tariff string, row TermPrice) decimal.Decimal {
	w.add(Step{Kind: StepBase, Label: tariff, Key: row.Term.String(), Exact: row.Net.String(), Result: row.Net.String()})
	return row.Net.value
}

func (w *Working) factor(label, key string, value decimal.Decimal, by Rate) decimal.Decimal {
	exact, err := value.Mul(by.value)
	if err != nil {
		exact = value
	}
	result := roundFactor(exact)
	step := Step{Kind: StepFactor, Label: label, Key: key, By: by.String(), Exact: exact.Trim(0).String(), Result: result.Trim(0).String()}
	if !exact.Equal(result) {
		step.Rounding = RoundFactor
	}
	w.add(step)
	return result
}

func (w *Working) net(value decimal.Decimal, c Currency) Money {
	net := roundTo(value, c)
	w.rounded(Step{Kind: StepNet}, value, net, RoundNet)
	return net
}

func (w *Working) tax(tax Tax, net Money) Money {
	exact := times(net, tax.Rate)
	amount := roundTo(exact, net.Currency)
	w.rounded(Step{Kind: StepTax, Label: tax.Name.In("en"), Key: tax.Source, By: tax.Rate.String()}, exact, amount, RoundTax)
	return amount
}

func (w *Working) gross(net, tax Money) Money {
	gross := net.Add(tax)
	w.add(Step{Kind: StepGross, Exact: gross.Decimal(), Result: gross.Decimal()})
	return gross
}

func (w *Working) commission(net Money, rate Rate) Money {
	exact := times(net, rate)
	amount := roundTo(exact, net.Currency)
	w.rounded(Step{Kind: StepCommission, By: rate.String()}, exact, amount, RoundCommission)
	return amount
}

func (w *Working) rounded(step Step, exact decimal.Decimal, result Money, place Rounding) {
	step.Exact, step.Result = exact.Trim(0).String(), result.Decimal()
	if !exact.Equal(result.decimal()) {
		step.Rounding = place
	}
	w.add(step)
}

func (w *Working) add(step Step) { w.Steps = append(w.Steps, step) }
