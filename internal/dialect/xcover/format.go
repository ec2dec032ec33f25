package xcover

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/covernote/covernote/internal/insurance"
)

// number is an amount as the original wrote its floats, exactly: 5.0, 1.11,
// 108363.0. There is always a digit after the point, because typed clients
// take a number without one for another type.
func number(m insurance.Money) json.RawMessage { return float(m.Short()) }

// percentNumber is a rate as a percentage, written like an amount: 0.19 is
// 19.0. No digit of the rate is lost.
func percentNumber(r insurance.Rate) json.RawMessage { return float(r.Percent()) }

func float(plain string) json.RawMessage {
	if !strings.Contains(plain, ".") {
		plain += ".0"
	}
	return json.RawMessage(plain)
}

// decimalString is an amount with so many digits after the point, but never
// with fewer than its currency has: "2.500000".
func decimalString(m insurance.Money, digits int) string {
	whole, fraction, _ := strings.Cut(m.Decimal(), ".")
	fraction += strings.Repeat("0", max(0, digits-len(fraction)))
	return strings.TrimSuffix(whole+"."+fraction, ".")
}

// nbsp stood between symbol and amount until 2020.
const nbsp = "\u00a0"

// formatted is an amount with its symbol and all digits of its currency, but
// nothing between thousands, whatever the customer's language: "A$21735.05".
// With space, a no-break space follows the symbol.
func formatted(m insurance.Money, space bool) string {
	amount, negative := strings.CutPrefix(m.Decimal(), "-")
	symbol := cmp.Or(symbols[m.Currency], string(m.Currency))
	if space {
		symbol += nbsp
	}
	if negative {
		symbol = "-" + symbol
	}
	return symbol + amount
}

// symbols are those of English for the whole world (CLDR 32, en-001), as in
// 2019; other currencies have their code. Later editions changed some, which
// must not change what partners compare.
var symbols = map[insurance.Currency]string{
	"AUD": "A$",
	"BRL": "R$",
	"CAD": "CA$",
	"CNY": "CN¥",
	"EUR": "€",
	"GBP": "£",
	"HKD": "HK$",
	"ILS": "₪",
	"INR": "₹",
	"JPY": "JP¥",
	"KRW": "₩",
	"MXN": "MX$",
	"NZD": "NZ$",
	"TWD": "NT$",
	"USD": "US$",
	"VND": "₫",
	"XAF": "FCFA",
	"XCD": "EC$",
	"XOF": "CFA",
	"XPF": "CFPF",
}

// instant is when something happened, in UTC with microseconds, always six
// digits of them; nil for never.
func instant(t time.Time) *string { return written(t, "2006-01-02T15:04:05.000000Z") }

// policyTime is when cover begins or ends, in UTC as an offset; microseconds
// are left out where there are none. Nil for no end.
func policyTime(t time.Time) *string { return written(t, policyLayout(t)+"+00:00") }

// policyTimeZ is policyTime as webhooks and cancellations write it: with Z.
func policyTimeZ(t time.Time) *string { return written(t, policyLayout(t)+"Z") }

func policyLayout(t time.Time) string {
	if t.Nanosecond() < int(time.Microsecond) {
		return "2006-01-02T15:04:05"
	}
	return "2006-01-02T15:04:05.000000"
}

func written(t time.Time, layout string) *string {
	if t.IsZero() {
		return nil
	}
	text := t.UTC().Format(layout)
	return &text
}

// duration is the time between two instants, the earlier first, in the words
// of Django: "105 01:00:00.001000" is 105 days, one hour and a millisecond.
// Nil if either is not known.
func duration(from, to time.Time) *string {
	if from.IsZero() || to.IsZero() {
		return nil
	}
	// A time.Duration ends after 292 years; microseconds do not.
	micros := to.UnixMicro() - from.UnixMicro()
	seconds, micros := micros/1e6, micros%1e6
	days, seconds := seconds/86400, seconds%86400
	text := fmt.Sprintf("%02d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60)
	if days > 0 {
		text = fmt.Sprintf("%d %s", days, text)
	}
	if micros > 0 {
		text += fmt.Sprintf(".%06d", micros)
	}
	return &text
}
