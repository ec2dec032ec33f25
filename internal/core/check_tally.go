package core

import (
	"context"
	"fmt"

	"github.com/covernote/covernote/internal/store"
)

// tallies compares those of each list with its rows, a stretch in one snapshot.
func (k *inspection) tallies(ctx context.Context) error {
	for _, roll := range store.Rolls() {
		for from, more := int64(store.BeginningOfRoll), true; more; {
			err := k.core.read(ctx, func(r reading) (err error) {
				var wrong []store.WrongTally
				wrong, from, more, err = r.WrongTallies(k.partner.Part, roll, from)
				if err != nil {
					return fmt.Errorf("check tallies of %s: %w", roll, err)
				}
				for _, w := range wrong {
					k.find(invariantTally, roll, "from %s on, %d live and %d ended are tallied, and %d and %d are there",
						w.On, w.SaidLive, w.SaidEnded, w.Live, w.Ended)
				}
				return nil
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}
