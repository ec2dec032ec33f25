package insurance

import (
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// currencies are all of ISO 4217, in one order.
var currencies = func() []Currency {
	var all []Currency
	for c := range minorDigits {
		all = append(all, c)
	}
	slices.Sort(all)
	return all
}()

func anyCurrency() *rapid.Generator[Currency] { return rapid.SampledFrom(currencies) }

func anyMoney() *rapid.Generator[Money] {
	return rapid.Custom(func(t *rapid.T) Money {
		return Money{
			Minor:    rapid.Int64Range(-maxMinor, maxMinor).Draw(t, "minor"),
			Currency: anyCurrency().Draw(t, "currency"),
		}
	})
}

func TestParseMoney(t *testing.T) {
	t.Parallel()
	cases := []struct {
		text     string
		currency Currency
		want     int64
	}{
		{"555", "EUR", 55500},
		{"555.0", "EUR", 55500},
		{"5.56", "EUR", 556},
		{"5.560000000000000000000000", "EUR", 556},
		{"5.55e2", "EUR", 55500},
		{"5.55E+2", "EUR", 55500},
		{"55500e-2", "EUR", 55500},
		{"0.0000000005e10", "EUR", 500},
		{".5", "EUR", 50},
		{"5.", "EUR", 500},
		{"+5", "EUR", 500},
		{"007", "EUR", 700},
		{"-5.56", "EUR", -556},
		{"-0.00", "EUR", 0},
		{"0e100", "EUR", 0},
		{"1200", "JPY", 1200},
		{"1200.00", "JPY", 1200},
		{"1.2e3", "JPY", 1200},
		{"0.125", "BHD", 125},
		{"10000000000000", "EUR", 1e15},
		{"-10000000000000.00", "EUR", -1e15},
		{"1000000000000.000", "BHD", 1e15},
		{"1e15", "JPY", 1e15},
	}
	for _, c := range cases {
		m, err := ParseMoney(c.text, c.currency)
		if err != nil || m.Minor != c.want || m.Currency != c.currency {
			t.Errorf("%s %s became %v, %v", c.text, c.currency, m, err)
		}
	}
}

func TestParseMoneyRefuses(t *testing.T) {
	t.Parallel()
	const notDecimal, large = "is not a decimal amount", "is too large"
	cases := []struct {
		text     string
		currency Currency
		want     string
	}{
		{"", "EUR", notDecimal},
		{" 5", "EUR", notDecimal},
		{"5 ", "EUR", notDecimal},
		{"5,56", "EUR", notDecimal},
		{"1,000.00", "EUR", notDecimal},
		{"1_000", "EUR", notDecimal},
		{"0x10", "EUR", notDecimal},
		{"1/2", "EUR", notDecimal},
		{"NaN", "EUR", notDecimal},
		{"Inf", "EUR", notDecimal},
		{".", "EUR", notDecimal},
		{"e5", "EUR", notDecimal},
		{"5e", "EUR", notDecimal},
		{"5e1000", "EUR", notDecimal},
		{"5.5.5", "EUR", notDecimal},
		{"--5", "EUR", notDecimal},
		{"5€", "EUR", notDecimal},
		{"٥", "EUR", notDecimal},
		{strings.Repeat("0", 331), "EUR", notDecimal},
		{"5.565", "EUR", "has more than 2 decimal digits"},
		{"1e-3", "EUR", "has more than 2 decimal digits"},
		{"1e-25", "EUR", "has more than 2 decimal digits"},
		{"5.00000000000000000001", "EUR", "has more than 2 decimal digits"},
		{"0.30000000000000000004", "EUR", "has more than 2 decimal digits"},
		{"9999999999999999.999", "EUR", "has more than 2 decimal digits"},
		{"1200.5", "JPY", "has more than 0 decimal digits"},
		{"0.1255", "BHD", "has more than 3 decimal digits"},
		{"10000000000000.01", "EUR", large},
		{"-10000000000000.01", "EUR", large},
		{"1000000000000001", "JPY", large},
		{"9999999999999999999", "EUR", large},
		{"99999999999999999999", "EUR", large},
		{"1e999", "EUR", large},
	}
	for _, c := range cases {
		m, err := ParseMoney(c.text, c.currency)
		if got := detail(err); got != c.want || m != (Money{}) {
			t.Errorf("%q %s became %v, %q", c.text, c.currency, m, got)
		}
	}
}

func detail(err error) string {
	if e, ok := errors.AsType[*Error](err); ok && e.Code == CodeInvalid {
		return e.Detail
	}
	return fmt.Sprint(err)
}

func TestMoneyReadsBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := anyMoney().Draw(t, "money")
		for _, text := range []string{m.Decimal(), m.Short()} {
			if back, err := ParseMoney(text, m.Currency); err != nil || back != m {
				t.Fatalf("%d %s is %s, which is %v, %v", m.Minor, m.Currency, text, back, err)
			}
		}
		_, digits, _ := strings.Cut(m.Decimal(), ".")
		if len(digits) != m.Currency.Digits() || m.String() != m.Decimal()+" "+string(m.Currency) {
			t.Fatalf("%d %s is %q", m.Minor, m.Currency, m)
		}
		if short := m.Short(); strings.Contains(short, ".") && strings.HasSuffix(short, "0") || strings.HasSuffix(short, ".") {
			t.Fatalf("short is %s", short)
		}
	})
}

func TestMoneyAsText(t *testing.T) {
	t.Parallel()
	cases := []struct {
		money                Money
		decimal, short, text string
	}{
		{Money{556, "EUR"}, "5.56", "5.56", "5.56 EUR"},
		{Money{550, "EUR"}, "5.50", "5.5", "5.50 EUR"},
		{Money{500, "EUR"}, "5.00", "5", "5.00 EUR"},
		{Money{-5, "EUR"}, "-0.05", "-0.05", "-0.05 EUR"},
		{Money{1200, "JPY"}, "1200", "1200", "1200 JPY"},
		{Money{125, "BHD"}, "0.125", "0.125", "0.125 BHD"},
		{Money{}, "0.00", "0", "0.00"},
	}
	for _, c := range cases {
		if c.money.Decimal() != c.decimal || c.money.Short() != c.short || c.money.String() != c.text {
			t.Errorf("%#v is %q, %q, %q", c.money, c.money.Decimal(), c.money.Short(), c.money.String())
		}
	}
}

func TestMoneyArithmetic(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := anyMoney().Draw(t, "a")
		b := Money{Minor: rapid.Int64Range(-maxMinor, maxMinor).Draw(t, "b"), Currency: a.Currency}
		switch {
		case a.Add(b) != b.Add(a), a.Add(b).Sub(b) != a, a.Sub(b) != b.Sub(a).Neg():
			t.Fatal("sums do not agree")
		case a.Add(Money{}) != a, (Money{}).Add(a) != a, a.Sub(a) != Zero(a.Currency), !a.Sub(a).IsZero():
			t.Fatal("nothing is not neutral")
		case a.Cmp(b) != -b.Cmp(a), a.Cmp(a) != 0, (a.Cmp(b) < 0) != (a.Minor < b.Minor):
			t.Fatal("comparison does not agree")
		}
	})
}

func TestMixedCurrenciesPanic(t *testing.T) {
	t.Parallel()
	euro, yen := Money{1, "EUR"}, Money{1, "JPY"}
	mustPanic(t, func() { euro.Add(yen) })
	mustPanic(t, func() { euro.Sub(yen) })
	mustPanic(t, func() { euro.Cmp(yen) })
	if euro.Cmp(Money{}) != 1 || (Money{}).Cmp(yen) != -1 {
		t.Error("nothing cannot be compared")
	}
}

func TestSplit(t *testing.T) {
	t.Parallel()
	cases := []struct {
		minor int64
		n     int
		want  []int64
	}{
		{100, 3, []int64{33, 33, 34}},
		{200, 3, []int64{67, 67, 66}},
		{-100, 3, []int64{-33, -33, -34}},
		{5, 10, []int64{0, 0, 0, 0, 0, 0, 0, 0, 0, 5}},
		{-5, 10, []int64{0, 0, 0, 0, 0, 0, 0, 0, 0, -5}},
		{7, 1, []int64{7}},
		{0, 2, []int64{0, 0}},
	}
	for _, c := range cases {
		var got []int64
		for _, part := range (Money{c.minor, "EUR"}).Split(c.n) {
			got = append(got, part.Minor)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%d in %d is %v", c.minor, c.n, got)
		}
	}
}

func TestSplitSumsToTheWhole(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		whole := anyMoney().Draw(t, "whole")
		if rapid.Bool().Draw(t, "small") {
			whole.Minor %= 1000
		}
		n := rapid.IntRange(1, 120).Draw(t, "n")
		parts := whole.Split(n)
		sum := Zero(whole.Currency)
		for i, part := range parts {
			sum = sum.Add(part)
			if sign(part.Minor)*sign(whole.Minor) < 0 {
				t.Fatalf("%v in %d has a part of %v", whole, n, part)
			}
			exact := big.NewRat(whole.Minor, int64(n))
			if off := exact.Sub(exact, big.NewRat(part.Minor, 1)); i < n-1 && off.Abs(off).Cmp(big.NewRat(1, 1)) >= 0 {
				t.Fatalf("%v in %d has a part of %v", whole, n, part)
			}
		}
		if len(parts) != n || sum != whole {
			t.Fatalf("%v in %d sums to %v", whole, n, sum)
		}
	})
}

func sign(n int64) int64 {
	switch {
	case n < 0:
		return -1
	case n > 0:
		return 1
	}
	return 0
}

func TestParseCurrency(t *testing.T) {
	t.Parallel()
	for text, digits := range map[string]int{"EUR": 2, "eur": 2, " Jpy ": 0, "BHD": 3, "clp": 0, "TND": 3, "ZWG": 2, "XCG": 2} {
		c, err := ParseCurrency(text)
		if err != nil || c.Digits() != digits || string(c) != strings.ToUpper(strings.TrimSpace(text)) {
			t.Errorf("%q became %s with %d digits, %v", text, c, c.Digits(), err)
		}
	}
	for _, text := range []string{"", "EURO", "DEM", "XXX", "XTS", "XAU", "BOV", "CHE", "USN", "XDR", "€", "E R", strings.Repeat("x", 99)} {
		c, err := ParseCurrency(text)
		if CodeOf(err) != CodeInvalid || c != "" || len(detail(err)) > 120 {
			t.Errorf("%q became %s, %v", text, c, err)
		}
	}
	if Currency("???").Digits() != 2 {
		t.Error("an unknown currency has no two digits")
	}
}

func TestClipKeepsWholeCharacters(t *testing.T) {
	t.Parallel()
	if got := clip(strings.Repeat("ß", 41)); got != strings.Repeat("ß", 40)+"…" {
		t.Errorf("clipped to %q", got)
	}
	if got := clip(strings.Repeat("ß", 40)); got != strings.Repeat("ß", 40) {
		t.Errorf("clipped to %q", got)
	}
}
