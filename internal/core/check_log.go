package core

import (
	"context"
	"fmt"
)

// log compares how many events of a partner have a place in its log with the last
// place: there is no gap between them, but for the one that a restore leaves on purpose.
func (k *inspection) log(ctx context.Context) error {
	return k.core.read(ctx, func(r reading) error {
		floor, err := r.logFloor()
		if err != nil {
			return err
		}
		count, last, err := r.CountPlaces(k.partner.Part, floor)
		if err != nil {
			return fmt.Errorf("read places of the log: %w", err)
		}
		if count > 0 && last != floor+count {
			k.find(invariantSequence, "log", "%d events have places behind %d, and the last is %d", count, floor, last)
		}
		return nil
	})
}
