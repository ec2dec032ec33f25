package core

import (
	"time"

	"github.com/covernote/covernote/internal/insurance"
)

// PackageState is where a package, or one quote of it, is.
type PackageState string

// The states of a package and its quotes. A package that was booked is an
// order; its quotes that were booked are policies.
const (
	// PackageReceived: priced, and nothing was decided.
	PackageReceived PackageState = "received"
	// PackageOptedOut: the customer declined; the quotes stay received.
	PackageOptedOut PackageState = "opted_out"
	// PackageDeleted: taken back before it was booked.
	PackageDeleted PackageState = "deleted"
	// PackagePending: booked, and bound once the partner confirms the payment.
	PackagePending PackageState = "pending_payment"
	// PackageFailed: the payment was not confirmed in time.
	PackageFailed PackageState = "failed"
	// PackageConfirmed: bound.
	PackageConfirmed PackageState = "confirmed"
	// PackageCancelled: every policy of it was cancelled, or lapsed.
	PackageCancelled PackageState = "cancelled"
)

// Package is one or several quotes that are sold together, before and after
// they are booked.
type Package struct {
	// ID is what it is called outside, such as "P97RG-NPLHL-INS".
	ID    string
	State PackageState
	// Booked tells whether it is an order: pending, confirmed or cancelled.
	Booked   bool
	Currency insurance.Currency
	// Country and Region are the customer's, Destination where they go; each
	// may be empty.
	Country     insurance.Country
	Region      string
	Destination string
	// Language is the customer's, as sent.
	Language string
	// TransactionID is the partner's own name for it; nil if it has none.
	TransactionID *string
	// Metadata is the partner's own JSON object; nil if there is none.
	Metadata             []byte
	CreatedAt, UpdatedAt time.Time
	ConfirmedAt          time.Time
	CancelledAt          time.Time
	// Token opens the certificate page.
	Token string
	// Quotes in the order they were asked for, deleted ones left out.
	Quotes []PackageQuote
	// Bundle is the reduction for buying all quotes together, nil without one.
	Bundle *PackageBundle
	// Holder is the policyholder of a booked package.
	Holder insurance.Party
	// Version counts the changes of a booked package from 1.
	Version int64
}

// PackageQuote is one quote of a package, and the policy it became.
type PackageQuote struct {
	// ID is a UUID of version 4.
	ID string
	// Position is its place in the package, which stays when others go.
	Position int
	State    PackageState
	Product  insurance.Product
	Tariff   insurance.Tariff
	// StartsAt and EndsAt bound the running term; EndsAt is zero if it has none.
	StartsAt, EndsAt time.Time
	// Premium is what the quote costs by itself or, once it is booked, what
	// the policy costs: with the bundle's reduction if the bundle was booked.
	Premium insurance.Premium
	// Bundled is the premium with the bundle's reduction; Premium without one.
	Bundled    insurance.Premium
	SumInsured insurance.Money
	// Insured are the persons that were named beside the policyholder; nil if
	// none were.
	Insured []Insured
	// Plans are the instalment plans to choose from, Plan the one chosen.
	Plans []PricedPlan
	Plan  string
	// Policy is the contract as it stood in this version, nil before booking.
	Policy *insurance.Policy
	// CancellableNow tells whether a cancellation would be accepted.
	CancellableNow bool
	// RenewalID names Policy.Renewal outside; empty without one.
	RenewalID            string
	CreatedAt, UpdatedAt time.Time
	ConfirmedAt          time.Time
	CancelledAt          time.Time
}

// Insured is a person insured beside the policyholder.
type Insured struct {
	// ID is a UUID of version 4.
	ID string
	insurance.Party
}

// PackageBundle is the reduction for buying all quotes of a package together.
type PackageBundle struct {
	Code     string
	Name     insurance.Text
	Discount insurance.Rate
}

// PricedPlan is an instalment plan with its amounts, in the currency of the
// premium: the last part carries the remainder.
type PricedPlan struct {
	insurance.InstalmentPlan
	Amounts []insurance.Money
}

// PackageWish is what a partner asks for when it makes or changes a package.
// What is nil or empty is left as it is, or to the product.
type PackageWish struct {
	// PackageID is the package to change; empty makes a new one.
	PackageID     string
	Currency      *insurance.Currency
	Country       *insurance.Country
	Region        *string
	Destination   *string
	Language      *string
	TransactionID *string
	Metadata      []byte
	Items         []QuoteWish
	// Problems are what decoding found; they are told with what the rules find.
	Problems []insurance.Problem
}

// QuoteWish is what a partner asks for one quote.
type QuoteWish struct {
	// QuoteID is the quote to change; empty makes a new one.
	QuoteID string
	// Version of the tariff's product; 0 is the newest on sale.
	Version int
	// Proposal holds what was asked for. In a change, what is empty stays, and
	// an attribute that is there and empty is taken back.
	Proposal insurance.Proposal
}

// PackageRef names a package, and quotes of it where the request does.
type PackageRef struct {
	PackageID string
	QuoteIDs  []string
	Metadata  []byte
	Problems  []insurance.Problem
}

// BookingWish books quotes of a package.
type BookingWish struct {
	PackageID string
	// Quotes to book; those of the package that are not named are not booked.
	Quotes []QuoteToBook
	Holder insurance.Party
	// AwaitPayment binds nothing until ConfirmPayment.
	AwaitPayment  bool
	TransactionID *string
	Metadata      []byte
	Problems      []insurance.Problem
}

// QuoteToBook is one quote that shall become a policy.
type QuoteToBook struct {
	ID      string
	Insured []insurance.Party
	// Plan is the name of an instalment plan; empty pays at once.
	Plan string
}

// InstantWish makes a package and books all of it.
type InstantWish struct {
	Package PackageWish
	// Booking names the quotes by their place in Package.Items; ids are empty.
	Booking BookingWish
}

// ChangeWish changes a booked package.
type ChangeWish struct {
	PackageID string
	// Holder replaces what is not empty in it; nil leaves the policyholder.
	Holder *insurance.Party
	// Emptied takes away what is not empty in it, whatever stands there.
	Emptied       insurance.Party
	Quotes        []QuoteChange
	TransactionID *string
	Metadata      []byte
	Problems      []insurance.Problem
}

// QuoteChange changes one booked quote.
type QuoteChange struct {
	ID string
	// Insured replaces the insured persons; empty leaves them.
	Insured []insurance.Party
	// Proposal holds what changes, as in QuoteWish.
	Proposal insurance.Proposal
}

// Change is a booked package after a change, or as it would be after it.
type Change struct {
	Package Package
	// Differences are new gross premium minus old, by place in Package.Quotes.
	Differences []insurance.Money
	// UpdateID confirms the change; empty if it was made.
	UpdateID string
}

// Confirmation confirms a change or a cancellation that was previewed.
type Confirmation struct {
	PackageID string
	// ID is that of the preview.
	ID       string
	Problems []insurance.Problem
}

// CancelWish cancels a booked package or some of its quotes.
type CancelWish struct {
	PackageID string
	// Preview tells what would happen instead of doing it.
	Preview bool
	// Quotes to cancel; none means all.
	Quotes   []QuoteToCancel
	Problems []insurance.Problem
}

// QuoteToCancel is one quote to cancel; Comment says why, in the partner's
// words.
type QuoteToCancel struct{ ID, Comment string }

// Cancellation is a booked package after a cancellation, or as it would be
// after it.
type Cancellation struct {
	Package Package
	// Refunds are the quotes that are cancelled, by place in Package.Quotes;
	// nil for those that are not.
	Refunds []*Refund
	// Total is the sum of Refunds.
	Total insurance.Money
	// ID confirms the cancellation until ConfirmBefore; empty if it was made.
	ID            string
	ConfirmBefore time.Time
}

// Refund is what one cancelled quote gives back.
type Refund struct {
	Amount insurance.Money
	// At is when the cancellation takes effect.
	At time.Time
	// CoolingOffUntil is when the right to withdraw ended, or ends.
	CoolingOffUntil time.Time
	// Full tells whether everything is given back.
	Full bool
}

// RenewalPayment says that a renewal was paid for.
type RenewalPayment struct {
	// RenewalID names the renewal.
	RenewalID string
	// PaidOn is when, by the partner's books; it decides nothing.
	PaidOn   time.Time
	Problems []insurance.Problem
}

// RenewalOffer is a package as its renewals would make it.
type RenewalOffer struct {
	Package Package
	// Quotes are those that can be renewed, each with its next term.
	Quotes []PackageQuote
	// ID confirms the renewals.
	ID string
}

// BookingPage is a page of a partner's bookings, newest first.
type BookingPage struct {
	Limit, Offset int
	// Total counts the bookings on all pages.
	Total    int
	Packages []Package
}

// BookingFilter selects a page of bookings.
type BookingFilter struct{ Limit, Offset int }

// Schedule is how the premium of one booked quote is paid in instalments.
type Schedule struct {
	QuoteID string
	Parts   []Instalment
	// PaidUntil is the last day, at its midnight UTC, up to which no part is
	// missing; zero if the first is not paid.
	PaidUntil time.Time
	Paid, Due insurance.Money
}

// Next is the first part that is not paid, if there is one and something is due.
func (s Schedule) Next() (Instalment, bool) {
	for _, part := range s.Parts {
		if !part.Paid && s.Due.Minor > 0 {
			return part, true
		}
	}
	return Instalment{}, false
}

// Instalment is one part of a premium.
type Instalment struct {
	// ID is a UUID of version 4.
	ID      string
	QuoteID string
	// Number counts the parts from 1.
	Number  int
	Span    insurance.Span
	Premium insurance.Premium
	Paid    bool
}

// Schedules are the instalments of a booked package.
type Schedules struct {
	Currency insurance.Currency
	Quotes   []Schedule
}

// InstalmentReport says which instalments were paid.
type InstalmentReport struct {
	PackageID string
	Parts     []InstalmentPaid
	Problems  []insurance.Problem
}

// InstalmentPaid names an instalment by its id or by quote and number.
type InstalmentPaid struct {
	QuoteID, InstalmentID string
	Number                int
	// Paid is false if a payment failed.
	Paid bool
	// At is when, by the partner's books; it decides nothing.
	At time.Time
}

// MailWish asks for an e-mail to the policyholder.
type MailWish struct {
	PackageID string
	// Kind of e-mail; empty is the one that fits the state of the package.
	Kind     MailKind
	Problems []insurance.Problem
}

// MailKind is what an e-mail to the policyholder tells.
type MailKind string

// The kinds of e-mail.
const (
	MailConfirmed MailKind = "confirmed"
	MailUpdated   MailKind = "updated"
	MailCancelled MailKind = "cancelled"
)

// Once lets a request be answered once only. The zero Once does not.
type Once struct {
	// Key names the request for its sender, Route what it was sent to.
	Key, Route string
	// Fingerprint tells whether two requests ask for the same.
	Fingerprint []byte
	// Answer writes the answer that is kept, from what the method returns.
	Answer func(outcome any) []byte
}

// Repeated is the error of a request that was answered before under its key.
type Repeated struct {
	// Answer is the body that it was answered with, byte for byte.
	Answer []byte
}

// Error says that the request was answered before.
func (*Repeated) Error() string { return "the request was answered before" }

// Nothing is the outcome of a command that has none to tell.
type Nothing struct{}
