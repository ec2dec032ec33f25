package core

import (
	"strings"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/document"
	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
)

// endorsed makes a change at once.
func (h *house) endorsed(p Partner, wish ChangeWish) Change {
	h.t.Helper()
	made, err := h.Endorse(h.t.Context(), p, wish, Once{})
	h.fatal(err)
	return made
}

func TestAnEndorsementIsShownAndMadeAlike(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p := h.shop("e3ccm")
		direct, told := h.booked(p, tickets("100"), parcel("200")), h.booked(p, tickets("100"), parcel("200"))
		made := h.endorsed(p, changing(direct, 0, "total_ticket_price", "200"))
		shown, err := h.PreviewEndorsement(t.Context(), p, changing(told, 0, "total_ticket_price", "200"), Once{})
		h.fatal(err)
		equalLists(t, "unchanged by a preview", grosses(h.booking(p, told)), []string{"8.96 GBP", "3.14 GBP"})
		confirmed, err := h.ConfirmEndorsement(t.Context(), p, Confirmation{PackageID: told.ID, ID: shown.UpdateID}, Once{})
		h.fatal(err)
		for name, c := range map[string]Change{"direct": made, "shown": shown, "confirmed": confirmed} {
			equalLists(t, name, grosses(c.Package), []string{"17.92 GBP", "3.14 GBP"})
			if c.Differences[0].String() != "8.96 GBP" || !c.Differences[1].IsZero() || (c.UpdateID != "") != (name == "shown") {
				t.Errorf("%s: differences %s under %q", name, c.Differences, c.UpdateID)
			}
		}
		for _, one := range []Package{direct, told} {
			now := h.booking(p, one)
			equalLists(t, "now", grosses(now), []string{"17.92 GBP", "3.14 GBP"})
			equalLists(t, "told", h.tellings(p, one),
				[]string{"booking.created 2026-01-15T10:00:00Z", "booking.updated 2026-01-15T10:00:00Z"})
			lines := h.linesOf(p, now.Quotes[0])
			if len(lines) != 2 || lines[1].Kind != insurance.EntryEndorsed || lines[1].Premium.Gross.String() != "8.96 GBP" {
				t.Errorf("the ledger is %+v", lines)
			}
		}
	})
}

func TestAnEndorsementOfAStaleBookingIsRefused(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p := h.shop("e3ccm")
		told := h.booked(p, tickets("100"))
		confirm := func(id string) error {
			return asked(h.ConfirmEndorsement(t.Context(), p, Confirmation{PackageID: told.ID, ID: id}, Once{}))
		}
		shown, err := h.PreviewEndorsement(t.Context(), p, changing(told, 0, "total_ticket_price", "200"), Once{})
		h.fatal(err)
		h.endorsed(p, changing(told, 0, "total_ticket_price", "150"))
		const changed = "the booking has changed since %s was made; the difference would now be 4.48 GBP"
		if got := h.refusal(confirm(shown.UpdateID), insurance.CodeStale).Detail; got != strings.Replace(changed, "%s", shown.UpdateID, 1) {
			t.Errorf("refused because %s", got)
		}
		shown, err = h.PreviewEndorsement(t.Context(), p, changing(told, 0, "total_ticket_price", "200"), Once{})
		h.fatal(err)
		h.clock.advance(previewAge + time.Microsecond)
		const expired = "%s expired at 2026-01-16T10:00:00Z; the difference would now be 4.48 GBP"
		if got := h.refusal(confirm(shown.UpdateID), insurance.CodeStale).Detail; got != strings.Replace(expired, "%s", shown.UpdateID, 1) {
			t.Errorf("refused because %s", got)
		}
		// At the last instant it is made, and then no more.
		shown, err = h.PreviewEndorsement(t.Context(), p, changing(told, 0, "total_ticket_price", "200"), Once{})
		h.fatal(err)
		h.clock.advance(previewAge)
		h.fatal(confirm(shown.UpdateID))
		h.refused(confirm(shown.UpdateID), insurance.CodeStale)
		// The id of something else, or of another booking, is none.
		h.refused(confirm(h.toCancel(p, told).ID), insurance.CodePackageUnknown)
		other := h.booked(p, parcel("100"))
		elsewhere, err := h.PreviewEndorsement(t.Context(), p, changing(other, 0, "cover_amount", "200"), Once{})
		h.fatal(err)
		h.refused(confirm(elsewhere.UpdateID), insurance.CodePackageUnknown)
	})
}

// Who the policyholder is does not count as a change of the booking: its times
// stay, but every live policy names the new one. Documents that were issued
// before go on to name the old one.
func TestThePolicyholderChanges(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p := h.shop("e3ccm")
		told := h.booked(p, tickets("100"), parcel("200"), device("500"))
		ended, err := h.Cancel(t.Context(), p, CancelWish{PackageID: told.ID, Quotes: []QuoteToCancel{{ID: told.Quotes[2].ID}}}, Once{})
		h.fatal(err)
		before := h.certificateOf(p, told.Quotes[0])
		h.clock.advance(time.Hour)
		want := ada
		want.LastName, want.Phone = "Other", "+441234"
		made := h.endorsed(p, ChangeWish{PackageID: told.ID, Holder: &insurance.Party{LastName: "Other", Phone: "+441234"}})
		for _, now := range []Package{made.Package, h.booking(p, told)} {
			if now.Holder != want || !now.UpdatedAt.Equal(ended.Package.UpdatedAt) || now.Version != ended.Package.Version+1 {
				t.Errorf("version %d of %s belongs to %+v", now.Version, now.UpdatedAt, now.Holder)
			}
			for i, q := range now.Quotes[:2] {
				if !q.UpdatedAt.Equal(told.Quotes[i].UpdatedAt) {
					t.Errorf("quote %d was updated at %s", i, q.UpdatedAt)
				}
			}
		}
		for i, name := range []insurance.Personal{"Other", "Other", "Example"} {
			if holder := h.booking(p, told).Quotes[i].Policy.Policyholder; holder.LastName != name {
				t.Errorf("policy %d is of %s", i, holder.LastName.Reveal())
			}
		}
		if again := h.certificateNo(p, before); again.Policyholder != ada {
			t.Errorf("the old certificate is now of %s", again.Policyholder.LastName.Reveal())
		}
		if after := h.certificateOf(p, told.Quotes[0]); after.Version != before.Version+1 || h.certificateNo(p, after).Policyholder != want {
			t.Errorf("the new certificate is of %+v", after)
		}
		if lines := h.linesOf(p, told.Quotes[0]); len(lines) != 1 {
			t.Errorf("it cost something: %+v", lines)
		}
	})
}

// certificateOf is the newest certificate of a policy, and certificateNo what
// it says.
func (h *house) certificateOf(p Partner, q PackageQuote) (newest store.Document) {
	h.t.Helper()
	h.view(func(r reading) error {
		policy, _, err := r.PolicyAnywhere(q.Policy.CertificateNumber)
		h.fatal(err)
		all, err := r.DocumentsIn(store.Stretch{Part: p.Part})
		for _, d := range all {
			if d.Subject == policy.ID && d.Kind == string(document.KindCertificate) && d.Version > newest.Version {
				newest = d
			}
		}
		return err
	})
	return newest
}

func (h *house) certificateNo(p Partner, d store.Document) (policy insurance.Policy) {
	h.t.Helper()
	h.view(func(r reading) error {
		certificate, err := h.certificate(r, p, d)
		policy = certificate.Policy
		return err
	})
	return policy
}

// A shown change of policyholder and insured persons is confirmed with them.
func TestPersonsChange(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p := h.shop("e3ccm")
		bo, cy := insurance.Party{FirstName: "Bo", LastName: "Example"}, insurance.Party{FirstName: "Cy", LastName: "Example"}
		book := wishFor(h.quoted(p, tickets("100")))
		book.Quotes[0].Insured = []insurance.Party{bo}
		told, err := h.Book(t.Context(), p, book, Once{})
		h.fatal(err)
		wish := ChangeWish{
			PackageID: told.ID, Holder: &insurance.Party{FirstName: "Eve"}, TransactionID: given("T-2"), Metadata: []byte(`{"b":2}`),
			Quotes: []QuoteChange{{ID: told.Quotes[0].ID, Insured: []insurance.Party{cy, bo}}},
		}
		shown, err := h.PreviewEndorsement(t.Context(), p, wish, Once{})
		h.fatal(err)
		if now := h.booking(p, told); now.Holder != ada || len(now.Quotes[0].Insured) != 1 {
			t.Errorf("a preview has changed it: %+v", now)
		}
		made, err := h.ConfirmEndorsement(t.Context(), p, Confirmation{PackageID: told.ID, ID: shown.UpdateID}, Once{})
		h.fatal(err)
		for name, now := range map[string]Package{"shown": shown.Package, "made": made.Package, "stored": h.booking(p, told)} {
			persons := now.Quotes[0].Insured
			if len(persons) != 2 || persons[0].Party != cy || persons[1].Party != bo || now.Holder.FirstName != "Eve" ||
				*now.TransactionID != "T-2" || string(now.Metadata) != `{"b":2}` {
				t.Errorf("%s: %+v", name, now)
			}
		}
		// A change of something else leaves them.
		h.endorsed(p, changing(told, 0, "total_ticket_price", "200"))
		if now := h.booking(p, told); len(now.Quotes[0].Insured) != 2 || now.Holder.FirstName != "Eve" {
			t.Errorf("they are gone: %+v", now)
		}
	})
}

func TestWhatCannotBeEndorsed(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p := h.shop("e3ccm")
		told := h.booked(p, tickets("100"), device("500"))
		wish := func(change insurance.Proposal) ChangeWish {
			return ChangeWish{PackageID: told.ID, Quotes: []QuoteChange{{ID: told.Quotes[0].ID, Proposal: attributes("total_ticket_price", "200")}, {
				ID: told.Quotes[1].ID, Proposal: change,
			}}}
		}
		for want, change := range map[string]insurance.Proposal{
			"1 booking.tariff cannot be changed; cancel and book anew": {Tariff: "parcel_insurance"},
			"1 booking.term cannot be changed; cancel and book anew":   {Term: insurance.Months(1), Kind: insurance.KindRenewable},
			"1 booking.starts_at is over 365 days ahead":               {StartsAt: opening.AddDate(2, 0, 0)},
			"1 object.device_value must be more than 0":                attributes("device_value", "0"),
			"1 object.horsepower is not a field of this product":       attributes("horsepower", "90"),
		} {
			_, err := h.Endorse(t.Context(), p, wish(change), Once{})
			equalLists(t, "endorsed", h.problems(err), []string{want})
			_, err = h.PreviewEndorsement(t.Context(), p, wish(change), Once{})
			equalLists(t, "previewed", h.problems(err), []string{want})
		}
		twice := changing(told, 0, "total_ticket_price", "200")
		twice.Quotes = append(twice.Quotes, twice.Quotes[0])
		_, err := h.Endorse(t.Context(), p, twice, Once{})
		equalLists(t, "twice", h.problems(err), []string{"1 quotes.id is named more than once"})
		_, err = h.Endorse(t.Context(), p, ChangeWish{PackageID: told.ID, Holder: &insurance.Party{Email: "x"}}, Once{})
		equalLists(t, "holder", h.problems(err), []string{"0 policyholder.email is not a valid e-mail address"})
		// Nothing of what was refused in part was made.
		if now := h.booking(p, told); now.Version != 1 {
			t.Errorf("it is at version %d", now.Version)
		}
	})
}

func TestAnEndedPolicyIsNotEndorsed(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p := h.shop("e3ccm")
		told := h.booked(p, tickets("100"), parcel("200"))
		_, err := h.Cancel(t.Context(), p, CancelWish{PackageID: told.ID, Quotes: []QuoteToCancel{{ID: told.Quotes[0].ID}}}, Once{})
		h.fatal(err)
		wish := changing(told, 0, "total_ticket_price", "200")
		_, err = h.Endorse(t.Context(), p, wish, Once{})
		h.refused(err, insurance.CodeStateForbidden)
		h.endorsed(p, changing(told, 1, "cover_amount", "300"))
		// One that expired meanwhile, though nobody has swept it yet.
		h.clock.advance(61 * 24 * time.Hour)
		_, err = h.Endorse(t.Context(), p, changing(told, 1, "cover_amount", "400"), Once{})
		h.refused(err, insurance.CodeStateForbidden)
		_, err = h.Cancel(t.Context(), p, CancelWish{PackageID: told.ID}, Once{})
		h.refused(err, insurance.CodeStateForbidden)
		h.work()
		if now := h.booking(p, told); now.State != PackageConfirmed || now.Quotes[1].Policy.State != insurance.PolicyExpired {
			t.Errorf("it is %s, and its policy %s", now.State, now.Quotes[1].Policy.State)
		}
	})
}

// What a partner priced or a bundle reduced stays so where nothing else asks
// for another price.
func TestAnEndorsementKeepsHowThePriceCameAbout(t *testing.T) {
	h := onSQLite(t)
	p := h.shop("e3ccm")
	priced := parcel("83")
	priced.Proposal.PartnerPrice = "20"
	told := h.booked(p, device("500"), priced)
	equalLists(t, "booked", grosses(told), []string{"7.46 GBP", "20.00 GBP"})
	h.endorsed(p, changing(told, 1, "cover_amount", "90"))
	equalLists(t, "the priced one", grosses(h.booking(p, told)), []string{"7.46 GBP", "20.00 GBP"})
	h.endorsed(p, changing(told, 0, "device_value", "1000"))
	// (1.90 + 11.00) less 10 % = 11.61, with 12 % tax.
	equalLists(t, "the reduced one", grosses(h.booking(p, told)), []string{"13.00 GBP", "20.00 GBP"})
	wish := changing(told, 1, "cover_amount", "95")
	wish.Quotes[0].Proposal.PartnerPrice = "21"
	h.endorsed(p, wish)
	equalLists(t, "priced anew", grosses(h.booking(p, told)), []string{"13.00 GBP", "21.00 GBP"})
}

// Notices show the package as it stood before and after each event.
func TestNoticesShowBeforeAndAfter(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p := h.shop("e3ccm")
		told := h.booked(p, tickets("100"))
		h.endorsed(p, changing(told, 0, "total_ticket_price", "200"))
		h.endorsed(p, ChangeWish{PackageID: told.ID, Holder: &insurance.Party{FirstName: "Eve"}})
		_, err := h.Cancel(t.Context(), p, CancelWish{PackageID: told.ID}, Once{})
		h.fatal(err)
		var lines []string
		for _, e := range h.eventsOf(p, told.ID) {
			lines = append(lines, h.illustrated(e))
		}
		equalLists(t, "notices", lines, []string{
			"booking.created: nothing, then confirmed 8.96 GBP of Ada",
			"booking.updated: confirmed 8.96 GBP of Ada, then confirmed 17.92 GBP of Ada",
			"booking.updated: confirmed 17.92 GBP of Ada, then confirmed 17.92 GBP of Eve",
			"booking.cancelled: confirmed 17.92 GBP of Eve, then cancelled 17.92 GBP of Eve",
		})
	})
}

func (h *house) illustrated(e store.Event) string {
	h.t.Helper()
	n := Notice{Event: Event{ID: e.ID, Part: e.Part, Subject: e.Subject, Type: EventType(e.Type), Data: []byte(e.Data)}}
	h.view(func(r reading) error { return h.illustrate(r, &n) })
	shown := func(p *Package) string {
		if p == nil {
			return "nothing"
		}
		return string(p.State) + " " + strings.Join(grosses(*p), ", ") + " of " + p.Holder.FirstName.Reveal()
	}
	return e.Type + ": " + shown(n.Old) + ", then " + shown(n.New)
}

// Every change is delivered to the partner's endpoint once.
func TestChangesAreDelivered(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p := h.shop("e3ccm")
		told := h.booked(p, tickets("100"))
		h.endorsed(p, changing(told, 0, "total_ticket_price", "200"))
		_, err := h.Cancel(t.Context(), p, CancelWish{PackageID: told.ID}, Once{})
		h.fatal(err)
		var sent []string
		for range 2 {
			for _, d := range h.deliver(200) {
				sent = append(sent, string(d.Notice.Event.Type)+" to "+d.URL)
			}
		}
		equalLists(t, "sent", sent, []string{
			"booking.updated to https://one.example/e3ccm", "booking.cancelled to https://one.example/e3ccm",
		})
	})
}
