package document

import (
	"time"

	"github.com/covernote/covernote/internal/insurance"
)

// Inquiry is what the documents of an inquiry say of it: who asks for what,
// and through whom.
type Inquiry struct {
	Number     int64
	Line       insurance.Line
	Profession insurance.Profession
	// Answers to the questions of the line, by the name of the attribute, as
	// insurance.Object holds them.
	Answers map[string]string
	Broker  insurance.Party
	// BrokerRegister is the broker's number in the register of intermediaries
	// (GewO §11a); it may be empty.
	BrokerRegister string
	Customer       insurance.Party
	// BusinessAddress is where the business is, if not at the customer's
	// address.
	BusinessAddress insurance.Address
}

// ComparedOffer is what one insurer says to the risk of an inquiry.
type ComparedOffer struct {
	Insurer  insurance.Insurer
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
	Yearly   insurance.Money
	StartsOn insurance.Date
	Term     insurance.Period
	// ValidUntil is when the price is no longer held; zero if it always is.
	ValidUntil time.Time
}
