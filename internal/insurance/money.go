package insurance

import (
	"fmt"
	"math/big"
	"strings"

	"github.com/govalues/decimal"
)

// Money is an amount in minor units of its currency: 556 EUR is 5.56 euro.
// The zero Money has no currency and may be added to any.
type Money struct {
	Minor    int64
	Currency Currency
}

// maxMinor bounds every amount that is read, so that sums over a portfolio
// cannot overflow.
const maxMinor = int64(1e15)

// Zero is no money of a currency.
func Zero(c Currency) Money { return Money{Currency: c} }

// ParseMoney reads an exact decimal such as "555", "555.0" or "5.55e2". More
// digits than the currency has are refused, never rounded; trailing zeros do
// not count as digits. Amounts beyond 10¹⁵ minor units are refused, too.
func ParseMoney(text string, c Currency) (Money, error) {
	amount, ok := exactly(text)
	if !ok {
		return Money{}, Refuse(CodeInvalid, "is not a decimal amount")
	}
	minor := amount.Mul(amount, new(big.Rat).SetInt(tenTo(c.Digits())))
	switch {
	case !minor.IsInt():
		return Money{}, Refuse(CodeInvalid, "has more than %d decimal digits", c.Digits())
	case minor.Num().CmpAbs(big.NewInt(maxMinor)) > 0:
		return Money{}, Refuse(CodeInvalid, "is too large")
	}
	return Money{Minor: minor.Num().Int64(), Currency: c}, nil
}

// Add is m + o. Different currencies are a fault of the program and panic.
func (m Money) Add(o Money) Money {
	return Money{Minor: m.Minor + o.Minor, Currency: m.common(o)}
}

// Sub is m − o. Different currencies are a fault of the program and panic.
func (m Money) Sub(o Money) Money { return m.Add(o.Neg()) }

// Neg is −m.
func (m Money) Neg() Money { return Money{Minor: -m.Minor, Currency: m.Currency} }

// IsZero tells whether there is nothing, whatever the currency.
func (m Money) IsZero() bool { return m.Minor == 0 }

// Cmp compares two amounts of one currency: −1, 0 or +1.
func (m Money) Cmp(o Money) int {
	m.common(o)
	switch {
	case m.Minor < o.Minor:
		return -1
	case m.Minor > o.Minor:
		return 1
	}
	return 0
}

// Split divides m into n parts, at least one, that sum to m. Every part but
// the last is m/n rounded to the minor unit, or cut to it where rounding would
// give out more than there is; the last carries the remainder. No part has
// another sign than the whole.
func (m Money) Split(n int) []Money {
	part := divRound(m.Minor, int64(n))
	if abs(part)*int64(n-1) > abs(m.Minor) {
		part = m.Minor / int64(n)
	}
	parts := make([]Money, n)
	for i := range parts {
		parts[i] = Money{Minor: part, Currency: m.Currency}
	}
	parts[n-1].Minor = m.Minor - part*int64(n-1)
	return parts
}

// Decimal is the amount as text with all digits of its currency: "5.56",
// "1200", "0.125".
func (m Money) Decimal() string { return m.decimal().String() }

// Short is Decimal without trailing zeros after the point: "5.5", "5".
func (m Money) Short() string { return m.decimal().Trim(0).String() }

// String is the amount with its currency, for people and logs: "5.56 EUR".
func (m Money) String() string {
	return strings.TrimSpace(fmt.Sprintf("%s %s", m.Decimal(), m.Currency))
}

func (m Money) decimal() decimal.Decimal {
	return decimal.MustNew(m.Minor, m.Currency.Digits())
}

func (m Money) common(o Money) Currency {
	switch {
	case m.Currency == "":
		return o.Currency
	case o.Currency == "" || o.Currency == m.Currency:
		return m.Currency
	}
	panic(fmt.Sprintf("insurance: %s and %s in one sum", m.Currency, o.Currency))
}

// divRound is a/b to the nearest integer, halves away from zero.
func divRound(a, b int64) int64 {
	quotient, rest := a/b, a%b
	if abs(rest)*2 < abs(b) {
		return quotient
	}
	if (a < 0) != (b < 0) {
		return quotient - 1
	}
	return quotient + 1
}

func abs(n int64) int64 {
	if n < 0 {
		return -n
	}
	return n
}
