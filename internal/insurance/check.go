package insurance

import (
	"cmp"
	"errors"
	"fmt"
	"net/mail"
	"slices"
	"strconv"
	"strings"
	"time"
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
	c.text(FieldObjectType, p.Object.Type, true, maxName)
	c.object(p, product)
	return c.problems
}

// CheckQuote is Check for a price without a policyholder: only what the
// product asks of the time and the object. An attribute that the product does
// not know is a problem, too.
func (p Proposal) CheckQuote(product Product, now time.Time) []Problem {
	c := &checker{}
	market, _ := product.MarketOf(p)
	if p.StartsAt.IsZero() && p.InceptionOn.IsZero() {
		c.add(FieldStartsAt, "is required")
	} else if market.Zone != nil {
		c.inception(FieldStartsAt, p.startsOn(market.Zone), &product, DateIn(now, market.Zone))
	}
	return append(c.problems, p.CheckObject(product)...)
}

// CheckObject is CheckQuote without the time.
func (p Proposal) CheckObject(product Product) []Problem {
	c := &checker{}
	c.object(p, &product)
	c.insuredAmount(p, product)
	var unknown []string
	for name := range p.Object.Attributes {
		if _, known := product.Attribute(name); !known {
			unknown = append(unknown, name)
		}
	}
	slices.Sort(unknown)
	for _, name := range unknown {
		if _, single := product.Attribute(strings.TrimSuffix(name, ListSuffix)); single {
			c.add(FieldOf(strings.TrimSuffix(name, ListSuffix)), "is a list, and takes one value")
			continue
		}
		c.add(FieldOf(name), "is not a field of this product")
	}
	return c.problems
}

// startsOn is the first day of cover in a zone.
func (p Proposal) startsOn(zone *time.Location) Date {
	if p.StartsAt.IsZero() {
		return p.InceptionOn
	}
	return DateIn(p.StartsAt, zone)
}

// Check finds what is wrong with somebody on a policy: the policyholder, of
// whom an address is needed to write to, or an insured person.
func (p Party) Check(policyholder bool) []Problem {
	c := &checker{}
	c.text(FieldFirstName, p.FirstName.Reveal(), true, maxName)
	c.text(FieldMiddleName, p.MiddleName.Reveal(), false, maxName)
	c.text(FieldLastName, p.LastName.Reveal(), true, maxName)
	c.text(FieldCompany, p.Company.Reveal(), false, maxName)
	if policyholder || p.Email != "" {
		c.email(FieldEmail, p.Email.Reveal())
	}
	if p.SecondaryEmail != "" {
		c.email(FieldSecondaryEmail, p.SecondaryEmail.Reveal())
	}
	if p.Country != "" {
		c.country(p.Country)
	}
	c.phone(p.Phone.Reveal())
	c.age(p.Age.Reveal())
	c.birth(p.BirthOn.Reveal())
	c.address(p.Address)
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
	c.email(FieldEmail, p.Email.Reveal())
	c.birth(p.BirthOn.Reveal())
	c.address(p.Address)
}

func (c *checker) address(a Address) {
	for _, part := range []Personal{a.Street, a.Extra, a.HouseNumber, a.PostalCode, a.City, a.Region} {
		c.text(FieldAddress, part.Reveal(), false, maxName)
	}
}

// phone accepts E.164 with spaces, dashes and brackets between the digits.
func (c *checker) phone(number string) {
	digits := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" -()./", r) {
			return -1
		}
		return r
	}, strings.TrimPrefix(number, "+"))
	switch {
	case number == "":
	case !strings.HasPrefix(number, "+"):
		c.add(FieldPhone, "does not begin with +")
	case len(digits) < 5 || len(digits) > 15 || strings.Trim(digits, "0123456789") != "":
		c.add(FieldPhone, "is not a telephone number")
	}
}

// oldest is more than anybody's age.
const oldest = 150

func (c *checker) age(years string) {
	if years == "" {
		return
	}
	if n, err := strconv.Atoi(years); err != nil || n < 0 || n > oldest {
		c.add(FieldAge, "is not an age in years")
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

func (c *checker) email(field Field, address string) {
	if address == "" {
		c.add(field, "is required")
		return
	}
	parsed, err := mail.ParseAddress(address)
	if err != nil || parsed.Address != address || len(address) > maxEmail {
		c.add(field, "is not a valid e-mail address")
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
	c.inception(FieldInception, p.InceptionOn, product, today)
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
	if p.Kind != "" && p.Kind != KindRecurring && p.Kind != KindFixed && p.Kind != KindRenewable {
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

func (c *checker) inception(field Field, on Date, product *Product, today Date) {
	behind, ahead := defaultMaxBehind, defaultMaxAhead
	if product != nil {
		behind, ahead = product.MaxBehind, product.MaxAhead
	}
	switch {
	case on.IsZero():
		c.add(field, "is required")
	case on.DaysUntil(today) > behind:
		c.add(field, "is over %d days ago", behind)
	case ahead > 0 && today.DaysUntil(on) > ahead:
		c.add(field, "is over %d days ahead", ahead)
	}
}

// insuredAmount demands one of the attributes that say how much is insured, and
// that it is more than nothing, unless it is required by itself.
func (c *checker) insuredAmount(p Proposal, product Product) {
	names := product.InsuredAmounts()
	given := func(name string) bool { return p.Object.Attributes[name] != "" }
	i := slices.IndexFunc(names, given)
	rule, _ := product.Attribute(names[max(i, 0)])
	switch {
	case rule.Required:
		return // object has found it
	case i < 0:
		c.add(FieldOf(names[0]), "is required")
	case nothing(p.Object.Attributes[names[i]]):
		c.add(FieldOf(names[i]), "must be more than 0")
	}
}

// nothing tells whether all amounts are 0.
func nothing(values string) bool {
	for value := range strings.SplitSeq(values, "\n") {
		if amount, ok := exactly(value); !ok || amount.Sign() != 0 {
			return false
		}
	}
	return true
}

// object checks amounts in the currency of the proposal, or else of its
// market. While that is not known, they may have two digits.
func (c *checker) object(p Proposal, product *Product) {
	rules, currency := GoodsAttributes(), p.Currency
	if product != nil {
		rules = product.Attributes
		market, _ := product.MarketOf(p)
		currency = cmp.Or(currency, market.Currency)
	}
	for _, rule := range rules {
		c.attribute(rule, p.Object.Attributes[rule.Name], currency)
	}
}

// maxValues is how many values one attribute may have.
const maxValues = 500

func (c *checker) attribute(rule Attribute, values string, currency Currency) {
	field := FieldOf(rule.Name)
	if values == "" {
		if rule.Required {
			c.add(field, "is required")
		}
		return
	}
	if !rule.Kind.Several() {
		c.value(rule, field, values, currency)
		return
	}
	parts := strings.Split(values, "\n")
	if len(parts) > maxValues {
		c.add(field, "has more than %d values", maxValues)
		return
	}
	for _, part := range parts {
		before := len(c.problems)
		if c.value(rule, field, part, currency); len(c.problems) > before {
			return
		}
	}
}

// value checks a single value of an attribute.
func (c *checker) value(rule Attribute, field Field, value string, currency Currency) {
	switch rule.Kind {
	case AttributeText, AttributeTexts:
		c.text(field, value, rule.Required, rule.MaxLength)
	case AttributeAmount, AttributeAmounts:
		c.amount(field, value, currency, rule.Required)
	case AttributeDate:
		if _, err := ParseDate(value); err != nil {
			c.add(field, "is not a date of the form YYYY-MM-DD")
		}
	case AttributeInstant:
		if _, err := ParseInstant(value); err != nil {
			c.add(field, "is not an instant of RFC 3339")
		}
	case AttributeConfirmation:
		if value != "true" {
			c.add(field, "must be confirmed")
		}
	case AttributeFlag:
		if value != "true" && value != "false" {
			c.add(field, "is neither true nor false")
		}
	case AttributeWhole:
		c.whole(field, value)
	case AttributeCountry:
		if !isCountryCode(value) {
			c.add(field, "is not an ISO 3166-1 alpha-2 country code")
		}
	}
}

func (c *checker) whole(field Field, value string) {
	number, ok := exactly(value)
	if !ok || !number.IsInt() || number.Sign() < 0 || number.Num().BitLen() > 31 {
		c.add(field, "is not a whole number from 0")
	}
}

// amount must be more than nothing where there must be one.
func (c *checker) amount(field Field, value string, currency Currency, required bool) {
	amount, err := ParseMoney(value, currency)
	if refused, ok := errors.AsType[*Error](err); ok {
		c.add(field, "%s", refused.Detail)
		return
	}
	switch {
	case amount.Minor < 0:
		c.add(field, "must not be negative")
	case required && amount.Minor == 0:
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
