package xcover

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect"
	"github.com/covernote/covernote/internal/insurance"
)

// prefixes are the base paths that the API was published under, and none.
var prefixes = []string{"/xcover", "/x", "/api/v2", ""}

// Roots are where the paths of the API begin.
func (d *Dialect) Roots() []string {
	return []string{"/xcover/", "/x/", "/api/v2/", "/partners/", "/policytypes/"}
}

// Routes are the whole API, under every prefix.
func (d *Dialect) Routes() []dialect.Route {
	var all []dialect.Route
	for _, prefix := range prefixes {
		partner := prefix + "/partners/{partner}/"
		all = append(all, d.quoteRoutes(partner)...)
		all = append(all, d.bookingRoutes(partner)...)
		all = append(all, d.renewalRoutes(partner)...)
		all = append(all,
			dialect.On(http.MethodGet, prefix+"/policytypes/", decodeNothing, d.core.PolicyTypes, encodeTypes),
			dialect.On(http.MethodGet, partner+"policytypes/", decodeNothing, d.core.PolicyTypes, encodeTypes),
			dialect.On(http.MethodGet, partner, decodeNothing, nowhere, encodeNowhere),
			dialect.On(http.MethodPost, partner, decodeNothing, nowhere, encodeNowhere),
		)
	}
	return all
}

func (d *Dialect) quoteRoutes(partner string) []dialect.Route {
	var (
		quotes = partner + "quotes/"
		one    = quotes + "{id}/"
	)
	return []dialect.Route{
		dialect.OnOnce(http.MethodPost, quotes, decodeQuoting, moving(d.core.Quote, toQuotes), d.encodeQuoted),
		dialect.On(http.MethodGet, one, decodeName, d.core.Package, d.encodePackage),
		dialect.OnOnce(http.MethodPatch, one, decodeAmendment, moving(d.core.Amend, toAmendment), d.encodePackage),
		dialect.OnOnce(http.MethodDelete, one, decodeEmpty, d.core.DeletePackage, encodeDone),
		dialect.OnOnce(http.MethodPost, one+"add/", decodeAddition, moving(d.core.AddQuotes, toQuotes), d.encodeCreated),
		dialect.OnOnce(http.MethodPost, one+"delete/", decodeRemoval, d.core.DropQuotes, d.encodePackage),
	}
}

func (d *Dialect) bookingRoutes(partner string) []dialect.Route {
	var (
		bookings = partner + "bookings/"
		one      = bookings + "{id}/"
	)
	return []dialect.Route{
		dialect.OnOnce(http.MethodPost, one, decodeBooking, d.core.Book, d.encodeBooking),
		dialect.OnOnce(http.MethodPost, partner+"instant_booking/", decodeInstant, moving(d.core.BookAtOnce, toInstant), d.encodeBooking),
		dialect.OnOnce(http.MethodPost, one+"opt_out", decodeOptOut, d.core.OptOut, encodeDone),
		dialect.OnOnce(http.MethodPut, one+"confirm", decodeEmpty, d.core.ConfirmPayment, d.encodePaid),
		dialect.On(http.MethodGet, bookings, decodeListing, d.core.Bookings, d.encodePage),
		dialect.On(http.MethodGet, one, decodeName, d.core.Booking, d.encodeBookingRead),
		dialect.OnOnce(http.MethodPost, one+"send_email", decodeMail, d.core.SendMail, encodeAccepted),

		dialect.OnOnce(http.MethodPatch, one, decodeChange, moving(d.core.Endorse, toChange), d.encodeChange),
		dialect.OnOnce(http.MethodPatch, one+"quote_for_update", decodeChange, moving(d.core.PreviewEndorsement, toChange), d.encodeChange),
		dialect.OnOnce(http.MethodPost, one+"confirm_update/{preview}/", decodeConfirmation, moving(d.core.ConfirmEndorsement, toChange), d.encodeChangeConfirmed),

		dialect.OnOnce(http.MethodPost, one+"cancel", decodeCancellation, d.core.Cancel, d.encodeCancellation),
		dialect.OnOnce(http.MethodPost, one+"confirm_cancellation/{preview}/", decodeConfirmation, d.core.ConfirmCancellation, d.encodeCancellation),

		dialect.On(http.MethodGet, one+"instalments/", decodeName, d.core.Instalments, d.encodeSchedules),
		dialect.OnOnce(http.MethodPost, one+"instalments/", decodeInstalments, d.core.ReportInstalments, encodeDone),
	}
}

// renewalRoutes begin with the code of a package, but for the first: it is of
// 2019, and begins with the code of the renewal itself.
func (d *Dialect) renewalRoutes(partner string) []dialect.Route {
	one := partner + "renewals/{id}/"
	return []dialect.Route{
		dialect.OnOnce(http.MethodPatch, one+"confirmation", decodePayment, d.core.PayRenewal, encodeAccepted),
		dialect.OnOnce(http.MethodPatch, one+"quote_for_renewal/", decodeEmpty, d.core.OfferRenewal, d.encodeOffer),
		dialect.OnOnce(http.MethodPost, one+"confirm/{preview}/", decodeRenewal, d.core.ConfirmRenewal, d.encodeBooking),
		dialect.OnOnce(http.MethodPost, one+"opt_out/", decodeOptOut, d.core.DeclineRenewal, encodeDone),
	}
}

// encodeQuoted is short for who asked for prices in a hurry.
func (d *Dialect) encodeQuoted(r *dialect.Request, p core.Package) dialect.Response {
	if isFast(r.Request) {
		return d.encodeFast(r, p)
	}
	return d.encodeCreated(r, p)
}

// nowhere is the root of a partner, which clients ask to see that they reach
// us. The original has nothing there either.
func nowhere(context.Context, core.Partner, struct{}) (core.Nothing, error) {
	return core.Nothing{}, nil
}

func encodeNowhere(*dialect.Request, core.Nothing) dialect.Response {
	return respond(http.StatusNotFound, struct{}{})
}

// Where requests have what the core finds wrong, if not where places says.
var (
	toQuotes    = strings.NewReplacer("/policyholder/country", "/customer_country")
	toAmendment = strings.NewReplacer("/policyholder/country", "/customer_country", "/quotes/*/id", "/request/*/quote_id")
	toInstant   = strings.NewReplacer("/policyholder/country", "/customer_country", "/quotes/*", "/request/*")
	toChange    = strings.NewReplacer(
		"/request/*/policy_start_date", "/quotes/*/policy_start_date",
		"/request/*", "/quotes/*/update_fields")
)

// moving is a method of the core whose refusals are told of other places.
func moving[Wish, Outcome any](
	do func(context.Context, core.Partner, Wish, core.Once) (Outcome, error), to *strings.Replacer,
) func(context.Context, core.Partner, Wish, core.Once) (Outcome, error) {
	return func(ctx context.Context, p core.Partner, wish Wish, once core.Once) (Outcome, error) {
		outcome, err := do(ctx, p, wish, once)
		refusal, ok := errors.AsType[*insurance.Error](err)
		if !ok {
			return outcome, err
		}
		told := *refusal
		told.Problems = make([]insurance.Problem, len(refusal.Problems))
		for i, problem := range refusal.Problems {
			problem.Field = insurance.Field(to.Replace(string(templateOf(problem.Field))))
			told.Problems[i] = problem
		}
		return outcome, fmt.Errorf("%w (%w)", &told, err)
	}
}
