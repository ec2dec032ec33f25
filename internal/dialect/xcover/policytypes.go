package xcover

import (
	"net/http"
	"slices"
	"strings"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect"
	"github.com/covernote/covernote/internal/insurance"
)

// wirePolicyType is a policy type as its newest version has it, with the JSON
// Schema of what a request for it may say.
type wirePolicyType struct {
	PolicyTypeVersion int                  `json:"policy_type_version"`
	Versions          []int                `json:"versions"`
	PolicyCode        string               `json:"policy_code"`
	PolicyName        string               `json:"policy_name"`
	Category          *string              `json:"category"`
	Countries         []insurance.Country  `json:"countries"`
	Currencies        []insurance.Currency `json:"currencies"`
	IsRenewable       bool                 `json:"is_renewable"`
	Periods           []string             `json:"periods"`
	PartnerPrice      bool                 `json:"partner_price"`
	InstalmentPlans   []wirePlanOffered    `json:"instalment_plans"`
	Schema            ordered              `json:"schema"`
}

type wirePlanOffered struct {
	Name  string `json:"name"`
	Label string `json:"label"`
}

// encodeTypes lists policy types by their names.
func encodeTypes(_ *dialect.Request, types []core.PolicyType) dialect.Response {
	listed := make(ordered, len(types))
	for i, t := range types {
		listed[i] = pair{t.Tariff.Code, policyTypeOf(t)}
	}
	return respond(http.StatusOK, listed)
}

func policyTypeOf(t core.PolicyType) wirePolicyType {
	newest := t.Versions[0]
	told := wirePolicyType{
		PolicyTypeVersion: newest.Version,
		Versions:          versionsOf(t),
		PolicyCode:        newest.Code,
		PolicyName:        newest.Name.In("en"),
		Category:          orNil(newest.Category),
		Currencies:        currenciesOf(t.Tariff, newest),
		IsRenewable:       newest.Offers(insurance.KindRenewable),
		Periods:           periodsOf(t.Tariff, newest),
		PartnerPrice:      t.Tariff.PartnerMaySetPrice,
		InstalmentPlans:   []wirePlanOffered{},
		Schema:            schemaOf(t),
	}
	for _, market := range newest.Markets {
		told.Countries = append(told.Countries, market.Country)
	}
	for _, plan := range newest.Instalments {
		told.InstalmentPlans = append(told.InstalmentPlans, wirePlanOffered{plan.Name, plan.Label})
	}
	return told
}

// currenciesOf are those in which all terms have a price, in the order of the
// alphabet: a currency without a table of its own is that of a market.
func currenciesOf(t insurance.Tariff, p insurance.Product) []insurance.Currency {
	var sold []insurance.Currency
	for _, market := range p.Markets {
		sold = append(sold, market.Currency)
	}
	for _, row := range t.Terms {
		for currency := range row.Prices {
			sold = append(sold, currency)
		}
	}
	slices.Sort(sold)
	return slices.DeleteFunc(slices.Compact(sold), func(c insurance.Currency) bool {
		return slices.ContainsFunc(t.Terms, func(row insurance.TermPrice) bool {
			_, priced := row.Prices[c]
			return len(row.Prices) > 0 && !priced
		})
	})
}

// periodsOf are the words for the terms that may be chosen.
func periodsOf(t insurance.Tariff, p insurance.Product) []string {
	words := []string{}
	if !p.Offers(insurance.KindRenewable) {
		return words
	}
	for _, row := range t.Terms {
		if len(row.Kinds) == 0 || slices.Contains(row.Kinds, insurance.KindRenewable) {
			words = append(words, periodWord(row.Term.String()))
		}
	}
	return words
}

// schemaOf is the JSON Schema of an item of a request.
func schemaOf(t core.PolicyType) ordered {
	newest := t.Versions[0]
	properties := &properties{}
	properties.add("policy_type", ordered{{"const", t.Tariff.Code}})
	properties.add("policy_type_version", ordered{{"enum", versionsOf(t)}})
	properties.add("policy_start_date", ordered{{"type", "string"}, {"format", "date-time"}})
	if words := periodsOf(t.Tariff, newest); len(words) > 0 {
		properties.add("period", ordered{{"enum", words}})
	}
	if t.Tariff.PartnerMaySetPrice {
		properties.add("partner_price", ordered{{"type", "number"}, {"exclusiveMinimum", 0}})
	}
	required := []string{"policy_type", "policy_start_date"}
	for _, rule := range newest.Attributes {
		name := properties.attribute(rule)
		if rule.Required && !slices.Contains(required, name) {
			required = append(required, name)
		}
	}
	return ordered{
		{"$schema", "https://json-schema.org/draft/2020-12/schema"},
		{"title", newest.Name.In("en")},
		{"type", "object"},
		{"properties", properties.written()},
		{"required", required},
		{"anyOf", amountsOf(newest)},
		{"additionalProperties", false},
	}
}

func versionsOf(t core.PolicyType) []int {
	var versions []int
	for _, p := range t.Versions {
		versions = append(versions, p.Version)
	}
	return versions
}

// amountsOf are the attributes of which one must say how much is insured.
func amountsOf(p insurance.Product) []ordered {
	var ways []ordered
	for _, name := range p.InsuredAmounts() {
		outer, _, _ := strings.Cut(name, ".")
		ways = append(ways, ordered{{"required", []string{outer}}})
	}
	return ways
}

// properties are the schemas of an object's members, in the order of the
// product. An attribute with a point in its name is a member of the objects of
// a list.
type properties struct {
	names   []string
	schemas map[string]ordered
	within  map[string]*properties
}

func (p *properties) add(name string, schema ordered) {
	if p.schemas == nil {
		p.schemas, p.within = make(map[string]ordered), make(map[string]*properties)
	}
	if !slices.Contains(p.names, name) {
		p.names = append(p.names, name)
	}
	p.schemas[name] = schema
}

// attribute adds an attribute and tells the outermost name that it has.
func (p *properties) attribute(rule insurance.Attribute) string {
	outer, inner, nested := strings.Cut(rule.Name, ".")
	if !nested {
		schema := ordered{{"title", rule.Label.In("en")}}
		if rule.Kind.Several() {
			schema = append(schema, pair{"type", "array"}, pair{"items", valueOf(rule)})
		} else {
			schema = append(schema, valueOf(rule)...)
		}
		p.add(outer, schema)
		return outer
	}
	if p.within[outer] == nil {
		p.add(outer, nil)
		p.within[outer] = &properties{}
	}
	p.within[outer].add(inner, append(ordered{{"title", rule.Label.In("en")}}, valueOf(rule)...))
	return outer
}

// written is the object of schemas.
func (p *properties) written() ordered {
	var members ordered
	for _, name := range p.names {
		schema := p.schemas[name]
		if inner := p.within[name]; inner != nil {
			schema = ordered{
				{"type", "array"},
				{"items", ordered{{"type", "object"}, {"properties", inner.written()}, {"additionalProperties", false}}},
			}
		}
		members = append(members, pair{name, schema})
	}
	return members
}

// valueOf is the schema of one value of an attribute.
func valueOf(rule insurance.Attribute) ordered {
	switch rule.Kind {
	case insurance.AttributeAmount, insurance.AttributeAmounts:
		return ordered{{"type", "number"}, {"exclusiveMinimum", 0}}
	case insurance.AttributeWhole:
		return ordered{{"type", "integer"}, {"minimum", 0}}
	case insurance.AttributeFlag:
		return ordered{{"type", "boolean"}}
	case insurance.AttributeConfirmation:
		return ordered{{"const", true}}
	case insurance.AttributeDate:
		return ordered{{"type", "string"}, {"format", "date"}}
	case insurance.AttributeInstant:
		return ordered{{"type", "string"}, {"format", "date-time"}}
	case insurance.AttributeCountry:
		return ordered{{"type", "string"}, {"pattern", "^[A-Z]{2}$"}}
	}
	text := ordered{{"type", "string"}}
	if rule.MaxLength > 0 {
		text = append(text, pair{"maxLength", rule.MaxLength})
	}
	return text
}
