package insurance

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// Language is an ISO 639-1 code in small letters: "de", "en".
type Language string

// Text is a wording by language.
type Text map[Language]string

// In is the wording in a language, else in German, else in the first language
// of the alphabet that there is.
func (t Text) In(language Language) string {
	if s, ok := t[language]; ok {
		return s
	}
	if s, ok := t["de"]; ok {
		return s
	}
	if len(t) == 0 {
		return ""
	}
	return t[slices.Min(slices.Collect(maps.Keys(t)))]
}

// Kind is how a policy lives on.
type Kind string

// The kinds of policy.
const (
	// KindRecurring runs on term after term until somebody ends it.
	KindRecurring Kind = "recurring"
	// KindFixed ends by itself on its expiry.
	KindFixed Kind = "fixed"
	// KindRenewable runs for a term and goes on for another only if that is
	// paid for.
	KindRenewable Kind = "renewable"
)

// Product is one version of what is sold. A version never changes once a
// policy refers to it.
type Product struct {
	Code    string
	Version int
	// OnSale are the days of conclusion on which this version is sold; an
	// empty To means for good.
	OnSale Span
	Name   Text
	// Category groups products in a partner's list; it may be empty.
	Category string
	// Line is the line of business that the product is one insurer's answer to;
	// 0 if it is sold by itself.
	Line int
	// Acceptance is what the insurer of a Line wants: the first rule that
	// matches decides, and what matches none is calculated.
	Acceptance []AcceptanceRule
	Insurer    Insurer
	Contract   ContractModel
	Kinds      []Kind
	// WarrantyExtension: cover begins when the last warranty has ended.
	WarrantyExtension bool
	Markets           []Market
	Languages         []Language
	// MaxBehind and MaxAhead bound the days between conclusion and inception;
	// a MaxAhead of 0 is unbounded.
	MaxBehind, MaxAhead int
	WaitingPeriod       Period
	ObjectTypes         []ObjectType
	Attributes          []Attribute
	// InsuredAmount names the attributes that say how much is insured; the
	// first that is given counts. Empty means AttributeSalesPrice.
	InsuredAmount []string
	// EndsWith names the attribute of an instant with which cover ends; such a
	// product has no terms. Empty means that the term says when it ends.
	EndsWith string
	// QuoteDays is how long a quote is held at its price; 0 is for good.
	QuoteDays int
	Renewal   RenewalRule
	// Instalments are the plans by which a premium may be paid in parts.
	Instalments []InstalmentPlan
	// Bundles are reductions for packages that hold several tariffs.
	Bundles []Bundle
	// Offer holds what a checkout says of the product, by language.
	Offer        map[Language]Offer
	Coverages    []Coverage
	Tariffs      []Tariff
	Commission   Rate
	Withdrawal   Withdrawal
	Cancellation Cancellation
	// Information holds the product information document by language.
	Information map[Language]Information
	// TermsVersion names the edition of the terms, such as "2026-01".
	TermsVersion string
}

// ContractModel says who is party to the contract.
type ContractModel string

// The contract models.
const (
	// ContractIndividual: the named person is the policyholder.
	ContractIndividual ContractModel = "individual"
	// ContractGroup: the partner or MGA is policyholder of a group contract
	// and the named person is insured under it.
	ContractGroup ContractModel = "group"
)

// Insurer carries the risk. The fields are those a policy document must name
// (VVG-InfoV §1 nos. 1 to 3, 19 and 20).
type Insurer struct {
	Code, Name, LegalForm             string
	Street, PostalCode, City          string
	Country                           Country
	Register, RegisterNumber          string
	SupervisoryAuthority              string
	AuthorisationNumber               string
	InsuranceTaxNumber                string
	Email, Phone, ClaimsURL           string
	ComplaintsBody, ComplaintsBodyURL string
	// ID is what partners call the insurer; 0 if they do not.
	ID int
	// BaFinID is the number in the supervisor's register of insurers, and
	// SupervisingAuthorityID that of an MGA, which has none; each may be empty.
	BaFinID, SupervisingAuthorityID string
	// MGA: it underwrites for insurers under a delegated authority.
	MGA bool
}

// Market is a country in which the product is sold.
type Market struct {
	Country  Country
	Currency Currency
	// Zone decides when a day begins: cover starts at 00:00 there.
	Zone  *time.Location
	Taxes []Tax
}

// Tax is one premium tax of a market, in force on days of inception.
type Tax struct {
	Name    Text
	Rate    Rate
	InForce Span
	// Source is the law or table the rate was taken from.
	Source string
}

// ObjectType is a kind of thing that can be insured.
type ObjectType struct {
	Code string
	Name Text
}

// Coverage is one promise within a policy.
type Coverage struct {
	Name Text
	// Limit is the most that is paid for it; empty if the sum insured is.
	Limit Text
}

// Tariff is the priced variant of a product: a band of sales prices with its
// table and factors.
type Tariff struct {
	// Code is what partners send. It is compared as a whole and never read.
	Code string
	// Band bounds the sales price of the object, in the market's currency:
	// above Above, up to and including UpTo. UpTo 0 is unbounded.
	Band PriceBand
	// Interval is the time that one premium pays for; zero means that a
	// single premium pays for the whole term. A term that it does not divide
	// is not sold.
	Interval    Period
	Terms       []TermPrice
	DefaultTerm Period
	// Deductibles are the shares of a loss, in percent, that may be chosen.
	Deductibles       []int
	DefaultDeductible int
	// Factors multiply the base in this order.
	Factors []FactorTable
	// PartnerMaySetPrice lets a partner name the gross premium itself.
	PartnerMaySetPrice bool
	// Intervals are the payment intervals to choose from beside Interval, which
	// is the one that the table's premiums are for; where that is zero there are
	// none.
	Intervals []IntervalPrice
}

// PriceBand bounds a price in major units of the market's currency.
type PriceBand struct{ Above, UpTo Rate }

// TermPrice is a row of the base table: the net premium of one interval for a
// policy of that term, in major units, before factors. It is a fixed amount, a
// share of the sum insured, or the sum of both.
type TermPrice struct {
	// Term is empty where cover ends with Product.EndsWith.
	Term Period
	// Net is the amount in the currency of the market.
	Net Rate
	// Share of the sum insured.
	Share Rate
	// Prices are used instead of Net where they are given: a currency that is
	// not among them is not sold.
	Prices map[Currency]Price
	// Kinds of policy that are sold with this term, a part of the product's
	// kinds; empty means all of them. A term over a year must not be sold as
	// recurring: such a renewal would be void (VVG §11(1)).
	Kinds []Kind
}

// Price is a base price in one currency, in major units.
type Price struct {
	Net Rate
	// Minimum is the least net premium, after factors.
	Minimum Rate
}

// FactorTable multiplies the premium by the row that matches.
type FactorTable struct {
	Name string
	On   FactorSubject
	Rows map[string]Rate
	// Attribute is the one that FactorOnAttribute and FactorOnNumber look at.
	Attribute string
	// Classes lead from values of the attribute to the keys of Rows; without
	// any, the value is the key.
	Classes map[string]string
	// Bands are the rows of FactorOnNumber, in rising order.
	Bands []FactorBand
}

// FactorSubject is what a factor table is keyed by.
type FactorSubject string

// What factors can depend on.
const (
	FactorOnDeductible FactorSubject = "deductible"
	FactorOnObjectType FactorSubject = "object_type"
	FactorOnCountry    FactorSubject = "country"
	// FactorOnAttribute looks up the value of an attribute, or its class;
	// FactorOnNumber finds the band that a number lies in.
	FactorOnAttribute FactorSubject = "attribute"
	FactorOnNumber    FactorSubject = "number"
)

// RenewalRule says when time renews a policy of KindRenewable.
type RenewalRule struct {
	// NoticeDays before the end of a term, its renewal is announced.
	NoticeDays int
	// GraceDays after a renewal fell due, the policy lapses if it is not paid.
	GraceDays int
}

// InstalmentPlan divides the premium of a term into parts.
type InstalmentPlan struct {
	// Name is what partners send, Label what customers see.
	Name, Label string
	// Parts is how many, Every the time that each pays for.
	Parts int
	Every Period
}

// Bundle is a reduction of net premiums in a package that holds all its
// tariffs.
type Bundle struct {
	Code string
	Name Text
	// Tariffs that a package must hold, this product's own among them.
	Tariffs []string
	// Discount is the share of each net premium that is taken off.
	Discount Rate
}

// Offer is what a checkout says of a product, in one language.
type Offer struct {
	Title, Header, Description string
	Inclusions, Exclusions     []string
	// OptOut is said to a customer who declines; Disclaimer stands below.
	OptOut, Disclaimer string
	// UnderwriterNote says who carries the risk and who sells.
	UnderwriterNote string
}

// Withdrawal is the cooling-off rule (VVG §8).
type Withdrawal struct {
	// Days from conclusion within which the policyholder may withdraw.
	Days   int
	Refund Refund
}

// Refund says how much of the premium goes back when a policy ends.
type Refund string

// The refund rules.
const (
	RefundFull    Refund = "full"
	RefundProRata Refund = "pro_rata"
	RefundNone    Refund = "none"
)

// FindTariff is the tariff with that code: an exact match first, else the only
// one that matches when case is ignored.
func (p Product) FindTariff(code string) (Tariff, bool) {
	for _, t := range p.Tariffs {
		if t.Code == code {
			return t, true
		}
	}
	alike := slices.DeleteFunc(slices.Clone(p.Tariffs), func(t Tariff) bool {
		return !strings.EqualFold(t.Code, code)
	})
	if len(alike) != 1 {
		return Tariff{}, false
	}
	return alike[0], true
}

// Market is the market of a country, if the product is sold there.
func (p Product) Market(country Country) (Market, bool) {
	for _, m := range p.Markets {
		if m.Country == country {
			return m, true
		}
	}
	return Market{}, false
}

// SoldOn tells whether this version may be concluded on a day.
func (p Product) SoldOn(day Date) bool { return p.OnSale.covers(day) }

// FirstMarket is the first market with a currency, for who names no country.
func (p Product) FirstMarket(currency Currency) (Market, bool) {
	for _, m := range p.Markets {
		if m.Currency == currency {
			return m, true
		}
	}
	return Market{}, false
}

// InsuredAmounts names the attributes that say how much is insured.
func (p Product) InsuredAmounts() []string {
	if len(p.InsuredAmount) == 0 {
		return []string{AttributeSalesPrice}
	}
	return p.InsuredAmount
}

// Attribute is the rule for an attribute, if the product knows it.
func (p Product) Attribute(name string) (Attribute, bool) {
	for _, a := range p.Attributes {
		if a.Name == name {
			return a, true
		}
	}
	return Attribute{}, false
}

// Plan is the instalment plan of a name.
func (p Product) Plan(name string) (InstalmentPlan, bool) {
	for _, plan := range p.Instalments {
		if plan.Name == name {
			return plan, true
		}
	}
	return InstalmentPlan{}, false
}

// ObjectType finds a type by its code in any case. A product with a single
// type need not be told it.
func (p Product) ObjectType(code string) (ObjectType, bool) {
	if code == "" && len(p.ObjectTypes) == 1 {
		return p.ObjectTypes[0], true
	}
	for _, t := range p.ObjectTypes {
		if strings.EqualFold(t.Code, strings.TrimSpace(code)) {
			return t, true
		}
	}
	return ObjectType{}, false
}

// Offers tells whether the product is sold as that kind.
func (p Product) Offers(kind Kind) bool { return slices.Contains(p.Kinds, kind) }

// covers treats an empty From or To as open.
func (s Span) covers(day Date) bool {
	return (s.From.IsZero() || !day.Before(s.From)) && (s.To.IsZero() || !day.After(s.To))
}
