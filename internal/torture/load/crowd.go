package load

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/covernote/covernote/internal/torture/ledger"
	"github.com/covernote/covernote/internal/torture/report"
)

// Options are what a crowd is made of.
type Options struct {
	// Seed and the number of a deed decide what the deed is.
	Seed uint64
	// Clients is how many deeds are done at once.
	Clients int
	// Nodes are the URLs at which the server is reached.
	Nodes    []string
	Ledger   *ledger.Ledger
	Findings *report.Findings
}

// Crowd are clients that do deeds at the same time, as many as it is permitted.
type Crowd struct {
	Options
	client  *http.Client
	permits chan int
	acks    chan struct{}
	asked   atomic.Int64 // deeds permitted so far
	missed  atomic.Int64 // answers missed and asked for again
	group   sync.WaitGroup
	stop    context.CancelFunc

	// clock is held by each deed for reading, and for writing by who moves it.
	clock sync.RWMutex
	// open counts the deeds in hand.
	open atomic.Int64

	mu   sync.Mutex
	info Info
	era  int
	// session is the pool's bearer token; it goes with an era.
	session string
}

// mostDeeds bounds what may be permitted at once.
const mostDeeds = 1 << 20

// New begins a crowd, which waits until it is permitted something. It must be
// ended.
func New(ctx context.Context, o Options) (*Crowd, error) {
	ctx, stop := context.WithCancel(ctx)
	c := &Crowd{Options: o, client: NewClient(), permits: make(chan int, mostDeeds), acks: make(chan struct{}, mostDeeds), stop: stop}
	if err := c.readInfo(ctx); err != nil {
		stop()
		return nil, err
	}
	for range o.Clients {
		c.group.Go(func() { c.work(ctx) })
	}
	return c, nil
}

// End has every client stop where it is.
func (c *Crowd) End() {
	c.stop()
	c.group.Wait()
	c.client.CloseIdleConnections()
}

// Relax lets go of connections that nobody uses.
func (c *Crowd) Relax() { c.client.CloseIdleConnections() }

// Permit lets so many further deeds be begun.
func (c *Crowd) Permit(deeds int) {
	for range deeds {
		c.permits <- int(c.asked.Add(1))
	}
}

// Recall takes back what was permitted and not begun.
func (c *Crowd) Recall() {
	for {
		select {
		case <-c.permits:
		default:
			return
		}
	}
}

// Missed counts the tries that brought no answer.
func (c *Crowd) Missed() int { return int(c.missed.Load()) }

// Info is what the sandbox says of itself at present.
func (c *Crowd) Info() Info {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.info
}

// Acknowledged waits for so many further acknowledgements.
func (c *Crowd) Acknowledged(ctx context.Context, count int, longest time.Duration) error {
	ctx, cancel := context.WithTimeoutCause(ctx, longest, fmt.Errorf("nothing was acknowledged for %s", longest))
	defer cancel()
	for range count {
		if c.idle() {
			return nil
		}
		select {
		case <-c.acks:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return nil
}

// forget takes acknowledgements that nobody has waited for.
func (c *Crowd) forget() {
	for {
		select {
		case <-c.acks:
		default:
			return
		}
	}
}

func (c *Crowd) idle() bool {
	return c.open.Load() == 0 && len(c.permits) == 0 && len(c.acks) == 0
}

// Settle waits until every deed that was permitted is decided.
func (c *Crowd) Settle(ctx context.Context, longest time.Duration) error {
	ctx, cancel := context.WithTimeoutCause(ctx, longest, errors.New("clients do not get answers"))
	defer cancel()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		c.forget()
		if c.idle() {
			return nil
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-tick.C:
		}
	}
}

// WithClock waits until no deed is in hand, has move move the clock, and reads
// the samples of the time that is now.
func (c *Crowd) WithClock(ctx context.Context, move func() error) error {
	c.clock.Lock()
	defer c.clock.Unlock()
	if err := move(); err != nil {
		return err
	}
	return c.readInfo(ctx)
}

// readInfo asks one node after the other until one answers.
func (c *Crowd) readInfo(ctx context.Context) error {
	var info Info
	var err error
	pause := 5 * time.Millisecond
	for n := range 100 {
		if info, err = ReadInfo(ctx, c.client, c.Nodes[n%len(c.Nodes)]); err == nil || ctx.Err() != nil {
			break
		}
		pause = wait(ctx, pause)
	}
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.info, c.session = info, ""
	c.era++
	return nil
}

func (c *Crowd) work(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case number := <-c.permits:
			c.open.Add(1)
			c.clock.RLock()
			c.do(ctx, number)
			c.clock.RUnlock()
			c.open.Add(-1)
		}
	}
}

// numbered is the deed of a number, which with the seed says all about it but the
// time.
func (c *Crowd) numbered(number int) *deed {
	chance := rand.New(rand.NewPCG(c.Seed, uint64(number)))
	c.mu.Lock()
	defer c.mu.Unlock()
	return &deed{
		Deed:  &ledger.Deed{Name: fmt.Sprintf("%d-%d", c.Seed%100_000, number), Era: c.era},
		crowd: c, chance: chance, info: c.info, node: chance.IntN(len(c.Nodes)),
	}
}

// do does the deed of a number.
func (c *Crowd) do(ctx context.Context, number int) {
	d := c.numbered(number)
	defer c.Ledger.End(d.Deed)
	mix := []struct {
		weight int
		do     func(*deed, context.Context)
	}{
		{8, (*deed).order}, {2, (*deed).orders}, {2, (*deed).subscribe}, {1, (*deed).orderUnknown},
		{4, (*deed).bookAtOnce}, {5, (*deed).quoteAndBook}, {2, (*deed).bookRenewable}, {3, (*deed).inquire},
	}
	total := 0
	for _, m := range mix {
		total += m.weight
	}
	draw := d.chance.IntN(total)
	for _, m := range mix {
		if draw -= m.weight; draw < 0 {
			m.do(d, ctx)
			return
		}
	}
}
