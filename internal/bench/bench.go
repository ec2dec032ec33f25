package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"
)

// Engine is the database that a figure was measured on.
type Engine string

// The engines.
const (
	SQLite   Engine = "sqlite"
	Postgres Engine = "postgres"
)

// Options say what is measured, and how long.
type Options struct {
	// Program is the executable of Covernote.
	Program string
	Version string
	Engines []Engine
	// Postgres is the URL of a server in which databases may be made; if it is empty,
	// one is started.
	Postgres string
	Rounds   int
	Time     time.Duration // of each measurement that is not of a number of things
	// Only are the names of the measures; all if there are none.
	Only []string
	// Policies lie there when lists are read and premiums fall due.
	Policies int64
	// Due is how many premiums fall due at once, how many webhooks wait in the
	// queue, and how many events are told again.
	Due int64
	// Profiles is a folder for profiles of the server's processors during each
	// measure; empty: none are taken.
	Profiles string
	// Progress is where it is told how far the run is; it may be nil.
	Progress func(done, total int, what string)
}

// connections is how many there are at the same time.
const connections = 64

// bench is a run on its way.
type bench struct {
	Options
	report *Report
	work   string // a folder for whatever is made
	// engine is the one that is measured now.
	engine   Engine
	postgres *postgres
	server   *sandbox // the last that was started
	done     int
	total    int
}

// measure is one thing to find out, on a sandbox of its own.
type measure struct {
	name string
	run  func(*bench, context.Context) error
}

// measures are all of them, in the order in which they are done.
func measures() []measure {
	return []measure{
		{"start", (*bench).coldStart},
		{"quote", (*bench).quote},
		{"booking", (*bench).booking},
		{"order", (*bench).order},
		{"cancel", (*bench).cancel},
		{"lookup", (*bench).lookup},
		{"sweep", (*bench).sweep},
		{"webhook", (*bench).webhook},
		{"replay", (*bench).replay},
		{"certificate", (*bench).certificate},
	}
}

// Names are those of the measures, in the order in which they are done.
func Names() []string {
	var names []string
	for _, m := range measures() {
		names = append(names, m.name)
	}
	return names
}

// Run measures. What was measured before an error is in the report all the same.
func Run(ctx context.Context, o Options) (Report, error) {
	chosen, err := chosen(o.Only)
	if err != nil {
		return Report{}, err
	}
	work, err := os.MkdirTemp("", "covernote-bench-")
	if err != nil {
		return Report{}, fmt.Errorf("make a folder for the bench: %w", err)
	}
	b := &bench{Options: o, work: work, total: len(chosen) * len(o.Engines) * o.Rounds, report: &Report{
		At: time.Now().UTC(), Version: o.Version, Machine: here(), Rounds: o.Rounds, Seconds: o.Time.Seconds(),
		Policies: o.Policies, Due: o.Due,
	}}
	for _, engine := range o.Engines {
		if err = b.on(ctx, engine, chosen); err != nil {
			break
		}
	}
	return *b.report, errors.Join(err, os.RemoveAll(work))
}

func chosen(only []string) ([]measure, error) {
	for _, name := range only {
		if !slices.Contains(Names(), name) {
			return nil, fmt.Errorf("there is no measure %q; there are: %s", name, strings.Join(Names(), ", "))
		}
	}
	return slices.DeleteFunc(measures(), func(m measure) bool {
		return len(only) > 0 && !slices.Contains(only, m.name)
	}), nil
}

// on measures on one engine.
func (b *bench) on(ctx context.Context, engine Engine, chosen []measure) (err error) {
	b.engine = engine
	if engine == Postgres {
		if b.postgres, err = findPostgres(ctx, b.Postgres); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, b.postgres.stop()) }()
	}
	for _, m := range chosen {
		if err := m.run(b, ctx); err != nil {
			return fmt.Errorf("measure %s on %s: %w%s", m.name, engine, err, b.complaint())
		}
	}
	b.remember()
	return nil
}

// complaint is what the last server said of itself, if anything.
func (b *bench) complaint() string {
	if b.server == nil || b.server.said.String() == "" {
		return ""
	}
	return "\nThe server said:\n" + b.server.said.String()
}

// remember makes a figure of the most memory that the server took in any measure.
func (b *bench) remember() {
	most := 0.0
	for _, f := range b.report.of(b.engine) {
		most = max(most, f.Memory)
	}
	if most > 0 {
		b.figure("memory", "memory, the most in any measure", megabytes).aims(Target{AtMost: 500}).add(most, 0)
	}
}

// figure begins a figure of the measure at hand.
func (b *bench) figure(measure, what, unit string) *Figure {
	f := &Figure{Engine: b.engine, Measure: measure, What: what, Unit: unit}
	b.report.Figures = append(b.report.Figures, f)
	return f
}

// against holds a figure against a limit.
func (f *Figure) against(limit string) *Figure {
	f.Limit = &Limit{What: limit}
	return f
}

// aims gives a figure its target.
func (f *Figure) aims(t Target) *Figure {
	f.Target = &t
	return f
}

// each does a round after the other on a sandbox, and keeps in the figures how
// much memory the server took.
func (b *bench) each(ctx context.Context, s *sandbox, measure string, round func(n int) error, figures ...*Figure) error {
	for n := range b.Rounds {
		b.tell(measure)
		if err := b.watched(ctx, s, measure, n, round); err != nil {
			return err
		}
		b.done++
	}
	b.tell(measure)
	_, most := s.memory()
	for _, f := range figures {
		f.Memory = most
	}
	return nil
}

func (b *bench) tell(measure string) {
	if b.Progress != nil {
		b.Progress(b.done, b.total, fmt.Sprintf("%s on %s", measure, b.engine))
	}
}

// watched does one round, and a profile beside it where profiles are wanted: of
// the last round, when everything is warm.
func (b *bench) watched(ctx context.Context, s *sandbox, measure string, n int, round func(n int) error) error {
	if b.Profiles == "" || n != b.Rounds-1 {
		return round(n)
	}
	taken := make(chan error, 1)
	go func() { taken <- b.profile(ctx, s, measure) }()
	err := round(n)
	return errors.Join(err, <-taken)
}
