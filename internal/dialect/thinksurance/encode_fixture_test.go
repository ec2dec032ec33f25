package thinksurance

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect"
	"github.com/covernote/covernote/internal/insurance"
)

// berlin is the zone of the account in every test here.
func berlin() *time.Location {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		panic(err)
	}
	return zone
}

func moment(text string) time.Time {
	t, err := insurance.ParseInstant(text)
	if err != nil {
		panic(err)
	}
	return t
}

func euros(minor int64) insurance.Money { return insurance.Money{Minor: minor, Currency: "EUR"} }

func theDialect() *Dialect { return &Dialect{site: "https://site.example"} }

func partnerWith(switches map[string]string) core.Partner {
	return core.Partner{Part: "demopool", Name: "Demo Pool", Zone: berlin(), Switches: switches}
}

// askedWith is a request of a partner with switches.
func askedWith(switches map[string]string) *dialect.Request {
	return &dialect.Request{
		Request: httptest.NewRequestWithContext(context.Background(), http.MethodGet, "/", nil),
		Partner: partnerWith(switches),
	}
}

// expect compares an answer with a status, a content type and a body.
func expect(t *testing.T, got dialect.Response, status int, contentType, body string) {
	t.Helper()
	if got.Status != status || got.Header.Get("Content-Type") != contentType {
		t.Errorf("answered %d %v", got.Status, got.Header)
	}
	if string(got.Body) != body {
		t.Errorf("got  %s\nwant %s", got.Body, body)
	}
}

// expectJSON is expect for a success in JSON.
func expectJSON(t *testing.T, got dialect.Response, body string) {
	t.Helper()
	expect(t, got, http.StatusOK, "application/json", body)
}

func crm(key, value string) core.Ref { return core.Ref{Origin: "crm", Key: key, Value: value} }

// published is the inquiry of the published example.
func published() core.Inquiry {
	return core.Inquiry{
		ID: 1878887, Version: 1, Status: core.InquiryOpen,
		Broker: core.Broker{Token: "41ba17f637177a0b34d2ac11d", Kind: core.BrokerOwnID, ExternalID: "1", Active: true},
		Customer: core.Customer{
			ID: 520108, ExternalID: "9975",
			Party:     insurance.Party{FirstName: "Testuser", LastName: "cu", Email: "cust@mer3.com"},
			AtAddress: true,
			Refs:      []core.Ref{crm("oV-Kunden-Nr", "12345"), crm("oV-Partner-Nr", "12345")},
		},
		Line: insurance.Line{ID: 95, Name: insurance.Text{"de": "Cyberversicherung", "en": "Cyber insurance"}},
		Profession: insurance.Profession{
			ID: 258, Name: insurance.Text{"de": "Cafe", "en": "Café"},
			Industry: insurance.Industry{ID: 113, Name: insurance.Text{"de": "Gastronomie", "en": "Catering"}},
		},
		CreatedAt: moment("2024-03-06T09:00:00Z"), UpdatedAt: moment("2024-03-06T10:00:00Z"),
		Refs: []core.Ref{
			crm("oV-Angebots-Nr", "4342344"), crm("oV-Antrags-Nr", "4342344"), crm("oV-Deckungskonzept-ID", "11052060"),
			crm("oV-Vertrag-ID", "4342343"), crm("oV-Vertrags-Nr", "4342345"), crm("oV-Vertragsart-ID", "1021640"),
		},
		HashSecret: "hash-secret",
	}
}

// proposed is the same inquiry with an offer that was proposed.
func proposed() core.Inquiry {
	i := published()
	i.Status, i.UpdatedAt = core.InquiryProposed, moment("2024-03-06T23:30:00Z")
	i.Answers = map[string]string{
		insurance.AttributeFullTime: "3", insurance.AttributePartTime: "2", insurance.AttributeRevenue: "250000.50",
		insurance.AttributeFoundedOn: "2019-05-01",
	}
	i.Chosen = &core.Offer{
		ID:       "1",
		Product:  insurance.Product{Insurer: insurance.Insurer{ID: 7, Name: "Hanse & Söhne AG"}},
		Decision: insurance.DecisionCalculate, SumInsured: euros(25000000), Deductible: euros(100000),
		Interval: insurance.Months(3), Yearly: euros(47640), StartsOn: insurance.MustDate("2024-04-01"),
		Term: insurance.Months(12),
		Premium: insurance.Premium{
			Gross: euros(11910), Taxes: []insurance.TaxLine{{Rate: insurance.MustRate("19%"), Amount: euros(1902)}},
		},
	}
	i.Documents = []core.InquiryDocument{
		{ID: "d1", Kind: core.DocumentProposal, IssuedAt: moment("2024-03-06T23:30:00Z"), Language: "de"},
	}
	i.DocumentsToken, i.DocumentsUntil = "t+1", moment("2024-06-06T22:00:00Z")
	return i
}

// ordered is the same inquiry after its cover was ordered.
func ordered() core.Inquiry {
	i := proposed()
	i.Status = core.InquiryOrdered
	i.AgencyNumber = &core.AgencyNumber{Number: "4711", ExternalInsurerID: "i7", ExternalUniqueID: "u1"}
	i.CollectionType = core.CollectedByInsurer
	i.Policy = &core.Policy{ID: "p1", Policy: insurance.Policy{CertificateNumber: "C-100-200"}}
	i.Documents = append(i.Documents,
		core.InquiryDocument{ID: "d2", Kind: core.DocumentCoverOrder, IssuedAt: moment("2024-03-07T08:00:00Z"), Language: "de"})
	return i
}
