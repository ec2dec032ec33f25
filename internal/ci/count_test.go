package main

import (
	"slices"
	"strings"
	"testing"
)

// count reads a shortened "go test -json" and gives what it comes to, and the
// output of its failures.
func count(t *testing.T, stream string) (tally, string) {
	t.Helper()
	c := followed(t, stream)
	return c.tally(), c.failures()
}

// followed is the counter of a shortened "go test -json".
func followed(t *testing.T, stream string) *counter {
	t.Helper()
	c := newCounter(func(int, string) {})
	for line := range strings.Lines(strings.TrimSpace(stream)) {
		if !c.event([]byte(line)) {
			t.Fatalf("not an event: %s", line)
		}
	}
	return c
}

func TestTallyCountsLeavesOnce(t *testing.T) {
	t.Parallel()
	got, _ := count(t, `
{"Action":"pass","Package":"p","Test":"TestA/x/y","Elapsed":0.2}
{"Action":"skip","Package":"p","Test":"TestA/z"}
{"Action":"pass","Package":"p","Test":"TestA","Elapsed":3}
{"Action":"pass","Package":"p","Test":"TestB","Elapsed":0.1}
{"Action":"pass","Package":"p","Elapsed":3.5}
{"Action":"skip","Package":"empty"}`)
	if got.passed != 2 || got.failed != 0 || got.skipped != 1 {
		t.Errorf("%d passed, %d failed, %d skipped; want 2, 0, 1", got.passed, got.failed, got.skipped)
	}
	if got.slowest[0].name != "TestA/x/y" {
		t.Errorf("slowest is %v: a test with sub-tests is not slow, they are", got.slowest[0])
	}
	if !slices.Equal(got.skips, []testName{{"p", "TestA/z"}}) {
		t.Errorf("skips %v", got.skips)
	}
}

func TestTallyCountsEachFailureWhereItHappened(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		stream string
		failed int
		says   string
	}{
		"a sub-test": {`
{"Action":"output","Package":"p","Test":"TestA","Output":"=== RUN TestA\n"}
{"Action":"output","Package":"p","Test":"TestA/x","Output":"want 1\n"}
{"Action":"fail","Package":"p","Test":"TestA/x"}
{"Action":"fail","Package":"p","Test":"TestA"}
{"Action":"fail","Package":"p"}`, 1, "p TestA/x\nwant 1\n"},
		"a test beside its good sub-tests": {`
{"Action":"pass","Package":"p","Test":"TestA/x"}
{"Action":"output","Package":"p","Test":"TestA","Output":"leaked\n"}
{"Action":"fail","Package":"p","Test":"TestA"}
{"Action":"fail","Package":"p"}`, 1, "p TestA\nleaked\n"},
		"a package outside of its tests": {`
{"Action":"pass","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Output":"panic: boom\n"}
{"Action":"fail","Package":"p"}`, 1, "p (package)\npanic: boom\n"},
		"a package that does not build": {`
{"ImportPath":"p [p.test]","Action":"build-output","Output":"x.go:1: undefined\n"}
{"ImportPath":"p [p.test]","Action":"build-fail"}
{"Action":"output","Package":"p","Output":"FAIL p [build failed]\n"}
{"Action":"fail","Package":"p","FailedBuild":"p [p.test]"}`, 1, "p (package)\nx.go:1: undefined\nFAIL p [build failed]\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, said := count(t, c.stream)
			if got.failed != c.failed || said != c.says {
				t.Errorf("%d failed, saying %q; want %d, saying %q", got.failed, said, c.failed, c.says)
			}
		})
	}
}

func TestLineWriterJoinsPieces(t *testing.T) {
	t.Parallel()
	var got []string
	w := &lineWriter{line: func(l []byte) { got = append(got, string(l)) }}
	for _, piece := range []string{"a", "b\nc\n", "", "d"} {
		if n, err := w.Write([]byte(piece)); n != len(piece) || err != nil {
			t.Fatalf("wrote %d of %q: %v", n, piece, err)
		}
	}
	if want := []string{"ab\n", "c\n"}; !slices.Equal(got, want) {
		t.Errorf("lines %q, want %q", got, want)
	}
}

func TestParseTargetsKnowsWhosePackage(t *testing.T) {
	t.Parallel()
	got := parseTargets("FuzzA\nFuzzB\nok  \texample.org/p\t0.003s\nok  \texample.org/q\t0.1s\nFuzzC\nok  \texample.org/r\t(cached)\n")
	want := []target{{"example.org/p", "FuzzA"}, {"example.org/p", "FuzzB"}, {"example.org/r", "FuzzC"}}
	if !slices.Equal(got, want) {
		t.Errorf("targets %v, want %v", got, want)
	}
}
