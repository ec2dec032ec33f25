package insurance

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

func TestParseRate(t *testing.T) {
	t.Parallel()
	cases := []struct{ text, want, percent string }{
		{"0.19", "0.19", "19"},
		{"19%", "0.19", "19"},
		{" 19 % ", "0.19", "19"},
		{"13.20%", "0.132", "13.2"},
		{"0.000%", "0", "0"},
		{"1.10", "1.1", "110"},
		{"1e-2", "0.01", "1"},
		{"-5%", "-0.05", "-5"},
		{"0.3000000000000000000000000000", "0.3", "30"},
		{"1234567890.123456789", "1234567890.123456789", "123456789012.3456789"},
		{"0.1234567890123456789", "0.1234567890123456789", "12.34567890123456789"},
		{"9999999999999999999", "9999999999999999999", "999999999999999999900"},
		{"12.34567890123456789%", "0.1234567890123456789", "12.34567890123456789"},
	}
	for _, c := range cases {
		r, err := ParseRate(c.text)
		if err != nil || r.String() != c.want || r.Percent() != c.percent {
			t.Errorf("%q became %s, %s %%, %v", c.text, r, r.Percent(), err)
		}
	}
}

func TestParseRateRefuses(t *testing.T) {
	t.Parallel()
	cases := map[string]string{
		"":                       `"" is not a decimal of at most 19 digits`,
		"%":                      `"%" is not a decimal of at most 19 digits`,
		"19%%":                   `"19%%" is not a decimal of at most 19 digits`,
		"0,19":                   `"0,19" is not a decimal of at most 19 digits`,
		"abc":                    `"abc" is not a decimal of at most 19 digits`,
		"0.30000000000000000004": `"0.30000000000000000004" has too many digits`,
		"1.234567890123456789%":  `"1.234567890123456789%" has too many digits`,
		"99999999999999999999":   `"99999999999999999999" has too many digits`,
		"1e-20":                  `"1e-20" has too many digits`,
		"1e900":                  `"1e900" has too many digits`,
	}
	for text, want := range cases {
		r, err := ParseRate(text)
		if detail(err) != want || !r.IsZero() {
			t.Errorf("%q became %s, %v", text, r, err)
		}
	}
	mustPanic(t, func() { MustRate("?") })
}

func TestRatesCompare(t *testing.T) {
	t.Parallel()
	small, large := MustRate("0.1900"), MustRate("20%")
	if small.Cmp(large) != -1 || large.Cmp(small) != 1 || small.Cmp(MustRate("19%")) != 0 {
		t.Error("rates compare wrongly")
	}
	if !(Rate{}).IsZero() || small.IsZero() || !MustRate("-0.1").IsNegative() || small.IsNegative() || (Rate{}).IsNegative() {
		t.Error("signs are wrong")
	}
}

func TestRateIsExact(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`-?(0|[1-9][0-9]{0,9})\.[0-9]{1,9}`).Draw(t, "number")
		percent := rapid.Bool().Draw(t, "percent")
		want, _ := new(big.Rat).SetString(text)
		if percent {
			text += "%"
			want.Quo(want, big.NewRat(100, 1))
		}
		r, err := ParseRate(text)
		if err != nil {
			if percent {
				return // two digits more may be two too many
			}
			t.Fatal(err)
		}
		if got, _ := new(big.Rat).SetString(r.String()); got.Cmp(want) != 0 {
			t.Fatalf("%s became %s", text, r)
		}
		if back := MustRate(r.Percent() + "%"); back != r || back.Cmp(r) != 0 {
			t.Fatalf("%s is %s %%", r, r.Percent())
		}
	})
}
