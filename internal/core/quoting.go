package core

import (
	"context"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
)

// Quote makes a package of one or several quotes. Each is priced on the
// product version that is on sale, or on the one that was asked for, and stays
// at that price until it expires. It refuses with CodeInvalid, and Item of a
// problem says which of the items it was.
func (c *Core) Quote(ctx context.Context, p Partner, wish PackageWish, once Once) (Package, error) {
	var at place
	return onceByDay(ctx, c, p, once, func(r reading) (*draft, Package, error) {
		s, err := c.beginSale(r, p, &at, wish)
		if err != nil {
			return nil, Package{}, err
		}
		d := c.quiet(r, p.Part)
		d.keep(s)
		told, err := c.packageOf(r, s)
		return d, told, err
	})
}

// beginSale prices a new package at a place that is taken for it, or was when
// this was tried before.
func (c *Core) beginSale(r reading, p Partner, at *place, wish PackageWish) (*sale, error) {
	if *at == (place{}) {
		var err error
		if *at, err = c.newPlace(r, p.Part); err != nil {
			return nil, err
		}
	}
	day, err := c.openQuoteDay(r, at.day)
	if err != nil {
		return nil, err
	}
	return c.newSale(r, p, *at, day, wish)
}

// newSale prices a new package.
func (c *Core) newSale(r reading, p Partner, at place, day *store.QuoteDay, wish PackageWish) (*sale, error) {
	s := &sale{ID: c.Keys.packageCode(at), day: day, unsaved: true, now: r.now, Package: store.Package{
		Part: p.Part, Number: at.ofDay(), Version: 1, Content: store.PackageContent{
			State: string(PackageReceived), CreatedAt: micros(r.now), UpdatedAt: micros(r.now),
		},
	}}
	work := &quoting{core: c, partner: p, sale: s, problems: wish.Problems}
	work.heading(wish)
	for item, one := range wish.Items {
		work.add(item, one)
	}
	return s, work.finish()
}

// Amend changes a package that was not booked, and prices anew what the change
// concerns. It refuses with CodePackageUnknown, CodeStateForbidden and
// CodeInvalid.
func (c *Core) Amend(ctx context.Context, p Partner, wish PackageWish, once Once) (Package, error) {
	return c.rework(ctx, p, wish.PackageID, once, wish.Problems, func(w *quoting) {
		reprices := w.heading(wish)
		for item, one := range wish.Items {
			w.change(item, one)
		}
		if reprices {
			w.repriceOthers(wish.Items)
		}
	})
}

// AddQuotes adds quotes to a package that was not booked, refusing as Amend
// does.
func (c *Core) AddQuotes(ctx context.Context, p Partner, wish PackageWish, once Once) (Package, error) {
	return c.rework(ctx, p, wish.PackageID, once, wish.Problems, func(w *quoting) {
		for item, one := range wish.Items {
			w.add(item, one)
		}
	})
}

// DropQuotes takes quotes out of a package that was not booked, refusing as
// Amend does.
func (c *Core) DropQuotes(ctx context.Context, p Partner, ref PackageRef, once Once) (Package, error) {
	return c.rework(ctx, p, ref.PackageID, once, ref.Problems, func(w *quoting) {
		for item, id := range ref.QuoteIDs {
			i, ok := w.find(id)
			if !ok {
				w.problems = append(w.problems, unknownQuote(item))
				continue
			}
			w.Content.Quotes[i].State = string(PackageDeleted)
			w.Content.Quotes[i].UpdatedAt = micros(w.now)
		}
	})
}

// DeletePackage takes back a package that was not booked. It is then unknown.
func (c *Core) DeletePackage(ctx context.Context, p Partner, ref PackageRef, once Once) (Nothing, error) {
	return c.setAside(ctx, p, ref, once, PackageDeleted, PackageReceived, PackageOptedOut)
}

// OptOut records that the customer declined; declined twice changes nothing.
// It refuses with CodeStateForbidden a package that was booked.
func (c *Core) OptOut(ctx context.Context, p Partner, ref PackageRef, once Once) (Nothing, error) {
	return c.setAside(ctx, p, ref, once, PackageOptedOut, PackageReceived, PackageOptedOut)
}

// setAside lets go of a package that was not booked and is in one of some
// states.
func (c *Core) setAside(
	ctx context.Context, p Partner, ref PackageRef, once Once, state PackageState, from ...PackageState,
) (Nothing, error) {
	return onceByDay(ctx, c, p, once, func(r reading) (*draft, Nothing, error) {
		s, err := c.openUnbooked(r, p, ref.PackageID, ref.Problems, from...)
		if err != nil || s.Content.State == string(state) {
			return nil, Nothing{}, err
		}
		if ref.Metadata != nil {
			s.Content.Metadata = ref.Metadata
		}
		d := c.quiet(r, p.Part)
		s.become(state)
		d.keep(s)
		d.audit(actorPartner(p), "package."+string(state), s.ID, "", "", "")
		return d, Nothing{}, nil
	})
}

func (s *sale) become(state PackageState) {
	s.Content.State, s.Content.UpdatedAt = string(state), micros(s.now)
}

// rework changes the quotes of a package that was not booked.
func (c *Core) rework(
	ctx context.Context, p Partner, id string, once Once, problems []insurance.Problem, change func(*quoting),
) (Package, error) {
	return onceByDay(ctx, c, p, once, func(r reading) (*draft, Package, error) {
		s, err := c.openUnbooked(r, p, id, problems, PackageReceived)
		if err != nil {
			return nil, Package{}, err
		}
		work := &quoting{core: c, partner: p, sale: s}
		change(work)
		if err := work.finish(); err != nil {
			return nil, Package{}, err
		}
		s.become(PackageReceived)
		d := c.quiet(r, p.Part)
		d.keep(s)
		told, err := c.packageOf(r, s)
		return d, told, err
	})
}
