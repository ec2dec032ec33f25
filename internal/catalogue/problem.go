package catalogue

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Problem is one thing that is wrong with a product file.
type Problem struct {
	// File is the path below the catalogue's folder, with forward slashes.
	File string
	// Line and Column count from 1; both are 0 where the whole file is meant.
	Line, Column int
	// Reason begins with the path of what is wrong inside the file, such as
	// "tariffs[1].net has no price for 36M".
	Reason string
}

// String is the problem in one line: "hepster/repair.yaml:41:7: …".
func (p Problem) String() string {
	if p.Line == 0 {
		return fmt.Sprintf("%s: %s", p.File, p.Reason)
	}
	return fmt.Sprintf("%s:%d:%d: %s", p.File, p.Line, p.Column, p.Reason)
}

// Problems is the error of Load and Read: everything that was found, ordered
// by file, line and column.
type Problems []Problem

// Error has one line per problem.
func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, problem := range p {
		lines[i] = problem.String()
	}
	return strings.Join(lines, "\n")
}

func (p Problems) sorted() Problems {
	slices.SortStableFunc(p, func(a, b Problem) int {
		return cmp.Or(
			cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Column, b.Column), cmp.Compare(a.Reason, b.Reason),
		)
	})
	return p
}

// report gathers the problems of one file.
type report struct {
	file     string
	problems Problems
}

// at notes a problem of a node; the sentence goes on from the node's path.
func (r *report) at(n *node, format string, args ...any) {
	reason := fmt.Sprintf(format, args...)
	if n.path != "" {
		reason = n.path + " " + reason
	}
	r.problems = append(r.problems, Problem{File: r.file, Line: n.line, Column: n.column, Reason: reason})
}

func (r *report) clean() bool { return len(r.problems) == 0 }
