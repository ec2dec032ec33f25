package compare

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"

	"github.com/covernote/covernote/internal/torture/load"
)

// Event is one of a partner's log.
type Event struct {
	ID       string
	Position int64
	Type     string
	Subject  string
	Sequence int64
	Data     json.RawMessage
}

// reader is a partner with how it signs in to Covernote's own API.
type reader struct {
	partner string
	sign    func(*http.Request) error
	// told are the types of events that the partner's webhook has words for.
	told []string
}

// The names of the partners whose webhooks we get.
const (
	hepsterShop      = "hepster"
	xcoverAgency     = "xcover"
	thinksurancePool = "thinksurance"
)

func (c *Comparison) readers() []reader {
	return []reader{
		{hepsterShop, c.Info.Hepster.Sign, []string{"order.booked", "order.refused"}},
		{xcoverAgency, load.Basic(c.Info.XCover.APIKey, c.Info.XCover.APISecret), []string{
			"booking.updated", "booking.cancelled", "renewal.announced", "renewal.due", "renewal.expired",
		}},
		{thinksurancePool, load.Basic(c.Info.Thinksurance.Hash, c.Info.Thinksurance.Secret), []string{
			"inquiry.created", "inquiry.updated", "inquiry.proposed", "inquiry.ordered",
		}},
	}
}

// readLogs reads every partner's log to its end, as often as something is still on
// its way, and looks for gaps.
func (c *Comparison) readLogs(ctx context.Context) error {
	c.logs = make(map[string][]Event)
	err := settle(ctx, func() (bool, error) {
		for _, r := range c.readers() {
			if err := c.readLog(ctx, r); err != nil {
				return false, err
			}
		}
		return c.complete(), nil
	})
	if err != nil {
		return err
	}
	for _, r := range c.readers() {
		c.unbroken(r.partner)
		c.eachOnce(r.partner)
	}
	return nil
}

// readLog reads on where the log was read to.
func (c *Comparison) readLog(ctx context.Context, r reader) error {
	after := int64(0)
	if known := c.logs[r.partner]; len(known) > 0 {
		after = known[len(known)-1].Position
	}
	for more := true; more; {
		var page struct {
			Events []Event
			Next   int64
			More   bool
		}
		if err := c.read(ctx, fmt.Sprintf("/v1/events?limit=1000&after=%d", after), r.sign, &page); err != nil {
			return err
		}
		c.logs[r.partner] = append(c.logs[r.partner], page.Events...)
		after, more = page.Next, page.More
	}
	return nil
}

// complete tells whether the logs have all that was acknowledged, and all that was
// told, and whether all of them that is told was.
func (c *Comparison) complete() bool {
	recorded := make(map[string]int)
	arrivals := c.Told.Arrivals()
	for _, r := range c.readers() {
		for _, e := range c.logs[r.partner] {
			recorded[e.Type]++
			if slices.Contains(r.told, e.Type) && !arrivals[e.ID].Taken {
				return false
			}
			delete(arrivals, e.ID)
		}
	}
	recorded["order.booked"] += recorded["order.refused"]
	for kind, count := range c.expected() {
		if recorded[kind] < count {
			return false
		}
	}
	return len(arrivals) == 0
}

// expected counts the events that there must be at least.
func (c *Comparison) expected() map[string]int {
	least := make(map[string]int)
	for _, d := range c.Deeds {
		switch {
		case !d.Booked:
		case d.API == hepsterShop:
			least["order.booked"]++
		case d.API == xcoverAgency:
			least["booking.created"]++
			least["booking.updated"] += d.Changes
			if d.Cancelled {
				least["booking.cancelled"]++
			}
		default:
			least["inquiry.created"]++
			least["inquiry.ordered"] += d.Contracts
		}
	}
	return least
}

// unbroken looks for gaps in positions and in the numbers of each subject.
func (c *Comparison) unbroken(partner string) {
	numbers := make(map[string]int64)
	for n, e := range c.logs[partner] {
		if e.Position != int64(n)+1 {
			c.Findings.Add("I5", e.ID, "in the log of %s it stands at %d, %d were before it", partner, e.Position, n)
		}
		if numbers[e.Subject]++; e.Sequence != numbers[e.Subject] {
			c.Findings.Add("I5", e.ID, "it is number %d of %s in the log of %s, and comes as number %d", e.Sequence, e.Subject, partner, numbers[e.Subject])
		}
	}
}

// eachOnce looks for what the clock does twice: a premium of one interval, a
// renewal of one term, a step of a renewal.
func (c *Comparison) eachOnce(partner string) {
	seen := make(map[string]string)
	for _, e := range c.logs[partner] {
		var data struct {
			PaidTo    string `json:"paid_to"`
			RenewalID string `json:"renewal_id"`
		}
		_ = json.Unmarshal(e.Data, &data) // what has neither is passed over
		period := data.PaidTo
		switch e.Type {
		case "policy.premium_written", "policy.renewed":
		case "renewal.planned", "renewal.announced", "renewal.due", "renewal.expired":
			period = data.RenewalID
		default:
			continue
		}
		what := e.Type + " " + e.Subject + " " + period
		if before, twice := seen[what]; twice {
			c.Findings.Add("I15", e.ID, "%s of %s was told before by %s", e.Type, period, before)
		}
		seen[what] = e.ID
	}
}

// of counts the events of a type by what their data is about.
func (c *Comparison) of(partner, kind, key string) map[string]int {
	counts := make(map[string]int)
	for _, e := range c.logs[partner] {
		if e.Type != kind {
			continue
		}
		var data map[string]any
		_ = json.Unmarshal(e.Data, &data) // what is none has no keys
		switch v := data[key].(type) {
		case string:
			counts[v]++
		case float64:
			counts[fmt.Sprintf("%.0f", v)]++
		}
	}
	return counts
}

// deliveries compares the logs with what our endpoint was told.
func (c *Comparison) deliveries(context.Context) error {
	arrivals := c.Told.Arrivals()
	for _, r := range c.readers() {
		latest := make(map[string]int)
		for _, e := range c.logs[r.partner] {
			a, came := arrivals[e.ID]
			delete(arrivals, e.ID)
			if !slices.Contains(r.told, e.Type) {
				if came && e.Type != "endpoint.failing" && e.Type != "mail.requested" {
					c.Findings.Add("I5", e.ID, "%s has no webhook, and was told", e.Type)
				}
				continue
			}
			switch {
			case !came:
				c.Findings.Add("I6", e.ID, "%s of %s was never told, although the receiver is well", e.Type, e.Subject)
				continue
			case !a.Taken:
				c.Findings.Add("I6", e.ID, "%s of %s was told %d times, but never since the receiver is well", e.Type, e.Subject, a.Times)
			}
			if a.Partner != r.partner {
				c.Findings.Add("I12", e.ID, "%s of %s was told with the key of %q", e.Type, r.partner, a.Partner)
			}
			if before, ok := latest[e.Subject]; ok && a.Order < before {
				c.Findings.Add("I7", e.ID, "number %d of %s was told first after a later one", e.Sequence, e.Subject)
			}
			latest[e.Subject] = a.Order
		}
	}
	for id, a := range arrivals {
		c.Findings.Add("I5", id, "it was told to %s %d times, and is in no log: %.200s", a.Partner, a.Times, a.Body)
	}
	return nil
}
