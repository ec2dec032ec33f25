package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/covernote/covernote/internal/planted"
)

var sqliteFlavour = flavour{
	name:     "sqlite",
	begin:    "BEGIN IMMEDIATE",
	tables:   "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
	columns:  "SELECT name FROM pragma_table_info($1) ORDER BY cid",
	classify: classifySQLite,
	dialect:  goose.DialectSQLite3,
}

// sqliteEngine writes through connections of its own and reads beside them.
type sqliteEngine struct {
	dsn     string
	writing *sql.DB
	readers *sqliteReaders
}

func openSQLite(ctx context.Context, dsn string) (engine, error) {
	uri := sqliteURI(dsn)
	if err := createSQLite(ctx, dsn, uri); err != nil {
		return nil, fmt.Errorf("creating the database file: %w", err)
	}
	e := &sqliteEngine{dsn: uri + "_txlock=immediate&" + sqlitePragmas}
	if planted.Bug(planted.NormalSync) {
		e.dsn += "&_pragma=synchronous(NORMAL)" // PLANTED: a power cut takes back what was acknowledged.
	}
	var err error
	if e.writing, err = sql.Open("sqlite", e.dsn); err != nil {
		return nil, err
	}
	e.writing.SetMaxIdleConns(1)
	if e.readers, err = openSQLiteReaders(uri + "_txlock=deferred&" + sqlitePragmas + "&_pragma=query_only(1)"); err != nil {
		return nil, err
	}
	if err := e.readers.pool.PingContext(ctx); err != nil {
		return nil, unavailable(errors.Join(err, e.close()))
	}
	return e, nil
}

// sqlitePragmas are in force on every connection. synchronous is FULL because
// WAL with NORMAL forgets acknowledged transactions when the power fails. The log is
// taken over into the file when it has 64 MB (pages of 8 KB): by then most of its
// pages have been written several times, and only the last of each has to be.
// temp_store is memory, since a statement that adds many rows keeps the pages that it
// changes, in case it fails, and would keep them in a file.
const sqlitePragmas = "_pragma=busy_timeout(10000)" +
	"&_pragma=journal_mode(WAL)" +
	"&_pragma=synchronous(FULL)" +
	"&_pragma=cache_size(-65536)" +
	"&_pragma=foreign_keys(1)" +
	"&_pragma=wal_autocheckpoint(8000)" +
	"&_pragma=temp_store(2)"

// sqliteURI is the file: URI of a path, ready for parameters to be appended.
func sqliteURI(dsn string) string {
	if !strings.HasPrefix(dsn, "file:") {
		dsn = "file:" + (&url.URL{Path: dsn}).EscapedPath()
	}
	if strings.Contains(dsn, "?") {
		return dsn + "&"
	}
	return dsn + "?"
}

// createSQLite makes a missing file, readable by its owner only, with what can
// be chosen only while it is empty.
func createSQLite(ctx context.Context, path, uri string) (err error) {
	if !strings.HasPrefix(path, "file:") {
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
		if err != nil {
			return err
		}
		if err := f.Close(); err != nil {
			return err
		}
	}
	db, err := sql.Open("sqlite", uri+"_pragma=busy_timeout(10000)&_pragma=page_size(8192)")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	_, err = db.ExecContext(ctx, "PRAGMA journal_mode = WAL")
	return err
}

func (e *sqliteEngine) flavour() *flavour { return &sqliteFlavour }

func (e *sqliteEngine) database() (*sql.DB, lock.SessionLocker, error) {
	db, err := sql.Open("sqlite", e.dsn)
	return db, nil, err
}

func (e *sqliteEngine) close() error { return errors.Join(e.readers.close(), e.writing.Close()) }

func (e *sqliteEngine) snapshot(ctx context.Context) (snapshot, error) {
	return e.readers.snapshot(ctx)
}

func (e *sqliteEngine) integrity(ctx context.Context) error {
	v := &View{ctx: ctx, open: e.snapshot}
	defer v.close()
	var found string
	if err := v.row(`PRAGMA integrity_check(1)`).Scan(&found); err != nil {
		return err
	}
	if found != "ok" {
		return fmt.Errorf("database file is damaged: %s", found)
	}
	return v.each(func(func(...any) error) error {
		return errors.New("database file breaks a foreign key")
	}, `PRAGMA foreign_key_check`)
}

func (e *sqliteEngine) connect(ctx context.Context) (session, error) {
	conn, err := e.writing.Conn(ctx)
	if err != nil {
		return nil, err
	}
	return &sqliteSession{conn: conn, prepared: map[string]*sql.Stmt{}}, nil
}

// sqliteSession works without regard to the end of a context: it waits for a
// local file only, and to watch a context costs a goroutine per statement.
type sqliteSession struct {
	conn     *sql.Conn
	prepared map[string]*sql.Stmt
}

func (s *sqliteSession) run(ctx context.Context, batch []statement) ([]int64, error) {
	affected := make([]int64, 0, len(batch))
	for _, st := range batch {
		n, err := s.step(ctx, st)
		if err != nil {
			return affected, err
		}
		affected = append(affected, n)
	}
	return affected, nil
}

func (s *sqliteSession) step(ctx context.Context, st statement) (int64, error) {
	unwatched := context.WithoutCancel(ctx)
	prepared, err := s.prepare(unwatched, st.sql)
	if err != nil {
		return 0, err
	}
	if st.kind.asserts() || st.kind == look {
		return countRows(unwatched, prepared, listsAsJSON(st.args))
	}
	result, err := prepared.ExecContext(unwatched, listsAsJSON(st.args)...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

func countRows(ctx context.Context, prepared *sql.Stmt, args []any) (n int64, err error) {
	rows, err := prepared.QueryContext(ctx, args...)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		n++
	}
	return n, rows.Err()
}

// preparedMost keeps a caller that builds SQL from data from filling memory.
const preparedMost = 1000

func (s *sqliteSession) prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	if st, known := s.prepared[query]; known {
		return st, nil
	}
	if len(s.prepared) >= preparedMost {
		if err := s.forget(); err != nil {
			return nil, err
		}
	}
	st, err := s.conn.PrepareContext(ctx, unnumbered(jsonLists(query)))
	if err != nil {
		return nil, err
	}
	s.prepared[query] = st
	return st, nil
}

// anyOf is how PostgreSQL compares with a list that is one argument.
var anyOf = regexp.MustCompile(`= ANY \((\$[0-9]+)\)`)

// jsonLists reads the lists of a query from JSON: SQLite has no arrays.
func jsonLists(query string) string {
	return anyOf.ReplaceAllString(query, "IN (SELECT value FROM json_each($1))")
}

// listsAsJSON are the arguments for what jsonLists made.
func listsAsJSON(args []any) []any {
	for i, arg := range args {
		if list, is := arg.([]string); is {
			args = slices.Clone(args)
			args[i] = encode(list)
		}
	}
	return args
}

// unnumbered leaves out the numbers of arguments where they say nothing: where each
// occurs once, in order. SQLite takes a number for a name, and looks for each among
// all of the statement's, which takes longer than adding 32 rows.
func unnumbered(query string) string {
	for i, number := range argument.FindAllString(query, -1) {
		if number != "$"+strconv.Itoa(i+1) {
			return query
		}
	}
	return argument.ReplaceAllString(query, "?")
}

func (s *sqliteSession) forget() (err error) {
	for _, st := range s.prepared {
		err = errors.Join(err, st.Close())
	}
	clear(s.prepared)
	return err
}

func (s *sqliteSession) commit(ctx context.Context) error {
	_, err := s.step(ctx, statement{sql: "COMMIT"})
	return err
}

// discard makes the pool close the connection instead of keeping it.
func (s *sqliteSession) discard() {
	_ = s.forget()
	_ = s.conn.Raw(func(any) error { return driver.ErrBadConn })
	_ = s.conn.Close()
}

// classifySQLite reads SQLite's result codes. What is not SQLite's (a value
// that cannot be bound, say) is a mistake of ours.
func classifySQLite(err error) ailment {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return classifyOther(err, mistake)
	}
	switch e.Code() {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		return duplicate
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_MISMATCH,
		sqlite3.SQLITE_RANGE, sqlite3.SQLITE_TOOBIG, sqlite3.SQLITE_MISUSE:
		return mistake
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return clash
	}
	return outage
}
