// Package report is what people see of a run: how it goes, what was done to the
// server, and what broke.
package report

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// Invariant is something that must hold, by the name under which it is counted.
type Invariant struct {
	Name, Promise string
}

// Invariants are all that a run counts. A name that "covernote check" prints and
// that is not among them is counted under its own.
func Invariants() []Invariant {
	return []Invariant{
		{"I1", "what was acknowledged is there"},
		{"I2", "one policy for one key"},
		{"I3", "what became of a request can be found out by its key"},
		{"I4", "a policy has its working, documents, event and audit entry"},
		{"I5", "events tell what happened, once"},
		{"I6", "events are told to who is there to hear"},
		{"I7", "of one subject, first things are told first"},
		{"I8", "signatures and their times are right"},
		{"I9", "premiums add up"},
		{"I11", "an answer that is repeated is the same to the byte"},
		{"I12", "a partner sees nothing of another"},
		{"I13", "the database is sound"},
		{"I14", "five seconds after a fault it serves again"},
		{"I15", "one renewal for each policy and period"},
		{"I16", "what was used is given back"},
		{"private", "no person is named in logs, and no secret there or in the database"},
		{"answers", "answers are those that the API knows; never a 500"},
	}
}

// Finding is something that does not hold.
type Finding struct {
	Invariant string
	// Subject is what it is about: a deed, a number, an event.
	Subject, Detail string
}

// Findings are what was found so far; several may find at once.
type Findings struct {
	mu   sync.Mutex
	list []Finding
}

// Add notes that an invariant does not hold.
func (f *Findings) Add(invariant, subject, format string, args ...any) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.list = append(f.list, Finding{invariant, subject, strings.Map(shown, fmt.Sprintf(format, args...))})
}

// shown leaves of what a server has sent what a terminal can show.
func shown(r rune) rune {
	if r == '\n' || unicode.IsPrint(r) && r != utf8.RuneError {
		return r
	}
	return '·'
}

// All gives what was found, in order.
func (f *Findings) All() []Finding {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.list)
}
