package store_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/covernote/covernote/internal/store"
	"github.com/covernote/covernote/internal/store/storetest"
)

// Sixty thousand of each, all of which have something to be done.
var manyToChange = []string{
	`WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 59999)
		INSERT INTO event (part, subject, sequence, id, type, at, data) SELECT 'p', 's' || i, 1, '' || i, 't', 0, '{}' FROM n`,
	`INSERT INTO notice (part, id, version, event_id, subject, endpoint_id, state, round, tries, attempts, created_at, settled_at, outcome)
		SELECT 'p', id, 1, id, subject, '1', 'due', 1, 0, 0, 0, 0, '' FROM event`,
	`INSERT INTO timer (part, id, lane, due_at, kind, owner, subject, endpoint, failures)
		SELECT 'p', id, 1, 0, 'send', subject, id, 'p/1', 0 FROM event`,
}

// However many rows there are, those that are changed together are found by their
// keys, each by itself.
func TestManyRowsAreFoundByTheirKeys(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		var events []store.Event
		var notices []store.Notice
		var timers []store.Timer
		for i := range 32 {
			id := fmt.Sprint(i)
			events = append(events, store.Event{Part: "q", ID: id, Position: int64(i + 1)})
			notices = append(notices, store.Notice{Part: "q", ID: id, Version: 1})
			timers = append(timers, store.Timer{Part: "q", ID: id, Lane: 1, Endpoint: "q/1"})
		}
		if s.Engine() != storetest.SQLite { // which is never told how many there are
			if err := s.Run(t.Context(), append(manyToChange, "ANALYZE")...); err != nil {
				t.Fatal(err)
			}
			for _, more := range manyToChange { // of another partner, and not counted yet
				if err := s.Run(t.Context(), strings.NewReplacer("'p'", "'q'", "'p/1'", "'q/1'", "FROM event", "FROM event WHERE part = 'q'").Replace(more)); err != nil {
					t.Fatal(err)
				}
			}
		}
		for what, change := range map[string]func(c *store.Changes){
			"event":  func(c *store.Changes) { c.PlaceEvents(events...) },
			"notice": func(c *store.Changes) { c.PutNotices(notices) },
			"timer":  func(c *store.Changes) { c.TakeTimers(timers) },
		} {
			c := store.NewChanges("q")
			change(c)
			c.EachStatement(func(sql string, args []any) {
				how := plan(t, s, sql, args)
				byKey := strings.Contains(how, "SEARCH "+what+" USING INDEX") && strings.Contains(how, "(part=? AND id=?)") ||
					strings.Contains(how, "Index Cond") && strings.Contains(how, "id = ")
				if !byKey || strings.Contains(how, "Seq Scan on "+what) {
					t.Errorf("%s is found by\n%s", what, how)
				}
			})
		}
	})
}

// A statement that was prepared while tables were small is planned anew when they have
// grown, before PostgreSQL has counted them.
func TestPlansAreRenewed(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t, store.Options{DSN: storetest.DSN(t, storetest.Postgres) + "&pool_max_conns=1"})
	see(t, s, func(v *store.View) error {
		return explain(v, new([]string), 0, "PREPARE kept AS "+store.SelectPlacedUpTo)
	})
	how := func() string {
		var lines []string
		see(t, s, func(v *store.View) error { return explain(v, &lines, 1, "EXPLAIN EXECUTE kept ('p', 's1', 's2')") })
		return strings.Join(lines, "\n")
	}
	before := how()
	if err := s.Run(t.Context(), manyToChange[0]); err != nil {
		t.Fatal(err)
	}
	for range 64 {
		see(t, s, func(v *store.View) error { _, err := v.QuoteDays(); return err })
	}
	if after := how(); !strings.Contains(after, "event_pkey") || !strings.Contains(after, "subject = ") {
		t.Errorf("the last place of a subject is still found by\n%s\nas before by\n%s", after, before)
	}
}
