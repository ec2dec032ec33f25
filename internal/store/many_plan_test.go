package store_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/store"
	"github.com/covernote/covernote/internal/store/storetest"
)

// Sixty thousand rows of each table, all of which have something to be done.
var changed, manyToChange = []string{"event", "notice", "timer"}, []string{
	`WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 59999)
		INSERT INTO event (part, subject, sequence, id, type, at, data) SELECT 'p', 's' || i, 1, '' || i, 't', 0, '{}' FROM n`,
	`INSERT INTO notice (part, id, version, event_id, subject, endpoint_id, state, round, tries, attempts, created_at, settled_at, outcome)
		SELECT 'p', id, 1, id, subject, '1', 'due', 1, 0, 0, 0, 0, '' FROM event`,
	`INSERT INTO timer (part, id, lane, due_at, kind, owner, subject, endpoint, failures)
		SELECT 'p', id, 1, 0, 'send', subject, id, 'p/1', 0 FROM event`,
}

// However many rows there are, those that are changed or read together are found by their
// keys, each by itself: also if PostgreSQL has counted other partners only, and if it
// counted when there was hardly a row. SQLite is never told how many there are.
func TestManyRowsAreFoundByTheirKeys(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		if s.Engine() == storetest.SQLite {
			manyRowsAreFound(t, s)
			return
		}
		for what, before := range map[string]string{"when there were two of each": "1", "when there were many of another partner": "59999"} {
			var counted, grown []string
			for _, table := range changed {
				counted = append(counted, "TRUNCATE "+table, "ALTER TABLE "+table+" SET (autovacuum_enabled = off)")
			}
			ofOther := strings.NewReplacer("'p'", "'q'", "'p/1'", "'q/1'", "FROM event", "FROM event WHERE part = 'q'")
			for i, rows := range manyToChange {
				counted = append(counted, strings.Replace(rows, "59999", before, 1), "ANALYZE "+changed[i])
				grown = append(grown, ofOther.Replace(rows))
			}
			if err := s.Run(t.Context(), slices.Concat(counted, grown)...); err != nil {
				t.Fatal(err)
			}
			t.Run("counted "+what, func(t *testing.T) { manyRowsAreFound(t, s) })
		}
	})
}

func manyRowsAreFound(t *testing.T, s *store.Store) {
	t.Helper()
	var notices []store.Notice
	var timers []store.Timer
	for i := range 32 {
		id := fmt.Sprint(i)
		notices = append(notices, store.Notice{Part: "q", ID: id, Version: 1})
		timers = append(timers, store.Timer{Part: "q", ID: id, Lane: 1, Endpoint: "q/1"})
	}
	for what, change := range map[string]func(c *store.Changes){
		"notice by id":  func(c *store.Changes) { c.PutNotices(notices) },
		"notice by id ": func(c *store.Changes) { c.PutNotice(notices[0]) },
		"timer by id":   func(c *store.Changes) { c.TakeTimers(timers) },
	} {
		c := store.NewChanges("q")
		change(c)
		c.EachStatement(func(sql string, args []any) { foundByKey(t, s, what, sql, args) })
	}
	ids := make([]string, 512)
	for i := range ids {
		ids[i] = fmt.Sprint(i)
	}
	for what, read := range map[string]func(v *store.View) error{
		"event by id":        func(v *store.View) error { _, err := v.EventsNamed("q", ids); return err },
		"notice by id":       func(v *store.View) error { _, err := v.NoticesNamed("q", ids); return err },
		"notice by event_id": func(v *store.View) error { _, err := v.NoticesOfEvents("q", ids); return err },
		"timer by owner":     func(v *store.View) error { _, err := v.TimersAt("q", "q/1", ids); return err },
	} {
		queries, err := store.QueriesOf(read)
		if err != nil || len(queries) != 1 {
			t.Fatal(what, len(queries), err)
		}
		foundByKey(t, s, what, queries[0].SQL, queries[0].Args)
	}
}

// foundByKey wants the rows of a table to be found by the part and another column, as in
// "event by id".
func foundByKey(t *testing.T, s *store.Store, what, sql string, args []any) {
	t.Helper()
	table, key, _ := strings.Cut(strings.TrimSpace(what), " by ")
	how := plan(t, s, sql, args)
	byKey := strings.Contains(how, "SEARCH "+table+" USING ") && strings.Contains(how, "(part=? AND "+key+"=?)") ||
		strings.Contains(how, "Index Cond") && strings.Contains(how, key+" = ")
	if !byKey || strings.Contains(how, "Seq Scan on "+table) || strings.Contains(how, "Filter: ("+key+" = ") {
		t.Errorf("%s is found by\n%s", what, how)
	}
}

// A statement that was prepared while tables were small is planned anew soon after they
// have grown, whenever autovacuum comes.
func TestPlansAreRenewed(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t, store.Options{DSN: storetest.DSN(t, storetest.Postgres) + "&pool_max_conns=1"})
	see(t, s, func(v *store.View) error {
		return explain(v, new([]string), 0, "PREPARE kept AS "+store.SelectEventsOf)
	})
	how := func() string {
		var lines []string
		see(t, s, func(v *store.View) error { return explain(v, &lines, 1, "EXPLAIN EXECUTE kept ('p', 's1')") })
		return strings.Join(lines, "\n")
	}
	if err := s.Run(t.Context(), "ALTER TABLE event SET (autovacuum_enabled = off)"); err != nil {
		t.Fatal(err)
	}
	before := how()
	if err := s.Run(t.Context(), manyToChange[0]); err != nil {
		t.Fatal(err)
	}
	mustPut(t, s, "p", func(c *store.Changes) { c.AddEvent(store.Event{Part: "p", Subject: "s1", Sequence: 2, ID: "new"}) })
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		if after := how(); strings.Contains(after, "event_pkey") && strings.Contains(after, "subject = ") {
			return
		} else if time.Now().After(end) {
			t.Fatalf("what happened to a subject is still found by\n%s\nas before by\n%s", after, before)
		}
	}
}
