package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// step is one line of the report.
type step struct {
	name string
	// services says whether its tests use PostgreSQL, the browser or poppler.
	services bool
	take     func(context.Context, bench, *progress) outcome
}

// allSteps gives the steps in their order: what fails fastest comes first.
func allSteps() []step {
	return []step{
		{"format", false, format},
		{"vet", false, vet},
		{"imports", false, imports},
		{"lint", false, lint},
		{"tests", true, tests},
		{"teeth", true, teeth},
		{"torture", true, torture},
		{"race", true, race},
		{"fuzz", true, fuzz},
	}
}

// choose keeps the named steps, or all of them if none is named.
func choose(steps []step, only []string) []step {
	if len(only) == 0 {
		return steps
	}
	return slices.DeleteFunc(steps, func(s step) bool { return !slices.Contains(only, s.name) })
}

func needsServices(steps []step) bool {
	return slices.ContainsFunc(steps, func(s step) bool { return s.services })
}

// bench is where steps work: the module's folder and the environment.
type bench struct {
	root string
	env  environment
}

// command is a program run in the module's folder.
func (b bench) command(name string, args ...string) command {
	return command{name: name, args: args, dir: b.root, env: b.env}
}

// verdict is how a step ended.
type verdict int

// The ways a step ends.
const (
	passed verdict = iota
	failed
	notRun
)

// outcome is what a step has to tell.
type outcome struct {
	verdict verdict
	// note is a few words beside the step's name.
	note string
	// output is printed in full, at the end, if the step failed.
	output string
	tally  tally
	// catches is who noticed which planted bug.
	catches []catch
}

// result is an outcome with its step and duration.
type result struct {
	outcome
	step string
	took time.Duration
}

func failedWith(output string) outcome { return outcome{verdict: failed, output: output} }

// format fails on every Go file that gofmt would write differently.
func format(ctx context.Context, b bench, _ *progress) outcome {
	goroot, err := b.command("go", "env", "GOROOT").output(ctx)
	if err != nil {
		return failedWith(goroot)
	}
	gofmt := filepath.Join(strings.TrimSpace(goroot), "bin", "gofmt")
	list, err := b.command(gofmt, "-l", ".").output(ctx)
	if err != nil || list != "" {
		return failedWith("gofmt would change:\n" + list)
	}
	return outcome{}
}

// vet runs Go's own checks.
func vet(ctx context.Context, b bench, _ *progress) outcome {
	return plain(b.command("go", "vet", "./...").output(ctx))
}

// imports keeps the rules of which package may know which.
func imports(ctx context.Context, b bench, _ *progress) outcome {
	return plain(b.command("go", "test", "-count=1", "./internal/architecture").output(ctx))
}

// lint builds golangci-lint from the tools module, where its version is
// pinned with its sums, and runs it; .golangci.yaml says on what it insists.
func lint(ctx context.Context, b bench, p *progress) outcome {
	p.say("building the linter, which takes two minutes the first time")
	tools := filepath.Join(b.root, "internal", "ci", "tools")
	path, err := b.command("go", "-C", tools, "tool", "-n", "golangci-lint").output(ctx)
	if err != nil {
		return failedWith(path)
	}
	p.say("")
	return plain(b.command(lastLine(path), "run", "--concurrency=2", "./...").output(ctx))
}

// lastLine skips what the go command says about downloads before its answer.
func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return lines[len(lines)-1]
}

// plain is the outcome of a program that says everything by its status.
func plain(output string, err error) outcome {
	if err != nil {
		return failedWith(output + err.Error() + "\n")
	}
	return outcome{}
}

// tests runs every test of the module once, uncached.
func tests(ctx context.Context, b bench, p *progress) outcome {
	o := goTest(ctx, b, p, "-vet=off", "-count=1", "-timeout=15m", "./...")
	o.note = fmt.Sprintf("%d tests in %d packages", o.tally.ran(), o.tally.packages)
	return o
}

// raced are the rooms where goroutines meet.
var raced = []string{"internal/core", "internal/store", "internal/courier", "internal/dialect"}

// unwatched keeps the race detector out of SQLite, which is C translated to Go
// and locks as C does: watching it finds nothing of ours and takes most of the
// time. What calls it is watched, the driver too: it makes copies of generic
// functions of package sync, and if those were not watched, the linker could
// choose them for everybody and good locks would look like races.
const unwatched = "-gcflags=modernc.org/sqlite/lib=-race=false"

// race runs those rooms again under the race detector, which makes them many
// times slower; -short lets long suites take smaller numbers, and those that begin
// with a new database each time only SQLite.
func race(ctx context.Context, b bench, p *progress) outcome {
	if cCompiler() == "" {
		return outcome{verdict: notRun, note: "no C compiler"}
	}
	args := []string{"-vet=off", "-count=1", "-race", unwatched, "-short", "-timeout=20m"}
	rooms := 0
	for _, dir := range raced {
		if _, err := os.Stat(filepath.Join(b.root, dir)); err == nil {
			args = append(args, "./"+dir+"/...")
			rooms++
		}
	}
	if rooms == 0 {
		return outcome{verdict: notRun, note: "none of its packages exists"}
	}
	b.env.set("CGO_ENABLED", "1")
	o := goTest(ctx, b, p, args...)
	o.note = fmt.Sprintf("%d tests again", o.tally.ran())
	o.tally = o.tally.failuresOnly()
	return o
}

// goTest runs "go test -json", counting as it goes.
func goTest(ctx context.Context, b bench, p *progress, args ...string) outcome {
	c := newCounter(func(done int, pkg string) { p.say(fmt.Sprintf("%d tests · %s", done, short(pkg))) })
	var rest bytes.Buffer
	stream := &lineWriter{line: func(line []byte) {
		if !c.event(line) {
			rest.Write(line)
		}
	}}
	err := b.command("go", append([]string{"test", "-json"}, args...)...).run(ctx, stream)
	o := outcome{tally: c.tally()}
	if err != nil || o.tally.failed > 0 {
		o.verdict = failed
		o.output = c.failures() + rest.String()
	}
	return o
}
