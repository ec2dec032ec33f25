package core

import (
	"time"

	"github.com/covernote/covernote/internal/insurance"
)

// Desk is a broker who has entered the desk. Whatever is done at it is done
// for that broker, and nothing of any other broker can be seen from it.
type Desk struct {
	Partner Partner
	Broker  Broker
	// Sandbox tells whether nobody is insured by what is done.
	Sandbox bool
	// Operator marks one who works the desk in the broker's place.
	Operator bool
	// Now is the business time.
	Now time.Time
}

// DeskEntry is the way in: a secret for the browser to keep, and the page to
// begin with.
type DeskEntry struct {
	Secret string
	// ExpiresAt is machine time.
	ExpiresAt time.Time
	// CustomerID and InquiryID say where to begin; both 0 is the dashboard.
	CustomerID, InquiryID int64
}

// InquirySearch selects inquiries at the desk, the last changed first.
type InquirySearch struct {
	// Status and Line are empty and 0 for any.
	Status InquiryStatus
	Line   int
	// Text is looked for in the customer's names and numbers, in any case.
	Text string
	// CustomerID is 0 for any.
	CustomerID int64
	// After is the Next of the page before; empty begins.
	After string
	Limit int
}

// InquiryPage is a page of inquiries, without documents and workings.
type InquiryPage struct {
	Inquiries []Inquiry
	// Counts are all inquiries of the broker by status.
	Counts map[InquiryStatus]int
	// Next begins the next page; empty if there is none.
	Next string
}

// InquiryWish opens an inquiry at the desk.
type InquiryWish struct {
	CustomerID       int64
	Line, Profession int
}

// InquiryStep is a step of an inquiry at the desk. Version is the one that the
// broker saw: a step is refused with CodeStale if it has changed since.
type InquiryStep struct {
	ID, Version int64
}

// AnswerWish changes answers of the questionnaire. An empty answer takes one
// back; what is not there stays.
type AnswerWish struct {
	InquiryStep
	Profession int
	Answers    map[string]string
}

// ProposalWish proposes an offer to the customer.
type ProposalWish struct {
	InquiryStep
	OfferID string
}

// OrderWish orders the cover of an offer.
type OrderWish struct {
	InquiryStep
	OfferID string
	// AgencyNumber is empty for none.
	AgencyNumber   string
	CollectionType CollectionType
	// Informed: the broker confirms that the customer had the product
	// information before this declaration (VVG §7).
	Informed bool
}

// TenderOffer is an offer that an insurer made by hand.
type TenderOffer struct {
	InquiryID int64
	// InsurerID is that of an insurer of the line.
	InsurerID int
	// Gross is the premium of one interval, tax included, in major units.
	Gross    string
	Interval insurance.Period
	// SumInsured and Deductible in major units; empty leaves what was asked
	// for.
	SumInsured, Deductible string
	// StartsOn is zero to leave the day that was asked for.
	StartsOn insurance.Date
	Note     string
}

// AgencyChoice is an agency number that may be chosen for an order.
type AgencyChoice struct {
	AgencyNumber
	// Preselected is set for at most one.
	Preselected bool
}

// HistoryEntry is something that happened to an inquiry or its policy.
type HistoryEntry struct {
	At   time.Time
	Type EventType
	// Status is that of the inquiry after it; empty for events of the policy.
	Status InquiryStatus
}

// PolicyEnding ends the policy of an inquiry from the desk.
type PolicyEnding struct {
	InquiryID int64
	Reason    insurance.Reason
	// On is the wished last day of cover; zero leaves it to the rule.
	On insurance.Date
	// ShownOn is the last day of cover that was shown beforehand; zero if none
	// was.
	ShownOn insurance.Date
	Comment string
}
