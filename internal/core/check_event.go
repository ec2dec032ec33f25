package core

import (
	"fmt"
	"slices"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
)

// What an event says is compared with rows field by field, and not with what the
// functions that write events would say again: what is wrong in those would be wrong
// here too.

// says compares each event of a policy with the version that it tells of. All but the
// end of its cooling-off period made one.
func (k *inspection) says(f dossier) {
	version := 0
	for _, e := range f.events {
		if e.Type != string(EventCoolingOffEnded) {
			version++
		}
		if version == 0 || version > len(f.versions) {
			k.find(invariantHappened, f.ID, "event %d (%s) tells of version %d, and %d are there", e.Sequence, e.Type, version, len(f.versions))
			continue
		}
		v := f.versions[version-1]
		if e.Type != string(EventCoolingOffEnded) && e.At != v.At {
			k.find(invariantHappened, f.ID, "event %d (%s) happened at another time than version %d", e.Sequence, e.Type, version)
		}
		if version > 1 && f.Owner == f.ID && slices.Contains(byClock, EventType(e.Type)) {
			if due, ok := f.versions[version-2].Policy.DueAt(); !ok || due.UnixMicro() != e.At {
				k.find(invariantHappened, f.ID, "event %d (%s) did not happen when it was due", e.Sequence, e.Type)
			}
		}
		if version == 1 && e.Sequence == 1 {
			k.saysBound(f, e, v.Policy)
			continue
		}
		k.saysChanged(f, e, v.Policy)
	}
	if version != len(f.versions) {
		k.find(invariantHappened, f.ID, "it has %d versions, and %d events tell of one", len(f.versions), version)
	}
}

// byClock are the events of a policy by itself that only time brings about.
var byClock = []EventType{EventPolicyPremium, EventPolicyRenewed, EventPolicyExpired}

func (k *inspection) saysBound(f dossier, e store.Event, p insurance.Policy) {
	var said BoundPolicy
	if err := eventOfRow(e).Decode(&said); err != nil || !said.is(p) {
		k.find(invariantHappened, f.ID, "event %d (%s) says something else than version 1", e.Sequence, e.Type)
	}
}

// is tells whether a policy was bound as it is told.
func (b BoundPolicy) is(p insurance.Policy) bool {
	return b.CertificateNumber == p.CertificateNumber && b.InceptionOn == p.InceptionOn.String() &&
		b.Gross == p.Premium.Gross.Decimal() && b.Currency == string(p.Premium.Gross.Currency)
}

func (k *inspection) saysChanged(f dossier, e store.Event, p insurance.Policy) {
	var said PolicyChanged
	reason := ""
	if p.Termination != nil {
		reason = string(p.Termination.Reason)
	}
	err := eventOfRow(e).Decode(&said)
	if err != nil || said.CertificateNumber != p.CertificateNumber || said.Reference != p.Reference || said.State != string(p.State) ||
		said.Reason != reason || said.LastDayOn != p.LastDay().String() || said.PaidTo != p.PaidTo.String() {
		k.find(invariantHappened, f.ID, "event %d (%s) says something else than its version", e.Sequence, e.Type)
	}
}

// saysOrder compares what the events of an order say of its proposals with what
// became of them.
func (k *inspection) saysOrder(o store.Order, items []store.OrderItem, policies []store.PolicyRow, events []store.Event) {
	var bound, refused []string
	for _, e := range events {
		switch EventType(e.Type) {
		case EventOrderBooked:
			var said OrderBooked
			if err := eventOfRow(e).Decode(&said); err != nil || said.Reference != o.Reference {
				k.find(invariantHappened, o.ID, "event %d (%s) is of another order", e.Sequence, e.Type)
			}
			for _, p := range said.Policies {
				bound = append(bound, p.CertificateNumber)
			}
		case EventOrderRefused:
			var said OrderRefused
			if err := eventOfRow(e).Decode(&said); err != nil || said.Reference != o.Reference {
				k.find(invariantHappened, o.ID, "event %d (%s) is of another order", e.Sequence, e.Type)
			}
			refused = append(refused, string(said.Code))
		case EventBookingCreated:
			return // a package says it by its versions
		}
	}
	var there, codes []string
	for _, p := range policies {
		there = append(there, p.CertificateNumber)
	}
	for _, i := range items {
		if i.Refusal != "" {
			codes = append(codes, i.Refusal)
		}
	}
	for what, lists := range map[string][2][]string{"policies": {bound, there}, "refusals": {refused, codes}} {
		slices.Sort(lists[0])
		slices.Sort(lists[1])
		if !slices.Equal(lists[0], lists[1]) {
			k.find(invariantHappened, o.ID, "its events tell of other %s than there are", what)
		}
	}
}

// saysRenewals compares what the events of a booking say of renewals with the policies
// as they stood in the version that each made.
func (k *inspection) saysRenewals(r reading, f folder) error {
	for _, e := range f.events {
		switch EventType(e.Type) {
		case EventRenewalPlanned, EventRenewalAnnounced, EventRenewalDue, EventRenewalExpired:
		default:
			continue
		}
		var said RenewalTold
		if err := eventOfRow(e).Decode(&said); err != nil || said.To < 1 || said.To > int64(len(f.versions)) {
			k.find(invariantHappened, f.ID, "event %d (%s) tells of no version", e.Sequence, e.Type)
			continue
		}
		if err := k.saysRenewal(r, f, e, said); err != nil {
			return err
		}
	}
	return nil
}

func (k *inspection) saysRenewal(r reading, f folder, e store.Event, said RenewalTold) error {
	quotes := f.versions[said.To-1].Content.Quotes
	i := slices.IndexFunc(quotes, func(q store.Quote) bool { return q.ID == said.QuoteID })
	if i < 0 {
		k.find(invariantHappened, f.ID, "event %d (%s) tells of a quote that is not booked", e.Sequence, e.Type)
		return nil
	}
	p, ok, err := r.PolicyVersion(f.Part, quotes[i].PolicyID, quotes[i].PolicyVersion)
	if err != nil {
		return fmt.Errorf("read policy %s: %w", quotes[i].PolicyID, err)
	}
	if !ok || p.Renewal == nil || !said.is(p) {
		k.find(invariantHappened, f.ID, "event %d (%s) says something else than the renewal of its quote", e.Sequence, e.Type)
	}
	return nil
}

// saysRefunds compares what the cancellations of a booking say was given back with the
// ledgers. Of a premium that is paid in parts no more is given back than was paid.
func (k *inspection) saysRefunds(r reading, f folder) error {
	for _, e := range f.events {
		if e.Type != string(EventBookingCancelled) {
			continue
		}
		var said CancellationTold
		if err := eventOfRow(e).Decode(&said); err != nil || len(said.Refunds) == 0 || said.To < 1 || said.To > int64(len(f.versions)) {
			k.find(invariantHappened, f.ID, "event %d (%s) tells of no refund", e.Sequence, e.Type)
			continue
		}
		for _, q := range f.versions[said.To-1].Content.Quotes {
			told, cancelled := said.Refunds[q.ID]
			if !cancelled || q.Plan != "" {
				continue
			}
			ledger, err := r.Ledger(f.Part, q.PolicyID)
			if err != nil {
				return fmt.Errorf("read ledger of policy %s: %w", q.PolicyID, err)
			}
			if back := insurance.Settle(ledger).Returned.Gross.Decimal(); told != back {
				k.find(invariantLedger, f.ID, "event %d (%s) says that %s of quote %d was given back, its ledger %s",
					e.Sequence, e.Type, told, q.Position, back)
			}
		}
	}
	return nil
}

// is tells whether the renewal of a policy is as it is told.
func (t RenewalTold) is(p insurance.Policy) bool {
	r := p.Renewal
	return t.State == string(r.State) && t.Price == r.Premium.Gross.Decimal() && t.Currency == string(r.Premium.Gross.Currency) &&
		t.Period == p.Term.String() && t.StartsAt.Equal(r.DueAt) && t.EndsAt.Equal(p.RenewalEnds()) &&
		t.CreatedAt.Equal(r.CreatedAt) && t.NoticeAt.Equal(r.NoticeAt) && t.DueAt.Equal(r.DueAt) && t.GraceUntil.Equal(r.GraceUntil)
}
