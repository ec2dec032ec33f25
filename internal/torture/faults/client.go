package faults

import (
	"context"
	"net/url"
	"time"

	"github.com/covernote/covernote/internal/torture/hostile"
)

func hostileClients() Fault {
	return Fault{
		Name: "client", Does: "hostile clients: broken JSON on all APIs, broken HTTP, slow and huge, while the others go on", Short: 1, Long: 100, Each: 1, Fits: anywhere,
		Strike: repeatedly(func(ctx context.Context, s *Scene) error {
			return s.assault(ctx)
		}),
	}
}

// shots is how many hostile bodies are sent in one stroke.
const shots = 120

// assault is what hostile clients do to one node, while those that are well have
// to get on.
func (s *Scene) assault(ctx context.Context) error {
	node := s.node()
	address, err := url.Parse(node.URL())
	if err != nil {
		return err
	}
	info := s.Crowd.Info()
	bearer, err := s.Crowd.Session(ctx)
	if err != nil {
		return err
	}
	wrong := func(what, said string) { s.Findings.Add("answers", what, "%s", said) }
	over := make(chan struct{})
	go func() {
		defer close(over)
		hostile.Bytes(ctx, address.Host, "/services/integrator/partner/v1/order", wrong)
	}()
	s.Crowd.Permit(20)
	hostile.Refusals(ctx, node.URL(), hostile.Targets(info, bearer), s.Chance, shots, wrong)
	if err := s.Crowd.Settle(ctx, 30*time.Second); err != nil {
		s.Findings.Add("I14", "client", "while hostile clients were there, %v", err)
	}
	<-over
	return ctx.Err()
}
