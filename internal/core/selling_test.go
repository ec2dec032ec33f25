package core

import (
	"bytes"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
)

// pending is a package of items that waits for its payment.
func (h *house) pending(p Partner, items ...QuoteWish) Package {
	h.t.Helper()
	wish := wishFor(h.quoted(p, items...))
	wish.AwaitPayment = true
	told, err := h.Book(h.t.Context(), p, wish, Once{})
	h.fatal(err)
	return told
}

func TestABookingWaitsForItsPayment(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p := h.shop("e3ccm")
		told := h.pending(p, device("500"), parcel("83"))
		if told.State != PackagePending || !told.Booked || told.Quotes[0].Policy != nil || told.Quotes[0].State != PackagePending {
			t.Fatalf("before the payment it is %+v", told)
		}
		if n := len(h.eventsOf(p, told.ID)); n != 0 {
			t.Errorf("%d events tell of it", n)
		}
		_, err := h.Cancel(t.Context(), p, CancelWish{PackageID: told.ID}, Once{})
		h.refused(err, insurance.CodeStateForbidden)
		_, err = h.Endorse(t.Context(), p, changing(told, 0, "device_value", "600"), Once{})
		h.refused(err, insurance.CodeStateForbidden)
		_, err = h.SendMail(t.Context(), p, MailWish{PackageID: told.ID}, Once{})
		h.refused(err, insurance.CodeStateForbidden)
		h.clock.advance(paymentWindow)
		paid, err := h.ConfirmPayment(t.Context(), p, PackageRef{PackageID: told.ID}, Once{})
		h.fatal(err)
		if paid.State != PackageConfirmed || paid.Version != 2 || paid.Quotes[1].Policy == nil || !paid.ConfirmedAt.Equal(opening.Add(paymentWindow)) {
			t.Errorf("after the payment it is %+v", paid)
		}
		equalLists(t, "premiums of a bundle", grosses(paid), []string{"7.46 GBP", "1.41 GBP"})
		equalLists(t, "told", h.tellings(p, told), []string{"booking.created 2026-01-22T10:00:00Z"})
		_, err = h.ConfirmPayment(t.Context(), p, PackageRef{PackageID: told.ID}, Once{})
		h.refused(err, insurance.CodeStateForbidden)
	})
}

func TestAPaymentMayComeTooLate(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p := h.shop("e3ccm")
		told := h.pending(p, tickets("100"))
		h.clock.advance(paymentWindow + time.Microsecond)
		_, err := h.ConfirmPayment(t.Context(), p, PackageRef{PackageID: told.ID}, Once{})
		if refused := h.refusal(err, insurance.CodePaymentLate); refused.Detail != "the booking had to be paid for by 2026-01-22T10:00:00Z" {
			t.Errorf("refused because %s", refused.Detail)
		}
		if now := h.booking(p, told); now.State != PackageFailed || now.Quotes[0].State != PackageFailed {
			t.Errorf("it is %s, its quote %s", now.State, now.Quotes[0].State)
		}
		_, err = h.Book(t.Context(), p, wishFor(told), Once{})
		h.refused(err, insurance.CodeStateForbidden)
		// One whose own clock was moved fails alone.
		ahead, behind := h.pending(p, tickets("100")), h.pending(p, tickets("100"))
		h.moveTo(opening.AddDate(0, 1, 0), ahead.ID, 200)
		_, err = h.ConfirmPayment(t.Context(), p, PackageRef{PackageID: ahead.ID}, Once{})
		h.refused(err, insurance.CodePaymentLate)
		_, err = h.ConfirmPayment(t.Context(), p, PackageRef{PackageID: behind.ID}, Once{})
		h.fatal(err)
	})
}

func TestEveryQuoteToBookIsChecked(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p := h.shop("e3ccm")
		quoted := h.quoted(p, tickets("100"), parcel("200"))
		wish := wishFor(quoted)
		wish.Quotes[0].Plan = "2year-daily"
		wish.Quotes[0].Insured = []insurance.Party{ada, {FirstName: "Bo", Email: "bo"}}
		wish.Quotes = append(wish.Quotes, wish.Quotes[1], QuoteToBook{ID: "none"})
		wish.Holder.Email = ""
		wish.Problems = []insurance.Problem{{Field: insurance.FieldMetadata, Detail: "is not an object"}}
		_, err := h.Book(t.Context(), p, wish, Once{})
		equalLists(t, "problems", h.problems(err), []string{
			"0 booking.metadata is not an object",
			"0 policyholder.email is required",
			"0 quotes.insured number 2: last_name is required",
			"0 quotes.instalment_plan is not an instalment plan of this quote",
			"2 quotes.id is named more than once",
			"3 quotes.id is not a quote of this package",
		})
		_, err = h.Book(t.Context(), p, BookingWish{PackageID: quoted.ID, Holder: ada}, Once{})
		equalLists(t, "no quotes", h.problems(err), []string{"0 quotes is required"})
		still, err := h.Package(t.Context(), p, PackageRef{PackageID: quoted.ID})
		h.fatal(err)
		if still.State != PackageReceived {
			t.Errorf("what was refused made it %s", still.State)
		}
	})
}

func TestPartOfAPackageIsBooked(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p := h.shop("e3ccm")
		quoted := h.quoted(p, tickets("100"), parcel("200"), tickets("50"))
		wish := wishFor(quoted, 0, 2)
		wish.TransactionID, wish.Metadata = given("T-1"), []byte(`{"a":1}`)
		booked, err := h.Book(t.Context(), p, wish, Once{})
		h.fatal(err)
		again := h.booking(p, booked)
		for _, told := range []Package{booked, again} {
			equalLists(t, "booked", grosses(told), []string{"8.96 GBP", "4.48 GBP"})
			if *told.TransactionID != "T-1" || string(told.Metadata) != `{"a":1}` || told.Holder != ada {
				t.Errorf("booked as %+v", told)
			}
		}
		for i, suffix := range []string{"-0", "-2"} {
			q := again.Quotes[i]
			if q.Policy.CertificateNumber != again.ID+suffix || q.Policy.Policyholder != ada || q.RenewalID != "" {
				t.Errorf("quote %d became %s of %s", i, q.Policy.CertificateNumber, q.Policy.Policyholder.Name().Reveal())
			}
		}
		// What was not booked cannot be any more, nor be changed.
		_, err = h.Book(t.Context(), p, wishFor(quoted, 1), Once{})
		h.refused(err, insurance.CodeStateForbidden)
		_, err = h.Endorse(t.Context(), p, changing(quoted, 1, "cover_amount", "1"), Once{})
		equalLists(t, "endorsed", h.problems(err), []string{"0 quotes.id is not a quote of this package"})
		_, err = h.Cancel(t.Context(), p, CancelWish{PackageID: booked.ID, Quotes: []QuoteToCancel{{ID: quoted.Quotes[1].ID}}}, Once{})
		equalLists(t, "cancelled", h.problems(err), []string{"0 quotes.id is not a quote of this package"})
		page, err := h.Bookings(t.Context(), p, BookingFilter{Limit: 10})
		h.fatal(err)
		if page.Total != 1 || len(page.Packages) != 1 || page.Packages[0].ID != booked.ID {
			t.Errorf("the bookings are %+v", page)
		}
	})
}

func TestBookingsComeNewestFirst(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p, other := h.shop("e3ccm"), h.shop("f4ddn")
		h.booked(other, tickets("100"))
		h.quoted(p, tickets("100"))
		var want []string
		for range 3 {
			h.clock.advance(time.Minute)
			want = append([]string{h.booked(p, tickets("100")).ID}, want...)
		}
		for i, c := range []struct{ limit, offset, from, to int }{
			{10, 0, 0, 3}, {2, 2, 2, 3}, {10, 0, 0, 3}, {2, 0, 0, 2}, {2, 2, 2, 3}, {2, 4, 3, 3},
		} {
			if i == 2 {
				h.tally()
			}
			page, err := h.Bookings(t.Context(), p, BookingFilter{Limit: c.limit, Offset: c.offset})
			h.fatal(err)
			var got []string
			for _, told := range page.Packages {
				got = append(got, told.ID)
			}
			equalLists(t, "page", got, want[c.from:c.to])
			if page.Total != 3 {
				t.Errorf("%d in all", page.Total)
			}
		}
	})
}

func TestPersonsAreInsured(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p := h.shop("e3ccm")
		bo, cy := insurance.Party{FirstName: "Bo", LastName: "Example"}, insurance.Party{FirstName: "Cy", LastName: "Example", Age: "7"}
		wish := wishFor(h.quoted(p, tickets("100"), parcel("200")))
		wish.Quotes[0].Insured = []insurance.Party{bo, cy}
		booked, err := h.Book(t.Context(), p, wish, Once{})
		h.fatal(err)
		for _, told := range []Package{booked, h.booking(p, booked)} {
			persons := told.Quotes[0].Insured
			if len(persons) != 2 || persons[0].Party != bo || persons[1].Party != cy || persons[0].ID != booked.Quotes[0].Insured[0].ID {
				t.Errorf("insured are %+v", persons)
			}
			if told.Quotes[1].Insured != nil {
				t.Errorf("insured of the other are %+v", told.Quotes[1].Insured)
			}
		}
	})
}

// atOnce is a booking at once of tickets.
func atOnce(total string) InstantWish {
	return InstantWish{Package: packageOf(tickets(total)), Booking: BookingWish{Holder: ada}}
}

func (h *house) bookedAtOnce(p Partner, wish InstantWish, key string) Package {
	h.t.Helper()
	told, err := h.BookAtOnce(h.t.Context(), p, wish, once(key, "x"))
	h.fatal(err)
	return told
}

func TestTheSameBookingAtOnceIsOne(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p, other := h.shop("e3ccm"), h.shop("f4ddn")
		first := h.bookedAtOnce(p, atOnce("100"), "")
		if again := h.bookedAtOnce(p, atOnce("100"), ""); again.ID != first.ID || again.State != PackageConfirmed {
			t.Errorf("the same again is %s, %s", again.ID, again.State)
		}
		seen := map[string]string{first.ID: "the first"}
		for name, told := range map[string]Package{
			"of another partner": h.bookedAtOnce(other, atOnce("100"), ""),
			"of other tickets":   h.bookedAtOnce(p, atOnce("101"), ""),
			"under a key":        h.bookedAtOnce(p, atOnce("100"), "K-1"),
			"under another key":  h.bookedAtOnce(p, atOnce("100"), "K-2"),
		} {
			if was, ok := seen[told.ID]; ok {
				t.Errorf("that %s is %s", name, was)
			}
			seen[told.ID] = name
		}
		_, err := h.Cancel(t.Context(), p, CancelWish{PackageID: first.ID}, Once{})
		h.fatal(err)
		second := h.bookedAtOnce(p, atOnce("100"), "")
		if second.ID == first.ID {
			t.Error("what was cancelled was answered again")
		}
		h.clock.advance(atOnceAge - time.Microsecond)
		if again := h.bookedAtOnce(p, atOnce("100"), ""); again.ID != second.ID {
			t.Error("within a day it was booked again")
		}
		h.clock.advance(time.Microsecond)
		if again := h.bookedAtOnce(p, atOnce("100"), ""); again.ID == second.ID {
			t.Error("after a day it was not booked again")
		}
	})
}

func TestABookingAtOnceThatFailedIsMadeAnew(t *testing.T) {
	h := onSQLite(t)
	p := h.shop("e3ccm")
	wish := atOnce("100")
	wish.Booking.AwaitPayment = true
	first := h.bookedAtOnce(p, wish, "")
	if again := h.bookedAtOnce(p, wish, ""); again.ID != first.ID || again.State != PackagePending {
		t.Errorf("the same again is %s, %s", again.ID, again.State)
	}
	h.moveTo(opening.Add(paymentWindow+time.Hour), first.ID, 200)
	if again := h.bookedAtOnce(p, wish, ""); again.ID == first.ID {
		t.Error("what has failed was answered again")
	}
}

// What was booked is the answer also to whoever asks when it would be refused by now.
func TestABookingAtOnceIsAnsweredAgainWhenItIsTooLate(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p := h.shop("e3ccm")
		late := func(total string) InstantWish {
			wish := atOnce(total)
			wish.Package.Items[0].Proposal.StartsAt = opening.AddDate(0, 0, -28)
			return wish
		}
		first := h.bookedAtOnce(p, late("100"), "")
		h.clock.advance(21 * time.Hour)
		if again := h.bookedAtOnce(p, late("100"), ""); again.ID != first.ID {
			t.Errorf("the same again is %s instead of %s", again.ID, first.ID)
		}
		if _, err := h.BookAtOnce(t.Context(), p, late("101"), Once{}); insurance.CodeOf(err) != insurance.CodeInvalid {
			t.Errorf("cover that began too long ago is sold: %v", err)
		}
	})
}

// Whatever is asked for otherwise is another booking.
func TestEverythingCountsInABookingAtOnce(t *testing.T) {
	t.Parallel()
	prints := make(map[string]string)
	for name, change := range map[string]func(*InstantWish){
		"nothing":        func(*InstantWish) {},
		"start":          func(w *InstantWish) { w.Package.Items[0].Proposal.StartsAt = opening },
		"partner price":  func(w *InstantWish) { w.Package.Items[0].Proposal.PartnerPrice = "5" },
		"version":        func(w *InstantWish) { w.Package.Items[0].Version = 1 },
		"one more":       func(w *InstantWish) { w.Package.Items = append(w.Package.Items, tickets("100")) },
		"holder":         func(w *InstantWish) { w.Booking.Holder.Email = "a@example.com" },
		"region":         func(w *InstantWish) { w.Package.Region = given("xx") },
		"destination":    func(w *InstantWish) { w.Package.Destination = given("xx") },
		"language":       func(w *InstantWish) { w.Package.Language = given("xx") },
		"transaction":    func(w *InstantWish) { w.Package.TransactionID = given("xx") },
		"no language":    func(w *InstantWish) { w.Package.Language = nil },
		"no currency":    func(w *InstantWish) { w.Package.Currency = nil },
		"no country":     func(w *InstantWish) { w.Package.Country = nil },
		"metadata":       func(w *InstantWish) { w.Package.Metadata = []byte(`{}`) },
		"payment":        func(w *InstantWish) { w.Booking.AwaitPayment = true },
		"plan":           func(w *InstantWish) { w.Booking.Quotes = []QuoteToBook{{Plan: "1year-monthly"}} },
		"insured":        func(w *InstantWish) { w.Booking.Quotes = []QuoteToBook{{Insured: []insurance.Party{ada}}} },
		"insured second": func(w *InstantWish) { w.Booking.Quotes = []QuoteToBook{{}, {Insured: []insurance.Party{ada}}} },
	} {
		wish := atOnce("100")
		change(&wish)
		asked := string(instantPrint(wish))
		if was, ok := prints[asked]; ok {
			t.Errorf("%s is like %s", name, was)
		}
		prints[asked] = name
	}
	// Region and destination of the same name, one without the other.
	one, other := atOnce("100"), atOnce("100")
	one.Package.Language, one.Package.Region = nil, given("en")
	other.Package.Language, other.Package.Destination = nil, given("en")
	if bytes.Equal(instantPrint(one), instantPrint(other)) {
		t.Error("a region is like a destination")
	}
}

func TestABookingAtOnceIsChecked(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p := h.shop("e3ccm")
		wish := atOnce("0")
		_, err := h.BookAtOnce(t.Context(), p, wish, Once{})
		equalLists(t, "a quote", h.problems(err), []string{"0 object.total_ticket_price must be more than 0"})
		wish = atOnce("100")
		wish.Booking.Holder = insurance.Party{}
		wish.Booking.Quotes = []QuoteToBook{{Plan: "none"}}
		_, err = h.BookAtOnce(t.Context(), p, wish, Once{})
		equalLists(t, "the booking", h.problems(err), []string{
			"0 policyholder.first_name is required",
			"0 policyholder.last_name is required",
			"0 policyholder.email is required",
			"0 quotes.instalment_plan is not an instalment plan of this quote",
		})
		page, err := h.Bookings(t.Context(), p, BookingFilter{Limit: 10})
		h.fatal(err)
		if page.Total != 0 {
			t.Errorf("%d were booked", page.Total)
		}
	})
}

// The policyholder's country is that of the package where it names none.
func TestABookingAtOnceTakesTheHoldersCountry(t *testing.T) {
	h := onSQLite(t)
	p := h.shop("e3ccm")
	wish := atOnce("100")
	wish.Package.Country = nil
	if told := h.bookedAtOnce(p, wish, ""); told.Country != "GB" || told.Quotes[0].Premium.Tax.IsZero() {
		t.Errorf("booked in %q at %+v", told.Country, told.Quotes[0].Premium)
	}
}

func TestAPremiumIsPaidInParts(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p := h.shop("e3ccm")
		wish := wishFor(h.quoted(p, tickets("101.37"), tickets("100")))
		wish.Quotes[0].Plan = "1year-monthly"
		told, err := h.Book(t.Context(), p, wish, Once{})
		h.fatal(err)
		schedule := h.schedule(p, told)
		if schedule.QuoteID != told.Quotes[0].ID || len(schedule.Parts) != 12 || schedule.Paid.String() != "0.76 GBP" {
			t.Fatalf("the schedule is %+v", schedule)
		}
		h.adds(told, schedule)
		for n, part := range schedule.Parts {
			if n > 0 && part.Span.From != schedule.Parts[n-1].Span.To.AddDays(1) || part.Paid != (n == 0) || part.Number != n+1 {
				t.Errorf("part %d is %+v", n, part)
			}
		}
		if next, ok := schedule.Next(); !ok || next.Number != 2 {
			t.Errorf("next is %+v", next)
		}
		h.reportPaid(p, told, InstalmentPaid{InstalmentID: schedule.Parts[1].ID, Paid: true},
			InstalmentPaid{QuoteID: schedule.QuoteID, Number: 3, Paid: true})
		schedule = h.schedule(p, told)
		if next, _ := schedule.Next(); next.Number != 4 || schedule.Paid.String() != "2.28 GBP" {
			t.Errorf("after three, next is %d, paid %s", next.Number, schedule.Paid)
		}
		h.adds(told, schedule)
		h.reportPaid(p, told, InstalmentPaid{QuoteID: schedule.QuoteID, Number: 2})
		if next, _ := h.schedule(p, told).Next(); next.Number != 2 {
			t.Errorf("after one was not paid after all, next is %d", next.Number)
		}
		_, err = h.ReportInstalments(t.Context(), p, InstalmentReport{PackageID: told.ID, Parts: []InstalmentPaid{
			{QuoteID: schedule.QuoteID, Number: 4, Paid: true}, {InstalmentID: "x", Paid: true},
			{QuoteID: schedule.QuoteID, Number: 13, Paid: true}, {QuoteID: told.Quotes[1].ID, Number: 1, Paid: true}, {Number: 1},
		}}, Once{})
		const none = " quotes.instalment is not an instalment of this booking"
		equalLists(t, "problems", h.problems(err), []string{"1" + none, "2" + none, "3" + none, "4" + none})
		// Refunded is what was paid of it, and the whole of the other.
		done, err := h.Cancel(t.Context(), p, CancelWish{PackageID: told.ID}, Once{})
		h.fatal(err)
		if done.Refunds[0].Amount.String() != "1.52 GBP" || done.Refunds[1].Amount.String() != "8.96 GBP" || done.Total.String() != "10.48 GBP" {
			t.Errorf("refunded %s and %s, in all %s", done.Refunds[0].Amount, done.Refunds[1].Amount, done.Total)
		}
		_, err = h.ReportInstalments(t.Context(), p, InstalmentReport{PackageID: told.ID}, Once{})
		h.refused(err, insurance.CodeStateForbidden)
	})
}

func (h *house) schedule(p Partner, told Package) Schedule {
	h.t.Helper()
	schedules, err := h.Instalments(h.t.Context(), p, PackageRef{PackageID: told.ID})
	h.fatal(err)
	if len(schedules.Quotes) != 1 || schedules.Currency != told.Currency {
		h.t.Fatalf("the schedules are %+v", schedules)
	}
	return schedules.Quotes[0]
}

// adds insists that the parts of a schedule make the whole premium.
func (h *house) adds(told Package, s Schedule) {
	h.t.Helper()
	var sum insurance.Premium
	for _, part := range s.Parts {
		sum = sum.Add(part.Premium)
	}
	if whole := told.Quotes[0].Premium; !same(sum, whole) || s.Paid.Add(s.Due) != whole.Gross {
		h.t.Errorf("the parts make %s, paid %s and due %s, of %s", sum.Gross, s.Paid, s.Due, whole.Gross)
	}
}

func (h *house) reportPaid(p Partner, told Package, parts ...InstalmentPaid) {
	h.t.Helper()
	_, err := h.ReportInstalments(h.t.Context(), p, InstalmentReport{PackageID: told.ID, Parts: parts}, Once{})
	h.fatal(err)
}

func TestAnInstalmentReportedTwiceChangesNothing(t *testing.T) {
	h := onSQLite(t)
	p := h.shop("e3ccm")
	wish := wishFor(h.quoted(p, tickets("100")))
	wish.Quotes[0].Plan = "1year-quarterly"
	told, err := h.Book(t.Context(), p, wish, Once{})
	h.fatal(err)
	part := InstalmentPaid{QuoteID: told.Quotes[0].ID, Number: 2, Paid: true}
	h.reportPaid(p, told, part)
	once := h.booking(p, told)
	h.clock.advance(time.Minute)
	h.reportPaid(p, told, part)
	if twice := h.booking(p, told); twice.Version != once.Version || !twice.UpdatedAt.Equal(once.UpdatedAt) {
		t.Errorf("it is version %d after one report and %d after two", once.Version, twice.Version)
	}
}

// A booking is durable in every row when it is answered.
func TestABookingIsWhole(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p := h.shop("e3ccm")
		told := h.booked(p, device("500"), tickets("100"))
		h.view(func(r reading) error {
			order, ok, err := r.Order(p.Part, told.ID)
			if err != nil || !ok || order.State != store.OrderBooked || order.Sequence != 1 {
				t.Errorf("the order is %+v, %v", order, err)
			}
			renewal, ok, err := r.Renewal(p.Part, told.Quotes[0].RenewalID)
			if err != nil || !ok || renewal.OrderID != told.ID || renewal.Number != 1 {
				t.Errorf("the renewal is %+v, %v", renewal, err)
			}
			return nil
		})
		for _, q := range told.Quotes {
			if lines := h.linesOf(p, q); len(lines) != 1 || !same(lines[0].Premium, q.Premium) {
				t.Errorf("the ledger of %s is %+v", q.ID, lines)
			}
		}
	})
}
