package store_test

import (
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
