package main

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestConcludeEndsWithTheCountsAndTheStatus(t *testing.T) {
	t.Parallel()
	good := result{step: "tests", outcome: outcome{tally: tally{passed: 7, skipped: 1}}}
	bad := result{step: "lint", outcome: failedWith("unused: x\nsecond line\n")}
	absent := result{step: "race", outcome: outcome{verdict: notRun, note: "no C compiler"}}
	for name, c := range map[string]struct {
		results []result
		without []string
		status  int
		says    string
	}{
		"all passed":        {[]result{good, absent}, nil, statusPassed, "Steps: 1 passed, 0 failed, 1 not run"},
		"a step failed":     {[]result{good, bad}, nil, statusFailed, "unused: x\nsecond line"},
		"something is out":  {[]result{good}, []string{"pdf"}, statusPartial, "NOT RUN: what needs pdf (--without)"},
		"failed beats less": {[]result{good, bad}, []string{"pdf"}, statusFailed, "NOT RUN: what needs pdf"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out strings.Builder
			s := &screen{w: &out}
			if got := s.conclude(c.results, c.without); got != c.status {
				t.Errorf("status %d, want %d", got, c.status)
			}
			if !strings.HasSuffix(out.String(), "\n7 passed, 0 failed, 1 skipped\n") {
				t.Errorf("ends with %q", out.String())
			}
			if !strings.Contains(out.String(), c.says) {
				t.Errorf("%q does not say %q", out.String(), c.says)
			}
		})
	}
}

func TestGiveUpTellsMissingFromBroken(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	s := &screen{w: &out}
	if got := s.giveUp(fmt.Errorf("%w: poppler", errMissing)); got != statusMissing {
		t.Errorf("missing gives %d", got)
	}
	if got := s.giveUp(errors.New("disk full")); got != statusFailed {
		t.Errorf("broken gives %d", got)
	}
}

func TestChooseKeepsTheOrderOfSteps(t *testing.T) {
	t.Parallel()
	chosen := choose(allSteps(), []string{"fuzz", "vet"})
	if len(chosen) != 2 || chosen[0].name != "vet" || chosen[1].name != "fuzz" {
		t.Errorf("chose %v", chosen)
	}
	if got := len(choose(allSteps(), nil)); got != len(allSteps()) {
		t.Errorf("nothing named gives %d steps", got)
	}
}
