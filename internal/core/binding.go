package core

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
)

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
		v := c.revision(d, p, s)
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
	v.DropTimers(v.ID, timerPayment, v.ID)
	v.become(PackageConfirmed)
	v.order.State = store.OrderBooked
	v.files = make(map[string]*file)
	return v.bindAll()
}

// open drafts the order with its proposals, and binds them where nothing is
// waited for. A policy that is to come is named by its proposal alone.
func (v *revision) open(state PackageState) error {
	order := store.Order{Part: v.part, ID: v.ID, State: store.OrderBooked, ReceivedAt: micros(v.now())}
	if v.Content.TransactionID != nil {
		order.Reference = *v.Content.TransactionID
	}
	if state == PackagePending {
		order.State = store.OrderPending
	}
	v.order, v.files = &order, make(map[string]*file)
	for i := range v.Content.Quotes {
		q := &v.Content.Quotes[i]
		if q.State != string(state) {
			continue
		}
		policyID := newID()
		v.AddOrderItem(store.OrderItem{
			Part: v.part, OrderID: v.ID, Item: int64(q.Position), PolicyID: policyID, Proposal: q.Proposal,
		})
		if state == PackageConfirmed {
			q.PolicyID = policyID
		}
	}
	if state == PackagePending {
		v.keepVersion(v.now())
		v.awaitPayment()
		return nil
	}
	return v.bindAll()
}

// bindAll makes every booked quote a policy and tells it.
func (v *revision) bindAll() error {
	v.Content.ConfirmedAt = micros(v.now())
	reduction, err := v.reduction()
	if err != nil {
		return err
	}
	for i := range v.Content.Quotes {
		q := &v.Content.Quotes[i]
		if q.PolicyID == "" {
			continue
		}
		if err := v.bind(q, reduction); err != nil {
			return err
		}
	}
	return v.tellBooking(EventBookingCreated, v.now())
}

// bundleBooked tells whether all quotes of the bundle are booked.
func (s *sale) bundleBooked() bool {
	for _, q := range s.Content.Quotes {
		if q.State == string(PackageReceived) && q.Bundled.Gross != q.Premium.Gross {
			return false
		}
	}
	return s.Content.Bundle != ""
}

// bind makes a policy of a quote, at the price it was quoted.
func (v *revision) bind(q *store.Quote, reduction insurance.Rate) error {
	product, priced, err := v.core.asQuoted(*q, reduction)
	if err != nil {
		return err
	}
	at := v.now()
	wish := q.Proposal
	wish.Reference = v.order.Reference
	f, err := v.conclude(conclusion{
		id: q.PolicyID, order: v.ID, owner: v.ID, holder: v.Content.Holder, number: v.ID + "-" + strconv.Itoa(q.Position),
		product: product, quote: priced, wish: wish, language: documentLanguage(product, v.Content.Language), at: at,
		actor: actorPartner(v.partner),
	})
	v.files[f.ID] = f
	if plan, ok := product.Plan(q.Plan); ok { // the first part is paid with the booking
		q.Paid = []store.PaidPart{{Number: 1, Premium: f.Premium.Split(plan.Parts)[0]}}
	}
	q.State, q.ConfirmedAt, q.PolicyVersion = string(PackageConfirmed), micros(at), 1
	v.nameRenewal(f.Policy)
	return err
}

// asQuoted prices a quote again, with a reduction if it was quoted with one,
// which must give the same cent.
func (c *Core) asQuoted(q store.Quote, reduction insurance.Rate) (insurance.Product, insurance.Quote, error) {
	want := q.Bundled
	if reduction.IsZero() || len(q.BundledWorking.Steps) == 0 {
		reduction, want = insurance.Rate{}, q.Premium
	}
	product, priced, err := c.again(q, reduction)
	if err == nil && !same(priced.Premium, want) {
		err = fmt.Errorf("bind quote %s: it was quoted for %s and would cost %s", q.ID, want.Gross, priced.Premium.Gross)
	}
	return product, priced, err
}

// reduction is that of the bundle that the package was quoted with, and none
// unless all of it is booked. Versions of products may differ in it: the first
// quote that knew it decided.
func (v *revision) reduction() (insurance.Rate, error) {
	if !v.bundleBooked() {
		return insurance.Rate{}, nil
	}
	for _, q := range v.Content.Quotes {
		product, err := v.core.product(q.Product, q.Version)
		if err != nil {
			return insurance.Rate{}, err
		}
		for _, b := range product.Bundles {
			if b.Code == v.Content.Bundle {
				return b.Discount, nil
			}
		}
	}
	return insurance.Rate{}, fmt.Errorf("find bundle %s of package %s: no quote knows it", v.Content.Bundle, v.ID)
}
