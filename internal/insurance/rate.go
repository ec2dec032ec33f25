package insurance

import (
	"math/big"
	"strings"

	"github.com/govalues/decimal"
)

// Rate is an exact decimal: a factor, a share or a percentage divided by a
// hundred. The zero Rate is 0.
type Rate struct{ value decimal.Decimal }

// ParseRate reads a decimal of up to 19 digits ("0.19") or a percentage
// ("19%"), exactly; what does not fit is refused, never rounded.
func ParseRate(text string) (Rate, error) {
	number, percent := strings.CutSuffix(strings.TrimSpace(text), "%")
	exact, ok := exactly(strings.TrimSpace(number))
	if !ok {
		return Rate{}, Refuse(CodeInvalid, "%q is not a decimal of at most 19 digits", clip(text))
	}
	if percent {
		exact.Quo(exact, hundred)
	}
	d, ok := decimalOf(exact)
	if !ok {
		return Rate{}, Refuse(CodeInvalid, "%q has too many digits", clip(text))
	}
	return Rate{value: d}, nil
}

var hundred = big.NewRat(100, 1)

// MustRate is ParseRate for constants of the program and its tests.
func MustRate(text string) Rate {
	r, err := ParseRate(text)
	if err != nil {
		panic(err)
	}
	return r
}

// String is the rate as a plain decimal without trailing zeros.
func (r Rate) String() string { return r.value.Trim(0).String() }

// Percent is the rate as a percentage without the sign: "19", "13.2".
func (r Rate) Percent() string {
	if r.IsZero() {
		return "0"
	}
	return plain(new(big.Rat).Mul(ratOf(r.value), hundred))
}

// Cmp compares two rates: −1, 0 or +1.
func (r Rate) Cmp(o Rate) int { return r.value.Cmp(o.value) }

// IsZero tells whether the rate is 0.
func (r Rate) IsZero() bool { return r.value.IsZero() }

// IsNegative tells whether the rate is below 0.
func (r Rate) IsNegative() bool { return r.value.IsNeg() }
