package insurance

import (
	"slices"
	"testing"
)

func TestTheFirstRuleThatMatchesDecides(t *testing.T) {
	t.Parallel()
	reason := func(text string) Text { return Text{"en": text} }
	product := Product{Acceptance: []AcceptanceRule{
		{Decision: DecisionCalculate, Attribute: "profession", In: []string{"7"}, Reason: reason("a friend")},
		{Decision: DecisionDecline, Attribute: "profession", In: []string{"258", "7"}, Reason: reason("cafés")},
		{Decision: DecisionTender, Attribute: "revenue", Above: MustRate("1000000"), Reason: reason("large")},
		{Decision: DecisionDecline, Attribute: "revenue", Below: MustRate("5000.5"), Reason: reason("small")},
		{Decision: DecisionTender, Attribute: "employees", Above: MustRate("10"), Below: MustRate("20"), Reason: reason("between")},
		{Decision: DecisionTender, Attribute: "backups", In: []string{"false"}, Reason: reason("no backups")},
	}}
	cases := []struct {
		name, value string
		decision    Decision
		reason      string
	}{
		{"profession", "258", DecisionDecline, "cafés"},
		{"profession", "258.0", DecisionDecline, "cafés"},
		{"profession", "2580", DecisionCalculate, ""},
		{"profession", "7", DecisionCalculate, "a friend"},
		{"profession", "", DecisionCalculate, ""},
		{"revenue", "1000000", DecisionCalculate, ""},
		{"revenue", "1000000.01", DecisionTender, "large"},
		{"revenue", "5000.50", DecisionCalculate, ""},
		{"revenue", "5000.49", DecisionDecline, "small"},
		{"revenue", "much", DecisionCalculate, ""},
		{"revenue", "", DecisionCalculate, ""},
		{"employees", "10", DecisionCalculate, ""},
		{"employees", "11", DecisionTender, "between"},
		{"employees", "19.9", DecisionTender, "between"},
		{"employees", "20", DecisionCalculate, ""},
		{"backups", "false", DecisionTender, "no backups"},
		{"backups", "true", DecisionCalculate, ""},
		{"colour", "258", DecisionCalculate, ""},
	}
	for _, c := range cases {
		decision, why := product.Accept(Object{Attributes: map[string]string{c.name: c.value}})
		if decision != c.decision || why.In("en") != c.reason {
			t.Errorf("to %s of %q it says %s because of %q", c.name, c.value, decision, why.In("en"))
		}
	}
	both := Object{Attributes: map[string]string{"profession": "258", "revenue": "2000000"}}
	if decision, _ := product.Accept(both); decision != DecisionDecline {
		t.Errorf("a later rule decides: %s", decision)
	}
}

// TestARuleAboutNothingMatchesNothing: not even where a list of values holds
// the empty one.
func TestARuleAboutNothingMatchesNothing(t *testing.T) {
	t.Parallel()
	product := Product{Acceptance: []AcceptanceRule{{Decision: DecisionDecline, Attribute: "a", In: []string{""}}}}
	if decision, _ := product.Accept(Object{}); decision != DecisionCalculate {
		t.Errorf("it says %s", decision)
	}
}

func TestWhatIsNotCalculatedIsNotQuoted(t *testing.T) {
	t.Parallel()
	for decision, sold := range map[Decision]bool{DecisionCalculate: true, DecisionTender: false, DecisionDecline: false} {
		rule := AcceptanceRule{Decision: decision, Attribute: AttributeModel, In: []string{"One"}}
		for name, set := range map[string]func(*Proposal){
			"tariff": func(*Proposal) {}, "partner": func(w *Proposal) { w.PartnerPrice = "10" },
		} {
			_, refused := price(func(p *Product, w *Proposal) { p.Acceptance = []AcceptanceRule{rule}; set(w) })
			want := []Problem{{Field: FieldModel, Detail: "is not what HEP_Repair_599,99 is sold for"}}
			if sold != (refused == nil) || !sold && (refused.Code != CodeCoverageUnknown || !slices.Equal(refused.Problems, want)) {
				t.Errorf("%s at the price of the %s: %v", decision, name, refused)
			}
		}
		tendered, refused := price(func(p *Product, w *Proposal) { p.Acceptance, w.TenderPrice = []AcceptanceRule{rule}, "11.90" })
		if refused != nil || tendered.Premium.Gross.Decimal() != "11.90" {
			t.Errorf("%s, and tendered: %v, %v", decision, tendered.Premium.Gross, refused)
		}
	}
}
