package store_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/store"
	"github.com/covernote/covernote/internal/store/storetest"
)

// emptyFile is what a copy is written into.
func emptyFile(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "copy.sqlite")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// A copy that is made while others write holds all that was acknowledged before
// it began, nothing half, and does not keep anybody from writing: one list is
// stored between any two steps of it.
func TestCopyUnderLoad(t *testing.T) {
	t.Parallel()
	s := withThings(t, store.Options{DSN: storetest.DSN(t, storetest.SQLite)})
	for n := range 20 {
		c := store.NewChanges("p")
		c.Insert("big", `INSERT INTO thing (part, id, version, body) VALUES ('p', $1, 1, $2) ON CONFLICT DO NOTHING`, fmt.Sprint("big", n), make([]byte, 1<<20))
		commit(t, s, c)
	}
	var stored, steps atomic.Int64
	ctx, stop := context.WithCancel(t.Context())
	var writers sync.WaitGroup
	for w := range 4 {
		writers.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				pair := addThing("p", fmt.Sprintf("one %d %d", w, n))
				pair.Insert("other", `INSERT INTO thing (part, id, version) VALUES ('p', $1, 1) ON CONFLICT DO NOTHING`, fmt.Sprintf("other %d %d", w, n))
				if err := s.Commit(t.Context(), pair); err != nil {
					t.Error(err)
					return
				}
				stored.Add(2)
			}
		})
	}
	for stored.Load() < 100 { // they are at work
		commit(t, s, addThing("q", newName()))
	}
	file, before := emptyFile(t), things(t, s)
	copying, giveUp := context.WithCancel(t.Context())
	defer giveUp()
	err := s.CopyTo(copying, file, func(done, total int) {
		if steps.Add(1) > 1000 {
			giveUp() // it begins anew all the time
		}
		commit(t, s, addThing("q", newName()))
		if done > total || total == 0 {
			t.Errorf("%d pages of %d", done, total)
		}
	})
	stop()
	writers.Wait()
	if err != nil {
		t.Fatal(err)
	}
	if steps.Load() < 2 {
		t.Errorf("the copy was made in %d steps, so that nobody could write meanwhile", steps.Load())
	}
	whole(t, file, before, things(t, s))
}

var names atomic.Int64

func newName() string { return fmt.Sprint("name ", names.Add(1)) }

// whole insists that a copy is sound and holds rows of a moment between two.
func whole(t *testing.T, file string, before, after int64) {
	t.Helper()
	copied := storetest.Open(t, store.Options{DSN: file})
	if err := copied.Integrity(t.Context()); err != nil {
		t.Error(err)
	}
	if n := things(t, copied); n < before || n >= after {
		t.Errorf("the copy has %d rows, want those of a moment between %d and %d", n, before, after)
	}
	var halves int64
	see(t, copied, func(v *store.View) error {
		return v.Scan(`SELECT COUNT(*) FROM thing WHERE id LIKE 'one %' AND NOT EXISTS (
			SELECT 1 FROM thing o WHERE o.id = 'other' || substr(thing.id, 4))`, nil, &halves)
	})
	if halves != 0 {
		t.Errorf("%d lists are in the copy by half", halves)
	}
}

func TestCopyStopsWhenTold(t *testing.T) {
	t.Parallel()
	s := storetest.Fresh(t, storetest.SQLite)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.CopyTo(ctx, emptyFile(t), nil); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestPostgresIsCopiedByItsOwnTools(t *testing.T) {
	t.Parallel()
	storetest.EachEngine(t, func(t *testing.T, engine string) {
		if engine != storetest.Postgres {
			return
		}
		if err := storetest.Fresh(t, engine).CopyTo(t.Context(), emptyFile(t), nil); !errors.Is(err, store.ErrNoCopies) {
			t.Errorf("got %v", err)
		}
	})
}

// A database that somebody has open is not detached; one that nobody has is one
// file afterwards, with everything in it.
func TestDetach(t *testing.T) {
	t.Parallel()
	dsn := storetest.DSN(t, storetest.SQLite)
	s := withThings(t, store.Options{DSN: dsn})
	commit(t, s, addThing("p", "a"))
	if err := store.Detach(t.Context(), dsn); !errors.Is(err, store.ErrInUse) {
		t.Errorf("in use: %v", err)
	}
	commit(t, s, addThing("p", "b"))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := store.Detach(t.Context(), dsn); err != nil {
		t.Error(err)
	}
	for _, beside := range []string{"-wal", "-shm"} {
		if _, err := os.Stat(dsn + beside); !os.IsNotExist(err) {
			t.Errorf("%s is there: %v", beside, err)
		}
	}
	if n := things(t, storetest.Open(t, store.Options{DSN: dsn})); n != 2 {
		t.Errorf("%d rows are left of 2", n)
	}
	garbage := emptyFile(t)
	if err := os.WriteFile(garbage, make([]byte, 8192), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := store.Detach(t.Context(), garbage); err == nil || errors.Is(err, store.ErrInUse) {
		t.Errorf("what is no database: %v", err)
	}
}

func TestSilence(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		silence := func() (got time.Duration, ok bool) {
			see(t, s, func(v *store.View) (err error) {
				got, ok, err = v.Silence()
				return err
			})
			return got, ok
		}
		if _, ok := silence(); ok {
			t.Error("nothing was stored yet")
		}
		began := time.Now()
		mustPut(t, s, "p", func(c *store.Changes) { c.Exec(`DELETE FROM probe`) })
		if got, ok := silence(); !ok || got < 0 || got > time.Since(began) {
			t.Errorf("silent for %s (%t), want at most %s", got, ok, time.Since(began))
		}
		mustExec(t, s, fmt.Sprintf(`UPDATE command SET at = %d`, began.Add(-time.Hour).UnixMicro()))
		if got, _ := silence(); got < time.Hour || got > time.Hour+time.Since(began) {
			t.Errorf("silent for %s, want an hour", got)
		}
	})
}

func mustExec(t *testing.T, s *store.Store, sql string) {
	t.Helper()
	if err := s.Run(t.Context(), sql); err != nil {
		t.Fatal(err)
	}
}

// Nobody who held a lease before writes under it, nor under one that it was given
// after the copy was made.
func TestRetiredLeasesFenceOffWhoHeldThem(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		now := time.Now()
		before, ok, err := s.AcquireLease(t.Context(), "lane", "lost", now, time.Hour)
		if err != nil || !ok {
			t.Fatal(ok, err)
		}
		mustPut(t, s, "", func(c *store.Changes) { c.RetireLeases(1_000_000) })
		loses(t, "the lost node", put(t, s, "p", func(c *store.Changes) { c.AssertLease("lane", before) }))
		after, ok, err := s.AcquireLease(t.Context(), "lane", "new", now, time.Hour)
		if err != nil || !ok || after <= 1_000_000 {
			t.Errorf("epoch %d (%t): %v", after, ok, err)
		}
		mustPut(t, s, "p", func(c *store.Changes) { c.AssertLease("lane", after) })
	})
}
