package insurance

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestClocksAreReadOnTheirDay(t *testing.T) {
	t.Parallel()
	cases := []struct{ zone, day, clock, want string }{
		{"Europe/Berlin", "2026-07-01", "07:30:00", "2026-07-01T05:30:00Z"},
		{"Europe/Berlin", "2026-12-01", "07:30:00", "2026-12-01T06:30:00Z"},
		{"Europe/Berlin", "2026-10-25", "02:30:00", "2026-10-25T00:30:00Z"}, // shown twice: the first
		{"Europe/Berlin", "2026-10-25", "03:00:00", "2026-10-25T02:00:00Z"},
		{"Europe/Berlin", "2026-03-29", "02:30:00", "2026-03-29T01:30:00Z"}, // skipped: 03:30
		{"America/New_York", "2026-11-01", "01:59:59", "2026-11-01T05:59:59Z"},
		{"Australia/Sydney", "2026-04-05", "02:00:00", "2026-04-04T15:00:00Z"},
		{"Australia/Lord_Howe", "2026-04-05", "01:45:00", "2026-04-04T14:45:00Z"}, // half an hour twice
		{"America/Santiago", "2026-09-06", "00:00:00", "2026-09-06T04:00:00Z"},    // no midnight: 01:00
		{"America/Santiago", "2026-04-04", "23:30:00", "2026-04-05T02:30:00Z"},
		{"Asia/Amman", "2019-10-25", "00:00:00", "2019-10-24T21:00:00Z"},
		{"Asia/Kathmandu", "2026-01-01", "12:00:00", "2026-01-01T06:15:00Z"},
	}
	for _, c := range cases {
		at, err := time.Parse(time.TimeOnly, c.clock)
		if err != nil {
			t.Fatal(err)
		}
		k := clock{sinceMidnight: at.Sub(at.Truncate(24 * time.Hour)), zone: zone(t, c.zone)}
		if got := k.on(MustDate(c.day)).Format(time.RFC3339); got != c.want {
			t.Errorf("%s on %s in %s is %s, not %s", c.clock, c.day, c.zone, got, c.want)
		}
	}
}

// showings are the instants at which clocks show a time on a day, in order,
// and those at which they would if no clock had been changed near it.
func showings(k clock, d Date) (shown, unchanged []time.Time) {
	wall := time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC).Add(k.sinceMidnight)
	for hours := -36; hours <= 36; hours++ {
		_, offset := wall.Add(time.Duration(hours) * time.Hour).In(k.zone).Zone()
		if at := wall.Add(-time.Duration(offset) * time.Second); !slices.ContainsFunc(unchanged, at.Equal) {
			unchanged = append(unchanged, at)
		}
	}
	slices.SortFunc(unchanged, time.Time.Compare)
	for _, at := range unchanged {
		if local := at.In(k.zone); dateOf(local) == d && clockOf(at, k.zone) == k {
			shown = append(shown, at)
		}
	}
	return shown, unchanged
}

func checkClock(t interface{ Fatalf(string, ...any) }, k clock, d Date) {
	got := k.on(d)
	shown, unchanged := showings(k, d)
	switch {
	case got.Location() != time.UTC:
		t.Fatalf("%v on %v is in %v", k, d, got.Location())
	case len(shown) > 0 && !got.Equal(shown[0]):
		t.Fatalf("%v on %v is %v, but is shown at %v", k, d, got, shown)
	case len(shown) == 0 && k.sinceMidnight == 0 && !got.Equal(d.Start(k.zone)):
		t.Fatalf("%v begins at %v, not at %v", d, d.Start(k.zone), got)
	case len(shown) == 0 && k.sinceMidnight != 0 && !slices.ContainsFunc(unchanged, got.Equal):
		t.Fatalf("%v on %v is %v, but skipped between %v", k, d, got, unchanged)
	}
}

// TestClocksAtEveryChange tries times around each change of the clocks from
// 1990 to 2030, where chance would seldom look.
func TestClocksAtEveryChange(t *testing.T) {
	t.Parallel()
	for _, name := range append([]string{"Australia/Sydney", "America/Santiago"}, zones...) {
		z := zone(t, name)
		from, until := MustDate("1990-01-01").Start(z), MustDate("2030-01-01").Start(z)
		for from.Before(until) {
			_, change := from.In(z).ZoneBounds()
			if change.IsZero() {
				break
			}
			for _, minutes := range []int{-1441, -90, -60, -45, -30, -1, 0, 1, 15, 30, 60, 61, 119, 120, 1439} {
				at := change.Add(time.Duration(minutes) * time.Minute)
				for days := -1; days <= 1; days++ {
					checkClock(t, clockOf(at, z), DateIn(change, z).AddDays(days))
				}
			}
			from = change
		}
	}
}

func TestClocksReadTheFirstShowingOfWhatTheyShow(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		z := zone(t, rapid.SampledFrom(zones).Draw(t, "zone"))
		at := anyInstant("1975-01-01", "2037-12-31").Draw(t, "instant")
		k := clockOf(at, z)
		checkClock(t, k, anyDate("1975-01-01", "2037-12-31").Draw(t, "another day"))
		first := k.on(DateIn(at, z))
		if first.After(at) || DateIn(first, z) != DateIn(at, z) || clockOf(first, z) != k {
			t.Fatalf("%v is shown first at %v", at, first)
		}
		if shown, _ := showings(k, DateIn(at, z)); !slices.ContainsFunc(shown, at.Equal) {
			t.Fatalf("%v is not among %v", at, shown)
		}
	})
}

func anyInstant(from, to string) *rapid.Generator[time.Time] {
	first := MustDate(from).Start(time.UTC)
	last := MustDate(to).Start(time.UTC).Sub(first)
	return rapid.Custom(func(t *rapid.T) time.Time {
		return first.Add(time.Duration(rapid.Int64Range(0, last.Microseconds()).Draw(t, "microseconds")) * time.Microsecond)
	})
}
