package store

import (
	"context"
	"database/sql"
	"errors"
	"maps"
	"time"

	"github.com/jackc/pgx/v5"
)

// View reads one consistent snapshot of the database. It is valid until the
// function it was given to returns, and belongs to that goroutine. Rows of one
// query must be read to their end before the next query begins.
type View struct {
	ctx  context.Context
	open func(context.Context) (snapshot, error)
	// snapshot is nil until somebody asks for rows.
	snapshot snapshot
	// quoteDays is what the store remembers of them.
	quoteDays *quoteDays
	// presume reads settings that may be older than the snapshot.
	presume func(context.Context) (map[string]Setting, error)
	// settings are all there are, once somebody asked for one. If they are presumed,
	// the snapshot has yet to confirm them; if it did not, f was misled.
	settings         map[string]Setting
	presumed, misled bool
	// began is before the moment of the snapshot, machine time.
	began time.Time
}

// View calls f with a snapshot: everything that was durable at one moment, and
// nothing later. It returns f's error; if reading itself failed because storage
// is away, the error wraps ErrUnavailable.
//
// The snapshot is taken when f asks for rows. Whoever needs no more than settings
// shares their reading with others; should they have changed until then, f is called
// anew, before it has seen a row.
func (s *Store) View(ctx context.Context, f func(*View) error) error {
	v := &View{ctx: ctx, open: s.engine.snapshot, quoteDays: &s.quoteDays, presume: s.presume, began: time.Now()}
	defer v.close()
	err := f(v)
	if v.misled {
		err = f(v)
	}
	if err == nil || ctx.Err() != nil {
		return err
	}
	switch s.engine.flavour().classify(err) {
	case severed, outage, clash: // a statement that takes too long is a clash
		return unavailable(err)
	}
	return err
}

func (v *View) close() {
	if v.snapshot != nil {
		v.snapshot.close(v.ctx)
	}
}

// query reads many rows; the caller closes them and asks Err.
func (v *View) query(sql string, args ...any) (rows, error) {
	if v.snapshot == nil {
		if err := v.begin(); err != nil {
			return nil, err
		}
	}
	return v.snapshot.query(v.ctx, sql, args)
}

// begin takes the snapshot, and holds what was presumed against it.
func (v *View) begin() (err error) {
	if v.snapshot, err = v.open(v.ctx); err != nil || !v.presumed {
		return err
	}
	presumed := v.settings
	v.presumed = false
	if v.settings, err = v.readSettings(); err != nil {
		return err
	}
	if v.misled = !maps.Equal(presumed, v.settings); v.misled {
		return errMisled
	}
	return nil
}

// errMisled ends a call of f that began with settings which the snapshot has not.
var errMisled = errors.New("settings have changed meanwhile")

// each calls f for every row, with a function that scans it.
func (v *View) each(f func(scan func(...any) error) error, sql string, args ...any) (err error) {
	rows, err := v.query(sql, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := f(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// row reads the first row of a query.
func (v *View) row(sql string, args ...any) row {
	rows, err := v.query(sql, args...)
	return row{rows, err}
}

// row is one row that may not be there.
type row struct {
	rows rows
	err  error
}

// Scan reads the row's columns, or answers errNoRow.
func (r row) Scan(dest ...any) error {
	if r.err != nil {
		return r.err
	}
	defer r.rows.Close()
	if !r.rows.Next() {
		if err := r.rows.Err(); err != nil && !errors.Is(err, sql.ErrNoRows) && !errors.Is(err, pgx.ErrNoRows) {
			return err
		}
		return errNoRow
	}
	return r.rows.Scan(dest...)
}
