package store_test

import (
	"strconv"
	"sync"
	"testing"

	"github.com/covernote/covernote/internal/store"
)

// Settings and rows are of one moment, although settings are read before: whoever
// began with others begins again.
func TestSettingsAreThoseOfTheSnapshot(t *testing.T) {
	for name, change := range map[string]bool{"changed": true, "unchanged": false} {
		t.Run(name, func(t *testing.T) {
			onBothEngines(t, func(t *testing.T, s *store.Store) {
				var seen []string
				see(t, s, func(v *store.View) error {
					was, err := v.Setting("clock")
					if err != nil {
						return err
					}
					seen = append(seen, was.Value)
					if change && len(seen) == 1 {
						mustPut(t, s, "", func(c *store.Changes) { c.PutSetting("clock", was, "later") })
					}
					if _, err := v.QuoteDays(); err != nil {
						return err
					}
					if now, err := v.Setting("clock"); err != nil || now != was {
						t.Errorf("with a snapshot it is %v, before it was %v: %v", now, was, err)
					}
					return nil
				})
				want := []string{""}
				if change {
					want = append(want, "later")
				}
				same(t, "settings with which it was begun", seen, want)
			})
		})
	}
}

// However many read at once, nobody is told less than was there when it asked.
func TestASharedReadingBeginsAfterTheQuestion(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		var group sync.WaitGroup
		for reader := range 16 {
			group.Go(func() {
				name := "of " + strconv.Itoa(reader)
				var was store.Setting
				for turn := range 150 {
					value := strconv.Itoa(turn)
					err := put(t, s, name, func(c *store.Changes) { c.PutSetting(name, was, value) })
					if err == nil {
						err = s.View(t.Context(), func(v *store.View) (err error) {
							was, err = v.Setting(name)
							return err
						})
					}
					if err != nil {
						t.Error(err)
						return
					}
					if was.Value != value {
						t.Errorf("%s was set before it was asked for, and told as %s", value, was.Value)
					}
				}
			})
		}
		group.Wait()
	})
}
