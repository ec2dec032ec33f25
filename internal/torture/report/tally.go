package report

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// Tally is what was done to which stage, and with how much. Several may count at
// once.
type Tally struct {
	began time.Time

	mu     sync.Mutex
	struck map[string]map[string]int // by fault, by stage
	stages []string
	load   map[string]load
}

// load is what clients did in a stage.
type load struct {
	chapters, deeds, missed, told int
}

// NewTally begins one.
func NewTally() *Tally {
	return &Tally{began: time.Now(), struck: make(map[string]map[string]int), load: make(map[string]load)}
}

// Struck counts that a fault was done so often.
func (t *Tally) Struck(fault, stage string, times int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.struck[fault] == nil {
		t.struck[fault] = make(map[string]int)
	}
	t.struck[fault][stage] += times
}

// Compared counts a chapter that was compared, with what clients did in it.
func (t *Tally) Compared(stage string, deeds, missed, told int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !slices.Contains(t.stages, stage) {
		t.stages = append(t.stages, stage)
		slices.Sort(t.stages)
	}
	l := t.load[stage]
	t.load[stage] = load{l.chapters + 1, l.deeds + deeds, l.missed + missed, l.told + told}
}

// mostShown is how many findings of an invariant are printed.
const mostShown = 10

// Conclude prints what was done, what was counted, and what was found.
func (s *Screen) Conclude(t *Tally, found []Finding) {
	s.Say("")
	for _, row := range t.table() {
		s.Say("%s", row)
	}
	s.Say("")
	counts := make(map[string]int)
	for _, f := range found {
		counts[f.Invariant]++
	}
	for _, row := range invariantTable(counts) {
		s.Say("%s", row)
	}
	shown := make(map[string]int)
	for _, f := range found {
		if shown[f.Invariant]++; shown[f.Invariant] <= mostShown {
			s.Say("\n%s  %s\n    %s", f.Invariant, f.Subject, strings.ReplaceAll(f.Detail, "\n", "\n    "))
		}
	}
	s.Say("\nIt took %s.", time.Since(t.began).Round(time.Second))
}

// table is Markdown, so that it can stand in a document as it is.
func (t *Tally) table() []string {
	rows := []string{
		"| fault | " + strings.Join(t.stages, " | ") + " |",
		"|---|" + strings.Repeat("---:|", len(t.stages)),
	}
	for _, fault := range slices.Sorted(maps.Keys(t.struck)) {
		rows = append(rows, t.row(fault, func(stage string) int { return t.struck[fault][stage] }))
	}
	return append(rows,
		t.row("*servers begun anew*", func(s string) int { return t.load[s].chapters }),
		t.row("*deeds of clients*", func(s string) int { return t.load[s].deeds }),
		t.row("*answers missed, asked for again*", func(s string) int { return t.load[s].missed }),
		t.row("*events told*", func(s string) int { return t.load[s].told }))
}

func (t *Tally) row(name string, count func(stage string) int) string {
	cells := make([]string, len(t.stages))
	for n, stage := range t.stages {
		cells[n] = fmt.Sprint(count(stage))
	}
	return "| " + name + " | " + strings.Join(cells, " | ") + " |"
}

func invariantTable(counts map[string]int) []string {
	rows := []string{"| invariant | broken |", "|---|---:|"}
	known := make(map[string]bool)
	for _, i := range Invariants() {
		known[i.Name] = true
		rows = append(rows, fmt.Sprintf("| %s: %s | %d |", i.Name, i.Promise, counts[i.Name]))
	}
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		if !known[name] {
			rows = append(rows, fmt.Sprintf("| %s, as covernote check counts it | %d |", name, counts[name]))
		}
	}
	return rows
}
