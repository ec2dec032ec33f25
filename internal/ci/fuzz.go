package main

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// fuzzTime is how long each target searches; long searches are run by hand.
const fuzzTime = "3s"

// target is one fuzz function.
type target struct{ pkg, name string }

// fuzz searches for a few seconds with every target. What it finds is written
// to the package's testdata/fuzz, where it stays and is a test from then on.
func fuzz(ctx context.Context, b bench, p *progress) outcome {
	targets, err := findTargets(ctx, b)
	if err != nil {
		return failedWith(err.Error() + "\n")
	}
	o := outcome{note: fmt.Sprintf("%d targets, %s each", len(targets), fuzzTime)}
	for i, t := range targets {
		p.say(fmt.Sprintf("%d of %d · %s", i+1, len(targets), t.name))
		out, err := b.fuzz(ctx, t, fuzzTime)
		if err != nil && strings.Contains(out, outOfTime) {
			out, err = b.fuzz(ctx, t, fuzzLonger)
		}
		if ctx.Err() != nil {
			break // ended from outside: that is no finding
		}
		if err != nil {
			o.verdict = failed
			o.output += out
			o.tally.failed++
		}
	}
	return o
}

// outOfTime is what go says, as if it were a finding, when the seeds alone took
// as long as there was. A machine that is busy is given longer.
const (
	outOfTime  = "context deadline exceeded"
	fuzzLonger = "60s"
)

// fuzz looks for what breaks one target.
func (b bench) fuzz(ctx context.Context, t target, time string) (string, error) {
	return b.command("go", "test", "-vet=off", "-run=^$", "-fuzz=^"+t.name+"$",
		"-fuzztime="+time, "-parallel=2", t.pkg).output(ctx)
}

// findTargets asks "go test -list" for the fuzz functions. Only packages whose
// tests mention one are asked, since asking links their test binary.
func findTargets(ctx context.Context, b bench) ([]target, error) {
	dirs, err := fuzzFolders(b.root)
	if err != nil || len(dirs) == 0 {
		return nil, err
	}
	out, err := b.command("go", append([]string{"test", "-vet=off", "-list=^Fuzz"}, dirs...)...).output(ctx)
	if err != nil {
		return nil, fmt.Errorf("list fuzz targets: %w\n%s", err, out)
	}
	return parseTargets(out), nil
}

// fuzzFolders gives, as "./path", every folder of a test file with a fuzz
// function.
func fuzzFolders(root string) ([]string, error) {
	var dirs []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil || !bytes.Contains(text, []byte("\nfunc Fuzz")) {
			return err
		}
		dir, err := filepath.Rel(root, filepath.Dir(path))
		dirs = append(dirs, "./"+filepath.ToSlash(dir))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("look for fuzz targets: %w", err)
	}
	return slices.Compact(dirs), nil // a walk is sorted: equal ones are neighbours
}

// parseTargets reads "go test -list": the names of a package, then its "ok".
func parseTargets(listing string) []target {
	var all []target
	var pending []string
	for line := range strings.Lines(listing) {
		fields := strings.Fields(line)
		switch {
		case len(fields) == 1 && strings.HasPrefix(fields[0], "Fuzz"):
			pending = append(pending, fields[0])
		case len(fields) >= 2 && fields[0] == "ok":
			for _, name := range pending {
				all = append(all, target{fields[1], name})
			}
			pending = nil
		}
	}
	return all
}
