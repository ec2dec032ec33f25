package store_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/store"
	"github.com/covernote/covernote/internal/store/storetest"
)

const full = 2 // PRAGMA synchronous: FULL

func TestEverySQLiteConnectionIsDurable(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t, store.Options{DSN: storetest.DSN(t, storetest.SQLite)})
	for pragma, want := range map[string]int64{"synchronous": full, "foreign_keys": 1, "page_size": 8192, "busy_timeout": 10000, "temp_store": 2} {
		got, err := s.WriterPragma(t.Context(), pragma)
		if err != nil || got != want {
			t.Errorf("writer: %s = %d, %v, want %d", pragma, got, err, want)
		}
		// Nested snapshots make the pool open one connection after the other.
		if err := eachReader(t, s, 8, pragma, want); err != nil {
			t.Errorf("reader: %s: %v", pragma, err)
		}
	}
	err := s.View(t.Context(), func(v *store.View) error {
		var mode string
		err := v.Scan(`PRAGMA journal_mode`, nil, &mode)
		if mode != "wal" {
			t.Errorf("journal_mode = %q, want wal", mode)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func eachReader(t *testing.T, s *store.Store, n int, pragma string, want int64) error {
	if n == 0 {
		return nil
	}
	return s.View(t.Context(), func(v *store.View) error {
		var got int64
		if err := v.Scan(`PRAGMA `+pragma, nil, &got); err != nil {
			return err
		}
		if got != want {
			return fmt.Errorf("got %d, want %d", got, want)
		}
		return eachReader(t, s, n-1, pragma, want)
	})
}

func TestReadersCannotWrite(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		err := s.View(t.Context(), func(v *store.View) error {
			return v.Each(func(func(...any) error) error { return nil },
				`INSERT INTO probe (id, at) VALUES (7, 7)`)
		})
		if err == nil {
			t.Error("a snapshot wrote")
		}
	})
}

func TestDatabaseFileIsPrivate(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "odd name?&#%.db")
	storetest.Open(t, store.Options{DSN: path})
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Mode().Perm(); got != 0o600 {
		t.Errorf("mode %o, want 600: it holds personal data", got)
	}
}

func TestBothEnginesHaveTheSameSchema(t *testing.T) {
	t.Parallel()
	ours := columns(t, storetest.SQLite, `SELECT m.name, p.name FROM sqlite_master m JOIN pragma_table_info(m.name) p
		WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'`)
	theirs := columns(t, storetest.Postgres, `SELECT table_name, column_name FROM information_schema.columns
		WHERE table_schema = current_schema()`)
	if !slices.Contains(ours, "lease.until_at") {
		t.Errorf("the schema was not read: %v", ours)
	}
	if !slices.Equal(ours, theirs) {
		t.Errorf("sqlite:   %v\npostgres: %v", ours, theirs)
	}
}

// columns lists table.column, sorted, without goose's own table.
func columns(t *testing.T, engine, sql string) (all []string) {
	t.Helper()
	s := storetest.Open(t, store.Options{DSN: storetest.DSN(t, engine)})
	err := s.View(t.Context(), func(v *store.View) error {
		return v.Each(func(scan func(...any) error) error {
			var table, column string
			if err := scan(&table, &column); err != nil {
				return err
			}
			if table != "goose_db_version" {
				all = append(all, table+"."+column)
			}
			return nil
		}, sql)
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(all)
	return all
}

func TestReadyNeedsTheSchema(t *testing.T) {
	t.Parallel()
	storetest.EachEngine(t, func(t *testing.T, engine string) {
		s := storetest.Unmigrated(t, engine)
		if got := s.Engine(); got != engine {
			t.Errorf("engine %q, want %q", got, engine)
		}
		if err := s.Ready(t.Context()); !errors.Is(err, store.ErrUnavailable) {
			t.Errorf("ready without a schema: %v", err)
		}
		for range 2 {
			if err := s.Migrate(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Ready(t.Context()); err != nil {
			t.Errorf("ready after migrating: %v", err)
		}
		if err := s.Integrity(t.Context()); err != nil {
			t.Errorf("integrity: %v", err)
		}
	})
}

func TestProofsOfCommitsArePruned(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		for i := range 30 {
			commit(t, s, addThing(fmt.Sprint("part", i%3), fmt.Sprint(i)))
		}
		if err := s.PruneCommands(t.Context(), time.Now().Add(-time.Hour)); err != nil {
			t.Fatal(err)
		}
		if n := proofs(t, s); n != 30 {
			t.Errorf("%d proofs are left, want all 30: none is an hour old", n)
		}
		if err := s.PruneCommands(t.Context(), time.Now().Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		if n := proofs(t, s); n != 3 { // each part's pruning is a commit itself
			t.Errorf("%d proofs are left, want 3", n)
		}
	})
}

func proofs(t *testing.T, s *store.Store) (n int64) {
	t.Helper()
	err := s.View(t.Context(), func(v *store.View) error {
		return v.Scan(`SELECT COUNT(*) FROM command`, nil, &n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}
