package core

import (
	"time"

	"github.com/covernote/covernote/internal/insurance"
)

// FamilyThinksurance is Thinksurance's public API.
const FamilyThinksurance Family = "thinksurance"

// InquiryStatus is where an inquiry stands.
type InquiryStatus string

// The statuses of an inquiry.
const (
	// InquiryOpen: its questionnaire is being filled in.
	InquiryOpen InquiryStatus = "open"
	// InquiryCalculated: there is an offer to choose.
	InquiryCalculated InquiryStatus = "calculated"
	// InquiryTendering: insurers are asked by hand for an offer.
	InquiryTendering InquiryStatus = "tendering"
	// InquiryLead: it was sent on without a questionnaire, to be worked by hand.
	InquiryLead InquiryStatus = "lead"
	// InquiryProposed: an offer was proposed to the customer.
	InquiryProposed InquiryStatus = "proposed"
	// InquiryOrdered: cover was ordered, and is bound. Nothing leaves it.
	InquiryOrdered InquiryStatus = "ordered"
)

// InquiryStatuses lists them as an inquiry goes through them.
func InquiryStatuses() []InquiryStatus {
	return []InquiryStatus{
		InquiryOpen, InquiryCalculated, InquiryTendering, InquiryLead, InquiryProposed, InquiryOrdered,
	}
}

// Inquiry is a customer's request for cover that a broker works.
type Inquiry struct {
	// ID is below 2³¹.
	ID int64
	// Version counts its changes from 1.
	Version  int64
	Status   InquiryStatus
	Broker   Broker
	Customer Customer
	// Line has only its ID if the catalogue does not know it any more, and
	// Profession likewise.
	Line                 insurance.Line
	Profession           insurance.Profession
	CreatedAt, UpdatedAt time.Time
	// Refs by origin and key.
	Refs []Ref
	// Answers to the questionnaire, by the name of the attribute, as
	// insurance.Object holds them. Questions without an answer are left out.
	Answers map[string]string
	// Offers of all insurers of the line, those that decline included; empty
	// until it was calculated or tendered.
	Offers []Offer
	// Chosen is the offer that was proposed or ordered, nil before.
	Chosen *Offer
	// AgencyNumber is the one that cover was ordered with; nil before, and where
	// the broker has none.
	AgencyNumber *AgencyNumber
	// CollectionType is who collects the premium, empty before the order.
	CollectionType CollectionType
	// Policy is what the order made of it, nil before.
	Policy *Policy
	// FullCallback asks for a push at every status and not only when it is
	// ordered.
	FullCallback bool
	// Documents by the time of their issue.
	Documents []InquiryDocument
	// DocumentsToken opens the links to Documents until DocumentsUntil.
	DocumentsToken string
	DocumentsUntil time.Time
	// HashSecret is what the account's security hashes are made with.
	HashSecret string
}

// Offer is what one insurer says to the risk of an inquiry.
type Offer struct {
	// ID names the offer among those of its inquiry; it is not secret.
	ID string
	// Product is the version of the insurer's that was priced.
	Product  insurance.Product
	Decision insurance.Decision
	// Reason says why an insurer declines or only tenders.
	Reason insurance.Text
	// Tendered tells that an insurer made it by hand, and Note what it added.
	Tendered bool
	Note     string
	// The rest is empty unless Decision is insurance.DecisionCalculate.

	SumInsured, Deductible insurance.Money
	// Interval is the time that Premium pays for.
	Interval insurance.Period
	Premium  insurance.Premium
	// Yearly is the gross premium of a year.
	Yearly  insurance.Money
	Working insurance.Working
	// StartsOn is the first day of cover, Term how long it runs before it is
	// renewed.
	StartsOn insurance.Date
	Term     insurance.Period
	// ValidUntil is when the price is no longer held.
	ValidUntil time.Time
}

// InquiryDocument is a document of an inquiry, or of the policy it became.
type InquiryDocument struct {
	// ID names the document for good; it cannot be guessed.
	ID       string
	Kind     DocumentKind
	IssuedAt time.Time
	Language insurance.Language
}

// Ref is what another system calls something of ours.
type Ref struct {
	// Origin is the kind of system: "crm", "broker_crm" or "insurer".
	Origin string
	Key    string
	// Value is empty in a wish that takes the reference away.
	Value string
}

// Customer is whom a broker asks for cover for.
type Customer struct {
	// ID is below 2³¹, and Version counts the changes from 1.
	ID, Version int64
	// ExternalID is what the broker's system calls the customer; it may be
	// empty.
	ExternalID string
	insurance.Party
	// CompanyForm is the legal form of the company.
	CompanyForm CompanyForm
	// Private tells whether the customer is a private person.
	Private bool
	// AtAddress tells whether the business is where Address is; if not,
	// BusinessAddress says where.
	AtAddress       bool
	BusinessAddress insurance.Address
	// Refs by origin and key.
	Refs []Ref
}

// CompanyForm is a legal form, by the numbers that broker systems give them;
// 0 is unknown.
type CompanyForm int

// The legal forms.
const (
	FormAG CompanyForm = iota + 1
	FormSoleTrader
	FormGbR
	FormGmbH
	FormGmbHCoKG
	FormKG
	FormLtd
	FormOHG
	FormUG
	FormOther
)

// InquiryRef names an inquiry for an API user.
type InquiryRef struct {
	Scope Scope
	ID    int64
}

// InquiryFilter selects inquiries for an API user, the last changed first.
type InquiryFilter struct {
	Scope Scope
	// ID is one inquiry; 0 is any.
	ID int64
	// LastDays are the days of business in which it was created or changed: 1
	// is today and yesterday; 0 is the last three months, and any time for one
	// inquiry.
	LastDays int
	// Status is empty for any.
	Status InquiryStatus
	// Limit is how many there are at most; 0 is no limit.
	Limit int
}

// DocumentName names a document of an inquiry for an API user.
type DocumentName struct {
	Scope Scope
	ID    string
	// Notification is the notice that led to it; empty if none did.
	Notification string
}

// DocumentFile is a document of an inquiry with its bytes.
type DocumentFile struct {
	InquiryDocument
	// Name is a file name with its suffix.
	Name string
	PDF  []byte
}

// Told is where a notice leads to: something of the inquiry that it is about.
type Told struct {
	Notification, ID string
}

// InquiryTold is the data of the events of an inquiry.
type InquiryTold struct {
	InquiryID int64  `json:"inquiry_id"`
	Version   int64  `json:"version"`
	Status    string `json:"status"`
}
