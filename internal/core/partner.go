package core

import (
	"time"

	"github.com/covernote/covernote/internal/insurance"
)

// Family is the partner API that a partner has integrated.
type Family string

// FamilyHepster is hepster's Sales API.
const FamilyHepster Family = "hepster"

// FamilyXCover is the XCover API of Cover Genius.
const FamilyXCover Family = "xcover"

// Partner is a firm that integrates an API, as a request sees it.
type Partner struct {
	// User is the name in the credential that the request came with.
	User string
	// credential is the id of that credential; empty if there was none.
	credential string
	// Part is the account, and the first part of every key of its data.
	Part   string
	Family Family
	Name   string
	// Zone decides the day of conclusion while a product is not known.
	Zone *time.Location
	// Networks the partner may call from, as CIDRs; NetworkMode says whether
	// that list is enforced, only logged, or off.
	Networks    []string
	NetworkMode NetworkMode
	// Notified tells whether the partner has an endpoint that is told.
	Notified bool
	// Switches are the partner's deviations from its dialect's defaults; only
	// the dialect knows their names.
	Switches map[string]string
}

// NetworkMode says what a partner's list of networks does.
type NetworkMode string

// The network modes.
const (
	NetworkEnforce NetworkMode = "enforce"
	NetworkLog     NetworkMode = "log"
	NetworkOff     NetworkMode = "off"
)

// Switch is the partner's setting of a name, else the default.
func (p Partner) Switch(name, otherwise string) string {
	if value, ok := p.Switches[name]; ok {
		return value
	}
	return otherwise
}

// Order is a request of one partner to book policies. It is taken as a whole
// or not at all.
type Order struct {
	Proposals []insurance.Proposal
	// Problems are what decoding already found; they are told together with
	// what the rules of insurance find.
	Problems []insurance.Problem
	// Body is the request as it came, kept for audit.
	Body []byte
	// RepetitionKey names the request for its sender; empty if it has no name.
	RepetitionKey string
	// PriceFirst refuses unknown products and coverages at once instead of
	// telling the partner's endpoint.
	PriceFirst bool
}

// Receipt says that an order was stored and will be booked.
type Receipt struct {
	// Count is the number of proposals taken, repeated ones included.
	Count int
}

// Policy is a policy with what the core knows about it beside the contract.
type Policy struct {
	insurance.Policy
	ID        string
	CreatedAt time.Time
	// ProductName is the name of the product version it was sold on.
	ProductName insurance.Text
}

// SortKey is what a list of policies is ordered by.
type SortKey string

// The sort keys.
const (
	SortCreated   SortKey = "created"
	SortInception SortKey = "inception"
	SortExpiry    SortKey = "expiry"
)

// PolicyFilter selects a page of a partner's policies.
type PolicyFilter struct {
	// Page counts from 0; Size is the number of policies on a page.
	Page, Size int
	SortBy     SortKey
	Ascending  bool
	// From and To bound the sort key's day, both included; zero is open.
	From, To insurance.Date
	// Ended includes policies that have ended.
	Ended bool
}

// PolicyPage is one page of a list.
type PolicyPage struct {
	Policies []Policy
	Filter   PolicyFilter
	// Total counts the policies on all pages.
	Total int
}

// Ending is the wish of a partner to end one of its policies.
type Ending struct {
	CertificateNumber string
	Reason            insurance.Reason
	// On is the wished last day of cover; zero leaves it to the rule.
	On      insurance.Date
	Comment string
}

// Ended is a policy after its ending was declared.
type Ended struct {
	Policy     Policy
	Settlement insurance.Settlement
}

// DocumentRequest asks for documents of a policy.
type DocumentRequest struct {
	CertificateNumber string
	// Kinds in the order wanted; empty means all.
	Kinds []DocumentKind
	// UnknownFilter is the first name asked for that is no kind. It is refused
	// with CodeFilterUnknown once the policy is known to be the partner's.
	UnknownFilter string
	// Names are what the files of an archive begin with, by kind: a file is
	// called <name>_<certificate number>.pdf.
	Names map[DocumentKind]string
}

// Archive is a ZIP of documents: the same bytes for the same request, as long
// as no further document is issued.
type Archive struct {
	// Name is the certificate number; a dialect makes a file name of it.
	Name string
	ZIP  []byte
}

// DocumentKind is a kind of document of a policy.
type DocumentKind string

// The kinds of document.
const (
	DocumentCertificate  DocumentKind = "certificate"
	DocumentIPID         DocumentKind = "ipid"
	DocumentWithdrawal   DocumentKind = "withdrawal"
	DocumentCancellation DocumentKind = "cancellation"
	// DocumentProposal and DocumentCoverOrder are documents of an inquiry.
	DocumentProposal   DocumentKind = "proposal"
	DocumentCoverOrder DocumentKind = "cover_order"
)

// Document is the issued bytes of one document; they never change.
type Document struct {
	Kind     DocumentKind
	IssuedAt time.Time
	PDF      []byte
}
