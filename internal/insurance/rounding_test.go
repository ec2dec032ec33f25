package insurance

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

// anyExact draws numbers of many digits, and often ones on or beside a half.
func anyExact() *rapid.Generator[*big.Rat] {
	return rapid.Custom(func(t *rapid.T) *big.Rat {
		r := big.NewRat(rapid.Int64().Draw(t, "coefficient"), 1)
		if rapid.Bool().Draw(t, "half") {
			r = big.NewRat(rapid.Int64Range(-1e6, 1e6).Draw(t, "odd")*2+1, 2)
		}
		return r.Quo(r, new(big.Rat).SetInt(tenTo(rapid.IntRange(0, 25).Draw(t, "scale"))))
	})
}

// The oracle is big.Rat's own way to a text, which rounds halves away from zero.
func TestRoundTo(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		value, c := anyExact().Draw(t, "value"), anyCurrency().Draw(t, "currency")
		want := value.FloatString(c.Digits())
		got, fits := roundTo(value, c)
		expected, err := ParseMoney(want, c)
		if fits != (err == nil) || got.Cmp(expected) != 0 || got.Currency != c {
			t.Fatalf("%s %s became %v, not %s", value, c, got, want)
		}
	})
}

func TestRoundToInEveryCurrency(t *testing.T) {
	t.Parallel()
	for _, c := range currencies {
		unit := new(big.Rat).SetFrac(big.NewInt(1), tenTo(c.Digits()))
		for tenths, want := range map[int64]int64{4: 0, 5: 1, 6: 1, 14: 1, 15: 2, 25: 3, -4: 0, -5: -1, -6: -1, -14: -1, -15: -2, -25: -3} {
			value := new(big.Rat).Mul(unit, big.NewRat(tenths, 10))
			if got, fits := roundTo(value, c); !fits || got.Minor != want {
				t.Errorf("%d/10 of a unit of %s became %d", tenths, c, got.Minor)
			}
		}
	}
}

func TestRoundFactor(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		value := anyExact().Draw(t, "value")
		want, _ := new(big.Rat).SetString(value.FloatString(10))
		if got := roundFactor(value); got.Cmp(want) != 0 {
			t.Fatalf("%s became %s", value, got)
		}
	})
}

func TestShare(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		whole := anyMoney().Draw(t, "whole")
		of := rapid.Int64Range(1, 40_000).Draw(t, "of")
		part := rapid.Int64Range(-of, of).Draw(t, "part")
		exact := new(big.Rat).Mul(big.NewRat(whole.Minor, 1), big.NewRat(part, of))

		up := share(whole, part, of, true)
		if over := new(big.Rat).Sub(big.NewRat(up.Minor, 1), exact); over.Sign() < 0 || over.Cmp(big.NewRat(1, 1)) >= 0 {
			t.Fatalf("%d/%d of %v rounded up is %v", part, of, whole, up)
		}
		near := share(whole, part, of, false)
		over := new(big.Rat).Sub(big.NewRat(near.Minor, 1), exact)
		if over.Cmp(big.NewRat(-1, 2)) <= 0 || over.Cmp(big.NewRat(1, 2)) > 0 {
			t.Fatalf("%d/%d of %v is %v", part, of, whole, near)
		}
		if up.Currency != whole.Currency || near.Currency != whole.Currency {
			t.Fatal("the currency changed")
		}
	})
}

func TestShareOfNothing(t *testing.T) {
	t.Parallel()
	if got := share(Money{5, "EUR"}, 1, 0, true); got != Zero("EUR") {
		t.Errorf("a part of none is %v", got)
	}
}

func TestShareIsExactWhateverTheSize(t *testing.T) {
	t.Parallel()
	whole := Money{maxMinor, "EUR"}
	if got := share(whole, maxMinor-1, maxMinor, true); got.Minor != maxMinor-1 {
		t.Errorf("became %v", got)
	}
}

func TestNumbersArePlain(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"1e3": "1000", "5.50": "5.5", "-0.10": "-0.1", "0.000": "0", "1e-12": "0.000000000001"} {
		r, ok := exactly(text)
		if !ok || plain(r) != want {
			t.Errorf("%s is written %s", text, plain(r))
		}
	}
}

// A short decimal is read the short way, and means what it means the long way.
func TestShortDecimalsAreReadAsLongOnes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[+-]?[0-9]{0,12}\.?[0-9]{0,12}([eE][+-]?[0-9]{1,2})?|[-+.0-9eEx/_ ]{0,9}`).Draw(t, "text")
		got, ok := exactly(text)
		if ok != decimalForm.MatchString(text) {
			t.Fatalf("%q: read is %t", text, ok)
		}
		if !ok {
			return
		}
		if want, _ := new(big.Rat).SetString(text); got.Cmp(want) != 0 {
			t.Errorf("%q is read as %v", text, got)
		}
	})
}
