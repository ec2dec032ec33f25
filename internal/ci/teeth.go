package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/covernote/covernote/internal/planted"
)

// plantedTag builds the product with its planted bugs.
const plantedTag = "planted"

// teeth plants one bug after the other and fails unless a test fails for each.
// The same tests must pass with the tag and no bug; and the program as it is
// released must know nothing of any of them.
func teeth(ctx context.Context, b bench, p *progress) outcome {
	dir, err := os.MkdirTemp("", "covernote-teeth")
	if err != nil {
		return failedWith(err.Error() + "\n")
	}
	defer func() { _ = os.RemoveAll(dir) }() // what is left lies in the system's own folder for it
	p.say("building")
	if err := nothingLeft(ctx, b, dir); err != nil {
		return failedWith(err.Error() + "\n")
	}
	j := jaw{bench: withBugs(b), dir: dir}
	if err := j.build(ctx); err != nil {
		return failedWith(err.Error() + "\n")
	}
	sound, o := j.sound(ctx, p)
	if o.verdict == failed {
		return o
	}
	return j.bite(ctx, p, sound)
}

// jaw runs test binaries that were built with the bugs.
type jaw struct {
	bench
	dir string
}

// withBugs has every build of the step know the bugs, also those that tests
// start themselves, and plants none.
func withBugs(b bench) bench {
	b.env = append(environment(nil), b.env...)
	b.env.set("GOFLAGS", strings.TrimSpace(os.Getenv("GOFLAGS")+" -p=2 -tags="+plantedTag))
	b.env.set(planted.Variable, "")
	return b
}

// build compiles each package's tests once.
func (j jaw) build(ctx context.Context) error {
	args := []string{"test", "-c", "-vet=off", "-o", j.dir + string(filepath.Separator)}
	for _, dir := range folders(bites()) {
		args = append(args, "./"+dir)
	}
	if out, err := j.command("go", args...).output(ctx); err != nil {
		return fmt.Errorf("%w\n%s", err, out)
	}
	return nil
}

// run runs tests of a package with a bug, or with none.
func (j jaw) run(ctx context.Context, c *counter, dir, pattern string, bug planted.Name) (rest string, err error) {
	b := withBugs(j.bench)
	b.env.set(planted.Variable, string(bug))
	cmd := b.command("go", "tool", "test2json", "-t", "-p", modulePath+dir,
		filepath.Join(j.dir, filepath.Base(dir)+".test"), "-test.v=test2json", "-test.short", "-test.timeout=2m", "-test.run="+pattern)
	cmd.dir = filepath.Join(j.root, dir)
	var other bytes.Buffer
	err = cmd.run(ctx, &lineWriter{line: func(line []byte) {
		if !c.event(line) {
			other.Write(line)
		}
	}})
	return other.String(), err
}

// sound runs every test of the bites without a bug. Each must be there and
// pass, or its failing later would show nothing.
func (j jaw) sound(ctx context.Context, p *progress) (*counter, outcome) {
	c := newCounter(func(int, string) {})
	for _, dir := range folders(bites()) {
		p.say("no bug · " + dir)
		if rest, err := j.run(ctx, c, dir, pattern(bites(), dir), ""); err != nil {
			return c, outcome{verdict: failed, tally: c.tally().failuresOnly(),
				output: "without any bug:\n" + c.failures() + rest + err.Error() + "\n"}
		}
	}
	for _, b := range bites() {
		if c.ended[b.id()].action != "pass" {
			return c, failedWith(fmt.Sprintf("%s has no test %s that passes without a bug\n", b.dir, b.test))
		}
	}
	return c, outcome{}
}

// bite plants every bug. One that nobody notices counts as a failed test; the
// tests that fail as they should do not.
func (j jaw) bite(ctx context.Context, p *progress, sound *counter) outcome {
	o := outcome{note: fmt.Sprintf("%d bugs planted, each noticed", len(planted.All()))}
	for i, b := range bites() {
		p.say(fmt.Sprintf("%d of %d · %s", i+1, len(bites()), b.bug))
		bitten := newCounter(func(int, string) {})
		rest, _ := j.run(ctx, bitten, b.dir, pattern([]bite{b}, b.dir), b.bug) // its status says less than its events
		if ctx.Err() != nil {
			break // ended from outside: that is no finding
		}
		caught := catch{b, b.noticed(sound, bitten)}
		o.catches = append(o.catches, caught)
		if len(caught.by) == 0 {
			o.verdict, o.note = failed, "a planted bug was not noticed"
			o.tally.failed++
			o.output += fmt.Sprintf("%s is planted, and %s of %s does not fail\n%s%s", b.bug, b.test, b.dir, bitten.failures(), rest)
		}
	}
	return o
}

// nothingLeft builds the program with the tag and without, and looks for the
// bugs' names in both: what the first must have, the second must not.
func nothingLeft(ctx context.Context, b bench, dir string) error {
	words := []string{planted.Variable}
	for _, n := range planted.All() {
		words = append(words, string(n))
	}
	return errors.Join(
		search(ctx, withBugs(b), filepath.Join(dir, "planted"), words, true),
		search(ctx, b, filepath.Join(dir, "released"), words, false))
}

// search builds the program and compares whether it holds words.
func search(ctx context.Context, b bench, path string, words []string, want bool) error {
	if out, err := b.command("go", "build", "-o", path, "./cmd/covernote").output(ctx); err != nil {
		return fmt.Errorf("%w\n%s", err, out)
	}
	program, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("look for planted bugs: %w", err)
	}
	for _, word := range words {
		if bytes.Contains(program, []byte(word)) != want {
			err = errors.Join(err, fmt.Errorf("the %s program holds %q: %v, want %v", filepath.Base(path), word, !want, want))
		}
	}
	return err
}
