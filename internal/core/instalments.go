package core

import (
	"context"
	"slices"
	"strconv"
	"time"

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

// schedule divides the premium of a term among the parts of its plan. What was
// paid stays as it was asked for; what is left of the premium is divided among
// the other parts.
func (c *Core) schedule(q store.Quote, f *file) Schedule {
	s := Schedule{QuoteID: q.ID, Paid: paidSum(q, f).Gross}
	product, err := c.product(f.ProductCode, f.ProductVersion)
	if err != nil {
		return s
	}
	plan, _ := product.Plan(q.Plan)
	asked := askedParts(q, f, plan.Parts)
	for i := range plan.Parts {
		part := Instalment{
			ID: c.Keys.derivedUUID("instalment", q.ID, strconv.Itoa(i+1)), QuoteID: q.ID, Number: i + 1,
			Span: insurance.Span{From: plan.Every.Nth(f.TermFrom, i), To: plan.Every.Nth(f.TermFrom, i+1).AddDays(-1)},
		}
		if part.Premium, part.Paid = paidPart(q, i+1); !part.Paid {
			part.Premium = asked[i]
		}
		s.Parts = append(s.Parts, part)
	}
	s.Due = owed(q, f)
	s.PaidUntil = paidUntil(s.Parts)
	return s
}

// paidPart is what was paid for a part, if it was.
func paidPart(q store.Quote, number int) (insurance.Premium, bool) {
	for _, paid := range q.Paid {
		if paid.Number == number {
			return paid.Premium, true
		}
	}
	return insurance.Premium{}, false
}

// askedParts are what is asked for each part. As long as the premium stays,
// they stay too; what a change has made of it is divided among the parts that
// are not paid, and nothing is asked for one that is overpaid.
func askedParts(q store.Quote, f *file, parts int) []insurance.Premium {
	asked := f.Premium.Split(max(parts, 1))
	left := f.Premium.Sub(paidSum(q, f))
	change := left
	var open []int
	for i := range asked {
		if _, paid := paidPart(q, i+1); !paid {
			change = change.Sub(asked[i])
			open = append(open, i)
		}
	}
	for n, i := range open {
		if left.Gross.Minor < 0 {
			asked[i] = left.Sub(left)
			continue
		}
		asked[i] = asked[i].Add(change.Split(len(open))[n])
	}
	return asked
}

// paidSum is all that was paid.
func paidSum(q store.Quote, f *file) insurance.Premium {
	sum := f.Premium.Sub(f.Premium) // nothing, of each of its taxes
	for _, part := range q.Paid {
		sum = sum.Add(part.Premium)
	}
	return sum
}

// paidUntil is the last day of the parts that were paid without a gap.
func paidUntil(parts []Instalment) (until time.Time) {
	for _, part := range parts {
		if !part.Paid {
			break
		}
		until = part.Span.To.Start(time.UTC)
	}
	return until
}

// owed is what is still to be paid: of what is earned, once the policy has
// ended, and else of the premium.
func owed(q store.Quote, f *file) insurance.Money {
	due := f.Premium.Gross
	if f.Termination != nil {
		due = insurance.Settle(f.ledger).Earned.Gross
	}
	due = due.Sub(paidSum(q, f).Gross)
	due.Minor = max(due.Minor, 0)
	return due
}

// unpaid is the part of a premium that was never paid; below nothing where more
// was paid than the premium now is.
func unpaid(q store.Quote, f *file) insurance.Money {
	if q.Plan == "" {
		return insurance.Zero(f.Premium.Gross.Currency)
	}
	return f.Premium.Gross.Sub(paidSum(q, f).Gross)
}

// givenBack is what is left of a returned premium without the part of it that
// was never paid.
func givenBack(returned insurance.Money, q store.Quote, f *file) insurance.Money {
	back := returned.Sub(unpaid(q, f))
	back.Minor = max(back.Minor, 0)
	return back
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
			v.publish(v.now())
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
				q.Paid = marked(q.Paid, known, part.Paid)
				return known.Paid != part.Paid, nil
			}
		}
	}
	return false, []insurance.Problem{{Field: insurance.FieldInstalment, Detail: "is not an instalment of this booking"}}
}

// marked are the paid parts with one that was paid, or was not.
func marked(paid []store.PaidPart, part Instalment, done bool) []store.PaidPart {
	if part.Paid == done {
		return paid
	}
	rest := slices.DeleteFunc(slices.Clone(paid), func(p store.PaidPart) bool { return p.Number == part.Number })
	if done {
		rest = append(rest, store.PaidPart{Number: part.Number, Premium: part.Premium})
	}
	slices.SortFunc(rest, func(a, b store.PaidPart) int { return a.Number - b.Number })
	return rest
}
