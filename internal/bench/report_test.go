package bench

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestMedianAndSpread(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		values         []float64
		median, spread float64
	}{
		{nil, 0, 0},
		{[]float64{4}, 4, 0},
		{[]float64{9, 1, 5}, 5, 1.6},
		{[]float64{4, 1, 3, 2}, 2.5, 1.2},
	} {
		if m, s := median(c.values), spread(c.values); m != c.median || s != c.spread {
			t.Errorf("%v: median %v, spread %v", c.values, m, s)
		}
	}
}

// The verdict is about the ratio where there is a limit, unless the target is
// absolute.
func TestVerdicts(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		limit         float64
		target        *Target
		want          Verdict
		words         string
		fulfilment    float64
		value, beside float64
	}{
		"no target":        {0, nil, Untold, "", 0, 100, 0},
		"enough":           {0, &Target{AtLeast: 100}, Met, "≥ 100 /s", 1, 100, 0},
		"too little":       {0, &Target{AtLeast: 100}, Missed, "≥ 100 /s", 0.5, 50, 0},
		"too much":         {0, &Target{AtMost: 50}, Missed, "≤ 50.0 /s", 0.5, 100, 0},
		"ratio":            {1, &Target{AtLeast: 0.5}, Met, "≥ 0.50", 1.2, 60, 100},
		"ratio too small":  {1, &Target{AtLeast: 0.5}, Missed, "≥ 0.50", 0.8, 40, 100},
		"ratio too large":  {1, &Target{AtMost: 3}, Missed, "≤ 3.00", 0.75, 400, 100},
		"absolute, beside": {1, &Target{AtLeast: 100, Absolute: true}, Missed, "≥ 100 /s", 0.6, 60, 1},
	} {
		f := &Figure{Unit: perSecond, Target: c.target}
		if c.limit > 0 {
			f.against("limit")
		}
		f.add(c.value, c.beside)
		if f.Verdict() != c.want || f.target() != c.words || f.fulfilment() != c.fulfilment {
			t.Errorf("%s: %q, %q, %v", name, f.Verdict(), f.target(), f.fulfilment())
		}
	}
}

func TestRatioIsThatOfTheMedians(t *testing.T) {
	t.Parallel()
	f := (&Figure{}).against("limit")
	for _, round := range [][2]float64{{10, 100}, {30, 60}, {20, 80}} {
		f.add(round[0], round[1])
	}
	if f.Median != 20 || f.Limit.Median != 80 || f.Limit.Ratio != 0.25 || f.last() != 20 {
		t.Errorf("%+v, %+v", f, f.Limit)
	}
}

// some is a report with every kind of figure.
func some() Report {
	b := &bench{engine: SQLite, report: &Report{
		At: time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC), Version: "1.2.3", Rounds: 3, Seconds: 1.5, Policies: 100_000, Due: 20_000,
		Machine: Machine{Cores: 2, Processor: "Abacus <1>", System: "linux/amd64", Go: "go1.26"},
	}}
	b.figure("quote", "quote <stored>", perSecond).against("echo").aims(Target{AtLeast: 0.5}).add(6000, 10_000)
	b.figure("start", "cold start", milliseconds).aims(Target{AtMost: 2000}).add(2500, 0)
	b.figure("order", "order", perSecond).add(1234.5, 0)
	b.figure("nothing", "was never measured", perSecond)
	b.report.Figures[0].Memory = 99.4
	b.remember()
	b.engine = Postgres
	b.figure("quote", "quote", perSecond).against("echo").aims(Target{AtLeast: 0.5}).add(4000, 10_000)
	return *b.report
}

func TestWhatIsShownOnATerminal(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := Print(&out, []string{"NO_COLOR=1"}, some()); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"covernote 1.2.3 on 2 cores (Abacus <1>, linux/amd64, go1.26), 22 November 2026. Medians of 3 rounds, 1.5 s each; 100,000 policies, 20,000 due.",
		"\nSQLite\n", "\nPostgreSQL\n", "6,000 /s ±0%", "10,000 /s echo", "0.60", "≥ 0.50", "✓ met", "✗ missed", "≤ 2,000 ms", "99.4 MB",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not shown in\n%s", want, &out)
		}
	}
	if strings.Contains(out.String(), "never measured") {
		t.Error("a figure without a sample is shown")
	}
	if got := some().Missed(); got != 2 {
		t.Errorf("%d targets are missed, want 2", got)
	}
}

func TestAReportIsReadAsItWasWritten(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "figures.json")
	want := some()
	if err := want.Write(path); err != nil {
		t.Fatal(err)
	}
	got, err := Read(path)
	if err != nil || got.Missed() != want.Missed() || len(got.Figures) != len(want.Figures) || !reflect.DeepEqual(got.Figures[0], want.Figures[0]) {
		t.Errorf("%+v, %v", got, err)
	}
}

// written is the path of a page with a text.
func written(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "speed.md")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// A page keeps all that stands around its figures, however often they are written.
func TestAPageKeepsWhatStandsAroundItsFigures(t *testing.T) {
	t.Parallel()
	path := written(t, "# Speed\n\n"+pageBegin+"\nold\n"+pageEnd+"\n\nThe end.\n")
	for range 2 {
		if err := WritePage(path, some()); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	page := string(text)
	if !strings.HasPrefix(page, "# Speed\n\n"+pageBegin) || !strings.HasSuffix(page, pageEnd+"\n\nThe end.\n") || strings.Contains(page, "\nold\n") {
		t.Errorf("the page is\n%s", page)
	}
	for _, want := range []string{"### SQLite", "### PostgreSQL", "(speed/sqlite.svg)", "| quote <stored> | 6,000 /s ±0% | 10,000 /s echo | 0.60 | ≥ 0.50 | met | 99.4 MB |"} {
		if strings.Count(page, want) != 1 {
			t.Errorf("%q is there %d times", want, strings.Count(page, want))
		}
	}
	for _, engine := range []Engine{SQLite, Postgres} {
		wellFormed(t, filepath.Join(filepath.Dir(path), "speed", string(engine)+".svg"))
	}
}

func wellFormed(t *testing.T, path string) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	decoder := xml.NewDecoder(file)
	for {
		if _, err := decoder.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
	}
}

func TestAPageWithoutAPlaceIsLeftAlone(t *testing.T) {
	t.Parallel()
	if err := WritePage(written(t, "nothing\n"), some()); err == nil || !strings.Contains(err.Error(), "no place for figures") {
		t.Errorf("it was written: %v", err)
	}
}

// Only figures with a target have a bar; one that meets it exactly ends at the
// line, and one that is far beyond stays in the picture.
func TestBars(t *testing.T) {
	t.Parallel()
	exact, far, missed := &Figure{What: "exact"}, &Figure{What: "far"}, &Figure{What: "missed"}
	exact.aims(Target{AtLeast: 10}).add(10, 0)
	far.aims(Target{AtLeast: 10}).add(1000, 0)
	missed.aims(Target{AtMost: 10}).add(20, 0)
	c := newChart(SQLite, []*Figure{exact, {What: "none", Samples: []float64{1}}, far, missed})
	if len(c.Bars) != 3 || c.Left+c.Bars[0].Width != c.Target || c.Bars[1].Width != chartWide ||
		c.Left+c.Bars[2].Width >= c.Target || !c.Bars[2].Missed || c.Bars[0].Missed {
		t.Errorf("%+v", c)
	}
}

func TestAmounts(t *testing.T) {
	t.Parallel()
	for value, want := range map[float64]string{
		0: "0.00", 0.125: "0.12", 9.876: "9.88", 42.04: "42.0", 999.6: "1,000", 1234567: "1,234,567", -1500: "-1,500",
	} {
		if got := amount(value); got != want {
			t.Errorf("%v is written %s, want %s", value, got, want)
		}
	}
}

func TestUnknownMeasuresAreRefused(t *testing.T) {
	t.Parallel()
	if _, err := Run(t.Context(), Options{Only: []string{"quotes"}}); err == nil || !strings.Contains(err.Error(), "quote, booking") {
		t.Errorf("it was measured: %v", err)
	}
	if _, err := Run(t.Context(), Options{Only: []string{"quote"}}); err != nil {
		t.Errorf("nothing was to be done: %v", err)
	}
}
