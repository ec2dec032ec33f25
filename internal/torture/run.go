// Package torture shows that Covernote keeps its promises while everything around
// it breaks. It is a client from outside: it knows the three partner APIs, our own,
// the controls of the sandbox and "covernote check", and nothing of the inside.
//
// A run is a plan of chapters. Each begins a server anew, harms it in many strokes
// under load, and then compares what clients were told with what the server says.
// A seed says all about the plan.
package torture

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"

	"github.com/alecthomas/kong"
	"golang.org/x/sync/errgroup"

	"github.com/covernote/covernote/internal/cluster"
	"github.com/covernote/covernote/internal/torture/disks"
	"github.com/covernote/covernote/internal/torture/nodes"
	"github.com/covernote/covernote/internal/torture/report"
)

// The exit statuses.
const (
	statusHeld    = 0
	statusBroken  = 1
	statusUnclear = 2
)

// run is one run of the command.
type run struct {
	options  options
	folder   string
	program  string
	postgres string
	powercut string
	findings *report.Findings
	screen   *report.Screen
}

// Run runs the command line until it is done or ctx ends. It returns 0 if
// everything held, 1 if something did not, and 2 if it could not be found out.
func Run(ctx context.Context, args []string, out io.Writer) int {
	r := &run{findings: &report.Findings{}, screen: report.NewScreen(out)}
	status := -1
	parser, err := kong.New(&r.options, kong.Name("torture"), kong.Writers(out, out), kong.Exit(func(code int) { status = code }),
		kong.Description("Harms Covernote under load and looks what is left of its promises."))
	if err != nil {
		return r.giveUp(err)
	}
	if _, err = parser.Parse(args); status >= 0 {
		return status // --help has printed itself
	}
	if err == nil {
		err = r.options.check()
	}
	if err != nil {
		return r.giveUp(err)
	}
	if r.options.Seed == 0 {
		r.options.Seed = rand.Uint64N(1_000_000_000) + 1
	}
	return r.take(ctx)
}

func (r *run) giveUp(err error) int {
	r.screen.Say("torture: %v", err)
	return statusUnclear
}

// take prints what was asked for, or runs the plan.
func (r *run) take(ctx context.Context) int {
	chapters := r.chosen()
	switch {
	case r.options.List:
		r.list()
		return statusHeld
	case r.options.Plan:
		r.show(chapters)
		return statusHeld
	case len(chapters) == 0:
		return r.giveUp(errors.New("there is nothing to do"))
	}
	r.screen.Say("seed %d: go run ./cmd/torture --seed %d --scale %s repeats this plan", r.options.Seed, r.options.Seed, r.options.Scale)
	if r.options.Scale == "long" && !r.options.disks() {
		r.screen.Say("NOT RUN: power and full, which need root and /dev/fuse to mount disks of their own")
	}
	if r.options.Scale == "long" && r.options.Before == "" {
		r.screen.Say("NOT RUN: upgrade, which needs the program of the release before: --before")
	}
	if err := r.prepare(ctx); err != nil {
		return r.giveUp(err)
	}
	tally, err := r.chapters(ctx, chapters)
	return r.conclude(tally, err)
}

func (r *run) chosen() []chapter {
	var some []chapter
	for _, c := range plan(r.options) {
		if r.options.chosen(c) {
			some = append(some, c)
		}
	}
	return some
}

// prepare makes the folder, builds the program and looks for PostgreSQL.
func (r *run) prepare(ctx context.Context) (err error) {
	if r.folder = r.options.Out; r.folder == "" {
		r.folder, err = os.MkdirTemp("", "covernote-torture-")
	} else {
		err = os.MkdirAll(r.folder, 0o700)
	}
	if err != nil {
		return fmt.Errorf("make a folder: %w", err)
	}
	if r.program = r.options.Program; r.program == "" {
		if r.program, err = nodes.Build(ctx, r.folder); err != nil {
			return err
		}
	}
	if r.options.disks() {
		if r.powercut, err = disks.BuildPowercut(ctx, r.folder); err != nil {
			return err
		}
	}
	if r.options.Engine == "sqlite" {
		return nil
	}
	if r.postgres = cluster.Find(ctx, cluster.Folders()); r.postgres == "" {
		return errors.New("PostgreSQL 15 or newer is missing; --engine sqlite goes without it")
	}
	return nil
}

// chapters runs them, so many at once, also after one has broken, until ctx ends.
func (r *run) chapters(ctx context.Context, all []chapter) (*report.Tally, error) {
	tally := report.NewTally()
	total := 0
	for _, c := range all {
		total += len(c.strokes)
	}
	bar := r.screen.Begin(total)
	defer bar.End()
	var group errgroup.Group
	group.SetLimit(r.options.AtOnce)
	for _, c := range all {
		group.Go(func() error {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			if err := r.chapter(ctx, c, tally, bar); err != nil {
				return fmt.Errorf("chapter %s: %w", c.name(), err)
			}
			return nil
		})
	}
	return tally, group.Wait()
}

// chapter builds a server, harms it and compares.
func (r *run) chapter(ctx context.Context, c chapter, tally *report.Tally, bar *report.Bar) error {
	h, err := r.build(ctx, c)
	defer h.close()
	if errors.Is(err, nodes.ErrLate) && ctx.Err() == nil {
		r.findings.Add("I14", "start of "+c.name(), "%v", err)
		return nil
	}
	if err != nil {
		return err
	}
	if err := h.warm(ctx); err != nil {
		return err
	}
	before, err := h.vitals(ctx)
	if err != nil {
		return err
	}
	for _, s := range c.strokes {
		bar.Say(c.name(), s.fault.Name, len(r.findings.All()))
		if err := h.strike(ctx, s); err != nil {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			r.findings.Add("I14", s.fault.Name, "%v", err)
			break // what is left is compared
		}
		tally.Struck(s.fault.Name, c.setting.Name(), s.times)
		bar.Add()
	}
	bar.Say(c.name(), "comparing", len(r.findings.All()))
	err = h.finish(ctx, before)
	tally.Compared(c.setting.Name(), len(h.Ledger.Deeds()), h.Crowd.Missed(), len(h.Told.Arrivals()))
	return err
}
