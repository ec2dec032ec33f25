package thinksurance

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect"
	"github.com/covernote/covernote/internal/insurance"
)

// deskless stands in the place of the core: it remembers what it was asked, and
// answers with the least there is, or with a refusal.
type deskless struct {
	method  string
	wish    any
	refusal error
}

func ask[Outcome any](d *deskless, method string, wish any, outcome Outcome) (Outcome, error) {
	d.method, d.wish = method, wish
	return outcome, d.refusal
}

func (d *deskless) OpenSession(_ context.Context, _ core.Partner, w core.SessionWish) (core.Session, error) {
	return ask(d, "OpenSession", w, core.Session{Token: "T", ExpiresAt: moment("2026-01-26 13:54:46"), Zone: berlin()})
}

func (d *deskless) Accounts(_ context.Context, _ core.Partner, w struct{}) ([]core.AccountToken, error) {
	return ask(d, "Accounts", w, []core.AccountToken{{Name: "Demo", Tag: "demo", Token: "A"}})
}

func (d *deskless) SetBroker(_ context.Context, _ core.Partner, w core.BrokerWish) (core.Broker, error) {
	return ask(d, "SetBroker", w, core.Broker{Token: "B"})
}

func (d *deskless) FindBroker(_ context.Context, _ core.Partner, w core.BrokerWish) (core.Broker, error) {
	return ask(d, "FindBroker", w, core.Broker{Token: "B"})
}

func (d *deskless) Forward(_ context.Context, _ core.Partner, w core.ForwardWish) (core.ForwardLink, error) {
	return ask(d, "Forward", w, core.ForwardLink{Token: "L"})
}

func (d *deskless) AddAgencyNumbers(_ context.Context, _ core.Partner, w core.AgencyWish) (core.Nothing, error) {
	return ask(d, "AddAgencyNumbers", w, core.Nothing{})
}

func (d *deskless) DropAgencyNumbers(_ context.Context, _ core.Partner, w core.AgencyWish) (core.Nothing, error) {
	return ask(d, "DropAgencyNumbers", w, core.Nothing{})
}

func (d *deskless) AgencyNumbers(_ context.Context, _ core.Partner, w core.Scope) ([]core.AgencySet, error) {
	return ask(d, "AgencyNumbers", w, []core.AgencySet{{Insurer: core.InsurerName{BaFinID: "5405"}}})
}

func (d *deskless) Lines(_ context.Context, _ core.Partner, profession int) ([]insurance.Line, error) {
	return ask(d, "Lines", profession, []insurance.Line(nil))
}

func (d *deskless) Professions(_ context.Context, _ core.Partner, w struct{}) ([]insurance.Profession, error) {
	return ask(d, "Professions", w, []insurance.Profession(nil))
}

func (d *deskless) Insurers(_ context.Context, _ core.Partner, w struct{}) ([]insurance.Insurer, error) {
	return ask(d, "Insurers", w, []insurance.Insurer(nil))
}

func (d *deskless) Inquiry(_ context.Context, _ core.Partner, w core.InquiryRef) (core.Inquiry, error) {
	return ask(d, "Inquiry", w, published())
}

func (d *deskless) Inquiries(_ context.Context, _ core.Partner, w core.InquiryFilter) ([]core.Inquiry, error) {
	return ask(d, "Inquiries", w, []core.Inquiry(nil))
}

func (d *deskless) InquiryDocument(_ context.Context, _ core.Partner, w core.DocumentName) (core.DocumentFile, error) {
	return ask(d, "InquiryDocument", w, core.DocumentFile{Name: "a.pdf", PDF: []byte("%PDF")})
}

func (d *deskless) ToldPolicy(_ context.Context, _ core.Partner, w core.Told) (core.Inquiry, error) {
	return ask(d, "ToldPolicy", w, published())
}

func (d *deskless) ToldCustomer(_ context.Context, _ core.Partner, w core.Told) (core.Inquiry, error) {
	return ask(d, "ToldCustomer", w, published())
}

// asking is a request on its way through all steps.
type asking struct {
	method, path, body string
	// header are names and values.
	header   []string
	switches map[string]string
}

// answer signs in whoever has the token T, or is h with the secret s.
func (a asking) answer(t *testing.T, c Core) *httptest.ResponseRecorder {
	t.Helper()
	server := &dialect.Server{
		SignIn: func(_ context.Context, family core.Family, claim core.Claim) (core.Partner, error) {
			if family != core.FamilyThinksurance || claim.Session != "T" && (claim.User != "h" || claim.Secret != "s") {
				return core.Partner{}, insurance.Refuse(insurance.CodeUnauthenticated, "the token is not valid")
			}
			return core.Partner{Part: "demo", Zone: berlin(), NetworkMode: core.NetworkOff, Switches: a.switches}, nil
		},
		Limits: dialect.NewLimits(0, 0), Log: slog.New(slog.DiscardHandler),
		Observe: func(core.Family, string, int, time.Duration) {},
	}
	mux := http.NewServeMux()
	server.Mount(mux, New(c, "https://site.example"))
	request := httptest.NewRequestWithContext(t.Context(), a.method, a.path, strings.NewReader(a.body))
	for i := 0; i+1 < len(a.header); i += 2 {
		request.Header.Set(a.header[i], a.header[i+1])
	}
	recorder := httptest.NewRecorder()
	mux.ServeHTTP(recorder, request)
	return recorder
}

// posted is a request as decoders get it, with headers in pairs.
func posted(body string, header ...string) *dialect.Request {
	r := httptest.NewRequestWithContext(context.Background(), http.MethodPost, "/", http.NoBody)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return &dialect.Request{Request: r, Body: []byte(body)}
}

// refusedAs is the text of a refusal, "" for none.
func refusedAs(t *testing.T, err error) string {
	t.Helper()
	if err == nil {
		return ""
	}
	refusal, ok := err.(*insurance.Error) //nolint:errorlint // decoders wrap nothing
	if !ok {
		t.Fatalf("%T is no refusal: %v", err, err)
	}
	text := refusals[refusal.Code].text(refusal)
	if refusal.Code == insurance.CodeInternal || text == "" {
		t.Fatalf("%v cannot be told", err)
	}
	return text
}
