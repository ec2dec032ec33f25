package store

import (
	"context"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/covernote/covernote/internal/planted"
)

const (
	flushSize     = 256             // lists that share a transaction at most
	flushAttempts = 4               // runs of one flush before its callers are told to come back
	flushTimeout  = 8 * time.Second // one run; longer than the server's own time-outs
)

// request is a change list on its way through a writer.
type request struct {
	changes *Changes
	state   atomic.Int32
	done    chan error
}

const (
	waiting int32 = iota
	taken
	withdrawn
)

func newRequest(c *Changes) *request { return &request{changes: c, done: make(chan error, 1)} }

// take and withdraw exclude each other: what a writer has taken is run, what a
// caller has withdrawn is not.
func (r *request) take() bool     { return r.state.CompareAndSwap(waiting, taken) }
func (r *request) withdraw() bool { return r.state.CompareAndSwap(waiting, withdrawn) }

func (r *request) wait(ctx context.Context) error {
	select {
	case err := <-r.done:
		return err
	case <-ctx.Done():
		if r.withdraw() {
			return unavailable(ctx.Err())
		}
		return <-r.done
	}
}

// writer gathers change lists and makes them durable, one transaction after
// the other. It waits for nothing but the database and decides nothing.
type writer struct {
	queue   chan *request
	stopped chan struct{}
	connect func(context.Context) (session, error)
	flavour *flavour
	health  *health

	session session    // nil until needed, and after it failed
	held    []*request // taken, but their guards were in the previous flush
}

func startWriter(connect func(context.Context) (session, error), f *flavour, h *health) *writer {
	w := &writer{
		queue:   make(chan *request, 4*flushSize),
		stopped: make(chan struct{}),
		connect: connect, flavour: f, health: h,
	}
	go w.loop()
	return w
}

// stop lets the writer finish what is queued. Nothing may be queued after it.
func (w *writer) stop() {
	close(w.queue)
	<-w.stopped
}

func (w *writer) loop() {
	defer close(w.stopped)
	defer w.drop()
	for {
		flush := w.gather()
		if flush == nil {
			return
		}
		w.flush(flush)
	}
}

// gather takes one request, waiting for it if need be, and whatever else is
// there by then. nil means that the queue is closed and empty.
func (w *writer) gather() []*request {
	g := gathering{guards: map[string]struct{}{}}
	earlier := w.held
	w.held = nil
	for _, r := range earlier {
		w.admit(&g, r)
	}
	for len(g.requests) == 0 {
		r, open := <-w.queue
		if !open {
			return nil
		}
		w.receive(&g, r)
	}
	w.giveWay()
	for len(g.requests) < flushSize && len(w.held) < flushSize {
		select {
		case r, open := <-w.queue:
			if !open {
				return g.requests
			}
			w.receive(&g, r)
		default:
			return g.requests
		}
	}
	return g.requests
}

// giveWay lets those who are about to hand in a list do so, since a flush costs
// hardly more for many lists than for one. Where the processors have nothing else to
// do it takes no time; it ends when nobody came.
func (w *writer) giveWay() {
	for met := -1; met < len(w.queue) && len(w.queue) < flushSize; {
		met = len(w.queue)
		runtime.Gosched()
	}
}

func (w *writer) receive(g *gathering, r *request) {
	if r.take() {
		w.admit(g, r)
	}
}

// admit puts the request into the flush, or holds it for the next one if a
// list with the same guard is ahead of it.
func (w *writer) admit(g *gathering, r *request) {
	if !g.add(r) {
		w.held = append(w.held, r)
	}
}

// gathering is a flush being put together.
type gathering struct {
	requests []*request
	guards   map[string]struct{}
}

// add refuses a list that shares a guard with one that is in the flush, or that
// was refused before it: lists with the same guard keep their order.
func (g *gathering) add(r *request) bool {
	free := true
	for _, guard := range r.changes.guards {
		if _, met := g.guards[guard]; met {
			free = false
		}
	}
	for _, guard := range r.changes.guards {
		g.guards[guard] = struct{}{}
	}
	if free {
		g.requests = append(g.requests, r)
	}
	return free
}

// flush makes the requests' lists durable and answers every caller. Sorted by
// part, so that two nodes lock rows in the same order as far as can be known.
func (w *writer) flush(requests []*request) {
	slices.SortStableFunc(requests, func(a, b *request) int {
		return strings.Compare(a.changes.part, b.changes.part)
	})
	if planted.Bug(planted.AcknowledgeBeforeCommit) {
		for _, r := range requests {
			r.done <- nil // PLANTED: everybody hears "stored" before anything is.
		}
	}
	verdicts, err := w.run(listsOf(requests))
	for _, r := range requests {
		if err != nil {
			r.done <- unavailable(err)
			continue
		}
		r.done <- verdicts[r.changes]
	}
}

func listsOf(requests []*request) []*Changes {
	lists := make([]*Changes, len(requests))
	for i, r := range requests {
		lists[i] = r.changes
	}
	return lists
}

// run tries until the fate of every list is known. An error means that nothing
// is stored, or that nobody can say.
func (w *writer) run(lists []*Changes) (verdicts map[*Changes]error, err error) {
	for attempt := range flushAttempts {
		t := newTransaction(w.flavour, lists, attempt == flushAttempts-1)
		if err = w.attempt(t); err == nil {
			return t.verdicts, nil
		}
		w.drop()
		if t.committing {
			committed, unknown := w.resolve(t)
			if unknown != nil {
				w.health.fail(unknown)
				return nil, unknown
			}
			if committed {
				return t.verdicts, nil
			}
		}
		if ail := w.flavour.classify(err); ail == mistake || ail == outage {
			break
		}
	}
	if w.flavour.classify(err) != clash {
		w.health.fail(err)
	}
	return nil, err
}

// attempt runs one transaction on the writer's session, opening it if need be.
func (w *writer) attempt(t *transaction) error {
	if err := w.health.cause(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), flushTimeout)
	defer cancel()
	if w.session == nil {
		session, err := w.connect(ctx)
		if err != nil {
			return err
		}
		w.session = session
	}
	return t.run(ctx, w.session)
}

// drop discards the session; the next attempt opens a fresh one.
func (w *writer) drop() {
	if w.session != nil {
		w.session.discard()
		w.session = nil
	}
}
