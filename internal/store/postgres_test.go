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
