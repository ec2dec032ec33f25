package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
)

// What the nouns of this package build on, for tests of the engine itself that
// run on both engines and therefore stand outside the package.

func (c *Changes) Insert(guard, sql string, args ...any) { c.insert(guard, sql, args...) }
func (c *Changes) InsertOwn(guard, sql string, args ...any) {
	c.insertOwn(guard, sql, args...)
}
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

// Flush runs lists in one transaction and answers what became of each.
func (s *Store) Flush(ctx context.Context, lists []*Changes) ([]error, error) {
	session, err := s.engine.connect(ctx)
	if err != nil {
		return nil, err
	}
	defer session.discard()
	t := newTransaction(s.engine.flavour(), lists, false)
	err = t.run(ctx, session)
	verdicts := make([]error, len(lists))
	for i, c := range lists {
		verdicts[i] = t.verdicts[c]
	}
	return verdicts, err
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

// PolicyIDs are those of the policies on a page.
func (v *View) PolicyIDs(part string, p PolicyPage) (ids []string, total int64, err error) {
	return v.policyIDs(part, p)
}

// ListQueries are the queries with which a page in the middle of each long list is
// read, by the list and what they are for.
func ListQueries(part string) map[string]ListQuery {
	queries := map[string]ListQuery{
		"slots":                     {selectSlots, []any{part, "policy.created", 26, 1, 60}, []string{"tally"}, true},
		"untallied policies of one": {untalliedPoliciesOf, []any{part, 10}, []string{"policy_untallied"}, true},
		"untallied bookings of one": {untalliedBookingsOf, []any{part, 10}, []string{"order_untallied"}, false},
		"untallied policies":        {selectUntallied + ` ORDER BY part, id LIMIT $1`, []any{10}, []string{"policy_untallied"}, false},
		"untallied bookings":        {selectUntalliedBooking + ` ORDER BY part, order_id LIMIT $1`, []any{10}, []string{"order_untallied"}, false},
	}
	indexes := map[*roll]string{
		rollCreated: "policy_created", rollInception: "policy_inception", rollLastDay: "policy_last_day", rollBooked: "order_booked",
	}
	for _, l := range rolls {
		middle := reach{l.place("2026-01-15", 1768471200000000), l.place("2026-01-20", 1768903200000000)}
		for name, c := range map[string]cut{
			"from the end":       {reach: reach{firstPlace, middle.until}, limit: 10, skip: 5},
			"from the beginning": {reach: reach{middle.from, lastPlace}, ascending: true, limit: 10, skip: 5},
			"between":            {reach: middle, limit: 10, skip: 5},
			"all":                {reach: everywhere, limit: 10},
			"ended, too":         {reach: reach{firstPlace, middle.until}, ended: true, limit: 10, skip: 5},
		} {
			query, args := l.reading(part, c)
			queries[l.name+" "+name] = ListQuery{query, args, slices.Repeat([]string{indexes[l]}, 1+int(bit(c.ended && l.ends))), c.ended && l.ends}
		}
		for _, ended := range []bool{false, true} {
			query, args := l.counting(part, middle, ended)
			queries[fmt.Sprint(l.name, " counted, ended ", ended)] = ListQuery{query, args, []string{indexes[l]}, false}
		}
	}
	return queries
}

// ListQuery is a query with the indexes that it is to be read by.
type ListQuery struct {
	SQL     string
	Args    []any
	Indexes []string
	// Sorted: it may sort the few rows that it has found by them.
	Sorted bool
}

// SelectEventsOf is what the events of a subject are read with.
const SelectEventsOf = selectEventsOf

// Body and Content are how a package is written and read on a day, and Text is
// anything pressed as if it were one.
func (d *QuoteDay) Body(c PackageContent) []byte                { return d.body(c) }
func (d *QuoteDay) Content(body []byte) (PackageContent, error) { return d.content(body) }
func (d *QuoteDay) Text(text []byte) []byte                     { return d.compress("", text) }

// AsRead is a policy as it is when it was read.
func (p Policy) AsRead() Policy {
	p.read = p.whereListed()
	return p
}

// EachStatement calls f with the statements of a list.
func (c *Changes) EachStatement(f func(sql string, args []any)) {
	for _, s := range statementsOf(errandsOf([]*Changes{c})) {
		f(s.sql, s.args)
	}
}

// QueriesOf are the queries of f, of which each is answered with no rows.
func QueriesOf(f func(v *View) error) (queries []ListQuery, err error) {
	err = f(&View{ctx: context.Background(), snapshot: asking{&queries}})
	return queries, err
}

type asking struct{ queries *[]ListQuery }

func (a asking) query(_ context.Context, sql string, args []any) (rows, error) {
	*a.queries = append(*a.queries, ListQuery{SQL: sql, Args: args})
	return noRows{}, nil
}

func (asking) close(context.Context) {}

type noRows struct{}

func (noRows) Next() bool        { return false }
func (noRows) Scan(...any) error { return errNoRow }
func (noRows) Err() error        { return nil }
func (noRows) Close()            {}
