package faults

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/covernote/covernote/internal/torture/receiver"
)

func hostileReceiver() Fault {
	return Fault{
		Name: "receiver", Does: fmt.Sprintf("the partner's endpoint is hostile, in %d ways; now and then a node is killed meanwhile", len(receiver.Moods())),
		Short: 4, Long: 400, Each: 1, Fits: anywhere,
		Strike: repeatedly(func(ctx context.Context, s *Scene) error {
			return s.annoy(ctx)
		}),
	}
}

// annoy lets the endpoint be hostile for some deeds, and then lets time go by, so
// that what could not be told is tried again.
func (s *Scene) annoy(ctx context.Context) error {
	moods := receiver.Moods()
	mood := moods[s.Chance.IntN(len(moods))]
	known, refused := len(s.Ledger.Deeds()), s.Told.Refused()
	s.Told.Become(mood.Mood)
	s.Ledger.Harm("the receiver is " + mood.Name)
	s.Crowd.Permit(15)
	err := s.refused(ctx, refused)
	if err == nil {
		err = s.othersGoOn(ctx, mood.Name, known)
	}
	if err == nil && s.Chance.IntN(2) == 0 {
		node := s.node()
		if err = node.Kill(ctx); err == nil {
			err = node.Start(ctx)
		}
	}
	s.Told.Become(nil)
	if err != nil {
		return err
	}
	return s.AdvanceClock(ctx, 26*time.Hour)
}

// refused waits until the endpoint has refused something, or there is nothing that
// it could refuse.
func (s *Scene) refused(ctx context.Context, before int) error {
	began := time.Now()
	defer func() { s.Ledger.Harm(fmt.Sprintf("%d refused after %s", s.Told.Refused()-before, time.Since(began))) }()
	for s.Told.Refused() == before && time.Since(began) < 5*time.Second {
		if err := pause(ctx, 10*time.Millisecond); err != nil {
			return err
		}
	}
	return nil
}

// goingOn is how long an endpoint that is well may have to wait while another is
// not: a little longer than it takes to take over the lane of a node that was
// killed just before.
const goingOn = 15 * time.Second

// othersGoOn waits until the sandbox's own inbox, another endpoint of the same
// partner, was told of one of the orders since. Not of each: what the fault before
// has made fail once is tried again a minute later.
func (s *Scene) othersGoOn(ctx context.Context, mood string, known int) error {
	if err := s.Crowd.Settle(ctx, time.Minute); err != nil {
		return err
	}
	orders := s.lastOrders(known)
	if len(orders) < 3 {
		return nil
	}
	began := time.Now()
	for time.Since(began) < goingOn {
		bodies, err := s.node().Inbox(ctx, 200)
		if err == nil && slices.ContainsFunc(bodies, func(b string) bool {
			return slices.ContainsFunc(orders, func(o string) bool { return strings.Contains(b, o) })
		}) {
			s.Ledger.Harm(fmt.Sprintf("another endpoint was told after %s", time.Since(began)))
			return nil
		}
		if err := pause(ctx, 20*time.Millisecond); err != nil {
			return err
		}
	}
	s.Findings.Add("I6", orders[0], "while a receiver was %q, another endpoint was told nothing for %s", mood, goingOn)
	return nil
}

// lastOrders are some that were acknowledged last, of those since so many deeds, as
// messages name them.
func (s *Scene) lastOrders(known int) []string {
	var orders []string
	for _, d := range slices.Backward(s.Ledger.Deeds()[known:]) {
		if d.API == "hepster" && d.Booked && len(orders) < 10 {
			orders = append(orders, `"`+d.Name+`"`)
		}
	}
	return orders
}
