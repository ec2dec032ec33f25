package courier

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect"
)

const (
	// defaultAtOnce is how many notices an endpoint gets at the same time if
	// nothing is said.
	defaultAtOnce = 16
	// jobsRead is how many due notices of an endpoint are read together.
	jobsRead = 512
	// roundTime is how long notices that were read together are begun: then what is
	// left is read anew, because the endpoint may have been paused or changed.
	roundTime = 5 * time.Second
)

// Courier delivers notices: it claims what is due, asks the partner's dialect
// for the words, posts them, and reports what became of it.
type Courier struct {
	Core     *core.Core
	Dialects map[core.Family]dialect.Dialect
	Poster   *Poster
	// Mailer sends e-mails; without it they fail until there is one.
	Mailer Mailer
	// Timeout bounds one try.
	Timeout time.Duration
	// Pace is that of endpoints of which nothing else is said; 0 is 16 at once, and
	// any number in a minute.
	Pace core.Pace
	// Address turns a stored URL into the one to post to and the time that may
	// take; nil leaves both.
	Address func(url string) (string, time.Duration)
	// Told is called after each try, for metrics.
	Told func(core.Partner, core.Outcome)
	Log  *slog.Logger

	mu sync.Mutex
	// underway are the notices that are being told.
	underway map[string]chan struct{}
	// busy are the endpoints of each lane of which nothing is read at present, and
	// held whose notices were read and are not reported yet.
	busy     map[int64]map[string]bool
	held     map[line]*round
	ledgers  map[string]*ledger
	limiters map[string]*rate.Limiter
	slots    map[string]*slots
}

// Run delivers until ctx ends, in the lanes that this node holds, and returns
// when the tries under way have ended.
func (c *Courier) Run(ctx context.Context) {
	groups := make(map[int64]*sync.WaitGroup)
	for _, lane := range core.NoticeLanes() {
		groups[lane] = new(sync.WaitGroup)
	}
	c.Core.RunLanes(ctx, core.NoticeLanes(), func(ctx context.Context, lane int64, fence core.Fence) (bool, error) {
		return false, c.sweep(ctx, groups[lane], lane, fence)
	}, func(lane int64) { groups[lane].Wait() })
}

// sweep takes the notices due in a lane in hand, all of an endpoint together.
// An endpoint that has enough in hand is left out of the reading, so that one
// that hangs holds up nobody else.
func (c *Courier) sweep(ctx context.Context, group *sync.WaitGroup, lane int64, fence core.Fence) error {
	held, busy := c.inHand(lane) // before the reading: what is reported during it was read as due
	jobs, now, err := c.Core.JobsDue(ctx, lane, jobsRead+len(held), busy...)
	if err != nil {
		return err
	}
	byEndpoint := make(map[string][]core.Job)
	for _, job := range jobs {
		if !held[lineOf(job)] {
			byEndpoint[job.Endpoint()] = append(byEndpoint[job.Endpoint()], job)
		}
	}
	for endpoint, jobs := range byEndpoint {
		r := &round{Courier: c, endpoint: endpoint, lane: lane, fence: fence, jobs: jobs, now: now, read: time.Now()}
		c.take(r)
		group.Go(func() { r.run(ctx) })
	}
	return nil
}

// round is what goes to one endpoint together.
type round struct {
	*Courier
	endpoint string
	lane     int64
	fence    core.Fence
	jobs     []core.Job
	// now is the business time at which the round was read.
	now  time.Time
	read time.Time
	// recording are the tries that are being reported.
	recording sync.WaitGroup
	vacated   sync.Once
	// outside are notices that were told by name since the round was read.
	outside map[string]bool
}

// run tells an endpoint what is due. Afterwards it is looked at again at once, or
// when it may be told more; but not if nothing could be done.
func (r *round) run(ctx context.Context) {
	deliveries, err := r.Core.Deliveries(ctx, r.jobs)
	if err != nil && ctx.Err() == nil {
		r.Log.Error("notices not read", "endpoint", r.endpoint, "error", err)
	}
	if err != nil || len(deliveries) == 0 {
		r.letGo(r.jobs...)
		r.vacate()
		return
	}
	allowed, wait := r.allow(r.endpoint, deliveries[0].Pace, len(deliveries))
	r.work(ctx, deliveries[:allowed], wait == 0)
	r.recording.Wait()
	r.letGo(r.jobs...)
	time.AfterFunc(wait, r.again)
}

// again has the endpoint looked at.
func (r *round) again() {
	r.vacate()
	r.Core.Wake(r.lane)
}

// work makes tries until ctx or the time of the round ends: what is left then stays
// due. A few go at once, but those about one order or policy one after the other. An
// endpoint that is at ease may be told other things before the last of them has its
// answer; if more is due already, it is read while the second half is told.
func (r *round) work(ctx context.Context, deliveries []core.Delivery, atEase bool) {
	slots := r.slotsFor(r.endpoint, deliveries[0].Pace)
	var group sync.WaitGroup
	defer group.Wait()
	all := chains(deliveries)
	for i, chain := range all {
		if slots.Acquire(ctx, 1) != nil {
			return // told to stop
		}
		group.Go(func() {
			defer slots.Release(1)
			r.follow(ctx, chain)
		})
		if atEase && i == len(all)/2 && len(r.jobs) >= jobsRead {
			r.again()
		}
	}
	if atEase {
		r.vacate()
	}
}

// chains divides deliveries by what they are about, in the order in which each
// begins.
func chains(deliveries []core.Delivery) (all [][]core.Delivery) {
	places := make(map[string]int)
	for _, d := range deliveries {
		place, met := places[d.Owner()]
		if !met {
			place = len(all)
			places[d.Owner()] = place
			all = append(all, nil)
		}
		all[place] = append(all[place], d)
	}
	return all
}

// follow makes tries one after the other, as long as nothing has to be tried again
// first.
func (r *round) follow(ctx context.Context, chain []core.Delivery) {
	for i, d := range chain {
		if ctx.Err() != nil || time.Since(r.read) > roundTime {
			return
		}
		done, fresh := r.begin(d.ID())
		if !fresh {
			return
		}
		if r.toldOutside(d.ID()) {
			done()
			return
		}
		// A try that was begun is reported even if the node is told to stop.
		whole := context.WithoutCancel(ctx)
		outcome := r.deliver(whole, d, r.now.Add(time.Since(r.read)))
		halted := !outcome.Delivered && outcome.Again > 0
		r.recording.Add(1)
		r.record(whole, entry{tried: core.Tried{Delivery: d, Outcome: outcome}, fence: r.fence, done: func() {
			done()
			if halted || i == len(chain)-1 {
				r.letGo(d.Job)
			}
			r.recording.Done()
		}})
		if halted {
			return
		}
	}
}

// Deliver makes one try at a business time and returns when it was reported.
// If the notice is under way already it waits for that try instead.
func (c *Courier) Deliver(ctx context.Context, job core.Job, at time.Time) {
	done, fresh := c.begin(job.ID())
	if !fresh {
		c.await(ctx, job.ID())
		return
	}
	defer done()
	d, err := c.Core.Delivery(ctx, job)
	if errors.Is(err, core.ErrTried) || errors.Is(err, core.ErrBehind) {
		return
	}
	if err != nil {
		c.Log.Error("notice not read", "notice", job.ID(), "error", err)
		return
	}
	recorded := make(chan struct{})
	tried := core.Tried{Delivery: d, Outcome: c.deliver(ctx, d, at)}
	c.record(context.WithoutCancel(ctx), entry{tried: tried, done: func() { close(recorded) }})
	<-recorded
	c.remindRound(job)
}

// begin marks a notice as under way; fresh is false if it was already.
func (c *Courier) begin(id string) (done func(), fresh bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.underway == nil {
		c.underway = make(map[string]chan struct{})
	}
	if c.underway[id] != nil {
		return nil, false
	}
	ended := make(chan struct{})
	c.underway[id] = ended
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.underway, id)
		close(ended)
	}, true
}

func (c *Courier) await(ctx context.Context, id string) {
	c.mu.Lock()
	ended := c.underway[id]
	c.mu.Unlock()
	if ended == nil {
		return
	}
	select {
	case <-ended:
	case <-ctx.Done():
	}
}
