package store_test

import (
	"errors"
	"reflect"
	"testing"

	"github.com/covernote/covernote/internal/store"
)

func TestRenewalIsThereOnce(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		want := store.Renewal{Part: "p", PolicyID: "1", Number: 1, ID: "R1", OrderID: "o"}
		complete(t, "renewal", reflect.ValueOf(want))
		other := func(policyID string, number int64, id string) store.Renewal {
			return store.Renewal{Part: "p", PolicyID: policyID, Number: number, ID: id, OrderID: "x"}
		}
		next, anothers := other("1", 2, "R2"), other("2", 1, "R3")
		mustPut(t, s, "p", func(c *store.Changes) { c.AddRenewal(want) })
		mustPut(t, s, "p", func(c *store.Changes) { c.AddRenewal(next); c.AddRenewal(anothers) })
		for name, n := range map[string]store.Renewal{
			"a number twice":               other("1", 1, "R4"),
			"an id twice":                  other("1", 3, "R1"),
			"an id of two policies' terms": other("3", 1, "R1"),
		} {
			loses(t, name, put(t, s, "p", func(c *store.Changes) { c.AddRenewal(n) }))
		}
		see(t, s, func(v *store.View) error {
			for _, want := range []store.Renewal{want, next, anothers} {
				got, _, err := v.Renewal("p", want.ID)
				same(t, want.ID, got, want)
				if err != nil {
					return err
				}
			}
			_, lost, err := v.Renewal("p", "R4")
			_, others, oops := v.Renewal("q", "R1")
			if lost || others {
				t.Errorf("one that lost is there: %t, another's: %t", lost, others)
			}
			return errors.Join(err, oops)
		})
		mustPut(t, s, "q", func(c *store.Changes) {
			n := want
			n.Part = "q"
			c.AddRenewal(n)
		})
	})
}
