package store

import (
	"context"
	"errors"
	"testing"
)

// What the nouns of this package build on, for tests of the engine itself that
// run on both engines and therefore stand outside the package.

func (c *Changes) Insert(guard, sql string, args ...any) { c.insert(guard, sql, args...) }
func (c *Changes) Update(guard, sql string, args ...any) { c.update(guard, sql, args...) }
func (c *Changes) Assert(sql string, args ...any)        { c.assert(sql, args...) }
func (c *Changes) Exec(sql string, args ...any)          { c.exec(sql, args...) }

func (v *View) Scan(sql string, args []any, dest ...any) error {
	return v.row(sql, args...).Scan(dest...)
}

func (v *View) Each(f func(scan func(...any) error) error, sql string, args ...any) error {
	return v.each(f, sql, args...)
}

var ErrNoRow = errNoRow

// Run executes statements outside of any change list, on a connection of their own.
func (s *Store) Run(ctx context.Context, sql ...string) error {
	session, err := s.engine.connect(ctx)
	if err != nil {
		return err
	}
	defer session.discard()
	for _, text := range sql {
		if _, err := session.run(ctx, []statement{{kind: anyNumber, sql: text}}); err != nil {
			return err
		}
	}
	return nil
}

// MigrateTo brings an older schema to a version and no further.
func (s *Store) MigrateTo(ctx context.Context, version int64) error {
	steps, err := s.migrationSteps()
	if err != nil {
		return err
	}
	_, err = steps.UpTo(ctx, version)
	return errors.Join(err, steps.Close())
}

// WriterPragma reads a setting on a connection that writes.
func (s *Store) WriterPragma(ctx context.Context, name string) (value int64, err error) {
	session, err := s.engine.connect(ctx)
	if err != nil {
		return 0, err
	}
	defer session.discard()
	err = session.(*sqliteSession).conn.QueryRowContext(ctx, "PRAGMA "+name).Scan(&value)
	return value, err
}

// Recovered waits until the probe has found the storage well again.
func (s *Store) Recovered(ctx context.Context) error {
	well := make(chan struct{})
	go func() {
		s.health.probing.Wait()
		close(well)
	}()
	select {
	case <-well:
		return s.health.cause()
	case <-ctx.Done():
		return ctx.Err()
	}
}

// WriterSetting reads a PostgreSQL setting on a connection that writes.
func (s *Store) WriterSetting(ctx context.Context, name string) (value string, err error) {
	session, err := s.engine.connect(ctx)
	if err != nil {
		return "", err
	}
	defer session.discard()
	err = session.(*postgresSession).conn.QueryRow(ctx, "SHOW "+name).Scan(&value)
	return value, err
}

// Begin runs a statement in a transaction of its own; the answer commits it.
func (s *Store) Begin(t testing.TB, sql string) (finish func()) {
	t.Helper()
	session, err := s.engine.connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(session.discard)
	if _, err := session.run(t.Context(), []statement{{sql: s.engine.flavour().begin}, {sql: sql}}); err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := session.commit(t.Context()); err != nil {
			t.Error(err)
		}
	}
}

// SQL is the query as it is sent.
func (q InquiryQuery) SQL(part string) (query string, args []any) { return q.sql(part) }

// SQL is the query as it is sent.
func (q LogQuery) SQL(part string) (query string, args []any) { return q.sql(part) }

// What the log is read with besides.
const (
	SelectUnplaced     = selectUnplaced
	SelectLastPosition = lastPosition
	SelectPlacedUpTo   = placedUpTo
)
