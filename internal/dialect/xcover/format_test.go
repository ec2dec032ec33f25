package xcover

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/covernote/covernote/internal/insurance"
)

func amountIn(minor int64, currency string) insurance.Money {
	return insurance.Money{Minor: minor, Currency: insurance.Currency(currency)}
}

func TestAmounts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		money                       insurance.Money
		number, decimal, six, shown string
	}{
		{amountIn(500, "GBP"), "5.0", "5.00", "5.000000", "£\u00a05.00"},
		{amountIn(0, "GBP"), "0.0", "0.00", "0.000000", "£\u00a00.00"},
		{amountIn(111, "EUR"), "1.11", "1.11", "1.110000", "€\u00a01.11"},
		{amountIn(110, "EUR"), "1.1", "1.10", "1.100000", "€\u00a01.10"},
		{amountIn(1, "EUR"), "0.01", "0.01", "0.010000", "€\u00a00.01"},
		{amountIn(250, "AUD"), "2.5", "2.50", "2.500000", "A$\u00a02.50"},
		{amountIn(2173505, "AUD"), "21735.05", "21735.05", "21735.050000", "A$\u00a021735.05"},
		{amountIn(108363, "JPY"), "108363.0", "108363.00", "108363.000000", "JP¥\u00a0108363"},
		{amountIn(100, "JPY"), "100.0", "100.00", "100.000000", "JP¥\u00a0100"},
		{amountIn(1125, "BHD"), "1.125", "1.125", "1.125000", "BHD\u00a01.125"},
		{amountIn(1100, "BHD"), "1.1", "1.100", "1.100000", "BHD\u00a01.100"},
		{amountIn(-100, "GBP"), "-1.0", "-1.00", "-1.000000", "-£\u00a01.00"},
		{amountIn(-5, "CHF"), "-0.05", "-0.05", "-0.050000", "-CHF\u00a00.05"},
		{amountIn(1e15, "USD"), "10000000000000.0", "10000000000000.00", "10000000000000.000000", "US$\u00a010000000000000.00"},
	} {
		t.Run(c.money.String(), func(t *testing.T) {
			t.Parallel()
			for got, want := range map[string]string{
				string(number(c.money)):                 c.number,
				decimalString(c.money, 2):               c.decimal,
				decimalString(c.money, 6):               c.six,
				formatted(c.money, true):                c.shown,
				formatted(c.money, false) + " unspaced": strings.ReplaceAll(c.shown, "\u00a0", "") + " unspaced",
			} {
				if got != want {
					t.Errorf("got %q, want %q", got, want)
				}
			}
		})
	}
}

func TestDecimalStringWithoutDigits(t *testing.T) {
	t.Parallel()
	if got := decimalString(amountIn(5, "JPY"), 0); got != "5" {
		t.Errorf("got %q", got)
	}
}

func TestSymbols(t *testing.T) {
	t.Parallel()
	for currency, want := range map[string]string{
		"AUD": "A$", "USD": "US$", "CAD": "CA$", "GBP": "£", "EUR": "€", "JPY": "JP¥",
		"NZD": "NZ$", "HKD": "HK$", "BRL": "R$", "MXN": "MX$", "CNY": "CN¥", "INR": "₹", "KRW": "₩",
		"ILS": "₪", "TWD": "NT$", "VND": "₫", "XCD": "EC$", "XAF": "FCFA", "XOF": "CFA", "XPF": "CFPF",
		"CHF": "CHF", "PHP": "PHP", "SEK": "SEK",
	} {
		if got, _, _ := strings.Cut(formatted(amountIn(1, currency), true), "\u00a0"); got != want {
			t.Errorf("%s has the symbol %q, want %q", currency, got, want)
		}
	}
	for currency := range symbols {
		if _, err := insurance.ParseCurrency(string(currency)); err != nil {
			t.Errorf("%s: %v", currency, err)
		}
	}
}

func TestPercentNumber(t *testing.T) {
	t.Parallel()
	for rate, want := range map[string]string{
		"0": "0.0", "10%": "10.0", "0.19": "19.0", "13.2%": "13.2", "1": "100.0", "33.333333%": "33.333333", "-5%": "-5.0",
	} {
		if got := string(percentNumber(insurance.MustRate(rate))); got != want {
			t.Errorf("%s is written %s, want %s", rate, got, want)
		}
	}
}

// TestNumberLosesNothing reads what was written back into minor units.
func TestNumberLosesNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := amountIn(rapid.Int64Range(-1e15, 1e15).Draw(t, "minor"), rapid.SampledFrom([]string{"EUR", "JPY", "KWD"}).Draw(t, "currency"))
		for _, text := range []string{string(number(m)), decimalString(m, 2), decimalString(m, 6)} {
			if !json.Valid([]byte(text)) || !strings.Contains(text, ".") {
				t.Errorf("%s is written %q", m, text)
			}
			if back, err := insurance.ParseMoney(text, m.Currency); err != nil || back != m {
				t.Errorf("%s is written %q and read %s, %v", m, text, back, err)
			}
		}
	})
}

func textOrNull(text *string) string {
	if text == nil {
		return "null"
	}
	return *text
}

func TestTimes(t *testing.T) {
	t.Parallel()
	sydney := time.FixedZone("", 11*60*60)
	for _, c := range []struct {
		at                               time.Time
		instant, policyTime, policyTimeZ string
	}{
		{time.Time{}, "null", "null", "null"},
		{time.Date(2019, 3, 20, 5, 40, 30, 881_689_000, time.UTC),
			"2019-03-20T05:40:30.881689Z", "2019-03-20T05:40:30.881689+00:00", "2019-03-20T05:40:30.881689Z"},
		{time.Date(2019, 2, 25, 13, 0, 0, 0, time.UTC),
			"2019-02-25T13:00:00.000000Z", "2019-02-25T13:00:00+00:00", "2019-02-25T13:00:00Z"},
		{time.Date(2019, 2, 25, 13, 0, 0, 1_000_000, time.UTC),
			"2019-02-25T13:00:00.001000Z", "2019-02-25T13:00:00.001000+00:00", "2019-02-25T13:00:00.001000Z"},
		{time.Date(2019, 1, 1, 1, 2, 3, 999, sydney),
			"2018-12-31T14:02:03.000000Z", "2018-12-31T14:02:03+00:00", "2018-12-31T14:02:03Z"},
	} {
		for got, want := range map[string]string{
			"instant " + textOrNull(instant(c.at)):         "instant " + c.instant,
			"policyTime " + textOrNull(policyTime(c.at)):   "policyTime " + c.policyTime,
			"policyTimeZ " + textOrNull(policyTimeZ(c.at)): "policyTimeZ " + c.policyTimeZ,
		} {
			if got != want {
				t.Errorf("%s: got %s, want %s", c.at, got, want)
			}
		}
	}
}

func TestDuration(t *testing.T) {
	t.Parallel()
	from := time.Date(2019, 12, 20, 2, 42, 12, 999_999_000, time.UTC)
	const day = 24 * time.Hour
	for _, c := range []struct {
		to   time.Time
		want string
	}{
		{from, "00:00:00"},
		{from.Add(time.Microsecond), "00:00:00.000001"},
		{from.Add(time.Second + 5*time.Millisecond), "00:00:01.005000"},
		{from.Add(day - time.Microsecond), "23:59:59.999999"},
		{from.Add(day), "1 00:00:00"},
		{from.Add(9*day + 13*time.Hour + 14*time.Minute + 46*time.Second), "9 13:14:46"},
		{from.Add(105*day + time.Hour + time.Millisecond), "105 01:00:00.001000"},
		{from.AddDate(900, 0, 0), "328718 00:00:00"},
	} {
		if got := textOrNull(duration(from, c.to)); got != c.want {
			t.Errorf("until %s: %q, want %q", c.to, got, c.want)
		}
	}
	for _, got := range []*string{duration(from, time.Time{}), duration(time.Time{}, from), duration(time.Time{}, time.Time{})} {
		if got != nil {
			t.Errorf("without a begin or an end: %q", *got)
		}
	}
}

// TestInstantsAreReadAsWritten: what an answer says can be sent back.
func TestInstantsAreReadAsWritten(t *testing.T) {
	t.Parallel()
	first, last := at("1900-01-01").UnixMicro(), at("2999-12-31T23:59:59.999999Z").UnixMicro()
	rapid.Check(t, func(t *rapid.T) {
		was := time.UnixMicro(rapid.Int64Range(first, last).Draw(t, "microseconds")).UTC()
		for _, write := range []func(time.Time) *string{instant, policyTime, policyTimeZ} {
			text := *write(was)
			if read, err := insurance.ParseInstant(text); err != nil || !read.Equal(was) {
				t.Fatalf("%v is written %q and read %v, %v", was, text, read, err)
			}
		}
	})
}
