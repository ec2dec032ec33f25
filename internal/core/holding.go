package core

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"
)

const (
	// leaseTime is how long a lane stays with a node that has gone silent.
	leaseTime = 4 * time.Second
	// leaseRenewal is how often a node says that it is there, and leaseHunger
	// how often while lanes are coming that it has a share in.
	leaseRenewal = time.Second
	leaseHunger  = 100 * time.Millisecond
	// handOverTime is how long a lane that others wait for is kept for the sake
	// of what is under way in it.
	handOverTime = time.Second
	// nodeKept is how long a node that has gone silent is remembered.
	nodeKept = time.Hour
)

// heldLanes are the lanes of a group that this node holds: its share of them.
type heldLanes struct {
	core  *Core
	lanes []int64

	// exchange lets one message about leases at a time reach the store.
	exchange sync.Mutex

	mu     sync.Mutex
	epochs map[int64]int64
	until  time.Time
	// excess are lanes that this node lets go of, until it has.
	excess map[int64]bool
	share  share
	// leaving: the node was told to stop.
	leaving bool
}

func (c *Core) holding(lanes []int64) *heldLanes {
	return &heldLanes{
		core: c, lanes: lanes, epochs: make(map[int64]int64), excess: make(map[int64]bool), share: share{alone: true},
	}
}

// fence is the proof that a lane is held; ok is false if it is not, if it is
// being let go of, or if its lease may have run out unnoticed.
func (h *heldLanes) fence(lane int64) (Fence, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	epoch, ok := h.epochs[lane]
	if !ok || h.excess[lane] || h.core.Options.Now().After(h.until) {
		return Fence{}, false
	}
	return Fence{lease: leaseName(lane), epoch: epoch}, true
}

// swept are the lanes that this node sweeps.
func (h *heldLanes) swept() []int64 {
	return slices.DeleteFunc(slices.Clone(h.lanes), func(lane int64) bool {
		_, ok := h.fence(lane)
		return !ok
	})
}

func (h *heldLanes) isExcess(lane int64) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.excess[lane]
}

// keep renews the leases until ended is closed. Once ctx ends it tells the others
// that this node leaves, and takes nothing any more.
func (h *heldLanes) keep(ctx context.Context, ended <-chan struct{}) {
	stop := ctx.Done()
	lasting := context.WithoutCancel(ctx)
	for {
		select {
		case <-ended:
			return
		case <-stop:
			stop = nil
			h.leave(lasting)
		case <-time.After(h.pause()):
			h.renew(lasting)
		}
	}
}

func (h *heldLanes) pause() time.Duration {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.leaving && len(h.epochs) < h.share.least {
		return leaseHunger
	}
	return leaseRenewal
}

// renew keeps what this node holds, takes what it is short of, and marks what it
// holds in excess of its share.
func (h *heldLanes) renew(ctx context.Context) {
	h.exchange.Lock()
	defer h.exchange.Unlock()
	missing, err := h.ask(ctx, nil)
	if err == nil && len(missing) > 0 {
		_, err = h.ask(ctx, missing)
	}
	if err != nil {
		h.core.complain(ctx, "leases not renewed", told(err))
	}
}

// ask renews what is held, takes some lanes besides if they are still free, and
// answers the free ones that this node should have.
func (h *heldLanes) ask(ctx context.Context, besides []int64) (missing []int64, err error) {
	ctx, cancel := context.WithTimeout(ctx, leaseTime/2)
	defer cancel()
	now := h.core.Options.Now()
	leases, err := h.core.Store.AcquireLeases(ctx, h.wanted(besides), h.core.Holder, now, leaseTime)
	if err != nil {
		return nil, err
	}
	p := pictureOf(leases, h.lanes, h.core.Holder, now)
	missing = h.adopt(p, now)
	return missing, h.core.Store.ForgetLeases(ctx, p.gone, now)
}

// wanted names the leases to take and to keep.
func (h *heldLanes) wanted(besides []int64) []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	var names []string
	if !h.leaving {
		names = append(names, nodeName(h.lanes, h.core.Holder))
	}
	for _, lane := range slices.AppendSeq(besides, maps.Keys(h.epochs)) {
		names = append(names, leaseName(lane))
	}
	return names
}

// adopt takes over how the leases stood at an instant. A node whose own leases had
// run out was cut off, as others may have been: it lets them come back first,
// before it takes what they seem to have left.
func (h *heldLanes) adopt(p picture, now time.Time) (missing []int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	cutOff := !h.until.IsZero() && now.After(h.until.Add(leaseRenewal))
	fresh := slices.DeleteFunc(slices.Collect(maps.Keys(p.mine)), func(lane int64) bool {
		return h.epochs[lane] == p.mine[lane]
	})
	h.epochs, h.until, h.share = p.mine, now.Add(leaseTime-leaseRenewal), p.share()
	if h.leaving || cutOff {
		h.share.most = min(h.share.most, len(h.epochs))
	}
	h.markExcess()
	h.core.lanes.wake(fresh)
	free := slices.DeleteFunc(p.free, func(lane int64) bool { return h.excess[lane] })
	return free[:min(len(free), max(0, h.share.most-len(h.epochs)))]
}

// markExcess marks lanes above the share of this node, and wakes them to be let
// go of. The mark stays until that is done.
func (h *heldLanes) markExcess() {
	kept := slices.DeleteFunc(slices.Sorted(maps.Keys(h.epochs)), func(lane int64) bool { return h.excess[lane] })
	for len(kept) > h.share.most {
		last := kept[len(kept)-1]
		kept, h.excess[last] = kept[:len(kept)-1], true
		h.core.lanes.wake([]int64{last})
	}
}

// leave withdraws this node from those that share the lanes, which makes the
// shares of the others larger, and its own nothing.
func (h *heldLanes) leave(ctx context.Context) {
	h.exchange.Lock()
	defer h.exchange.Unlock()
	h.mu.Lock()
	h.leaving, h.share.most = true, 0
	h.mu.Unlock()
	name := nodeName(h.lanes, h.core.Holder)
	if err := h.core.Store.ForgetLeases(ctx, []string{name}, h.core.Options.Now().Add(2*leaseTime)); err != nil {
		h.core.complain(ctx, "node not withdrawn", told(err))
	}
}

// handOver lets go of a lane once what is under way in it was stored. If others
// wait for the lane they do not wait longer than handOverTime: what is not stored
// by then never will be, and is done again by the next.
func (h *heldLanes) handOver(ctx context.Context, lane int64, drain func(lane int64)) {
	drained := make(chan struct{})
	go func() {
		defer close(drained)
		if drain != nil {
			drain(lane)
		}
	}()
	select {
	case <-drained:
	case <-h.impatience():
	}
	h.release(ctx, lane)
	<-drained
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.excess, lane)
}

// impatience is when others have waited long enough; never if there are none.
func (h *heldLanes) impatience() <-chan time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.share.alone {
		return nil
	}
	return time.After(handOverTime)
}

// release lets another node take over a lane at once.
func (h *heldLanes) release(ctx context.Context, lane int64) {
	h.exchange.Lock()
	defer h.exchange.Unlock()
	h.mu.Lock()
	epoch, held := h.epochs[lane]
	delete(h.epochs, lane)
	h.mu.Unlock()
	if !held {
		return
	}
	if err := h.core.Store.ReleaseLease(ctx, leaseName(lane), h.core.Holder, epoch); err != nil {
		h.core.complain(ctx, "lease not released", told(err), "lane", lane)
	}
}
