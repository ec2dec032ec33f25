package main

import (
	"fmt"
	"strings"
	"time"
)

// mostSkips is how many skipped tests are named before the rest is counted.
const mostSkips = 20

// conclude prints what all steps come to and gives the exit status. The last
// line is read by machines.
func (s *screen) conclude(results []result, without []string) int {
	var all tally
	for _, r := range results {
		all = all.plus(r.tally)
	}
	s.listSlow(all.slowest)
	s.listSkips(all.skips)
	for _, r := range results {
		if r.verdict == failed {
			s.say("\n%s\n%s", red.Render("── "+r.step+" "+strings.Repeat("─", 60-len(r.step))), strings.TrimRight(r.output, "\n"))
		}
	}
	s.say("")
	for _, key := range without {
		s.say("%s", amber.Render("NOT RUN: what needs "+key+" (--without)"))
	}
	s.say("%s", steps(results))
	s.say("%d passed, %d failed, %d skipped", all.passed, all.failed, all.skipped)
	return status(results, without)
}

// status gives the exit status of a run that was not given up.
func status(results []result, without []string) int {
	for _, r := range results {
		if r.verdict == failed {
			return statusFailed
		}
	}
	if len(without) > 0 {
		return statusPartial
	}
	return statusPassed
}

// steps counts the steps in a sentence.
func steps(results []result) string {
	var count [notRun + 1]int
	var took time.Duration
	for _, r := range results {
		count[r.verdict]++
		took += r.took
	}
	return fmt.Sprintf("Steps: %d passed, %d failed, %d not run, in %s",
		count[passed], count[failed], count[notRun], spell(took))
}

func (s *screen) listSlow(list []timed) {
	if len(list) == 0 {
		return
	}
	s.say("\n%s", bold.Render("Slowest tests"))
	for _, t := range list {
		s.say("  %7s  %s %s", spell(t.took), t.name, faint.Render(short(t.pkg)))
	}
}

func (s *screen) listSkips(list []testName) {
	if len(list) == 0 {
		return
	}
	s.say("\n%s", bold.Render("Skipped tests"))
	for _, id := range list[:min(mostSkips, len(list))] {
		s.say("  %s %s", id.name, faint.Render(short(id.pkg)))
	}
	if rest := len(list) - mostSkips; rest > 0 {
		s.say("  and %d more", rest)
	}
}

// modulePath is how import paths of the module begin.
const modulePath = "github.com/covernote/covernote/"

// short is a package's path inside the module.
func short(pkg string) string { return strings.TrimPrefix(pkg, modulePath) }
