package store_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/covernote/covernote/internal/store"
	"github.com/covernote/covernote/internal/store/storetest"
)

// thing is a table of the tests' own: a key that must be new, a version.
const thing = `CREATE TABLE thing (
	part TEXT NOT NULL, id TEXT NOT NULL, version BIGINT NOT NULL CHECK (version > 0), body BYTEA,
	PRIMARY KEY (part, id))`

func withThings(t testing.TB, o store.Options) *store.Store {
	t.Helper()
	s := storetest.Open(t, o)
	if err := s.Run(t.Context(), thing); err != nil {
		t.Fatal(err)
	}
	return s
}

func onBoth(t *testing.T, f func(t *testing.T, s *store.Store)) {
	t.Helper()
	t.Parallel()
	storetest.EachEngine(t, func(t *testing.T, engine string) {
		f(t, withThings(t, store.Options{DSN: storetest.DSN(t, engine)}))
	})
}

func addThing(part, id string) *store.Changes {
	c := store.NewChanges(part)
	c.Insert("thing/"+part+"/"+id, `INSERT INTO thing (part, id, version, body) VALUES ($1, $2, 1, $3) ON CONFLICT DO NOTHING`,
		part, id, []byte{0, 255})
	return c
}

func bump(c *store.Changes, part, id string, version int64) {
	c.Update("thing/"+part+"/"+id, `UPDATE thing SET version = version + 1 WHERE part = $1 AND id = $2 AND version = $3`,
		part, id, version)
}

func holds(c *store.Changes, part, id string, version int64) {
	c.Assert(`SELECT 1 FROM thing WHERE part = $1 AND id = $2 AND version = $3`, part, id, version)
}

func commit(t testing.TB, s *store.Store, c *store.Changes) {
	t.Helper()
	if err := s.Commit(t.Context(), c); err != nil {
		t.Fatalf("commit: %v", err)
	}
}

func things(t testing.TB, s *store.Store) (n int64) {
	t.Helper()
	err := s.View(context.Background(), func(v *store.View) error {
		return v.Scan(`SELECT COUNT(*) FROM thing`, nil, &n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestGuards(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		commit(t, s, addThing("p", "a"))
		for name, c := range map[string]func(*store.Changes){
			"inserted again":       func(c *store.Changes) { *c = *addThing("p", "a") },
			"version has moved on": func(c *store.Changes) { bump(c, "p", "a", 2) },
			"row is not there":     func(c *store.Changes) { bump(c, "p", "none", 1) },
			"assertion fails":      func(c *store.Changes) { holds(c, "p", "a", 7) },
			"last of several":      func(c *store.Changes) { *c = *addThing("p", "b"); holds(c, "p", "a", 7) },
		} {
			list := store.NewChanges("p")
			c(list)
			if err := s.Commit(t.Context(), list); !errors.Is(err, store.ErrGuardLost) {
				t.Errorf("%s: got %v, want ErrGuardLost", name, err)
			}
		}
		if n := things(t, s); n != 1 {
			t.Errorf("%d things are stored, want 1: a list that lost left something behind", n)
		}
		good := store.NewChanges("p")
		holds(good, "p", "a", 1)
		bump(good, "p", "a", 1)
		good.Exec(`DELETE FROM thing WHERE part = $1`, "another")
		commit(t, s, good)
	})
}

func TestLostGuardIsNamedButNotPrinted(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		commit(t, s, addThing("p", "secret"))
		err := s.Commit(t.Context(), addThing("p", "secret"))
		var lost *store.GuardLost
		if !errors.As(err, &lost) || lost.Guard() != "thing/p/secret" {
			t.Fatalf("got %v, want the guard thing/p/secret", err)
		}
		if got, want := err.Error(), "store: guard lost: thing"; got != want {
			t.Errorf("error text %q, want %q", got, want)
		}
	})
}

func TestOneOfManyWins(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		var won, lost atomic.Int32
		var all sync.WaitGroup
		for range 64 {
			all.Go(func() {
				switch err := s.Commit(t.Context(), addThing("p", "the one")); {
				case err == nil:
					won.Add(1)
				case errors.Is(err, store.ErrGuardLost):
					lost.Add(1)
				default:
					t.Errorf("commit: %v", err)
				}
			})
		}
		all.Wait()
		if won.Load() != 1 || lost.Load() != 63 {
			t.Errorf("%d won and %d lost, want 1 and 63", won.Load(), lost.Load())
		}
	})
}

// Rows of many lists are added by one statement; who lost is found out all the same.
func TestFewOfManyLose(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		const all = 300
		for i := 0; i < all; i += 50 {
			commit(t, s, addThing("p", fmt.Sprint(i)))
		}
		var group sync.WaitGroup
		for i := range all {
			group.Go(func() {
				err := s.Commit(t.Context(), addThing("p", fmt.Sprint(i)))
				if taken := i%50 == 0; errors.Is(err, store.ErrGuardLost) != taken || !taken && err != nil {
					t.Errorf("thing %d: %v", i, err)
				}
			})
		}
		group.Wait()
		if n := things(t, s); n != all {
			t.Errorf("%d things are stored, want %d", n, all)
		}
	})
}

// What must be unique and is there already is a lost guard, where a statement
// with a guard was told so; without any it is a mistake.
func TestDuplicateIsALostGuard(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		both := addThing("p", "a")
		both.Exec(`INSERT INTO thing (part, id, version) VALUES ('p', 'b', 1)`)
		commit(t, s, both)
		renamed := store.NewChanges("p")
		bump(renamed, "p", "a", 1)
		renamed.Exec(`DELETE FROM thing WHERE part = 'nobody'`)
		renamed.Update("thing/p/b", `UPDATE thing SET id = 'a' WHERE part = 'p' AND id = 'b'`)
		var lost *store.GuardLost
		if err := s.Commit(t.Context(), renamed); !errors.As(err, &lost) || lost.Guard() != "thing/p/b" {
			t.Errorf("got %v, want the guard thing/p/b", err)
		}
		wrong := store.NewChanges("p")
		wrong.Exec(`INSERT INTO thing (part, id, version) VALUES ('p', 'a', 1)`)
		err := s.Commit(t.Context(), wrong)
		if err == nil || errors.Is(err, store.ErrGuardLost) || errors.Is(err, store.ErrUnavailable) {
			t.Errorf("got %v, want the engine's own error", err)
		}
	})
}

// A row that should have been of its list alone, and is there already, costs that list
// only, whatever else was lost before.
func TestOwnRowThatIsThereHarmsNoOther(t *testing.T) {
	const absent = 99
	own := func(id string, guarded int64) *store.Changes {
		c := store.NewChanges("p")
		bump(c, "p", "guard", guarded)
		c.InsertOwn("own/"+id, `INSERT INTO thing (part, id, version, body) VALUES ($1, $2, 1, $3) ON CONFLICT DO NOTHING`,
			"p", id, []byte{0})
		return c
	}
	for name, test := range map[string]struct {
		lists []*store.Changes
		lost  []string
	}{
		"there":                {[]*store.Changes{own("a", 1), own("there", 2), own("b", 2)}, []string{"", "own/there", ""}},
		"its guard is lost":    {[]*store.Changes{own("a", 1), own("there", absent), own("b", 2)}, []string{"", "thing/p/guard", ""}},
		"both, one each":       {[]*store.Changes{own("there", absent), own("a", 1), own("there", 2)}, []string{"thing/p/guard", "", "own/there"}},
		"two of the flush":     {[]*store.Changes{own("a", 1), own("a", 2), own("b", 2)}, []string{"", "own/a", ""}},
		"there, with no other": {[]*store.Changes{own("there", 1)}, []string{"own/there"}},
		"all of them":          {[]*store.Changes{own("there", 1), own("there", absent)}, []string{"own/there", "thing/p/guard"}},
	} {
		t.Run(name, func(t *testing.T) {
			onBoth(t, func(t *testing.T, s *store.Store) {
				commit(t, s, addThing("p", "guard"))
				commit(t, s, addThing("p", "there"))
				verdicts, err := s.Flush(t.Context(), test.lists)
				if err != nil {
					t.Fatal(err)
				}
				stored := int64(2)
				for i, want := range test.lost {
					var lost *store.GuardLost
					switch {
					case want == "" && verdicts[i] == nil:
						stored++
					case !errors.As(verdicts[i], &lost) || lost.Guard() != want:
						t.Errorf("list %d: %v, want %q lost", i, verdicts[i], want)
					}
				}
				if n := things(t, s); n != stored {
					t.Errorf("%d rows are there, want %d", n, stored)
				}
			})
		})
	}
}

// One list that breaks a CHECK, one with wrong SQL, one that loses its guard,
// one that takes what is another's: 252 others are none the worse.
func TestBadListsHarmNoOthers(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		commit(t, s, addThing("p", "taken"))
		var all sync.WaitGroup
		for i := range 256 {
			c := addThing("p", fmt.Sprint(i))
			switch i {
			case 50:
				c.Exec(`UPDATE thing SET version = -1 WHERE part = $1`, "p")
			case 100:
				c.Exec(`UPDATE nothing SET version = 1`)
			case 150:
				c = addThing("p", "taken")
			case 200:
				c.Update("thing/p/200", `UPDATE thing SET id = 'taken' WHERE part = 'p' AND id = '200'`)
			}
			all.Go(func() {
				err := s.Commit(context.Background(), c)
				lost, wrong := i == 150 || i == 200, i == 50 || i == 100
				if (err != nil) != (lost || wrong) || errors.Is(err, store.ErrGuardLost) != lost || errors.Is(err, store.ErrUnavailable) {
					t.Errorf("list %d: %v", i, err)
				}
			})
		}
		all.Wait()
		if n := things(t, s); n != 253 {
			t.Errorf("%d things, want 253", n)
		}
		if err := s.Ready(t.Context()); err != nil {
			t.Errorf("our own mistakes made the store unhealthy: %v", err)
		}
	})
}

func TestViewIsOneSnapshot(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		commit(t, s, addThing("p", "a"))
		err := s.View(t.Context(), func(v *store.View) error {
			var before, after int64
			if err := v.Scan(`SELECT COUNT(*) FROM thing`, nil, &before); err != nil {
				return err
			}
			commit(t, s, addThing("p", "b"))
			if err := v.Scan(`SELECT COUNT(*) FROM thing`, nil, &after); err != nil {
				return err
			}
			if before != after {
				t.Errorf("a snapshot changed from %d to %d rows", before, after)
			}
			var body []byte
			if err := v.Scan(`SELECT body FROM thing WHERE id = $2 AND part = $1`, []any{"p", "a"}, &body); err != nil {
				return err
			}
			if string(body) != "\x00\xff" {
				t.Errorf("bytes came back as %x", body)
			}
			return v.Scan(`SELECT body FROM thing WHERE part = $1`, []any{"nobody"}, &body)
		})
		if !errors.Is(err, store.ErrNoRow) {
			t.Errorf("got %v, want errNoRow", err)
		}
	})
}

func TestCloseStoresWhatIsQueued(t *testing.T) {
	t.Parallel()
	storetest.EachEngine(t, func(t *testing.T, engine string) {
		dsn := storetest.DSN(t, engine)
		s := withThings(t, store.Options{DSN: dsn})
		const many = 500
		var all, handed sync.WaitGroup
		var stored atomic.Int64
		handed.Add(many)
		for i := range many {
			all.Go(func() {
				c := addThing("p", fmt.Sprint(i))
				handed.Done()
				switch err := s.Commit(context.Background(), c); {
				case err == nil:
					stored.Add(1)
				case !errors.Is(err, store.ErrUnavailable):
					t.Errorf("commit: %v", err)
				}
			})
		}
		handed.Wait()
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		all.Wait()
		again := storetest.Open(t, store.Options{DSN: dsn})
		if n := things(t, again); n != stored.Load() {
			t.Errorf("%d things are stored, %d were acknowledged", n, stored.Load())
		}
		if err := s.Commit(t.Context(), addThing("p", "late")); !errors.Is(err, store.ErrUnavailable) {
			t.Errorf("commit after close: %v", err)
		}
	})
}

func TestEndedContextWithdraws(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		for i := range 50 {
			id := fmt.Sprint(i)
			err := s.Commit(ctx, addThing("p", id))
			commit(t, s, addThing("q", id)) // whatever was ahead of it has been decided
			stored := s.Commit(t.Context(), addThing("p", id)) != nil
			if (err == nil) != stored {
				t.Fatalf("commit said %v, but stored is %v", err, stored)
			}
		}
	})
}
