package faults

import (
	"context"
	"syscall"
	"time"

	"github.com/covernote/covernote/internal/torture/nodes"
)

func kill() Fault {
	return Fault{
		Name: "kill", Does: "kill -9 of a node under load", Short: 3, Long: 1000, Each: 1, Fits: anywhere,
		Strike: repeatedly(func(ctx context.Context, s *Scene) error {
			node := s.node()
			if err := node.Kill(ctx); err != nil {
				return err
			}
			return node.Start(ctx)
		}),
	}
}

// ending is how long a node may take to finish what it took.
const ending = 25 * time.Second

func terminate() Fault {
	return Fault{
		Name: "terminate", Does: "SIGTERM to a node under load, which must end well", Short: 2, Long: 200, Each: 1, Fits: anywhere,
		Strike: repeatedly(func(ctx context.Context, s *Scene) error {
			node := s.node()
			if err := s.Stop(ctx, node); err != nil {
				s.Findings.Add("answers", "SIGTERM", "%v\n%s", err, node.Log())
			}
			return node.Start(ctx)
		}),
	}
}

// Stop tells a node to end, and kills it if it does not.
func (s *Scene) Stop(ctx context.Context, node *nodes.Node) error {
	ctx, cancel := context.WithTimeout(ctx, ending)
	defer cancel()
	err := node.Stop(ctx)
	if err != nil {
		_ = node.Signal(syscall.SIGKILL) // it may have ended, but not well
	}
	return err
}
