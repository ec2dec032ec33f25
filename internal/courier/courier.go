package courier

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect"
	"github.com/covernote/covernote/internal/planted"
)

const (
	// atOnce is how many notices an endpoint gets at the same time.
	atOnce = 4
	// jobsRead is how many due notices of a lane are read together.
	jobsRead = 128
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
	// Address turns a stored URL into the one to post to and the time that may
	// take; nil leaves both.
	Address func(url string) (string, time.Duration)
	// Told is called after each try, for metrics.
	Told func(core.Partner, core.Outcome)
	Log  *slog.Logger

	mu sync.Mutex
	// underway are the notices in hand, busy the endpoints they go to by lane.
	underway map[string]chan struct{}
	busy     map[int64]map[string]bool
}

// Run delivers until ctx ends, in the lanes that this node holds, and returns
// when the tries under way have ended.
func (c *Courier) Run(ctx context.Context) {
	groups := make(map[int64]*sync.WaitGroup)
	for _, lane := range core.NoticeLanes() {
		groups[lane] = new(sync.WaitGroup)
	}
	c.Core.RunLanes(ctx, core.NoticeLanes(), func(ctx context.Context, lane int64, fence core.Fence) (bool, error) {
		return c.sweep(ctx, groups[lane], lane, fence)
	}, func(lane int64) { groups[lane].Wait() })
}

// sweep takes the notices due in a lane in hand, all of an endpoint together.
// An endpoint that has notices in hand is left out of the reading, so that one
// that hangs holds up nobody else.
func (c *Courier) sweep(ctx context.Context, group *sync.WaitGroup, lane int64, fence core.Fence) (bool, error) {
	jobs, now, err := c.Core.JobsDue(ctx, lane, jobsRead, c.busyIn(lane)...)
	if err != nil {
		return false, err
	}
	read := time.Now()
	byEndpoint := make(map[string][]core.Job)
	for _, job := range jobs {
		byEndpoint[job.Endpoint()] = append(byEndpoint[job.Endpoint()], job)
	}
	for endpoint, batch := range byEndpoint {
		c.occupy(lane, endpoint)
		group.Go(func() {
			defer c.Core.Wake(lane)
			defer c.vacate(lane, endpoint)
			c.work(ctx, batch, func(job core.Job) {
				// A try that was begun is reported even if the node is told to stop.
				c.once(context.WithoutCancel(ctx), job, now.Add(time.Since(read)), fence)
			})
		})
	}
	return len(jobs) == jobsRead, nil
}

// work does a batch until ctx ends: what is left then stays due. A few go at
// once, but those about one order or policy one after the other.
func (c *Courier) work(ctx context.Context, batch []core.Job, do func(core.Job)) {
	chains := make(map[string][]core.Job)
	for _, job := range batch {
		chains[job.Owner()] = append(chains[job.Owner()], job)
	}
	var group errgroup.Group
	group.SetLimit(atOnce)
	for _, chain := range chains {
		group.Go(func() error {
			for _, job := range chain {
				if ctx.Err() == nil {
					do(job)
				}
			}
			return nil
		})
	}
	_ = group.Wait() // no job answers with an error
}

// once makes a try unless the notice is in hand already.
func (c *Courier) once(ctx context.Context, job core.Job, at time.Time, fence core.Fence) {
	done, fresh := c.begin(job.ID())
	if !fresh {
		return
	}
	defer done()
	c.deliver(ctx, job, at, fence)
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
	c.deliver(ctx, job, at, core.Fence{})
}

func (c *Courier) deliver(ctx context.Context, job core.Job, at time.Time, fence core.Fence) {
	delivery, err := c.Core.Delivery(ctx, job)
	if errors.Is(err, core.ErrTried) || errors.Is(err, core.ErrBehind) {
		return
	}
	if err != nil {
		c.Log.Error("notice not read", "notice", job.ID(), "error", err)
		return
	}
	outcome := c.try(ctx, delivery, at)
	if !outcome.Delivered && outcome.Again == 0 {
		c.Log.Error("notice given up", "notice", job.ID(), "part", delivery.Notice.Partner.Part,
			"attempt", delivery.Attempt, "outcome", outcome.Fault, "status", outcome.Status,
			"next", "covernote notices list --state given_up")
	}
	if c.Told != nil {
		c.Told(delivery.Notice.Partner, outcome)
	}
	if err := c.Core.Report(ctx, delivery, outcome, fence); err != nil {
		c.Log.Error("notice not reported", "notice", job.ID(), "error", err)
	}
}

// try makes one try to send a notice, as a webhook or as an e-mail.
func (c *Courier) try(ctx context.Context, d core.Delivery, at time.Time) core.Outcome {
	speaker := c.Dialects[d.Notice.Partner.Family]
	message, err := speaker.Tell(d.Notice)
	switch {
	case err != nil:
		c.Log.Error("notice cannot be built", "notice", d.ID(), "event", d.Notice.Event.Type, "error", err)
		return core.Outcome{At: at, Fault: "the message could not be built"}
	case message.Mail != nil:
		return c.mail(ctx, d, *message.Mail, at)
	}
	return c.post(ctx, speaker, d, message, at)
}

// post posts a notice once.
func (c *Courier) post(ctx context.Context, speaker dialect.Dialect, d core.Delivery, message dialect.Message, at time.Time) core.Outcome {
	url, timeout := d.URL, c.Timeout
	if c.Address != nil {
		url, timeout = c.Address(url)
	}
	attempt := c.Poster.Post(ctx, Request{URL: url, Header: header(speaker, d, message, at), Body: message.Body}, timeout)
	outcome := core.Outcome{
		At: at, Duration: attempt.Duration, Status: attempt.Status, Request: message.Body, Answer: attempt.Answer,
		Fault: attempt.Err, Delivered: attempt.Status != 0 && speaker.Delivered(attempt.Status),
	}
	if !outcome.Delivered {
		tries := speaker.Tries(d.Notice.Partner)
		if wait, more := Next(d.ID(), d.Attempt); more && (tries == 0 || d.Attempt < tries) {
			outcome.Again = max(wait, attempt.RetryAfter)
		}
	}
	return outcome
}

// header is what every webhook carries beside its dialect's own headers. The
// delivery id is the same however often the notice is sent; Sent-At is business
// time, which a sandbox moves.
func header(speaker dialect.Dialect, d core.Delivery, message dialect.Message, at time.Time) http.Header {
	now := time.Now()
	h := http.Header{"Content-Type": {"application/json; charset=utf-8"}}
	maps.Copy(h, message.Header)
	maps.Copy(h, speaker.Sign(d.Notice, message.Body, d.Key, now))
	h.Set("Covernote-Delivery-Id", d.ID())
	h.Set("Covernote-Event-Id", d.Notice.Event.ID)
	h.Set("Covernote-Sent-At", at.Format(time.RFC3339Nano))
	signed := message.Body
	if planted.Bug(planted.SignatureOverReencoded) {
		var value any
		_ = json.Unmarshal(signed, &value)
		signed, _ = json.Marshal(value) // PLANTED: not the bytes that are sent.
	}
	h.Set(SignatureHeader, Signature(d.Secret, signed, now))
	return h
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

func (c *Courier) busyIn(lane int64) []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Collect(maps.Keys(c.busy[lane]))
}

func (c *Courier) occupy(lane int64, endpoint string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.busy == nil {
		c.busy = make(map[int64]map[string]bool)
	}
	if c.busy[lane] == nil {
		c.busy[lane] = make(map[string]bool)
	}
	c.busy[lane][endpoint] = true
}

func (c *Courier) vacate(lane int64, endpoint string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.busy[lane], endpoint)
}
