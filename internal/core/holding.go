package core

import (
	"context"
	"sync"
	"time"
)

// heldLanes are the lanes of a group that this node holds.
type heldLanes struct {
	core   *Core
	lanes  []int64
	mu     sync.Mutex
	epochs map[int64]int64
	until  time.Time
}

// fence is the proof that a lane is held; ok is false if it is not, or if its
// lease may have run out unnoticed.
func (h *heldLanes) fence(lane int64) (Fence, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	epoch, ok := h.epochs[lane]
	if !ok || h.core.Options.Now().After(h.until) {
		return Fence{}, false
	}
	return Fence{lease: leaseName(lane), epoch: epoch}, true
}

func (h *heldLanes) keep(ctx context.Context) {
	tick := time.NewTicker(leaseRenewal)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			h.renew(ctx)
		}
	}
}

// renew takes every lane of the group that is free or already held here.
func (h *heldLanes) renew(ctx context.Context) {
	names := make([]string, len(h.lanes))
	for i, lane := range h.lanes {
		names[i] = leaseName(lane)
	}
	now := h.core.Options.Now()
	// A node that is told to stop meanwhile must know what it holds, or else it
	// would let go of nothing.
	asking, cancel := context.WithTimeout(context.WithoutCancel(ctx), leaseTime/2)
	defer cancel()
	held, err := h.core.Store.AcquireLeases(asking, names, h.core.Holder, now, leaseTime)
	if err != nil {
		if ctx.Err() == nil {
			h.core.complain(ctx, "leases not renewed", told(err))
		}
		return
	}
	epochs := make(map[int64]int64, len(held))
	for _, lane := range h.lanes {
		if epoch, ok := held[leaseName(lane)]; ok {
			epochs[lane] = epoch
		}
	}
	h.mu.Lock()
	fresh := len(h.epochs) == 0
	h.epochs, h.until = epochs, now.Add(leaseTime-leaseRenewal)
	h.mu.Unlock()
	if fresh {
		h.core.lanes.wake(h.lanes)
	}
}

// release lets other nodes take over at once.
func (h *heldLanes) release(ctx context.Context) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for lane, epoch := range h.epochs {
		if err := h.core.Store.ReleaseLease(ctx, leaseName(lane), h.core.Holder, epoch); err != nil {
			h.core.Log.Error("lease not released", "lane", lane, "error", err)
			return
		}
	}
}
