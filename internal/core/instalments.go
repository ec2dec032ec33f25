package core

import (
	"context"
	"slices"
	"strconv"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
)

// Instalments tells how the premiums of a booked package are paid in parts;
// quotes that were paid at once are left out. It refuses with
// CodePackageUnknown.
func (c *Core) Instalments(ctx context.Context, p Partner, ref PackageRef) (Schedules, error) {
	var told Schedules
	err := c.read(ctx, func(r reading) error {
		s, err := c.openBooked(r, p, ref)
		if err != nil {
			return err
		}
		told.Currency = s.Content.Currency
		for _, q := range s.Content.Quotes {
			if f := s.files[q.PolicyID]; f != nil && q.Plan != "" {
				told.Quotes = append(told.Quotes, c.schedule(q, f))
			}
		}
		return nil
	})
	return told, err
}

// schedule divides the premium of a term among the parts of its plan.
func (c *Core) schedule(q store.Quote, f *file) Schedule {
	currency := f.Premium.Gross.Currency
	s := Schedule{QuoteID: q.ID, Paid: insurance.Zero(currency), Due: insurance.Zero(currency)}
	product, err := c.product(f.ProductCode, f.ProductVersion)
	if err != nil {
		return s
	}
	plan, _ := product.Plan(q.Plan)
	for i, premium := range f.Premium.Split(max(plan.Parts, 1)) {
		part := Instalment{
			ID: c.Keys.derivedUUID("instalment", q.ID, strconv.Itoa(i+1)), QuoteID: q.ID, Number: i + 1,
			Premium: premium, Paid: slices.Contains(q.Paid, i+1),
			Span: insurance.Span{From: plan.Every.Nth(f.TermFrom, i), To: plan.Every.Nth(f.TermFrom, i+1).AddDays(-1)},
		}
		s.Parts = append(s.Parts, part)
		if !part.Paid {
			s.Due = s.Due.Add(premium.Gross)
			continue
		}
		s.Paid = s.Paid.Add(premium.Gross)
		s.PaidUntil = part.Span.To.End(f.Zone)
	}
	return s
}

// unpaid is the part of a premium that was never paid.
func (c *Core) unpaid(q store.Quote, f *file) insurance.Money {
	if q.Plan == "" {
		return insurance.Zero(f.Premium.Gross.Currency)
	}
	return c.schedule(q, f).Due
}

// ReportInstalments records which instalments were paid, or were not after
// all. Reported twice changes nothing. It refuses with CodePackageUnknown,
// CodeInvalid and CodeStateForbidden.
func (c *Core) ReportInstalments(ctx context.Context, p Partner, wish InstalmentReport, once Once) (Nothing, error) {
	ref := PackageRef{PackageID: wish.PackageID, Problems: wish.Problems}
	return onceOnly(ctx, c, p, once, func(r reading) (*draft, Nothing, error) {
		v, err := c.reopen(r, p, ref)
		if err != nil {
			return nil, Nothing{}, err
		}
		if err := v.only(PackageConfirmed); err != nil {
			return nil, Nothing{}, err
		}
		var problems []insurance.Problem
		news := false
		for item, part := range wish.Parts {
			fresh, wrong := v.report(part)
			problems, news = append(problems, at(item, wrong)...), news || fresh
		}
		if err := invalid(problems); err != nil {
			return nil, Nothing{}, err
		}
		if news {
			v.publish(v.sale.now)
		}
		return v.draft, Nothing{}, nil
	})
}

// report records one part and tells whether it was news, or says what is wrong
// with it.
func (v *revision) report(part InstalmentPaid) (news bool, problems []insurance.Problem) {
	for i := range v.Content.Quotes {
		q := &v.Content.Quotes[i]
		f := v.files[q.PolicyID]
		if f == nil || q.Plan == "" || (part.QuoteID != "" && part.QuoteID != q.ID) {
			continue
		}
		for _, known := range v.core.schedule(*q, f).Parts {
			if known.ID == part.InstalmentID || (part.InstalmentID == "" && part.QuoteID != "" && known.Number == part.Number) {
				q.Paid = marked(q.Paid, known.Number, part.Paid)
				return known.Paid != part.Paid, nil
			}
		}
	}
	return false, []insurance.Problem{{Field: insurance.FieldInstalment, Detail: "is not an instalment of this booking"}}
}

// marked is a list of paid parts with one that was paid, or was not.
func marked(paid []int, number int, done bool) []int {
	rest := slices.DeleteFunc(slices.Clone(paid), func(n int) bool { return n == number })
	if done {
		rest = append(rest, number)
	}
	slices.Sort(rest)
	return rest
}
