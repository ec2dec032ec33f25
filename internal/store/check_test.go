package store_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/covernote/covernote/internal/store"
)

// Stretches meet every row once, whatever their size.
func TestStretches(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		mustPut(t, s, "p", func(c *store.Changes) {
			for i := range 10 {
				c.AddEvent(store.Event{
					Part: "p", Subject: fmt.Sprint(i / 3), Sequence: int64(i%3) + 1, ID: fmt.Sprint(i), Type: "t", Data: "{}",
				})
			}
		})
		for size := 1; size < 12; size++ {
			var met []string
			see(t, s, func(v *store.View) error {
				for after, more := "", true; more; {
					stretch, err := v.Stretch(store.WalkEvents, "p", after, size)
					if err != nil {
						return err
					}
					events, err := v.EventsIn(stretch)
					if err != nil {
						return err
					}
					n, err := v.CountStretch(store.WalkEvents, stretch)
					if n != int64(len(events)) {
						t.Errorf("size %d: %d rows counted, %d read", size, n, len(events))
					}
					for _, e := range events {
						met = append(met, e.ID)
					}
					after, more = stretch.Last, stretch.Last != ""
					if err != nil {
						return err
					}
				}
				return nil
			})
			same(t, fmt.Sprintf("size %d", size), met, []string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"})
		}
	})
}

// A version whose policyholder is missing is one that HoldersIn does not name.
func TestHoldersOfPolicyVersions(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		for _, id := range []string{"1", "2", "3"} {
			addPolicy(t, s, aPolicy(id))
		}
		another := aPolicy("1")
		another.Part = "q"
		addPolicy(t, s, another)
		mustPut(t, s, "p", func(c *store.Changes) {
			unheld := aPolicy("4")
			unheld.Holder = "nobody"
			c.AddPolicy(unheld, noon.UnixMicro())
			second := aPolicy("2")
			second.Holder = "heir"
			c.AddParty("heir", second.Policyholder)
			c.PutPolicy(second, noon.UnixMicro())
			third := aPolicy("3")
			third.Holder = "nobody"
			c.PutPolicy(third, noon.UnixMicro())
		})
		see(t, s, func(v *store.View) error {
			all, err := v.HoldersIn(store.Stretch{Part: "p"})
			same(t, "all", all, []string{"1", "2", "2", "3"})
			some, oops := v.HoldersIn(store.Stretch{Part: "p", After: "1", Last: "2"})
			same(t, "some", some, []string{"2", "2"})
			_, ok, worse := v.Policy("p", "4")
			if ok {
				t.Error("a policy without its policyholder was read")
			}
			return errors.Join(err, oops, worse)
		})
	})
}
