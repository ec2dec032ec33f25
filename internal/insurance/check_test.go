package insurance

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestCheckAcceptsTheSample(t *testing.T) {
	t.Parallel()
	product := phoneRepair()
	for _, p := range []*Product{nil, &product} {
		if problems := phoneProposal().Check(p, today); problems != nil {
			t.Errorf("found %v", problems)
		}
	}
}

func TestCheckFindsEachProblem(t *testing.T) {
	t.Parallel()
	long := func(n int) Personal { return Personal(strings.Repeat("ü", n)) }
	cases := []struct {
		name   string
		spoil  func(*Proposal)
		field  Field
		detail string
	}{
		{"no first name", func(p *Proposal) { p.Policyholder.FirstName = "" }, FieldFirstName, "is required"},
		{"blank last name", func(p *Proposal) { p.Policyholder.LastName = " \u00a0" }, FieldLastName, "is required"},
		{"long first name", func(p *Proposal) { p.Policyholder.FirstName = long(201) }, FieldFirstName, "is longer than 200 characters"},
		{"last name of two lines", func(p *Proposal) { p.Policyholder.LastName = "a\nb" }, FieldLastName, "contains control characters"},
		{"blank company", func(p *Proposal) { p.Policyholder.Company = " " }, FieldCompany, "is required"},
		{"long company", func(p *Proposal) { p.Policyholder.Company = long(201) }, FieldCompany, "is longer than 200 characters"},
		{"long contact", func(p *Proposal) { p.Policyholder.Company, p.Policyholder.LastName = "ACME", long(201) }, FieldLastName, "is longer than 200 characters"},
		{"long VAT id", func(p *Proposal) { p.Policyholder.VATID = long(201) }, FieldVATID, "is longer than 200 characters"},
		{"VAT id of control", func(p *Proposal) { p.Policyholder.VATID = "\n" }, FieldVATID, "contains control characters"},
		{"long tax id", func(p *Proposal) { p.Policyholder.TaxID = long(201) }, FieldTaxID, "is longer than 200 characters"},
		{"endless blank tax id", func(p *Proposal) { p.Policyholder.TaxID = Personal(strings.Repeat(" ", 201)) }, FieldTaxID, "is longer than 200 characters"},
		{"no country", func(p *Proposal) { p.Policyholder.Country = "" }, FieldCountry, "is required"},
		{"small country", func(p *Proposal) { p.Policyholder.Country = "de" }, FieldCountry, "is not an ISO 3166-1 alpha-2 country code"},
		{"three letters", func(p *Proposal) { p.Policyholder.Country = "DEU" }, FieldCountry, "is not an ISO 3166-1 alpha-2 country code"},
		{"former country", func(p *Proposal) { p.Policyholder.Country = "YU" }, FieldCountry, "is not an ISO 3166-1 alpha-2 country code"},
		{"no e-mail", func(p *Proposal) { p.Policyholder.Email = "" }, FieldEmail, "is required"},
		{"e-mail without at", func(p *Proposal) { p.Policyholder.Email = "erika.example.com" }, FieldEmail, "is not a valid e-mail address"},
		{"e-mail with name", func(p *Proposal) { p.Policyholder.Email = "E <e@example.com>" }, FieldEmail, "is not a valid e-mail address"},
		{"e-mail with a second line", func(p *Proposal) { p.Policyholder.Email = "e@example.com\r\nBcc: x@example.com" }, FieldEmail, "is not a valid e-mail address"},
		{"two e-mails", func(p *Proposal) { p.Policyholder.Email = "a@example.com,b@example.com" }, FieldEmail, "is not a valid e-mail address"},
		{"long e-mail", func(p *Proposal) { p.Policyholder.Email = Personal(strings.Repeat("a", 243) + "@example.com") }, FieldEmail, "is not a valid e-mail address"},
		{"German birthday", func(p *Proposal) { p.Policyholder.BirthOn = "12.08.1964" }, FieldBirthOn, "is not a date of the form YYYY-MM-DD"},
		{"long street", func(p *Proposal) { p.Policyholder.Address.Street = long(201) }, FieldAddress, "is longer than 200 characters"},
		{"house number of control", func(p *Proposal) { p.Policyholder.Address.HouseNumber = "1\x7f" }, FieldAddress, "contains control characters"},
		{"postal code of control", func(p *Proposal) { p.Policyholder.Address.PostalCode = "\x00" }, FieldAddress, "contains control characters"},
		{"long city", func(p *Proposal) { p.Policyholder.Address.City = long(201) }, FieldAddress, "is longer than 200 characters"},
		{"no reference", func(p *Proposal) { p.Reference = "" }, FieldReference, "is required"},
		{"long reference", func(p *Proposal) { p.Reference = strings.Repeat("x", 129) }, FieldReference, "is longer than 128 characters"},
		{"no start", func(p *Proposal) { p.InceptionOn = Date{} }, FieldInception, "is required"},
		{"29 days ago", func(p *Proposal) { p.InceptionOn = today.AddDays(-29) }, FieldInception, "is over 28 days ago"},
		{"366 days ahead", func(p *Proposal) { p.InceptionOn = today.AddDays(366) }, FieldInception, "is over 365 days ahead"},
		{"end on the start", func(p *Proposal) { p.ExpiryOn = today }, FieldExpiry, "is not after the start"},
		{"end before the start", func(p *Proposal) { p.ExpiryOn = today.AddDays(-1) }, FieldExpiry, "is not after the start"},
		{"no tariff", func(p *Proposal) { p.Tariff = "" }, FieldTariff, "is required"},
		{"unknown kind", func(p *Proposal) { p.Kind = "fix" }, FieldKind, "is not a kind of policy"},
		{"101 percent", func(p *Proposal) { p.Deductible = ptr(101) }, FieldDeductible, "is not between 0 and 100 percent"},
		{"less than nothing", func(p *Proposal) { p.Deductible = ptr(-1) }, FieldDeductible, "is not between 0 and 100 percent"},
		{"no object type", func(p *Proposal) { p.Object.Type = "" }, FieldObjectType, "is required"},
		{"long object type", func(p *Proposal) { p.Object.Type = strings.Repeat("x", 201) }, FieldObjectType, "is longer than 200 characters"},
		{"no serial number", attribute(AttributeSerialNumber, ""), FieldSerialNumber, "is required"},
		{"blank serial number", attribute(AttributeSerialNumber, "  "), FieldSerialNumber, "is required"},
		{"long serial number", attribute(AttributeSerialNumber, strings.Repeat("x", 129)), FieldSerialNumber, "is longer than 128 characters"},
		{"no manufacturer", attribute(AttributeManufacturer, ""), FieldManufacturer, "is required"},
		{"no model", attribute(AttributeModel, ""), FieldModel, "is required"},
		{"long model", attribute(AttributeModel, strings.Repeat("x", 257)), FieldModel, "is longer than 256 characters"},
		{"no price", attribute(AttributeSalesPrice, ""), FieldSalesPrice, "is required"},
		{"price in words", attribute(AttributeSalesPrice, "much"), FieldSalesPrice, "is not a decimal amount"},
		{"price in percent", attribute(AttributeSalesPrice, "19%"), FieldSalesPrice, "is not a decimal amount"},
		{"price in percent and a blank", attribute(AttributeSalesPrice, "19% "), FieldSalesPrice, "is not a decimal amount"},
		{"price after a blank", attribute(AttributeSalesPrice, " 555"), FieldSalesPrice, "is not a decimal amount"},
		{"price of nothing", attribute(AttributeSalesPrice, "0.00"), FieldSalesPrice, "must be more than 0"},
		{"negative price", attribute(AttributeSalesPrice, "-1"), FieldSalesPrice, "must not be negative"},
		{"part of a cent", attribute(AttributeSalesPrice, "0.30000000000000000004"), FieldSalesPrice, "has more than 2 decimal digits"},
		{"price of a continent", attribute(AttributeSalesPrice, "1e15"), FieldSalesPrice, "is too large"},
		{"bought sometime", attribute(AttributePurchasedOn, "2026-11-31"), FieldPurchasedOn, "is not a date of the form YYYY-MM-DD"},
		{"damage not denied", attribute(AttributeUndamaged, ""), FieldUndamaged, "is required"},
		{"damaged", attribute(AttributeUndamaged, "false"), FieldUndamaged, "must be confirmed"},
	}
	product := phoneRepair()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			proposal := phoneProposal()
			c.spoil(&proposal)
			want := []Problem{{Field: c.field, Detail: c.detail}}
			for _, p := range []*Product{nil, &product} {
				if got := proposal.Check(p, today); !slices.Equal(got, want) {
					t.Errorf("found %v", got)
				}
			}
		})
	}
}

func attribute(name, value string) func(*Proposal) {
	return func(p *Proposal) { p.Object.Attributes[name] = value }
}

func TestCheckAcceptsTheEdges(t *testing.T) {
	t.Parallel()
	cases := map[string]func(*Proposal){
		"28 days ago":       func(p *Proposal) { p.InceptionOn = today.AddDays(-28) },
		"365 days ahead":    func(p *Proposal) { p.InceptionOn = today.AddDays(365) },
		"end a day later":   func(p *Proposal) { p.ExpiryOn = today.AddDays(1) },
		"longest reference": func(p *Proposal) { p.Reference = strings.Repeat("ü", 128) },
		"longest name":      func(p *Proposal) { p.Policyholder.LastName = Personal(strings.Repeat("ü", 200)) },
		"longest e-mail":    func(p *Proposal) { p.Policyholder.Email = Personal(strings.Repeat("a", 242) + "@example.com") },
		"nothing borne":     func(p *Proposal) { p.Deductible = ptr(0) },
		"everything borne":  func(p *Proposal) { p.Deductible = ptr(100) },
		"recurring":         func(p *Proposal) { p.Kind = KindRecurring },
		"fixed":             func(p *Proposal) { p.Kind = KindFixed },
		"smallest price":    attribute(AttributeSalesPrice, "0.01"),
		"a birthday":        func(p *Proposal) { p.Policyholder.BirthOn = "1964-08-12" },
		"day of purchase":   attribute(AttributePurchasedOn, "2024-02-29"),
		"a company alone": func(p *Proposal) {
			p.Policyholder = Party{Company: "ACME", Country: "DE", Email: "info@example.com"}
		},
		"a company and its contact": func(p *Proposal) { p.Policyholder.Company, p.Policyholder.VATID = "ACME", "DE123456789" },
	}
	product := phoneRepair()
	for name, change := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			proposal := phoneProposal()
			change(&proposal)
			for _, p := range []*Product{nil, &product} {
				if got := proposal.Check(p, today); got != nil {
					t.Errorf("found %v", got)
				}
			}
		})
	}
}

func TestCheckUnderAProduct(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name   string
		adjust func(*Product, *Proposal)
		want   []Problem
	}{
		{"warranty end missing", func(p *Product, _ *Proposal) { p.WarrantyExtension = true },
			[]Problem{{Field: FieldLegalWarrantyEnd, Detail: "is required"}}},
		{"warranty end given", func(p *Product, w *Proposal) { p.WarrantyExtension, w.LegalWarrantyEndOn = true, today }, nil},
		{"days not offered", func(_ *Product, w *Proposal) { w.Term = Days(14) },
			[]Problem{{Field: FieldTerm, Detail: "is counted in days or weeks, which this product does not offer"}}},
		{"days offered", func(p *Product, w *Proposal) {
			p.Tariffs[0].Terms = append(p.Tariffs[0].Terms, TermPrice{Term: Days(14)})
			w.Term = Days(7)
		}, nil},
		{"other days behind", func(p *Product, w *Proposal) { p.MaxBehind, w.InceptionOn = 0, today.AddDays(-1) },
			[]Problem{{Field: FieldInception, Detail: "is over 0 days ago"}}},
		{"years ahead", func(p *Product, w *Proposal) { p.MaxAhead, w.InceptionOn = 0, today.AddMonths(60) }, nil},
		{"a yen has no parts", func(_ *Product, w *Proposal) {
			w.Policyholder.Country, w.Object.Attributes[AttributeSalesPrice] = "JP", "555.5"
		}, []Problem{{Field: FieldSalesPrice, Detail: "has more than 0 decimal digits"}}},
		{"an amount that may be nothing", func(p *Product, w *Proposal) {
			p.Attributes = append(p.Attributes, Attribute{Name: "shipping", Kind: AttributeAmount})
			w.Object.Attributes["shipping"] = "0.00"
		}, nil},
		{"an amount of less than nothing", func(p *Product, w *Proposal) {
			p.Attributes = append(p.Attributes, Attribute{Name: "shipping", Kind: AttributeAmount})
			w.Object.Attributes["shipping"] = "-0.01"
		}, []Problem{{Field: "object.shipping", Detail: "must not be negative"}}},
		{"product without markets", func(p *Product, _ *Proposal) { p.Markets = nil }, nil},
		{"another attribute", func(p *Product, _ *Proposal) {
			p.Attributes = append(p.Attributes, Attribute{Name: "frame_number", Kind: AttributeText, Required: true})
		}, []Problem{{Field: "object.frame_number", Detail: "is required"}}},
		{"attribute not asked for", func(p *Product, w *Proposal) {
			p.Attributes = p.Attributes[1:]
			w.Object.Attributes[AttributeSerialNumber] = strings.Repeat("x", 1000)
		}, nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			product, wish := phoneRepair(), phoneProposal()
			c.adjust(&product, &wish)
			if got := wish.Check(&product, today); !slices.Equal(got, c.want) {
				t.Errorf("found %v", got)
			}
		})
	}
}

func TestCheckOfNothingFindsAllThatIsRequired(t *testing.T) {
	t.Parallel()
	want := []Field{
		FieldFirstName, FieldLastName, FieldCountry, FieldEmail, FieldReference, FieldInception, FieldTariff,
		FieldObjectType, FieldSerialNumber, FieldManufacturer, FieldModel, FieldSalesPrice, FieldUndamaged,
	}
	var got []Field
	for _, problem := range (Proposal{}).Check(nil, today) {
		got = append(got, problem.Field)
		if problem.Detail != "is required" || problem.Item != 0 {
			t.Errorf("%v", problem)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("found %v", got)
	}
}

// TestProblemsComeInTheOrderOfFields spoils any number of fields at once.
func TestProblemsComeInTheOrderOfFields(t *testing.T) {
	t.Parallel()
	spoil := []func(*Proposal){
		func(p *Proposal) { p.Policyholder.FirstName = "" },
		func(p *Proposal) { p.Policyholder.VATID = "\t" },
		func(p *Proposal) { p.Policyholder.TaxID = "\t" },
		func(p *Proposal) { p.Policyholder.Country = "" },
		func(p *Proposal) { p.Policyholder.Email = "" },
		func(p *Proposal) { p.Policyholder.BirthOn = "?" },
		func(p *Proposal) { p.Policyholder.Address = Address{Street: "\t", City: "\t"} },
		func(p *Proposal) { p.Reference = "" },
		func(p *Proposal) { p.InceptionOn = today.AddDays(999) },
		func(p *Proposal) { p.ExpiryOn = today.AddDays(-999) },
		func(p *Proposal) { p.Tariff = "" },
		func(p *Proposal) { p.Kind = "?" },
		func(p *Proposal) { p.Term = Days(1) },
		func(p *Proposal) { p.Deductible = ptr(-1) },
		func(p *Proposal) { p.Object.Type = "" },
		attribute(AttributeSalesPrice, "0"),
		attribute(AttributePurchasedOn, "?"),
		attribute(AttributeUndamaged, "?"),
	}
	product := phoneRepair()
	product.WarrantyExtension = true
	rapid.Check(t, func(t *rapid.T) {
		wish := phoneProposal()
		wish.Object.Attributes = maps.Clone(wish.Object.Attributes)
		chosen := rapid.SliceOfDistinct(rapid.IntRange(0, len(spoil)-1), rapid.ID[int]).Draw(t, "spoilt")
		for _, i := range chosen {
			spoil[i](&wish)
		}
		last, seen := -1, map[Field]bool{}
		for _, problem := range wish.Check(&product, today) {
			at := slices.Index(Fields(), problem.Field)
			if at < last {
				t.Fatalf("%s comes late", problem.Field)
			}
			last, seen[problem.Field] = at, true
		}
		if len(seen) != len(chosen)+1 { // the warranty's end is always missing
			t.Fatalf("%d fields were spoilt and %d found", len(chosen), len(seen)-1)
		}
	})
}

func TestCountriesAreComplete(t *testing.T) {
	t.Parallel()
	if len(countryCodes) != 249 {
		t.Errorf("there are 249 countries, not %d", len(countryCodes))
	}
	for code := range countryCodes {
		if len(code) != 2 || strings.ToUpper(code) != code {
			t.Errorf("%q is not a code", code)
		}
	}
}
