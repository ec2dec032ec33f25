package store_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/covernote/covernote/internal/store"
	"github.com/covernote/covernote/internal/store/storetest"
)

// Every connection is cut again and again under load: whoever was told that a
// list is stored finds it, nobody is told that it was there already, and what
// was refused is at most what is missing.
func TestTerminatedBackendsLoseNothing(t *testing.T) {
	t.Parallel()
	const name, every = "terminated_backends", 40
	dsn := storetest.DSN(t, storetest.Postgres)
	s := withThings(t, store.Options{DSN: dsn + "&application_name=" + name})
	knife := storetest.Open(t, store.Options{DSN: dsn})

	var stored, refused atomic.Int64
	var all sync.WaitGroup
	for caller := range 16 {
		all.Go(func() {
			for i := range 50 {
				switch err := s.Commit(context.Background(), addThing("p", fmt.Sprint(caller, "/", i))); {
				case err == nil:
					if stored.Add(1)%every == 0 {
						cut(t, knife, name)
					}
				case errors.Is(err, store.ErrUnavailable):
					refused.Add(1)
				default:
					t.Errorf("commit: %v", err)
				}
			}
		})
	}
	all.Wait()
	if stored.Load() < 2*every {
		t.Errorf("only %d lists were stored: too few to have been cut", stored.Load())
	}
	if n := things(t, knife); n < stored.Load() || n > stored.Load()+refused.Load() {
		t.Errorf("%d are stored, %d were acknowledged, %d refused", n, stored.Load(), refused.Load())
	}
}

func cut(t *testing.T, s *store.Store, application string) {
	t.Helper()
	err := s.View(t.Context(), func(v *store.View) error {
		return v.Each(func(func(...any) error) error { return nil },
			`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1`, application)
	})
	if err != nil {
		t.Error(err)
	}
}

// A server that was stopped for a while ends what it was reading when it goes on.
func TestPostgresReadingThatTookTooLongMayBeTriedAgain(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t, store.Options{DSN: storetest.DSN(t, storetest.Postgres)})
	for _, before := range []string{"", "SELECT 1"} {
		err := s.View(t.Context(), func(v *store.View) error {
			if before != "" {
				if err := v.Scan(before, nil, new(int64)); err != nil {
					return err
				}
			}
			return v.Scan(`SELECT pg_cancel_backend(pg_backend_pid()), pg_sleep(10)`, nil, new(bool), new(string))
		})
		if !errors.Is(err, store.ErrUnavailable) {
			t.Errorf("after %q it is %v", before, err)
		}
	}
}

func TestPostgresConnectionsAreDurable(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t, store.Options{DSN: storetest.DSN(t, storetest.Postgres)})
	for setting, want := range map[string]string{
		"synchronous_commit": "on", "statement_timeout": "5s", "lock_timeout": "2s",
		"idle_in_transaction_session_timeout": "10s", "application_name": "covernote",
	} {
		got, err := s.WriterSetting(t.Context(), setting)
		if err != nil || got != want {
			t.Errorf("%s = %q, %v, want %q", setting, got, err, want)
		}
	}
}

// Documents consist of compressed streams: to try again takes longer than keeping them.
func TestPostgresKeepsDocumentsAsTheyAre(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t, store.Options{DSN: storetest.DSN(t, storetest.Postgres)})
	var storage string
	see(t, s, func(v *store.View) error {
		return v.Scan(`SELECT attstorage::text FROM pg_attribute
			WHERE attrelid = 'document_bytes'::regclass AND attname = 'bytes'`, nil, &storage)
	})
	if storage != "e" {
		t.Errorf("the storage of documents is %q, want external", storage)
	}
}

// What a list asserts stays true until the list is durable: a change that is
// under way elsewhere is waited for.
func TestAssertionWaitsForAChangeUnderWay(t *testing.T) {
	t.Parallel()
	s := withThings(t, store.Options{DSN: storetest.DSN(t, storetest.Postgres) + "&application_name=assertion_waits"})
	commit(t, s, addThing("p", "a"))
	finish := s.Begin(t, `UPDATE thing SET version = 2 WHERE id = 'a'`)

	c := addThing("p", "b")
	holds(c, "p", "a", 1)
	answer := waits(t, s, "assertion_waits", c)
	finish()
	if err := <-answer; !errors.Is(err, store.ErrGuardLost) {
		t.Errorf("got %v, want ErrGuardLost", err)
	}
}

// A node that says that it is there keeps nothing waiting that its leases fence.
func TestRenewalKeepsNobodyWaiting(t *testing.T) {
	t.Parallel()
	s := withThings(t, store.Options{DSN: storetest.DSN(t, storetest.Postgres)})
	epoch, _ := acquire(t, s, "a", noon)
	finish := s.Begin(t, `UPDATE lease SET until_at = until_at + 1`)
	defer finish()
	c := addThing("p", "a")
	c.AssertLease("lane", epoch)
	commit(t, s, c)
}

// A lease that is being taken over is not asserted before that is decided.
func TestTakeoverIsWaitedFor(t *testing.T) {
	t.Parallel()
	s := withThings(t, store.Options{DSN: storetest.DSN(t, storetest.Postgres) + "&application_name=takeover_waits"})
	epoch, _ := acquire(t, s, "a", noon)
	finish := s.Begin(t, `UPDATE lease SET holder = 'b', epoch = epoch + 1`)
	c := addThing("p", "a")
	c.AssertLease("lane", epoch)
	answer := waits(t, s, "takeover_waits", c)
	finish()
	if err := <-answer; !errors.Is(err, store.ErrGuardLost) {
		t.Errorf("got %v, want ErrGuardLost", err)
	}
}

// waits hands a list to a store that goes by the name of an application, and
// returns once it waits for a change that is under way elsewhere.
func waits(t *testing.T, s *store.Store, application string, c *store.Changes) (answer <-chan error) {
	t.Helper()
	answered := make(chan error, 1)
	go func() { answered <- s.Commit(context.Background(), c) }()
	for waiting := int64(0); waiting == 0; {
		select {
		case err := <-answered:
			t.Fatalf("the list did not wait: %v", err)
		default:
		}
		see(t, s, func(v *store.View) error {
			return v.Scan(`SELECT COUNT(*) FROM pg_stat_activity
				WHERE application_name = $1 AND wait_event_type = 'Lock'`, []any{application}, &waiting)
		})
	}
	return answered
}

// Of two nodes that give the same key at once, the second has lost its guard,
// as if it had come later.
func TestKeyGivenByTwoNodesAtOnce(t *testing.T) {
	t.Parallel()
	broker, customer := aBroker("2"), aCustomer(2, "F")
	newBroker, newCustomer := aBroker("3"), aCustomer(3, "G")
	broker.Key, customer.ExternalID, newBroker.Key, newCustomer.ExternalID = "key", "K", "key", "K"
	for name, c := range map[string]struct {
		theirs string
		ours   func(*store.Changes)
	}{
		"broker":       {`UPDATE broker SET key = 'key' WHERE id = '1'`, func(c *store.Changes) { c.PutBroker(broker) }},
		"new_broker":   {`UPDATE broker SET key = 'key' WHERE id = '1'`, func(c *store.Changes) { c.AddBroker(newBroker) }},
		"customer":     {`UPDATE customer SET external_id = 'K' WHERE id = 1`, func(c *store.Changes) { c.PutCustomer(customer) }},
		"new_customer": {`UPDATE customer SET external_id = 'K' WHERE id = 1`, func(c *store.Changes) { c.AddCustomer(newCustomer) }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dsn, application := storetest.DSN(t, storetest.Postgres), "key_of_"+name
			they, we := storetest.Open(t, store.Options{DSN: dsn}), storetest.Open(t, store.Options{DSN: dsn + "&application_name=" + application})
			mustPut(t, they, "p", func(c *store.Changes) {
				c.AddBroker(aBroker("1"))
				c.AddBroker(aBroker("2"))
				c.AddCustomer(aCustomer(1, "E"))
				c.AddCustomer(aCustomer(2, "F"))
			})
			finish := they.Begin(t, c.theirs)
			list := store.NewChanges("p")
			c.ours(list)
			answer := waits(t, we, application, list)
			finish()
			loses(t, name, <-answer)
		})
	}
}
