package core

import (
	"context"
	"fmt"
	"time"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
)

// Policy is one policy of a partner by its certificate number. Another
// partner's policy is refused exactly as one that does not exist, with
// CodePolicyUnknown.
func (c *Core) Policy(ctx context.Context, p Partner, number string) (Policy, error) {
	var policy Policy
	err := c.read(ctx, func(r reading) error {
		row, ok, err := r.PolicyByCertificate(p.Part, number)
		if err != nil {
			return fmt.Errorf("read policy: %w", err)
		}
		if !ok {
			return unknownPolicy(number)
		}
		policy = c.policyOf(row)
		return nil
	})
	return policy, err
}

// FindPolicies is a page of a partner's policies. Policies that are alike in
// the sort key come in the order of their making; those without an expiry come
// last in either direction.
func (c *Core) FindPolicies(ctx context.Context, p Partner, f PolicyFilter) (PolicyPage, error) {
	page := PolicyPage{Filter: f}
	query := store.PolicyPage{
		Order: orderColumn(f.SortBy), Ascending: f.Ascending, Ended: f.Ended,
		Limit: int64(f.Size), Offset: int64(f.Page) * int64(f.Size),
	}
	query.From, query.Until = bounds(f, p.Zone)
	err := c.read(ctx, func(r reading) error {
		rows, total, err := r.Policies(p.Part, query)
		if err != nil {
			return fmt.Errorf("read policies: %w", err)
		}
		page.Total = int(total)
		page.Policies = make([]Policy, 0, len(rows))
		for _, row := range rows {
			page.Policies = append(page.Policies, c.policyOf(row))
		}
		return nil
	})
	return page, err
}

func orderColumn(key SortKey) store.PolicyOrder {
	switch key {
	case SortInception:
		return store.PolicyByInception
	case SortExpiry:
		return store.PolicyByLastDay
	}
	return store.PolicyByCreated
}

// bounds are the filter's days as values of the sorted column; the creation is
// an instant, whose day is the partner's.
func bounds(f PolicyFilter, zone *time.Location) (from, until any) {
	column := func(day insurance.Date) any {
		if f.SortBy == SortInception || f.SortBy == SortExpiry {
			return day.String()
		}
		return day.Start(zone).UnixMicro()
	}
	if !f.From.IsZero() {
		from = column(f.From)
	}
	if !f.To.IsZero() {
		until = column(f.To.AddDays(1))
	}
	return from, until
}

// policyOf adds to a stored policy what its product says of it.
func (c *Core) policyOf(row store.Policy) Policy {
	policy := Policy{Policy: row.Policy, ID: row.ID, CreatedAt: time.UnixMicro(row.CreatedAt).UTC()}
	if product, err := c.product(row.ProductCode, row.ProductVersion); err == nil {
		policy.ProductName = product.Name
	}
	return policy
}
