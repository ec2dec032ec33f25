package insurance

// Line is a line of business: a kind of commercial cover that several
// insurers sell, each with a product of its own.
type Line struct {
	// ID is what partners send.
	ID   int
	Name Text
	// About says in a sentence what it covers.
	About Text
	// Questions in the order in which they are asked. Every product of the line
	// knows an attribute of each one's name.
	Questions []Question
}

// Question is what a customer is asked to have a risk priced.
type Question struct {
	Attribute
	// Help says what is meant and where to find it.
	Help Text
	// Section groups questions that belong together.
	Section Text
	// Options are the values to choose from; without any, the answer is free.
	Options []string
	// Default is what is assumed until it is answered; may be empty.
	Default string
	// Tags are what other systems call the question.
	Tags []Tag
}

// Tag is what another system calls a question.
type Tag struct {
	Name string
	// Cents: the system sends amounts in minor units.
	Cents bool
}

// Profession is what the business of a customer does.
type Profession struct {
	// ID is what partners send.
	ID       int
	Name     Text
	Industry Industry
}

// Industry is a group of professions.
type Industry struct {
	ID   int
	Name Text
}

// The attributes that the questionnaires of all lines share.
const (
	// AttributeProfession is the id of a Profession.
	AttributeProfession = "profession"
	// AttributeRevenue is the turnover of a year.
	AttributeRevenue = "revenue"
	// AttributeFullTime and AttributePartTime count employees.
	AttributeFullTime = "employees_full_time"
	AttributePartTime = "employees_part_time"
	// AttributeFoundedOn is when the business was founded.
	AttributeFoundedOn = "founded_on"
	// AttributeSumInsured is the sum that is wished for.
	AttributeSumInsured = "sum_insured"
	// AttributeDeductible is the part of each loss that the policyholder bears,
	// an amount.
	AttributeDeductible = "deductible"
	// AttributeStartsOn is the first day of cover. It is no part of the risk:
	// it becomes the inception.
	AttributeStartsOn = "starts_on"
	// AttributeInterval is the months between payments: 1, 3, 6 or 12. It is no
	// part of the risk.
	AttributeInterval = "payment_interval"
)

// Decision is what an insurer says to a risk.
type Decision string

// The decisions.
const (
	// DecisionCalculate: the tariff prices it.
	DecisionCalculate Decision = "calculate"
	// DecisionTender: the insurer wants to look at it first.
	DecisionTender Decision = "tender"
	// DecisionDecline: the insurer does not want it.
	DecisionDecline Decision = "decline"
)

// AcceptanceRule is one rule of what an insurer wants: risks whose attribute
// is one of some values, or else a number above a bound, below one, or between
// two. A rule does not match an attribute that is missing.
type AcceptanceRule struct {
	Decision  Decision
	Attribute string
	// In are exact values, whatever way a number is written; Above and Below
	// exclude the bound itself and are unset if zero.
	In           []string
	Above, Below Rate
	// Reason is told to the broker.
	Reason Text
}

// FactorBand is the factor for numbers up to and including UpTo.
type FactorBand struct {
	// UpTo 0 is unbounded.
	UpTo   Rate
	Factor Rate
}

// IntervalPrice is a payment interval that may be chosen.
type IntervalPrice struct {
	Every Period
	// Loading is the share that is added to the premium for paying in parts.
	Loading Rate
}
