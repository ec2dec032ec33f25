package insurance

import (
	"slices"
	"testing"
)

func TestTextFallsBack(t *testing.T) {
	t.Parallel()
	cases := []struct {
		text Text
		want string
	}{
		{Text{"en": "cover", "de": "Deckung"}, "cover"},
		{Text{"fr": "garantie", "de": "Deckung"}, "Deckung"},
		{Text{"nl": "dekking", "fr": "garantie", "it": "garanzia"}, "garantie"},
		{nil, ""},
	}
	for _, c := range cases {
		for range 20 { // maps are walked in random order
			if got := c.text.In("en"); got != c.want {
				t.Fatalf("%v in English is %q", c.text, got)
			}
		}
	}
}

func TestFindTariff(t *testing.T) {
	t.Parallel()
	product := Product{Tariffs: []Tariff{{Code: "Fahrrad_599,99"}, {Code: "fahrrad_599,99"}, {Code: "Handy_Ü"}}}
	for code, want := range map[string]string{
		"Fahrrad_599,99": "Fahrrad_599,99", "fahrrad_599,99": "fahrrad_599,99", "handy_ü": "Handy_Ü",
		"FAHRRAD_599,99": "", "Handy": "", "": "",
	} {
		if got, ok := product.FindTariff(code); got.Code != want || ok != (want != "") {
			t.Errorf("%q found %q, %v", code, got.Code, ok)
		}
	}
	if product.Tariffs[0].Code != "Fahrrad_599,99" || product.Tariffs[2].Code != "Handy_Ü" {
		t.Error("looking for a tariff changed the product")
	}
}

func TestSoldOn(t *testing.T) {
	t.Parallel()
	product := phoneRepair()
	for day, want := range map[string]bool{"2025-12-31": false, "2026-01-01": true, "2027-12-31": true, "2028-01-01": false} {
		if got := product.SoldOn(MustDate(day)); got != want {
			t.Errorf("sold on %s: %v", day, got)
		}
	}
}

func TestWhatAProductKnows(t *testing.T) {
	t.Parallel()
	product := phoneRepair()
	product.Markets = append(product.Markets, Market{Country: "AT", Currency: "EUR"})
	product.Instalments = []InstalmentPlan{{Name: "monthly", Parts: 12, Every: Months(1)}, {Name: "quarterly", Parts: 4, Every: Months(3)}}
	for currency, want := range map[Currency]Country{"EUR": "DE", "JPY": "JP", "USD": "", "": ""} {
		if m, ok := product.FirstMarket(currency); m.Country != want || ok != (want != "") {
			t.Errorf("%q is first the currency of %q, %v", currency, m.Country, ok)
		}
	}
	for name, want := range map[string]AttributeKind{AttributeSalesPrice: AttributeAmount, AttributeUndamaged: AttributeConfirmation, "Model": "", "": ""} {
		if a, ok := product.Attribute(name); a.Kind != want || ok != (want != "") {
			t.Errorf("%q is %q, %v", name, a.Kind, ok)
		}
	}
	for name, want := range map[string]int{"monthly": 12, "quarterly": 4, "Monthly": 0, "": 0} {
		if plan, ok := product.Plan(name); plan.Parts != want || ok != (want != 0) {
			t.Errorf("%q is paid in %d parts, %v", name, plan.Parts, ok)
		}
	}
	if got := product.InsuredAmounts(); !slices.Equal(got, []string{AttributeSalesPrice}) {
		t.Errorf("insured is %v", got)
	}
	if product.InsuredAmount = []string{"total", "tickets.price"}; !slices.Equal(product.InsuredAmounts(), product.InsuredAmount) {
		t.Errorf("insured is %v", product.InsuredAmounts())
	}
}

// TestTheOnlyObjectTypeNeedNotBeNamed, but a wrong one is not taken for it.
func TestTheOnlyObjectTypeNeedNotBeNamed(t *testing.T) {
	t.Parallel()
	product := phoneRepair()
	if _, ok := product.ObjectType(""); ok {
		t.Error("one of two types was chosen")
	}
	product.ObjectTypes = product.ObjectTypes[:1]
	for code, want := range map[string]bool{"": true, "PHONE": true, " phone ": true, "Notebook": false} {
		if got, ok := product.ObjectType(code); ok != want || ok && got.Code != "Phone" {
			t.Errorf("%q is %q, %v", code, got.Code, ok)
		}
	}
}

func TestPartyNames(t *testing.T) {
	t.Parallel()
	cases := []struct {
		party        Party
		person, name string
	}{
		{Party{FirstName: "Erika", LastName: "Muster"}, "Erika Muster", "Erika Muster"},
		{Party{FirstName: "Erika"}, "Erika", "Erika"},
		{Party{LastName: "Muster"}, "Muster", "Muster"},
		{Party{Company: "ACME", FirstName: "Erika", LastName: "Muster"}, "Erika Muster", "ACME"},
		{Party{}, "", ""},
	}
	for _, c := range cases {
		if c.party.PersonName().Reveal() != c.person || c.party.Name().Reveal() != c.name || c.party.IsCompany() != (c.party.Company != "") {
			t.Errorf("%q is called %q", c.person, c.party.Name().Reveal())
		}
	}
	if !(Address{}).IsZero() || (Address{City: "Rostock"}).IsZero() {
		t.Error("an address is known when it is not")
	}
}
