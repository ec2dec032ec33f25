package faults

import (
	"context"
	"time"
)

// AdvanceClock moves the clock of the business on by a duration, while no client
// has anything in hand. Nodes that are away are waited for.
func (s *Scene) AdvanceClock(ctx context.Context, by time.Duration) error {
	return s.Crowd.WithClock(ctx, func() error {
		now, err := s.now(ctx)
		if err != nil {
			return err
		}
		return s.moveClock(ctx, now.Add(by))
	})
}

// tries is how often a clock is asked that does not answer, 50 milliseconds
// apart and more.
const tries = 200

func (s *Scene) now(ctx context.Context) (now time.Time, err error) {
	for n := range tries {
		if now, err = s.Nodes[n%len(s.Nodes)].Now(ctx); err == nil {
			return now, nil
		}
		if err := pause(ctx, 50*time.Millisecond); err != nil {
			return now, err
		}
	}
	return now, err
}

// moveClock asks one node after the other until the clock is there.
func (s *Scene) moveClock(ctx context.Context, to time.Time) (err error) {
	for n := range tries {
		if err = s.Nodes[n%len(s.Nodes)].MoveClock(ctx, to); err == nil {
			return nil
		}
		if err := pause(ctx, 50*time.Millisecond); err != nil {
			return err
		}
	}
	return err
}
