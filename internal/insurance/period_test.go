package insurance

import (
	"testing"

	"pgregory.net/rapid"
)

func TestParsePeriod(t *testing.T) {
	t.Parallel()
	cases := map[string]Period{
		"36M": Months(36), "3Y": Months(36), "P36M": Months(36), "P3Y": Months(36), "3J": Months(36), "3j": Months(36),
		"3y": Months(36), "p36m": Months(36), " 1M ": Months(1), "012M": Months(12), "14D": Days(14), "2W": Days(14),
		"P2W": Days(14), "1d": Days(1), "1200M": Months(1200), "1200Y": Months(14_400),
	}
	for text, want := range cases {
		if got, err := ParsePeriod(text); err != nil || got != want {
			t.Errorf("%q became %v, %v", text, got, err)
		}
	}
}

func TestParsePeriodRefuses(t *testing.T) {
	t.Parallel()
	refused := []string{
		"", " ", "P", "M", "PM", "36", "3", "0M", "-3Y", "+3Y", "P-3Y", "3 Y", "3.5Y", "3,5Y", "1_0M", "3X", "3YM", "P1Y6M", "PP3Y",
		"PT5M", "1201M", "9223372036854775808M", "99999999999999999999Y", "٣Y", "3Ｙ", "1e2M", "0x1M", "drei", "3Y\x00",
	}
	for _, text := range refused {
		got, err := ParsePeriod(text)
		if detail(err) != "is not a period such as 36M or 3Y" || !got.IsZero() {
			t.Errorf("%q became %v, %v", text, got, err)
		}
	}
}

func TestParsePeriodNeverPanics(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[Pp+-]?[0-9]{0,25}[A-Za-z]{0,2}`)).Draw(t, "text")
		p, err := ParsePeriod(text)
		if err != nil {
			return
		}
		if back, err := ParsePeriod(p.String()); p.Months <= 1200 && p.Days <= 1200 && (err != nil || back != p) {
			t.Fatalf("%q is %s, which is %v, %v", text, p, back, err)
		}
		if p.IsZero() || p.Months < 0 || p.Days < 0 || p.Months != 0 && p.Days != 0 {
			t.Fatalf("%q is %+v", text, p)
		}
	})
}

func TestPeriodAsText(t *testing.T) {
	t.Parallel()
	for want, p := range map[string]Period{"36M": Months(36), "14D": Days(14), "": {}} {
		if p.String() != want {
			t.Errorf("%+v is %q", p, p)
		}
	}
}

func TestDivides(t *testing.T) {
	t.Parallel()
	cases := []struct {
		part, whole Period
		want        bool
	}{
		{Months(1), Months(12), true}, {Months(12), Months(12), true}, {Months(5), Months(12), false},
		{Months(12), Months(1), false}, {Days(7), Days(14), true}, {Days(7), Days(10), false},
		{Days(7), Months(7), false}, {Months(1), Days(30), false}, {Period{}, Months(1), false},
	}
	for _, c := range cases {
		if got := c.part.Divides(c.whole); got != c.want {
			t.Errorf("%v divides %v: %v", c.part, c.whole, got)
		}
	}
}

func anyPeriod() *rapid.Generator[Period] {
	return rapid.OneOf(rapid.Map(rapid.IntRange(1, 60), Months), rapid.Map(rapid.IntRange(1, 400), Days))
}

// TestPeriodsFollowOneAnother: counted from their anchor, periods neither
// overlap nor leave gaps, and a month's end stays one.
func TestPeriodsFollowOneAnother(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		anchor, p := anyDate("1990-01-01", "2100-12-31").Draw(t, "anchor"), anyPeriod().Draw(t, "period")
		n := rapid.IntRange(0, 120).Draw(t, "n")
		first, next := p.Nth(anchor, n), p.Nth(anchor, n+1)
		if !first.Before(next) || p.Nth(anchor, 0) != anchor {
			t.Fatalf("%v is followed by %v", first, next)
		}
		if p.LastDay(anchor) != p.Nth(anchor, 1).AddDays(-1) {
			t.Fatalf("the last day is %v", p.LastDay(anchor))
		}
		if p.Months != 0 {
			month := Date{Year: first.Year, Month: first.Month, Day: 1}.AddMonths(1).AddDays(-1).Day
			if first.Day != min(anchor.Day, month) {
				t.Fatalf("%v + %d × %v is %v", anchor, n, p, first)
			}
			if months := (first.Year-anchor.Year)*12 + int(first.Month-anchor.Month); months != n*p.Months {
				t.Fatalf("%v + %d × %v is %v", anchor, n, p, first)
			}
		} else if anchor.DaysUntil(first) != n*p.Days {
			t.Fatalf("%v + %d × %v is %v", anchor, n, p, first)
		}
	})
}

func TestMonthEndsReturn(t *testing.T) {
	t.Parallel()
	want := []string{"2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30", "2024-05-31"}
	for n, day := range want {
		if got := Months(1).Nth(MustDate("2024-01-31"), n).String(); got != day {
			t.Errorf("month %d begins on %s, not %s", n, got, day)
		}
	}
}

func TestSpan(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		from := anyDate("2000-01-01", "2100-12-31").Draw(t, "from")
		s := Span{From: from, To: from.AddDays(rapid.IntRange(0, 2000).Draw(t, "length"))}
		d := from.AddDays(rapid.IntRange(-3000, 3000).Draw(t, "day"))
		through := s.DaysThrough(d)
		switch {
		case d.Before(s.From) && through != 0, d.After(s.To) && through != s.Days():
			t.Fatalf("%v counts %d days through %v", s, through, d)
		case s.Contains(d) && through != s.From.DaysUntil(d)+1:
			t.Fatalf("%v counts %d days through %v", s, through, d)
		case s.Contains(d) == (d.Before(s.From) || d.After(s.To)):
			t.Fatalf("%v contains %v: %v", s, d, s.Contains(d))
		case s.Days() < 1 || s.DaysThrough(s.To) != s.Days() || s.DaysThrough(s.From) != 1:
			t.Fatalf("%v has %d days", s, s.Days())
		}
	})
}

func TestOpenSpansCover(t *testing.T) {
	t.Parallel()
	day := MustDate("2026-07-01")
	cases := []struct {
		span Span
		want bool
	}{
		{Span{}, true},
		{Span{From: day}, true},
		{Span{To: day}, true},
		{Span{From: day.AddDays(1)}, false},
		{Span{To: day.AddDays(-1)}, false},
		{Span{From: day, To: day}, true},
	}
	for _, c := range cases {
		if c.span.covers(day) != c.want {
			t.Errorf("%v covers %v: %v", c.span, day, !c.want)
		}
	}
}
