package insurance

import (
	"math/big"
	"regexp"
	"strings"

	"github.com/govalues/decimal"
)

var decimalForm = regexp.MustCompile(`^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?$`)

// exactly reads a decimal, with or without an exponent, losing no digit.
func exactly(text string) (*big.Rat, bool) {
	const short, longest = 19, 330
	if len(text) <= short && !strings.ContainsAny(text, "eE") {
		if d, err := decimal.Parse(text); err == nil {
			return ratOf(d), true
		}
	}
	if len(text) > longest || !decimalForm.MatchString(text) {
		return nil, false
	}
	return new(big.Rat).SetString(text)
}

// ratOf is the same number without a bound on its digits.
func ratOf(d decimal.Decimal) *big.Rat {
	r := new(big.Rat).SetFrac(new(big.Int).SetUint64(d.Coef()), tenTo(d.Scale()))
	if d.IsNeg() {
		r.Neg(r)
	}
	return r
}

// decimalOf is the same number as a decimal, if 19 digits hold it.
func decimalOf(r *big.Rat) (decimal.Decimal, bool) {
	d, err := decimal.Parse(plain(r))
	return d, err == nil && ratOf(d).Cmp(r) == 0
}

// plain writes a number that has finitely many decimal digits, all of them,
// without exponent and trailing zeros.
func plain(r *big.Rat) string {
	digits, _ := r.FloatPrec()
	return r.FloatString(digits)
}

// tenTo is a power of ten, which is everybody's: nobody may change it.
func tenTo(n int) *big.Int {
	if n < len(powers) {
		return powers[n]
	}
	return powerOfTen(n)
}

// powers are those that decimals of up to 19 digits need.
var powers = func() (all [20]*big.Int) {
	for n := range all {
		all[n] = powerOfTen(n)
	}
	return all
}()

func powerOfTen(n int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }
