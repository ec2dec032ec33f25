// Package ledger is what clients know: what they meant to do, what they sent, and
// what they were told. It belongs to a process that is never killed, so that it
// can be held against what the server says afterwards.
package ledger

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"sync"
	"time"
)

// State is what a client knows of a step.
type State string

// A step is meant, then sent; then it is done, refused, or nobody knows: then it is
// sent again under the same key until it is one of the two.
const (
	Meant   State = "meant"
	Sent    State = "sent"
	Done    State = "done"
	Refused State = "refused"
	Unknown State = "unknown"
)

// Step is one request, repeated until it is decided.
type Step struct {
	Name  string `json:"step"`
	State State  `json:"state"`
	// Key is what makes a repetition the same: a header, or in the body.
	Key string `json:"key,omitempty"`
	// Tries counts how often it was sent, Status is that of the last answer.
	Tries  int `json:"tries,omitempty"`
	Status int `json:"status,omitempty"`
	// Sum is the SHA-256 of the answer that decided, in hexadecimal.
	Sum string `json:"sum,omitempty"`
	// Note says what went wrong.
	Note string `json:"note,omitempty"`
}

// Deed is one thing that a client does, in one or several steps, with what it was
// told. It is changed by its client alone until that is through with it.
type Deed struct {
	// Name is the deed's and is what partners call it: order reference,
	// transaction, contract of the broker's system.
	Name string `json:"deed"`
	// API is hepster, xcover or thinksurance.
	API  string `json:"api"`
	Kind string `json:"kind"`
	// Era counts the moves of the clock before it.
	Era   int    `json:"era"`
	Steps []Step `json:"steps"`
	// Booked says that something was acknowledged for good.
	Booked bool `json:"booked"`
	// Contracts is how many policies it must become.
	Contracts int `json:"contracts,omitempty"`
	// Number is what the server calls it: the package, or the inquiry.
	Number string `json:"number,omitempty"`
	// Price is as the server said it last.
	Price string `json:"price,omitempty"`
	// Name of the policyholder as acknowledged last.
	Holder string `json:"holder,omitempty"`
	// Changes counts the acknowledged changes; Cancelled is one of its own.
	Changes   int  `json:"changes,omitempty"`
	Cancelled bool `json:"cancelled,omitempty"`
	// Held is a quote that was never bought.
	Held *Held `json:"held,omitempty"`
	// Stage is how far an inquiry was led.
	Stage string `json:"stage,omitempty"`
}

// Held is a quote that can be bought at its price for as long as quotes are held.
type Held struct {
	Package, Quote, Price string
	// At is when it was made, in the time of the business.
	At time.Time
}

// Undecided gives the first step of which nobody knows what became of it.
func (d *Deed) Undecided() (Step, bool) {
	for _, s := range d.Steps {
		if s.State == Unknown || s.State == Sent {
			return s, true
		}
	}
	return Step{}, false
}

// Ledger keeps all deeds and writes down each turn of each of them.
type Ledger struct {
	mu    sync.Mutex
	file  *os.File
	deeds []*Deed
	ended []*Deed
}

// Open begins a ledger in a new file. It must be closed.
func Open(path string) (*Ledger, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the ledger: %w", err)
	}
	return &Ledger{file: file}, nil
}

// Close ends the ledger's file.
func (l *Ledger) Close() error { return l.file.Close() }

// Begin enters a deed.
func (l *Ledger) Begin(d *Deed) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.deeds = append(l.deeds, d)
	l.write(line{Deed: d.Name, API: d.API, Kind: d.Kind})
}

// Turn writes down where a step of a deed stands.
func (l *Ledger) Turn(d *Deed, s Step) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.write(line{Deed: d.Name, Step: &s})
}

// End notes that a client is through with a deed: it is not changed any more.
func (l *Ledger) End(d *Deed) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ended = append(l.ended, d)
}

// Ended gives the deeds that clients are through with, in the order in which they
// were. They may be read while clients go on.
func (l *Ledger) Ended() []*Deed {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.ended)
}

// Harm writes down what was done to the server, so that the file says when.
func (l *Ledger) Harm(what string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.write(line{Harm: what})
}

// Deeds gives all that were entered, in order.
func (l *Ledger) Deeds() []*Deed {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.deeds)
}

// line is one of the file.
type line struct {
	At   string `json:"at"`
	Deed string `json:"deed,omitempty"`
	API  string `json:"api,omitempty"`
	Kind string `json:"kind,omitempty"`
	Step *Step  `json:"step,omitempty"`
	Harm string `json:"harm,omitempty"`
}

// write holds the lock. What cannot be written is for people to read only: the
// deeds are kept in memory.
func (l *Ledger) write(what line) {
	what.At = time.Now().UTC().Format("15:04:05.000000")
	if text, err := json.Marshal(what); err == nil {
		_, _ = l.file.Write(append(text, '\n'))
	}
}
