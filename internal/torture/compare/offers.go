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
	// how near to its end they are tried.
	held   = 30 * 24 * time.Hour
	margin = time.Hour
	// mostOffers is how many quotes are tried.
	mostOffers = 4
)

// offers has some quotes bought that nobody has bought, by turns shortly before they
// are held no longer, which sells them at their price, and shortly after, which does
// not. The clock of each is moved there by itself.
func (c *Comparison) offers(ctx context.Context) error {
	now, err := c.now(ctx)
	if err != nil {
		return err
	}
	tried := 0
	for _, d := range c.Deeds {
		if d.Held == nil || tried == mostOffers {
			continue
		}
		late := tried%2 == 1
		at := d.Held.At.Add(held - margin)
		if late {
			at = d.Held.At.Add(held + margin)
		}
		if ahead := at.Sub(now); ahead > 0 {
			tried++
			if err := c.offer(ctx, d, ahead, late); err != nil {
				return err
			}
		}
	}
	return nil
}

// moveOne moves the clock of one package.
func (c *Comparison) moveOne(ctx context.Context, number string, by time.Duration) error {
	body := fmt.Appendf(nil, `{"advance":"PT%dS","policy":%q}`, int64(by.Seconds()), number)
	answer, err := c.ask(ctx, load.Request{Method: http.MethodPost, Path: "/sandbox/clock", Body: body})
	if err == nil && answer.Status != http.StatusOK {
		err = fmt.Errorf("move the clock of %s: answered %d %.300s", number, answer.Status, answer.Body)
	}
	return err
}

func (c *Comparison) offer(ctx context.Context, d *ledger.Deed, ahead time.Duration, late bool) error {
	if err := c.moveOne(ctx, d.Held.Package, ahead); err != nil {
		return err
	}
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
