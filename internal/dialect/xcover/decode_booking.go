package xcover

import (
	"strings"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect"
	"github.com/covernote/covernote/internal/insurance"
)

// decodeBooking reads which quotes of a package shall be booked, and for whom.
func decodeBooking(r *dialect.Request) (core.BookingWish, error) {
	id, o, err := openFor(r)
	if err != nil {
		return core.BookingWish{}, err
	}
	o.require("quotes", "policyholder")
	wish := o.booking()
	wish.PackageID = id
	wish.TransactionID = o.optional("partner_transaction_id")
	wish.Metadata = o.metadata("partner_metadata")
	wish.Quotes = some(o, "quotes", func(quote *form) core.QuoteToBook {
		quote.require("id")
		booked := quote.quoteToBook()
		booked.ID = quote.text("id")
		return booked
	})
	wish.Problems = o.end()
	return wish, nil
}

// decodeInstant reads a package and its booking in one. Insured persons and
// instalment plans stand where the quotes are asked for.
func decodeInstant(r *dialect.Request) (core.InstantWish, error) {
	o, refused := open(r.Body)
	if refused != nil {
		return core.InstantWish{}, refused
	}
	o.require("request", "currency", "policyholder")
	wish := core.InstantWish{Package: o.heading(), Booking: o.booking()}
	wish.Package.Items = some(o, "request", func(quote *form) core.QuoteWish {
		quote.refuse("quote_id")
		wish.Booking.Quotes = append(wish.Booking.Quotes, quote.quoteToBook())
		return quote.newQuote()
	})
	wish.Booking.Problems = o.end()
	return wish, nil
}

// booking reads what both ways to book have in common.
func (o *form) booking() core.BookingWish {
	wish := core.BookingWish{AwaitPayment: o.flag("require_payment_confirmation")}
	if holder := o.party("policyholder", "first_name", "last_name", "email"); holder != nil {
		wish.Holder = *holder
	}
	return wish
}

// quoteToBook reads how one quote is booked.
func (o *form) quoteToBook() core.QuoteToBook {
	return core.QuoteToBook{Insured: o.insured("insured"), Plan: o.text("instalment_plan")}
}

// insured reads persons. An id that we gave them may be sent back, and is of
// no effect.
func (o *form) insured(name string) []insurance.Party {
	return list(o, name, func(person *form) insurance.Party {
		person.ignore("id")
		person.require("first_name", "last_name")
		return person.person()
	})
}

// party reads an object about a person; nil if there is none.
func (o *form) party(name string, required ...string) *insurance.Party {
	value := o.take(name)
	if value == nil {
		return nil
	}
	inner := o.form(o.at.member(name), value)
	if value.Kind() != '{' {
		return nil
	}
	inner.require(required...)
	person := inner.person()
	inner.end()
	return &person
}

// person reads what is known of a person, and holds it against the rules while
// it is known which of several persons it is.
func (o *form) person() insurance.Party {
	p := insurance.Party{
		FirstName:      o.personal("first_name"),
		MiddleName:     o.personal("middle_name"),
		LastName:       o.personal("last_name"),
		Email:          o.personal("email"),
		SecondaryEmail: o.personal("secondary_email"),
		Phone:          o.personal("phone"),
		Age:            o.personal("age"),
		BirthOn:        o.personal("birth_date"),
		Company:        o.personal("company"),
		Country:        insurance.Country(strings.ToUpper(o.text("country"))),
		Address: insurance.Address{
			Street:     o.personal("address1"),
			Extra:      o.personal("address2"),
			City:       o.personal("city"),
			PostalCode: o.personal("postcode"),
			Region:     o.personal("region"),
		},
	}
	for _, problem := range p.Check(false) {
		// What must be there depends on whose data it is: see require.
		if said := wording(problem.Detail); said != isRequired {
			_, name, _ := strings.Cut(strings.TrimPrefix(string(templateOf(problem.Field)), "/"), "/")
			o.problem(o.at.member(name), "%s", said)
		}
	}
	return p
}

// mailEvents are the e-mails that can be asked for, and the state of a booking
// that each needs.
var mailEvents = []struct {
	name  string
	kind  core.MailKind
	state string
}{
	{"BOOKING_CONFIRMED", core.MailConfirmed, "CONFIRMED"},
	{"BOOKING_UPDATED", core.MailUpdated, "CONFIRMED"},
	{"BOOKING_CANCELLED", core.MailCancelled, "CANCELLED"},
}

// decodeMail reads which e-mail is wanted; none is the one that fits.
func decodeMail(r *dialect.Request) (core.MailWish, error) {
	id, o, err := openFor(r)
	if err != nil {
		return core.MailWish{}, err
	}
	kinds := make(map[string]core.MailKind)
	for _, event := range mailEvents {
		kinds[event.name] = event.kind
	}
	wish := core.MailWish{PackageID: id, Kind: choice(o, "event", kinds)}
	wish.Problems = o.end()
	return wish, nil
}
