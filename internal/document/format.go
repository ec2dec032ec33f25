package document

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"github.com/covernote/covernote/internal/insurance"
)

// nbsp keeps a number and its unit on one line.
const nbsp = "\u00a0"

// date is a day as people write it: "22.11.2026", "22 November 2026"; a dash
// for no day.
func (w *wording) date(d insurance.Date) string {
	if d.IsZero() {
		return "–"
	}
	if w.german() {
		return fmt.Sprintf("%02d.%02d.%04d", d.Day, d.Month, d.Year)
	}
	return fmt.Sprintf("%d"+nbsp+"%s %d", d.Day, d.Month, d.Year)
}

// instant is a day and the time of it in a zone, to the minute.
func (w *wording) instant(at time.Time, zone *time.Location) string {
	local := at.In(zone)
	clock := local.Format("15:04")
	if w.german() {
		clock += nbsp + "Uhr"
	}
	return w.date(insurance.DateIn(at, zone)) + ", " + clock
}

// money is an amount with all digits of its currency and its sign: "1.234,56 €",
// "€1,234.56", "A$1,234.56", "CHF 1,234.56". A symbol never stands for two
// currencies; one without a symbol stands under its code.
func (w *wording) money(m insurance.Money) string { return w.figure(m.Decimal(), m.Currency) }

// sum is an amount that is mostly round, without the digits behind the point
// if it is: "250.000 €", "€1,249.50".
func (w *wording) sum(m insurance.Money) string {
	if round := m.Short(); !strings.Contains(round, ".") {
		return w.figure(round, m.Currency)
	}
	return w.money(m)
}

// figure is a decimal with the sign of its currency.
func (w *wording) figure(decimal string, currency insurance.Currency) string {
	digits, negative := strings.CutPrefix(decimal, "-")
	whole, fraction, _ := strings.Cut(digits, ".")
	number := grouped(whole, w.thousands)
	if fraction != "" {
		number += w.point + fraction
	}
	symbol, known := w.symbols[currency]
	switch {
	case w.german() && known:
		number += nbsp + symbol
	case w.german():
		number += nbsp + string(currency)
	case known:
		number = symbol + number
	default:
		number = string(currency) + nbsp + number
	}
	if negative {
		return "−" + number
	}
	return number
}

// grouped sets a mark between thousands.
func grouped(digits, mark string) string {
	for at := len(digits) - 3; at > 0; at -= 3 {
		digits = digits[:at] + mark + digits[at:]
	}
	return digits
}

// whole is a whole number, with marks between thousands from five digits on,
// so that a year is not taken for a quantity; what is none is shown as it is.
func (w *wording) whole(text string) string {
	if len(text) < 5 || strings.Trim(text, "0123456789") != "" {
		return text
	}
	return grouped(text, w.thousands)
}

// percent is a rate as a percentage: "19 %", "13,2 %", "19%".
func (w *wording) percent(r insurance.Rate) string {
	return w.percentOf(strings.Replace(r.Percent(), ".", w.point, 1))
}

func (w *wording) percentOf(number string) string {
	if w.german() {
		return number + nbsp + "%"
	}
	return number + "%"
}

// period is a length of time: "1 Jahr", "18 months", "2 weeks".
func (w *wording) period(p insurance.Period) string {
	n, unit := w.count(p)
	if n == 1 {
		return "1" + nbsp + unit.one
	}
	return strconv.Itoa(n) + nbsp + unit.many
}

// every is how often something comes again: "jeden Monat", "every 3 months".
func (w *wording) every(p insurance.Period) string {
	n, unit := w.count(p)
	if n == 1 {
		return unit.every
	}
	return fmt.Sprintf(w.units.every, strconv.Itoa(n)+nbsp+unit.many)
}

// count measures a period in the largest unit that divides it.
func (w *wording) count(p insurance.Period) (int, unit) {
	switch {
	case p.Months != 0 && p.Months%12 == 0:
		return p.Months / 12, w.units.year
	case p.Months != 0:
		return p.Months, w.units.month
	case p.Days != 0 && p.Days%7 == 0:
		return p.Days / 7, w.units.week
	}
	return p.Days, w.units.day
}

// interval is how often a premium is due: "monatlich", "every 2 months".
func (w *wording) interval(p insurance.Period) string {
	if p.IsZero() {
		return w.intervals.once
	}
	named := map[insurance.Period]string{
		insurance.Months(1):  w.intervals.monthly,
		insurance.Months(3):  w.intervals.quarterly,
		insurance.Months(6):  w.intervals.halfYearly,
		insurance.Months(12): w.intervals.yearly,
	}
	if name, ok := named[p]; ok {
		return name
	}
	return fmt.Sprintf(w.intervals.every, w.period(p))
}

// country is the name of a country; its code if it has none.
func (w *wording) country(c insurance.Country) string {
	region, err := language.ParseRegion(string(c))
	if err != nil {
		return string(c)
	}
	if name := display.Regions(language.Make(string(w.language))).Name(region); name != "" {
		return name
	}
	return string(c)
}

// languageName is what a language is called in itself.
func (w *wording) languageName() string {
	return display.Self.Name(language.Make(string(w.language)))
}

func (w *wording) german() bool { return w.language == "de" }
