package insurance

import (
	"cmp"
	"fmt"
	"math/big"
	"strings"
)

// Follow does the arithmetic of a working again, with nothing but the working itself
// in hand, as anyone can with a pencil, and says which step is not what its numbers
// make. What a product asks for it cannot know; that each step goes by the one
// before, and is rounded where it says so, it can.
func (w Working) Follow(currency Currency) error {
	f := follower{steps: w.Steps, currency: currency, taxes: new(big.Rat)}
	for i, step := range w.Steps {
		if err := f.step(i, step); err != nil {
			return fmt.Errorf("step %d (%s) %w", i+1, step.Kind, err)
		}
	}
	if f.gross == nil {
		return fmt.Errorf("it ends without a gross premium")
	}
	return nil
}

// follower is a working being followed.
type follower struct {
	steps    []Step
	currency Currency
	// value is what the steps so far make of the base; nil before it, and where
	// the gross premium was set.
	value *big.Rat
	// set is a gross premium that was set, untaxed what its taxes are of.
	set, untaxed      *big.Rat
	net, taxes, gross *big.Rat
}

func (f *follower) step(i int, s Step) error {
	exact, err := f.exact(i, s)
	if err != nil {
		return err
	}
	said, ok := fraction(s.Exact)
	if !ok || exact.Cmp(said) != 0 {
		return fmt.Errorf("is %s before rounding, and should be %s", s.Exact, exact.RatString())
	}
	rounded := f.rounded(s, exact)
	result, ok := exactly(s.Result)
	if !ok || rounded.Cmp(result) != 0 {
		return fmt.Errorf("comes to %s, and should come to %s", s.Result, rounded.RatString())
	}
	if s.Kind != StepMinimum && (s.Rounding != "") != (rounded.Cmp(exact) != 0) {
		return fmt.Errorf("is rounded by %q from %s to %s", s.Rounding, s.Exact, s.Result)
	}
	f.take(s.Kind, rounded)
	return nil
}

// exact is what a step comes to before it is rounded.
func (f *follower) exact(i int, s Step) (*big.Rat, error) {
	by, ok := exactly(cmp.Or(s.By, "0"))
	if !ok {
		return nil, fmt.Errorf("applies %q, which is no number", s.By)
	}
	switch s.Kind {
	case StepBase, StepPartnerPrice, StepTenderPrice:
		return f.beginning(i, s)
	case StepTax:
		return f.taxOf(i, by)
	case StepNet:
		if f.set != nil {
			return new(big.Rat).Sub(f.set, f.taxes), nil
		}
	case StepGross:
		return f.sum()
	case StepCommission:
		if f.net == nil {
			return nil, fmt.Errorf("comes before the net premium")
		}
		return new(big.Rat).Mul(f.net, by), nil
	}
	if f.value == nil || f.net != nil {
		return nil, fmt.Errorf("has no value to go on from")
	}
	return f.rated(s, by)
}

// beginning is the number that a working begins with.
func (*follower) beginning(i int, s Step) (*big.Rat, error) {
	given, ok := exactly(s.Exact)
	if !ok || i > 0 {
		return nil, fmt.Errorf("is no beginning")
	}
	return given, nil
}

// rated is what a step of the rating makes of the value.
func (f *follower) rated(s Step, by *big.Rat) (*big.Rat, error) {
	one, value := big.NewRat(1, 1), new(big.Rat).Set(f.value)
	switch s.Kind {
	case StepShare:
		sum, ok := exactly(s.Key)
		if !ok {
			return nil, fmt.Errorf("is a share of %q, which is no amount", s.Key)
		}
		return value.Add(value, sum.Mul(sum, by)), nil
	case StepFactor:
		return value.Mul(value, by), nil
	case StepDiscount:
		return value.Mul(value, one.Sub(one, by)), nil
	case StepInterval:
		to, err := ParsePeriod(s.Key)
		from, wrong := ParsePeriod(s.Label)
		if err != nil || wrong != nil || from.IsZero() {
			return nil, fmt.Errorf("turns %q into %q, which are no intervals", s.Label, s.Key)
		}
		part := big.NewRat(int64(to.Months+to.Days), int64(from.Months+from.Days))
		return value.Mul(value, one.Add(one, by)).Mul(value, part), nil
	case StepMinimum, StepNet:
		return value, nil
	}
	return nil, fmt.Errorf("is no kind of step")
}

// taxOf is a tax on the net premium, or on what is net of a gross premium that was
// set, which the rates of all its taxes decide.
func (f *follower) taxOf(i int, by *big.Rat) (*big.Rat, error) {
	if f.set != nil && f.untaxed == nil {
		rates := big.NewRat(1, 1)
		for _, s := range f.steps[i:] {
			if rate, ok := exactly(s.By); ok && s.Kind == StepTax {
				rates.Add(rates, rate)
			}
		}
		f.untaxed = roundFactor(new(big.Rat).Quo(f.set, rates))
	}
	switch {
	case f.untaxed != nil:
		return new(big.Rat).Mul(f.untaxed, by), nil
	case f.net != nil:
		return new(big.Rat).Mul(f.net, by), nil
	}
	return nil, fmt.Errorf("comes before what it is a tax on")
}

func (f *follower) sum() (*big.Rat, error) {
	if f.net == nil || f.gross != nil {
		return nil, fmt.Errorf("is not the sum of one net premium and its taxes")
	}
	return new(big.Rat).Add(f.net, f.taxes), nil
}

// rounded is what is kept of the result of a step.
func (f *follower) rounded(s Step, exact *big.Rat) *big.Rat {
	switch s.Kind {
	case StepMinimum:
		if least, ok := exactly(s.By); ok && least.Cmp(exact) > 0 {
			return least
		}
	case StepFactor, StepDiscount, StepInterval:
		return roundFactor(exact)
	case StepNet, StepTax, StepCommission:
		digits := f.currency.Digits()
		return new(big.Rat).SetFrac(nearest(exact, digits), tenTo(digits))
	}
	return exact
}

// take notes what a step comes to.
func (f *follower) take(kind StepKind, result *big.Rat) {
	switch kind {
	case StepPartnerPrice, StepTenderPrice:
		f.set = result
	case StepNet:
		f.net = result
	case StepTax:
		f.taxes = new(big.Rat).Add(f.taxes, result)
	case StepGross:
		f.gross = result
	case StepCommission:
	default:
		f.value = result
	}
}

// fraction reads a decimal, or one over a whole number.
func fraction(text string) (*big.Rat, bool) {
	above, below, divided := strings.Cut(text, "/")
	value, ok := exactly(above)
	if !ok || !divided {
		return value, ok
	}
	by, ok := exactly(below)
	if !ok || by.Sign() == 0 {
		return nil, false
	}
	return value.Quo(value, by), true
}
