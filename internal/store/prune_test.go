package store_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/store"
)

// addExpiring records n previews and as many uses of keys and handles, of two
// parts in turn, of which one more expires each microsecond from noon on.
func addExpiring(t *testing.T, s *store.Store, n int) {
	t.Helper()
	lists := map[string]*store.Changes{"p": store.NewChanges("p"), "q": store.NewChanges("q")}
	for i := range n {
		part, id, expires := []string{"p", "q"}[i%2], fmt.Sprint(i), at(int64(i)).UnixMicro()
		lists[part].AddPreview(store.Preview{Part: part, ID: id, OrderID: "o", Kind: "k", ExpiresAt: expires, Body: "{}"})
		lists[part].AddRepetition(store.Repetition{
			Part: part, Family: "f", Key: id, Fingerprint: []byte{1}, Answer: []byte{2}, ExpiresAt: expires,
		})
		lists[part].AddHandle(store.Handle{Hash: []byte(id), Kind: "k", Part: part, ExpiresAt: expires})
	}
	for _, list := range lists {
		commit(t, s, list)
	}
}

// expiring counts what is left, and says when the first of it expires.
func expiring(t *testing.T, s *store.Store, table string) (n int64, first time.Time) {
	t.Helper()
	var micros int64
	see(t, s, func(v *store.View) error {
		return v.Scan(`SELECT COUNT(*), COALESCE(MIN(expires_at), 0) FROM `+table, nil, &n, &micros)
	})
	return n, time.UnixMicro(micros).UTC()
}

// pruneAll prunes what expires by either clock.
func pruneAll(t *testing.T, s *store.Store, before time.Time) {
	t.Helper()
	if err := errors.Join(s.PruneExpired(t.Context(), before), s.PruneHandles(t.Context(), before)); err != nil {
		t.Fatal(err)
	}
}

func TestWhatExpiredIsPruned(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		const all, expired = 1300, 1203
		addExpiring(t, s, all)
		for _, before := range []time.Time{noon, at(expired), at(expired)} {
			pruneAll(t, s, before)
			left := all - before.Sub(noon).Microseconds()
			for _, table := range []string{"preview", "repetition", "handle"} {
				if n, first := expiring(t, s, table); n != left || !first.Equal(before) {
					t.Errorf("before %s: %d of %s are left, the first expires at %s; want %d", before, n, table, first, left)
				}
			}
		}
		pruneAll(t, s, at(all))
		if n, _ := expiring(t, s, "preview"); n != 0 {
			t.Errorf("%d previews are left, want none", n)
		}
	})
}

// Many are deleted in many transactions, so that nobody waits long.
func TestExpiredArePrunedInSmallTransactions(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		addExpiring(t, s, 1300)
		before := proofs(t, s)
		pruneAll(t, s, at(1300))
		if n := proofs(t, s) - before; n != 3*3 {
			t.Errorf("1300 rows of each table were deleted in %d transactions, want 9", n)
		}
	})
}

// Rows that expire together are deleted together, more than a transaction
// takes otherwise.
func TestThoseThatExpireTogetherArePruned(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		mustPut(t, s, "p", func(c *store.Changes) {
			for i := range 700 {
				c.AddPreview(store.Preview{Part: "p", ID: fmt.Sprint(i), ExpiresAt: noon.UnixMicro(), Body: "{}"})
			}
		})
		pruneAll(t, s, at(1))
		if n, _ := expiring(t, s, "preview"); n != 0 {
			t.Errorf("%d previews are left, want none", n)
		}
	})
}

// Tries made before a moment are gone, whosever they are, and no others.
func TestPruneAttempts(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		for _, part := range []string{"p", "q"} {
			var tries []store.Attempt
			for i := range int64(700) { // more than go at once
				tries = append(tries, store.Attempt{Part: part, NoticeID: "n", Attempt: i + 1, At: i})
			}
			mustPut(t, s, part, func(c *store.Changes) { c.AddAttempts(tries) })
			loses(t, "tries twice", put(t, s, part, func(c *store.Changes) { c.AddAttempts(tries[699:]) }))
		}
		if err := s.PruneAttempts(t.Context(), time.UnixMicro(690)); err != nil {
			t.Fatal(err)
		}
		see(t, s, func(v *store.View) error {
			for _, part := range []string{"p", "q"} {
				left, err := v.AttemptsOf(part, "n")
				if err != nil || len(left) != 10 || left[0].At != 690 {
					t.Errorf("%d tries of %s are left, %v", len(left), part, err)
				}
			}
			return nil
		})
	})
}
