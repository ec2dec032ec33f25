package store

import (
	"context"
	"database/sql"
	"sync/atomic"
)

// sqliteReadersMost is how many snapshots can be read at once.
const sqliteReadersMost = 8

// sqliteReaders lends connections to snapshots, each to one at a time. What was
// prepared on a connection stays so: to parse a query takes SQLite as long as to
// run it.
type sqliteReaders struct {
	pool *sql.DB
	// idle holds nil for each connection that is not open yet.
	idle   chan *sqliteSession
	closed atomic.Bool
}

func openSQLiteReaders(dsn string) (*sqliteReaders, error) {
	pool, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, err
	}
	r := &sqliteReaders{pool: pool, idle: make(chan *sqliteSession, sqliteReadersMost)}
	for range sqliteReadersMost {
		r.idle <- nil
	}
	return r, nil
}

func (r *sqliteReaders) snapshot(ctx context.Context) (snapshot, error) {
	s, err := r.borrow(ctx)
	if err != nil {
		return nil, err
	}
	opened := sqliteSnapshot{session: s, readers: r}
	if _, err := s.step(ctx, statement{sql: "BEGIN"}); err != nil {
		opened.close(ctx)
		return nil, err
	}
	return opened, nil
}

func (r *sqliteReaders) borrow(ctx context.Context) (*sqliteSession, error) {
	var s *sqliteSession
	select {
	case s = <-r.idle:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if s != nil {
		return s, nil
	}
	conn, err := r.pool.Conn(ctx)
	if err != nil {
		r.idle <- nil
		return nil, err
	}
	return &sqliteSession{conn: conn, prepared: make(map[string]*sql.Stmt)}, nil
}

// giveBack ends a snapshot. A connection on which that fails is replaced.
func (r *sqliteReaders) giveBack(ctx context.Context, s *sqliteSession) {
	_, err := s.step(ctx, statement{sql: "ROLLBACK"}) // nothing was written
	if err != nil || r.closed.Load() {
		s.discard()
		s = nil
	}
	r.idle <- s
}

// close ends the connections that are idle now, and the others when they are
// given back. Whoever borrows one later hears that there is none.
func (r *sqliteReaders) close() error {
	r.closed.Store(true)
	for range len(r.idle) {
		if s := <-r.idle; s != nil {
			s.discard()
		}
		r.idle <- nil
	}
	return r.pool.Close()
}

type sqliteSnapshot struct {
	session *sqliteSession
	readers *sqliteReaders
}

func (s sqliteSnapshot) close(ctx context.Context) { s.readers.giveBack(ctx, s.session) }

func (s sqliteSnapshot) query(ctx context.Context, query string, args []any) (rows, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	unwatched := context.WithoutCancel(ctx)
	prepared, err := s.session.prepare(unwatched, query) //nolint:sqlclosecheck // it stays prepared
	if err != nil {
		return nil, err
	}
	r, err := prepared.QueryContext(unwatched, listsAsJSON(args)...) //nolint:rowserrcheck // whoever reads the rows asks for it
	if err != nil {
		return nil, err
	}
	return sqliteRows{r, ctx}, nil
}

// sqliteRows ends with its context, which is asked for each row: to have it
// watched would cost two goroutines for each query.
type sqliteRows struct {
	*sql.Rows
	ctx context.Context
}

// Next goes to the next row, if there is one and the context has not ended.
func (r sqliteRows) Next() bool { return r.ctx.Err() == nil && r.Rows.Next() }

// Err says why the rows ended before their end.
func (r sqliteRows) Err() error {
	if err := r.Rows.Err(); err != nil {
		return err
	}
	return r.ctx.Err()
}

// Close ends the reading. What went wrong is in Err already.
func (r sqliteRows) Close() { _ = r.Rows.Close() }
