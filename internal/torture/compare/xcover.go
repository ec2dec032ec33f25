package compare

import (
	"context"
	"fmt"
	"net/http"

	"github.com/covernote/covernote/internal/torture/ledger"
	"github.com/covernote/covernote/internal/torture/load"
)

// xcover compares bookings with what each is read as, with the list and with the
// log.
func (c *Comparison) xcover(ctx context.Context) error {
	listed, err := c.bookings(ctx)
	if err != nil {
		return err
	}
	sold := make(map[string]int)
	for _, one := range listed {
		sold[one.Transaction]++
		if c.names[one.Transaction] == nil {
			c.Findings.Add("I5", one.ID, "nobody has booked it: %s", one.Transaction)
		}
	}
	created := c.of(xcoverAgency, "booking.created", "package_id")
	updated := c.of(xcoverAgency, "booking.updated", "package_id")
	cancelled := c.of(xcoverAgency, "booking.cancelled", "package_id")
	for _, d := range c.Deeds {
		if d.API != xcoverAgency || !d.Booked && open(d) {
			continue
		}
		c.count(d, "bookings", sold[d.Name], expected(d.Booked, 1))
		if !d.Booked {
			continue
		}
		if err := c.booking(ctx, d); err != nil {
			return err
		}
		c.once(d.Number, "booking.created", created[d.Number], 1)
		if open(d) {
			continue
		}
		c.once(d.Number, "booking.updated", updated[d.Number], d.Changes)
		if d.Cancelled {
			c.once(d.Number, "booking.cancelled", cancelled[d.Number], 1)
		}
	}
	return nil
}

func (c *Comparison) bookings(ctx context.Context) ([]load.Package, error) {
	const size = 100
	var all []load.Package
	for offset := 0; ; offset += size {
		var page struct {
			Count   int
			Results []load.Package
		}
		path := fmt.Sprintf("%sbookings/?limit=%d&offset=%d", c.Info.XCover.Prefix(), size, offset)
		if err := c.read(ctx, path, c.Info.XCover.Sign, &page); err != nil {
			return nil, err
		}
		all = append(all, page.Results...)
		if len(page.Results) == 0 || len(all) >= page.Count {
			return all, nil
		}
	}
}

// booking compares one booking with what was acknowledged of it last.
func (c *Comparison) booking(ctx context.Context, d *ledger.Deed) error {
	answer, err := c.ask(ctx, load.Request{
		Method: http.MethodGet, Path: c.Info.XCover.Prefix() + "bookings/" + d.Number + "/", Sign: c.Info.XCover.Sign,
	})
	if err != nil {
		return err
	}
	p := load.PackageOf(answer)
	if answer.Status != http.StatusOK || p.ID != d.Number {
		c.Findings.Add("I1", d.Name, "booking %s was acknowledged and is answered %d %.200s", d.Number, answer.Status, answer.Body)
		return nil
	}
	if open(d) {
		return nil
	}
	if h := p.Holder; h.FirstName != d.Holder || h.LastName != load.LastName || h.Email != load.Email {
		c.Findings.Add("I1", d.Name, "booking %s is held by %q, acknowledged was %q", d.Number, h, d.Holder)
	}
	if d.Cancelled != (p.Status == "CANCELLED") && d.Kind != "renewable" { // that ends when it is not paid for
		c.Findings.Add("I1", d.Name, "booking %s is %s; cancelled was acknowledged: %v", d.Number, p.Status, d.Cancelled)
	}
	if p.Status == "CONFIRMED" && p.TotalPrice.String() != d.Price {
		c.Findings.Add("I9", d.Name, "booking %s costs %s, acknowledged was %s", d.Number, p.TotalPrice, d.Price)
	}
	return nil
}
