package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// engine is the seam: together with session it is all that a database has to
// offer, and the only place where SQLite and PostgreSQL are told apart.
type engine interface {
	flavour() *flavour
	// snapshot opens one; its moment is that of its first query. It is for one
	// goroutine, and must be closed.
	snapshot(ctx context.Context) (snapshot, error)
	// connect opens a fresh connection that writes. It belongs to its caller
	// alone, and every setting that durability needs is in force on it.
	connect(ctx context.Context) (session, error)
	// database is a connection pool for migrations, without time-outs. The
	// locker keeps others from migrating meanwhile; nil if there are none.
	database() (*sql.DB, lock.SessionLocker, error)
	// integrity is the engine's own check of what is on disk.
	integrity(ctx context.Context) error
	// copyTo writes the database as it stands at one moment into an empty file, or
	// answers ErrNoCopies.
	copyTo(ctx context.Context, file string, progress func(done, total int)) error
	close() error
}

// session is one connection that writes.
type session interface {
	// run executes the statements in order and answers how many rows each
	// affected or found. It stops at the first that raises.
	run(ctx context.Context, batch []statement) ([]int64, error)
	// commit makes the open transaction durable. After an error nobody knows
	// whether it did; the session must then be discarded.
	commit(ctx context.Context) error
	// discard closes the connection; what was not committed is rolled back.
	discard()
}

// snapshot answers queries with the rows as they stood at one moment.
type snapshot interface {
	query(ctx context.Context, sql string, args []any) (rows, error)
	close(ctx context.Context)
}

// rows is what both drivers' rows have in common.
type rows interface {
	Next() bool
	Scan(dest ...any) error
	Err() error
	Close()
}

// flavour holds the words in which the engines differ.
type flavour struct {
	name     string
	begin    string // begins a transaction that will write
	tables   string // lists all tables, those of the migrations too
	columns  string // lists the columns of the table $1 in their order
	classify func(error) ailment
	dialect  goose.Dialect
}

// ailment says what an engine's error means for those who wait.
type ailment int

const (
	mistake   ailment = iota // the statement is wrong: the business of one list
	duplicate                // what must be unique is there already: the business of one list
	clash                    // another transaction was in the way: running again helps
	severed                  // the connection is gone: a fresh one may work
	outage                   // nothing can be stored now
)

// ofOneList says whether only the list that raised it has to be told.
func (a ailment) ofOneList() bool { return a == mistake || a == duplicate }

// classifyOther is for errors that are not the database's own.
func classifyOther(err error, otherwise ailment) ailment {
	var injected *injected
	var network net.Error
	switch {
	case errors.As(err, &injected):
		return injected.ailment
	case errors.Is(err, errConnectionLost), errors.Is(err, driver.ErrBadConn), errors.Is(err, sql.ErrConnDone),
		errors.Is(err, io.ErrUnexpectedEOF), errors.As(err, &network):
		return severed
	}
	return otherwise
}
