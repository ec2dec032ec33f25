package insurance

import "math/big"

// Rounding names a place where an exact value becomes a rounded one. There
// are no others: an amount that was rounded elsewhere is a defect. Each place
// rounds in one way, and every rounding of a price is recorded in its Working.
type Rounding string

// The places that round.
const (
	// RoundFactor keeps a value between two factors to ten decimal digits,
	// halves away from zero, so that any number of factors can follow.
	RoundFactor Rounding = "factor"
	// RoundNet makes the rated value the net premium, in minor units, halves up.
	RoundNet Rounding = "net"
	// RoundTax makes one line of tax, in minor units, halves up (VersStG knows
	// no rule of its own; halves up is commercial rounding, DIN 1333).
	RoundTax Rounding = "tax"
	// RoundCommission makes the commission, in minor units, halves up.
	RoundCommission Rounding = "commission"
	// RoundReturn makes a gross return premium, in minor units, up: what is
	// left of a cent belongs to the policyholder.
	RoundReturn Rounding = "return"
	// RoundSplit divides a rounded whole among its parts (net, taxes,
	// commission of a return), halves up; the net takes the remainder.
	RoundSplit Rounding = "split"
)

const factorDigits = 10

// roundTo turns an exact value in major units into minor units, halves away
// from zero; it tells if the amount is beyond what Money is meant to hold.
func roundTo(value *big.Rat, c Currency) (amount Money, fits bool) {
	minor := nearest(value, c.Digits())
	if minor.CmpAbs(big.NewInt(maxMinor)) > 0 {
		return Zero(c), false
	}
	return Money{Minor: minor.Int64(), Currency: c}, true
}

// roundFactor keeps ten digits, halves away from zero.
func roundFactor(value *big.Rat) *big.Rat {
	return new(big.Rat).SetFrac(nearest(value, factorDigits), tenTo(factorDigits))
}

// nearest is value × 10^digits as the nearest integer, halves away from zero.
func nearest(value *big.Rat, digits int) *big.Int {
	double := new(big.Int).Mul(value.Num(), tenTo(digits))
	double.Mul(double, big.NewInt(2))
	if value.Sign() < 0 {
		double.Sub(double, value.Denom())
	} else {
		double.Add(double, value.Denom())
	}
	return double.Quo(double, new(big.Int).Mul(value.Denom(), big.NewInt(2)))
}

// share is whole × part/of in minor units. It rounds up when up is set and
// halves up otherwise, and is exact in between whatever the size.
func share(whole Money, part, of int64, up bool) Money {
	if of == 0 {
		return Zero(whole.Currency)
	}
	product := new(big.Int).Mul(big.NewInt(whole.Minor), big.NewInt(part))
	if up {
		product.Add(product, big.NewInt(of-1))
	} else {
		product.Mul(product, big.NewInt(2)).Add(product, big.NewInt(of))
		of *= 2
	}
	return Money{Minor: new(big.Int).Div(product, big.NewInt(of)).Int64(), Currency: whole.Currency}
}
