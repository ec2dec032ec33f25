package xcover

import (
	"regexp"
	"strings"
	"unicode"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect"
	"github.com/covernote/covernote/internal/insurance"
)

// decodeQuoting reads what a new package shall hold.
func decodeQuoting(r *dialect.Request) (core.PackageWish, error) {
	o, refused := open(r.Body)
	if refused != nil {
		return core.PackageWish{}, refused
	}
	o.require("currency", "request", "customer_country")
	wish := o.heading()
	wish.Items = some(o, "request", newQuote)
	wish.Problems = o.end()
	return wish, nil
}

// decodeAmendment reads what of a package shall change, quotes by their ids.
func decodeAmendment(r *dialect.Request) (core.PackageWish, error) {
	id, o, err := openFor(r)
	if err != nil {
		return core.PackageWish{}, err
	}
	wish := o.heading()
	wish.PackageID = id
	wish.Items = list(o, "request", changedQuote)
	wish.Problems = o.end()
	return wish, nil
}

// decodeAddition reads quotes to be added to a package.
func decodeAddition(r *dialect.Request) (core.PackageWish, error) {
	id, o, err := openFor(r)
	if err != nil {
		return core.PackageWish{}, err
	}
	o.require("request")
	wish := core.PackageWish{PackageID: id, Items: some(o, "request", newQuote)}
	wish.Problems = o.end()
	return wish, nil
}

// decodeRemoval reads which quotes shall be taken out of a package.
func decodeRemoval(r *dialect.Request) (core.PackageRef, error) {
	id, o, err := openFor(r)
	if err != nil {
		return core.PackageRef{}, err
	}
	ref := core.PackageRef{PackageID: id, QuoteIDs: list(o, "quotes", func(quote *form) string {
		quote.require("id")
		return quote.text("id")
	})}
	ref.Problems = o.end()
	return ref, nil
}

// decodeOptOut reads who declined, with what the partner wants to keep of it.
func decodeOptOut(r *dialect.Request) (core.PackageRef, error) {
	id, o, err := openFor(r)
	if err != nil {
		return core.PackageRef{}, err
	}
	ref := core.PackageRef{PackageID: id, Metadata: o.metadata("partner_metadata")}
	ref.Problems = o.end()
	return ref, nil
}

// heading reads what is said of a package as a whole.
func (o *form) heading() core.PackageWish {
	wish := core.PackageWish{
		Currency:      o.currency("currency"),
		Country:       o.country("customer_country"),
		Region:        o.optional("customer_region"),
		Language:      o.language("customer_language"),
		TransactionID: o.optional("partner_transaction_id"),
		Metadata:      o.metadata("partner_metadata"),
	}
	if destination := o.country("destination_country"); destination != nil {
		wish.Destination = (*string)(destination)
	}
	o.ignore("partner_subsidiary", "subsidiary")
	return wish
}

// languageForm is a language, or one with a country or a script.
var languageForm = regexp.MustCompile(`^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,2}$`)

func (o *form) language(name string) *string {
	text := o.text(name)
	if text != "" && !languageForm.MatchString(text) {
		o.problem(o.at.member(name), notChoice, dialect.Shown(text))
		return nil
	}
	return orNil(text)
}

// maxMetadata bounds what a partner may keep with a package, in bytes.
const maxMetadata = 16 << 10

// metadata reads a flat object of the partner's own.
func (o *form) metadata(name string) []byte {
	value, at := o.take(name), o.at.member(name)
	if value == nil {
		return nil
	}
	if len(value) > maxMetadata {
		o.problem(at, tooLong, maxMetadata)
		return nil
	}
	inner := o.form(at, value)
	for _, f := range inner.fields {
		if kind := f.value.Kind(); kind == '{' || kind == '[' {
			o.problem(at, "Values must be strings, numbers, booleans or null.")
			return nil
		}
	}
	return value
}

func newQuote(o *form) core.QuoteWish {
	o.refuse("quote_id", "insured", "instalment_plan")
	return o.newQuote()
}

// newQuote reads a quote that is asked for.
func (o *form) newQuote() core.QuoteWish {
	o.require("policy_type", "policy_start_date")
	return core.QuoteWish{Version: o.whole("policy_type_version"), Proposal: o.proposal()}
}

func changedQuote(o *form) core.QuoteWish {
	o.require("quote_id")
	o.refuse("insured", "instalment_plan")
	return core.QuoteWish{
		QuoteID: o.text("quote_id"), Version: o.whole("policy_type_version"), Proposal: o.proposal(),
	}
}

// proposal reads the fields of every policy type; the others that are left
// describe what is insured, which only its product can judge.
func (o *form) proposal() insurance.Proposal {
	p := insurance.Proposal{
		Tariff:       o.text("policy_type"),
		StartsAt:     o.instant("policy_start_date"),
		PartnerPrice: o.number("partner_price"),
	}
	p.Term, p.TermAsSent = o.period("period", "renewal_period")
	if !p.Term.IsZero() {
		p.Kind = insurance.KindRenewable
	}
	p.Object.Attributes = o.attributes()
	return p
}

// period reads the time that a renewable policy runs before it is paid for
// again, and its spelling, from the first name that is given.
func (o *form) period(names ...string) (period insurance.Period, asSent string) {
	for _, name := range names {
		text := o.text(name)
		if text == "" || asSent != "" {
			continue
		}
		known, err := periodOf(text)
		if err != nil {
			o.problem(o.at.member(name), notChoice, dialect.Shown(text))
		}
		period, asSent = known, text
	}
	return period, asSent
}

// periodOf reads a word such as "quarterly", or a period such as "3M".
func periodOf(text string) (insurance.Period, error) {
	for period, word := range periods {
		if strings.EqualFold(word, text) {
			text = period
		}
	}
	return insurance.ParsePeriod(text)
}

// isAttributeName tells whether products may call an attribute so.
func isAttributeName(name string) bool {
	const (
		most  = 64
		first = letters + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
		later = first + "0123456789_-"
	)
	return name != "" && len(name) <= most && strings.IndexByte(first, name[0]) >= 0 && strings.Trim(name, later) == ""
}

// attributes reads all that is left, as text: a list is told line by line, and
// what is in objects under a name with points. What is null becomes empty,
// which in a change takes it back.
func (o *form) attributes() map[string]string {
	lines := make(map[string][]string)
	for i := range o.fields {
		if f := &o.fields[i]; !f.read && isAttributeName(f.name) {
			f.read = true
			o.flatten(lines, f.name, o.at.member(f.name), f.value)
		}
	}
	attributes := make(map[string]string, len(lines))
	for name, values := range lines {
		attributes[name] = strings.Join(values, "\n")
	}
	return attributes
}

func (o *form) flatten(into map[string][]string, name string, at place, value jsontext.Value) {
	switch value.Kind() {
	case '[':
		for _, item := range dialect.Items(value) {
			if item.Kind() == '{' {
				o.flatten(into, name, at, item)
			} else {
				o.flatten(into, name+insurance.ListSuffix, at, item)
			}
		}
	case '{':
		for _, f := range o.form(at, value).fields {
			if !isAttributeName(f.name) {
				o.problem(at.member(f.name), unexpected)
				continue
			}
			o.flatten(into, name+"."+f.name, at.member(f.name), f.value)
		}
	default:
		into[name] = append(into[name], o.line(at, value))
	}
}

// line is the text of a value that is neither list nor object.
func (o *form) line(at place, value jsontext.Value) string {
	if value.Kind() == 'n' {
		return ""
	}
	text := textOf(value)
	if strings.ContainsFunc(text, unicode.IsControl) {
		o.problem(at, notText)
	}
	return text
}
