package store_test

import (
	"fmt"
	"testing"

	"github.com/covernote/covernote/internal/store"
)

// Notices and timers of which many go into one list are each guarded, and one that
// is not as it was read costs the whole list.
func TestManyRowsTogether(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		var notices []store.Notice
		var timers []store.Timer
		for i := range 75 {
			id := fmt.Sprintf("n%02d", i)
			notices = append(notices, store.Notice{
				Part: "p", ID: id, Version: 1, EventID: "e" + id, Subject: "s", EndpointID: "u", State: store.NoticeDue, Round: 1, CreatedAt: 5,
			})
			timers = append(timers, store.Timer{
				Part: "p", ID: "t" + id, Lane: 100 + int64(i%2), DueAt: int64(i), Kind: "send", Owner: "s", Subject: id,
				Endpoint: fmt.Sprint("p/", i%3),
			})
		}
		mustPut(t, s, "p", func(c *store.Changes) { c.AddNotices(notices); c.AddTimers(timers) })
		loses(t, "one of them again", put(t, s, "p", func(c *store.Changes) { c.AddTimers(timers[74:]) }))
		see(t, s, func(v *store.View) error {
			waiting, err := v.WaitingEndpoints(100)
			same(t, "endpoints of a lane", waiting, []string{"p/0", "p/1", "p/2"})
			none, oops := v.WaitingEndpoints(99)
			same(t, "of an empty one", none, []string(nil))
			n, worse := v.CountWaiting(100, "p/1")
			due, worst := v.TimersDue(100, "p/1", 20, 2)
			if n != 12 || len(due) != 2 || due[0].ID != "tn04" {
				t.Errorf("%d wait, and due are %v", n, due)
			}
			at, bad := v.TimersAt("p", "p/2", []string{"s", "x"})
			if len(at) != 25 || at[0].Subject != "n02" {
				t.Errorf("%d at the endpoint", len(at))
			}
			for _, err := range []error{err, oops, worse, worst, bad} {
				if err != nil {
					return err
				}
			}
			return nil
		})
		for i := range notices {
			notices[i].State, notices[i].SettledAt, notices[i].Outcome = store.NoticeDelivered, int64(i), "HTTP 200"
		}
		notices[40].Version = 2
		loses(t, "one has changed", put(t, s, "p", func(c *store.Changes) { c.TakeTimers(timers); c.PutNotices(notices) }))
		notices[40].Version = 1
		mustPut(t, s, "p", func(c *store.Changes) { c.TakeTimers(timers); c.PutNotices(notices) })
		loses(t, "steps taken twice", put(t, s, "p", func(c *store.Changes) { c.TakeTimers(timers[:1]) }))
		see(t, s, func(v *store.View) error {
			got, err := v.NoticesNamed("p", []string{"n74", "n74"})
			notices[74].Version = 2
			same(t, "the last", got, notices[74:])
			return err
		})
	})
}
