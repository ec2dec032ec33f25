package core

import (
	"context"
	"slices"
	"time"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
)

// paymentWindow is how long a booking waits for the partner to confirm that it
// was paid for.
const paymentWindow = 7 * 24 * time.Hour

// Book books quotes of a package: each becomes a policy at the price it was
// quoted, or waits for the payment to be confirmed. When it returns, the
// policies are durable. It refuses with CodePackageUnknown, CodeInvalid,
// CodeStateForbidden what was booked or declined before, and CodeStale a quote
// that has expired.
func (c *Core) Book(ctx context.Context, p Partner, wish BookingWish, once Once) (Package, error) {
	return onceOnly(ctx, c, p, once, func(r reading) (*draft, Package, error) {
		s, err := c.openSale(r, p.Part, wish.PackageID)
		if err != nil {
			return nil, Package{}, err
		}
		if err := invalid(merge(slices.Clone(wish.Problems), c.checkBooking(s, wish))); err != nil {
			return nil, Package{}, err
		}
		if err := s.only(PackageReceived); err != nil {
			return nil, Package{}, err
		}
		d, err := c.draft(r, p)
		if err != nil {
			return nil, Package{}, err
		}
		return c.sell(r, d, p, s, wish)
	})
}

// checkBooking finds what is wrong with a booking.
func (c *Core) checkBooking(s *sale, wish BookingWish) []insurance.Problem {
	problems := wish.Holder.Check(true)
	seen := make(map[string]bool)
	for item, q := range wish.Quotes {
		i, ok := s.find(q.ID)
		switch {
		case !ok:
			problems = append(problems, unknownQuote(item))
			continue
		case seen[q.ID]:
			problems = append(problems, namedTwice(item))
		}
		seen[q.ID] = true
		problems = append(problems, checkInsured(item, q.Insured)...)
		problems = append(problems, c.checkPlan(item, s.Content.Quotes[i], q.Plan)...)
	}
	if len(wish.Quotes) == 0 {
		problems = append(problems, insurance.Problem{Field: insurance.FieldQuotes, Detail: "is required"})
	}
	return problems
}

func (c *Core) checkPlan(item int, q store.Quote, plan string) []insurance.Problem {
	if plan == "" {
		return nil
	}
	product, err := c.product(q.Product, q.Version)
	if _, ok := product.Plan(plan); err == nil && ok {
		return nil
	}
	return []insurance.Problem{{Item: item, Field: insurance.FieldInstalmentPlan, Detail: "is not an instalment plan of this quote"}}
}

// sell drafts the order of a package, and its policies unless they wait for
// the payment.
func (c *Core) sell(r reading, d *draft, p Partner, s *sale, wish BookingWish) (*draft, Package, error) {
	if err := s.fresh(c, wish); err != nil {
		return nil, Package{}, err
	}
	v := c.revision(d, p, s)
	state := PackageConfirmed
	if wish.AwaitPayment {
		state = PackagePending
	}
	v.enterOrder(wish, state)
	d.keepBooked(s)
	if err := v.open(state); err != nil {
		return nil, Package{}, err
	}
	told, err := v.asSold(r, wish)
	return d, told, err
}

// fresh refuses with CodeStale a quote that is no longer held at its price.
func (s *sale) fresh(c *Core, wish BookingWish) error {
	for _, booked := range wish.Quotes {
		i, _ := s.find(booked.ID)
		q := s.Content.Quotes[i]
		product, err := c.product(q.Product, q.Version)
		if err != nil {
			return err
		}
		until := instant(q.PricedAt).AddDate(0, 0, product.QuoteDays)
		if product.QuoteDays > 0 && s.now.After(until) {
			return insurance.Refuse(insurance.CodeStale, "Quote %s expired at %s; ask for a new one",
				q.ID, until.Format(time.RFC3339))
		}
	}
	return nil
}

// enterOrder takes over what a booking says, before anything is bound.
func (v *revision) enterOrder(wish BookingWish, state PackageState) {
	content := &v.Content
	content.Holder = newID()
	v.AddParty(content.Holder, v.holderOf(wish))
	if wish.TransactionID != nil {
		content.TransactionID = wish.TransactionID
	}
	if wish.Metadata != nil {
		content.Metadata = wish.Metadata
	}
	if state == PackagePending {
		content.PayUntil = micros(v.now().Add(paymentWindow))
	}
	for _, booked := range wish.Quotes {
		i, _ := v.find(booked.ID)
		q := &content.Quotes[i]
		q.State, q.Plan = string(state), booked.Plan
		q.Insured = v.addPersons(booked.Insured)
	}
	v.become(state)
}

// asSold tells a package whose persons are not yet stored.
func (v *revision) asSold(r reading, wish BookingWish) (Package, error) {
	persons := make(map[string][]Insured)
	for _, booked := range wish.Quotes {
		i, _ := v.find(booked.ID)
		for n, id := range v.Content.Quotes[i].Insured {
			persons[booked.ID] = append(persons[booked.ID], Insured{ID: id, Party: booked.Insured[n]})
		}
	}
	return v.drafted(r, v.holderOf(wish), persons)
}
