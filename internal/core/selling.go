package core

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
)

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
		return c.sell(r, d, p, s, wish, func() { d.PutPackage(s.Package) })
	})
}

// checkBooking finds what is wrong with a booking.
func (c *Core) checkBooking(s *sale, wish BookingWish) []insurance.Problem {
	problems := wish.Holder.Check(true)
	seen := make(map[string]bool)
	for item, q := range wish.Quotes {
		i, ok := s.at(q.ID)
		switch {
		case !ok:
			problems = append(problems, unknownQuote(item).Problems...)
			continue
		case seen[q.ID]:
			problems = append(problems, insurance.Problem{Item: item, Field: insurance.FieldQuoteID, Detail: "is named more than once"})
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

// checkInsured finds what is wrong with the persons named beside the
// policyholder.
func checkInsured(item int, persons []insurance.Party) []insurance.Problem {
	var problems []insurance.Problem
	for n, person := range persons {
		for _, problem := range person.Check(false) {
			_, part, _ := strings.Cut(string(problem.Field), ".")
			problems = append(problems, insurance.Problem{
				Item: item, Field: insurance.FieldInsured, Detail: fmt.Sprintf("number %d: %s %s", n+1, part, problem.Detail),
			})
		}
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

// BookAtOnce makes a package and books all of it. Without a key of its own, a
// request that asks for exactly the same within a day is answered with what
// was booked then, as long as that lives. It refuses as Quote and Book do.
func (c *Core) BookAtOnce(ctx context.Context, p Partner, wish InstantWish, once Once) (Package, error) {
	code, where, err := c.newCode(ctx, p.Part)
	if err != nil {
		return Package{}, err
	}
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
		s, err := c.newSale(r, p, code, where, wish.Package)
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
		d.claimAtOnce(claim, code)
		return c.sell(r, d, p, s, booking, func() { d.AddPackage(s.Package) })
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
	d.AddClaim(claim, d.now.UnixMicro())
}

// sell drafts the order of a package, and its policies unless they wait for
// the payment. keep stores the package itself.
func (c *Core) sell(r reading, d *draft, p Partner, s *sale, wish BookingWish, keep func()) (*draft, Package, error) {
	d.shift = s.shift
	if err := s.fresh(c, wish); err != nil {
		return nil, Package{}, err
	}
	v := &revision{draft: d, sale: s, core: c, partner: p}
	state := PackageConfirmed
	if wish.AwaitPayment {
		state = PackagePending
	}
	v.enterOrder(wish, state)
	keep()
	if err := v.open(state); err != nil {
		return nil, Package{}, err
	}
	told, err := c.packageSold(r, v, wish)
	return d, told, err
}

// fresh refuses with CodeStale a quote that is no longer held at its price.
func (s *sale) fresh(c *Core, wish BookingWish) error {
	for _, booked := range wish.Quotes {
		i, _ := s.at(booked.ID)
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
		content.PayUntil = micros(v.sale.now.Add(paymentWindow))
	}
	for _, booked := range wish.Quotes {
		i, _ := v.at(booked.ID)
		q := &content.Quotes[i]
		q.State, q.Plan = string(state), booked.Plan
		q.Insured = v.addPersons(booked.Insured)
	}
	v.become(state)
}

// holderOf is the policyholder, with the region that the package names where
// the booking names none.
func (v *revision) holderOf(wish BookingWish) insurance.Party {
	holder := wish.Holder
	if holder.Address.Region == "" {
		holder.Address.Region = insurance.Personal(v.Content.Region)
	}
	return holder
}

func (v *revision) addPersons(persons []insurance.Party) []string {
	var ids []string
	for _, person := range persons {
		id := uuid.NewString()
		v.AddParty(id, person)
		ids = append(ids, id)
	}
	return ids
}

// open drafts the order with its proposals, and binds them where nothing is
// waited for.
func (v *revision) open(state PackageState) error {
	order := store.Order{
		Part: v.part, ID: v.ID, Version: 1, State: store.OrderBooked, ReceivedAt: micros(v.sale.now),
	}
	if v.Content.TransactionID != nil {
		order.Reference = *v.Content.TransactionID
	}
	if state == PackagePending {
		order.State = store.OrderPending
	}
	for item, q := range v.Content.Quotes {
		if q.State == string(state) {
			policyID := newID()
			v.Content.Quotes[item].PolicyID = policyID
			v.AddOrderItem(store.OrderItem{
				Part: v.part, OrderID: v.ID, Item: int64(q.Position), PolicyID: policyID, Proposal: q.Proposal,
			})
		}
	}
	v.order, v.files = &order, make(map[string]*file)
	if state == PackagePending {
		v.forgetPolicies()
		v.AddOrder(order)
		v.AddOrderContent(v.ID, 1, micros(v.sale.now), v.Content)
		return nil
	}
	return v.bindAll(func() { v.AddOrder(*v.order) })
}

// forgetPolicies leaves the policies that are to come to the order's items,
// until they are bound.
func (v *revision) forgetPolicies() {
	for i := range v.Content.Quotes {
		v.Content.Quotes[i].PolicyID = ""
	}
}

// bindAll makes every booked quote a policy and tells it. store stores the
// order, which is then one event further.
func (v *revision) bindAll(keep func()) error {
	v.Content.ConfirmedAt = micros(v.sale.now)
	together := v.bundleBooked()
	for i := range v.Content.Quotes {
		q := &v.Content.Quotes[i]
		if q.PolicyID == "" {
			continue
		}
		if err := v.bind(q, together); err != nil {
			return err
		}
	}
	v.order.Sequence++
	keep()
	v.Version = v.order.Version
	v.AddOrderContent(v.ID, v.order.Version, micros(v.sale.now), v.Content)
	told := BookingTold{PackageID: v.ID, From: v.order.Version - 1, To: v.order.Version}
	return v.happen(v.ID, v.order.Sequence, EventBookingCreated, v.sale.now, told)
}

// bundleBooked tells whether all quotes of the bundle are booked.
func (v *revision) bundleBooked() bool {
	for _, q := range v.Content.Quotes {
		if q.PolicyID == "" && q.State == string(PackageReceived) && q.Bundled.Gross != q.Premium.Gross {
			return false
		}
	}
	return v.Content.Bundle != ""
}

// bind makes a policy of a quote, at the price it was quoted.
func (v *revision) bind(q *store.Quote, together bool) error {
	discount := insurance.Rate{}
	want := q.Premium
	if together && len(q.BundledWorking.Steps) > 0 {
		discount, want = v.discountOf(*q), q.Bundled
	}
	product, priced, err := v.core.again(*q, discount)
	if err != nil {
		return err
	}
	if !same(priced.Premium, want) {
		return fmt.Errorf("bind quote %s: it was quoted for %s and would cost %s", q.ID, want.Gross, priced.Premium.Gross)
	}
	at := v.sale.now
	wish := q.Proposal
	wish.Reference = v.order.Reference
	number := v.ID + "-" + strconv.Itoa(q.Position)
	contract, entry := insurance.Bind(priced, wish, product, number, at)
	policy := store.Policy{
		Policy: contract, Part: v.part, ID: q.PolicyID, OrderID: v.ID, Owner: v.ID, Holder: v.Content.Holder,
		CreatedAt: micros(at), Sequence: 1, Version: 1,
	}
	v.AddPolicy(policy, micros(at))
	v.AddWorking(policy.ID, 1, priced.Working)
	v.AddEntries(policy.ID, 0, []insurance.Entry{entry})
	v.issue(policy.ID, 1, documentLanguage(product, v.Content.Language), at, issuedAtBinding(product)...)
	v.scheduleNext(policy)
	v.files[policy.ID] = &file{Policy: policy, ledger: []insurance.Entry{entry}, shift: v.sale.shift}
	if plan, ok := product.Plan(q.Plan); ok { // the first part is paid with the booking
		q.Paid = []store.PaidPart{{Number: 1, Premium: contract.Premium.Split(plan.Parts)[0]}}
	}
	q.State, q.ConfirmedAt, q.PolicyVersion = string(PackageConfirmed), micros(at), 1
	if contract.Renewal != nil {
		v.AddRenewal(store.Renewal{
			Part: v.part, PolicyID: policy.ID, Number: int64(contract.Renewal.Number), OrderID: v.ID,
			ID: v.core.Keys.renewalID(policy.ID, strconv.Itoa(contract.Renewal.Number)),
		})
	}
	v.audit(actorPartner(v.partner), string(EventPolicyBound), policy.ID, v.ID, "", number)
	return v.happen(policy.ID, 1, EventPolicyBound, at, boundPolicy(contract, product))
}

// discountOf is the reduction that the quote has in its bundle.
func (v *revision) discountOf(q store.Quote) insurance.Rate {
	product, err := v.core.product(q.Product, q.Version)
	if err != nil {
		return insurance.Rate{}
	}
	for _, b := range product.Bundles {
		if b.Code == v.Content.Bundle {
			return b.Discount
		}
	}
	return insurance.Rate{}
}

// documentLanguage is the customer's language, if the product is written in
// it, and else its first.
func documentLanguage(product insurance.Product, asked string) insurance.Language {
	if len(asked) >= 2 && slices.Contains(product.Languages, insurance.Language(asked[:2])) {
		return insurance.Language(asked[:2])
	}
	return languageOf(product)
}

// packageSold tells a package whose persons are not yet stored.
func (c *Core) packageSold(r reading, v *revision, wish BookingWish) (Package, error) {
	persons := make(map[string][]Insured)
	for _, booked := range wish.Quotes {
		i, _ := v.at(booked.ID)
		for n, id := range v.Content.Quotes[i].Insured {
			persons[booked.ID] = append(persons[booked.ID], Insured{ID: id, Party: booked.Insured[n]})
		}
	}
	return c.drafted(r, v, v.holderOf(wish), persons)
}

// drafted tells a package as it will stand, with persons that the draft holds.
func (c *Core) drafted(r reading, v *revision, holder insurance.Party, persons map[string][]Insured) (Package, error) {
	shown := *v.sale
	shown.Content.Holder = ""
	shown.Content.Quotes = slices.Clone(shown.Content.Quotes)
	for i := range shown.Content.Quotes {
		if _, fresh := persons[shown.Content.Quotes[i].ID]; fresh {
			shown.Content.Quotes[i].Insured = nil
		}
	}
	told, err := c.packageOf(r, &shown)
	told.Holder = holder
	for i := range told.Quotes {
		if fresh, ok := persons[told.Quotes[i].ID]; ok {
			told.Quotes[i].Insured = fresh
		}
	}
	return told, err
}

// ConfirmPayment binds a booking that waits for its payment. It refuses with
// CodePaymentLate once the time for it has passed, and with
// CodeStateForbidden what does not wait.
func (c *Core) ConfirmPayment(ctx context.Context, p Partner, ref PackageRef, once Once) (Package, error) {
	return onceOnly(ctx, c, p, once, func(r reading) (*draft, Package, error) {
		s, err := c.openBooked(r, p, ref)
		if err != nil {
			return nil, Package{}, err
		}
		if s.state() == PackageFailed {
			return nil, Package{}, insurance.Refuse(insurance.CodePaymentLate,
				"the booking had to be paid for by %s", instant(s.Content.PayUntil).Format(time.RFC3339))
		}
		if err := s.only(PackagePending); err != nil {
			return nil, Package{}, err
		}
		d, err := c.draft(r, p)
		if err != nil {
			return nil, Package{}, err
		}
		d.shift = s.shift
		v := &revision{draft: d, sale: s, core: c, partner: p}
		if err := v.paid(r); err != nil {
			return nil, Package{}, err
		}
		told, err := c.packageOf(r, v.sale)
		return d, told, err
	})
}

// paid binds what waited.
func (v *revision) paid(r reading) error {
	items, err := r.OrderItems(v.part, v.ID)
	if err != nil {
		return fmt.Errorf("read proposals of order %s: %w", v.ID, err)
	}
	for _, item := range items {
		for i := range v.Content.Quotes {
			if int64(v.Content.Quotes[i].Position) == item.Item {
				v.Content.Quotes[i].PolicyID = item.PolicyID
			}
		}
	}
	v.become(PackageConfirmed)
	v.order.State = store.OrderBooked
	v.files = make(map[string]*file)
	return v.bindAll(func() {
		v.PutOrder(*v.order)
		v.order.Version++
	})
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
		total, err := r.CountBooked(p.Part)
		if err != nil {
			return fmt.Errorf("count bookings: %w", err)
		}
		page.Total = int(total)
		ids, err := r.BookedPage(p.Part, f.Limit, f.Offset)
		if err != nil {
			return fmt.Errorf("read bookings: %w", err)
		}
		for _, id := range ids {
			s, err := c.openSale(r, p.Part, id)
			if err != nil {
				return errors.Join(fmt.Errorf("open package %s", id), err)
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
