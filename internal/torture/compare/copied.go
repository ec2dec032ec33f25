package compare

import (
	"context"
	"slices"

	"github.com/covernote/covernote/internal/torture/ledger"
	"github.com/covernote/covernote/internal/torture/load"
)

// RunOnCopy compares a server that was restored from a copy with deeds that clients
// were through with before the copy was made. What else is in it, nobody knows: it
// depends on the moment of the copy. An error says that it could not be compared.
func (c *Comparison) RunOnCopy(ctx context.Context) error {
	c.client = load.NewClient()
	defer c.client.CloseIdleConnections()
	for _, step := range []func(context.Context) error{c.copiedOrders, c.copiedBookings, c.copiedInquiries} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// copiedOrders waits until each order has its contracts: those that were only
// acknowledged when the copy was made are booked by who was restored from it.
func (c *Comparison) copiedOrders(ctx context.Context) error {
	acknowledged := c.acknowledged(hepsterShop)
	var all []contract
	var there map[string]int
	err := settle(ctx, func() (bool, error) {
		var err error
		all, err = c.contracts(ctx, c.Info.Hepster.Sign)
		there = make(map[string]int)
		for _, one := range all {
			there[one.ExternalOrderReference]++
		}
		missing := func(d *ledger.Deed) bool { return there[d.Name] < d.Contracts }
		return !slices.ContainsFunc(acknowledged, missing), err
	})
	if err != nil {
		return err
	}
	for _, d := range acknowledged {
		c.count(d, "contracts", there[d.Name], d.Contracts)
	}
	return c.archives(ctx, all)
}

func (c *Comparison) copiedBookings(ctx context.Context) error {
	listed, err := c.bookings(ctx)
	if err != nil {
		return err
	}
	there := make(map[string]int)
	for _, one := range listed {
		there[one.Transaction]++
	}
	for _, d := range c.acknowledged(xcoverAgency) {
		c.count(d, "bookings", there[d.Name], 1)
		if err := c.booking(ctx, d); err != nil {
			return err
		}
	}
	return nil
}

func (c *Comparison) copiedInquiries(ctx context.Context) error {
	all, err := c.inquiries(ctx)
	if err != nil {
		return err
	}
	there := make(map[string]int)
	for _, one := range all {
		for _, reference := range one.Data.References {
			there[reference.ParamValue]++
		}
	}
	for _, d := range c.acknowledged(thinksurancePool) {
		c.count(d, "inquiries", there[d.Name], 1)
		if status := all[d.Number].Data.Status; !open(d) && status != statuses[d.Stage] {
			c.Findings.Add("I1", d.Name, "inquiry %s is in status %d, acknowledged was %s", d.Number, status, d.Stage)
		}
	}
	return nil
}

// acknowledged are the deeds of an API of which something was acknowledged for good.
func (c *Comparison) acknowledged(api string) []*ledger.Deed {
	var some []*ledger.Deed
	for _, d := range c.Deeds {
		if d.API == api && d.Booked {
			some = append(some, d)
		}
	}
	return some
}
