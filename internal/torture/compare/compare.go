// Package compare holds what clients know against what the server says, read
// through the same APIs, and against what a partner's endpoint was told.
package compare

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/covernote/covernote/internal/torture/ledger"
	"github.com/covernote/covernote/internal/torture/load"
	"github.com/covernote/covernote/internal/torture/receiver"
	"github.com/covernote/covernote/internal/torture/report"
)

// Comparison is all that is compared at the end of a chapter.
type Comparison struct {
	// Base is the URL of a node that is well.
	Base     string
	Info     load.Info
	Deeds    []*ledger.Deed
	Told     *receiver.Receiver
	Findings *report.Findings

	client *http.Client
	// names are the deeds by name.
	names map[string]*ledger.Deed
	// contractsListed are those of hepster's list.
	contractsListed []contract
	// logs are the event logs by partner.
	logs map[string][]Event
}

// Run compares everything. An error says that it could not be compared.
func (c *Comparison) Run(ctx context.Context) error {
	c.client = load.NewClient()
	defer c.client.CloseIdleConnections()
	c.names = make(map[string]*ledger.Deed, len(c.Deeds))
	for _, d := range c.Deeds {
		c.names[d.Name] = d
		if s, open := d.Undecided(); open {
			c.Findings.Add("I3", d.Name, "what became of %s is unknown after %d tries, the last answered %d", s.Name, s.Tries, s.Status)
		}
	}
	for _, step := range []func(context.Context) error{
		c.readLogs, c.hepster, c.xcover, c.thinksurance, c.deliveries, c.tenants, c.offers, c.endings,
	} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// settling is how long everything may take to be recorded and told, once nothing
// stands in the way: a lane that was lost is taken over after seconds.
const settling = 30 * time.Second

// settle looks again and again until what is looked for is there, or settling is
// over.
func settle(ctx context.Context, look func() (there bool, err error)) error {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(settling); ; {
		if there, err := look(); err != nil || there || time.Now().After(deadline) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

// now is the time of the business.
func (c *Comparison) now(ctx context.Context) (time.Time, error) {
	var clock struct{ Now time.Time }
	err := c.read(ctx, "/sandbox/clock", nil, &clock)
	return clock.Now, err
}

// readFor is how long something is asked for that has to be answered.
const readFor = 20 * time.Second

// read asks for something that has to be answered 200, and decodes it.
func (c *Comparison) read(ctx context.Context, path string, sign func(*http.Request) error, into any) error {
	answer, err := c.ask(ctx, load.Request{Method: http.MethodGet, Path: path, Sign: sign})
	if err != nil {
		return err
	}
	if answer.Status != http.StatusOK {
		return fmt.Errorf("read %s: answered %d %.300s", path, answer.Status, answer.Body)
	}
	if err := json.Unmarshal(answer.Body, into); err != nil {
		return fmt.Errorf("read %s: %w in %.300s", path, err, answer.Body)
	}
	return nil
}

// ask asks until there is an answer.
func (c *Comparison) ask(ctx context.Context, r load.Request) (load.Answer, error) {
	ctx, cancel := context.WithTimeout(ctx, readFor)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		answer, err := load.Send(ctx, c.client, c.Base, r)
		if err == nil && answer.Status != http.StatusServiceUnavailable {
			return answer, nil
		}
		select {
		case <-ctx.Done():
			return answer, fmt.Errorf("read %s: %d %.200s %w", r.Path, answer.Status, answer.Body, err)
		case <-tick.C:
		}
	}
}

// open tells whether nobody can say yet whether the deed was done.
func open(d *ledger.Deed) bool {
	_, undecided := d.Undecided()
	return undecided
}

// count compares how many there are of something of a deed.
func (c *Comparison) count(d *ledger.Deed, what string, there, want int) {
	switch {
	case there < want:
		c.Findings.Add("I1", d.Name, "%d %s of %d that were acknowledged", there, what, want)
	case there > want && want > 0:
		c.Findings.Add("I2", d.Name, "%d %s instead of %d", there, what, want)
	case there > want && !open(d):
		c.Findings.Add("I5", d.Name, "%d %s that were never acknowledged", there, what)
	}
}
