package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"hash/fnv"
	"maps"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

var postgresFlavour = flavour{
	name:   "postgres",
	begin:  "BEGIN",
	tables: "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()",
	columns: `SELECT column_name::text FROM information_schema.columns
		WHERE table_schema = current_schema() AND table_name = $1 ORDER BY ordinal_position`,
	classify: classifyPostgres,
	dialect:  goose.DialectPostgres,
}

// postgresLocks make an assertion hold until commit. SQLite has one writer and
// needs none.
var postgresLocks = map[kind]string{atLeastOne: " FOR SHARE", atLeastOneKey: " FOR KEY SHARE"}

// postgresSettings are in force on every connection; milliseconds. Statements are planned
// for any partner, since PostgreSQL takes one that it has not counted yet for small: all
// rows of a new partner of a large database were read to change eight of them. Tables
// that are joined are read in the order in which a statement names them, and to descend an
// index costs what it costs in memory, for the same reason.
var postgresSettings = map[string]string{
	"synchronous_commit":                  "on",
	"statement_timeout":                   "5000",
	"lock_timeout":                        "2000",
	"idle_in_transaction_session_timeout": "10000",
	"plan_cache_mode":                     "force_generic_plan",
	"join_collapse_limit":                 "1",
	"random_page_cost":                    "1.1",
}

// discardTimeout bounds the good-bye to a server that may be gone.
const discardTimeout = time.Second

type postgresEngine struct {
	config *pgx.ConnConfig
	pool   *pgxpool.Pool // readers
	growth *growth
}

func openPostgres(ctx context.Context, dsn string) (engine, error) {
	config, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return nil, err
	}
	if config.ConnConfig.RuntimeParams["application_name"] == "" {
		config.ConnConfig.RuntimeParams["application_name"] = "covernote"
	}
	maps.Copy(config.ConnConfig.RuntimeParams, postgresSettings)
	e := &postgresEngine{config: config.ConnConfig.Copy()}
	if e.pool, err = pgxpool.NewWithConfig(ctx, config); err != nil {
		return nil, err
	}
	if err := e.pool.Ping(ctx); err != nil {
		e.pool.Close()
		return nil, unavailable(err)
	}
	e.growth = watchGrowth(e.pool)
	return e, nil
}

func (e *postgresEngine) flavour() *flavour { return &postgresFlavour }

// database has no time-outs: a migration takes what it takes. The lock is that
// of the schema; another schema of the server may be migrated at the same time.
func (e *postgresEngine) database() (*sql.DB, lock.SessionLocker, error) {
	config := e.config.Copy()
	for name := range postgresSettings {
		if strings.HasSuffix(name, "_timeout") {
			delete(config.RuntimeParams, name)
		}
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte("covernote " + config.RuntimeParams["search_path"])) // a hash never fails
	locker, err := lock.NewPostgresSessionLocker(
		lock.WithLockID(int64(h.Sum32())),
		lock.WithLockTimeout(1, 300), // seconds between tries, tries
	)
	if err != nil {
		return nil, nil, err
	}
	return stdlib.OpenDB(*config), locker, nil
}

func (e *postgresEngine) integrity(ctx context.Context) error { return e.pool.Ping(ctx) }

func (e *postgresEngine) copyTo(context.Context, string, func(done, total int)) error {
	return ErrNoCopies
}

func (e *postgresEngine) close() error {
	e.growth.close()
	e.pool.Close()
	return nil
}

func (e *postgresEngine) snapshot(ctx context.Context) (snapshot, error) {
	conn, err := e.pool.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	return &postgresSnapshot{conn: conn}, nil
}

// postgresSnapshot is a transaction that begins with its first query, in one round
// trip.
type postgresSnapshot struct {
	conn  *pgxpool.Conn
	begun bool
}

func (s *postgresSnapshot) query(ctx context.Context, query string, args []any) (rows, error) {
	if s.begun {
		return s.conn.Query(ctx, query, args...)
	}
	s.begun = true
	var b pgx.Batch
	b.Queue("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
	b.Queue(query, args...)
	results := s.conn.SendBatch(ctx, &b)
	if _, err := results.Exec(); err != nil {
		return nil, errors.Join(err, results.Close())
	}
	first, err := results.Query()
	if err != nil {
		return nil, errors.Join(err, results.Close())
	}
	return firstRows{first, results}, nil
}

// close ends the transaction. The pool replaces a connection on which that fails.
func (s *postgresSnapshot) close(ctx context.Context) {
	if s.begun {
		_, _ = s.conn.Exec(ctx, "ROLLBACK") // nothing was written
	}
	s.conn.Release()
}

// firstRows are those of the query that began a transaction.
type firstRows struct {
	pgx.Rows
	results pgx.BatchResults
}

// Close makes room for the next query. What went wrong is in Err already.
func (r firstRows) Close() {
	r.Rows.Close()
	_ = r.results.Close()
}

func (e *postgresEngine) connect(ctx context.Context) (session, error) {
	conn, err := pgx.ConnectConfig(ctx, e.config.Copy())
	if err != nil {
		return nil, err
	}
	return &postgresSession{conn, &e.growth.written}, nil
}

type postgresSession struct {
	conn *pgx.Conn
	// written is told of what is committed.
	written *atomic.Bool
}

// run sends all statements in one pipeline.
func (s *postgresSession) run(ctx context.Context, batch []statement) (affected []int64, err error) {
	var b pgx.Batch
	for _, st := range batch {
		b.Queue(postgresText(st), st.args...)
	}
	results := s.conn.SendBatch(ctx, &b)
	defer func() {
		if end := results.Close(); err == nil {
			err = end
		}
		err = s.mind(err)
	}()
	affected = make([]int64, 0, len(batch))
	for range batch {
		tag, err := results.Exec()
		if err != nil {
			return affected, err
		}
		affected = append(affected, tag.RowsAffected())
	}
	return affected, nil
}

// postgresText is what PostgreSQL is sent for a statement.
func postgresText(st statement) string {
	if st.own {
		return strings.TrimSuffix(st.sql, unlessThere)
	}
	return st.sql + postgresLocks[st.kind]
}

func (s *postgresSession) commit(ctx context.Context) error {
	defer s.written.Store(true)
	tag, err := s.conn.Exec(ctx, "COMMIT")
	if err == nil && tag.String() != "COMMIT" {
		return fmt.Errorf("%w: COMMIT was answered %s", errConnectionLost, tag)
	}
	return s.mind(err)
}

// errConnectionLost marks errors after which the connection is of no use.
var errConnectionLost = errors.New("connection lost")

// mind marks errors that cost the connection, whatever they say themselves.
func (s *postgresSession) mind(err error) error {
	if err != nil && s.conn.IsClosed() {
		return fmt.Errorf("%w: %w", errConnectionLost, err)
	}
	return err
}

func (s *postgresSession) discard() {
	ctx, cancel := context.WithTimeout(context.Background(), discardTimeout)
	defer cancel()
	_ = s.conn.Close(ctx)
}

// classifyPostgres reads SQLSTATE, of which the first two digits are a class.
func classifyPostgres(err error) ailment {
	var e *pgconn.PgError
	if !errors.As(err, &e) {
		var connect *pgconn.ConnectError
		if errors.As(err, &connect) || pgconn.SafeToRetry(err) || pgconn.Timeout(err) { // nothing was sent, or nobody answers
			return severed
		}
		return classifyOther(err, mistake)
	}
	switch e.Code {
	case "23505": // unique violation
		return duplicate
	case "40001", "40P01", "55P03", "57014": // serialization, deadlock, lock and statement time-outs
		return clash
	case "0A000", "26000": // a plan that a migration made stale
		return severed
	case "25006": // read-only: a standby, or a primary that is being demoted
		return outage
	}
	switch e.Code[:2] {
	case "08", "57", "28", "25":
		return severed
	case "53", "58", "XX", "F0":
		return outage
	}
	return mistake
}
