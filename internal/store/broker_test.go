package store_test

import (
	"errors"
	"reflect"
	"testing"

	"github.com/covernote/covernote/internal/store"
)

func aBroker(id string) store.Broker {
	return store.Broker{
		Part: "p", ID: id, Version: 1, Kind: 2, ExternalID: "E-" + id, Key: "key " + id, Party: "h" + id,
		CompanyRegister: "HRB 1", BrokerRegister: "D-1", Active: true, CreatedAt: 5, UpdatedAt: 6,
	}
}

func TestBrokerIsReadAsItWasWritten(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		one, two := aBroker("1"), aBroker("2")
		two.Active = false
		complete(t, "broker", reflect.ValueOf(one))
		others := one
		others.Part = "q"
		for _, b := range []store.Broker{two, one, others} {
			mustPut(t, s, b.Part, func(c *store.Changes) { c.AddBroker(b) })
		}
		see(t, s, func(v *store.View) error {
			got, ok, err := v.Broker("p", "1")
			same(t, "by id", got, one)
			named, known, oops := v.BrokerByKey("p", "key 2")
			same(t, "by key", named, two)
			_, none, worse := v.Broker("p", "3")
			_, unknown, bad := v.BrokerByKey("p", "key 3")
			if !ok || !known || none || unknown {
				t.Errorf("there: %t, %t; who is not: %t, %t", ok, known, none, unknown)
			}
			all, worst := v.BrokersAfter("p", "", 9)
			same(t, "all", all, []store.Broker{one, two})
			return errors.Join(err, oops, worse, bad, worst)
		})
	})
}

func TestBrokersAreToldApart(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		one, two := aBroker("1"), aBroker("2")
		mustPut(t, s, "p", func(c *store.Changes) { c.AddBroker(one); c.AddBroker(two) })
		sameID, sameKey := one, two
		sameID.Key, sameKey.ID = "key 3", "3"
		for name, b := range map[string]store.Broker{"id": sameID, "key": sameKey} {
			loses(t, "the "+name+" of another", put(t, s, "p", func(c *store.Changes) { c.AddBroker(b) }))
		}
		taken := one
		taken.Key = two.Key
		loses(t, "the key of another, later", put(t, s, "p", func(c *store.Changes) { c.PutBroker(taken) }))
		next := store.Broker{
			Part: "p", ID: "1", Version: 1, Kind: 1, ExternalID: "F", Key: "key 4", Party: "g", CompanyRegister: "HRA",
			BrokerRegister: "D-2", CreatedAt: one.CreatedAt, UpdatedAt: 7,
		}
		mustPut(t, s, "p", func(c *store.Changes) { c.PutBroker(next) })
		loses(t, "changed by two", put(t, s, "p", func(c *store.Changes) { c.PutBroker(next) }))
		next.Version = 2
		mustPut(t, s, "p", func(c *store.Changes) { c.PutBroker(next) }) // its key is its own
		next.Version = 3
		see(t, s, func(v *store.View) error {
			all, err := v.BrokersAfter("p", "", 9)
			same(t, "brokers", all, []store.Broker{next, two})
			return err
		})
	})
}

func TestBrokerIsAsserted(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		b := aBroker("1")
		mustPut(t, s, "p", func(c *store.Changes) { c.AddBroker(b) })
		for range 2 {
			mustPut(t, s, "p", func(c *store.Changes) { c.AssertBroker(b) }) // and changes nothing
		}
		mustPut(t, s, "p", func(c *store.Changes) { c.PutBroker(b) })
		loses(t, "changed since", put(t, s, "p", func(c *store.Changes) { c.AssertBroker(b) }))
		b.Version = 2
		mustPut(t, s, "p", func(c *store.Changes) { c.AssertBroker(b) })
		others, another := b, b
		others.Part, another.ID = "q", "2"
		loses(t, "another part's", put(t, s, "p", func(c *store.Changes) { c.AssertBroker(others) }))
		loses(t, "who is not there", put(t, s, "p", func(c *store.Changes) { c.AssertBroker(another) }))
	})
}
