package core

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"sync"

	"github.com/covernote/covernote/internal/store"
)

// Work is done in lanes. Everything of one order or policy falls into one
// lane, and a lane is worked by the node that holds its lease, so that what
// happens to a policy happens in order, on one node and on several.
const (
	workLanes    = 16
	noticeLanes  = 16
	firstNotices = 100
)

// The kinds of timer.
const (
	timerBook   = "order.book"
	timerPolicy = "policy.step"
	timerNotice = "notice.send"
	// timerPayment ends the wait for a payment, timerCoolingOff the cooling-off
	// period of a policy.
	timerPayment    = "order.payment"
	timerCoolingOff = "policy.cooling_off"
	// timerWatch looks at an endpoint that fails.
	timerWatch = "endpoint.watch"
)

func workLane(part, owner string) int64 { return int64(hashOf(part, owner) % workLanes) }

// noticeLane keeps the notices of an endpoint in one lane.
func noticeLane(part, endpoint string) int64 {
	return firstNotices + int64(hashOf(part, endpoint)%noticeLanes)
}

// endpointName is an endpoint's among those of all partners.
func endpointName(part, id string) string { return part + "/" + id }

func hashOf(part, id string) uint32 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(part + "\x00" + id))
	return h.Sum32()
}

// WorkLanes are the lanes of orders and policies.
func WorkLanes() []int64 { return lanesFrom(0, workLanes) }

// NoticeLanes are the lanes of notices.
func NoticeLanes() []int64 { return lanesFrom(firstNotices, noticeLanes) }

func lanesFrom(first, count int64) []int64 {
	lanes := make([]int64, count)
	for i := range lanes {
		lanes[i] = first + int64(i)
	}
	return lanes
}

func leaseName(lane int64) string { return fmt.Sprintf("lane/%d", lane) }

// hasTimers tells the lanes of timers from that of tallies, which comes after them.
func hasTimers(lane int64) bool { return lane < tallyLane }

// Fence proves that a lane is still held when its work is stored. The zero
// Fence proves nothing; it is used where a timer is the only guard.
type Fence struct {
	lease string
	epoch int64
}

// guard has a change list stored only if the lane is still held.
func (f Fence) guard(changes *store.Changes) {
	if f.lease != "" {
		changes.AssertLease(f.lease, f.epoch)
	}
}

// commitFenced commits the change lists of a sweep. One of which a guard is lost is
// left to the next sweep.
func (c *Core) commitFenced(ctx context.Context, fence Fence, lists []*store.Changes) error {
	for _, changes := range lists {
		fence.guard(changes)
		if err := c.Store.Commit(ctx, changes); err != nil && !errors.Is(err, store.ErrGuardLost) {
			return told(err)
		}
	}
	return nil
}

// work begins the change list of a timer's step: the timer is taken, and the
// lane must still be held. Whoever takes the timer first does the step.
func (c *Core) work(r reading, t store.Timer, f Fence) (Partner, *draft, error) {
	partner, err := r.partner(t.Part)
	if err != nil {
		return partner, nil, err
	}
	d, err := c.draft(r, partner)
	if err != nil {
		return partner, nil, err
	}
	if d.shift, err = c.shiftOf(r, t.Part, t.Owner); err != nil {
		return partner, nil, err
	}
	d.once = true
	d.TakeTimer(t)
	f.guard(d.Changes)
	return partner, d, nil
}

// Wake lets a lane of this process be swept soon.
func (c *Core) Wake(lane int64) { c.lanes.wake([]int64{lane}) }

// laneBoard wakes the lanes of this process when something is due at once.
type laneBoard struct {
	mu    sync.Mutex
	bells map[int64]chan struct{}
}

func newLaneBoard() *laneBoard { return &laneBoard{bells: make(map[int64]chan struct{})} }

// bell is rung when something is due in a lane.
func (b *laneBoard) bell(lane int64) chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.bells[lane] == nil {
		b.bells[lane] = make(chan struct{}, 1)
	}
	return b.bells[lane]
}

func (b *laneBoard) wake(lanes []int64) {
	for _, lane := range lanes {
		select {
		case b.bell(lane) <- struct{}{}:
		default:
		}
	}
}
