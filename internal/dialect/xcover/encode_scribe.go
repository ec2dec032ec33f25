package xcover

import (
	"cmp"
	"net/url"
	"strings"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/insurance"
)

// scribe writes what a partner reads about one package.
type scribe struct {
	// site is the base URL of the pages that we host, without a slash at its end.
	site     string
	partner  core.Partner
	p        core.Package
	language insurance.Language
	// space puts a no-break space between symbol and amount.
	space bool
}

func (d *Dialect) scribe(partner core.Partner, p core.Package) scribe {
	return scribe{
		site: d.site, partner: partner, p: p, language: languageOf(p.Language),
		space: setting(partner, switchNBSP) == "true",
	}
}

// languageOf is the language in a tag such as "en-us"; English for none.
func languageOf(tag string) insurance.Language {
	language, _, _ := strings.Cut(strings.ReplaceAll(tag, "_", "-"), "-")
	return insurance.Language(strings.ToLower(cmp.Or(language, "en")))
}

// words are a text in the customer's language, else in English, else as
// insurance.Text has it.
func (s scribe) words(text insurance.Text) string {
	if said, ok := text[s.language]; ok {
		return said
	}
	return text.In("en")
}

// formatted is an amount with its symbol. No money has no currency of its own.
func (s scribe) formatted(m insurance.Money) string {
	m.Currency = cmp.Or(m.Currency, s.p.Currency)
	return formatted(m, s.space)
}

// pageLanguage is the language of pages and e-mails, of which we have two.
func (s scribe) pageLanguage() insurance.Language {
	if s.language == "de" {
		return "de"
	}
	return "en"
}

// segment is the part of a page's path that names its language.
func (s scribe) segment() string { return "/" + string(s.pageLanguage()) }

// pds is where the products of the package are described.
func (s scribe) pds(segment string) string { return s.site + segment + "/pds/" + s.p.ID }

// pdsOf is where the product of one quote is.
func (s scribe) pdsOf(q core.PackageQuote) string {
	return s.pds(s.segment()) + "?policy_type=" + url.QueryEscape(q.Tariff.Code) + "_v" + version(q.Product)
}

// coi is where the certificate is, for whoever has the token.
func (s scribe) coi(segment string) wireCOI {
	page := s.site + segment + "/coi/" + s.p.ID
	token := "?security_token=" + url.QueryEscape(s.p.Token)
	return wireCOI{URL: page + token, PDF: page + ".pdf" + token}
}

// statuses are the words for the states of packages and quotes.
var statuses = map[core.PackageState]string{
	core.PackageReceived:  "RECEIVED",
	core.PackageOptedOut:  "OPTED_OUT",
	core.PackageDeleted:   "DELETED",
	core.PackagePending:   "PENDING_PAYMENT",
	core.PackageFailed:    "FAILED",
	core.PackageConfirmed: "CONFIRMED",
	core.PackageCancelled: "CANCELLED",
}

// totals are the sums of a package.
type totals struct{ price, tax, premium, discounted insurance.Money }

// totals leave out what was cancelled, and in a booking what was not booked.
func (s scribe) totals() totals {
	none := insurance.Zero(s.p.Currency)
	sum := totals{none, none, none, none}
	for _, q := range s.p.Quotes {
		if q.State == core.PackageCancelled || s.p.Booked && !booked(q) {
			continue
		}
		sum.price = sum.price.Add(q.Premium.Gross)
		sum.tax = sum.tax.Add(q.Premium.Tax)
		sum.premium = sum.premium.Add(q.Premium.Net)
		sum.discounted = sum.discounted.Add(s.discounted(q))
	}
	return sum
}

// booked tells whether a quote was booked, whatever became of it.
func booked(q core.PackageQuote) bool {
	switch q.State {
	case core.PackagePending, core.PackageFailed, core.PackageConfirmed, core.PackageCancelled:
		return true
	}
	return false
}

// discounted is what a quote costs with the bundle's reduction. The price of
// what was booked has it already.
func (s scribe) discounted(q core.PackageQuote) insurance.Money {
	if s.p.Booked {
		return q.Premium.Gross
	}
	return q.Bundled.Gross
}

// orNull is null for no text.
func orNull(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
