package core

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"time"

	"github.com/covernote/covernote/internal/store"
)

// BookAtOnce makes a package and books all of it. Without a key of its own, a
// request that asks for exactly the same within a day is answered with what
// was booked then, as long as that lives. It refuses as Quote and Book do.
func (c *Core) BookAtOnce(ctx context.Context, p Partner, wish InstantWish, once Once) (Package, error) {
	var at place
	return onceOnly(ctx, c, p, once, func(r reading) (*draft, Package, error) {
		claim, held, err := c.instantClaim(r, p, wish, once)
		if err != nil || held != nil {
			return nil, orNone(held), err
		}
		if err := invalid(wish.Booking.Problems); err != nil {
			return nil, Package{}, err
		}
		if wish.Package.Country == nil && wish.Booking.Holder.Country != "" {
			wish.Package.Country = &wish.Booking.Holder.Country
		}
		s, err := c.beginSale(r, p, &at, wish.Package)
		if err != nil {
			return nil, Package{}, err
		}
		booking := s.bookAll(wish.Booking)
		if err := invalid(c.checkBooking(s, booking)); err != nil {
			return nil, Package{}, err
		}
		d, err := c.draft(r, p)
		if err != nil {
			return nil, Package{}, err
		}
		d.claimAtOnce(claim, s.ID)
		return c.sell(r, d, p, s, booking)
	})
}

// bookAll names the quotes of a new package by their places.
func (s *sale) bookAll(wish BookingWish) BookingWish {
	quotes := make([]QuoteToBook, len(s.Content.Quotes))
	for i, q := range s.Content.Quotes {
		if i < len(wish.Quotes) {
			quotes[i] = wish.Quotes[i]
		}
		quotes[i].ID = q.ID
	}
	wish.Quotes = quotes
	return wish
}

// atOncePrefix begins the natural keys of bookings at once.
const atOncePrefix = "at-once/"

// atOnceAge is how long the same request without a key means the same booking.
const atOnceAge = 24 * time.Hour

// instantClaim is the natural key of a booking at once, or the package that was
// booked under it. A request with a key of its own has no other.
func (c *Core) instantClaim(r reading, p Partner, wish InstantWish, once Once) (store.Claim, *Package, error) {
	if once.Key != "" {
		return store.Claim{}, nil, nil
	}
	asked := instantPrint(wish)
	claim := store.Claim{Part: p.Part, Key: atOncePrefix + hex.EncodeToString(asked), Fingerprint: asked}
	was, ok, err := r.Claim(p.Part, claim.Key)
	if err != nil {
		return claim, nil, fmt.Errorf("read claim: %w", err)
	}
	if !ok || was.ExpiresAt <= r.now.UnixMicro() {
		claim.OrderID = was.OrderID // to be freed, if there is one
		return claim, nil, nil
	}
	s, err := c.openSale(r, p.Part, was.OrderID)
	if err != nil {
		return claim, nil, fmt.Errorf("open package %s of a claim: %w", was.OrderID, err)
	}
	if state := s.state(); state == PackageCancelled || state == PackageFailed {
		claim.OrderID = was.OrderID // to be freed
		return claim, nil, nil
	}
	told, err := c.packageOf(r, s)
	return claim, &told, err
}

func orNone(p *Package) Package {
	if p == nil {
		return Package{}
	}
	return *p
}

// instantPrint tells whether two bookings at once ask for the same.
func instantPrint(wish InstantWish) []byte {
	h := sha256.New()
	for _, one := range wish.Package.Items {
		proposal := one.Proposal
		proposal.Policyholder = wish.Booking.Holder
		h.Write(fingerprint(proposal))
		write(h, proposal.StartsAt.String(), proposal.PartnerPrice, strconv.Itoa(one.Version))
	}
	for _, text := range []*string{wish.Package.Region, wish.Package.Destination, wish.Package.Language, wish.Package.TransactionID} {
		write(h, strconv.FormatBool(text != nil))
		if text != nil {
			write(h, *text)
		}
	}
	if wish.Package.Currency != nil {
		write(h, string(*wish.Package.Currency))
	}
	if wish.Package.Country != nil {
		write(h, string(*wish.Package.Country))
	}
	for _, q := range wish.Booking.Quotes {
		write(h, q.Plan)
		for _, person := range q.Insured {
			write(h, person.FirstName.Reveal(), person.LastName.Reveal(), person.Email.Reveal(), person.BirthOn.Reveal())
		}
	}
	write(h, string(wish.Package.Metadata), strconv.FormatBool(wish.Booking.AwaitPayment))
	return h.Sum(nil)
}

func (d *draft) claimAtOnce(claim store.Claim, code string) {
	if claim.Key == "" {
		return
	}
	if claim.OrderID != "" {
		d.FreeClaim(claim.Key, claim.OrderID)
	}
	claim.OrderID, claim.PolicyID, claim.ExpiresAt = code, code, d.now.Add(atOnceAge).UnixMicro()
	d.AddClaim(claim)
}
