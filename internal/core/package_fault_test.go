package core

import (
	"errors"
	"time"
)

// packageDeed is a deed that is done to a package of a partner of its own.
func packageDeed(
	name string, prepare func(*house, Partner) Package, do func(*house, Partner, Package) error, done func(*house, Package) error,
) deed {
	var told Package
	return deed{
		name: name,
		prepare: func(h *house) {
			h.partner = h.shop("e3ccm")
			told = prepare(h, h.partner)
		},
		do:   func(h *house) { h.fatal(do(h, h.partner, told)) },
		done: func(h *house) error { return done(h, told) },
	}
}

func packageDeeds() []deed {
	sold := func(h *house, p Partner) Package { return h.booked(p, tickets("100")) }
	return []deed{
		packageDeed("book a package", func(h *house, p Partner) Package { return h.quoted(p, device("500"), tickets("100")) },
			func(h *house, p Partner, told Package) error {
				return asked(h.Book(h.t.Context(), p, wishFor(told), Once{}))
			},
			func(h *house, told Package) error { return h.stands(told, PackageConfirmed, 2, EventBookingCreated) }),
		packageDeed("pay for a package", func(h *house, p Partner) Package { return h.pending(p, device("500"), tickets("100")) },
			func(h *house, p Partner, told Package) error {
				return asked(h.ConfirmPayment(h.t.Context(), p, PackageRef{PackageID: told.ID}, Once{}))
			},
			func(h *house, told Package) error { return h.stands(told, PackageConfirmed, 2, EventBookingCreated) }),
		packageDeed("book at once", func(*house, Partner) Package { return Package{} },
			func(h *house, p Partner, _ Package) error {
				return asked(h.BookAtOnce(h.t.Context(), p, atOnce("100"), Once{}))
			},
			func(h *house, _ Package) error {
				page, err := h.Bookings(h.t.Context(), h.partner, BookingFilter{Limit: 10})
				return errors.Join(err, expect("bookings", page.Total, 1, "told", len(h.happened(EventBookingCreated)), 1))
			}),
		packageDeed("endorse a package", sold,
			func(h *house, p Partner, told Package) error {
				shown, err := h.PreviewEndorsement(h.t.Context(), p, changing(told, 0, "total_ticket_price", "200"), Once{})
				if err != nil {
					return err
				}
				return asked(h.ConfirmEndorsement(h.t.Context(), p, Confirmation{PackageID: told.ID, ID: shown.UpdateID}, Once{}))
			},
			func(h *house, told Package) error { return h.stands(told, PackageConfirmed, 2, EventBookingUpdated) }),
		packageDeed("cancel a package", sold,
			func(h *house, p Partner, told Package) error {
				shown, err := h.Cancel(h.t.Context(), p, CancelWish{PackageID: told.ID, Preview: true}, Once{})
				if err != nil {
					return err
				}
				return asked(h.ConfirmCancellation(h.t.Context(), p, Confirmation{PackageID: told.ID, ID: shown.ID}, Once{}))
			},
			func(h *house, told Package) error { return h.stands(told, PackageCancelled, 2, EventBookingCancelled) }),
		packageDeed("renew a package", func(h *house, p Partner) Package { return h.inGrace(p, device("500")) },
			func(h *house, p Partner, told Package) error {
				return asked(h.PayRenewal(h.t.Context(), p, RenewalPayment{RenewalID: told.Quotes[0].RenewalID}, Once{}))
			},
			func(h *house, told Package) error { return h.stands(told, PackageConfirmed, 2, EventRenewalPlanned) }),
		packageDeed("let a package lapse", func(h *house, p Partner) Package {
			told := h.booked(p, device("500"))
			h.clock.advance(200 * 24 * time.Hour)
			return told
		},
			func(h *house, _ Partner, _ Package) error {
				h.work()
				return nil
			},
			func(h *house, told Package) error {
				return errors.Join(h.stands(told, PackageCancelled, 1, EventRenewalExpired),
					expect("announced", len(h.happened(EventRenewalAnnounced)), 1, "due", len(h.happened(EventRenewalDue)), 1))
			}),
	}
}

// stands tells whether a package is in a state, with so many lines in the
// ledgers of its policies, and told once of how it came there.
func (h *house) stands(told Package, state PackageState, lines int, kind EventType) error {
	now, err := h.Booking(h.t.Context(), h.partner, PackageRef{PackageID: told.ID})
	if err != nil {
		return err
	}
	written := 0
	for _, q := range now.Quotes {
		if q.Policy != nil {
			written += len(h.linesOf(h.partner, q))
		}
	}
	return expect("state", now.State, state, "lines", written, lines, "told", len(h.happened(kind)), 1)
}
