package console

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/insurance"
)

const (
	packageID = "P97RG-NPLHL-INS"
	token     = "aKMWa-3xknm-8y79O-qmhsp"
	deed      = "/en/coi/" + packageID + "?security_token=" + token
	leaflet   = "/en/pds/" + packageID
)

// fakeCertificates knows one package under one token; every other question is
// answered with unknown. It notes the language of the last PDF.
type fakeCertificates struct {
	view     core.CertificateView
	products []core.ProductView
	failure  error
	asked    insurance.Language
}

func (f *fakeCertificates) Certificate(_ context.Context, id, given string) (core.CertificateView, error) {
	switch {
	case f.failure != nil:
		return core.CertificateView{}, f.failure
	case id != packageID || given != token || !f.view.Package.Booked:
		return core.CertificateView{}, insurance.Refuse(insurance.CodePackageUnknown, "%s", id)
	}
	return f.view, nil
}

func (f *fakeCertificates) CertificatePDF(_ context.Context, _, _ string, language insurance.Language) ([]byte, error) {
	f.asked = language
	return []byte("%PDF-1.3\n"), nil
}

func (f *fakeCertificates) Products(_ context.Context, id string) ([]core.ProductView, error) {
	switch {
	case f.failure != nil:
		return nil, f.failure
	case id != packageID:
		return nil, insurance.Refuse(insurance.CodePackageUnknown, "%s", id)
	}
	return f.products, nil
}

// ask asks the pages; headers are pairs of name and value.
func (f *fakeCertificates) ask(t *testing.T, target string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	request := httptest.NewRequest(http.MethodGet, target, http.NoBody)
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	answer := httptest.NewRecorder()
	CertificatePages(f, slog.New(slog.NewTextHandler(io.Discard, nil))).ServeHTTP(answer, request)
	return answer
}

func both(de, en string) insurance.Text { return insurance.Text{"de": de, "en": en} }

var concluded = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func london(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// parcelCover is a product of goods for a year.
func parcelCover(t testing.TB) insurance.Product {
	t.Helper()
	tariff := insurance.Tariff{
		Code: "parcel_insurance", DefaultTerm: insurance.Months(3), Deductibles: []int{10}, DefaultDeductible: 10,
		Terms: []insurance.TermPrice{{Term: insurance.Months(3), Net: insurance.MustRate("7.50")}},
	}
	return insurance.Product{
		Code: "PARC01", Version: 2, Name: both("Paketschutz", "Parcel Protection"), TermsVersion: "2026-01",
		Insurer: insurance.Insurer{
			Name: "Nordlicht Versicherung", LegalForm: "AG", Street: "Hafenstraße 12", PostalCode: "20457", City: "Hamburg", Country: "DE",
			Register: "Amtsgericht Hamburg", RegisterNumber: "HRB 123456", SupervisoryAuthority: "BaFin, Graurheindorfer Straße 108, 53117 Bonn",
			AuthorisationNumber: "5999", Email: "service@nordlicht.example", Phone: "+49 40 1234567", ClaimsURL: "https://nordlicht.example/claims",
		},
		Kinds: []insurance.Kind{insurance.KindRenewable}, Renewal: insurance.RenewalRule{NoticeDays: 14, GraceDays: 10},
		Markets: []insurance.Market{{Country: "GB", Currency: "GBP", Zone: london(t), Taxes: []insurance.Tax{{
			Name: both("Versicherungsteuer", "Insurance premium tax"), Rate: insurance.MustRate("12%"),
		}}}},
		Languages: []insurance.Language{"de", "en"}, MaxAhead: 800,
		ObjectTypes: []insurance.ObjectType{{Code: "parcel", Name: both("Paket", "Parcel")}},
		Coverages: []insurance.Coverage{
			{Name: both("Verlust und Beschädigung auf dem Transport", "Loss and damage on the way")},
			{Name: both("Verspätung", "Delay"), Limit: both("bis 50 £", "up to £50")},
		},
		Tariffs: []insurance.Tariff{tariff}, Withdrawal: insurance.Withdrawal{Days: 14, Refund: insurance.RefundFull},
		Instalments: []insurance.InstalmentPlan{{Name: "1year-monthly", Label: "1Year-Monthly", Parts: 12, Every: insurance.Months(1)}},
		Information: map[insurance.Language]insurance.Information{
			"de": information("Transportversicherung", "Melden Sie den Schaden binnen einer Woche.", "Zahlung bei Abschluss."),
			"en": information("Transport insurance", "Report the loss within a week.", "You pay when you book."),
		},
	}
}

func information(line, claim, payment string) insurance.Information {
	return insurance.Information{
		Line: line, Type: line + ".", Insured: []insurance.InformationItem{{Text: "A+"}, {Text: "B optional", Optional: true}},
		SumInsured: "£1,000", NotInsured: []string{"C−"}, Restrictions: []string{"D!"}, Territory: []string{"UK"},
		ObligationsStart: []string{"E"}, ObligationsDuring: []string{"F"}, ObligationsClaim: []string{claim},
		Payment: payment, Duration: "3 months.", Termination: "In text form, at any time.",
	}
}

// ticketCover is a product whose cover ends with an event.
func ticketCover(t testing.TB) insurance.Product {
	t.Helper()
	p := parcelCover(t)
	p.Code, p.Version, p.Name = "ETIX01", 1, both("Ticketschutz", "Event Ticket Protection")
	p.Kinds, p.Renewal, p.EndsWith = []insurance.Kind{insurance.KindFixed}, insurance.RenewalRule{}, "event_datetime"
	p.ObjectTypes = []insurance.ObjectType{{Code: "ticket", Name: both("Eintrittskarte", "Ticket")}}
	p.Attributes = []insurance.Attribute{
		{Name: "event_name", Kind: insurance.AttributeText, Label: both("Veranstaltung", "Event")},
		{Name: "event_datetime", Kind: insurance.AttributeInstant, Label: both("Zeitpunkt", "Date and time")},
	}
	p.Tariffs[0].Code, p.Tariffs[0].DefaultTerm = "event_ticket_protection", insurance.Period{}
	p.Tariffs[0].Terms = []insurance.TermPrice{{Net: insurance.MustRate("5")}}
	p.Tariffs[0].Deductibles, p.Tariffs[0].DefaultDeductible = []int{0}, 0
	return p
}

// quoteOf quotes a product and binds the policy.
func quoteOf(t testing.TB, p insurance.Product) core.PackageQuote {
	t.Helper()
	wish := insurance.Proposal{
		Tariff: p.Tariffs[0].Code, Country: "GB", Currency: "GBP", StartsAt: time.Date(2027, 2, 1, 8, 30, 0, 0, time.UTC),
		Object: insurance.Object{Attributes: map[string]string{
			insurance.AttributeSalesPrice: "250", insurance.AttributeModel: "Teapot", "event_name": "Rock am Ring", "event_datetime": "2027-07-30T19:30:00Z",
		}},
	}
	quote, refused := p.Quote(p.Tariffs[0], wish, concluded)
	if refused != nil {
		t.Fatal(refused)
	}
	policy, _ := insurance.Bind(quote, wish, p, "CN-"+p.Code, concluded)
	return core.PackageQuote{
		ID: "8c1d9b52-7a34-4a6d-9d2f-0c3c8f7f1a01", State: core.PackageConfirmed, Product: p, Tariff: p.Tariffs[0],
		StartsAt: policy.Begins(), EndsAt: policy.TermEnds(), Premium: policy.Premium, SumInsured: policy.SumInsured, Policy: &policy,
	}
}

// bookedPackage is a confirmed package of these quotes.
func bookedPackage(quotes ...core.PackageQuote) *fakeCertificates {
	fake := &fakeCertificates{view: core.CertificateView{PartnerName: "Tickets & More", Package: core.Package{
		ID: packageID, State: core.PackageConfirmed, Booked: true, Currency: "GBP", Country: "GB", Token: token, Quotes: quotes,
		Holder: insurance.Party{FirstName: "Ada", MiddleName: "K.", LastName: "Example", Email: "ada@example.org", Phone: "+44123"},
	}}}
	for _, quote := range quotes {
		fake.products = append(fake.products, core.ProductView{
			Product: quote.Product, Tariff: quote.Tariff.Code, Country: "GB", QuotedAt: concluded,
		})
	}
	return fake
}

func twoPolicies(t testing.TB) *fakeCertificates {
	t.Helper()
	return bookedPackage(quoteOf(t, ticketCover(t)), quoteOf(t, parcelCover(t)))
}
