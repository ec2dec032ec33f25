// Package storetest runs tests on both engines, each on a fresh, migrated
// database of its own.
//
// PostgreSQL tests need a server: COVERNOTE_TEST_POSTGRES is a postgres:// URL
// whose user may create schemas. Every database is a schema of its own and is
// dropped when its test ends.
package storetest

import (
	"context"
	"crypto/rand"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/covernote/covernote/internal/store"
)

// SQLite and Postgres are the engines, as Store.Engine says them.
const (
	SQLite   = "sqlite"
	Postgres = "postgres"
)

// Engines runs f as subtests "sqlite" and "postgres". Every call of open gives
// a store on a fresh, migrated database, closed when the test ends.
func Engines(t *testing.T, f func(t *testing.T, open func(t *testing.T) *store.Store)) {
	t.Helper()
	EachEngine(t, func(t *testing.T, engine string) {
		f(t, func(t *testing.T) *store.Store {
			t.Helper()
			return Fresh(t, engine)
		})
	})
}

// EachEngine runs f as subtests "sqlite" and "postgres", for tests that need
// the DSN or options of their own.
func EachEngine(t *testing.T, f func(t *testing.T, engine string)) {
	t.Helper()
	for _, engine := range []string{SQLite, Postgres} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			if engine == Postgres {
				server(t)
			}
			f(t, engine)
		})
	}
}

// EachEngineInFull is EachEngine in a full run. With -short, as the race detector
// runs tests, it is SQLite alone, which is faster with many new databases; what the
// engines differ in is raced with the store.
func EachEngineInFull(t *testing.T, f func(t *testing.T, engine string)) {
	t.Helper()
	if !testing.Short() {
		EachEngine(t, f)
		return
	}
	t.Run(SQLite, func(t *testing.T) { f(t, SQLite) })
}

// Fresh opens a store on a fresh, migrated database of the engine.
func Fresh(t testing.TB, engine string) *store.Store {
	t.Helper()
	return Open(t, store.Options{DSN: DSN(t, engine)})
}

// Open opens a store and migrates it; it is closed when the test ends.
func Open(t testing.TB, o store.Options) *store.Store {
	t.Helper()
	s := opened(t, o)
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatalf("migrating: %v", err)
	}
	return s
}

// Unmigrated opens a store on a fresh, empty database of the engine.
func Unmigrated(t testing.TB, engine string) *store.Store {
	t.Helper()
	return opened(t, store.Options{DSN: Empty(t, engine)})
}

func opened(t testing.TB, o store.Options) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), o)
	if err != nil {
		t.Fatalf("opening the store: %v", err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("closing the store: %v", err)
		}
	})
	return s
}

// DSN names a fresh database on the engine ("sqlite" or "postgres") for Open. On SQLite
// it is migrated already.
func DSN(t testing.TB, engine string) string {
	t.Helper()
	dsn := Empty(t, engine)
	if engine == SQLite {
		text, err := migratedFile()
		if err != nil {
			t.Fatalf("migrating the file that is copied: %v", err)
		}
		if err := os.WriteFile(dsn, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dsn
}

// Empty names a fresh, empty database on the engine.
func Empty(t testing.TB, engine string) string {
	t.Helper()
	switch engine {
	case SQLite:
		return filepath.Join(t.TempDir(), "covernote.db")
	case Postgres:
		return schema(t, server(t))
	}
	t.Fatalf("no such engine: %q", engine)
	return ""
}

// migratedFile is an SQLite database with nothing in it. To copy it takes a
// twentieth of the time of migrating each anew; on PostgreSQL nothing is faster.
var migratedFile = sync.OnceValues(func() (text []byte, err error) {
	dir, err := os.MkdirTemp("", "covernote-storetest-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	path := filepath.Join(dir, "covernote.db")
	s, err := store.Open(context.Background(), store.Options{DSN: path})
	if err != nil {
		return nil, err
	}
	if err := errors.Join(s.Migrate(context.Background()), s.Close()); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// server is the URL of the PostgreSQL server for tests. Without one the test
// fails, unless the run says that it goes without.
func server(t testing.TB) string {
	t.Helper()
	if strings.Contains(os.Getenv("COVERNOTE_TEST_WITHOUT"), Postgres) {
		t.Skip("NOT RUN: --without=postgres")
	}
	dsn := os.Getenv("COVERNOTE_TEST_POSTGRES")
	if dsn == "" {
		t.Fatal("PostgreSQL tests need a server: run go run ./internal/ci (or go run ./internal/ci --without=postgres)")
	}
	return dsn
}

// schema creates a schema and answers the URL under which it is the only one.
func schema(t testing.TB, dsn string) string {
	t.Helper()
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal("COVERNOTE_TEST_POSTGRES is not a URL") // the error would show the password
	}
	name := "test_" + strings.ToLower(rand.Text())
	execute(t, dsn, `CREATE SCHEMA `+name)
	t.Cleanup(func() { execute(t, dsn, `DROP SCHEMA `+name+` CASCADE`) })
	q := u.Query()
	q.Set("search_path", name)
	u.RawQuery = q.Encode()
	return u.String()
}
