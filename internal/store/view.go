package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
)

// View reads one consistent snapshot of the database. It is valid until the
// function it was given to returns, and belongs to that goroutine. Rows of one
// query must be read to their end before the next query begins.
type View struct {
	ctx context.Context
	q   querier
	// quoteDays is what the store remembers of them.
	quoteDays *quoteDays
	// settings are all there are, once somebody asked for one.
	settings map[string]Setting
	// began is before the moment of the snapshot, machine time.
	began time.Time
}

// View calls f with a snapshot: everything that was durable at one moment, and
// nothing later. It returns f's error; if reading itself failed because storage
// is away, the error wraps ErrUnavailable.
func (s *Store) View(ctx context.Context, f func(*View) error) error {
	err := s.engine.snapshot(ctx, func(q querier) error {
		return f(&View{ctx: ctx, q: q, quoteDays: &s.quoteDays, began: time.Now()})
	})
	if err == nil || ctx.Err() != nil {
		return err
	}
	if a := s.engine.flavour().classify(err); a == severed || a == outage {
		return unavailable(err)
	}
	return err
}

// query reads many rows; the caller closes them and asks Err.
func (v *View) query(sql string, args ...any) (rows, error) { return v.q.query(v.ctx, sql, args) }

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
