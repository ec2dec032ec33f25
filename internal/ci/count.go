package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// testEvent is one line of "go test -json".
type testEvent struct {
	Action      string
	Package     string
	ImportPath  string
	Test        string
	Output      string
	Elapsed     float64
	FailedBuild string
}

// testName is a test or sub-test of a package; name is empty for the package.
type testName struct{ pkg, name string }

// timed is a test with how long it took.
type timed struct {
	testName
	took time.Duration
}

// tally is what a run of tests comes to.
type tally struct {
	passed, failed, skipped int
	packages                int
	slowest                 []timed
	skips                   []testName
}

func (t tally) ran() int { return t.passed + t.failed + t.skipped }

// failuresOnly drops everything but failures, for a step that repeats tests.
func (t tally) failuresOnly() tally { return tally{failed: t.failed} }

// plus adds the counts of two steps.
func (t tally) plus(u tally) tally {
	return tally{
		passed:   t.passed + u.passed,
		failed:   t.failed + u.failed,
		skipped:  t.skipped + u.skipped,
		packages: t.packages + u.packages,
		slowest:  slices.Concat(t.slowest, u.slowest),
		skips:    slices.Concat(t.skips, u.skips),
	}
}

// counter follows the events of one "go test -json".
type counter struct {
	ended  map[testName]timedEnd
	nodes  map[testName]bool // has sub-tests
	output map[testName]*bytes.Buffer
	builds map[string]*bytes.Buffer // compiler output by import path
	broken map[string]string        // package → import path that does not build
	done   int
	tell   func(done int, pkg string)
}

type timedEnd struct {
	action string
	took   time.Duration
}

// newCounter makes a counter that tells of its progress after each test.
func newCounter(tell func(done int, pkg string)) *counter {
	return &counter{
		ended:  map[testName]timedEnd{},
		nodes:  map[testName]bool{},
		output: map[testName]*bytes.Buffer{},
		builds: map[string]*bytes.Buffer{},
		broken: map[string]string{},
		tell:   tell,
	}
}

// event takes one line; false means that the line is not an event.
func (c *counter) event(line []byte) bool {
	var e testEvent
	if err := json.Unmarshal(line, &e); err != nil || e.Action == "" {
		return false
	}
	id := testName{e.Package, e.Test}
	switch e.Action {
	case "build-output":
		buffer(c.builds, e.ImportPath).WriteString(e.Output)
	case "output":
		if !isFrame(e.Output) {
			buffer(c.output, id).WriteString(e.Output)
		}
	case "pass", "fail", "skip":
		c.end(id, e)
	}
	return true
}

func (c *counter) end(id testName, e testEvent) {
	c.ended[id] = timedEnd{e.Action, time.Duration(e.Elapsed * float64(time.Second))}
	if e.FailedBuild != "" {
		c.broken[id.pkg] = e.FailedBuild
	}
	if e.Action != "fail" {
		delete(c.output, id)
	}
	for _, above := range above(id) {
		c.nodes[above] = true
	}
	if id.name != "" {
		c.done++
		c.tell(c.done, id.pkg)
	}
}

// above gives the tests that id is a sub-test of, the package last.
func above(id testName) []testName {
	if id.name == "" {
		return nil
	}
	var list []testName
	for name := id.name; ; {
		slash := strings.LastIndexByte(name, '/')
		if slash < 0 {
			return append(list, testName{pkg: id.pkg})
		}
		name = name[:slash]
		list = append(list, testName{id.pkg, name})
	}
}

// isFrame says whether a line only tells that a test begins, waits or goes on.
func isFrame(output string) bool {
	return strings.HasPrefix(output, "=== ")
}

func buffer[K comparable](m map[K]*bytes.Buffer, key K) *bytes.Buffer {
	if m[key] == nil {
		m[key] = &bytes.Buffer{}
	}
	return m[key]
}

// tally counts leaves; see doc.go.
func (c *counter) tally() tally {
	var t tally
	t.failed = len(c.culprits())
	for _, id := range c.names() {
		end := c.ended[id]
		if id.name == "" {
			t.packages++
			continue
		}
		if c.nodes[id] {
			continue
		}
		switch end.action {
		case "pass":
			t.passed++
		case "skip":
			t.skipped++
			t.skips = append(t.skips, id)
		}
		t.slowest = append(t.slowest, timed{id, end.took})
	}
	t.slowest = slowest(t.slowest)
	return t
}

// culprits gives the failures that explain the others: a failed test without
// a failed sub-test, a failed package without a failed test.
func (c *counter) culprits() []testName {
	explained := map[testName]bool{}
	for id, end := range c.ended {
		if end.action == "fail" {
			for _, a := range above(id) {
				explained[a] = true
			}
		}
	}
	return slices.DeleteFunc(c.names(), func(id testName) bool {
		return c.ended[id].action != "fail" || explained[id]
	})
}

// names gives everything that ended, sorted.
func (c *counter) names() []testName {
	return slices.SortedFunc(maps.Keys(c.ended), func(a, b testName) int {
		return cmp.Or(cmp.Compare(a.pkg, b.pkg), cmp.Compare(a.name, b.name))
	})
}

// failures gives the whole output of every failure and of the tests it is part
// of, and what the compiler said.
func (c *counter) failures() string {
	var b strings.Builder
	for _, id := range c.culprits() {
		fmt.Fprintf(&b, "%s %s\n", id.pkg, cmp.Or(id.name, "(package)"))
		if path, ok := c.broken[id.pkg]; ok && c.builds[path] != nil {
			b.Write(c.builds[path].Bytes())
		}
		for _, part := range append(above(id), id) {
			if part.name == "" && part != id {
				continue // the package's own lines only repeat FAIL
			}
			if out := c.output[part]; out != nil {
				b.Write(out.Bytes())
			}
		}
	}
	return b.String()
}

// noticeable is what a test must take before anybody should care.
const noticeable = 100 * time.Millisecond

// slowest keeps the five longest that are noticeable.
func slowest(list []timed) []timed {
	list = slices.DeleteFunc(list, func(t timed) bool { return t.took < noticeable })
	slices.SortFunc(list, func(a, b timed) int { return cmp.Compare(b.took, a.took) })
	return list[:min(5, len(list))]
}

// lineWriter hands on what is written line by line, with the line's end.
type lineWriter struct {
	line    func([]byte)
	pending []byte
}

// Write keeps an unfinished last line for the next call.
func (w *lineWriter) Write(p []byte) (int, error) {
	w.pending = append(w.pending, p...)
	for {
		end := bytes.IndexByte(w.pending, '\n')
		if end < 0 {
			return len(p), nil
		}
		w.line(w.pending[:end+1])
		w.pending = w.pending[end+1:]
	}
}
