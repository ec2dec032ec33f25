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
	b := bookingAtOnce{core: c, partner: p, wish: wish, claim: instantClaim(p, wish, once)}
	return onceOnly(ctx, c, p, once, b.decide)
}

// bookingAtOnce is such a request on its way to policies.
type bookingAtOnce struct {
	core    *Core
	partner Partner
	wish    InstantWish
	// claim is its natural key; the zero Claim if the request has a key of its own.
	claim store.Claim
	// looked tells that the claim was looked for.
	looked bool
	at     place
}

// decide presumes at first that nobody has asked for the same, which is nearly always
// so: if somebody has, storing the claim loses its guard, and it is decided anew. A
// refusal is for whoever was not answered before, so that the claim is looked for then.
func (b *bookingAtOnce) decide(r reading) (*draft, Package, error) {
	presumed := b.claim.Key != "" && !b.looked
	if !presumed {
		if held, err := b.look(r); err != nil || held != nil {
			return nil, orNone(held), err
		}
	}
	b.looked = true
	d, told, err := b.book(r)
	if err == nil || !presumed {
		return d, told, err
	}
	if held, lost := b.look(r); lost != nil || held != nil {
		return nil, orNone(held), lost
	}
	return nil, Package{}, err
}

func (b *bookingAtOnce) book(r reading) (*draft, Package, error) {
	c, wish := b.core, b.wish
	if err := invalid(wish.Booking.Problems); err != nil {
		return nil, Package{}, err
	}
	if wish.Package.Country == nil && wish.Booking.Holder.Country != "" {
		wish.Package.Country = &wish.Booking.Holder.Country
	}
	s, err := c.beginSale(r, b.partner, &b.at, wish.Package)
	if err != nil {
		return nil, Package{}, err
	}
	booking := s.bookAll(wish.Booking)
	if err := invalid(c.checkBooking(s, booking)); err != nil {
		return nil, Package{}, err
	}
	d, err := c.draft(r, b.partner)
	if err != nil {
		return nil, Package{}, err
	}
	d.claimAtOnce(b.claim, s.ID)
	return c.sell(r, d, b.partner, s, booking)
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

// instantClaim is the natural key of a booking at once. A request with a key of its
// own has no other.
func instantClaim(p Partner, wish InstantWish, once Once) store.Claim {
	if once.Key != "" {
		return store.Claim{}
	}
	asked := instantPrint(wish)
	return store.Claim{Part: p.Part, Key: atOncePrefix + hex.EncodeToString(asked), Fingerprint: asked}
}

// look answers with the package that was booked under the claim, if that lives. One
// that does not is to be freed.
func (b *bookingAtOnce) look(r reading) (*Package, error) {
	if b.claim.Key == "" {
		return nil, nil
	}
	was, ok, err := r.Claim(b.partner.Part, b.claim.Key)
	if err != nil {
		return nil, fmt.Errorf("read claim: %w", err)
	}
	b.claim.OrderID = was.OrderID
	if !ok || was.ExpiresAt <= r.now.UnixMicro() {
		return nil, nil
	}
	s, err := b.core.openSale(r, b.partner.Part, was.OrderID)
	if err != nil {
		return nil, fmt.Errorf("open package %s of a claim: %w", was.OrderID, err)
	}
	if state := s.state(); state == PackageCancelled || state == PackageFailed {
		return nil, nil
	}
	told, err := b.core.packageOf(r, s)
	return &told, err
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
