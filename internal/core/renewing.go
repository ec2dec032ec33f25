package core

import (
	"context"
	"fmt"

	"github.com/covernote/covernote/internal/insurance"
)

// PayRenewal records that a renewal was paid for: its term begins when it is
// due, or at once and as of then while the grace period runs. Paid twice
// changes nothing. It refuses with CodePackageUnknown, and with
// CodeStateForbidden once the policy has ended.
func (c *Core) PayRenewal(ctx context.Context, p Partner, wish RenewalPayment, once Once) (Nothing, error) {
	return onceOnly(ctx, c, p, once, func(r reading) (*draft, Nothing, error) {
		named, ok, err := r.Renewal(p.Part, wish.RenewalID)
		if err != nil {
			return nil, Nothing{}, fmt.Errorf("read renewal: %w", err)
		}
		if !ok {
			return nil, Nothing{}, unknownPackage()
		}
		v, err := c.reopen(r, p, PackageRef{PackageID: named.OrderID, Problems: wish.Problems})
		if err != nil {
			return nil, Nothing{}, err
		}
		f := v.files[named.PolicyID]
		if int(named.Number) < f.TermNo {
			return v.draft, Nothing{}, nil // that term has begun, so it was paid for
		}
		return v.draft, Nothing{}, v.pay(f)
	})
}

// pay records the payment of the renewal that a policy has now.
func (v *revision) pay(f *file) error {
	next, lines, refused := f.Pay(v.now())
	if refused != nil {
		return refused
	}
	if next.Renewal == f.Renewal {
		return nil // paid already
	}
	begun := next.TermNo > f.TermNo
	kind := EventPolicyPremium // of a term to come
	if begun {
		kind = EventPolicyRenewed
	}
	if err := v.record(f, next, lines, kind, v.now(), actorPartner(v.partner), "paid"); err != nil {
		return err
	}
	if begun {
		return v.planned(f, v.now())
	}
	v.publish(v.now())
	return v.certify(f, v.now())
}

// OfferRenewal tells what the renewals of a package would make of it, and the
// id under which they can be confirmed for a day. It refuses with
// CodePackageUnknown, and with CodeStateForbidden where nothing can be renewed.
func (c *Core) OfferRenewal(ctx context.Context, p Partner, ref PackageRef, once Once) (RenewalOffer, error) {
	return onceOnly(ctx, c, p, once, func(r reading) (*draft, RenewalOffer, error) {
		v, err := c.reopen(r, p, ref)
		if err != nil {
			return nil, RenewalOffer{}, err
		}
		if len(v.renewable()) == 0 {
			return nil, RenewalOffer{}, insurance.Refuse(insurance.CodeStateForbidden, "%s", v.state())
		}
		id, _ := v.keepPreview(previewRenewal, shownPreview{}, "-UPD")
		told, err := c.packageOf(r, v.sale)
		return v.draft, RenewalOffer{Package: told, Quotes: offered(told), ID: id}, err
	})
}

// offered are the quotes of a package with the terms that would follow.
func offered(p Package) []PackageQuote {
	var quotes []PackageQuote
	for _, q := range p.Quotes {
		if q.Policy == nil || !payable(*q.Policy) {
			continue
		}
		renewal := q.Policy.Renewal
		q.State, q.StartsAt, q.EndsAt = PackageReceived, renewal.DueAt, q.Policy.RenewalEnds()
		q.Premium, q.Bundled = renewal.Premium, renewal.Premium
		quotes = append(quotes, q)
	}
	return quotes
}

// payable tells whether a policy has a renewal that can still be paid for.
func payable(p insurance.Policy) bool {
	return p.State.Live() && p.Renewal != nil && p.Renewal.State != insurance.RenewalDeclined &&
		p.Renewal.State != insurance.RenewalPaid
}

// renewable are the policies that can be renewed, in the order of their quotes.
func (v *revision) renewable() []*file {
	var files []*file
	for _, q := range v.Content.Quotes {
		if f := v.files[q.PolicyID]; f != nil && payable(f.Policy.Policy) {
			files = append(files, f)
		}
	}
	return files
}

// ConfirmRenewal records that the renewals of OfferRenewal were paid for. It
// refuses as PayRenewal does, and with CodeStale an offer that has expired or
// whose package has changed since.
func (c *Core) ConfirmRenewal(ctx context.Context, p Partner, wish Confirmation, once Once) (Package, error) {
	ref := PackageRef{PackageID: wish.PackageID, Problems: wish.Problems}
	return onceOnly(ctx, c, p, once, func(r reading) (*draft, Package, error) {
		v, err := c.reopen(r, p, ref)
		if err != nil {
			return nil, Package{}, err
		}
		if _, _, err := v.previewed(r, wish.ID, previewRenewal); err != nil {
			return nil, Package{}, v.nowRenews(err)
		}
		for _, f := range v.renewable() {
			if err := v.pay(f); err != nil {
				return nil, Package{}, err
			}
		}
		told, err := c.packageOf(r, v.sale)
		return v.draft, told, err
	})
}

// nowRenews adds to a refusal of a stale offer what the renewals cost now.
func (v *revision) nowRenews(err error) error {
	if insurance.CodeOf(err) != insurance.CodeStale {
		return err
	}
	total := insurance.Zero(v.Content.Currency)
	for _, f := range v.renewable() {
		total = total.Add(f.Renewal.Premium.Gross)
	}
	return stale(err, "renewing would now cost", total)
}

// DeclineRenewal says that a package shall not be renewed: its policies expire
// with their terms. Declined twice changes nothing. It refuses with
// CodePackageUnknown, and with CodeStateForbidden where nothing could be
// renewed, or was paid for already.
func (c *Core) DeclineRenewal(ctx context.Context, p Partner, ref PackageRef, once Once) (Nothing, error) {
	return onceOnly(ctx, c, p, once, func(r reading) (*draft, Nothing, error) {
		v, err := c.reopen(r, p, ref)
		if err != nil {
			return nil, Nothing{}, err
		}
		if err := v.decline(); err != nil {
			return nil, Nothing{}, err
		}
		return v.draft, Nothing{}, v.catchUp() // one that was due expires at once
	})
}

func (v *revision) decline() error {
	known := false
	for _, q := range v.Content.Quotes {
		f := v.files[q.PolicyID]
		if f == nil || f.Renewal == nil || !f.State.Live() {
			continue
		}
		known = true
		next, refused := f.Decline()
		if refused != nil {
			return refused
		}
		if next.Renewal == f.Renewal {
			continue // declined already
		}
		actor := actorPartner(v.partner)
		if err := v.record(f, next, nil, EventPolicyRenewing, v.now(), actor, "declined"); err != nil {
			return err
		}
		v.publish(v.now())
		if err := v.certify(f, v.now()); err != nil {
			return err
		}
	}
	if !known {
		return insurance.Refuse(insurance.CodeStateForbidden, "%s", v.state())
	}
	return nil
}
