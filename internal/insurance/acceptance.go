package insurance

import "slices"

// Accept is what the insurer says to an object before it is priced, and why:
// the first rule that matches decides.
func (p Product) Accept(o Object) (Decision, Text) {
	if rule, ok := p.acceptance(o); ok {
		return rule.Decision, rule.Reason
	}
	return DecisionCalculate, nil
}

func (p Product) acceptance(o Object) (AcceptanceRule, bool) {
	for _, rule := range p.Acceptance {
		if rule.matches(o.Attributes[rule.Attribute]) {
			return rule, true
		}
	}
	return AcceptanceRule{}, false
}

// matches tells whether a rule is about a value. It is never about one that is
// missing.
func (r AcceptanceRule) matches(value string) bool {
	if len(r.In) > 0 {
		return value != "" && slices.ContainsFunc(r.In, func(one string) bool { return sameValue(one, value) })
	}
	number, ok := exactly(value)
	return ok && (r.Above.IsZero() || number.Cmp(ratOf(r.Above.value)) > 0) &&
		(r.Below.IsZero() || number.Cmp(ratOf(r.Below.value)) < 0)
}

// sameValue tells whether two values of an attribute are the same: the same
// text, or the same number.
func sameValue(a, b string) bool {
	if a == b {
		return true
	}
	m, ok := exactly(a)
	n, also := exactly(b)
	return ok && also && m.Cmp(n) == 0
}

// wanted refuses what the insurer does not calculate, unless it has offered a
// price by hand.
func (p Product) wanted(tariff Tariff, wish Proposal) *Error {
	rule, ok := p.acceptance(wish.Object)
	if !ok || rule.Decision == DecisionCalculate || wish.TenderPrice != "" {
		return nil
	}
	return RefuseField(CodeCoverageUnknown, FieldOf(rule.Attribute), "is not what %s is sold for", tariff.Code)
}
