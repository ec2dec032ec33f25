package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// torture harms the program under load, a little of each that needs no root, and
// fails unless everything that was acknowledged is there. Its last line names the
// seed that repeats the run.
func torture(ctx context.Context, b bench, p *progress) outcome {
	dir, err := os.MkdirTemp("", "covernote-torture")
	if err != nil {
		return failedWith(err.Error() + "\n")
	}
	defer func() { _ = os.RemoveAll(dir) }() // what is left lies in the system's own folder for it
	p.say("building")
	program := filepath.Join(dir, "torture")
	if out, err := b.command("go", "build", "-o", program, "./cmd/torture").output(ctx); err != nil {
		return failedWith(out)
	}
	args := []string{"--scale", "short"}
	if slices.Contains(strings.Split(b.env.get(envWithout), ","), "postgres") {
		args = append(args, "--engine", "sqlite")
	}
	var said bytes.Buffer
	err = b.command(program, args...).run(ctx, &lineWriter{line: func(line []byte) {
		said.Write(line)
		p.say(strings.TrimSpace(string(line)))
	}})
	if err != nil {
		return outcome{verdict: failed, output: said.String() + err.Error() + "\n", tally: tally{failed: 1}}
	}
	return outcome{note: strings.TrimSpace(lastLine(said.String()))}
}
