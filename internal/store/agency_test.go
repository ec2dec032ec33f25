package store_test

import (
	"errors"
	"reflect"
	"testing"

	"github.com/covernote/covernote/internal/store"
)

func aNumber(owner string, insurer int64, number, externalID string) store.AgencyNumber {
	return store.AgencyNumber{
		Part: "p", Owner: owner, Insurer: insurer, Number: number, Label: "l", ExternalInsurerID: "i",
		ExternalUniqueID: externalID, ForTenders: true, ForCalculations: true, CollectionType: "broker_collection",
		Comment: "c", Active: true, Position: 3,
	}
}

func TestAgencyNumbers(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		last, ofAccount := aNumber("b", 2, "1", "E"), aNumber("", 1, "1", "F")
		complete(t, "number", reflect.ValueOf(last))
		small, capital, first := aNumber("b", 1, "a", ""), aNumber("b", 1, "B", ""), aNumber("b", 1, "z", "")
		first.Position, small.ForTenders, capital.ForCalculations, first.Active = 1, false, false, false
		mustPut(t, s, "p", func(c *store.Changes) {
			for _, n := range []store.AgencyNumber{last, ofAccount, small, capital, first} {
				c.PutAgencyNumber(n)
			}
		})
		see(t, s, func(v *store.View) error {
			all, err := v.AgencyNumbers("p", "b")
			same(t, "of the broker", all, []store.AgencyNumber{first, capital, small, last})
			account, oops := v.AgencyNumbers("p", "")
			same(t, "of the account", account, []store.AgencyNumber{ofAccount})
			named, ok, worse := v.AgencyNumberByExternalID("p", "F")
			same(t, "by external id", named, ofAccount)
			_, nameless, bad := v.AgencyNumberByExternalID("p", "")
			_, others, worst := v.AgencyNumberByExternalID("q", "F")
			if !ok || nameless || others {
				t.Errorf("there: %t; without a name: %t, another part's: %t", ok, nameless, others)
			}
			return errors.Join(err, oops, worse, bad, worst)
		})
	})
}

func TestAgencyNumberIsReplaced(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		one, two := aNumber("b", 1, "1", "E"), aNumber("", 1, "2", "F")
		mustPut(t, s, "p", func(c *store.Changes) { c.PutAgencyNumber(one); c.PutAgencyNumber(two) })
		one.Label, one.Position = "m", 0
		mustPut(t, s, "p", func(c *store.Changes) { c.PutAgencyNumber(one) })
		taken := one
		taken.ExternalUniqueID = "F"
		loses(t, "the name of another", put(t, s, "p", func(c *store.Changes) { c.PutAgencyNumber(taken) }))
		see(t, s, func(v *store.View) error {
			got, err := v.AgencyNumbers("p", "b")
			same(t, "replaced, and not lost", got, []store.AgencyNumber{one})
			return err
		})
		mustPut(t, s, "p", func(c *store.Changes) { c.DropAgencyNumber(two); c.DropAgencyNumber(two) })
		mustPut(t, s, "p", func(c *store.Changes) { c.PutAgencyNumber(taken) }) // it is free now
		see(t, s, func(v *store.View) error {
			got, _, err := v.AgencyNumberByExternalID("p", "F")
			same(t, "takes the name", got, taken)
			left, oops := v.AgencyNumbers("p", "")
			same(t, "dropped", left, []store.AgencyNumber(nil))
			return errors.Join(err, oops)
		})
	})
}

// Whoever touches a set is the only one who does.
func TestAgencySetIsTouchedByOne(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		set := store.AgencySet{Part: "p", Owner: "b", Insurer: 1}
		see(t, s, func(v *store.View) error {
			_, ok, err := v.AgencySet("p", "b", 1)
			if ok {
				t.Error("a set is there that nobody touched")
			}
			return err
		})
		for version := range int64(3) {
			set.Version = version
			mustPut(t, s, "p", func(c *store.Changes) { c.TouchAgencySet(set) })
			loses(t, "touched by two", put(t, s, "p", func(c *store.Changes) { c.TouchAgencySet(set) }))
			see(t, s, func(v *store.View) error {
				got, _, err := v.AgencySet("p", "b", 1)
				same(t, "set", got, store.AgencySet{Part: "p", Owner: "b", Insurer: 1, Version: version + 1})
				return err
			})
		}
		account := store.AgencySet{Part: "p", Insurer: 1}
		mustPut(t, s, "p", func(c *store.Changes) { c.TouchAgencySet(account) })
	})
}

func TestAgencySetIsAsserted(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		set := store.AgencySet{Part: "p", Owner: "b", Insurer: 1}
		mustPut(t, s, "p", func(c *store.Changes) { c.AssertAgencySet(set) })
		loses(t, "not there any more", put(t, s, "p", func(c *store.Changes) { c.AssertAgencySet(set) }))
		set.Version = 1
		for range 2 {
			mustPut(t, s, "p", func(c *store.Changes) { c.AssertAgencySet(set) }) // and changes nothing
		}
		mustPut(t, s, "p", func(c *store.Changes) { c.TouchAgencySet(set) })
		loses(t, "touched since", put(t, s, "p", func(c *store.Changes) { c.AssertAgencySet(set) }))
		set.Version = 2
		mustPut(t, s, "p", func(c *store.Changes) { c.AssertAgencySet(set) })
		for name, other := range map[string]store.AgencySet{
			"part":    {Part: "q", Owner: "b", Insurer: 1, Version: 2},
			"owner":   {Part: "p", Insurer: 1, Version: 2},
			"insurer": {Part: "p", Owner: "b", Insurer: 2, Version: 2},
		} {
			loses(t, "of another "+name, put(t, s, "p", func(c *store.Changes) { c.AssertAgencySet(other) }))
		}
	})
}
