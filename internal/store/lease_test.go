package store_test

import (
	"errors"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/store"
)

var noon = time.Date(2026, 3, 29, 12, 0, 0, 0, time.UTC)

const ttl = 10 * time.Second

func acquire(t *testing.T, s *store.Store, holder string, now time.Time) (epoch int64, ok bool) {
	t.Helper()
	epoch, ok, err := s.AcquireLease(t.Context(), "lane", holder, now, ttl)
	if err != nil {
		t.Fatal(err)
	}
	return epoch, ok
}

func TestLeaseIsOneHolders(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		for _, step := range []struct {
			holder string
			after  time.Duration
			epoch  int64
			ok     bool
		}{
			{"a", 0, 1, true},
			{"b", time.Second, 0, false},
			{"a", 2 * time.Second, 1, true},
			{"b", 11 * time.Second, 0, false},
			{"b", 12 * time.Second, 2, true},
			{"a", 13 * time.Second, 0, false},
		} {
			epoch, ok := acquire(t, s, step.holder, noon.Add(step.after))
			if epoch != step.epoch || ok != step.ok {
				t.Errorf("%s after %v: got %d, %v, want %d, %v", step.holder, step.after, epoch, ok, step.epoch, step.ok)
			}
		}
	})
}

func TestOldEpochIsFencedOff(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		old, _ := acquire(t, s, "a", noon)
		fenced := func(id string, epoch int64) error {
			c := addThing("p", id)
			c.AssertLease("lane", epoch)
			return s.Commit(t.Context(), c)
		}
		if err := fenced("in time", old); err != nil {
			t.Fatal(err)
		}
		current, _ := acquire(t, s, "b", noon.Add(time.Minute))
		if err := fenced("too late", old); !errors.Is(err, store.ErrGuardLost) {
			t.Errorf("a list under the old epoch: %v, want ErrGuardLost", err)
		}
		if err := fenced("by the new holder", current); err != nil {
			t.Error(err)
		}
		if err := s.ReleaseLease(t.Context(), "lane", "b", current); err != nil {
			t.Fatal(err)
		}
		if err := fenced("released", current); !errors.Is(err, store.ErrGuardLost) {
			t.Errorf("a list under a lease that was given back: %v, want ErrGuardLost", err)
		}
	})
}

func TestLeaseIsRenewedByItsHolderOnly(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		epoch, _ := acquire(t, s, "a", noon)
		for _, c := range []struct {
			holder string
			epoch  int64
			want   bool
		}{{"a", epoch, true}, {"b", epoch, false}, {"a", epoch + 1, false}} {
			got, err := s.RenewLease(t.Context(), "lane", c.holder, c.epoch, noon.Add(5*time.Second), ttl)
			if err != nil || got != c.want {
				t.Errorf("renewed by %s under %d: %v, %v, want %v", c.holder, c.epoch, got, err, c.want)
			}
		}
		if _, ok := acquire(t, s, "b", noon.Add(14*time.Second)); ok {
			t.Error("a renewed lease was taken before its time")
		}
		if err := s.ReleaseLease(t.Context(), "lane", "b", epoch); err != nil {
			t.Fatal(err)
		}
		if _, ok := acquire(t, s, "b", noon.Add(14*time.Second)); ok {
			t.Error("a lease was given back by somebody who did not hold it")
		}
	})
}

func TestManyLeasesAtOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		if _, ok := acquire(t, s, "b", noon); !ok {
			t.Fatal("a free lease was not to be had")
		}
		until := noon.Add(ttl).UnixMicro()
		got, err := s.AcquireLeases(t.Context(), []string{"z", "lane", "a", "z"}, "a", noon, ttl)
		if err != nil {
			t.Fatal(err)
		}
		same(t, "leases", got, []store.Lease{
			{Name: "a", Holder: "a", Epoch: 1, UntilAt: until}, {Name: "lane", Holder: "b", Epoch: 1, UntilAt: until},
			{Name: "z", Holder: "a", Epoch: 1, UntilAt: until},
		})
		if l := got[0]; !l.HeldAt(noon.Add(ttl-1)) || l.HeldAt(noon.Add(ttl)) || (store.Lease{UntilAt: until}).HeldAt(noon) {
			t.Error("a lease is not held for as long as it lasts")
		}
	})
}

func TestForgottenLeasesAreThoseThatRanOut(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		if _, err := s.AcquireLeases(t.Context(), []string{"node/a", "node/b", "lane"}, "a", noon, ttl); err != nil {
			t.Fatal(err)
		}
		if _, err := s.AcquireLeases(t.Context(), []string{"node/b"}, "a", noon.Add(time.Hour), ttl); err != nil {
			t.Fatal(err)
		}
		if err := s.ForgetLeases(t.Context(), []string{"node/a", "node/b"}, noon.Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		all, err := s.Leases(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, l := range all {
			names = append(names, l.Name)
		}
		same(t, "leases", names, []string{"lane", "node/b"})
	})
}
