package faults

import (
	"context"
	"errors"
	"time"
)

func power() Fault {
	return Fault{
		Name: "power", Does: "the power is cut under load: what was not synced is gone, or some of it", Short: 10, Long: 300, Each: 1,
		Fits: func(s Setting) bool { return s.Disk == Forgetful },
		Strike: repeatedly(func(ctx context.Context, s *Scene) error {
			node := s.Nodes[0]
			if err := errors.Join(s.Platter.Harm(ctx), node.Kill(ctx)); err != nil {
				return err
			}
			return errors.Join(s.Platter.Heal(ctx), node.Start(ctx))
		}),
	}
}

func full() Fault {
	return Fault{
		Name: "full", Does: "the disk is full, and then there is room again; nothing is restarted", Short: 3, Long: 50, Each: 1,
		Fits: func(s Setting) bool { return s.Disk == Small },
		Strike: repeatedly(func(ctx context.Context, s *Scene) error {
			if err := s.Platter.Harm(ctx); err != nil {
				return err
			}
			// What fits into pages that are there already goes on.
			s.Crowd.Permit(20)
			noticed := s.saysSo(ctx)
			if err := s.Platter.Heal(ctx); err != nil {
				return err
			}
			return noticed
		}),
	}
}

// saysSo waits until the node says that it cannot store.
func (s *Scene) saysSo(ctx context.Context) error {
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); {
		if !s.Nodes[0].Serves(ctx) {
			return nil
		}
		if err := pause(ctx, 20*time.Millisecond); err != nil {
			return err
		}
	}
	s.Findings.Add("answers", "full", "the disk is full for ten seconds, and /readyz still answers 200")
	return nil
}
