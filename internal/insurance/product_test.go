package insurance

import "testing"

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
