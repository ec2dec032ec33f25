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
	args := []string{"check", "--data", n.plan.Folder}
	if n.plan.Database != "" {
		args = []string{"check", "--database", n.plan.Database}
	}
	var out, errs bytes.Buffer
	cmd := child(ctx, n.plan.Program, args...)
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	findings := parseFindings(out.String())
	if _, failed := errors.AsType[*exec.ExitError](err); failed && len(findings) > 0 {
		return findings, nil
	}
	if err != nil {
		return findings, fmt.Errorf("run covernote check: %w\n%s%s", err, out.String(), errs.String())
	}
	return findings, nil
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
