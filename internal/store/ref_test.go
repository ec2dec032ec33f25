package store_test

import (
	"errors"
	"testing"

	"github.com/covernote/covernote/internal/store"
)

// References are sorted alike, whatever order a database gives to letters.
func TestRefs(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		ref := func(origin, key, value string) store.Ref {
			return store.Ref{Part: "p", Kind: "customer", Subject: "1", Origin: origin, Key: key, Value: value}
		}
		others := []store.Ref{ref("crm", "B", "part"), ref("crm", "B", "kind"), ref("crm", "B", "subject")}
		others[0].Part, others[1].Kind, others[2].Subject = "q", "inquiry", "2"
		mustPut(t, s, "p", func(c *store.Changes) {
			for _, r := range append(others, ref("insurer", "A", "1"), ref("crm", "ä", "2"), ref("crm", "a", "3"),
				ref("crm", "B", "4"), ref("Crm", "z", "5"), ref("crm", "gone", "6")) {
				c.SetRef(r)
			}
		})
		mustPut(t, s, "p", func(c *store.Changes) {
			c.SetRef(ref("crm", "B", "7"))
			c.DropRef(ref("crm", "gone", ""))
			c.DropRef(ref("crm", "never there", ""))
		})
		see(t, s, func(v *store.View) error {
			got, err := v.Refs("p", "customer", "1")
			same(t, "refs", got, []store.Ref{
				ref("Crm", "z", "5"), ref("crm", "B", "7"), ref("crm", "a", "3"), ref("crm", "ä", "2"), ref("insurer", "A", "1"),
			})
			for _, want := range others {
				left, oops := v.Refs(want.Part, want.Kind, want.Subject)
				same(t, "others", left, []store.Ref{want})
				err = errors.Join(err, oops)
			}
			return err
		})
	})
}
