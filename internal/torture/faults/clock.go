package faults

import (
	"context"
	"errors"
	"time"

	"github.com/covernote/covernote/internal/torture/nodes"
)

// AdvanceClock moves the clock of the business on by a duration, while no client
// has anything in hand. Nodes that are away are waited for.
func (s *Scene) AdvanceClock(ctx context.Context, by time.Duration) error {
	return s.moveClockFrom(ctx, func(now time.Time) time.Time { return now.Add(by) })
}

// moveClockFrom moves the clock to what follows on where it stands, while no client
// has anything in hand.
func (s *Scene) moveClockFrom(ctx context.Context, next func(now time.Time) time.Time) error {
	return s.Crowd.WithClock(ctx, func() error {
		now, err := s.now(ctx)
		if err != nil {
			return err
		}
		return s.moveClock(ctx, next(now))
	})
}

// claimed is longer than a node that was killed keeps others from moving the clock.
const claimed = 45 * time.Second

func (s *Scene) now(ctx context.Context) (now time.Time, err error) {
	err = s.each(ctx, func(n *nodes.Node) (err error) {
		now, err = n.Now(ctx)
		return err
	})
	return now, err
}

// moveClock asks one node after the other until the clock is there.
func (s *Scene) moveClock(ctx context.Context, to time.Time) (err error) {
	return s.each(ctx, func(n *nodes.Node) error { return n.MoveClock(ctx, to) })
}

// each asks one node after the other until one answers.
func (s *Scene) each(ctx context.Context, ask func(*nodes.Node) error) error {
	deadline := time.Now().Add(claimed)
	for n := 0; ; n++ {
		err := ask(s.Nodes[n%len(s.Nodes)])
		if err == nil || time.Now().After(deadline) {
			return err
		}
		if err := pause(ctx, 100*time.Millisecond); err != nil {
			return err
		}
	}
}

func move() Fault {
	return Fault{
		Name: "clock", Does: "the clock is moved over month ends, 29 February and changes of summer time", Short: 3, Long: 200, Each: 1, Fits: anywhere,
		Strike: repeatedly(func(ctx context.Context, s *Scene) error {
			return s.moveClockFrom(ctx, s.destination)
		}),
	}
}

// destination is an awkward moment within the next months, or any.
func (s *Scene) destination(now time.Time) time.Time {
	month := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, time.UTC)
	switch s.Chance.IntN(6) {
	case 0: // the last second of the month
		return month.AddDate(0, 1, 0).Add(-time.Second + 31*24*time.Hour)
	case 1: // when clocks of the European Union change, or have just changed
		return changeAfter(now).Add(time.Duration(s.Chance.IntN(3)-1) * time.Second)
	case 2: // the end of February, of a leap year too
		return time.Date(now.Year()+1, time.February, 28+s.Chance.IntN(2), 23, 59, 59, 0, time.UTC)
	case 3: // midnight somewhere between UTC-14 and UTC+14
		return month.AddDate(0, 2, 0).Add(time.Duration(s.Chance.IntN(29)-14) * time.Hour)
	}
	return now.Add(time.Duration(1+s.Chance.IntN(100*24*60)) * time.Minute)
}

// changeAfter is the next last Sunday of March or October, 01:00 UTC.
func changeAfter(now time.Time) time.Time {
	for month := time.Date(now.Year(), now.Month(), 1, 1, 0, 0, 0, time.UTC); ; month = month.AddDate(0, 1, 0) {
		last := month.AddDate(0, 1, -1)
		last = last.AddDate(0, 0, -int(last.Weekday()))
		if (month.Month() == time.March || month.Month() == time.October) && last.After(now) {
			return last
		}
	}
}

func killClock() Fault {
	return Fault{
		Name: "kill-clock", Does: "a node is killed while it moves the clock, which is then moved to the same moment", Short: 0, Long: 200, Each: 1, Fits: anywhere,
		Strike: repeatedly(func(ctx context.Context, s *Scene) error {
			soon := time.Duration(5+s.Chance.IntN(200)) * time.Millisecond
			return s.Crowd.WithClock(ctx, func() error { return s.killedMove(ctx, soon) })
		}),
	}
}

// killedMove begins to move the clock, kills the node that does it soon after, and
// moves it to where it was to go.
func (s *Scene) killedMove(ctx context.Context, soon time.Duration) error {
	now, err := s.now(ctx)
	if err != nil {
		return err
	}
	to := now.AddDate(0, 1+s.Chance.IntN(3), s.Chance.IntN(5))
	node := s.node()
	asked := make(chan struct{})
	go func() {
		defer close(asked)
		_ = node.MoveClock(ctx, to) // it is killed meanwhile
	}()
	late := pause(ctx, soon)
	if err := node.Kill(ctx); err != nil {
		return err
	}
	<-asked
	if err := node.Start(ctx); err != nil || late != nil {
		return errors.Join(err, late)
	}
	return s.moveClock(ctx, to)
}

func cutClock() Fault {
	return Fault{
		Name: "cut-clock", Does: "while the clock is moved over months, commits are cut before and after they are carried out", Short: 10, Long: 500, Each: 5, Fits: onPostgres,
		Strike: func(ctx context.Context, s *Scene, times int) error {
			return s.Crowd.WithClock(ctx, func() error {
				now, err := s.now(ctx)
				if err != nil {
					return err
				}
				defer s.Database.CutCommits(0, false)
				for n := range times {
					s.Database.CutCommits(1, s.Chance.IntN(2) == 0)
					if err := s.moveClock(ctx, now.AddDate(0, n+1, 0)); err != nil {
						return err
					}
				}
				return nil
			})
		},
	}
}

func due() Fault {
	return Fault{
		Name: "due", Does: "so many premiums fall due at once, and a node is killed meanwhile", Short: 60, Long: 20_000, Each: 5_000, Fits: anywhere,
		Strike: func(ctx context.Context, s *Scene, times int) error {
			if err := s.Crowd.Subscribe(ctx, times); err != nil {
				return err
			}
			soon := time.Duration(20+s.Chance.IntN(300+3*times)) * time.Millisecond
			return s.Crowd.WithClock(ctx, func() error { return s.killedMove(ctx, soon) })
		},
	}
}
