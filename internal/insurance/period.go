package insurance

import (
	"fmt"
	"strconv"
	"strings"
)

// Period is a length of time counted in calendar units. Months clamp to the
// month's end; a Period has either months or days.
type Period struct {
	Months int
	Days   int
}

// Months makes a Period of n months.
func Months(n int) Period { return Period{Months: n} }

// Days makes a Period of n days.
func Days(n int) Period { return Period{Days: n} }

// ParsePeriod reads "36M", "3Y", "14D" or "2W", in any case and with or
// without the P of ISO 8601. "J" (Jahre) is years.
func ParsePeriod(text string) (Period, error) {
	s := strings.TrimPrefix(strings.ToUpper(strings.TrimSpace(text)), "P")
	if len(s) < 2 {
		return Period{}, Refuse(CodeInvalid, "is not a period such as 36M or 3Y")
	}
	n, err := strconv.Atoi(s[:len(s)-1])
	if err != nil || n <= 0 || n > 1200 || s[0] == '+' {
		return Period{}, Refuse(CodeInvalid, "is not a period such as 36M or 3Y")
	}
	switch s[len(s)-1] {
	case 'Y', 'J':
		return Months(12 * n), nil
	case 'M':
		return Months(n), nil
	case 'W':
		return Days(7 * n), nil
	case 'D':
		return Days(n), nil
	}
	return Period{}, Refuse(CodeInvalid, "is not a period such as 36M or 3Y")
}

// IsZero tells whether there is no period.
func (p Period) IsZero() bool { return p == Period{} }

// String is the period as its products write it: "36M", "14D", "" for none.
func (p Period) String() string {
	switch {
	case p.Months != 0:
		return fmt.Sprintf("%dM", p.Months)
	case p.Days != 0:
		return fmt.Sprintf("%dD", p.Days)
	}
	return ""
}

// Nth is the first day of the n-th period after an anchor. It counts from the
// anchor each time, so that 31 January is followed by 28 February and then by
// 31 March.
func (p Period) Nth(anchor Date, n int) Date {
	if p.Months != 0 {
		return anchor.AddMonths(n * p.Months)
	}
	return anchor.AddDays(n * p.Days)
}

// Divides tells whether a whole number of p makes o, whatever day it begins on:
// months divide months, and days days. The empty period divides nothing.
func (p Period) Divides(o Period) bool {
	switch {
	case p.Months > 0 && p.Days == 0:
		return o.Days == 0 && o.Months%p.Months == 0
	case p.Days > 0 && p.Months == 0:
		return o.Months == 0 && o.Days%p.Days == 0
	}
	return false
}

// LastDay is the inclusive last day of a period that begins on first.
func (p Period) LastDay(first Date) Date { return p.Nth(first, 1).AddDays(-1) }

// Span is a run of days, both ends included.
type Span struct{ From, To Date }

// Days counts the days of the span.
func (s Span) Days() int { return s.From.DaysUntil(s.To) + 1 }

// Contains tells whether the day lies within the span.
func (s Span) Contains(d Date) bool { return !d.Before(s.From) && !d.After(s.To) }

// DaysThrough counts the days of the span up to and including a day: none if
// the day is before the span, all if it is after.
func (s Span) DaysThrough(d Date) int {
	return min(max(s.From.DaysUntil(d)+1, 0), s.Days())
}
