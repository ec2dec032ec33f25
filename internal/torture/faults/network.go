package faults

import (
	"context"
	"fmt"
	"time"
)

// soon is how long commits and answers are waited for that are to be cut.
const soon = time.Minute

func drop() Fault {
	return Fault{
		Name: "drop", Does: "answers of the server are lost on their way to the client", Short: 60, Long: 10_000, Each: 100, Fits: anywhere,
		Strike: func(ctx context.Context, s *Scene, times int) error {
			front := s.node().Front
			done := front.Done()
			front.DropAnswers(times)
			defer front.DropAnswers(0)
			return s.until(ctx, "answers were dropped", times, func() int { return front.Done() - done })
		},
	}
}

func cutBefore() Fault {
	return Fault{
		Name: "cut-before", Does: "the connection to PostgreSQL breaks before COMMIT gets there", Short: 10, Long: 500, Each: 5, Fits: onPostgres,
		Strike: func(ctx context.Context, s *Scene, times int) error { return s.cut(ctx, times, false) },
	}
}

func cutAfter() Fault {
	return Fault{
		Name: "cut-after", Does: "the connection to PostgreSQL breaks after COMMIT was carried out", Short: 10, Long: 500, Each: 5, Fits: onPostgres,
		Strike: func(ctx context.Context, s *Scene, times int) error { return s.cut(ctx, times, true) },
	}
}

func (s *Scene) cut(ctx context.Context, times int, after bool) error {
	done := s.Database.Done()
	s.Database.CutCommits(times, after)
	defer s.Database.CutCommits(0, after)
	return s.until(ctx, "commits were cut", times, func() int { return s.Database.Done() - done })
}

// until permits deeds until so much was done.
func (s *Scene) until(ctx context.Context, what string, times int, done func() int) error {
	for deadline := time.Now().Add(soon); done() < times; {
		if time.Now().After(deadline) {
			return fmt.Errorf("%d %s of %d", done(), what, times)
		}
		s.Crowd.Busy(5)
		if err := pause(ctx, 5*time.Millisecond); err != nil {
			return err
		}
	}
	return nil
}

// meanwhile has clients go on while something is done.
func (s *Scene) meanwhile(do func() error) error {
	done := make(chan error, 1)
	go func() { done <- do() }()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		s.Crowd.Busy(5)
		select {
		case err := <-done:
			return err
		case <-tick.C:
		}
	}
}

func sever() Fault {
	return Fault{
		Name: "sever", Does: "every connection of clients to a node is reset", Short: 3, Long: 500, Each: 5, Fits: anywhere,
		Strike: repeatedly(func(ctx context.Context, s *Scene) error {
			s.Crowd.Busy(5)
			if err := pause(ctx, time.Duration(s.Chance.IntN(50))*time.Millisecond); err != nil {
				return err
			}
			s.node().Front.Cut()
			return nil
		}),
	}
}
