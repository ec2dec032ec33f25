package insurance

import (
	"math/big"

	"github.com/govalues/decimal"
)

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
	// RoundSplit divides a rounded whole among its parts (net, tax,
	// commission of a return), halves up; the first part takes the remainder.
	RoundSplit Rounding = "split"
)

const factorDigits = 10

// roundTo turns an exact value into minor units at a place that rounds
// halves up.
func roundTo(value decimal.Decimal, c Currency) Money {
	digits := c.Digits()
	half := decimal.MustNew(5, digits+1)
	if value.IsNeg() {
		half = half.Neg()
	}
	sum, err := value.Add(half)
	if err != nil {
		sum = value
	}
	whole, frac, _ := sum.Trunc(digits).Int64(digits)
	return Money{Minor: whole*pow10(digits) + frac, Currency: c}
}

// roundFactor keeps ten digits, halves away from zero.
func roundFactor(value decimal.Decimal) decimal.Decimal {
	if value.Scale() <= factorDigits {
		return value
	}
	half := decimal.MustNew(5, factorDigits+1)
	if value.IsNeg() {
		half = half.Neg()
	}
	sum, err := value.Add(half)
	if err != nil {
		return value.Round(factorDigits)
	}
	return sum.Trunc(factorDigits)
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
