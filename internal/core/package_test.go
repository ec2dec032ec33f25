package core

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
)

// shop is a partner that sells packages, with an endpoint.
func (h *house) shop(part string) Partner {
	h.t.Helper()
	access, err := h.AddPartner(h.t.Context(), Account{
		Part: part, Family: FamilyXCover, Name: "Shop " + part, Endpoints: []string{"https://one.example/" + part},
	})
	h.fatal(err)
	partner, err := h.Authenticate(h.t.Context(), FamilyXCover, Claim{
		User: access.Username, Signed: func(secret string) bool { return secret == access.Secret },
	})
	h.fatal(err)
	return partner
}

func given[T any](value T) *T { return &value }

// tickets is a wish for cover of tickets until an event in a month.
func tickets(total string) QuoteWish {
	start := opening.Add(time.Hour)
	return QuoteWish{Proposal: insurance.Proposal{
		Tariff: "event_ticket_protection", StartsAt: start,
		Object: insurance.Object{Attributes: map[string]string{
			"event_datetime": start.AddDate(0, 1, 0).Format(time.RFC3339), "total_ticket_price": total,
			"number_of_tickets": "2", "event_name": "A concert",
		}},
	}}
}

// device is a wish for cover of a device that is renewed every quarter.
func device(value string) QuoteWish {
	return QuoteWish{Proposal: insurance.Proposal{
		Tariff: "device_subscription", StartsAt: opening.Add(time.Hour), Term: insurance.Months(3), Kind: insurance.KindRenewable,
		Object: insurance.Object{Attributes: map[string]string{"device_name": "Phone", "device_value": value}},
	}}
}

func packageOf(items ...QuoteWish) PackageWish {
	return PackageWish{
		Currency: given(insurance.Currency("GBP")), Country: given(insurance.Country("GB")),
		Language: given("en"), Items: items,
	}
}

var ada = insurance.Party{FirstName: "Ada", LastName: "Example", Email: "ada@example.com", Country: "GB"}

func (h *house) quoted(p Partner, items ...QuoteWish) Package {
	h.t.Helper()
	told, err := h.Quote(h.t.Context(), p, packageOf(items...), Once{})
	h.fatal(err)
	return told
}

// booked books every quote of a package of items.
func (h *house) booked(p Partner, items ...QuoteWish) Package {
	h.t.Helper()
	quoted := h.quoted(p, items...)
	wish := BookingWish{PackageID: quoted.ID, Holder: ada}
	for _, q := range quoted.Quotes {
		wish.Quotes = append(wish.Quotes, QuoteToBook{ID: q.ID})
	}
	told, err := h.Book(h.t.Context(), p, wish, Once{})
	h.fatal(err)
	return told
}

// parcel is a wish for cover of a parcel for sixty days.
func parcel(value string) QuoteWish {
	return QuoteWish{Proposal: insurance.Proposal{
		Tariff: "parcel_insurance", StartsAt: opening.Add(time.Hour),
		Object: insurance.Object{Attributes: map[string]string{"cover_amount": value}},
	}}
}

// wishFor books the quotes of a package at some places, or all of them.
func wishFor(p Package, places ...int) BookingWish {
	wish := BookingWish{PackageID: p.ID, Holder: ada}
	for i, q := range p.Quotes {
		if len(places) == 0 || slices.Contains(places, i) {
			wish.Quotes = append(wish.Quotes, QuoteToBook{ID: q.ID})
		}
	}
	return wish
}

// booking is a booked package as it stands.
func (h *house) booking(p Partner, told Package) Package {
	h.t.Helper()
	now, err := h.Booking(h.t.Context(), p, PackageRef{PackageID: told.ID})
	h.fatal(err)
	return now
}

// grosses are the gross premiums of a package, quote by quote.
func grosses(p Package) (amounts []string) {
	for _, q := range p.Quotes {
		amounts = append(amounts, q.Premium.Gross.String())
	}
	return amounts
}

// attributes is what changes one attribute of a quote.
func attributes(name, value string) insurance.Proposal {
	return insurance.Proposal{Object: insurance.Object{Attributes: map[string]string{name: value}}}
}

// problems are those of a refusal with CodeInvalid.
func (h *house) problems(err error) []string {
	h.t.Helper()
	return say(h.refusal(err, insurance.CodeInvalid).Problems)
}

// changing is a wish to change one attribute of a booked quote.
func changing(p Package, place int, name, value string) ChangeWish {
	return ChangeWish{PackageID: p.ID, Quotes: []QuoteChange{{ID: p.Quotes[place].ID, Proposal: attributes(name, value)}}}
}

// tellings are the events of a booked package in order, with their times.
func (h *house) tellings(p Partner, told Package) (lines []string) {
	h.t.Helper()
	for _, e := range h.eventsOf(p, told.ID) {
		lines = append(lines, e.Type+" "+instant(e.At).Format(time.RFC3339))
	}
	return lines
}

func (h *house) eventsOf(p Partner, subject string) (events []store.Event) {
	h.t.Helper()
	h.view(func(r reading) (err error) {
		events, err = r.EventsIn(store.Stretch{Part: p.Part})
		return err
	})
	return slices.DeleteFunc(events, func(e store.Event) bool { return e.Subject != subject })
}

// linesOf is the ledger of the policy that a quote became.
func (h *house) linesOf(p Partner, q PackageQuote) (entries []insurance.Entry) {
	h.t.Helper()
	h.view(func(r reading) error {
		policy, ok, err := r.PolicyAnywhere(q.Policy.CertificateNumber)
		if err := needed(ok, err); err != nil {
			return err
		}
		entries, err = r.Ledger(p.Part, policy.ID)
		return err
	})
	return entries
}

func TestAPackageIsBookedChangedAndCancelled(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p := h.shop("e3ccm")
		told := h.booked(p, tickets("100.0"))
		if told.State != PackageConfirmed || len(told.Quotes) != 1 || told.Quotes[0].Premium.Gross.IsZero() {
			t.Fatalf("booked %+v", told)
		}
		change := ChangeWish{PackageID: told.ID, Quotes: []QuoteChange{{
			ID:       told.Quotes[0].ID,
			Proposal: insurance.Proposal{Object: insurance.Object{Attributes: map[string]string{"total_ticket_price": "200.0"}}},
		}}}
		shown, err := h.PreviewEndorsement(t.Context(), p, change, Once{})
		h.fatal(err)
		made, err := h.ConfirmEndorsement(t.Context(), p, Confirmation{PackageID: told.ID, ID: shown.UpdateID}, Once{})
		h.fatal(err)
		if shown.Differences[0] != made.Differences[0] || made.Differences[0].Minor <= 0 {
			t.Errorf("differences shown %s and made %s", shown.Differences, made.Differences)
		}
		preview, err := h.Cancel(t.Context(), p, CancelWish{PackageID: told.ID, Preview: true}, Once{})
		h.fatal(err)
		done, err := h.ConfirmCancellation(t.Context(), p, Confirmation{PackageID: told.ID, ID: preview.ID}, Once{})
		h.fatal(err)
		if preview.Total != done.Total || done.Total != made.Package.Quotes[0].Premium.Gross || done.Package.State != PackageCancelled {
			t.Errorf("refunds %s shown, %s made, now %s", preview.Total, done.Total, done.Package.State)
		}
		if _, err := h.Cancel(t.Context(), p, CancelWish{PackageID: told.ID}, Once{}); insurance.CodeOf(err) != insurance.CodeStateForbidden {
			t.Errorf("cancelled twice: %v", err)
		}
	})
}

func TestARenewableLapsesStepByStep(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p := h.shop("e3ccm")
		told := h.booked(p, device("500.0"))
		_, err := h.MoveClock(t.Context(), Move{
			To:      func(now time.Time) (time.Time, error) { return now.AddDate(0, 6, 0), nil },
			Deliver: func(context.Context, Job, time.Time) {},
		})
		h.fatal(err)
		after, err := h.Booking(t.Context(), p, PackageRef{PackageID: told.ID})
		h.fatal(err)
		if after.State != PackageCancelled {
			t.Errorf("is %s", after.State)
		}
	})
}

// auditOf is the audit log of a partner.
func (h *house) auditOf(p Partner) (entries []store.AuditEntry) {
	h.t.Helper()
	h.view(func(r reading) (err error) {
		entries, err = r.AuditIn(store.Stretch{Part: p.Part})
		return err
	})
	return entries
}

func TestABundleThatWaitsForItsPaymentCostsWhatWasQuoted(t *testing.T) {
	h := onSQLite(t)
	p := h.shop("e3ccm")
	quoted := h.quoted(p, device("600"), parcel("500"))
	wish := BookingWish{PackageID: quoted.ID, Holder: ada, AwaitPayment: true}
	total := insurance.Zero("GBP")
	for _, q := range quoted.Quotes {
		wish.Quotes = append(wish.Quotes, QuoteToBook{ID: q.ID})
		total = total.Add(q.Bundled.Gross)
	}
	waiting, err := h.Book(t.Context(), p, wish, Once{})
	h.fatal(err)
	bound, err := h.ConfirmPayment(t.Context(), p, PackageRef{PackageID: quoted.ID}, Once{})
	h.fatal(err)
	for name, told := range map[string]Package{"waiting": waiting, "bound": bound} {
		sum := insurance.Zero("GBP")
		for _, q := range told.Quotes {
			sum = sum.Add(q.Premium.Gross)
		}
		if sum != total || total == quoted.Quotes[0].Premium.Gross.Add(quoted.Quotes[1].Premium.Gross) {
			t.Errorf("%s it costs %s, not %s", name, sum, total)
		}
	}
}

func TestAChangeAfterARenewalWasPaidChargesBothTerms(t *testing.T) {
	h := onSQLite(t)
	p := h.shop("e3ccm")
	told := h.booked(p, device("600"))
	_, err := h.PayRenewal(t.Context(), p, RenewalPayment{RenewalID: told.Quotes[0].RenewalID}, Once{})
	h.fatal(err)
	change := func(name, value string) Change {
		made, err := h.Endorse(t.Context(), p, ChangeWish{PackageID: told.ID, Quotes: []QuoteChange{{
			ID: told.Quotes[0].ID, Proposal: insurance.Proposal{Object: insurance.Object{Attributes: map[string]string{name: value}}},
		}}}, Once{})
		h.fatal(err)
		return made
	}
	dearer := change("device_value", "1200")
	each := dearer.Package.Quotes[0].Premium.Gross.Sub(told.Quotes[0].Premium.Gross)
	if each.Minor <= 0 || dearer.Differences[0] != each.Add(each) {
		t.Errorf("a term costs %s more, and %s is charged", each, dearer.Differences[0])
	}
	if renewal := dearer.Package.Quotes[0].Policy.Renewal; renewal.Premium.Gross != dearer.Package.Quotes[0].Premium.Gross {
		t.Errorf("the next term costs %s", renewal.Premium.Gross)
	}
	_, err = h.MoveClock(t.Context(), Move{
		To:      func(now time.Time) (time.Time, error) { return now.AddDate(0, 0, 95), nil },
		Deliver: func(context.Context, Job, time.Time) {},
	})
	h.fatal(err)
	if renamed := change("device_name", "Another"); !renamed.Differences[0].IsZero() {
		t.Errorf("another name costs %s", renamed.Differences[0])
	}
}
