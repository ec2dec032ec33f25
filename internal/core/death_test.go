package core

import (
	"errors"
	"runtime"
	"testing"

	"github.com/covernote/covernote/internal/store"
	"github.com/covernote/covernote/internal/store/storetest"
)

// mortal is a test whose process may die: what fails then is no failure of the
// test, but ends the goroutine.
type mortal struct{ testing.TB }

func (mortal) Fatal(...any)          { runtime.Goexit() }
func (mortal) Fatalf(string, ...any) { runtime.Goexit() }
func (mortal) Error(...any)          {}
func (mortal) Errorf(string, ...any) {}

// dieAfter does a deed in a process that dies after some commits.
func (d deed) dieAfter(h *house, commits int) {
	survivor := h.t
	h.t = mortal{survivor}
	h.faults.BreakAfter(commits, errors.New("the process is dead"))
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		d.do(h)
	}()
	<-ended
	h.t = survivor
}

// restart goes on with another process on the same database, once the leases
// of the dead one have run out. The dead one's connection serves for the last
// look at it.
func (h *house) restart() {
	h.t.Helper()
	dead := h.Core
	h.Core = h.newCore(storetest.Open(h.t, store.Options{DSN: h.dsn, Log: quiet}))
	h.t.Cleanup(func() { h.Core = dead })
	h.clock.advance(leaseClockTime)
}

// A process dies before a deed or between any two of its commits. What it
// leaves behind contradicts nothing, and doing again what was not done finishes
// it, once.
func TestAProcessDiesBetweenTwoCommits(t *testing.T) {
	t.Parallel()
	storetest.EachEngineInFull(t, func(t *testing.T, engine string) {
		for _, d := range few(deeds()) {
			t.Run(d.name, func(t *testing.T) {
				t.Parallel()
				commits := d.points(t, engine, store.AtCommit)
				if testing.Short() {
					commits = min(commits, 3)
				}
				for n := range commits {
					h := open(t, engine)
					d.prepare(h)
					d.dieAfter(h, n)
					h.restart()
					for _, f := range h.findings() {
						t.Errorf("dead after %d commits: %+v", n, f)
					}
					if d.done(h) != nil {
						d.do(h)
					}
					if err := d.done(h); err != nil {
						t.Errorf("dead after %d commits: %v", n, err)
					}
				}
			})
		}
	})
}
