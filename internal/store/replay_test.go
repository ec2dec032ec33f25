package store_test

import (
	"errors"
	"reflect"
	"testing"

	"github.com/covernote/covernote/internal/store"
)

func TestReplayGoesOnFromWhereItWasRead(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		want := store.Replay{
			Part: "p", ID: "1", Version: 1, SinceAt: 2, UntilAt: 3, Types: []string{"a", "b"}, Endpoint: "e",
			Position: 4, EndPosition: 5, Events: 6, Notices: 7, CreatedAt: 8,
		}
		complete(t, "replay", reflect.ValueOf(want))
		open := store.Replay{Part: "q", ID: "1", EndPosition: 5, CreatedAt: 8}
		mustPut(t, s, "p", func(c *store.Changes) { c.AddReplay(want) })
		mustPut(t, s, "q", func(c *store.Changes) { c.AddReplay(open) })
		loses(t, "a replay twice", put(t, s, "p", func(c *store.Changes) { c.AddReplay(want) }))
		is := func(want store.Replay) {
			t.Helper()
			see(t, s, func(v *store.View) error {
				got, _, err := v.Replay(want.Part, want.ID)
				same(t, "replay", got, want)
				return err
			})
		}
		is(want)
		next := want
		next.Position, next.Events, next.Notices = 5, 7, 9
		mustPut(t, s, "p", func(c *store.Changes) { c.PutReplay(next) })
		loses(t, "gone on with by two", put(t, s, "p", func(c *store.Changes) { c.PutReplay(next) }))
		next.Version = 2
		is(next)
		open.Version, open.Types = 1, []string{}
		is(open)
		see(t, s, func(v *store.View) error {
			_, there, err := v.Replay("p", "2")
			if there {
				t.Error("a replay that was never begun is there")
			}
			return err
		})
	})
}

func TestNoticesOfEvents(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		notice := func(part, id, event string, at int64) store.Notice {
			n := store.Notice{
				Part: part, ID: id, Version: 1, EventID: event, Subject: "1", EndpointID: "e" + id,
				State: store.NoticeDue, Round: 1, CreatedAt: at,
			}
			mustPut(t, s, part, func(c *store.Changes) { c.AddNotice(n) })
			return n
		}
		late, early := notice("p", "1", "a", 7), notice("p", "2", "a", 6)
		other := notice("p", "3", "c", 5)
		notice("p", "4", "b", 5)
		notice("q", "5", "a", 5)
		see(t, s, func(v *store.View) error {
			some, err := v.NoticesOfEvents("p", []string{"c", "x", "a"})
			same(t, "of some", some, []store.Notice{early, late, other})
			none, oops := v.NoticesOfEvents("p", nil)
			same(t, "of none", len(none), 0)
			return errors.Join(err, oops)
		})
	})
}
