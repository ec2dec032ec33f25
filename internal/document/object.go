package document

import (
	"strings"
	"time"

	"github.com/covernote/covernote/internal/insurance"
)

// object lists what the product asks of an object, in the product's order. A
// profession is named; without a name it is left out, because its id tells a
// reader nothing.
func (w *wording) object(p insurance.Policy, product insurance.Product, profession insurance.Profession) facts {
	kind := p.Object.Type
	if known, ok := product.ObjectType(kind); ok {
		kind = known.Name.In(w.language)
	}
	label := w.labels.objectType
	if product.Line != 0 {
		label = w.labels.riskType
	}
	grid := facts{{label: label, value: kind}}
	rules := product.Attributes
	if len(rules) == 0 {
		rules = insurance.GoodsAttributes()
	}
	scale := scale{w, p.Premium.Gross.Currency, zoneOf(p)}
	for _, rule := range rules {
		value := scale.read(rule.Kind, p.Object.Attributes[rule.Name])
		if rule.Name == insurance.AttributeProfession {
			value = profession.Name.In(w.language)
		}
		label := w.attributeLabel(rule)
		grid = append(grid, fact{label: label, value: value, wide: factLabel.width(clean(label)) > halfColumn})
	}
	return grid
}

// halfColumn is the room for the label of a fact that stands beside another.
const halfColumn = (pageWidth - 2*pageMargin - factGutter) / 2

func (w *wording) attributeLabel(rule insurance.Attribute) string {
	if label := rule.Label.In(w.language); label != "" {
		return label
	}
	if label, ok := w.labels.attributes[rule.Name]; ok {
		return label
	}
	return rule.Name
}

// scale is what an attribute's exact text is read by.
type scale struct {
	*wording
	currency insurance.Currency
	zone     *time.Location
}

// read is an attribute as people write it; one that was not given, or not
// confirmed, is empty, and one that is not what it should be stands as it is.
func (s scale) read(kind insurance.AttributeKind, value string) string {
	switch kind {
	case insurance.AttributeAmount:
		return s.amount(value, s.sum)
	case insurance.AttributeAmounts:
		return s.amounts(value)
	case insurance.AttributeTexts:
		return strings.Join(strings.Split(value, "\n"), "; ")
	case insurance.AttributeDate:
		if day, err := insurance.ParseDate(value); err == nil {
			return s.date(day)
		}
	case insurance.AttributeInstant:
		if at, err := insurance.ParseInstant(value); err == nil {
			return s.instant(at, s.zone)
		}
	case insurance.AttributeCountry:
		return s.country(insurance.Country(value))
	case insurance.AttributeWhole:
		return s.whole(value)
	case insurance.AttributeConfirmation:
		return map[string]string{"true": s.labels.confirmed}[value]
	case insurance.AttributeFlag:
		return map[string]string{"true": s.labels.yes, "false": s.labels.no}[value]
	}
	return value
}

// amount reads an exact decimal as money; what is none is shown as it is.
func (s scale) amount(text string, write func(insurance.Money) string) string {
	m, err := insurance.ParseMoney(text, s.currency)
	if err != nil {
		return text
	}
	return write(m)
}

// amounts reads amounts that each stand on a line, all with the same digits.
func (s scale) amounts(values string) string {
	read := make([]string, 0, 1)
	for value := range strings.SplitSeq(values, "\n") {
		read = append(read, s.amount(value, s.money))
	}
	return strings.Join(read, "; ")
}
