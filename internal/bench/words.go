package bench

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// amount writes a number to three digits that say something, in groups of
// thousands.
func amount(value float64) string {
	switch size := math.Abs(value); {
	case size >= 100:
		return thousands(int64(math.Round(value)))
	case size >= 10:
		return strconv.FormatFloat(value, 'f', 1, 64)
	}
	return strconv.FormatFloat(value, 'f', 2, 64)
}

func thousands(n int64) string {
	text := strconv.FormatInt(n, 10)
	for at := len(text) - 3; at > 0 && text[at-1] != '-'; at -= 3 {
		text = text[:at] + "," + text[at:]
	}
	return text
}

// measured is a median with its unit.
func measured(value float64, unit string) string {
	return strings.TrimSpace(amount(value) + " " + unit)
}

// value is what was measured, and how far apart its rounds are.
func (f *Figure) value() string {
	return fmt.Sprintf("%s ±%.0f%%", measured(f.Median, f.Unit), 50*spread(f.Samples))
}

// limit is what it is held against, if anything.
func (f *Figure) limit() string {
	if f.Limit == nil {
		return ""
	}
	return measured(f.Limit.Median, f.Unit) + " " + f.Limit.What
}

// ratio is that of figure and limit.
func (f *Figure) ratio() string {
	if f.Limit == nil {
		return ""
	}
	return amount(f.Limit.Ratio)
}

// target is in the words of the figure, or of its ratio.
func (f *Figure) target() string {
	if f.Target == nil {
		return ""
	}
	unit := f.Unit
	if f.Limit != nil && !f.Target.Absolute {
		unit = ""
	}
	if f.Target.AtMost > 0 {
		return "≤ " + measured(f.Target.AtMost, unit)
	}
	return "≥ " + measured(f.Target.AtLeast, unit)
}

// name is what people call an engine.
func (e Engine) name() string {
	if e == Postgres {
		return "PostgreSQL"
	}
	return "SQLite"
}

// engines are those of the figures, in their order.
func (r Report) engines() []Engine {
	var all []Engine
	for _, f := range r.Figures {
		if len(all) == 0 || all[len(all)-1] != f.Engine {
			all = append(all, f.Engine)
		}
	}
	return all
}

// of are the figures of an engine that were measured at least once.
func (r Report) of(e Engine) []*Figure {
	var all []*Figure
	for _, f := range r.Figures {
		if f.Engine == e && len(f.Samples) > 0 {
			all = append(all, f)
		}
	}
	return all
}

// setting says where and how it was measured.
func (r Report) setting() string {
	return fmt.Sprintf("%s on %d cores (%s, %s, %s), %s. Medians of %d rounds, %s s each; %s policies, %s due.",
		r.Version, r.Machine.Cores, r.Machine.Processor, r.Machine.System, r.Machine.Go,
		r.At.Format("2 January 2006"), r.Rounds, strconv.FormatFloat(r.Seconds, 'f', -1, 64),
		thousands(r.Policies), thousands(r.Due))
}
