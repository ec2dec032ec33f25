package bench

import (
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"
)

// Report is everything that one run has measured.
type Report struct {
	// At is when it began, machine time in UTC.
	At      time.Time `json:"at"`
	Version string    `json:"version"`
	Machine Machine   `json:"machine"`
	Rounds  int       `json:"rounds"`
	Seconds float64   `json:"seconds"` // of each measurement that is not of a number of things
	// Policies lie there when lists are read and premiums fall due; Due is how
	// many do so at once, and how many events are told again.
	Policies int64     `json:"policies"`
	Due      int64     `json:"due"`
	Figures  []*Figure `json:"figures"`
}

// Machine is where it was measured.
type Machine struct {
	Cores     int    `json:"cores"`
	Processor string `json:"processor"`
	System    string `json:"system"`
	Go        string `json:"go"`
}

// Figure is one thing that was measured, once in each round.
type Figure struct {
	Engine  Engine `json:"engine"`
	Measure string `json:"measure"` // as --only names it
	What    string `json:"what"`
	Unit    string `json:"unit"`
	// Samples are one of each round, in their order; Median is the middle one.
	Samples []float64 `json:"samples"`
	Median  float64   `json:"median"`
	Limit   *Limit    `json:"limit,omitempty"`
	Target  *Target   `json:"target,omitempty"`
	// Memory is the most that the server held during the measure, in megabytes; 0
	// where the system does not say.
	Memory float64 `json:"memory,omitempty"`
}

// Limit is what a figure is held against, measured in the same rounds.
type Limit struct {
	What    string    `json:"what"`
	Samples []float64 `json:"samples"`
	Median  float64   `json:"median"`
	// Ratio is that of the two medians, the figure's above the limit's.
	Ratio float64 `json:"ratio"`
}

// Target is what a figure should come to: its ratio where it has a limit, else
// its median. One of the bounds is 0.
type Target struct {
	AtLeast float64 `json:"at_least,omitempty"`
	AtMost  float64 `json:"at_most,omitempty"`
	// Absolute holds the median against the target although there is a limit.
	Absolute bool `json:"absolute,omitempty"`
}

// The units of figures.
const (
	perSecond    = "/s"
	milliseconds = "ms"
	megabytes    = "MB"
)

// Verdict is what a target says of a figure.
type Verdict string

// The verdicts.
const (
	Met    Verdict = "met"
	Missed Verdict = "missed"
	// Untold is that of a figure without a target.
	Untold Verdict = ""
)

// add adds the samples of one round; a figure without a limit has no use for the
// second.
func (f *Figure) add(value, limit float64) {
	f.Samples = append(f.Samples, value)
	f.Median = median(f.Samples)
	if f.Limit == nil {
		return
	}
	f.Limit.Samples = append(f.Limit.Samples, limit)
	if f.Limit.Median = median(f.Limit.Samples); f.Limit.Median > 0 {
		f.Limit.Ratio = f.Median / f.Limit.Median
	}
}

// last is the newest sample.
func (f *Figure) last() float64 {
	if len(f.Samples) == 0 {
		return 0
	}
	return f.Samples[len(f.Samples)-1]
}

// judged is the number that the target is about.
func (f *Figure) judged() float64 {
	if f.Limit != nil && (f.Target == nil || !f.Target.Absolute) {
		return f.Limit.Ratio
	}
	return f.Median
}

// Verdict says whether the target is met.
func (f *Figure) Verdict() Verdict {
	switch {
	case f.Target == nil || len(f.Samples) == 0:
		return Untold
	case f.Target.AtLeast > 0 && f.judged() < f.Target.AtLeast,
		f.Target.AtMost > 0 && f.judged() > f.Target.AtMost:
		return Missed
	}
	return Met
}

// fulfilment is how far a figure is beyond its target: 1 meets it exactly, 2 is
// twice as good.
func (f *Figure) fulfilment() float64 {
	switch {
	case f.Target == nil || f.judged() == 0:
		return 0
	case f.Target.AtMost > 0:
		return f.Target.AtMost / f.judged()
	}
	return f.judged() / f.Target.AtLeast
}

// Missed counts the figures whose target is not met.
func (r Report) Missed() int {
	n := 0
	for _, f := range r.Figures {
		if f.Verdict() == Missed {
			n++
		}
	}
	return n
}

// Write writes the report as JSON.
func (r Report) Write(path string) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err == nil {
		err = os.WriteFile(path, append(text, '\n'), 0o644)
	}
	if err != nil {
		return fmt.Errorf("write figures: %w", err)
	}
	return nil
}

// Read reads a report that Write wrote.
func Read(path string) (Report, error) {
	var r Report
	text, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(text, &r)
	}
	if err != nil {
		return r, fmt.Errorf("read figures: %w", err)
	}
	return r, nil
}

// here describes this machine.
func here() Machine {
	return Machine{
		Cores: runtime.NumCPU(), Processor: processor(), System: runtime.GOOS + "/" + runtime.GOARCH, Go: runtime.Version(),
	}
}

// processor is the model, where the system says it as Linux does.
func processor() string {
	text, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return "unknown"
	}
	for line := range strings.Lines(string(text)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return "unknown"
}
