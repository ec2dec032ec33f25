package thinksurance

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/insurance"
)

// publishedText is the published example, as it stands on its page.
const publishedText = `{
    "sHash": "bf02dfa7c7bc64c2cfb5",
    "data": {
        "bToken": "41ba17f637177a0b34d2ac11d",
        "bExternalId": "1",
        "iId": 1878887,
        "iCreated": "2024-03-06",
        "iUpdated": "2024-03-06",
        "productName": "Cyberversicherung",
        "productId": 95,
        "industryName": "Gastronomie",
        "industryId": 113,
        "professionName": "Cafe",
        "professionId": 258,
        "status": 25,
        "iExternalReferences": [
            {
                "origin": "crm",
                "paramKey": "oV-Angebots-Nr",
                "paramValue": "4342344"
            },
            {
                "origin": "crm",
                "paramKey": "oV-Antrags-Nr",
                "paramValue": "4342344"
            },
            {
                "origin": "crm",
                "paramKey": "oV-Deckungskonzept-ID",
                "paramValue": "11052060"
            },
            {
                "origin": "crm",
                "paramKey": "oV-Vertrag-ID",
                "paramValue": "4342343"
            },
            {
                "origin": "crm",
                "paramKey": "oV-Vertrags-Nr",
                "paramValue": "4342345"
            },
            {
                "origin": "crm",
                "paramKey": "oV-Vertragsart-ID",
                "paramValue": "1021640"
            }
        ],
        "employees": {
            "full": "",
            "part": ""
        },
        "revenue": "",
        "bFoundDate": ""
    },
    "customer": {
        "cId": 520108,
        "cExternalId": "9975",
        "cSalutation": "",
        "cTitle": "",
        "cFirstName": "Testuser",
        "cLastName": "cu",
        "cBirthday": "",
        "cEmail": "cust@mer3.com",
        "cCompany": "",
        "cCompanyForm": "",
        "cStreet": "",
        "cStreetNumber": "",
        "cZip": "",
        "cCity": "",
        "cPhone": "",
        "cWebsite": "",
        "cAccountType": 0,
        "cAddressIsCompany": 1,
        "cCompanyStreet": "",
        "cCompanyStreetNumber": "",
        "cCompanyZip": "",
        "cCompanyCity": "",
        "cExternalReferences": [
            {
                "origin": "crm",
                "paramKey": "oV-Kunden-Nr",
                "paramValue": "12345"
            },
            {
                "origin": "crm",
                "paramKey": "oV-Partner-Nr",
                "paramValue": "12345"
            }
        ]
    },
    "docs": []
}`

// publishedBody is the example on one line, with the hash of ours: how the
// published one was made is not known.
func publishedBody() string {
	var text bytes.Buffer
	if err := json.Compact(&text, []byte(publishedText)); err != nil {
		panic(err)
	}
	return strings.Replace(text.String(), "bf02dfa7c7bc64c2cfb5", "9e819e637d54add6b2c6", 1)
}

func TestPublishedInquiry(t *testing.T) {
	t.Parallel()
	expectJSON(t, theDialect().encodeInquiry(askedWith(nil), published()), publishedBody())
}

// saidOf is what an answer says of an inquiry under a key.
func saidOf(t *testing.T, i core.Inquiry, switches map[string]string, key string) string {
	t.Helper()
	var body map[string]json.RawMessage
	if err := json.Unmarshal(theDialect().encodeInquiry(askedWith(switches), i).Body, &body); err != nil {
		t.Fatal(err)
	}
	return string(body[key])
}

const (
	factsBefore = `{"bToken":"41ba17f637177a0b34d2ac11d","bExternalId":"1","iId":1878887,"iCreated":"2024-03-06",` +
		`"iUpdated":"2024-03-07","productName":"Cyberversicherung","productId":95,"industryName":"Gastronomie",` +
		`"industryId":113,"professionName":"Cafe","professionId":258,"status":`
	factsAfter = `,"iExternalReferences":[],"employees":{"full":"3","part":"2"},"revenue":"250000.50","bFoundDate":"01.05.2019"`
	factsTerms = `,"taxPercent":19,"contractStartDate":"01.04.2024","contractPayDate":"01.04.2024",` +
		`"insuranceCompanyName":"Hanse & Söhne AG","insuranceCompanyId":7,"coverage":250000,"deductible":1000,` +
		`"premiumYearly":47640,"contractDuration":1,"paymentInterval":3`
	factsAgency = `,"agencyNumber":{"agencyNumber":"4711","externalInsurerId":"i7","externalUniqueId":"u1"}`
)

func TestInquiryByStatus(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		status core.InquiryStatus
		want   string
	}{
		{core.InquiryOpen, "25" + factsAfter},
		{core.InquiryCalculated, "4" + factsAfter},
		{core.InquiryTendering, "3" + factsAfter},
		{core.InquiryLead, "2" + factsAfter},
		{core.InquiryProposed, "15" + factsAfter + factsTerms},
		{core.InquiryOrdered, "6" + factsAfter + factsTerms + factsAgency},
	} {
		// Whatever is known, a status tells of it what is due.
		i := ordered()
		i.Status, i.Refs = c.status, nil
		if got := saidOf(t, i, nil, "data"); got != factsBefore+c.want+"}" {
			t.Errorf("%s\ngot  %s\nwant %s", c.status, got, factsBefore+c.want+"}")
		}
	}
}

func TestEveryStatusHasANumber(t *testing.T) {
	t.Parallel()
	if known := slices.Collect(maps.Keys(statuses)); len(known) != len(core.InquiryStatuses()) {
		t.Errorf("numbers of %v", known)
	}
	seen := map[int]bool{}
	for _, status := range core.InquiryStatuses() {
		number := statuses[status]
		if number == 0 || seen[number] {
			t.Errorf("%s is %d", status, number)
		}
		seen[number] = true
	}
}

func TestInquiryWithoutAnOffer(t *testing.T) {
	t.Parallel()
	i := ordered()
	i.Refs, i.Chosen, i.AgencyNumber = nil, nil, nil
	if got, want := saidOf(t, i, nil, "data"), factsBefore+"6"+factsAfter+"}"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// What a figure of the API cannot say is said exactly, or not at all.
func TestOddTerms(t *testing.T) {
	t.Parallel()
	line := func(rate string) insurance.TaxLine { return insurance.TaxLine{Rate: insurance.MustRate(rate)} }
	for _, c := range []struct {
		name   string
		change func(*core.Offer)
		was    string
		want   string
	}{
		{"no tax", func(o *core.Offer) { o.Premium.Taxes = nil }, `"taxPercent":19,`, `"taxPercent":0,`},
		{
			"a tax of decimals", func(o *core.Offer) { o.Premium.Taxes = []insurance.TaxLine{line("13.2%")} },
			`"taxPercent":19,`, `"taxPercent":13.2,`,
		},
		{
			"two taxes", func(o *core.Offer) { o.Premium.Taxes = []insurance.TaxLine{line("19%"), line("5.75%")} },
			`"taxPercent":19,`, `"taxPercent":24.75,`,
		},
		{"cents", func(o *core.Offer) { o.SumInsured = euros(25000050) }, `"coverage":250000,`, `"coverage":250000.5,`},
		{"no sum insured", func(o *core.Offer) { o.SumInsured = insurance.Money{} }, `"coverage":250000,`, ``},
		{"no deductible", func(o *core.Offer) { o.Deductible = insurance.Money{} }, `"deductible":1000,`, `"deductible":0,`},
		{"three years", func(o *core.Offer) { o.Term = insurance.Months(36) }, `"contractDuration":1,`, `"contractDuration":3,`},
		{"a year and a half", func(o *core.Offer) { o.Term = insurance.Months(18) }, `"contractDuration":1,`, ``},
		{"days", func(o *core.Offer) { o.Term = insurance.Days(14) }, `"contractDuration":1,`, ``},
		{"insurer without a number", func(o *core.Offer) { o.Product.Insurer.ID = 0 }, `"insuranceCompanyId":7,`, ``},
		{"no first day", func(o *core.Offer) { o.StartsOn = insurance.Date{} }, `"01.04.2024","contractPayDate":"01.04.2024"`, `"","contractPayDate":""`},
	} {
		i := proposed()
		i.Refs = nil
		c.change(i.Chosen)
		want := factsBefore + "15" + factsAfter + strings.Replace(factsTerms, c.was, c.want, 1) + "}"
		if got := saidOf(t, i, nil, "data"); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", c.name, got, want)
		}
	}
}

// The catalogue may not know any more what an inquiry is about, and an answer
// may be anything before it was checked.
func TestInquiryOfTheForgotten(t *testing.T) {
	t.Parallel()
	i := published()
	i.Line, i.Profession = insurance.Line{ID: 95}, insurance.Profession{ID: 258}
	i.Answers = map[string]string{insurance.AttributeFoundedOn: "long ago"}
	want := `{"bToken":"41ba17f637177a0b34d2ac11d","bExternalId":"1","iId":1878887,"iCreated":"2024-03-06",` +
		`"iUpdated":"2024-03-06","productName":"","productId":95,"industryName":"","professionName":"","professionId":258,` +
		`"status":25,"iExternalReferences":[],"employees":{"full":"","part":""},"revenue":"","bFoundDate":""}`
	i.Refs = nil
	if got := saidOf(t, i, nil, "data"); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// fullCustomer has something to say under every key.
func fullCustomer() core.Customer {
	return core.Customer{
		ID: 12, ExternalID: "c-1", CompanyForm: core.FormGmbH, Private: true,
		Party: insurance.Party{
			Salutation: insurance.SalutationMs, Title: "Dr.", FirstName: "Erika", LastName: "Köhler", BirthOn: "1980-02-29",
			Email: "e@example.com", Company: "Köhler & Co", Phone: "+49 30 1", Website: "https://example.com/?a=1&b=<2>",
			Address: insurance.Address{Street: "Hauptstr.", HouseNumber: "1a", PostalCode: "01067", City: "Dresden"},
		},
		BusinessAddress: insurance.Address{Street: "Nebenstr.", HouseNumber: "2", PostalCode: "10115", City: "Berlin"},
		Refs:            []core.Ref{{Origin: "insurer", Key: "k", Value: "v"}},
	}
}

const fullCustomerBody = `{"cId":12,"cExternalId":"c-1","cSalutation":"2","cTitle":"Dr.","cFirstName":"Erika",` +
	`"cLastName":"Köhler","cBirthday":"1980-02-29","cEmail":"e@example.com","cCompany":"Köhler & Co","cCompanyForm":"4",` +
	`"cStreet":"Hauptstr.","cStreetNumber":"1a","cZip":"01067","cCity":"Dresden","cPhone":"+49 30 1",` +
	`"cWebsite":"https://example.com/?a=1&b=<2>","cAccountType":1,"cAddressIsCompany":0,"cCompanyStreet":"Nebenstr.",` +
	`"cCompanyStreetNumber":"2","cCompanyZip":"10115","cCompanyCity":"Berlin",` +
	`"cExternalReferences":[{"origin":"insurer","paramKey":"k","paramValue":"v"}]}`

func TestCustomer(t *testing.T) {
	t.Parallel()
	i := published()
	i.Customer = fullCustomer()
	if got := saidOf(t, i, nil, "customer"); got != fullCustomerBody {
		t.Errorf("got  %s\nwant %s", got, fullCustomerBody)
	}
	expectJSON(t, theDialect().encodeCustomer(askedWith(nil), i), fullCustomerBody)
	for salutation, want := range map[insurance.Salutation]string{
		"": "", insurance.SalutationMr: "1", insurance.SalutationMs: "2", insurance.SalutationOther: "3",
	} {
		i.Customer.Salutation = salutation
		if got := saidOf(t, i, nil, "customer"); !strings.Contains(got, `"cSalutation":"`+want+`"`) {
			t.Errorf("%q is said as %s", salutation, got)
		}
	}
}

func TestInquiries(t *testing.T) {
	t.Parallel()
	d, r := theDialect(), askedWith(nil)
	expectJSON(t, d.encodeInquiries(r, nil), `{}`)
	expectJSON(t, d.encodeInquiries(r, []core.Inquiry{published()}), `{"1878887":`+publishedBody()+`}`)
}

func TestShortInquiries(t *testing.T) {
	t.Parallel()
	d, r := theDialect(), askedWith(nil)
	expectJSON(t, d.encodeShortInquiries(r, nil), `{}`)

	ten, nine := ordered(), published()
	ten.ID, nine.ID = 10, 9
	ten.Customer = fullCustomer()
	want := `{"9":{"data":{"iId":9,"productId":95,"status":25,"lastUpdate":"2024-03-06 11:00:00"},"customer":` +
		`{"cId":520108,"cExternalId":"9975","cFirstName":"Testuser","cLastName":"cu","cCompany":""}},` +
		`"10":{"data":{"iId":10,"productId":95,"status":6,"lastUpdate":"2024-03-07 00:30:00"},"customer":` +
		`{"cId":12,"cExternalId":"c-1","cFirstName":"Erika","cLastName":"Köhler","cCompany":"Köhler & Co"}}}`
	expectJSON(t, d.encodeShortInquiries(r, []core.Inquiry{ten, nine}), want)
}
