package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/alecthomas/kong"
)

// The exit statuses; doc.go says what each promises.
const (
	statusPassed  = 0
	statusFailed  = 1
	statusMissing = 2
	statusPartial = 3
)

// longest is the most a whole run may take on two cores.
const longest = 28 * time.Minute

// Why a run was ended from within.
var (
	errTooLong  = errors.New("the run exceeded 28 minutes and was ended")
	errOrphaned = errors.New("the command that started the run is gone")
)

type options struct {
	Without []string `help:"Leave out what needs these: postgres, browser, pdf, axe. The run then ends with status 3." enum:"postgres,browser,pdf,axe" placeholder:"LIST"`
	Only    []string `help:"Run only these steps: format, vet, lint, imports, tests, teeth, torture, fuzz, race." enum:"format,vet,lint,imports,tests,teeth,torture,fuzz,race" placeholder:"LIST"`
}

func main() {
	var opts options
	kong.Parse(&opts,
		kong.Name("go run ./internal/ci"),
		kong.Description("Runs every check and every test of Covernote and counts them."),
		kong.Exit(func(status int) { os.Exit(min(status, statusMissing)) }))
	os.Exit(runUntilSignal(opts))
}

// runUntilSignal runs the steps; on Ctrl-C, SIGTERM or the death of the "go
// run" above, it ends them and cleans up before it returns.
func runUntilSignal(opts options) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ctx, cancel := context.WithTimeoutCause(ctx, longest, errTooLong)
	defer cancel()
	ctx, orphan := context.WithCancelCause(ctx)
	defer orphan(nil)
	go watchParent(ctx, os.Getppid, func() { orphan(errOrphaned) })
	return run(ctx, opts, newScreen(os.Stdout, os.Environ()))
}

// watchParent calls gone once the parent process is another than at first.
// "go run" passes no SIGTERM on: without this, ending it would leave the tests
// and their PostgreSQL behind.
func watchParent(ctx context.Context, parent func() int, gone func()) {
	first := parent()
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if parent() != first {
				gone()
				return
			}
		}
	}
}

// run prepares what the chosen steps need, takes them in order, and gives the
// exit status.
func run(ctx context.Context, opts options, out *screen) int {
	root, err := moduleRoot()
	if err != nil {
		return out.giveUp(err)
	}
	chosen := choose(allSteps(), opts.Only)
	env := newEnvironment(os.Environ(), opts.Without)
	if needsServices(chosen) {
		stop, err := provide(ctx, opts.Without, &env, out)
		if err != nil {
			return out.giveUp(err)
		}
		defer func() { out.complain(stop()) }()
	}
	b := bench{root: root, env: env}
	return out.conclude(takeAll(ctx, chosen, b, out), opts.Without)
}

// takeAll takes every step even after one failed, so that a run tells all it
// can; only the end of ctx stops it early.
func takeAll(ctx context.Context, steps []step, b bench, out *screen) []result {
	results := make([]result, 0, len(steps))
	for _, s := range steps {
		p := out.begin(s.name)
		started := time.Now()
		o := s.take(ctx, b, p)
		if ctx.Err() != nil {
			o.verdict, o.output = failed, o.output+context.Cause(ctx).Error()+"\n"
		}
		r := result{step: s.name, took: time.Since(started), outcome: o}
		out.finish(p, r)
		results = append(results, r)
		if ctx.Err() != nil {
			break
		}
	}
	return results
}

// environment is what child processes get, as "KEY=value" lines.
type environment []string

// newEnvironment takes over base, tells the tests what is left out, and keeps
// builds to two packages at a time so that two cores and 4 GB suffice.
func newEnvironment(base, without []string) environment {
	env := environment(base)
	env.set(envWithout, strings.Join(without, ","))
	env.set("GOFLAGS", strings.TrimSpace(os.Getenv("GOFLAGS")+" -p=2"))
	return env
}

// set adds a variable; a later one wins over an earlier one of that name.
func (e *environment) set(key, value string) { *e = append(*e, key+"="+value) }

// get gives the value of a variable, "" if it is not set.
func (e environment) get(key string) string {
	for _, line := range slices.Backward(e) {
		if name, value, _ := strings.Cut(line, "="); name == key {
			return value
		}
	}
	return ""
}
