package store_test

import (
	"errors"
	"slices"
	"sync"
	"testing"

	"github.com/covernote/covernote/internal/store"
)

func TestSequence(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		stands := func(what string, bucket, day, want int64, wantBegun bool) {
			t.Helper()
			see(t, s, func(v *store.View) error {
				next, begun, err := v.Sequence(bucket, day)
				if next != want || begun != wantBegun {
					t.Errorf("%s: at %d, begun: %t, want %d, %t", what, next, begun, want, wantBegun)
				}
				return err
			})
		}
		stands("before", 1, 2, 0, false)
		loses(t, "not begun", put(t, s, "b", func(c *store.Changes) { c.TakeSequence(1, 2, 0, 64) }))
		mustPut(t, s, "b", func(c *store.Changes) { c.BeginSequence(1, 2, 64) })
		loses(t, "begun twice", put(t, s, "b", func(c *store.Changes) { c.BeginSequence(1, 2, 64) }))
		stands("begun", 1, 2, 64, true)
		mustPut(t, s, "b", func(c *store.Changes) { c.TakeSequence(1, 2, 64, 10) })
		loses(t, "taken twice", put(t, s, "b", func(c *store.Changes) { c.TakeSequence(1, 2, 64, 10) }))
		stands("taken", 1, 2, 74, true)
		stands("another day", 1, 3, 0, false)
		stands("another bucket", 2, 2, 0, false)
	})
}

// However many take at the same time, and from whichever writer, every block
// is one taker's.
func TestNoBlockIsTakenTwice(t *testing.T) {
	const takers, blocks, size = 8, 5, 10
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		var all sync.WaitGroup
		var mu sync.Mutex
		var taken []int64
		for taker := range takers {
			all.Go(func() {
				for range blocks {
					next, err := takeBlock(t, s, string(rune('a'+taker)), size)
					if err != nil {
						t.Error(err)
						return
					}
					mu.Lock()
					taken = append(taken, next)
					mu.Unlock()
				}
			})
		}
		all.Wait()
		slices.Sort(taken)
		want := make([]int64, takers*blocks)
		for i := range want {
			want[i] = int64(i) * size
		}
		same(t, "blocks", taken, want)
	})
}

// takeBlock tries until the guard is kept, and answers the first number taken.
func takeBlock(t *testing.T, s *store.Store, part string, size int64) (next int64, err error) {
	for {
		var begun bool
		err = s.View(t.Context(), func(v *store.View) (err error) {
			next, begun, err = v.Sequence(1, 2)
			return err
		})
		if err != nil {
			return 0, err
		}
		c := store.NewChanges(part)
		if begun {
			c.TakeSequence(1, 2, next, size)
		} else {
			c.BeginSequence(1, 2, size)
		}
		if err = s.Commit(t.Context(), c); !errors.Is(err, store.ErrGuardLost) {
			return next, err
		}
	}
}
