package storetest

import (
	"context"
	"database/sql"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // database/sql driver "pgx"
	_ "modernc.org/sqlite"             // database/sql driver "sqlite"
)

// Exec changes rows behind the back of whoever has the database open, on a
// connection of its own, to show that the damage is found. A statement that
// affects no row is a mistake of the test.
func Exec(t testing.TB, dsn, statement string, args ...any) {
	t.Helper()
	if n := execute(t, dsn, statement, args...); n == 0 {
		t.Fatalf("%s: no row affected", statement)
	}
}

// Alter changes the schema behind the back of whoever has the database open, as a
// newer program does that migrates it.
func Alter(t testing.TB, dsn string, statements ...string) {
	t.Helper()
	for _, statement := range statements {
		execute(t, dsn, statement)
	}
}

// Copy is a copy of an SQLite database as it stands.
func Copy(t testing.TB, dsn string) string {
	t.Helper()
	copied := Empty(t, SQLite)
	execute(t, dsn, `VACUUM INTO $1`, copied)
	return copied
}

// Number reads one number behind the back of whoever has the database open.
func Number(t testing.TB, dsn, query string, args ...any) (n int64) {
	t.Helper()
	db := reach(t, dsn)
	defer func() { _ = db.Close() }()
	if err := db.QueryRowContext(context.Background(), query, args...).Scan(&n); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return n
}

// reach opens a connection of its own.
func reach(t testing.TB, dsn string) *sql.DB {
	t.Helper()
	driver, name := "pgx", dsn
	if !strings.HasPrefix(dsn, "postgres") {
		driver, name = "sqlite", "file:"+dsn+"?_pragma=busy_timeout(10000)"
	}
	db, err := sql.Open(driver, name)
	if err != nil {
		t.Fatalf("opening the database: %v", err)
	}
	return db
}

func execute(t testing.TB, dsn, statement string, args ...any) (affected int64) {
	t.Helper()
	db := reach(t, dsn)
	defer func() { _ = db.Close() }()
	result, err := db.ExecContext(context.Background(), statement, args...)
	if err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
	if affected, err = result.RowsAffected(); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
	return affected
}
