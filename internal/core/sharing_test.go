package core

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/covernote/covernote/internal/store"
	"github.com/covernote/covernote/internal/store/storetest"
)

// world is nodes that share out lanes over leases which lie in memory.
type world struct {
	now   time.Time
	lanes []int64
	table map[string]store.Lease
	nodes []*heldLanes
	born  int
	// moved counts the lanes that came to a node.
	moved int
}

func (w *world) join() {
	w.born++
	c := &Core{Options: Options{Holder: fmt.Sprint("node ", w.born), Now: func() time.Time { return w.now }}, lanes: newLaneBoard()}
	w.nodes = append(w.nodes, c.holding(w.lanes))
}

// acquire is what the store does.
func (w *world) acquire(h *heldLanes, besides []int64) picture {
	for _, name := range h.wanted(besides) {
		l := w.table[name]
		if l.HeldAt(w.now) && l.Holder != h.core.Holder {
			continue
		}
		if l.Holder != h.core.Holder {
			l.Epoch++
		}
		w.table[name] = store.Lease{Name: name, Holder: h.core.Holder, Epoch: l.Epoch, UntilAt: w.now.Add(leaseTime).UnixMicro()}
	}
	return pictureOf(slices.Collect(maps.Values(w.table)), h.lanes, h.core.Holder, w.now)
}

// renew is one round of a node, which lets go of its excess at once.
func (w *world) renew(h *heldLanes) {
	before := len(h.epochs)
	if missing := h.adopt(w.acquire(h, nil), w.now); len(missing) > 0 {
		h.adopt(w.acquire(h, missing), w.now)
	}
	w.moved += max(0, len(h.epochs)-before)
	for lane := range h.excess {
		w.release(h, lane)
	}
	clear(h.excess)
}

func (w *world) release(h *heldLanes, lane int64) {
	if l := w.table[leaseName(lane)]; l.Holder == h.core.Holder {
		w.table[l.Name] = store.Lease{Name: l.Name, Epoch: l.Epoch + 1}
	}
	delete(h.epochs, lane)
}

// leave is a node that ends as it should; one that dies is only no longer there.
func (w *world) leave(h *heldLanes) {
	delete(w.table, nodeName(h.lanes, h.core.Holder))
	for lane := range maps.Clone(h.epochs) {
		w.release(h, lane)
	}
}

func (w *world) pass(rounds int) {
	for range rounds {
		w.now = w.now.Add(leaseRenewal)
		for _, h := range w.nodes {
			w.renew(h)
		}
	}
}

// Whoever comes, leaves or dies: a few moments later every lane has one owner,
// nobody has two more than another, and nothing moves any more.
func TestLanesAreSharedEvenly(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := &world{now: opening, lanes: lanesFrom(0, rapid.Int64Range(1, 20).Draw(t, "lanes")), table: make(map[string]store.Lease)}
		w.join()
		for range rapid.IntRange(1, 12).Draw(t, "turns") {
			n := rapid.IntRange(0, len(w.nodes)-1).Draw(t, "node")
			switch what := rapid.SampledFrom([]string{"join", "leave", "die", "pass"}).Draw(t, "what"); {
			case what == "join":
				w.join()
			case what != "pass" && len(w.nodes) > 1:
				if what == "leave" {
					w.leave(w.nodes[n])
				}
				w.nodes = slices.Delete(w.nodes, n, n+1)
			}
			w.pass(rapid.IntRange(0, 3).Draw(t, "rounds"))
		}
		w.pass(10)
		w.even(t)
		w.moved = 0
		w.pass(20)
		if w.moved > 0 {
			t.Errorf("%d lanes moved although nobody came or left", w.moved)
		}
		w.even(t)
	})
}

func (w *world) even(t *rapid.T) {
	counts, owners := make([]int, 0, len(w.nodes)), make(map[int64]int)
	for _, h := range w.nodes {
		counts = append(counts, len(h.epochs))
		for lane := range h.epochs {
			owners[lane]++
		}
	}
	if slices.Max(counts) > slices.Min(counts)+1 || len(owners) != len(w.lanes) {
		t.Errorf("%d of %d lanes are held: %v", len(owners), len(w.lanes), counts)
	}
	for lane, n := range owners {
		if n != 1 {
			t.Errorf("lane %d has %d owners", lane, n)
		}
	}
}

// A node that was cut off for longer than its lease, as all may have been, does
// not take everything because it is the first to be back.
func TestWhoComesBackFirstDoesNotTakeAll(t *testing.T) {
	t.Parallel()
	w := &world{now: opening, lanes: WorkLanes(), table: make(map[string]store.Lease)}
	w.join()
	w.join()
	w.pass(5)
	w.now, w.moved = w.now.Add(time.Minute), 0
	w.pass(5)
	if w.moved > 0 {
		t.Errorf("%d lanes moved", w.moved)
	}
}

// crew is nodes that sweep the same lanes of one database.
type crew struct {
	*house
	lanes []int64
	// swept is told after each sweep.
	swept chan struct{}

	mu sync.Mutex
	// by is the node that sweeps a lane and has not drained it yet.
	by map[int64]string
	// undrained are the lanes that another node swept before they were drained.
	undrained map[int64]bool
}

// crew has lanes that are swept every patience, whether there is something to do
// or not.
func (h *house) crew() *crew {
	return &crew{house: h, lanes: lanesFrom(1000, 16), swept: make(chan struct{}, 1), by: make(map[int64]string), undrained: make(map[int64]bool)}
}

// crewNode is one of them, which ends when it is told to.
type crewNode struct {
	holder string
	stop   context.CancelFunc
	ended  chan struct{}
}

// start begins a node, for whose lanes hang is waited for when they are drained.
func (c *crew) start(hang <-chan struct{}) *crewNode {
	ctx, stop := context.WithCancel(c.t.Context())
	core := c.newCore(storetest.Open(c.t, store.Options{DSN: c.dsn, Log: quiet}))
	n := &crewNode{holder: core.Holder, stop: stop, ended: make(chan struct{})}
	go func() {
		defer close(n.ended)
		core.RunLanes(ctx, c.lanes, func(_ context.Context, lane int64, _ Fence) (bool, error) {
			c.sweep(core.Holder, lane)
			return false, nil
		}, func(lane int64) {
			<-hang
			c.drain(core.Holder, lane)
		})
	}()
	c.t.Cleanup(func() { stop(); <-n.ended })
	return n
}

func (c *crew) sweep(holder string, lane int64) {
	c.mu.Lock()
	if before := c.by[lane]; before != "" && before != holder {
		c.undrained[lane] = true
	}
	c.by[lane] = holder
	c.mu.Unlock()
	select {
	case c.swept <- struct{}{}:
	default:
	}
}

func (c *crew) drain(holder string, lane int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.by[lane] == holder {
		delete(c.by, lane)
	}
}

// settled waits until each of some nodes sweeps its share, in lanes.
func (c *crew) settled(shares ...int) {
	c.t.Helper()
	for deadline := time.After(20 * time.Second); ; {
		select {
		case <-c.swept:
		case <-deadline:
			c.t.Fatalf("the lanes are held %v, want %v", c.shares(), shares)
		}
		if slices.Equal(c.shares(), shares) {
			return
		}
	}
}

// sweptAll waits until a node has swept every lane.
func (c *crew) sweptAll(n *crewNode) {
	c.t.Helper()
	for deadline := time.After(20 * time.Second); !c.sweeps(n); {
		select {
		case <-c.swept:
		case <-deadline:
			c.t.Fatal("some lanes are not swept")
		}
	}
}

func (c *crew) sweeps(n *crewNode) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return !slices.ContainsFunc(c.lanes, func(lane int64) bool { return c.by[lane] != n.holder })
}

// shares are how many lanes each node holds, the most first.
func (c *crew) shares() []int {
	c.t.Helper()
	leases, err := c.Store.Leases(c.t.Context())
	c.fatal(err)
	counts := make(map[string]int)
	for _, l := range leases {
		if slices.ContainsFunc(c.lanes, func(lane int64) bool { return leaseName(lane) == l.Name }) && l.HeldAt(opening) {
			counts[l.Holder]++
		}
	}
	return slices.SortedFunc(maps.Values(counts), func(a, b int) int { return cmp.Compare(b, a) })
}

// Nodes that come get their share, and those that leave hand theirs over, each
// lane once it is drained.
func TestNodesHandLanesOver(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		c, at := h.crew(), make(chan struct{})
		close(at)
		first := c.start(at)
		c.settled(16)
		second := c.start(at)
		c.settled(8, 8)
		c.start(at)
		c.settled(6, 5, 5)
		second.stop()
		<-second.ended
		c.settled(8, 8)
		first.stop()
		<-first.ended
		c.settled(16)
		if len(c.undrained) > 0 {
			t.Errorf("%d lanes were let go before they were drained", len(c.undrained))
		}
	})
}

// What hangs does not keep a lane from those who wait for it.
func TestALaneThatDoesNotDrainIsLetGo(t *testing.T) {
	h := onSQLite(t)
	c, at, later := h.crew(), make(chan struct{}), make(chan struct{})
	close(at)
	first := c.start(later)
	c.settled(16)
	second := c.start(at)
	c.settled(8, 8)
	first.stop()
	c.settled(16)
	c.sweptAll(second)
	close(later)
	<-first.ended
	if len(c.undrained) != 16 {
		t.Errorf("%d lanes were let go although they hung, want 16", len(c.undrained))
	}
}
