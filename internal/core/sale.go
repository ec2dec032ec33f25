package core

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
)

// sale is a package as it is stored: a row of its day until it is booked, then
// an order with its policies.
type sale struct {
	store.Package
	// ID is the code of the package, which says where it lies, and the id of the
	// order that it becomes.
	ID string
	// day is that on which the package was made; nil once it is booked.
	day *store.QuoteDay
	// unsaved marks one that is new.
	unsaved bool
	// order is nil until the package is booked.
	order *store.Order
	// files are the policies by id.
	files map[string]*file
	// shift is how far the clock of this package runs ahead.
	shift time.Duration
	// now is business time by the clock of this package.
	now time.Time
}

// Package is a package of a partner, booked or not. It refuses with
// CodePackageUnknown.
func (c *Core) Package(ctx context.Context, p Partner, ref PackageRef) (Package, error) {
	var told Package
	err := c.read(ctx, func(r reading) error {
		s, err := c.openSale(r, p.Part, ref.PackageID)
		if err != nil {
			return err
		}
		told, err = c.packageOf(r, s)
		return err
	})
	return told, err
}

// Booking is a booked package of a partner. It refuses with CodePackageUnknown.
func (c *Core) Booking(ctx context.Context, p Partner, ref PackageRef) (Package, error) {
	var told Package
	err := c.read(ctx, func(r reading) error {
		s, err := c.openBooked(r, p, ref)
		if err != nil {
			return err
		}
		told, err = c.packageOf(r, s)
		return err
	})
	return told, err
}

// Bookings is a page of a partner's booked packages, newest first.
func (c *Core) Bookings(ctx context.Context, p Partner, f BookingFilter) (BookingPage, error) {
	page := BookingPage{Limit: f.Limit, Offset: f.Offset}
	err := c.read(ctx, func(r reading) error {
		ids, total, err := r.BookedPage(p.Part, int64(f.Limit), int64(f.Offset))
		if err != nil {
			return fmt.Errorf("read bookings: %w", err)
		}
		page.Total = int(total)
		for _, id := range ids {
			s, err := c.openSale(r, p.Part, id)
			if err != nil {
				return fmt.Errorf("open package %s: %w", id, err)
			}
			told, err := c.packageOf(r, s)
			if err != nil {
				return err
			}
			page.Packages = append(page.Packages, told)
		}
		return nil
	})
	return page, err
}

// openSale reads a package of a partner by its code or the UUID of one of its
// quotes. It refuses with CodePackageUnknown.
func (c *Core) openSale(r reading, part, name string) (*sale, error) {
	code, where, ok := c.Keys.readCode(name)
	if !ok {
		return nil, unknownPackage()
	}
	shift, err := c.shiftOf(r, part, code)
	if err != nil {
		return nil, fmt.Errorf("read clock of package: %w", err)
	}
	s := &sale{ID: code, shift: shift, now: r.now.Add(shift)}
	order, booked, err := r.Order(part, code)
	if err != nil {
		return nil, fmt.Errorf("read order %s: %w", code, err)
	}
	if booked {
		return s, c.openOrder(r, s, order)
	}
	if ok, err = c.openQuoted(r, s, part, where); err != nil {
		return nil, fmt.Errorf("read package %s: %w", code, err)
	}
	if !ok || s.Content.State == string(PackageDeleted) {
		return nil, unknownPackage()
	}
	return s, nil
}

// openQuoted reads a package that was not booked, if the part has one there.
func (c *Core) openQuoted(r reading, s *sale, part string, where place) (ok bool, err error) {
	if s.day, ok, err = c.quoteDay(r, where.day); err != nil || !ok {
		return false, err
	}
	s.Package, ok, err = r.Package(s.day, part, where.ofDay())
	for i := range s.Content.Quotes {
		q := &s.Content.Quotes[i]
		q.ID = c.Keys.quoteID(s.ID, strconv.Itoa(q.Position))
	}
	return ok, err
}

// openOrder reads what a booked package holds now, with its policies.
func (c *Core) openOrder(r reading, s *sale, order store.Order) error {
	if err := c.readOrder(r, s, order); err != nil {
		return err
	}
	s.files = make(map[string]*file)
	for _, q := range s.Content.Quotes {
		if q.PolicyID == "" {
			continue
		}
		policy, ledger, err := readPolicy(r, order.Part, q.PolicyID)
		if err != nil {
			return err
		}
		s.files[q.PolicyID] = &file{Policy: policy, ledger: ledger}
	}
	return nil
}

func (c *Core) readOrder(r reading, s *sale, order store.Order) error {
	content, ok, err := r.OrderContent(order.Part, order.ID, order.Version)
	if err := needed(ok, err); err != nil {
		return fmt.Errorf("read version %d of order %s: %w", order.Version, order.ID, err)
	}
	s.order, s.ID = &order, order.ID
	s.Package = store.Package{
		Part: order.Part, OrderID: order.ID, Version: order.Version, Content: content,
	}
	return nil
}

// openBooked opens a package that was booked. One that was not is unknown as a
// booking.
func (c *Core) openBooked(r reading, p Partner, ref PackageRef) (*sale, error) {
	s, err := c.openSale(r, p.Part, ref.PackageID)
	switch {
	case err != nil:
		return nil, err
	case s.order == nil:
		return nil, unknownPackage()
	}
	return s, invalid(ref.Problems)
}

// openUnbooked opens a package in one of some states before booking. What is
// wrong with the request is told only to whom the package belongs.
func (c *Core) openUnbooked(
	r reading, p Partner, id string, problems []insurance.Problem, states ...PackageState,
) (*sale, error) {
	s, err := c.openSale(r, p.Part, id)
	if err != nil {
		return nil, err
	}
	if err := invalid(problems); err != nil {
		return nil, err
	}
	err = s.only(states...)
	return s, err
}

func unknownPackage() *insurance.Error {
	return insurance.Refuse(insurance.CodePackageUnknown, "the package does not exist")
}

// state is where the package is, a payment that is overdue included.
func (s *sale) state() PackageState {
	if s.Content.State == string(PackagePending) && s.now.UnixMicro() > s.Content.PayUntil {
		return PackageFailed
	}
	return PackageState(s.Content.State)
}

// only refuses with CodeStateForbidden unless the package is in a state.
func (s *sale) only(states ...PackageState) error {
	if slices.Contains(states, s.state()) {
		return nil
	}
	return insurance.Refuse(insurance.CodeStateForbidden, "%s", s.state())
}

// find is the place of a quote that was not deleted.
func (s *sale) find(quoteID string) (int, bool) {
	i := slices.IndexFunc(s.Content.Quotes, func(q store.Quote) bool {
		return q.ID == quoteID && q.State != string(PackageDeleted)
	})
	return i, i >= 0
}

// sold is the place of a booked quote and its policy; nil for any other.
func (s *sale) sold(quoteID string) (int, *file) {
	i, ok := s.find(quoteID)
	if !ok {
		return 0, nil
	}
	return i, s.files[s.Content.Quotes[i].PolicyID]
}

// keep stores a package as it now is.
func (d *draft) keep(s *sale) {
	if s.unsaved {
		d.AddPackage(s.day, s.stored())
		return
	}
	d.PutPackage(s.day, s.stored())
}

// keepBooked stores that a package became an order. One that is booked at once was
// never anything else.
func (d *draft) keepBooked(s *sale) {
	s.OrderID = s.ID
	if !s.unsaved {
		d.BookPackage(s.day, s.Package)
	}
}

// stored is a package without the ids of its quotes, which follow from its own.
func (s *sale) stored() store.Package {
	p := s.Package
	p.Content.Quotes = slices.Clone(p.Content.Quotes)
	for i := range p.Content.Quotes {
		p.Content.Quotes[i].ID = ""
	}
	return p
}

// unknownQuote is the problem of a quote that is not of the package.
func unknownQuote(item int) insurance.Problem {
	return insurance.Problem{Item: item, Field: insurance.FieldQuoteID, Detail: "is not a quote of this package"}
}

// namedTwice is the problem of a quote that a request names again.
func namedTwice(item int) insurance.Problem {
	return insurance.Problem{Item: item, Field: insurance.FieldQuoteID, Detail: "is named more than once"}
}

// packageOf is a stored package as it is told.
func (c *Core) packageOf(r reading, s *sale) (Package, error) {
	content := s.Content
	p := Package{
		ID: s.ID, State: s.state(), Booked: s.order != nil, Currency: content.Currency, Country: content.Country,
		Region: content.Region, Destination: content.Destination, Language: content.Language,
		TransactionID: content.TransactionID, Metadata: content.Metadata, CreatedAt: instant(content.CreatedAt),
		UpdatedAt: instant(content.UpdatedAt), ConfirmedAt: instant(content.ConfirmedAt),
		CancelledAt: instant(content.CancelledAt), Token: c.Keys.certificateToken(s.Part, s.ID), Version: s.Version,
	}
	for _, q := range content.Quotes {
		if q.State == string(PackageDeleted) || (p.Booked && !booked(q)) {
			continue
		}
		told, err := c.quoteOf(r, s, q)
		if err != nil {
			return p, err
		}
		p.Quotes = append(p.Quotes, told)
		p.Bundle = c.bundleOf(told.Product, content.Bundle, p.Bundle)
	}
	if content.Holder == "" {
		return p, nil
	}
	var ok bool
	var err error
	p.Holder, ok, err = r.Party(s.Part, content.Holder)
	if err := needed(ok, err); err != nil {
		return p, fmt.Errorf("read policyholder of %s: %w", s.ID, err)
	}
	return p, nil
}

// booked tells whether a quote of an order was bought.
func booked(q store.Quote) bool { return q.State != string(PackageReceived) }

func (c *Core) bundleOf(product insurance.Product, code string, known *PackageBundle) *PackageBundle {
	for _, b := range product.Bundles {
		if known == nil && b.Code == code {
			return &PackageBundle{Code: b.Code, Name: b.Name, Discount: b.Discount}
		}
	}
	return known
}

// quoteOf is a stored quote as it is told.
func (c *Core) quoteOf(r reading, s *sale, q store.Quote) (PackageQuote, error) {
	told := PackageQuote{
		ID: q.ID, Position: q.Position, State: PackageState(q.State), Premium: q.Premium, Bundled: q.Bundled,
		SumInsured: q.SumInsured, StartsAt: instant(q.StartsAt), EndsAt: instant(q.EndsAt), Plan: q.Plan,
		CreatedAt: instant(q.CreatedAt), UpdatedAt: instant(q.UpdatedAt), ConfirmedAt: instant(q.ConfirmedAt),
		CancelledAt: instant(q.CancelledAt),
	}
	if s.state() == PackageFailed {
		told.State = PackageFailed
	}
	if s.order != nil && booked(q) && s.bundleBooked() {
		told.Premium = q.Bundled // what it will cost once it is paid for
	}
	version := q.Version
	if f, ok := s.files[q.PolicyID]; ok {
		version = f.ProductVersion
		c.contractOf(&told, f, s.now)
	}
	var err error
	if told.Product, err = c.product(q.Product, version); err != nil {
		return told, err
	}
	told.Tariff, _ = told.Product.FindTariff(q.Proposal.Tariff)
	for _, plan := range told.Product.Instalments {
		told.Plans = append(told.Plans, PricedPlan{InstalmentPlan: plan, Amounts: told.Premium.Gross.Split(plan.Parts)})
	}
	persons, err := c.persons(r, s.Part, q.Insured)
	for i, person := range persons {
		told.Insured = append(told.Insured, Insured{ID: q.Insured[i], Party: person})
	}
	return told, err
}

// contractOf adds what the policy says of its quote.
func (c *Core) contractOf(told *PackageQuote, f *file, now time.Time) {
	contract := f.Policy.Policy
	told.Policy = &contract
	told.Premium, told.Bundled, told.SumInsured = contract.Premium, contract.Premium, contract.SumInsured
	told.StartsAt, told.EndsAt = contract.TermBegins(), contract.TermEnds()
	if contract.Renewal != nil {
		told.RenewalID = c.Keys.renewalID(f.ID, contract.Renewal.Number)
	}
	told.CancellableNow = c.cancellable(f, now)
}

func instant(micros int64) time.Time {
	if micros == 0 {
		return time.Time{}
	}
	return time.UnixMicro(micros).UTC()
}

func micros(at time.Time) int64 {
	if at.IsZero() {
		return 0
	}
	return at.UnixMicro()
}
