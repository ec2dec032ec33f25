package xcover

import (
	"cmp"
	"net/http"
	"net/url"
	"strconv"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect"
	"github.com/covernote/covernote/internal/insurance"
)

// respond is a response whose content type names no charset, as clients know it.
func respond(status int, body any) dialect.Response {
	answer := dialect.JSON(status, body)
	answer.Header = http.Header{"Content-Type": {"application/json"}}
	return answer
}

func (d *Dialect) encodeCreated(r *dialect.Request, p core.Package) dialect.Response {
	return respond(http.StatusCreated, d.scribe(r.Partner, p).quotePackage())
}

func (d *Dialect) encodePackage(r *dialect.Request, p core.Package) dialect.Response {
	return respond(http.StatusOK, d.scribe(r.Partner, p).quotePackage())
}

// encodeFast answers who asked for prices in a hurry. The UUID of a quote names
// its package as well.
func (d *Dialect) encodeFast(r *dialect.Request, p core.Package) dialect.Response {
	s := d.scribe(r.Partner, p)
	id, total := p.ID, s.totals().price
	if len(p.Quotes) > 0 {
		id = p.Quotes[0].ID
	}
	return respond(http.StatusCreated, wireFast{
		ID: p.ID, FastQuoteID: id, Currency: string(p.Currency), Quotes: s.offers(p.Quotes),
		TotalPrice: number(total), TotalPriceFormatted: s.formatted(total),
	})
}

func (d *Dialect) encodeBooking(r *dialect.Request, p core.Package) dialect.Response {
	return respond(http.StatusOK, d.scribe(r.Partner, p).booking())
}

func (d *Dialect) encodePaid(r *dialect.Request, p core.Package) dialect.Response {
	return respond(http.StatusCreated, d.scribe(r.Partner, p).booking())
}

// encodeBookingRead writes in the language that the request asks for, or else
// in the customer's, and says more of the booking than other answers do.
func (d *Dialect) encodeBookingRead(r *dialect.Request, p core.Package) dialect.Response {
	s := d.scribe(r.Partner, p)
	if asked := r.URL.Query().Get("language"); asked != "" {
		s.language = languageOf(asked)
	}
	body, partner := s.booking(), s.partnerObject()
	body.Partner, body.CustomerLanguage = &partner, cmp.Or(p.Language, "en")
	return respond(http.StatusOK, body)
}

func (d *Dialect) encodePage(r *dialect.Request, page core.BookingPage) dialect.Response {
	body := wirePage{Count: page.Total, Results: make([]wireBooking, len(page.Packages))}
	for i, p := range page.Packages {
		body.Results[i] = d.scribe(r.Partner, p).booking()
	}
	if after := page.Offset + page.Limit; after < page.Total {
		body.Next = d.pageURL(r.Request, page.Limit, after)
	}
	if page.Offset > 0 {
		body.Previous = d.pageURL(r.Request, page.Limit, max(page.Offset-page.Limit, 0))
	}
	return respond(http.StatusOK, body)
}

// pageURL is the address of a page as the caller wrote its own; the first page
// has no offset.
func (d *Dialect) pageURL(r *http.Request, limit, offset int) *string {
	query := r.URL.Query()
	query.Set("limit", strconv.Itoa(limit))
	query.Del("offset")
	if offset > 0 {
		query.Set("offset", strconv.Itoa(offset))
	}
	address := (&url.URL{Scheme: d.schemeOf(r), Host: r.Host}).String() + signedPath(r) + "?" + query.Encode()
	return &address
}

// schemeOf is that of the connection or, behind a proxy that ends it, that of
// the public URL if the caller has asked for its host.
func (d *Dialect) schemeOf(r *http.Request) string {
	if r.TLS != nil || d.site == "https://"+r.Host {
		return "https"
	}
	return "http"
}

func (d *Dialect) encodeChange(r *dialect.Request, c core.Change) dialect.Response {
	return respond(http.StatusOK, d.change(r.Partner, c))
}

func (d *Dialect) encodeChangeConfirmed(r *dialect.Request, c core.Change) dialect.Response {
	return respond(http.StatusCreated, d.change(r.Partner, c))
}

func (d *Dialect) encodeCancellation(r *dialect.Request, c core.Cancellation) dialect.Response {
	return respond(http.StatusOK, d.cancellation(r.Partner, c))
}

// encodeOffer answers with the quotes that renewals would make.
func (d *Dialect) encodeOffer(r *dialect.Request, offer core.RenewalOffer) dialect.Response {
	s := d.scribe(r.Partner, offer.Package)
	body := wireRenewalOffer{
		RenewalID: offer.ID, Quotes: make([]wireOffer, len(offer.Quotes)),
		ID: offer.Package.ID, Status: statuses[offer.Package.State], Currency: string(offer.Package.Currency),
	}
	total := insurance.Zero(offer.Package.Currency)
	for i, q := range offer.Quotes {
		q.State = core.PackageReceived
		body.Quotes[i] = s.offer(q)
		total = total.Add(q.Premium.Gross)
	}
	body.TotalPrice, body.TotalPriceFormatted = number(total), s.formatted(total)
	return respond(http.StatusOK, body)
}

func (d *Dialect) encodeSchedules(r *dialect.Request, all core.Schedules) dialect.Response {
	s := d.scribe(r.Partner, core.Package{Currency: all.Currency})
	body := wireSchedules{Quotes: make([]wireSchedule, len(all.Quotes)), Currency: string(all.Currency)}
	for i, one := range all.Quotes {
		body.Quotes[i] = s.schedule(one)
	}
	return respond(http.StatusOK, body)
}

// encodeAccepted says that something will be done, and nothing else. The body
// is empty and not nil, so that it can be kept under a repetition key.
func encodeAccepted(*dialect.Request, core.Nothing) dialect.Response {
	return dialect.Response{Status: http.StatusAccepted, Body: []byte{}}
}

// encodeDone says that something was done, and nothing else, as encodeAccepted
// does.
func encodeDone(*dialect.Request, core.Nothing) dialect.Response {
	return dialect.Response{Status: http.StatusNoContent, Body: []byte{}}
}
