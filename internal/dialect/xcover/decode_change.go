package xcover

import (
	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect"
	"github.com/covernote/covernote/internal/insurance"
)

// decodeChange reads what of a booking shall change.
func decodeChange(r *dialect.Request) (core.ChangeWish, error) {
	id, o, err := openFor(r)
	if err != nil {
		return core.ChangeWish{}, err
	}
	wish := core.ChangeWish{
		PackageID:     id,
		Quotes:        list(o, "quotes", changedPolicy),
		TransactionID: o.optional("partner_transaction_id"),
		Metadata:      o.metadata("partner_metadata"),
	}
	wish.Holder, wish.Emptied = o.changedHolder()
	wish.Problems = o.end()
	return wish, nil
}

// changedHolder reads what of the policyholder shall change, and what is named
// to be taken away: all but what a policyholder must have.
func (o *form) changedHolder() (change *insurance.Party, emptied insurance.Party) {
	value := o.take("policyholder")
	if value == nil || value.Kind() != '{' {
		return o.party("policyholder"), emptied
	}
	inner := o.form(o.at.member("policyholder"), value)
	inner.requireIfGiven("first_name", "last_name", "email")
	emptied = insurance.Party{
		MiddleName: inner.emptied("middle_name"), SecondaryEmail: inner.emptied("secondary_email"),
		Phone: inner.emptied("phone"), Age: inner.emptied("age"), BirthOn: inner.emptied("birth_date"),
		Company: inner.emptied("company"),
		Address: insurance.Address{
			Street: inner.emptied("address1"), Extra: inner.emptied("address2"), City: inner.emptied("city"),
			PostalCode: inner.emptied("postcode"), Region: inner.emptied("region"),
		},
	}
	return o.party("policyholder"), emptied
}

// changedPolicy reads what of one booked quote shall change. When cover begins
// may be said in either of two places.
func changedPolicy(o *form) core.QuoteChange {
	o.require("id")
	change := core.QuoteChange{ID: o.text("id"), Insured: o.insured("insured")}
	start := o.instant("policy_start_date")
	if fields := o.take("update_fields"); fields != nil {
		inner := o.form(o.at.member("update_fields"), fields)
		inner.refuse("policy_type", "policy_type_version", "quote_id", "insured", "instalment_plan")
		change.Proposal = inner.proposal()
		inner.end()
	}
	if !start.IsZero() {
		change.Proposal.StartsAt = start
	}
	return change
}

// decodeConfirmation reads which preview is confirmed.
func decodeConfirmation(r *dialect.Request) (core.Confirmation, error) {
	return confirmation(r)
}

// decodeRenewal reads which renewal is confirmed. Clients may repeat what was
// offered.
func decodeRenewal(r *dialect.Request) (core.Confirmation, error) {
	return confirmation(r, "id", "policy_start_date")
}

func confirmation(r *dialect.Request, repeated ...string) (core.Confirmation, error) {
	id, o, err := openFor(r)
	if err != nil {
		return core.Confirmation{}, err
	}
	preview, refused := nameIn(r, "preview")
	if refused != nil {
		return core.Confirmation{}, refused
	}
	o.ignore(repeated...)
	return core.Confirmation{PackageID: id, ID: preview, Problems: o.end()}, nil
}

// maxComment bounds the partner's words about a cancellation, in characters.
const maxComment = 1000

// decodeCancellation reads which quotes of a booking shall be cancelled; all
// if none is named. Whether a refund is required was a later question, and is
// of no effect: what is given back follows from the product.
func decodeCancellation(r *dialect.Request) (core.CancelWish, error) {
	id, o, err := openFor(r)
	if err != nil {
		return core.CancelWish{}, err
	}
	wish := core.CancelWish{
		PackageID: id,
		Preview:   o.flag("preview"),
		Quotes: some(o, "quotes", func(quote *form) core.QuoteToCancel {
			quote.require("id")
			return core.QuoteToCancel{ID: quote.text("id"), Comment: quote.textUpTo("reason_for_cancellation", maxComment)}
		}),
	}
	o.flag("refund_required")
	wish.Problems = o.end()
	return wish, nil
}

// decodePayment reads that a renewal was paid for.
func decodePayment(r *dialect.Request) (core.RenewalPayment, error) {
	id, o, err := openFor(r)
	if err != nil {
		return core.RenewalPayment{}, err
	}
	payment := core.RenewalPayment{RenewalID: id, PaidOn: o.instant("paid_on")}
	payment.Problems = o.end()
	return payment, nil
}

// paymentStatuses tell what was paid from what was not.
var paymentStatuses = map[string]bool{"PAID": true, "UNPAID": false, "FAILED": false}

// decodeInstalments reads which instalments were paid, each named by its id or
// by its quote and number.
func decodeInstalments(r *dialect.Request) (core.InstalmentReport, error) {
	id, o, err := openFor(r)
	if err != nil {
		return core.InstalmentReport{}, err
	}
	o.require("quotes")
	report := core.InstalmentReport{PackageID: id, Parts: some(o, "quotes", paidInstalment)}
	report.Problems = o.end()
	return report, nil
}

func paidInstalment(o *form) core.InstalmentPaid {
	o.require("payment_status")
	part := core.InstalmentPaid{
		QuoteID:      o.text("id"),
		InstalmentID: o.text("instalment_id"),
		Number:       o.whole("instalment_number"),
		Paid:         choice(o, "payment_status", paymentStatuses),
		At:           o.instant("payment_attempted_date"),
	}
	if part.InstalmentID == "" {
		o.require("id", "instalment_number")
	}
	return part
}
