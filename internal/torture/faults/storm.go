package faults

import (
	"context"
	"fmt"

	"github.com/covernote/covernote/internal/torture/load"
)

// copies is how many clients send the same at the same moment.
const copies = 32

func storm() Fault {
	return Fault{
		Name: "storm", Does: fmt.Sprintf("%d clients send the same key at once, to all nodes", copies), Short: 12, Long: 10_000, Each: 12, Fits: anywhere,
		Strike: func(ctx context.Context, s *Scene, times int) error {
			for n := range times {
				kind := []load.Kind{load.Orders, load.Bookings, load.Quotes}[n%3]
				if err := s.Crowd.Storm(ctx, kind, copies); err != nil {
					return err
				}
			}
			return nil
		},
	}
}
