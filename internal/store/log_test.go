package store_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/covernote/covernote/internal/store"
	"github.com/covernote/covernote/internal/store/storetest"
)

func anEvent(part, subject string, sequence int64, id string) store.Event {
	return store.Event{Part: part, Subject: subject, Sequence: sequence, ID: id, Type: "t", At: 5, Data: `{"a":1}`}
}

// addEvents records events, each in a list of its own.
func addEvents(t *testing.T, s *store.Store, events ...store.Event) {
	t.Helper()
	for _, e := range events {
		mustPut(t, s, e.Part, func(c *store.Changes) { c.AddEvent(e) })
	}
}

func place(position int64, id string) string { return fmt.Sprint(position, " ", id) }

// placesOf is the log of a part.
func placesOf(t *testing.T, s *store.Store, part string) (places []string) {
	t.Helper()
	see(t, s, func(v *store.View) error {
		log, err := v.Log(part, store.LogQuery{})
		for _, e := range log {
			places = append(places, place(e.Position, e.ID))
		}
		last, oops := v.LastPosition(part)
		if len(log) > 0 && last != log[len(log)-1].Position {
			t.Errorf("the log ends at %d, and is said to end at %d", log[len(log)-1].Position, last)
		}
		return errors.Join(err, oops)
	})
	return places
}

func TestEventsGetTheNextPlaces(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		first := anEvent("p", "1", 1, "b")
		first.Position = 9 // nobody has a say in it
		mustPut(t, s, "p", func(c *store.Changes) {
			c.AddEvent(first)
			c.AddEvent(anEvent("p", "1", 2, "a"))
		})
		addEvents(t, s, anEvent("q", "1", 1, "c"), anEvent("p", "2", 1, "d"))
		same(t, "log", placesOf(t, s, "p"), []string{"1 b", "2 a", "3 d"})
		same(t, "log of another part", placesOf(t, s, "q"), []string{"1 c"})
		loses(t, "the same once more", put(t, s, "p", func(c *store.Changes) {
			c.AddEvent(anEvent("p", "3", 1, "e"))
			c.AddEvent(anEvent("p", "1", 2, "f"))
		}))
		addEvents(t, s, anEvent("p", "3", 1, "e"))
		same(t, "log without what was refused", placesOf(t, s, "p"), []string{"1 b", "2 a", "3 d", "4 e"})
		first.Position = 1
		complete(t, "event", reflect.ValueOf(first))
		see(t, s, func(v *store.View) error {
			one, _, err := v.Event("p", "b")
			same(t, "event", one, first)
			walked, oops := v.EventsIn(store.Stretch{Part: "q"})
			same(t, "of another part", len(walked), 1)
			return errors.Join(err, oops)
		})
	})
}

// After a restore a log goes on behind where it can have been.
func TestPlacesArePassedOver(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		pass := func(part string, upTo int64) {
			mustPut(t, s, part, func(c *store.Changes) { c.PassPlaces(part, upTo) })
		}
		pass("new", 5)
		addEvents(t, s, anEvent("p", "1", 1, "a"))
		pass("p", 7)
		pass("p", 3)
		addEvents(t, s, anEvent("p", "1", 2, "b"), anEvent("new", "1", 1, "c"))
		same(t, "log", placesOf(t, s, "p"), []string{"1 a", "8 b"})
		same(t, "log of a new part", placesOf(t, s, "new"), []string{"6 c"})
	})
}

// Whoever reads on from the last place meets every event once, while many are recorded
// by two nodes, some in lists that lose a guard.
func TestNoPlaceIsFilledLater(t *testing.T) {
	t.Parallel()
	storetest.EachEngine(t, func(t *testing.T, engine string) {
		dsn := storetest.DSN(t, engine)
		nodes := []*store.Store{storetest.Open(t, store.Options{DSN: dsn})}
		if engine == storetest.Postgres {
			nodes = append(nodes, storetest.Open(t, store.Options{DSN: dsn}))
		}
		parts, recorded := []string{"p", "q"}, make(chan struct{})
		const each, lists = 50, 8
		var recording, reading errgroup.Group
		for n := range lists {
			recording.Go(func() error {
				for i := range each {
					c := store.NewChanges(parts[n%2])
					c.AddEvent(anEvent(parts[n%2], fmt.Sprint(n, i), 1, fmt.Sprint(n, "-", i)))
					c.AddEvent(anEvent(parts[n%2], fmt.Sprint(n, i), 2, fmt.Sprint(n, "-", i, "+")))
					if i%10 == 9 {
						c.TakeTimer(store.Timer{Part: parts[n%2], ID: "none"})
					}
					if err := nodes[n/2%len(nodes)].Commit(t.Context(), c); i%10 == 9 != errors.Is(err, store.ErrGuardLost) {
						return fmt.Errorf("list %d of %d: %w", i, n, err)
					}
				}
				return nil
			})
		}
		for _, part := range parts {
			reading.Go(func() error { return readOn(t.Context(), nodes[0], part, lists/2*each*2*9/10, recorded) })
		}
		if err := recording.Wait(); err != nil {
			t.Error(err)
		}
		close(recorded)
		if err := reading.Wait(); err != nil {
			t.Error(err)
		}
	})
}

// readOn reads a log until nothing more is recorded, and wants so many events in it.
func readOn(ctx context.Context, s *store.Store, part string, want int64, recorded <-chan struct{}) error {
	var last int64
	for done := false; ; {
		var page []store.Event
		if err := s.View(ctx, func(v *store.View) (err error) {
			page, err = v.Log(part, store.LogQuery{After: last, Limit: 7})
			return err
		}); err != nil {
			return err
		}
		for _, e := range page {
			if last++; e.Position != last || e.Sequence == 2 && last%2 == 1 {
				return fmt.Errorf("%s of %s is at %d, not at %d", e.ID, part, e.Position, last)
			}
		}
		if done && len(page) == 0 {
			break
		}
		select {
		case <-recorded:
			done = true
		default:
		}
	}
	if last != want {
		return fmt.Errorf("%d of %d events of %s were read", last, want, part)
	}
	return nil
}

// fillLog writes a log in which the instants are in no order, and one of another part.
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
	for i := range log {
		log[i].Position = int64(i) + 1
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
	mix(func(q *store.LogQuery) { q.After = 7 }, func(q *store.LogQuery) { q.After = 40 })
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

// manyEvents are 6000 of three parts.
const manyEvents = `WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 5999)
	INSERT INTO event (part, subject, sequence, id, type, at, data, position)
	SELECT 'p' || (i % 3), 's' || (i / 30), i % 30 / 3 + 1, 'e' || i, 't' || (i % 7), 1000 + i, '{}',
		i / 3 + 1 FROM n`

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
