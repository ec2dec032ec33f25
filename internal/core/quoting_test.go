package core

import (
	"testing"
	"testing/fstest"
	"time"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
	"github.com/covernote/covernote/internal/store/storetest"
)

func TestEveryItemOfAQuoteIsChecked(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p := h.shop("e3ccm")
		nothing, older, early := device("500"), device("500"), tickets("100")
		late, foreign, price := device("500"), device("500"), parcel("50")
		nothing.Proposal.Tariff = "travel"
		older.Version = 7
		delete(early.Proposal.Object.Attributes, "event_datetime")
		early.Proposal.StartsAt = time.Time{}
		late.Proposal.StartsAt = opening.AddDate(1, 1, 0)
		foreign.Proposal.Object.Attributes["horsepower"] = "90"
		foreign.Proposal.Object.Attributes["device_value"] = "-1"
		price.Proposal.PartnerPrice = "1.234"
		wish := packageOf(nothing, older, early, late, foreign, price, device("500"))
		wish.Problems = []insurance.Problem{{Item: 6, Field: insurance.FieldTerm, Detail: "is not a period"}}
		_, err := h.Quote(t.Context(), p, wish, Once{})
		equalLists(t, "problems", h.problems(err), []string{
			"6 booking.term is not a period",
			"0 booking.tariff is not a product that is sold",
			"1 booking.tariff_version is not a product that is sold",
			"2 booking.starts_at is required",
			"2 object.event_datetime is required",
			"3 booking.starts_at is over 365 days ahead",
			"4 object.device_value must not be negative",
			"4 object.horsepower is not a field of this product",
			"5 booking.partner_price is not an amount of more than 0 in GBP",
		})
	})
}

func TestAQuoteIsHeldForThirtyDays(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p := h.shop("e3ccm")
		one, other := h.quoted(p, device("500.0")), h.quoted(p, device("500.0"))
		h.clock.advance(30 * 24 * time.Hour)
		_, err := h.Book(t.Context(), p, wishFor(one), Once{})
		h.fatal(err)
		h.clock.advance(time.Microsecond)
		_, err = h.Book(t.Context(), p, wishFor(other), Once{})
		h.refused(err, insurance.CodeStale)
		// Priced anew, it can be booked again.
		amended, err := h.Amend(t.Context(), p, PackageWish{PackageID: other.ID, Items: []QuoteWish{{
			QuoteID: other.Quotes[0].ID, Proposal: insurance.Proposal{StartsAt: opening.AddDate(0, 1, 0)},
		}}}, Once{})
		h.fatal(err)
		_, err = h.Book(t.Context(), p, wishFor(amended), Once{})
		h.fatal(err)
	})
}

func TestPackagesArePriced(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p := h.shop("e3ccm")
		priced := tickets("100")
		priced.Proposal.PartnerPrice = "12.34"
		pinned := device("600")
		pinned.Version = 1
		told := h.quoted(p, tickets("100"), pinned, priced)
		// 8 %, and 1.90 with 1.1 % a quarter, each with 12 % tax.
		equalLists(t, "premiums", grosses(told), []string{"8.96 GBP", "9.52 GBP", "12.34 GBP"})
		if told.State != PackageReceived || told.Booked || told.Bundle != nil || told.Quotes[1].Product.Version != 1 {
			t.Errorf("quoted %+v", told)
		}
		for name, id := range map[string]string{"code": told.ID, "quote": told.Quotes[2].ID} {
			found, err := h.Package(t.Context(), p, PackageRef{PackageID: id})
			h.fatal(err)
			if found.ID != told.ID || len(found.Quotes) != 3 {
				t.Errorf("by its %s it is %s with %d quotes", name, found.ID, len(found.Quotes))
			}
		}
	})
}

func TestABundleIsReducedIfAllOfItIsBooked(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p := h.shop("e3ccm")
		full := []string{"8.29 GBP", "1.57 GBP", "8.96 GBP"}
		for _, c := range []struct {
			name   string
			places []int
			want   []string
		}{
			{"all", nil, []string{"7.46 GBP", "1.41 GBP", "8.96 GBP"}},
			{"the bundle", []int{0, 1}, []string{"7.46 GBP", "1.41 GBP"}},
			{"half of it", []int{0, 2}, []string{"8.29 GBP", "8.96 GBP"}},
		} {
			quoted := h.quoted(p, device("500"), parcel("83"), tickets("100"))
			equalLists(t, "quoted", grosses(quoted), full)
			if quoted.Bundle == nil || quoted.Bundle.Code != "device-and-delivery" {
				t.Fatalf("the bundle is %+v", quoted.Bundle)
			}
			booked, err := h.Book(t.Context(), p, wishFor(quoted, c.places...), Once{})
			h.fatal(err)
			equalLists(t, c.name, grosses(booked), c.want)
		}
		// What is left of a bundle is none.
		quoted := h.quoted(p, device("500"), parcel("83"))
		dropped, err := h.DropQuotes(t.Context(), p, PackageRef{PackageID: quoted.ID, QuoteIDs: []string{quoted.Quotes[1].ID}}, Once{})
		h.fatal(err)
		if dropped.Bundle != nil || dropped.Quotes[0].Bundled.Gross != dropped.Quotes[0].Premium.Gross {
			t.Errorf("half a bundle is %+v", dropped)
		}
	})
}

// TestABundleOfTwoVersionsCostsWhatWasQuoted: the reduction has grown between
// one quote and the other, and is that of the first for both.
func TestABundleOfTwoVersionsCostsWhatWasQuoted(t *testing.T) {
	sampled := onSQLite(t)
	const devices, parcels = "xcover/device-subscription", "xcover/parcel-insurance"
	files := sampleFiles(t)
	files[parcels+"-2.yaml"] = &fstest.MapFile{Data: files[parcels+".yaml"].Data}
	replaceIn(t, files, parcels+"-2.yaml", "version: 1\non_sale: {from: 2025-01-01}", "version: 2\non_sale: {from: 2028-01-01}")
	for _, first := range []string{devices + ".yaml", parcels + ".yaml"} {
		replaceIn(t, files, first, "on_sale: {from: 2025-01-01}", "on_sale: {from: 2025-01-01, until: 2027-12-31}")
	}
	for _, second := range []string{devices + "-2.yaml", parcels + "-2.yaml"} {
		replaceIn(t, files, second, "discount: 10%", "discount: 15%")
	}
	o := sampled.Options
	o.Catalogue = loaded(t, files)
	o.Store = storetest.Open(t, store.Options{DSN: storetest.DSN(t, storetest.SQLite), Log: quiet})
	c, err := New(t.Context(), o)
	sampled.fatal(err)
	h := &house{Core: c, t: t, clock: sampled.clock}
	p := h.shop("e3ccm")

	h.clock.advance(time.Date(2027, 12, 30, 12, 0, 0, 0, time.UTC).Sub(opening))
	start := time.Date(2028, 1, 10, 12, 0, 0, 0, time.UTC)
	older, newer := device("500"), parcel("83")
	older.Proposal.StartsAt, newer.Proposal.StartsAt = start, start
	quoted := h.quoted(p, older)
	h.clock.advance(3 * 24 * time.Hour)
	more := packageOf(newer)
	more.PackageID = quoted.ID
	quoted, err = h.AddQuotes(t.Context(), p, more, Once{})
	h.fatal(err)
	if a, b := quoted.Quotes[0].Product.Version, quoted.Quotes[1].Product.Version; a != 1 || b != 2 {
		t.Fatalf("versions %d and %d", a, b)
	}
	equalLists(t, "quoted", bundled(quoted), []string{"7.46 GBP", "1.41 GBP"})
	booked, err := h.Book(t.Context(), p, wishFor(quoted), Once{})
	h.fatal(err)
	equalLists(t, "booked", grosses(booked), bundled(quoted))
	if found := h.findings(); len(found) > 0 {
		t.Errorf("afterwards: %+v", found)
	}
}

func bundled(p Package) []string {
	var all []string
	for _, q := range p.Quotes {
		all = append(all, q.Bundled.Gross.String())
	}
	return all
}

func TestTheRegionFallsToTheHolder(t *testing.T) {
	h := onSQLite(t)
	p := h.shop("e3ccm")
	elsewhere := ada
	elsewhere.Address.Region = "Kent"
	for holder, want := range map[insurance.Party]insurance.Personal{ada: "Surrey", elsewhere: "Kent"} {
		wish := packageOf(tickets("100"))
		wish.Region = given("Surrey")
		quoted, err := h.Quote(t.Context(), p, wish, Once{})
		h.fatal(err)
		book := wishFor(quoted)
		book.Holder = holder
		booked, err := h.Book(t.Context(), p, book, Once{})
		h.fatal(err)
		for _, told := range []Package{booked, h.booking(p, booked)} {
			if told.Holder.Address.Region != want {
				t.Errorf("the holder lives in %s, want %s", told.Holder.Address.Region.Reveal(), want.Reveal())
			}
		}
	}
}

func TestAPackageIsAmended(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p := h.shop("e3ccm")
		quoted := h.quoted(p, tickets("100"), parcel("200"))
		amend := func(wish PackageWish) Package {
			t.Helper()
			wish.PackageID = quoted.ID
			told, err := h.Amend(t.Context(), p, wish, Once{})
			h.fatal(err)
			stored, err := h.Package(t.Context(), p, PackageRef{PackageID: quoted.ID})
			h.fatal(err)
			equalLists(t, "stored", grosses(stored), grosses(told))
			return told
		}
		h.clock.advance(time.Minute)
		told := amend(PackageWish{Language: given("de"), TransactionID: given("T-1"), Metadata: []byte(`{"a":1}`)})
		equalLists(t, "nothing that matters", grosses(told), []string{"8.96 GBP", "3.14 GBP"})
		if told.Language != "de" || *told.TransactionID != "T-1" || string(told.Metadata) != `{"a":1}` ||
			!told.UpdatedAt.Equal(opening.Add(time.Minute)) || !told.Quotes[0].UpdatedAt.Equal(opening) {
			t.Errorf("amended to %+v", told)
		}
		told = amend(PackageWish{Items: []QuoteWish{{QuoteID: quoted.Quotes[1].ID, Proposal: attributes("cover_amount", "300")}}})
		equalLists(t, "an item", grosses(told), []string{"8.96 GBP", "4.48 GBP"})
		told = amend(PackageWish{Currency: given(insurance.Currency("AUD"))})
		equalLists(t, "another currency, with the taxes of before", grosses(told), []string{"8.96 AUD", "4.87 AUD"})
		told = amend(PackageWish{Country: given(insurance.Country("AU"))})
		equalLists(t, "another country", grosses(told), []string{"8.80 AUD", "4.79 AUD"})
		told = amend(PackageWish{
			Currency: given(insurance.Currency("JPY")), Country: given(insurance.Country("JP")), Items: []QuoteWish{
				{QuoteID: quoted.Quotes[0].ID, Proposal: attributes("total_ticket_price", "20000")},
			},
		})
		equalLists(t, "currency and item", grosses(told), []string{"1600 JPY", "140 JPY"})
	})
}

// An item that the new currency asks to be changed is not priced before it is.
func TestAnAmendmentIsPricedAsAWhole(t *testing.T) {
	h := onSQLite(t)
	p := h.shop("e3ccm")
	quoted := h.quoted(p, tickets("100.50"), parcel("200"))
	told, err := h.Amend(t.Context(), p, PackageWish{
		PackageID: quoted.ID, Currency: given(insurance.Currency("JPY")), Country: given(insurance.Country("JP")),
		Items: []QuoteWish{{QuoteID: quoted.Quotes[0].ID, Proposal: attributes("total_ticket_price", "20000")}},
	}, Once{})
	h.fatal(err)
	equalLists(t, "premiums", grosses(told), []string{"1600 JPY", "140 JPY"})
}

func TestQuotesAreAddedAndDropped(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p := h.shop("e3ccm")
		other := h.quoted(p, tickets("100"))
		quoted := h.quoted(p, tickets("100"), parcel("200"))
		ref := PackageRef{PackageID: quoted.ID, QuoteIDs: []string{quoted.Quotes[0].ID}}
		told, err := h.DropQuotes(t.Context(), p, ref, Once{})
		h.fatal(err)
		equalLists(t, "after one went", grosses(told), []string{"3.14 GBP"})
		told, err = h.AddQuotes(t.Context(), p, PackageWish{PackageID: quoted.ID, Items: []QuoteWish{device("600"), tickets("50")}}, Once{})
		h.fatal(err)
		equalLists(t, "after two came", grosses(told), []string{"3.14 GBP", "9.52 GBP", "4.48 GBP"})
		for i, want := range []int{2, 3, 4} {
			if got := told.Quotes[i]; got.Position != want-1+quoted.Quotes[0].Position {
				t.Errorf("quote %d has position %d", i, got.Position)
			}
		}
		for name, id := range map[string]string{"gone": quoted.Quotes[0].ID, "of another": other.Quotes[0].ID} {
			_, err = h.DropQuotes(t.Context(), p, PackageRef{PackageID: quoted.ID, QuoteIDs: []string{told.Quotes[0].ID, id}}, Once{})
			equalLists(t, name, h.problems(err), []string{"1 quotes.id is not a quote of this package"})
			_, err = h.Amend(t.Context(), p, PackageWish{PackageID: quoted.ID, Items: []QuoteWish{{QuoteID: id}}}, Once{})
			equalLists(t, name, h.problems(err), []string{"0 quotes.id is not a quote of this package"})
			book := wishFor(told)
			book.Quotes[2].ID = id
			_, err = h.Book(t.Context(), p, book, Once{})
			equalLists(t, name, h.problems(err), []string{"2 quotes.id is not a quote of this package"})
		}
		_, err = h.Book(t.Context(), p, wishFor(told), Once{})
		h.fatal(err)
	})
}

func TestAPackageIsDeclinedOrTakenBack(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p := h.shop("e3ccm")
		ref := PackageRef{PackageID: h.quoted(p, tickets("100")).ID, Metadata: []byte(`{"why":"price"}`)}
		for range 2 {
			_, err := h.OptOut(t.Context(), p, ref, Once{})
			h.fatal(err)
		}
		told, err := h.Package(t.Context(), p, ref)
		h.fatal(err)
		if told.State != PackageOptedOut || told.Quotes[0].State != PackageReceived || string(told.Metadata) != `{"why":"price"}` {
			t.Errorf("declined, it is %+v", told)
		}
		_, err = h.Book(t.Context(), p, wishFor(told), Once{})
		h.refused(err, insurance.CodeStateForbidden)
		_, err = h.AddQuotes(t.Context(), p, PackageWish{PackageID: told.ID, Items: []QuoteWish{tickets("1")}}, Once{})
		h.refused(err, insurance.CodeStateForbidden)
		_, err = h.DeletePackage(t.Context(), p, ref, Once{})
		h.fatal(err)
		_, err = h.Package(t.Context(), p, ref)
		h.refused(err, insurance.CodePackageUnknown)
		_, err = h.DeletePackage(t.Context(), p, ref, Once{})
		h.refused(err, insurance.CodePackageUnknown)
	})
}

func TestABookedPackageIsNoQuoteAnyMore(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p := h.shop("e3ccm")
		told := h.booked(p, tickets("100"))
		ref := PackageRef{PackageID: told.ID, QuoteIDs: []string{told.Quotes[0].ID}}
		for name, do := range map[string]func() error{
			"opt out": func() error { _, err := h.OptOut(t.Context(), p, ref, Once{}); return err },
			"delete":  func() error { _, err := h.DeletePackage(t.Context(), p, ref, Once{}); return err },
			"drop":    func() error { _, err := h.DropQuotes(t.Context(), p, ref, Once{}); return err },
			"amend":   func() error { _, err := h.Amend(t.Context(), p, PackageWish{PackageID: told.ID}, Once{}); return err },
			"add": func() error {
				_, err := h.AddQuotes(t.Context(), p, PackageWish{PackageID: told.ID}, Once{})
				return err
			},
			"book": func() error { _, err := h.Book(t.Context(), p, wishFor(told), Once{}); return err },
		} {
			if refused := h.refusal(do(), insurance.CodeStateForbidden); refused.Detail != string(PackageConfirmed) {
				t.Errorf("%s: refused because it is %s", name, refused.Detail)
			}
		}
	})
}
