package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"modernc.org/sqlite"
)

// ErrNoCopies says that copies of this engine's databases are made with its own
// tools.
var ErrNoCopies = errors.New("store: the engine's own tools make copies of it")

// ErrInUse says that somebody has the database open.
var ErrInUse = errors.New("store: the database is in use")

// copyStep is how many pages are copied before progress is told.
const copyStep = 1024

// CopyTo writes the database as it stands at one moment into a file, which is
// there and empty, while others read and write on. progress, which may be nil, is
// told how many pages are done. The file is whole, but not yet synced, when
// CopyTo returns nil. On PostgreSQL it answers ErrNoCopies.
func (s *Store) CopyTo(ctx context.Context, file string, progress func(done, total int)) error {
	return s.engine.copyTo(ctx, file, progress)
}

// copyTo copies within one snapshot: without it, each commit of somebody else
// would make the copy begin anew, and under load it would never end. Until it has
// ended, the write-ahead log cannot shrink.
func (e *sqliteEngine) copyTo(ctx context.Context, file string, progress func(done, total int)) (err error) {
	conn, err := e.readers.pool.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	if _, err := conn.ExecContext(ctx, "BEGIN"); err != nil {
		return err
	}
	defer func() { _, _ = conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK") }() // nothing was written
	var tables int
	if err := conn.QueryRowContext(ctx, "SELECT COUNT(*) FROM sqlite_master").Scan(&tables); err != nil {
		return err // the first reading is what the snapshot begins with
	}
	return conn.Raw(func(driver any) error {
		source, ok := driver.(interface {
			NewBackup(uri string) (*sqlite.Backup, error)
		})
		if !ok {
			return fmt.Errorf("copy the database: %T makes no copies", driver)
		}
		copying, err := source.NewBackup(sqliteURI(file))
		if err != nil {
			return err
		}
		return errors.Join(copyPages(ctx, copying, progress), copying.Finish())
	})
}

func copyPages(ctx context.Context, copying *sqlite.Backup, progress func(done, total int)) error {
	for more := true; more; {
		if err := ctx.Err(); err != nil {
			return err
		}
		var err error
		if more, err = copying.Step(copyStep); err != nil {
			return err
		}
		if progress != nil {
			progress(copying.PageCount()-copying.Remaining(), copying.PageCount())
		}
	}
	return nil
}

// Detach brings all that was written to an SQLite file into it, so that it can be
// moved: nothing of it lies in files beside it afterwards. It answers ErrInUse if
// any process has the file open.
func Detach(ctx context.Context, file string) (err error) {
	db, err := sql.Open("sqlite", sqliteURI(file)+"_pragma=busy_timeout(0)")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1)
	var mode string
	err = db.QueryRowContext(ctx, "PRAGMA journal_mode = DELETE").Scan(&mode)
	switch {
	case err != nil && classifySQLite(err) == clash, err == nil && mode != "delete":
		return ErrInUse
	case err != nil:
		return fmt.Errorf("detach the database: %w", err)
	}
	return nil
}

// Silence is how long nothing has been stored, by machine time. While a node runs
// that is less than a few seconds, since it says every second that it is there; in
// a copy it tells how old the copy is. ok is false if nothing ever was.
func (v *View) Silence() (silence time.Duration, ok bool, err error) {
	var last int64
	if err := v.row(`SELECT COALESCE(MAX(at), 0) FROM command`).Scan(&last); err != nil {
		return 0, false, err
	}
	return time.Since(instant(last)), last > 0, nil
}

// RetireLeases takes all leases from whoever holds them. They begin anew behind an
// epoch that nobody had, so that nothing asserted under an earlier one is stored.
func (c *Changes) RetireLeases(epoch int64) {
	c.exec(`UPDATE lease SET holder = '', epoch = $1, until_at = 0`, epoch)
}
