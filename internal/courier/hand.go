package courier

import (
	"maps"
	"slices"

	"golang.org/x/sync/semaphore"

	"github.com/covernote/covernote/internal/core"
)

// line is what reaches an endpoint in order: the notices about one order or policy.
type line struct{ endpoint, owner string }

func lineOf(j core.Job) line { return line{j.Endpoint(), j.Owner()} }

// take puts a round in hand: nothing more is read for its endpoint until it is
// vacated, and nothing more of its lines until they are let go.
func (c *Courier) take(r *round) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.busy == nil {
		c.busy, c.held = make(map[int64]map[string]bool), make(map[line]*round)
	}
	if c.busy[r.lane] == nil {
		c.busy[r.lane] = make(map[string]bool)
	}
	c.busy[r.lane][r.endpoint] = true
	for _, job := range r.jobs {
		c.held[lineOf(job)] = r
	}
}

// vacate lets more be read for the endpoint of a round. Only the first time counts:
// later rounds have it to themselves.
func (r *round) vacate() {
	r.vacated.Do(func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		delete(r.busy[r.lane], r.endpoint)
	})
}

// letGo lets more be read of a line, once what was told of it is reported. It is
// perhaps in hand of another round already.
func (r *round) letGo(jobs ...core.Job) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, job := range jobs {
		if l := lineOf(job); r.held[l] == r {
			delete(r.held, l)
		}
	}
}

// remindRound says of a notice that was told by name, and is reported, to the round that
// may have read it before: it would tell it again.
func (c *Courier) remindRound(job core.Job) {
	c.mu.Lock()
	defer c.mu.Unlock()
	r := c.held[lineOf(job)]
	if r == nil {
		return
	}
	if r.outside == nil {
		r.outside = make(map[string]bool)
	}
	r.outside[job.ID()] = true
}

// toldOutside tells whether a notice of the round was told by name since it was read.
func (r *round) toldOutside(id string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.outside[id]
}

// inHand are the lines in hand at present, and the endpoints of a lane of which nothing
// more is to be read: those that are being read, and those of which enough is in hand
// because it is reported more slowly than it is told.
func (c *Courier) inHand(lane int64) (held map[line]bool, busy []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	held = make(map[line]bool, len(c.held))
	count := make(map[string]int)
	for l := range c.held {
		held[l] = true
		if count[l.endpoint]++; count[l.endpoint] == jobsRead+1 {
			busy = append(busy, l.endpoint)
		}
	}
	return held, slices.AppendSeq(busy, maps.Keys(c.busy[lane]))
}

// slots bound how many tries are made at an endpoint at once, by all its rounds.
type slots struct {
	*semaphore.Weighted
	count int
}

// slotsFor keeps the slots of an endpoint. Another pace begins with new ones.
func (c *Courier) slotsFor(endpoint string, p core.Pace) *slots {
	count := c.atOnce(p)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.slots == nil {
		c.slots = make(map[string]*slots)
	}
	if s := c.slots[endpoint]; s != nil && s.count == count {
		return s
	}
	c.slots[endpoint] = &slots{Weighted: semaphore.NewWeighted(int64(count)), count: count}
	return c.slots[endpoint]
}
