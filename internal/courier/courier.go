package courier

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect"
	"github.com/covernote/covernote/internal/planted"
)

const (
	// jobsAtOnce is how many notices of a lane are under way at the same time,
	// so that an endpoint that hangs holds up only what shares its lane.
	jobsAtOnce = 16
	jobsRead   = 128
)

// Courier delivers notices: it claims what is due, asks the partner's dialect
// for the words, posts them, and reports what became of it.
type Courier struct {
	Core     *core.Core
	Dialects map[core.Family]dialect.Dialect
	Poster   *Poster
	// Timeout bounds one try.
	Timeout time.Duration
	// Address turns a stored URL into the one to post to and the time that may
	// take; nil leaves both.
	Address func(url string) (string, time.Duration)
	// Told is called after each try, for metrics.
	Told func(core.Partner, core.Outcome)
	Log  *slog.Logger

	mu       sync.Mutex
	underway map[string]chan struct{}
	slots    map[int64]*semaphore.Weighted
}

// Run delivers until ctx ends, in the lanes that this node holds, and returns
// when the tries under way have ended.
func (c *Courier) Run(ctx context.Context) {
	var group sync.WaitGroup
	c.Core.RunLanes(ctx, core.NoticeLanes(), func(ctx context.Context, lane int64, fence core.Fence) (bool, error) {
		return c.sweep(ctx, &group, lane, fence)
	}, group.Wait)
}

// sweep starts every delivery due in a lane that is not under way. It may ask
// for another sweep only if it started all it read: what is under way stays
// due until it is reported.
func (c *Courier) sweep(ctx context.Context, group *sync.WaitGroup, lane int64, fence core.Fence) (bool, error) {
	jobs, now, err := c.Core.JobsDue(ctx, lane, jobsRead)
	if err != nil {
		return false, err
	}
	read := time.Now()
	started := 0
	slots := c.slotsOf(lane)
	for _, job := range jobs {
		done, fresh := c.begin(job.ID())
		if !fresh {
			continue
		}
		if err := slots.Acquire(ctx, 1); err != nil {
			done()
			return false, err
		}
		started++
		group.Go(func() {
			defer slots.Release(1)
			defer done()
			// A try that was begun is reported even if the node is told to stop.
			c.deliver(context.WithoutCancel(ctx), job, now.Add(time.Since(read)), fence)
		})
	}
	return started == jobsRead, nil
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
	if errors.Is(err, core.ErrTried) {
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

// try posts a notice once.
func (c *Courier) try(ctx context.Context, d core.Delivery, at time.Time) core.Outcome {
	message, err := c.Dialects[d.Notice.Partner.Family].Tell(d.Notice)
	if err != nil {
		c.Log.Error("notice cannot be built", "notice", d.ID(), "event", d.Notice.Event.Type, "error", err)
		return core.Outcome{At: at, Fault: "the message could not be built"}
	}
	url, timeout := d.URL, c.Timeout
	if c.Address != nil {
		url, timeout = c.Address(url)
	}
	attempt := c.Poster.Post(ctx, Request{URL: url, Header: header(d, message), Body: message.Body}, timeout)
	outcome := core.Outcome{
		At: at, Duration: attempt.Duration, Status: attempt.Status, Request: message.Body, Answer: attempt.Answer,
		Fault: attempt.Err, Delivered: attempt.Delivered(),
	}
	if !outcome.Delivered {
		if wait, more := Next(d.ID(), d.Attempt); more {
			outcome.Again = max(wait, attempt.RetryAfter)
		}
	}
	return outcome
}

// header is what every notice carries beside its dialect's own headers. The
// delivery id is the same however often the notice is sent.
func header(d core.Delivery, message dialect.Message) http.Header {
	h := http.Header{}
	maps.Copy(h, message.Header)
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("Covernote-Delivery-Id", d.ID())
	h.Set("Covernote-Event-Id", d.Notice.Event.ID)
	signed := message.Body
	if planted.Bug(planted.SignatureOverReencoded) {
		var value any
		_ = json.Unmarshal(signed, &value)
		signed, _ = json.Marshal(value) // PLANTED: not the bytes that are sent.
	}
	h.Set(SignatureHeader, Signature(d.Secret, signed, time.Now()))
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

func (c *Courier) slotsOf(lane int64) *semaphore.Weighted {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.slots == nil {
		c.slots = make(map[int64]*semaphore.Weighted)
	}
	if c.slots[lane] == nil {
		c.slots[lane] = semaphore.NewWeighted(jobsAtOnce)
	}
	return c.slots[lane]
}
