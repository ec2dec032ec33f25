package catalogue

import (
	"slices"

	"github.com/covernote/covernote/internal/insurance"
)

// senseAcceptance wants rules that say when they match, and why.
func (r *report) senseAcceptance(n *node) {
	for _, rule := range n.at("acceptance").items {
		attribute, bounded := rule.at("attribute"), !rule.at("above").is(absent) || !rule.at("below").is(absent)
		switch known := n.at("attributes").at(attribute.text); {
		case known.is(absent):
			r.at(attribute, "is %s, which is no attribute", attribute.text)
		case bounded && !isNumber(known):
			r.at(attribute, "is %s, which is not of the kind whole or amount", attribute.text)
		}
		r.senseCondition(rule, bounded)
		calculates := insurance.Decision(rule.at("decision").text) == insurance.DecisionCalculate
		if reason := rule.at("reason"); reason.is(absent) && !calculates {
			r.at(reason, "is missing, although the broker is to be told why")
		}
	}
}

func (r *report) senseCondition(rule *node, bounded bool) {
	above, below := rule.at("above"), rule.at("below")
	switch values := rule.at("in"); {
	case values.is(absent) && !bounded:
		r.at(rule, "says neither in, nor above or below")
	case !values.is(absent) && bounded:
		r.at(values, "does not go with above or below")
	case !above.is(absent) && !below.is(absent) && r.rate(above).Cmp(r.rate(below)) >= 0:
		r.at(below, "is not above %s, so that nothing lies between", above.text)
	}
}

// isNumber tells whether an attribute's values are single numbers.
func isNumber(attribute *node) bool {
	kind := insurance.AttributeKind(attribute.at("kind").text)
	return kind == insurance.AttributeWhole || kind == insurance.AttributeAmount
}

// senseIntervals wants every interval to divide every term, and the table's own
// to be said once.
func (r *report) senseIntervals(n *node) {
	own := r.period(n.at("interval"))
	seen := []insurance.Period{own}
	for _, key := range n.at("intervals").keys {
		place := n.at("intervals").at(key)
		every := r.period(n.at("intervals").named(key))
		if slices.Contains(seen, every) {
			r.at(place, "is said already")
		}
		seen = append(seen, every)
		for _, kind := range n.at("kinds").keys {
			for _, term := range r.terms(n.at("kinds").at(kind)) {
				if !every.Divides(term) {
					r.at(place, "does not divide the term %s", termText(term))
				}
			}
		}
	}
}

// senseAttributeFactors wants tables about attributes that there are, whose
// rows can be found.
func (r *report) senseAttributeFactors(n *node) {
	byValue := n.at("factors").at(string(insurance.FactorOnAttribute))
	for _, name := range byValue.keys {
		if n.at("attributes").at(name).is(absent) {
			r.at(byValue.at(name), "is about no attribute")
		}
		r.senseClasses(byValue.at(name))
	}
	byNumber := n.at("factors").at(string(insurance.FactorOnNumber))
	for _, name := range byNumber.keys {
		switch attribute := n.at("attributes").at(name); {
		case attribute.is(absent):
			r.at(byNumber.at(name), "is about no attribute")
		case !isNumber(attribute):
			r.at(byNumber.at(name), "is about an attribute that is not of the kind whole or amount")
		}
		r.senseNumberBands(byNumber.at(name))
	}
}

// senseClasses wants a row for each class and no other, and each value once.
func (r *report) senseClasses(table *node) {
	classes := table.at("classes")
	if classes.is(absent) {
		return
	}
	r.covers(table.at("rows"), classes.keys)
	in := make(map[string]string)
	for _, class := range classes.keys {
		for _, value := range classes.at(class).items {
			if other, known := in[value.text]; known {
				r.at(value, "is %s, which is in the class %s already", value.text, other)
			}
			in[value.text] = class
		}
	}
}

// senseNumberBands wants bounds that rise to the one that has no end.
func (r *report) senseNumberBands(table *node) {
	for i, key := range table.keys {
		switch {
		case key == unboundedBand && i < len(table.keys)-1:
			r.at(table.at(key), "is not the last band, although it has no end")
		case key == unboundedBand:
		case r.rate(table.named(key)).IsZero():
			r.at(table.at(key), "is no bound: a band ends above 0")
		case i > 0 && table.keys[i-1] != unboundedBand &&
			r.rate(table.named(key)).Cmp(r.rate(table.named(table.keys[i-1]))) <= 0:
			r.at(table.at(key), "is not above %s, the bound before it", table.keys[i-1])
		}
	}
}
