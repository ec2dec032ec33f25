package app_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/bench"
)

// The whole bench, with next to nothing of each: that it measures, not what.
func TestBenchMeasuresEverything(t *testing.T) {
	if testing.Short() {
		t.Skip("it starts a dozen processes, which the race detector does not look into")
	}
	t.Parallel()
	folder := t.TempDir()
	file, page := filepath.Join(folder, "figures.json"), filepath.Join(folder, "page.md")
	place := "<!-- figures: written by covernote bench --markdown -->\n<!-- end of the figures -->\n"
	if err := os.WriteFile(page, []byte(place), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, binary(t), "bench", "--rounds=1", "--time=50ms", "--policies=25", "--due=12",
		"--profiles="+folder, "--json="+file, "--markdown="+page)
	said, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	report, err := bench.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	measured := make(map[string]bool)
	for _, f := range report.Figures {
		measured[f.Measure] = true
		// The processors' time is counted in hundredths of a second: of so little work
		// it may be nothing.
		if (len(f.Samples) != 1 || f.Median <= 0) && !strings.Contains(f.What, "processor") {
			t.Errorf("%s, %s: %v", f.Measure, f.What, f.Samples)
		}
	}
	for _, name := range bench.Names() {
		if !measured[name] {
			t.Errorf("%s was not measured", name)
		}
	}
	for _, made := range []string{"page/sqlite.svg", "sqlite-quote.pprof"} {
		if info, err := os.Stat(filepath.Join(folder, made)); err != nil || info.Size() == 0 {
			t.Errorf("%s was not made: %v", made, err)
		}
	}
	if again := done(t, nil, "bench", "--read", file); again != string(said) || !strings.Contains(again, "SQLite") {
		t.Errorf("read again, the figures are\n%s\nnot\n%s", again, said)
	}
}

func TestBenchRefusesWhatItCannotMeasure(t *testing.T) {
	t.Parallel()
	for want, args := range map[string][]string{
		"there are: start": {"bench", "--only=speed"},
		"at least 1":       {"bench", "--rounds=0"},
	} {
		if o := command(t, nil, args...); o.status == 0 || !strings.Contains(o.errs, want) {
			t.Errorf("%v: status %d, %s", args, o.status, o.errs)
		}
	}
}
