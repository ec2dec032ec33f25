package insurance

import (
	"errors"
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits on what a proposal may carry, where no product says otherwise.
const (
	maxReference     = 128
	maxName          = 200
	maxEmail         = 254 // RFC 5321 §4.5.3.1.3
	defaultMaxBehind = 28  // hepster's published rule
	defaultMaxAhead  = 365
)

// Check finds everything wrong with a proposal that can be said without
// pricing it. today is the day of conclusion in the partner's zone; product is
// nil while the tariff is unknown, in which case the rules for goods hold.
// Problems come in the order of the fields, and Item is left 0.
func (p Proposal) Check(product *Product, today Date) []Problem {
	c := &checker{}
	c.policyholder(p.Policyholder)
	c.booking(p, product, today)
	c.object(p, product)
	return c.problems
}

type checker struct{ problems []Problem }

func (c *checker) add(field Field, format string, args ...any) {
	c.problems = append(c.problems, Problem{Field: field, Detail: fmt.Sprintf(format, args...)})
}

func (c *checker) policyholder(p Party) {
	if !p.IsCompany() {
		c.text(FieldFirstName, p.FirstName.Reveal(), true, maxName)
		c.text(FieldLastName, p.LastName.Reveal(), true, maxName)
	} else {
		c.text(FieldCompany, p.Company.Reveal(), true, maxName)
		c.text(FieldFirstName, p.FirstName.Reveal(), false, maxName)
		c.text(FieldLastName, p.LastName.Reveal(), false, maxName)
	}
	c.text(FieldVATID, p.VATID.Reveal(), false, maxName)
	c.text(FieldTaxID, p.TaxID.Reveal(), false, maxName)
	c.country(p.Country)
	c.email(p.Email.Reveal())
	c.birth(p.BirthOn.Reveal())
	a := p.Address
	for _, part := range []Personal{a.Street, a.HouseNumber, a.PostalCode, a.City} {
		c.text(FieldAddress, part.Reveal(), false, maxName)
	}
}

func (c *checker) country(country Country) {
	switch {
	case country == "":
		c.add(FieldCountry, "is required")
	case !isCountryCode(string(country)):
		c.add(FieldCountry, "is not an ISO 3166-1 alpha-2 country code")
	}
}

func (c *checker) email(address string) {
	if address == "" {
		c.add(FieldEmail, "is required")
		return
	}
	parsed, err := mail.ParseAddress(address)
	if err != nil || parsed.Address != address || len(address) > maxEmail {
		c.add(FieldEmail, "is not a valid e-mail address")
	}
}

func (c *checker) birth(day string) {
	if day == "" {
		return
	}
	if _, err := ParseDate(day); err != nil {
		c.add(FieldBirthOn, "is not a date of the form YYYY-MM-DD")
	}
}

func (c *checker) booking(p Proposal, product *Product, today Date) {
	c.text(FieldReference, p.Reference, true, maxReference)
	c.inception(p.InceptionOn, product, today)
	if !p.ExpiryOn.IsZero() && !p.InceptionOn.IsZero() && !p.ExpiryOn.After(p.InceptionOn) {
		c.add(FieldExpiry, "is not after the start")
	}
	if product != nil && product.WarrantyExtension && p.LegalWarrantyEndOn.IsZero() {
		c.add(FieldLegalWarrantyEnd, "is required")
	}
	c.text(FieldTariff, p.Tariff, true, maxReference)
	c.kindAndTerm(p, product)
	if p.Deductible != nil && (*p.Deductible < 0 || *p.Deductible > 100) {
		c.add(FieldDeductible, "is not between 0 and 100 percent")
	}
}

func (c *checker) kindAndTerm(p Proposal, product *Product) {
	if p.Kind != "" && p.Kind != KindRecurring && p.Kind != KindFixed {
		c.add(FieldKind, "is not a kind of policy")
	}
	if product != nil && p.Term.Days != 0 && !product.sellsDays() {
		c.add(FieldTerm, "is counted in days or weeks, which this product does not offer")
	}
}

// sellsDays tells whether any tariff has a term that is counted in days.
func (p Product) sellsDays() bool { return slices.ContainsFunc(p.Tariffs, Tariff.sellsDays) }

func (t Tariff) sellsDays() bool {
	return slices.ContainsFunc(t.Terms, func(row TermPrice) bool { return row.Term.Days != 0 })
}

func (c *checker) inception(on Date, product *Product, today Date) {
	behind, ahead := defaultMaxBehind, defaultMaxAhead
	if product != nil {
		behind, ahead = product.MaxBehind, product.MaxAhead
	}
	switch {
	case on.IsZero():
		c.add(FieldInception, "is required")
	case on.DaysUntil(today) > behind:
		c.add(FieldInception, "is over %d days ago", behind)
	case ahead > 0 && today.DaysUntil(on) > ahead:
		c.add(FieldInception, "is over %d days ahead", ahead)
	}
}

// object checks amounts in the currency of the policyholder's market. While
// that is not known, they may have two digits.
func (c *checker) object(p Proposal, product *Product) {
	rules, market := GoodsAttributes(), Market{}
	if product != nil {
		rules = product.Attributes
		market, _ = product.Market(p.Policyholder.Country)
	}
	c.text(FieldObjectType, p.Object.Type, true, maxName)
	for _, rule := range rules {
		c.attribute(rule, p.Object.Attributes[rule.Name], market.Currency)
	}
}

func (c *checker) attribute(rule Attribute, value string, currency Currency) {
	field := FieldOf(rule.Name)
	if value == "" {
		if rule.Required {
			c.add(field, "is required")
		}
		return
	}
	switch rule.Kind {
	case AttributeText:
		c.text(field, value, rule.Required, rule.MaxLength)
	case AttributeAmount:
		c.amount(field, value, currency)
	case AttributeDate:
		if _, err := ParseDate(value); err != nil {
			c.add(field, "is not a date of the form YYYY-MM-DD")
		}
	case AttributeConfirmation:
		if value != "true" {
			c.add(field, "must be confirmed")
		}
	}
}

func (c *checker) amount(field Field, value string, currency Currency) {
	amount, err := ParseMoney(value, currency)
	if refused, ok := errors.AsType[*Error](err); ok {
		c.add(field, "%s", refused.Detail)
		return
	}
	if amount.Minor <= 0 {
		c.add(field, "must be more than 0")
	}
}

func (c *checker) text(field Field, value string, required bool, most int) {
	switch {
	case required && strings.TrimSpace(value) == "":
		c.add(field, "is required")
	case most > 0 && utf8.RuneCountInString(value) > most:
		c.add(field, "is longer than %d characters", most)
	case strings.ContainsFunc(value, unicode.IsControl):
		c.add(field, "contains control characters")
	}
}
