package insurance

import (
	"slices"
	"strings"
	"testing"
)

// eventQuote is a quote of a concert that has nothing wrong with it.
func eventQuote() (Product, Proposal) {
	product, wish := phoneRepair(), phoneProposal()
	concert(&product, &wish)
	product.InsuredAmount = []string{"total", "tickets.price"}
	product.Attributes = append(product.Attributes,
		Attribute{Name: "total", Kind: AttributeAmount},
		Attribute{Name: "tickets.price", Kind: AttributeAmounts},
		Attribute{Name: "name", Kind: AttributeText, MaxLength: 10},
		Attribute{Name: "seats", Kind: AttributeTexts, MaxLength: 3},
		Attribute{Name: "number", Kind: AttributeWhole},
		Attribute{Name: "resale", Kind: AttributeFlag},
		Attribute{Name: "country", Kind: AttributeCountry},
		Attribute{Name: "bought", Kind: AttributeDate},
		Attribute{Name: "agreed", Kind: AttributeConfirmation},
	)
	wish.Policyholder, wish.Country = Party{}, "DE"
	wish.Object.Attributes = map[string]string{attributeEventAt: "2027-02-01T19:00:00Z", "total": "100"}
	return product, wish
}

func TestCheckQuoteAsksForNoPolicyholder(t *testing.T) {
	t.Parallel()
	product, wish := eventQuote()
	if problems := wish.CheckQuote(product, berlinNoon(today)); problems != nil {
		t.Errorf("found %v", problems)
	}
}

func TestCheckQuoteOfATime(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name   string
		adjust func(*Product, *Proposal)
		want   []Problem
	}{
		{"an instant that is 28 days ago here", func(_ *Product, w *Proposal) { w.StartsAt = today.AddDays(-28).Start(berlin) }, nil},
		{"an instant that is 29 days ago here", func(_ *Product, w *Proposal) { w.StartsAt = today.AddDays(-28).Start(berlin).Add(-1) },
			[]Problem{{Field: FieldStartsAt, Detail: "is over 28 days ago"}}},
		{"a day", func(_ *Product, w *Proposal) { *w = withoutInstant(*w) }, nil},
		{"neither", func(_ *Product, w *Proposal) { *w = withoutInstant(*w); w.InceptionOn = Date{} },
			[]Problem{{Field: FieldStartsAt, Detail: "is required"}}},
		{"a day too early", func(_ *Product, w *Proposal) { *w = withoutInstant(*w); w.InceptionOn = today.AddDays(-29) },
			[]Problem{{Field: FieldStartsAt, Detail: "is over 28 days ago"}}},
		{"an instant that is not too late here", func(_ *Product, w *Proposal) { w.StartsAt = today.AddDays(365).End(berlin).Add(-1) }, nil},
		{"an instant that is too late here", func(_ *Product, w *Proposal) { w.StartsAt = today.AddDays(365).End(berlin) },
			[]Problem{{Field: FieldStartsAt, Detail: "is over 365 days ahead"}}},
		{"a country where it is not sold", func(_ *Product, w *Proposal) { w.Country, w.StartsAt = "FR", w.StartsAt.AddDate(9, 0, 0) }, nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			product, wish := eventQuote()
			c.adjust(&product, &wish)
			if got := wish.CheckQuote(product, berlinNoon(today)); !slices.Equal(got, c.want) {
				t.Errorf("found %v", got)
			}
			if got := wish.CheckObject(product); got != nil {
				t.Errorf("without the time it found %v", got)
			}
		})
	}
}

func withoutInstant(w Proposal) Proposal {
	w.StartsAt = phoneProposal().StartsAt
	return w
}

func TestCheckQuoteOfAnObject(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, value, detail string
	}{
		{"total", "1.005", "has more than 2 decimal digits"},
		{"total", "0", "must be more than 0"},
		{"total", "much", "is not a decimal amount"},
		{"total", "1\n2", "is not a decimal amount"},
		{"total", "12.5", ""},
		{"tickets.price", "100\n12.5", ""},
		{"total", "-0.01", "must not be negative"},
		{"tickets.price", "100\n0\n12.5", ""},
		{"tickets.price", "0\n0", ""},
		{"tickets.price", "100\n0\nmuch", "is not a decimal amount"},
		{"tickets.price", "100\n-1\nmuch", "must not be negative"},
		{"tickets.price", "100\n", "is not a decimal amount"},
		{"name", "ten letter", ""},
		{"name", "ten letters", "is longer than 10 characters"},
		{"name", "two\nlines", "contains control characters"},
		{"seats", "A1\nA2\nA3", ""},
		{"seats", "A1\n\nA3", ""},
		{"seats", "A1\nA222", "is longer than 3 characters"},
		{"seats", "A1\n\t", "contains control characters"},
		{"number", "0", ""}, {"number", "17", ""}, {"number", "3.0", ""}, {"number", "2147483647", ""},
		{"number", "2147483648", "is not a whole number from 0"},
		{"number", "-1", "is not a whole number from 0"},
		{"number", "1.5", "is not a whole number from 0"},
		{"number", "two", "is not a whole number from 0"},
		{"resale", "true", ""}, {"resale", "false", ""},
		{"resale", "yes", "is neither true nor false"},
		{"resale", "True", "is neither true nor false"},
		{"country", "GB", ""},
		{"country", "UK", "is not an ISO 3166-1 alpha-2 country code"},
		{"country", "gb", "is not an ISO 3166-1 alpha-2 country code"},
		{"bought", "2026-02-28", ""},
		{"bought", "2026-02-29", "is not a date of the form YYYY-MM-DD"},
		{"agreed", "true", ""},
		{"agreed", "false", "must be confirmed"},
		{attributeEventAt, "2027-02-01 19:00:00", ""},
		{attributeEventAt, "", "is required"},
		{attributeEventAt, "tonight", "is not an instant of RFC 3339"},
		{"colour", "red", "is not a field of this product"},
		{"colour", "", "is not a field of this product"},
	}
	for _, c := range cases {
		product, wish := eventQuote()
		wish.Object.Attributes[c.name] = c.value
		var want []Problem
		if c.detail != "" {
			want = []Problem{{Field: FieldOf(c.name), Detail: c.detail}}
		}
		if got := wish.CheckQuote(product, berlinNoon(today)); !slices.Equal(got, want) {
			t.Errorf("%s of %q: found %v", c.name, c.value, got)
		}
	}
}

// TestAListIsNoSingleValue: the problem bears the name that the product knows.
func TestAListIsNoSingleValue(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]Problem{
		"name":   {Field: "object.name", Detail: "is a list, and takes one value"},
		"colour": {Field: FieldOf("colour" + ListSuffix), Detail: "is not a field of this product"},
	} {
		product, wish := eventQuote()
		wish.Object.Attributes[name+ListSuffix] = "red\nblue"
		if got := wish.CheckObject(product); !slices.Equal(got, []Problem{want}) {
			t.Errorf("%s: found %v", name, got)
		}
	}
}

func TestSeveralValuesAreRequiredEach(t *testing.T) {
	t.Parallel()
	product, wish := eventQuote()
	product.Attributes = append(product.Attributes, Attribute{Name: "rows", Kind: AttributeTexts, Required: true})
	for value, want := range map[string][]Problem{
		"1\n2": nil, "": {{Field: "object.rows", Detail: "is required"}}, "1\n \n3": {{Field: "object.rows", Detail: "is required"}},
	} {
		wish.Object.Attributes["rows"] = value
		if got := wish.CheckObject(product); !slices.Equal(got, want) {
			t.Errorf("%q: found %v", value, got)
		}
	}
}

func TestTooManyValues(t *testing.T) {
	t.Parallel()
	product, wish := eventQuote()
	for n, want := range map[int][]Problem{
		maxValues: nil, maxValues + 1: {{Field: "object.tickets.price", Detail: "has more than 500 values"}},
	} {
		wish.Object.Attributes["tickets.price"] = strings.TrimSuffix(strings.Repeat("1\n", n), "\n")
		if got := wish.CheckObject(product); !slices.Equal(got, want) {
			t.Errorf("%d values: found %v", n, got)
		}
	}
}

// TestSomethingMustBeInsured: one of the amounts, and what is required anyway
// is not asked for twice.
func TestSomethingMustBeInsured(t *testing.T) {
	t.Parallel()
	product, wish := eventQuote()
	delete(wish.Object.Attributes, "total")
	if got := wish.CheckObject(product); !slices.Equal(got, []Problem{{Field: "object.total", Detail: "is required"}}) {
		t.Errorf("found %v", got)
	}
	wish.Object.Attributes["tickets.price"] = "100"
	if got := wish.CheckObject(product); got != nil {
		t.Errorf("found %v", got)
	}
	product, wish = phoneRepair(), phoneProposal()
	delete(wish.Object.Attributes, AttributeSalesPrice)
	if got := wish.CheckObject(product); !slices.Equal(got, []Problem{{Field: FieldSalesPrice, Detail: "is required"}}) {
		t.Errorf("found %v", got)
	}
}

// TestNothingCannotBeInsured: what says how much is insured sums to more than
// nothing, and so does each amount that is required. No field is found twice.
func TestNothingCannotBeInsured(t *testing.T) {
	t.Parallel()
	const more, negative = "must be more than 0", "must not be negative"
	cases := []struct {
		total, prices string
		required      bool
		field         Field
		detail        string
	}{
		{total: "0.00", field: "object.total", detail: more},
		{total: "0", prices: "100", field: "object.total", detail: more},
		{total: "-1", field: "object.total", detail: negative},
		{total: "100", prices: "0\n0"},
		{prices: "0", field: "object.tickets.price", detail: more},
		{prices: "0\n0.0\n-0", field: "object.tickets.price", detail: more},
		{prices: "0\n0.01"},
		{prices: "0\n-1", field: "object.tickets.price", detail: negative},
		{prices: "0\nmuch", field: "object.tickets.price", detail: "is not a decimal amount"},
		{prices: "0\n0", required: true, field: "object.tickets.price", detail: more},
		{prices: "100\n0", required: true, field: "object.tickets.price", detail: more},
		{total: "100", prices: "100\n0", required: true, field: "object.tickets.price", detail: more},
		{prices: "100\n-1", required: true, field: "object.tickets.price", detail: negative},
		{prices: "100\n0.01", required: true},
	}
	for _, c := range cases {
		product, wish := eventQuote()
		i := slices.IndexFunc(product.Attributes, func(a Attribute) bool { return a.Name == "tickets.price" })
		product.Attributes[i].Required = c.required
		wish.Object.Attributes["total"], wish.Object.Attributes["tickets.price"] = c.total, c.prices
		var want []Problem
		if c.detail != "" {
			want = []Problem{{Field: c.field, Detail: c.detail}}
		}
		if got := wish.CheckObject(product); !slices.Equal(got, want) {
			t.Errorf("%q and %q: found %v", c.total, c.prices, got)
		}
	}
	product, wish := phoneRepair(), phoneProposal()
	wish.Object.Attributes[AttributeSalesPrice] = "0"
	if got := wish.CheckObject(product); !slices.Equal(got, []Problem{{Field: FieldSalesPrice, Detail: more}}) {
		t.Errorf("found %v", got)
	}
}

// TestAmountsAreInTheCurrencyOfTheQuote, which need not be that of the market.
func TestAmountsAreInTheCurrencyOfTheQuote(t *testing.T) {
	t.Parallel()
	for currency, want := range map[Currency][]Problem{
		"": nil, "BHD": nil, "JPY": {{Field: "object.total", Detail: "has more than 0 decimal digits"}},
	} {
		product, wish := eventQuote()
		wish.Currency, wish.Object.Attributes["total"] = currency, "12.50"
		if currency == "JPY" {
			wish.Object.Attributes["total"] = "12.5"
		}
		if got := wish.CheckObject(product); !slices.Equal(got, want) {
			t.Errorf("in %q: found %v", currency, got)
		}
	}
}

func someone() Party {
	return Party{FirstName: "Erika", LastName: "Mustermann", Email: "erika@example.com"}
}

func TestCheckAParty(t *testing.T) {
	t.Parallel()
	long := Personal(strings.Repeat("ü", 201))
	const address = "is not a valid e-mail address"
	cases := []struct {
		name   string
		adjust func(*Party)
		field  Field
		detail string
	}{
		{"no first name", func(p *Party) { p.FirstName = "" }, FieldFirstName, "is required"},
		{"long middle name", func(p *Party) { p.MiddleName = long }, FieldMiddleName, "is longer than 200 characters"},
		{"blank last name", func(p *Party) { p.LastName = " " }, FieldLastName, "is required"},
		{"company of control", func(p *Party) { p.Company = "\x00" }, FieldCompany, "contains control characters"},
		{"bad e-mail", func(p *Party) { p.Email = "erika" }, FieldEmail, address},
		{"bad second e-mail", func(p *Party) { p.SecondaryEmail = "erika" }, FieldSecondaryEmail, address},
		{"bad country", func(p *Party) { p.Country = "de" }, FieldCountry, "is not an ISO 3166-1 alpha-2 country code"},
		{"local phone", func(p *Party) { p.Phone = "030 123456" }, FieldPhone, "does not begin with +"},
		{"short phone", func(p *Party) { p.Phone = "+4930" }, FieldPhone, "is not a telephone number"},
		{"long phone", func(p *Party) { p.Phone = "+1234567890123456" }, FieldPhone, "is not a telephone number"},
		{"phone of letters", func(p *Party) { p.Phone = "+49 30 CALL ME" }, FieldPhone, "is not a telephone number"},
		{"two pluses", func(p *Party) { p.Phone = "++493012345" }, FieldPhone, "is not a telephone number"},
		{"no phone at all", func(p *Party) { p.Phone = "+" }, FieldPhone, "is not a telephone number"},
		{"age in words", func(p *Party) { p.Age = "forty" }, FieldAge, "is not an age in years"},
		{"not born", func(p *Party) { p.Age = "-1" }, FieldAge, "is not an age in years"},
		{"too old", func(p *Party) { p.Age = "151" }, FieldAge, "is not an age in years"},
		{"part of a year", func(p *Party) { p.Age = "40.5" }, FieldAge, "is not an age in years"},
		{"bad birthday", func(p *Party) { p.BirthOn = "1964-13-01" }, FieldBirthOn, "is not a date of the form YYYY-MM-DD"},
		{"long second line", func(p *Party) { p.Address.Extra = long }, FieldAddress, "is longer than 200 characters"},
		{"region of control", func(p *Party) { p.Address.Region = "\n" }, FieldAddress, "contains control characters"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			party := someone()
			c.adjust(&party)
			want := []Problem{{Field: c.field, Detail: c.detail}}
			for _, policyholder := range []bool{true, false} {
				if got := party.Check(policyholder); !slices.Equal(got, want) {
					t.Errorf("found %v", got)
				}
			}
		})
	}
}

func TestCheckAcceptsParties(t *testing.T) {
	t.Parallel()
	cases := map[string]func(*Party){
		"as is":         func(*Party) {},
		"with all":      func(p *Party) { p.MiddleName, p.Company, p.Country, p.BirthOn = "Maria", "ACME", "DE", "1964-08-12" },
		"two addresses": func(p *Party) { p.SecondaryEmail = "e@example.com" },
		"shortest":      func(p *Party) { p.Phone = "+12345" },
		"longest":       func(p *Party) { p.Phone = "+123456789012345" },
		"formatted":     func(p *Party) { p.Phone = "+49 (30) 123-45/67.8" },
		"newborn":       func(p *Party) { p.Age = "0" },
		"oldest":        func(p *Party) { p.Age = "150" },
	}
	for name, adjust := range cases {
		party := someone()
		adjust(&party)
		for _, policyholder := range []bool{true, false} {
			if got := party.Check(policyholder); got != nil {
				t.Errorf("%s: found %v", name, got)
			}
		}
	}
}

// TestOnlyThePolicyholderNeedsAnAddressToWriteTo: insured persons do not.
func TestOnlyThePolicyholderNeedsAnAddressToWriteTo(t *testing.T) {
	t.Parallel()
	party := someone()
	party.Email = ""
	if got := party.Check(false); got != nil {
		t.Errorf("found %v", got)
	}
	if got := party.Check(true); !slices.Equal(got, []Problem{{Field: FieldEmail, Detail: "is required"}}) {
		t.Errorf("found %v", got)
	}
}
