package insurance

import "time"

// Proposal is a customer's wish for one policy, as a partner sent it and
// before anything was decided.
type Proposal struct {
	// Reference is the partner's name for the order; several proposals may
	// share it.
	Reference    string
	Policyholder Party
	// Tariff is the code as sent.
	Tariff string
	// Country and Currency are the customer's, where a partner names them apart
	// from the policyholder; else the policyholder's country decides both.
	Country  Country
	Currency Currency
	// InceptionOn is the first day of cover.
	InceptionOn Date
	// StartsAt is the instant at which cover begins; zero means the start of
	// InceptionOn. If it is set, it decides InceptionOn.
	StartsAt time.Time
	// PartnerPrice is the gross premium that the partner has set, a decimal in
	// major units; empty leaves it to the tariff.
	PartnerPrice string
	// Discount is the share of the net premium that is taken off.
	Discount Rate
	// ExpiryOn is the last day of cover, if the partner gave one.
	ExpiryOn               Date
	LegalWarrantyEndOn     Date
	VoluntaryWarrantyEndOn Date
	// Kind and Term are empty if the partner left them to the product.
	Kind Kind
	Term Period
	// TermAsSent is the partner's spelling of the term, kept for echoing.
	TermAsSent string
	// Deductible is a share in percent; nil leaves it to the tariff.
	Deductible *int
	// Interval is the chosen payment interval; empty leaves it to the tariff.
	Interval Period
	// TenderPrice is the gross premium of one interval that the insurer has
	// offered by hand, a decimal in major units; empty leaves it to the tariff.
	TenderPrice string
	Object      Object
}

// Object is the thing to be insured.
type Object struct {
	// Type is matched to the product's object types in any case.
	Type string
	// Attributes hold what the product asks of an object, by attribute name,
	// as exact text: amounts as decimals, days as YYYY-MM-DD, confirmations and
	// flags as "true" or "false", several values each on a line of its own.
	Attributes map[string]string
}

// Attribute names that every product of goods shares.
const (
	AttributeSerialNumber = "serial_number"
	AttributeManufacturer = "manufacturer"
	AttributeModel        = "model"
	AttributeSalesPrice   = "sales_price"
	AttributePurchasedOn  = "purchased_on"
	AttributeUndamaged    = "undamaged"
)

// ListSuffix ends the name of an attribute whose values were sent as a list of
// their own and not as members of objects, so that one is not taken for the
// other.
const ListSuffix = "[]"

// Attribute is a rule for one attribute of an insured object.
type Attribute struct {
	Name     string
	Kind     AttributeKind
	Label    Text
	Required bool
	// MaxLength bounds a text, in characters.
	MaxLength int
}

// AttributeKind is the type of an attribute's value.
type AttributeKind string

// The kinds of attribute.
const (
	AttributeText AttributeKind = "text"
	// AttributeAmount is money in the market's currency, more than nothing.
	AttributeAmount AttributeKind = "amount"
	AttributeDate   AttributeKind = "date"
	// AttributeConfirmation must be "true".
	AttributeConfirmation AttributeKind = "confirmation"
	// AttributeFlag is "true" or "false".
	AttributeFlag AttributeKind = "flag"
	// AttributeWhole is a whole number from 0.
	AttributeWhole AttributeKind = "whole"
	// AttributeInstant is what ParseInstant reads.
	AttributeInstant AttributeKind = "instant"
	// AttributeCountry is an ISO 3166-1 alpha-2 code.
	AttributeCountry AttributeKind = "country"
	// AttributeAmounts are several amounts, and AttributeTexts several texts.
	AttributeAmounts AttributeKind = "amounts"
	AttributeTexts   AttributeKind = "texts"
)

// Several tells whether the kind holds more than one value.
func (k AttributeKind) Several() bool { return k == AttributeAmounts || k == AttributeTexts }

// FieldOf is the field that a problem with the attribute is about.
func FieldOf(attribute string) Field { return Field("object." + attribute) }

// GoodsAttributes is what is asked of an object while its product is not
// known, and of every product that does not say otherwise.
func GoodsAttributes() []Attribute {
	return []Attribute{
		{Name: AttributeSerialNumber, Kind: AttributeText, Required: true, MaxLength: 128},
		{Name: AttributeManufacturer, Kind: AttributeText, Required: true, MaxLength: 128},
		{Name: AttributeModel, Kind: AttributeText, Required: true, MaxLength: 256},
		{Name: AttributeSalesPrice, Kind: AttributeAmount, Required: true},
		{Name: AttributePurchasedOn, Kind: AttributeDate},
		{Name: AttributeUndamaged, Kind: AttributeConfirmation, Required: true},
	}
}
