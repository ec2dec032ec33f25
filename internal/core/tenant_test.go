package core

import (
	"context"
	"testing"

	"github.com/covernote/covernote/internal/insurance"
)

// named is what a partner may ask for of one package, by names that may belong
// to another.
type named struct {
	pkg, quote, renewal, update, cancellation, offer string
}

// questions are all methods that name a package.
func questions(ctx context.Context, c *Core, p Partner) map[string]func(named) error {
	ref := func(n named) PackageRef { return PackageRef{PackageID: n.pkg, QuoteIDs: []string{n.quote}} }
	confirm := func(n named, id string) Confirmation { return Confirmation{PackageID: n.pkg, ID: id} }
	wrong := []insurance.Problem{{Field: insurance.FieldBody, Detail: "is wrong"}}
	return map[string]func(named) error{
		"Package":    func(n named) error { return asked(c.Package(ctx, p, ref(n))) },
		"Booking":    func(n named) error { return asked(c.Booking(ctx, p, ref(n))) },
		"DropQuotes": func(n named) error { return asked(c.DropQuotes(ctx, p, ref(n), Once{})) },
		"OptOut":     func(n named) error { return asked(c.OptOut(ctx, p, ref(n), Once{})) },
		"Delete":     func(n named) error { return asked(c.DeletePackage(ctx, p, ref(n), Once{})) },
		"Amend": func(n named) error {
			return asked(c.Amend(ctx, p, PackageWish{PackageID: n.pkg, Problems: wrong}, Once{}))
		},
		"AddQuotes": func(n named) error {
			return asked(c.AddQuotes(ctx, p, PackageWish{PackageID: n.pkg, Items: []QuoteWish{tickets("1")}}, Once{}))
		},
		"Book": func(n named) error {
			return asked(c.Book(ctx, p, BookingWish{PackageID: n.pkg, Quotes: []QuoteToBook{{ID: n.quote}}, Problems: wrong}, Once{}))
		},
		"ConfirmPayment": func(n named) error { return asked(c.ConfirmPayment(ctx, p, ref(n), Once{})) },
		"Endorse": func(n named) error {
			return asked(c.Endorse(ctx, p, ChangeWish{PackageID: n.pkg, Holder: &ada, Problems: wrong}, Once{}))
		},
		"PreviewEndorsement": func(n named) error {
			return asked(c.PreviewEndorsement(ctx, p, ChangeWish{PackageID: n.pkg, Quotes: []QuoteChange{{ID: n.quote}}}, Once{}))
		},
		"ConfirmEndorsement": func(n named) error { return asked(c.ConfirmEndorsement(ctx, p, confirm(n, n.update), Once{})) },
		"Cancel": func(n named) error {
			return asked(c.Cancel(ctx, p, CancelWish{PackageID: n.pkg, Quotes: []QuoteToCancel{{ID: n.quote}}, Problems: wrong}, Once{}))
		},
		"PreviewCancellation": func(n named) error {
			return asked(c.Cancel(ctx, p, CancelWish{PackageID: n.pkg, Preview: true}, Once{}))
		},
		"ConfirmCancellation": func(n named) error { return asked(c.ConfirmCancellation(ctx, p, confirm(n, n.cancellation), Once{})) },
		"PayRenewal": func(n named) error {
			return asked(c.PayRenewal(ctx, p, RenewalPayment{RenewalID: n.renewal, Problems: wrong}, Once{}))
		},
		"OfferRenewal":   func(n named) error { return asked(c.OfferRenewal(ctx, p, ref(n), Once{})) },
		"ConfirmRenewal": func(n named) error { return asked(c.ConfirmRenewal(ctx, p, confirm(n, n.offer), Once{})) },
		"DeclineRenewal": func(n named) error { return asked(c.DeclineRenewal(ctx, p, ref(n), Once{})) },
		"Instalments":    func(n named) error { return asked(c.Instalments(ctx, p, ref(n))) },
		"ReportInstalments": func(n named) error {
			return asked(c.ReportInstalments(ctx, p, InstalmentReport{PackageID: n.pkg, Problems: wrong}, Once{}))
		},
		"SendMail": func(n named) error {
			return asked(c.SendMail(ctx, p, MailWish{PackageID: n.pkg, Problems: wrong}, Once{}))
		},
	}
}

// What belongs to another partner is refused as what does not exist is, by
// every method and before anything else is found wrong.
func TestAnotherPartnersPackagesDoNotExist(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		owner, p := h.shop("e3ccm"), h.shop("f4ddn")
		told := h.booked(owner, device("500"))
		shown, err := h.PreviewEndorsement(t.Context(), owner, changing(told, 0, "device_value", "600"), Once{})
		h.fatal(err)
		offer, err := h.OfferRenewal(t.Context(), owner, PackageRef{PackageID: told.ID}, Once{})
		h.fatal(err)
		quoted := h.quoted(owner, tickets("100"))
		foreign := named{told.ID, told.Quotes[0].ID, told.Quotes[0].RenewalID, shown.UpdateID, h.toCancel(owner, told).ID, offer.ID}
		absent := named{
			"34678-9ABCD-INS", h.Keys.quoteID("34678-9ABCD-INS", "0"), "ABCDE-FGHIJ-REN", "ABCDE-FGHIJ-KLMNO-UPD",
			"ABCDE-FGHIJ-KLMNO-CCL", "ABCDE-FGHIJ-KLMNO-UPD",
		}
		before := h.traces(owner)
		for name, ask := range questions(t.Context(), h.Core, p) {
			want := h.refusal(ask(absent), insurance.CodePackageUnknown)
			unbooked, byQuote := foreign, foreign
			unbooked.pkg, unbooked.quote, byQuote.pkg = quoted.ID, quoted.Quotes[0].ID, told.Quotes[0].ID
			for _, n := range []named{foreign, unbooked, byQuote} {
				got := h.refusal(ask(n), insurance.CodePackageUnknown)
				if got.Error() != want.Error() || len(got.Problems) != 0 {
					t.Errorf("%s: what is another's is refused with %q, what is not there with %q", name, got, want)
				}
			}
		}
		equalLists(t, "what the owner has", h.traces(owner), before)
		page, err := h.Bookings(t.Context(), p, BookingFilter{Limit: 10})
		h.fatal(err)
		if page.Total != 0 || len(page.Packages) != 0 {
			t.Errorf("%d of another's bookings are listed", page.Total)
		}
	})
}

// Under a package of one's own, the previews of another do not exist either.
func TestAnothersPreviewsDoNotExist(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		owner, p := h.shop("e3ccm"), h.shop("f4ddn")
		told, mine := h.booked(owner, device("500")), h.booked(p, device("500"))
		shown, err := h.PreviewEndorsement(t.Context(), owner, changing(told, 0, "device_value", "600"), Once{})
		h.fatal(err)
		offer, err := h.OfferRenewal(t.Context(), owner, PackageRef{PackageID: told.ID}, Once{})
		h.fatal(err)
		ask := questions(t.Context(), h.Core, p)
		n := named{pkg: mine.ID, update: shown.UpdateID, cancellation: h.toCancel(owner, told).ID, offer: offer.ID}
		for _, name := range []string{"ConfirmEndorsement", "ConfirmCancellation", "ConfirmRenewal"} {
			h.refused(ask[name](n), insurance.CodePackageUnknown)
		}
	})
}

// The certificate of a booked package opens with its token alone; nothing else
// is told apart.
func TestACertificateOpensWithItsToken(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p := h.shop("e3ccm")
		told, other, quoted := h.booked(p, tickets("100")), h.booked(p, tickets("100")), h.quoted(p, tickets("100"))
		for _, name := range []string{told.ID, told.Quotes[0].ID, told.Quotes[0].Policy.CertificateNumber} {
			view, err := h.Certificate(t.Context(), name, told.Token)
			h.fatal(err)
			if view.Package.ID != told.ID || view.PartnerName != "Shop e3ccm" {
				t.Errorf("%s opens %s of %s", name, view.Package.ID, view.PartnerName)
			}
		}
		var refusals []string
		for _, c := range [][2]string{
			{told.ID, other.Token}, {told.ID, ""}, {quoted.ID, quoted.Token}, {"34678-9ABCD-INS", told.Token}, {"x", "x"},
		} {
			_, err := h.Certificate(t.Context(), c[0], c[1])
			refusals = append(refusals, h.refusal(err, insurance.CodePackageUnknown).Error())
			if _, again := h.CertificatePDF(t.Context(), c[0], c[1], "en"); again == nil || again.Error() != err.Error() {
				t.Errorf("its file is refused with %v", again)
			}
		}
		for _, refusal := range refusals {
			if refusal != refusals[0] {
				t.Errorf("refused with %q and %q", refusal, refusals[0])
			}
		}
		if _, err := h.Products(t.Context(), "34678-9ABCD-INS"); insurance.CodeOf(err) != insurance.CodePackageUnknown {
			t.Errorf("products of nothing: %v", err)
		}
	})
}
