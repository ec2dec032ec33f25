package faults

import (
	"context"
	"errors"
	"syscall"
	"time"
)

// beyondLease is longer than a node holds a lane without saying so again.
const beyondLease = 6 * time.Second

func freeze() Fault {
	return Fault{
		Name: "freeze", Does: "a node is stopped for longer than its lease, and goes on", Short: 1, Long: 500, Each: 1, Fits: anywhere,
		Strike: repeatedly(func(ctx context.Context, s *Scene) error {
			node := s.node()
			if err := node.Signal(syscall.SIGSTOP); err != nil {
				return err
			}
			// The others have something to do meanwhile.
			s.Crowd.Permit(10)
			over := pause(ctx, beyondLease)
			return errors.Join(node.Signal(syscall.SIGCONT), over)
		}),
	}
}
