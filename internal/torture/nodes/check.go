package nodes

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
)

// Finding is a line that "covernote check" printed.
type Finding struct {
	// Invariant is the first word, Detail the rest.
	Invariant, Detail string
}

// Check runs "covernote check" on the node's database and gives what it found.
func (n *Node) Check(ctx context.Context) ([]Finding, error) {
	out, err := n.command(ctx, "check")
	findings := parseFindings(out)
	if _, failed := errors.AsType[*exec.ExitError](err); failed && len(findings) > 0 {
		return findings, nil
	}
	return findings, err
}

// command runs one of covernote's on the node's database and gives what it printed.
func (n *Node) command(ctx context.Context, name string, args ...string) (string, error) {
	at := []string{name, "--data", n.plan.Folder}
	if n.plan.Database != "" {
		at = []string{name, "--database", n.plan.Database}
	}
	var out, errs bytes.Buffer
	cmd := child(ctx, n.plan.Program, append(at, args...)...)
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		return out.String(), fmt.Errorf("run covernote %s: %w\n%s%s", name, err, out.String(), errs.String())
	}
	return out.String(), nil
}

// parseFindings reads lines of the form "invariant  part subject: detail". The
// last line counts.
func parseFindings(out string) []Finding {
	var findings []Finding
	for line := range strings.Lines(out) {
		if invariant, detail, ok := strings.Cut(strings.TrimSpace(line), "  "); ok {
			findings = append(findings, Finding{invariant, detail})
		}
	}
	return findings
}
