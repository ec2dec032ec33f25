package core

import "github.com/covernote/covernote/internal/insurance"

// CollectionType is who collects the premium.
type CollectionType string

// The collection types.
const (
	CollectedByBroker  CollectionType = "broker_collection"
	CollectedByInsurer CollectionType = "insurer_collection"
	CollectedByMGA     CollectionType = "mga_collection"
)

// CollectionTypes lists them.
func CollectionTypes() []CollectionType {
	return []CollectionType{CollectedByBroker, CollectedByInsurer, CollectedByMGA}
}

// InsurerName names an insurer in one or several of three ways.
type InsurerName struct {
	BaFinID, SupervisingAuthorityID string
	// ID is decimal digits.
	ID string
}

// AgencyNumber is the number under which an insurer knows a broker, or an
// account.
type AgencyNumber struct {
	Insurer insurance.Insurer
	Number  string
	// Label is what the broker reads when choosing it.
	Label string
	// ExternalInsurerID and ExternalUniqueID are the partner's ids of the
	// insurer and of this entry; empty if it has none.
	ExternalInsurerID, ExternalUniqueID string
	// ForTenders and ForCalculations make it the first choice for an offer that
	// was made by hand, or calculated.
	ForTenders, ForCalculations bool
	CollectionType              CollectionType
	// Comment is for operators only.
	Comment string
	// Active: an inactive one is not offered.
	Active bool
}

// AgencySet is the agency numbers of one insurer.
type AgencySet struct {
	Insurer InsurerName
	// Numbers; in a wish to drop, none means all, and of each only what
	// identifies it counts: Number, ExternalInsurerID, ExternalUniqueID.
	Numbers []AgencyNumber
}

// AgencyWish adds or drops agency numbers of the broker or else the account of
// its scope.
type AgencyWish struct {
	Scope Scope
	Sets  []AgencySet
}
