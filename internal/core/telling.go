package core

import (
	"fmt"

	"github.com/covernote/covernote/internal/store"
)

// illustrate adds to the notice of an event of a booking the package as it
// stood before and after. Persons are read when the notice is sent and lie in
// no event.
func (c *Core) illustrate(r reading, n *Notice) error {
	if isInquiry(n.Event.Type) {
		return c.illustrateInquiry(r, n)
	}
	versions, ok, err := toldVersions(n.Event)
	if err != nil || !ok {
		return err
	}
	if versions.From > 0 {
		if n.Old, err = c.packageAt(r, n.Event.Part, versions.PackageID, versions.From); err != nil {
			return err
		}
	}
	n.New, err = c.packageAt(r, n.Event.Part, versions.PackageID, versions.To)
	return err
}

// toldVersions are the versions of a package that an event lies between.
func toldVersions(e Event) (versions BookingTold, ok bool, err error) {
	switch e.Type {
	case EventBookingCreated, EventBookingUpdated, EventBookingCancelled, EventBookingFailed, EventRenewalPlanned, EventRenewalAnnounced,
		EventRenewalDue, EventRenewalExpired, EventMailRequested:
		if err := e.Decode(&versions); err != nil {
			return versions, false, fmt.Errorf("read event %s: %w", e.ID, err)
		}
		return versions, true, nil
	}
	return versions, false, nil
}

// packageAt is a booked package as it stood in one of its versions.
func (c *Core) packageAt(r reading, part, id string, version int64) (*Package, error) {
	order, ok, err := r.Order(part, id)
	if err := needed(ok, err); err != nil {
		return nil, fmt.Errorf("read order %s: %w", id, err)
	}
	order.Version = version
	s := &sale{files: make(map[string]*file)}
	if err := c.readOrder(r, s, order); err != nil {
		return nil, err
	}
	s.now = instant(s.Content.UpdatedAt)
	for _, q := range s.Content.Quotes {
		if q.PolicyID == "" {
			continue
		}
		policy, ok, err := r.PolicyVersion(part, q.PolicyID, q.PolicyVersion)
		if err := needed(ok, err); err != nil {
			return nil, fmt.Errorf("read policy %s version %d: %w", q.PolicyID, q.PolicyVersion, err)
		}
		s.files[q.PolicyID] = &file{Policy: store.Policy{Policy: policy, Part: part, ID: q.PolicyID}}
	}
	told, err := c.packageOf(r, s)
	return &told, err
}

// illustrateInquiry adds the inquiry as it stood after the event.
func (c *Core) illustrateInquiry(r reading, n *Notice) error {
	var event InquiryTold
	if err := n.Event.Decode(&event); err != nil {
		return fmt.Errorf("read event %s: %w", n.Event.ID, err)
	}
	told, err := c.inquiryAsOf(r, n.Partner, n.Event.Subject, event.Version)
	told.UpdatedAt = n.Event.At
	n.Inquiry = &told
	return err
}
