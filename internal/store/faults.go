package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

// Faults makes storage fail on purpose, at the seam between the store and its
// engine. Tests plan faults and count how often the points were met; a nil
// *Faults in Options means none.
type Faults struct {
	mu      sync.Mutex
	planned []Fault
	broken  error
	met     map[Point]int
	// breaking becomes broken after so many more commits.
	breaking error
	commits  int
	// meanwhile is what happens before a statement, by its number.
	meanwhile map[int]func()
}

// Point is a place where storage can fail.
type Point string

// The points, counted over all connections of a store.
const (
	// AtStatement: before a statement reaches the engine, be it of a change
	// list, of a look at an unknown outcome, or of a probe. What opens and ends
	// transactions is not counted.
	AtStatement Point = "statement"
	// AtCommit: a COMMIT.
	AtCommit Point = "commit"
)

// Fault is one planned failure. The connection is lost with it.
type Fault struct {
	Point Point
	// Nth is when it happens: 1 is the next time the point is met.
	Nth int
	// Persisted, for AtCommit: the commit is done, only its answer is lost.
	Persisted bool
}

// Plan adds a fault that happens once.
func (f *Faults) Plan(fault Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	fault.Nth += f.met[fault.Point]
	f.planned = append(f.planned, fault)
}

// Break makes every write fail with the cause, as a full disk would, until
// Mend. Reading goes on.
func (f *Faults) Break(cause error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.broken = &injected{what: cause.Error(), ailment: outage}
}

// BreakAfter lets some more commits be done and then breaks. What is stored by
// then is what a process leaves behind that dies between two commits.
func (f *Faults) BreakAfter(commits int, cause error) {
	if commits == 0 {
		f.Break(cause)
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.commits, f.breaking = commits, &injected{what: cause.Error(), ailment: outage}
}

// committed counts towards BreakAfter.
func (f *Faults) committed() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.commits--; f.commits == 0 {
		f.broken = f.breaking
	}
}

// Meanwhile has something done by others just before a statement reaches the
// engine, when everything is decided and nothing is stored; nth counts as in
// Fault.
func (f *Faults) Meanwhile(nth int, others func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.meanwhile == nil {
		f.meanwhile = map[int]func(){}
	}
	f.meanwhile[f.met[AtStatement]+nth] = others
}

// before gives what others do before the statement that was met last.
func (f *Faults) before() func() {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.meanwhile[f.met[AtStatement]]
}

// Mend ends Break.
func (f *Faults) Mend() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.broken = nil
}

// Met is how often a point was met since the store was opened, so that a test
// can fail each in turn.
func (f *Faults) Met(p Point) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.met[p]
}

// injected is an error that Faults made.
type injected struct {
	what    string
	ailment ailment
}

func (e *injected) Error() string { return "injected fault: " + e.what }

// meet counts a point and answers the fault planned for it.
func (f *Faults) meet(p Point) (fault *Fault, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.broken != nil {
		return nil, f.broken
	}
	if f.met == nil {
		f.met = map[Point]int{}
	}
	f.met[p]++
	for _, planned := range f.planned {
		if planned.Point == p && planned.Nth == f.met[p] {
			return &planned, &injected{what: fmt.Sprintf("%s %d", p, planned.Nth), ailment: severed}
		}
	}
	return nil, nil
}

func (f *Faults) connect(ctx context.Context, e engine) (session, error) {
	f.mu.Lock()
	broken := f.broken
	f.mu.Unlock()
	if broken != nil {
		return nil, broken
	}
	s, err := e.connect(ctx)
	if err != nil {
		return nil, err
	}
	return &faultySession{session: s, faults: f}, nil
}

// faultySession is a session that meets the planned faults.
type faultySession struct {
	session
	faults *Faults
}

// run lets what comes before the fault happen.
func (s *faultySession) run(ctx context.Context, batch []statement) ([]int64, error) {
	for i, st := range batch {
		if st.kind == control {
			continue
		}
		if _, fault := s.faults.meet(AtStatement); fault != nil {
			affected, err := s.session.run(ctx, batch[:i])
			return affected, errors.Join(fault, err)
		}
		if others := s.faults.before(); others != nil {
			others()
		}
	}
	return s.session.run(ctx, batch)
}

func (s *faultySession) commit(ctx context.Context) error {
	fault, err := s.faults.meet(AtCommit)
	if err == nil {
		defer s.faults.committed()
		return s.session.commit(ctx)
	}
	if fault != nil && fault.Persisted {
		if err := s.session.commit(ctx); err != nil {
			return err
		}
	}
	return err
}
