package core

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/covernote/covernote/internal/document"
	"github.com/covernote/covernote/internal/store"
)

// inquiries compares each inquiry of a partner with its versions, its events
// and its policy.
func (k *inspection) inquiries(ctx context.Context) error {
	return k.pages(ctx, func(r reading, after int64) (last int64, rows int, err error) {
		found, err := r.InquiriesAfter(k.partner.Part, after, checkSize)
		if err != nil {
			return 0, 0, fmt.Errorf("read inquiries: %w", err)
		}
		for _, row := range found {
			last = row.ID
			if err := k.inquiry(r, row); err != nil {
				return last, 0, err
			}
		}
		return last, len(found), nil
	})
}

// pages goes through rows by their numbers, each page in one snapshot.
func (k *inspection) pages(ctx context.Context, page func(r reading, after int64) (last int64, rows int, err error)) error {
	for after, more := int64(0), true; more; {
		err := k.core.read(ctx, func(r reading) error {
			last, rows, err := page(r, after)
			after, more, k.done = last, rows == checkSize, k.done+rows
			return err
		})
		if err != nil {
			return err
		}
		if k.progress != nil {
			k.progress(k.done, max(k.done, k.total))
		}
	}
	return nil
}

// inquiry compares what is stored about one inquiry.
func (k *inspection) inquiry(r reading, row store.Inquiry) error {
	name := inquiryName(row.ID)
	last, count, err := r.InquiryVersions(row.Part, row.ID)
	if err != nil {
		return fmt.Errorf("read versions of %s: %w", name, err)
	}
	if last != row.Version || count != row.Version {
		k.find(invariantSequence, name, "version %d has %d versions up to %d", row.Version, count, last)
	}
	content := row.Content
	if content.Status != row.Status || content.Profession != row.Profession || content.PolicyID != row.PolicyID {
		k.find(invariantColumns, name, "a column is not what its newest version says")
	}
	for _, compare := range []func(reading, store.Inquiry) error{k.told, k.people, k.offered} {
		if err := compare(r, row); err != nil {
			return err
		}
	}
	return nil
}

// transitions are the statuses that an inquiry may take after each.
var transitions = map[InquiryStatus][]InquiryStatus{
	"":                {InquiryOpen},
	InquiryOpen:       {InquiryCalculated, InquiryTendering, InquiryLead},
	InquiryTendering:  {InquiryCalculated},
	InquiryLead:       {InquiryCalculated},
	InquiryCalculated: {InquiryOpen, InquiryProposed, InquiryOrdered},
	InquiryProposed:   {InquiryCalculated, InquiryOrdered},
}

// told compares the events of an inquiry with where it stands and how it may
// have come there.
func (k *inspection) told(r reading, row store.Inquiry) error {
	name := inquiryName(row.ID)
	events, err := r.EventsOf(row.Part, name)
	if err != nil {
		return fmt.Errorf("read events of %s: %w", name, err)
	}
	k.sequence(name, row.Sequence, events)
	var before InquiryStatus
	for _, e := range events {
		var told InquiryTold
		if err := eventOfRow(e).Decode(&told); err != nil {
			k.find(invariantHappened, name, "event %d cannot be read", e.Sequence)
			continue
		}
		status := InquiryStatus(told.Status)
		if !slices.Contains(transitions[before], status) || EventType(e.Type) != eventOfStatus(status, e.Sequence) {
			k.find(invariantInquiry, name, "event %d tells %s after %q as %s", e.Sequence, status, before, e.Type)
		}
		before = status
	}
	if string(before) != row.Status {
		k.find(invariantInquiry, name, "it is %s, and %q was told last", row.Status, before)
	}
	entries, err := r.AuditOf(row.Part, name)
	if err != nil {
		return fmt.Errorf("read audit log of %s: %w", name, err)
	}
	if n := howMany(entries, func(a store.AuditEntry) bool { return isInquiry(EventType(a.Action)) }); n != len(events) {
		k.find(invariantAudit, name, "%d events are in the audit log %d times", len(events), n)
	}
	return nil
}

// people looks for the broker and the customer of an inquiry.
func (k *inspection) people(r reading, row store.Inquiry) error {
	name := inquiryName(row.ID)
	_, ok, err := r.Broker(row.Part, row.Broker)
	if err != nil {
		return fmt.Errorf("read broker of %s: %w", name, err)
	}
	customer, known, err := r.Customer(row.Part, row.Customer)
	if err != nil {
		return fmt.Errorf("read customer of %s: %w", name, err)
	}
	if !ok || !known || customer.Broker != row.Broker {
		k.find(invariantInquiry, name, "its broker and its customer do not belong together")
	}
	return nil
}

// offered compares the chosen offer of an inquiry with its policy and its
// documents.
func (k *inspection) offered(r reading, row store.Inquiry) error {
	name, content := inquiryName(row.ID), row.Content
	chosen := slices.IndexFunc(content.Offers, func(o store.Offer) bool { return o.ID == content.Chosen && calculated(o) })
	ordered := row.Status == string(InquiryOrdered)
	if (chosen >= 0) != (ordered || row.Status == string(InquiryProposed)) {
		k.find(invariantInquiry, name, "it is %s, and its chosen offer is %q", row.Status, content.Chosen)
		return nil
	}
	documents, err := r.DocumentsOf(row.Part, name)
	if err != nil {
		return fmt.Errorf("read documents of %s: %w", name, err)
	}
	orders := howMany(documents, func(d store.Document) bool { return d.Kind == string(document.KindCoverOrder) })
	if (orders == 1) != ordered || (row.PolicyID != "") != ordered {
		k.find(invariantInquiry, name, "it is %s with %d orders of cover and policy %q", row.Status, orders, row.PolicyID)
		return nil
	}
	if !ordered {
		return nil
	}
	policy, ok, err := r.PolicyVersion(row.Part, row.PolicyID, 1)
	if err != nil {
		return fmt.Errorf("read policy of %s: %w", name, err)
	}
	if !ok || !same(policy.Premium, content.Offers[chosen].Premium) {
		k.find(invariantInquiry, name, "its policy was not bound at the premium that was offered")
	}
	return nil
}

// brokers compares each broker of a partner with its agency numbers, and those
// of the account.
func (k *inspection) brokers(ctx context.Context) error {
	for after, more := "", true; more; {
		err := k.core.read(ctx, func(r reading) error {
			rows, err := r.BrokersAfter(k.partner.Part, after, checkSize)
			if err != nil {
				return fmt.Errorf("read brokers: %w", err)
			}
			if after == "" {
				rows = append(rows, store.Broker{Part: k.partner.Part}) // the account itself
			}
			more = len(rows) >= checkSize
			for _, row := range rows {
				after = max(after, row.ID)
				if err := k.broker(r, row); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (k *inspection) broker(r reading, row store.Broker) error {
	if row.ID != "" {
		if _, ok, err := r.Party(row.Part, row.Party); err != nil || !ok {
			if err != nil {
				return fmt.Errorf("read broker: %w", err)
			}
			k.find(invariantInquiry, row.ID, "nothing is known of the broker")
		}
	}
	numbers, err := r.AgencyNumbers(row.Part, row.ID)
	if err != nil {
		return fmt.Errorf("read agency numbers: %w", err)
	}
	tenders, calculations := make(map[int64]int), make(map[int64]int)
	for _, n := range numbers {
		if n.ForTenders {
			tenders[n.Insurer]++
		}
		if n.ForCalculations {
			calculations[n.Insurer]++
		}
		if max(tenders[n.Insurer], calculations[n.Insurer]) > 1 {
			k.find(invariantAgency, orElse(row.ID, row.Part), "insurer %d has more than one first choice", n.Insurer)
		}
	}
	return nil
}

// ofInquiry tells whether a subject is an inquiry.
func ofInquiry(subject string) bool { return strings.HasPrefix(subject, refInquiry+"/") }
