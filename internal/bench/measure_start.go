package bench

import (
	"context"
	"time"
)

// coldStart finds out how long a sandbox takes from nothing to ready, and what it
// holds in memory when nobody wants anything of it.
func (b *bench) coldStart(ctx context.Context) error {
	took := b.figure("start", "cold start, from an empty folder to ready", milliseconds).aims(Target{AtMost: 2000})
	idle := b.figure("start", "memory when idle", megabytes).aims(Target{AtMost: 150})
	for range b.Rounds {
		b.tell("start")
		began := time.Now()
		s, err := b.start(ctx)
		if err != nil {
			return err
		}
		took.add(float64(time.Since(began))/float64(time.Millisecond), 0)
		err = rest(ctx, b.Time)
		now, most := s.memory()
		idle.add(now, 0)
		idle.Memory = max(idle.Memory, most)
		s.end()
		if err != nil {
			return err
		}
		b.done++
	}
	return nil
}

// rest lets time pass.
func rest(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
