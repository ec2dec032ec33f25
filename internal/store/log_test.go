package store_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/covernote/covernote/internal/store"
	"github.com/covernote/covernote/internal/store/storetest"
)

func anEvent(part, subject string, sequence int64, id string) store.Event {
	return store.Event{Part: part, Subject: subject, Sequence: sequence, ID: id, Type: "t", At: 5, Data: `{"a":1}`}
}

// addEvents records events that have no positions yet.
func addEvents(t *testing.T, s *store.Store, events ...store.Event) {
	t.Helper()
	for _, e := range events {
		mustPut(t, s, e.Part, func(c *store.Changes) { c.AddEvent(e) })
	}
}

// unplaced insists on which events wait for their positions.
func unplaced(t *testing.T, s *store.Store, limit int, want ...store.Event) {
	t.Helper()
	see(t, s, func(v *store.View) error {
		got, err := v.UnplacedEvents(store.Event{}, limit)
		same(t, fmt.Sprintf("unplaced, up to %d", limit), got, want)
		return err
	})
}

func TestEventIsPlacedOnce(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		b, a, other := anEvent("p", "1", 1, "b"), anEvent("p", "1", 2, "a"), anEvent("q", "1", 1, "c")
		early := a
		early.Position = 9 // nobody has a position when it is recorded
		addEvents(t, s, other, b, early)
		unplaced(t, s, 9, a, b, other)
		unplaced(t, s, 2, a, b)
		place := func(e store.Event, position int64) error {
			e.Position = position
			return put(t, s, e.Part, func(c *store.Changes) { c.PlaceEvents(e) })
		}
		if err := errors.Join(place(b, 1), place(other, 1)); err != nil {
			t.Fatal(err)
		}
		b.Position, other.Position = 1, 1
		unplaced(t, s, 9, a)
		loses(t, "an event twice", place(b, 2))
		loses(t, "a position twice", place(a, 1))
		loses(t, "an event that is not there", place(anEvent("p", "1", 3, "x"), 2))
		complete(t, "event", reflect.ValueOf(b))
		see(t, s, func(v *store.View) error {
			one, _, err := v.Event("p", "b")
			same(t, "event", one, b)
			both, oops := v.EventsOf("p", "1")
			same(t, "of its subject", both, []store.Event{b, a})
			walked, worse := v.EventsIn(store.Stretch{Part: "q"})
			same(t, "of another part", walked, []store.Event{other})
			return errors.Join(err, oops, worse)
		})
	})
}

// A list of which one position is taken is refused whole: who reads on never
// meets a gap that is filled later.
func TestPositionsAreTakenTogether(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		a, b, c := anEvent("p", "1", 1, "a"), anEvent("p", "2", 1, "b"), anEvent("p", "2", 2, "c")
		addEvents(t, s, a, b, c)
		a.Position, b.Position, c.Position = 2, 1, 2
		mustPut(t, s, "p", func(l *store.Changes) { l.PlaceEvents(a) })
		loses(t, "one is taken", put(t, s, "p", func(l *store.Changes) { l.PlaceEvents(b); l.PlaceEvents(c) }))
		b.Position, c.Position = 0, 0
		unplaced(t, s, 9, b, c)
	})
}

func TestEndOfALog(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		ends := func(last, upTo int64) {
			t.Helper()
			see(t, s, func(v *store.View) error {
				gotLast, err := v.LastPosition("p")
				gotUpTo, oops := v.PlacedUpTo("p", []string{"1", "none"})
				same(t, "last position", gotLast, last)
				same(t, "sequences", gotUpTo, map[string]int64{"1": upTo, "none": 0})
				return errors.Join(err, oops)
			})
		}
		ends(0, 0)
		events := []store.Event{
			anEvent("p", "1", 1, "a"), anEvent("p", "1", 2, "b"), anEvent("p", "1", 3, "c"),
			anEvent("p", "2", 7, "d"), anEvent("q", "1", 8, "e"),
		}
		addEvents(t, s, events...)
		ends(0, 0)
		for i, c := range []struct{ position, last, upTo int64 }{{1, 1, 1}, {2, 2, 2}, {0, 2, 2}, {3, 3, 2}, {4, 3, 2}} {
			if c.position > 0 {
				events[i].Position = c.position
				mustPut(t, s, events[i].Part, func(l *store.Changes) { l.PlaceEvents(events[i]) })
			}
			ends(c.last, c.upTo)
		}
	})
}

// fillLog writes a log in which the instants are in no order, with some events
// behind it that have no positions yet and some of another part.
func fillLog(t *testing.T, s *store.Store) (log []store.Event) {
	t.Helper()
	for i := range int64(40) {
		e := anEvent("p", fmt.Sprint("s", i%7), i/7+1, fmt.Sprintf("%02d", 99-i))
		e.Type, e.At = fmt.Sprint("t", i%3), 100+i*23%40
		log = append(log, e)
	}
	addEvents(t, s, log...)
	strangers := slices.Clone(log)
	for i := range strangers {
		strangers[i].Part = "q"
	}
	addEvents(t, s, strangers...)
	log = log[:37]
	for _, events := range [][]store.Event{log, strangers} {
		mustPut(t, s, events[0].Part, func(c *store.Changes) {
			for i := range events {
				events[i].Position = int64(i) + 1
				c.PlaceEvents(events[i])
			}
		})
	}
	return log
}

// page is what a query is to find.
func page(log []store.Event, q store.LogQuery) (found []store.Event) {
	for _, e := range log {
		if e.Position > q.After && (q.End == 0 || e.Position <= q.End) &&
			(q.Since == 0 || e.At >= q.Since) && (q.Until == 0 || e.At < q.Until) &&
			(len(q.Types) == 0 || slices.Contains(q.Types, e.Type)) && (q.Subject == "" || e.Subject == q.Subject) {
			found = append(found, e)
		}
	}
	if q.Limit > 0 && len(found) > q.Limit {
		found = found[:q.Limit]
	}
	return found
}

// logQueries are all mixtures of some narrowings.
func logQueries() []store.LogQuery {
	all := []store.LogQuery{{}}
	mix := func(narrowings ...func(*store.LogQuery)) {
		for _, q := range all {
			for _, narrow := range narrowings {
				narrowed := q
				narrow(&narrowed)
				all = append(all, narrowed)
			}
		}
	}
	mix(func(q *store.LogQuery) { q.After = 7 }, func(q *store.LogQuery) { q.After = 37 })
	mix(func(q *store.LogQuery) { q.End = 20 })
	mix(func(q *store.LogQuery) { q.Since = 115 }, func(q *store.LogQuery) { q.Since = 200 })
	mix(func(q *store.LogQuery) { q.Until = 120 }, func(q *store.LogQuery) { q.Until = 1 })
	mix(func(q *store.LogQuery) { q.Types = []string{"t1"} }, func(q *store.LogQuery) { q.Types = []string{"t2", "x", "t0"} })
	mix(func(q *store.LogQuery) { q.Subject = "s3" }, func(q *store.LogQuery) { q.Subject = "nobody" })
	mix(func(q *store.LogQuery) { q.Limit = 2 })
	return all
}

func TestLogIsReadByPosition(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		log := fillLog(t, s)
		see(t, s, func(v *store.View) error {
			for _, q := range logQueries() {
				got, err := v.Log("p", q)
				same(t, fmt.Sprintf("%+v", q), got, page(log, q))
				if err != nil {
					return err
				}
			}
			nobodys, err := v.Log("r", store.LogQuery{})
			same(t, "nobody's", len(nobodys), 0)
			return err
		})
	})
}

// manyEvents are 6000 of three parts; the last thirty of each have no positions
// yet.
const manyEvents = `WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 5999)
	INSERT INTO event (part, subject, sequence, id, type, at, data, position)
	SELECT 'p' || (i % 3), 's' || (i / 30), i % 30 / 3 + 1, 'e' || i, 't' || (i % 7), 1000 + i, '{}',
		CASE WHEN i < 5910 THEN i / 3 + 1 ELSE 0 END FROM n`

// However long a log is, a page is read from an index and nothing is sorted;
// SQLite is never told how long it is.
func TestLogComesFromAnIndex(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		if err := s.Run(t.Context(), manyEvents); err != nil {
			t.Fatal(err)
		}
		if s.Engine() == storetest.SQLite {
			logComesFromAnIndex(t, s)
		}
		if err := s.Run(t.Context(), "ANALYZE event"); err != nil {
			t.Fatal(err)
		}
		logComesFromAnIndex(t, s)
	})
}

func logComesFromAnIndex(t *testing.T, s *store.Store) {
	t.Helper()
	for name, c := range map[string]struct {
		query   store.LogQuery
		indexes []string
	}{
		"the beginning":       {store.LogQuery{Limit: 20}, []string{"event_position"}},
		"the next":            {store.LogQuery{After: 900, Limit: 20}, []string{"event_position"}},
		"up to an end":        {store.LogQuery{After: 900, End: 1800, Limit: 20}, []string{"event_position"}},
		"of some types":       {store.LogQuery{After: 900, Types: []string{"t1", "t2"}, Limit: 20}, []string{"event_position"}},
		"since":               {store.LogQuery{Since: 6500, Limit: 20}, []string{"event_position", "event_at"}},
		"of a while":          {store.LogQuery{Since: 3000, Until: 6500, Limit: 20}, []string{"event_position", "event_at"}},
		"the next since":      {store.LogQuery{After: 1700, Since: 3000, Limit: 20}, []string{"event_position"}},
		"the next of a while": {store.LogQuery{After: 900, Since: 3000, Until: 6500, Limit: 20}, []string{"event_position"}},
		"until":               {store.LogQuery{Until: 6500, Limit: 20}, []string{"event_position"}},
	} {
		query, args := c.query.SQL("p1")
		readBy(t, s, name, c.indexes, query, args...)
	}
	readBy(t, s, "unplaced", []string{"event_unplaced"}, store.SelectUnplaced, "", "", 20)
	readBy(t, s, "last position", []string{"event_position"}, store.SelectLastPosition, "p1")
	readBy(t, s, "placed up to", []string{primaryKey(s)}, store.SelectPlacedUpTo, "p1", "s7", "s8")
	query, args := store.LogQuery{Subject: "s7", After: 5, Since: 3000, Limit: 20}.SQL("p1")
	if how := plan(t, s, query, args); !slices.Contains(strings.Fields(how), primaryKey(s)) {
		t.Errorf("of a subject: it is read by\n%s", how)
	}
}

// primaryKey is what an engine calls that of events.
func primaryKey(s *store.Store) string {
	if s.Engine() == storetest.SQLite {
		return "sqlite_autoindex_event_1"
	}
	return "event_pkey"
}

// readBy insists that a query is answered from indexes, without sorting.
func readBy(t *testing.T, s *store.Store, name string, indexes []string, query string, args ...any) {
	t.Helper()
	how := plan(t, s, query, args)
	words := strings.Fields(how)
	missing := slices.ContainsFunc(indexes, func(index string) bool { return !slices.Contains(words, index) })
	if missing || strings.Contains(how, "Sort") || strings.Contains(how, "TEMP B-TREE") {
		t.Errorf("%s: it is read by\n%s", name, how)
	}
}
