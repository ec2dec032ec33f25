package core

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/covernote/covernote/internal/store"
)

// orders compares each order of a stretch with what became of it.
func (k *inspection) orders(r reading, s store.Stretch) error {
	rows, err := r.OrdersIn(s)
	if err != nil {
		return fmt.Errorf("read orders: %w", err)
	}
	d := &drawer{reading: r, stretch: s, inspection: k}
	items := pull(d, r.OrderItemsIn, func(i store.OrderItem) string { return i.OrderID }, "")
	events := pull(d, r.EventsIn, func(e store.Event) string { return e.Subject }, "")
	timers := pull(d, r.TimersAbout, func(t store.Timer) string { return t.Owner }, "")
	versions := pull(d, r.PackageVersionsIn, func(v store.PackageVersion) string { return v.OrderID }, "")
	entries := pull(d, r.AuditIn, func(a store.AuditEntry) string { return a.Subject }, "")
	if d.err != nil {
		return d.err
	}
	for _, o := range rows {
		policies, err := k.outcomes(r, o, items[o.ID])
		if err != nil {
			return err
		}
		k.sequence(o.ID, o.Sequence, events[o.ID])
		k.toldOutcomes(o, items[o.ID], len(policies), events[o.ID])
		k.saysOrder(o, items[o.ID], policies, events[o.ID])
		k.auditedOrder(o, events[o.ID], entries[o.ID])
		k.bookingStep(o, timers[o.ID])
		if err := k.booking(r, folder{o, items[o.ID], versions[o.ID], events[o.ID]}); err != nil {
			return err
		}
		delete(items, o.ID)
		delete(versions, o.ID)
	}
	for _, id := range slices.Sorted(maps.Keys(versions)) {
		k.find(invariantPackage, id, "there are versions of it, but no order")
	}
	for _, id := range slices.Sorted(maps.Keys(items)) {
		k.find(invariantBooked, id, "there are proposals of it, but no order")
	}
	return k.requests(r, s)
}

// requests looks for orders of a stretch whose request was not kept as it came.
func (k *inspection) requests(r reading, s store.Stretch) error {
	bare, err := r.RequestsMissing(s)
	if err != nil {
		return fmt.Errorf("read requests of orders: %w", err)
	}
	for _, id := range bare {
		k.find(invariantAudit, id, "the request that it came with was not kept")
	}
	return nil
}

// outcomes compares each proposal with what became of it, and answers the
// policies.
func (k *inspection) outcomes(r reading, o store.Order, items []store.OrderItem) (bound []store.PolicyRow, err error) {
	if len(items) == 0 {
		k.find(invariantBooked, o.ID, "it has no proposal")
	}
	for _, item := range items {
		policy, exists, err := r.PolicyRow(o.Part, item.PolicyID)
		if err != nil {
			return bound, fmt.Errorf("read policy %s: %w", item.PolicyID, err)
		}
		if exists {
			bound = append(bound, policy)
		}
		decided := exists != (item.Refusal != "")
		if decided != (o.State == store.OrderBooked) || (exists && item.Refusal != "") {
			k.find(invariantBooked, o.ID, "it is %s, and proposal %d has a policy: %t, a refusal: %q",
				o.State, item.Item, exists, item.Refusal)
		}
	}
	return bound, nil
}

// toldOutcomes compares the events of an order with what became of it.
func (k *inspection) toldOutcomes(o store.Order, items []store.OrderItem, bound int, events []store.Event) {
	refused := howMany(items, func(i store.OrderItem) bool { return i.Refusal != "" })
	if n := howMany(events, isEvent(EventOrderRefused)); n != refused {
		k.find(invariantHappened, o.ID, "%d proposals were refused, and %d events tell of one", refused, n)
	}
	if n := howMany(events, isEvent(EventOrderBooked)) + howMany(events, isEvent(EventBookingCreated)); n != min(bound, 1) {
		k.find(invariantHappened, o.ID, "%d policies were bound, and %d events tell of it", bound, n)
	}
	failed := howMany(events, isEvent(EventBookingFailed))
	if (failed == 1) != (o.State == store.OrderFailed) || failed > 1 {
		k.find(invariantHappened, o.ID, "it is %s, and its failing happened %d times", o.State, failed)
	}
}

// auditedOrder compares what came to nothing with the audit log. What was bound is
// there by its policies.
func (k *inspection) auditedOrder(o store.Order, events []store.Event, entries []store.AuditEntry) {
	for _, kind := range []EventType{EventOrderRefused, EventBookingFailed} {
		happened := howMany(events, isEvent(kind))
		if n := howMany(entries, func(a store.AuditEntry) bool { return a.Action == string(kind) }); n != happened {
			k.find(invariantAudit, o.ID, "%s happened %d times and is in the audit log %d times", kind, happened, n)
		}
	}
}

func (k *inspection) bookingStep(o store.Order, timers []store.Timer) {
	want := 0
	if o.State == store.OrderReceived {
		want = 1
	}
	if n := howMany(timers, func(t store.Timer) bool { return t.Kind == timerBook }); n != want {
		k.find(invariantBooked, o.ID, "it is %s and will be booked %d times, not %d", o.State, n, want)
	}
	want = 0
	if o.State == store.OrderPending {
		want = 1
	}
	if n := howMany(timers, func(t store.Timer) bool { return t.Kind == timerPayment }); n != want {
		k.find(invariantTimer, o.ID, "it is %s, and the wait for its payment will end %d times, not %d", o.State, n, want)
	}
}

// claims compares each natural key that is held with what it is held for.
func (k *inspection) claims(r reading, s store.Stretch) error {
	rows, err := r.ClaimsIn(s)
	if err != nil {
		return fmt.Errorf("read claims: %w", err)
	}
	for _, claim := range rows {
		if claim.ExpiresAt <= r.now.UnixMicro() {
			continue
		}
		held, err := k.holds(r, claim)
		if err != nil {
			return err
		}
		if !held {
			k.find(invariantClaim, claim.Key, "it is held for %s, which is neither live nor on its way", claim.PolicyID)
		}
	}
	return nil
}

func (k *inspection) holds(r reading, claim store.Claim) (bool, error) {
	policy, exists, err := r.PolicyRow(claim.Part, claim.PolicyID)
	if err != nil {
		return false, fmt.Errorf("read policy %s: %w", claim.PolicyID, err)
	}
	if exists {
		return policy.Live == 1 && policy.Claim == claim.Key, nil
	}
	order, exists, err := r.Order(claim.Part, claim.OrderID)
	if err == nil && exists && strings.HasPrefix(claim.Key, atOncePrefix) {
		return true, nil // it is held for a package, which may have ended since
	}
	if err != nil || !exists || order.State != store.OrderReceived {
		return false, err
	}
	items, err := r.OrderItems(claim.Part, claim.OrderID)
	return howMany(items, func(i store.OrderItem) bool {
		return i.PolicyID == claim.PolicyID && i.Claim == claim.Key
	}) == 1, err
}
