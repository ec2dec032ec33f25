package thinksurance

import (
	"encoding/json"
	"fmt"
	"math/big"
	"time"

	"github.com/covernote/covernote/internal/insurance"
)

// clockTime is when something happens as the account's clocks show it. The
// format has no zone.
func clockTime(at time.Time, zone *time.Location) string { return at.In(zone).Format(time.DateTime) }

// day is the day on which something happens in the account's zone.
func day(at time.Time, zone *time.Location) string { return insurance.DateIn(at, zone).String() }

// germanDate is DD.MM.YYYY, and "" for no date.
func germanDate(d insurance.Date) string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%02d.%02d.%04d", d.Day, d.Month, d.Year)
}

// euro is an amount in major units. Whole ones are integers, as published;
// others keep their cents, since an amount that is told is never rounded.
func euro(m insurance.Money) json.RawMessage { return json.RawMessage(m.Short()) }

// taxPercent is the tax on a premium, all its taxes together: 19. Like euro, it
// is an integer only where it is whole.
func taxPercent(p insurance.Premium) json.RawMessage {
	sum := new(big.Rat)
	for _, line := range p.Taxes {
		percent, _ := new(big.Rat).SetString(line.Rate.Percent()) // it is a decimal
		sum.Add(sum, percent)
	}
	digits, _ := sum.FloatPrec()
	return json.RawMessage(sum.FloatString(digits))
}

// years is how long a contract runs; 0 for a term that is not of whole years.
func years(term insurance.Period) int {
	if term.Months%12 != 0 {
		return 0
	}
	return term.Months / 12
}
