package core

import (
	"context"
	"fmt"
)

// log compares the places of a partner's events with the end of its log: there is no gap
// between them, but for the one that a restore leaves on purpose.
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
		end, err := r.LastPosition(k.partner.Part)
		if err != nil {
			return fmt.Errorf("read the end of the log: %w", err)
		}
		if end != max(last, floor) {
			k.find(invariantSequence, "log", "it is said to end at %d, and the last event is at %d", end, max(last, floor))
		}
		return nil
	})
}
