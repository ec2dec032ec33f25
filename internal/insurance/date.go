package insurance

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"
	"time"
)

// Date is a calendar day without a zone, such as the first day of cover. The
// zero Date means that there is none.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// ParseDate reads YYYY-MM-DD and nothing else; days that do not exist are
// refused.
func ParseDate(text string) (Date, error) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil || t.Year() < 1900 || t.Year() > 2999 {
		return Date{}, Refuse(CodeInvalid, "is not a date of the form YYYY-MM-DD")
	}
	return dateOf(t), nil
}

// instantForm is RFC 3339 §5.6, with time and offset left to choice.
// time.Parse by itself would let a comma, a lone digit or two spaces pass.
var instantForm = regexp.MustCompile(
	`^\d{4}-\d\d-\d\d([Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)?)?$`)

// ParseInstant reads an instant of RFC 3339 in microseconds, with a space or a
// T between day and time, and with or without seconds. Without an offset it is
// UTC, and a day alone is its midnight there. It refuses years before 1900 and after 2999.
func ParseInstant(text string) (time.Time, error) {
	for _, form := range []string{
		time.RFC3339, "2006-01-02 15:04:05Z07:00", "2006-01-02T15:04:05", "2006-01-02 15:04:05", time.DateOnly,
		"2006-01-02T15:04Z07:00", "2006-01-02 15:04Z07:00", "2006-01-02T15:04", "2006-01-02 15:04",
	} {
		t, err := time.Parse(form, strings.ToUpper(text))
		if err == nil && instantForm.MatchString(text) && t.UTC().Year() >= 1900 && t.UTC().Year() <= 2999 {
			return t.UTC().Truncate(time.Microsecond), nil
		}
	}
	return time.Time{}, Refuse(CodeInvalid, "is not an instant of RFC 3339 such as 2027-01-31T12:00:00Z")
}

// MustDate is ParseDate for constants of the program and its tests.
func MustDate(text string) Date {
	d, err := ParseDate(text)
	if err != nil {
		panic(err)
	}
	return d
}

// DateIn is the day that an instant falls on in a zone.
func DateIn(at time.Time, zone *time.Location) Date { return dateOf(at.In(zone)) }

func dateOf(t time.Time) Date {
	year, month, day := t.Date()
	return Date{Year: year, Month: month, Day: day}
}

// IsZero tells whether there is no date.
func (d Date) IsZero() bool { return d == Date{} }

// String is YYYY-MM-DD, and empty for no date.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day)
}

// Start is the first instant of the day in a zone, and the zero time for no
// date. Where clocks skip midnight it is the first instant after the gap, which
// for a day that a zone left out altogether lies in the next one; where they
// repeat midnight it is the earlier of the two.
func (d Date) Start(zone *time.Location) time.Time {
	if d.IsZero() {
		return time.Time{}
	}
	// In a gap, time.Date answers with the offset of either side.
	midnight := time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, zone)
	since, until := midnight.ZoneBounds()
	hour, minute, second := midnight.Clock()
	switch {
	case dateOf(midnight).Before(d):
		return until.UTC()
	case hour != 0 || minute != 0 || second != 0:
		return since.UTC()
	}
	return earlier(midnight, since).UTC()
}

// earlier is the instant at which clocks that were turned back at since
// already showed what they show at t, and t itself if they did not.
func earlier(t, since time.Time) time.Time {
	if since.IsZero() {
		return t
	}
	_, offset := t.Zone()
	_, before := since.Add(-1).Zone()
	first := t.Add(time.Duration(offset-before) * time.Second)
	if before > offset && first.Before(since) {
		return first
	}
	return t
}

// End is the first instant after the day in a zone: cover that ends on a day
// lasts to its End, which is not part of it.
func (d Date) End(zone *time.Location) time.Time { return d.AddDays(1).Start(zone) }

// latest is the later of two days.
func latest(a, b Date) Date {
	if a.Before(b) {
		return b
	}
	return a
}

// AddDays is the day n days later, or earlier if n is negative.
func (d Date) AddDays(n int) Date {
	return dateOf(time.Date(d.Year, d.Month, d.Day+n, 0, 0, 0, 0, time.UTC))
}

// AddMonths is the same day n months later, clamped to the month's end:
// 31 January plus one month is 28 or 29 February.
func (d Date) AddMonths(n int) Date {
	first := time.Date(d.Year, d.Month+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return Date{Year: first.Year(), Month: first.Month(), Day: min(d.Day, last)}
}

// DaysUntil counts the days from d to o: 0 for the same day, negative if o is
// earlier.
func (d Date) DaysUntil(o Date) int {
	const day = 24 * 60 * 60
	return int((o.midnight().Unix() - d.midnight().Unix()) / day)
}

func (d Date) midnight() time.Time {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC)
}

// Cmp compares two days: −1, 0 or +1. No date comes before every day.
func (d Date) Cmp(o Date) int {
	return cmp.Or(cmp.Compare(d.Year, o.Year), cmp.Compare(d.Month, o.Month), cmp.Compare(d.Day, o.Day))
}

// Before tells whether d is earlier than o.
func (d Date) Before(o Date) bool { return d.Cmp(o) < 0 }

// After tells whether d is later than o.
func (d Date) After(o Date) bool { return d.Cmp(o) > 0 }
