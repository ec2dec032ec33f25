package store_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/store"
	"github.com/covernote/covernote/internal/store/storetest"
)

func withFaults(t *testing.T, f func(t *testing.T, s *store.Store, faults *store.Faults)) {
	t.Helper()
	t.Parallel()
	storetest.EachEngine(t, func(t *testing.T, engine string) {
		faults := new(store.Faults)
		f(t, withThings(t, store.Options{DSN: storetest.DSN(t, engine), Faults: faults}), faults)
	})
}

// Every point that a commit passes fails once, both ways: whatever happens, the
// answer is the truth, and the list is stored exactly once.
func TestUnknownOutcomesAreResolved(t *testing.T) {
	for name, fault := range map[string]store.Fault{
		"statement fails":                    {Point: store.AtStatement, Nth: 1},
		"second statement fails":             {Point: store.AtStatement, Nth: 2},
		"commit fails":                       {Point: store.AtCommit, Nth: 1},
		"commit fails, but it was persisted": {Point: store.AtCommit, Nth: 1, Persisted: true},
	} {
		t.Run(name, func(t *testing.T) {
			withFaults(t, func(t *testing.T, s *store.Store, faults *store.Faults) {
				commit(t, s, addThing("p", "a"))
				faults.Plan(fault)
				c := addThing("p", "b")
				bump(c, "p", "a", 1)
				commit(t, s, c)
				if n := things(t, s); n != 2 {
					t.Errorf("%d things, want 2", n)
				}
				if err := s.Commit(t.Context(), addThing("p", "b")); !errors.Is(err, store.ErrGuardLost) {
					t.Errorf("the list was stored, but adding it again says %v", err)
				}
				if err := s.Ready(t.Context()); err != nil {
					t.Errorf("one lost connection made the store unhealthy: %v", err)
				}
			})
		})
	}
}

// The transaction that resolves an unknown outcome fails as well, persisted and
// not: asking again must not take its own tombstone for the commit.
func TestResolvingSurvivesFaults(t *testing.T) {
	for _, persisted := range []bool{false, true} {
		t.Run(fmt.Sprint("persisted ", persisted), func(t *testing.T) {
			withFaults(t, func(t *testing.T, s *store.Store, faults *store.Faults) {
				faults.Plan(store.Fault{Point: store.AtCommit, Nth: 1, Persisted: persisted})
				faults.Plan(store.Fault{Point: store.AtStatement, Nth: 2}) // 1 is the list's own
				faults.Plan(store.Fault{Point: store.AtStatement, Nth: 4}) // between tombstone and look
				faults.Plan(store.Fault{Point: store.AtStatement, Nth: 6}) // and again
				commit(t, s, addThing("p", "a"))
				if n := things(t, s); n != 1 {
					t.Errorf("%d things, want 1", n)
				}
			})
		})
	}
}

// A mixed flush whose commit is lost: the survivors are told the truth, and who
// lost a guard still knows that it lost.
func TestUnknownOutcomeOfMixedFlush(t *testing.T) {
	withFaults(t, func(t *testing.T, s *store.Store, faults *store.Faults) {
		commit(t, s, addThing("p", "taken"))
		for n := range 6 {
			faults.Plan(store.Fault{Point: store.AtCommit, Nth: n + 1, Persisted: n%2 == 0})
		}
		var all sync.WaitGroup
		for i := range 100 {
			id := fmt.Sprint(i)
			if i%10 == 0 {
				id = "taken"
			}
			all.Go(func() {
				err := s.Commit(context.Background(), addThing("p", id))
				if errors.Is(err, store.ErrUnavailable) || (err != nil) != (id == "taken") {
					t.Errorf("%s: %v", id, err)
				}
			})
		}
		all.Wait()
		if n := things(t, s); n != 91 {
			t.Errorf("%d things, want 91", n)
		}
	})
}

// A storage that takes nothing is refused at once, and comes back by itself.
func TestHealth(t *testing.T) {
	withFaults(t, func(t *testing.T, s *store.Store, faults *store.Faults) {
		commit(t, s, addThing("p", "a"))
		full := errors.New("no space left on device")
		faults.Break(full)
		for range 3 {
			if err := s.Commit(t.Context(), addThing("p", "b")); !errors.Is(err, store.ErrUnavailable) {
				t.Fatalf("commit on a broken storage: %v", err)
			}
		}
		if err := s.Ready(t.Context()); !errors.Is(err, store.ErrUnavailable) {
			t.Errorf("ready on a broken storage: %v", err)
		}
		if n := things(t, s); n != 1 {
			t.Errorf("%d things, want 1; reading must go on", n)
		}
		faults.Mend()
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		if err := s.Recovered(ctx); err != nil {
			t.Fatalf("not healthy again within five seconds: %v", err)
		}
		if err := s.Ready(t.Context()); err != nil {
			t.Errorf("ready after it was mended: %v", err)
		}
		commit(t, s, addThing("p", "b"))
	})
}

func TestCloseWhileBroken(t *testing.T) {
	t.Parallel()
	storetest.EachEngine(t, func(t *testing.T, engine string) {
		faults := new(store.Faults)
		s := withThings(t, store.Options{DSN: storetest.DSN(t, engine), Faults: faults})
		faults.Break(errors.New("disk is gone"))
		if err := s.Commit(t.Context(), addThing("p", "a")); !errors.Is(err, store.ErrUnavailable) {
			t.Errorf("commit: %v", err)
		}
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
}

// An outcome that cannot be looked up for five seconds is not guessed: the
// caller hears that the store is unavailable, and the store comes back.
func TestUndecidedOutcomeIsNotGuessed(t *testing.T) {
	if testing.Short() {
		t.Skip("takes as long as the store tries")
	}
	withFaults(t, func(t *testing.T, s *store.Store, faults *store.Faults) {
		faults.Plan(store.Fault{Point: store.AtCommit, Nth: 1, Persisted: true})
		for n := range 110 { // more than it tries; the list's own statement is the first
			faults.Plan(store.Fault{Point: store.AtStatement, Nth: n + 2})
		}
		if err := s.Commit(t.Context(), addThing("p", "a")); !errors.Is(err, store.ErrUnavailable) {
			t.Fatalf("got %v, want ErrUnavailable", err)
		}
		if n := things(t, s); n != 1 {
			t.Errorf("%d things, want the 1 that was persisted", n)
		}
	})
}
