package insurance

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// zones are those whose clocks do something unusual at or near midnight,
// beside the two ends of the world and plain ones.
var zones = []string{
	"UTC", "Europe/Berlin", "Europe/London", "America/New_York", "America/Sao_Paulo", "Africa/Cairo",
	"Asia/Beirut", "Asia/Amman", "Asia/Gaza", "America/Havana", "America/St_Johns", "Atlantic/Azores",
	"Australia/Lord_Howe", "Pacific/Apia", "Pacific/Kiritimati", "Etc/GMT-14", "Etc/GMT+12", "Etc/GMT+11",
	"America/Asuncion", "Asia/Kathmandu", "Asia/Tehran", "Antarctica/Troll",
}

func zone(t interface{ Fatal(...any) }, name string) *time.Location {
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func anyDate(from, to string) *rapid.Generator[Date] {
	first := MustDate(from)
	return rapid.Custom(func(t *rapid.T) Date {
		return first.AddDays(rapid.IntRange(0, first.DaysUntil(MustDate(to))).Draw(t, "day"))
	})
}

func TestParseDate(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"2024-02-29", "2000-02-29", "1900-01-01", "2999-12-31", "2026-11-21"} {
		d, err := ParseDate(text)
		if err != nil || d.String() != text {
			t.Errorf("%s: %v, %v", text, d, err)
		}
	}
	refused := []string{
		"", "2023-02-29", "1900-02-29", "2026-13-01", "2026-00-01", "2026-01-00", "2026-04-31", "2026-1-2",
		"21.11.2026", "2026-11-21T00:00:00Z", " 2026-11-21", "1899-12-31", "3000-01-01", "0000-00-00", "heute",
	}
	for _, text := range refused {
		d, err := ParseDate(text)
		if CodeOf(err) != CodeInvalid || !d.IsZero() {
			t.Errorf("%q became %v, %v", text, d, err)
		}
	}
}

func TestMustDatePanicsOnNoDate(t *testing.T) {
	t.Parallel()
	mustPanic(t, func() { MustDate("2026-02-30") })
}

func TestNoDate(t *testing.T) {
	t.Parallel()
	var none Date
	if none.String() != "" || !none.IsZero() || !none.Start(zone(t, "Europe/Berlin")).IsZero() {
		t.Errorf("no date is %q", none)
	}
	if some := MustDate("1900-01-01"); !none.Before(some) || !some.After(none) || none.Cmp(Date{}) != 0 {
		t.Error("no date does not come before every day")
	}
}

func TestAddMonthsClamps(t *testing.T) {
	t.Parallel()
	cases := []struct {
		from   string
		months int
		want   string
	}{
		{"2026-01-31", 1, "2026-02-28"},
		{"2024-01-31", 1, "2024-02-29"},
		{"2024-01-30", 1, "2024-02-29"},
		{"2024-02-29", 12, "2025-02-28"},
		{"2024-02-29", 48, "2028-02-29"},
		{"2024-02-29", 1200 - 24*12, "2100-02-28"},
		{"2026-03-31", 1, "2026-04-30"},
		{"2026-12-31", 2, "2027-02-28"},
		{"2026-03-31", -1, "2026-02-28"},
		{"2026-01-15", -13, "2024-12-15"},
		{"2026-05-31", 0, "2026-05-31"},
	}
	for _, c := range cases {
		if got := MustDate(c.from).AddMonths(c.months).String(); got != c.want {
			t.Errorf("%s + %d months is %s, not %s", c.from, c.months, got, c.want)
		}
	}
}

func TestDaysUntil(t *testing.T) {
	t.Parallel()
	cases := []struct {
		from, to string
		want     int
	}{
		{"2026-01-01", "2026-01-01", 0},
		{"2024-02-28", "2024-03-01", 2},
		{"2026-02-28", "2026-03-01", 1},
		{"2026-03-01", "2026-02-28", -1},
		{"2026-03-28", "2026-03-30", 2}, // Europe's clocks change between
		{"1900-01-01", "2999-12-31", 401766},
		{"2999-12-31", "1900-01-01", -401766},
	}
	for _, c := range cases {
		if got := MustDate(c.from).DaysUntil(MustDate(c.to)); got != c.want {
			t.Errorf("%s until %s is %d, not %d", c.from, c.to, got, c.want)
		}
	}
}

func TestDaysAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := anyDate("1900-01-01", "2900-12-31").Draw(t, "date")
		n := rapid.IntRange(-30_000, 30_000).Draw(t, "days")
		later := d.AddDays(n)
		if d.DaysUntil(later) != n || later.AddDays(-n) != d || d.Cmp(later) != -later.Cmp(d) {
			t.Fatalf("%v + %d = %v, %d until", d, n, later, d.DaysUntil(later))
		}
		if d.Before(later) != (n > 0) || d.After(later) != (n < 0) || (d.Cmp(later) == 0) != (n == 0) {
			t.Fatalf("%v and %v compare as %d", d, later, d.Cmp(later))
		}
		if parsed, err := ParseDate(d.String()); err != nil || parsed != d {
			t.Fatalf("%v reads back as %v, %v", d, parsed, err)
		}
	})
}

// firstInstant finds the start of a day by walking through it.
func firstInstant(d Date, z *time.Location) time.Time {
	at := time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC).Add(-16 * time.Hour)
	for DateIn(at, z).Before(d) {
		at = at.Add(time.Minute)
	}
	return at
}

func TestStartIsTheFirstInstantOfTheDay(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		z := zone(t, rapid.SampledFrom(zones).Draw(t, "zone"))
		d := anyDate("1975-01-01", "2037-12-31").Draw(t, "date")
		checkStart(t, d, z)
	})
}

// TestStartAtEveryClockChange tries the days around each change of the clocks
// from 1990 to 2030, where chance would seldom look.
func TestStartAtEveryClockChange(t *testing.T) {
	t.Parallel()
	for _, name := range zones {
		z := zone(t, name)
		from, until := MustDate("1990-01-01").Start(z), MustDate("2030-01-01").Start(z)
		for from.Before(until) {
			_, change := from.In(z).ZoneBounds()
			if change.IsZero() {
				break
			}
			for days := -1; days <= 1; days++ {
				checkStart(t, DateIn(change, z).AddDays(days), z)
			}
			from = change
		}
	}
}

func checkStart(t interface{ Fatalf(string, ...any) }, d Date, z *time.Location) {
	start := d.Start(z)
	if want := firstInstant(d, z); !start.Equal(want) {
		t.Fatalf("%v starts at %v in %v, not at %v", d, start, z, want)
	}
	if start.Location() != time.UTC {
		t.Fatalf("%v starts in %v", d, start.Location())
	}
	if !d.AddDays(-1).End(z).Equal(start) {
		t.Fatalf("the day before %v ends at %v in %v", d, d.AddDays(-1).End(z), z)
	}
}

func TestStartWhereMidnightIsMissing(t *testing.T) {
	t.Parallel()
	cases := []struct{ zone, day, want string }{
		{"America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z"},
		{"Africa/Cairo", "2010-04-30", "2010-04-29T22:00:00Z"},
		{"Asia/Beirut", "2022-03-27", "2022-03-26T22:00:00Z"},
		{"Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z"}, // a day that never was
		{"Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z"},
		{"Asia/Amman", "2019-10-25", "2019-10-24T21:00:00Z"}, // a day with two midnights
		{"Etc/GMT-14", "2026-01-01", "2025-12-31T10:00:00Z"},
		{"Etc/GMT+12", "2026-01-01", "2026-01-01T12:00:00Z"},
	}
	for _, c := range cases {
		if got := MustDate(c.day).Start(zone(t, c.zone)).Format(time.RFC3339); got != c.want {
			t.Errorf("%s begins at %s in %s, not at %s", c.day, got, c.zone, c.want)
		}
	}
}

func TestDaysAreLongerAndShorterWhenClocksChange(t *testing.T) {
	t.Parallel()
	berlin := zone(t, "Europe/Berlin")
	cases := map[string]time.Duration{
		"2026-03-29": 23 * time.Hour, "2026-10-25": 25 * time.Hour, "2026-06-01": 24 * time.Hour,
	}
	for day, want := range cases {
		d := MustDate(day)
		if got := d.End(berlin).Sub(d.Start(berlin)); got != want {
			t.Errorf("%s lasts %v, not %v", day, got, want)
		}
	}
}

func TestDateInItsZone(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 12, 31, 23, 30, 0, 0, time.UTC)
	for name, want := range map[string]string{
		"UTC": "2026-12-31", "Europe/Berlin": "2027-01-01", "Pacific/Kiritimati": "2027-01-01", "America/New_York": "2026-12-31",
	} {
		if got := DateIn(at, zone(t, name)).String(); got != want {
			t.Errorf("%v is %s in %s, not %s", at, got, name, want)
		}
	}
}

func TestDatesSort(t *testing.T) {
	t.Parallel()
	days := []Date{MustDate("2026-02-01"), MustDate("2025-12-31"), MustDate("2026-01-31"), {}}
	slices.SortFunc(days, Date.Cmp)
	if !slices.IsSortedFunc(days, func(a, b Date) int { return a.Cmp(b) }) || !days[0].IsZero() || days[3].Month != time.February {
		t.Errorf("sorted as %v", days)
	}
}
