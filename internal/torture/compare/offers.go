package compare

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/covernote/covernote/internal/torture/ledger"
	"github.com/covernote/covernote/internal/torture/load"
)

const (
	// held is how long the sandbox's quotes can be bought at their price, and margin
	// how near to its end is not asked about.
	held   = 30 * 24 * time.Hour
	margin = time.Hour
	// mostOffers is how many quotes are tried on either side of that end.
	mostOffers = 4
)

// offers has some quotes bought that nobody has bought: those that are held, at their
// price, and no others.
func (c *Comparison) offers(ctx context.Context) error {
	var clock struct{ Now time.Time }
	if err := c.read(ctx, "/sandbox/clock", nil, &clock); err != nil {
		return err
	}
	tried := make(map[bool]int)
	for _, d := range c.Deeds {
		if d.Held == nil {
			continue
		}
		age := clock.Now.Sub(d.Held.At)
		late := age > held
		if (age-held).Abs() < margin || tried[late] >= mostOffers {
			continue
		}
		tried[late]++
		if err := c.offer(ctx, d, late); err != nil {
			return err
		}
	}
	return nil
}

func (c *Comparison) offer(ctx context.Context, d *ledger.Deed, late bool) error {
	body := fmt.Appendf(nil, `{"quotes":[{"id":%q}],"policyholder":%s}`, d.Held.Quote, c.Info.XCover.Samples["policyholder"])
	answer, err := c.ask(ctx, load.Request{
		Method: http.MethodPost, Path: c.Info.XCover.Prefix() + "bookings/" + d.Held.Package + "/", Body: body, Sign: c.Info.XCover.Sign,
		Key: d.Name + "-held", Keyed: "X-Idempotency-Key",
	})
	if err != nil {
		return err
	}
	price := load.PackageOf(answer).TotalPrice.String()
	switch refused := answer.Status >= 400; {
	case late && !refused:
		c.Findings.Add("answers", d.Name, "quote %s of %s is held no longer, and is sold: %d %.200s", d.Held.Package, d.Held.At, answer.Status, answer.Body)
	case !late && refused:
		c.Findings.Add("I1", d.Name, "quote %s of %s is held, and is refused: %d %.200s", d.Held.Package, d.Held.At, answer.Status, answer.Body)
	case !late && price != d.Held.Price:
		c.Findings.Add("I9", d.Name, "quote %s is held at %s, and sold at %s", d.Held.Package, d.Held.Price, price)
	}
	return nil
}
