package load

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/covernote/covernote/internal/torture/ledger"
)

// Kind is what a storm is about.
type Kind int

// The kinds: orders are the same by what they say, the others by their key.
const (
	Orders Kind = iota
	Bookings
	Quotes
)

// Busy permits further deeds if there are not as many waiting.
func (c *Crowd) Busy(deeds int) {
	if waiting := len(c.permits); waiting < deeds {
		c.Permit(deeds - waiting)
	}
}

// Storm has so many clients send the same request at the same moment, spread over
// all nodes, each until it is decided. All must be answered alike, and it must
// have been done once.
func (c *Crowd) Storm(ctx context.Context, kind Kind, copies int) error {
	c.clock.RLock()
	defer c.clock.RUnlock()
	first := c.numbered(int(c.asked.Add(1)))
	request, judge := first.stormy(kind)
	answers := make([]Answer, copies)
	begin := make(chan struct{})
	var group sync.WaitGroup
	for n := range copies {
		group.Go(func() {
			<-begin
			answers[n] = c.insist(ctx, n, request, judge)
		})
	}
	close(begin)
	group.Wait()
	first.Steps = []ledger.Step{{Name: "storm", Key: request.Key, State: ledger.Done, Tries: copies}}
	c.alike(first, answers)
	if first.API == "xcover" && first.Booked {
		first.booked(PackageOf(answers[0]))
	}
	c.Ledger.Turn(first.Deed, first.Steps[0])
	c.Ledger.End(first.Deed)
	return ctx.Err()
}

// stormy is a deed's request of a kind.
func (d *deed) stormy(kind Kind) (Request, judge) {
	if kind == Orders {
		d.begin("hepster", "storm of orders")
		d.Contracts = 1
		return Request{
			Method: http.MethodPost, Path: OrderPath, Body: d.orderBody("order", 0, nil), Sign: d.info.Hepster.Sign, Key: d.Name,
		}, hepsterJudge
	}
	changes := d.tickets()
	path := "quotes/"
	if kind == Bookings {
		d.begin("xcover", "storm of bookings")
		path, changes["policyholder"] = "instant_booking/", d.holder("Ada")
	} else {
		d.begin("xcover", "storm of quotes")
	}
	return Request{
		Method: http.MethodPost, Path: d.info.XCover.Prefix() + path, Body: d.quoteBody("ticket", changes),
		Sign: d.info.XCover.Sign, Key: d.Name, Keyed: "X-Idempotency-Key",
	}, xcoverJudge
}

// insist sends a request until it is decided.
func (c *Crowd) insist(ctx context.Context, node int, r Request, judge judge) Answer {
	pause := 5 * time.Millisecond
	for deadline := time.Now().Add(giveUp); time.Now().Before(deadline) && ctx.Err() == nil; node++ {
		answer, err := Send(ctx, c.client, c.Nodes[node%len(c.Nodes)], r)
		if err == nil && judge(answer) != unknown {
			return answer
		}
		c.missed.Add(1)
		pause = wait(ctx, pause)
	}
	return Answer{}
}

// alike compares the answers of a storm.
func (c *Crowd) alike(d *deed, answers []Answer) {
	for _, a := range answers {
		switch {
		case a.Status == 0:
			d.Steps[0].State = ledger.Unknown
			return
		case a.Status >= 400 && a.Status != http.StatusConflict:
			c.Findings.Add("answers", d.Name, "one of many is answered %d %.300s", a.Status, a.Body)
			return
		case a.Sum() != answers[0].Sum():
			c.Findings.Add("I11", d.Name, "one of many is answered %d %.300s, another %d %.300s",
				answers[0].Status, answers[0].Body, a.Status, a.Body)
			return
		}
	}
	d.Booked = d.Kind != "storm of quotes"
}
