package thinksurance

import (
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/insurance"
)

var (
	byBearer  = []string{"Authorization", "Bearer T"}
	ofBearerA = []string{"Authorization", "Bearer T", "X-Account-Token", "A"}
	ofBearerB = []string{"Authorization", "Bearer T", "X-Broker-Token", "B"}
)

const (
	aBroker   = `{"aToken":"A","type":1,"bExternalId":"T5","bEmail":"mustermann@example.com","bLastName":"Mustermann"}`
	aJump     = `{"bToken":"B","type":1,"bExternalId":"T5"}`
	aNumber   = `{"aToken":"A","bToken":"B","agencyNumberSets":[{"baFinId":"5405","agencyNumbers":[{"agencyNumber":"1"}]}]}`
	oldNumber = `{"bToken":"B","agencyNumberSets":[{"baFinId":"5405","e2e":[{"brokerAgencyNumber":"1"}]}]}`
)

// everyRoute is the API as it was published: what is asked, by whom, and which
// method of the core it leads to.
var everyRoute = []struct {
	asking
	core, answer string
}{
	{asking{"POST", "/api/token", `{"hash":"h","secret":"s"}`, nil, nil}, "OpenSession", `{"token":"T","expired":"2026-01-26 14:54:46"}`},
	{asking{"POST", "/action/token", `{"hash":"h","secret":"s"}`, nil, nil}, "OpenSession", `{"token":"T","expired":"2026-01-26 14:54:46"}`},
	{asking{"POST", "/api/ipn/tokens", `{"hash":"h","secret":"s"}`, nil, nil}, "OpenSession", `{"token":"T","expired":"2026-01-26 14:54:46"}`},
	{asking{"POST", "/api/auth/v2/token", `{"accessKey":"s","secretKey":"h"}`, nil, nil}, "OpenSession", `{"access_token":"T","expires_in":14400}`},
	{asking{"POST", "/api/auth/v2/tokens", `{"accessKey":"s","secretKey":"h"}`, nil, nil}, "OpenSession", `{"access_token":"T","expires_in":14400}`},

	{asking{"POST", "/api/account/get/tokens/T", "", nil, nil}, "Accounts", `{"name":"Demo","nameTag":"demo","aToken":"A"}`},
	{asking{"GET", "/api/ipn/account/tokens", "", byBearer, nil}, "Accounts", `{"name":"Demo","nameTag":"demo","aToken":"A"}`},

	{asking{"POST", "/api/broker/set/T", aBroker, nil, nil}, "SetBroker", `{"status":"` + brokerCreated + `","bToken":"B"}`},
	{asking{"POST", "/api/ipn/brokers", aBroker, ofBearerA, nil}, "SetBroker", `{"status":"` + brokerCreated + `","bToken":"B"}`},
	{
		asking{"POST", "/api/broker/get/T", aBroker, nil, nil}, "FindBroker",
		`{"status":"Broker Api: existing broker for the provided request.","bToken":"B","bLastName":"","bEmail":"","bCompany":"","bCode":""}`,
	},
	{asking{"POST", "/api/ipn/brokers/tokens", aBroker, ofBearerA, nil}, "FindBroker", `{"status":"Broker Api: existing broker for the provided request.","bToken":"B"}`},
	{asking{"POST", "/api/ipn/brokers/token", aBroker, ofBearerA, nil}, "FindBroker", `{"status":"Broker Api: existing broker for the provided request.","bToken":"B"}`},
	{asking{"POST", "/api/broker/fwd/T", aJump, nil, nil}, "Forward", `{"url":"https://site.example/desk/enter/L"}`},
	{asking{"POST", "/api/ipn/brokers/forward", aJump, ofBearerB, nil}, "Forward", `{"url":"https://site.example/desk/enter/L"}`},

	{asking{"POST", "/api/ipn/agency-numbers", aNumber, ofBearerB, nil}, "AddAgencyNumbers", `{"status":"` + agencyAdded + `"}`},
	{asking{"GET", "/api/ipn/agency-numbers", "", ofBearerA, nil}, "AgencyNumbers", `{"agencyNumberSets":[{"baFinId":"5405","agencyNumbers":[]}]}`},
	{asking{"DELETE", "/api/ipn/agency-numbers", aNumber, ofBearerA, nil}, "DropAgencyNumbers", `{"status":"` + agencyDropped + `"}`},
	{asking{"POST", "/api/account/set/anums/T", aNumber, nil, nil}, "AddAgencyNumbers", `{"status":"` + agencyAdded + `"}`},
	{asking{"POST", "/api/account/get/anums/T", aNumber, nil, nil}, "AgencyNumbers", `{"agencyNumberSets":[{"baFinRegNr":"5405","agencyNumbers":[]}]}`},
	{asking{"POST", "/api/account/delete/anums/T", aNumber, nil, nil}, "DropAgencyNumbers", `{"status":"` + agencyDropped + `"}`},
	{asking{"POST", "/api/broker/set/anums/T", oldNumber, nil, nil}, "AddAgencyNumbers", `{"status":"` + agencyAdded + `"}`},

	{asking{"POST", "/api/products", `{"token":"T","professionId":123}`, nil, nil}, "Lines", `[]`},
	{asking{"GET", "/api/ipn/products?professionId=123", "", byBearer, nil}, "Lines", `[]`},
	{asking{"POST", "/api/professions", `{"token":"T"}`, nil, nil}, "Professions", `[]`},
	{asking{"GET", "/api/ipn/professions", "", byBearer, nil}, "Professions", `[]`},
	{asking{"POST", "/api/insurers", `{"token":"T"}`, nil, nil}, "Insurers", `[]`},
	{asking{"GET", "/api/ipn/insurers", "", byBearer, nil}, "Insurers", `[]`},

	{asking{"POST", "/api/ipn/inquiry/1878887", `{"token":"T","btoken":"B"}`, nil, nil}, "Inquiry", publishedBody()},
	{asking{"POST", "/api/ipn/inq/1878887", `{"token":"T","aToken":"A"}`, nil, nil}, "Inquiry", publishedBody()},
	{asking{"GET", "/api/ipn/inquiry/1878887", "", ofBearerB, nil}, "Inquiry", publishedBody()},
	{asking{"GET", "/api/ipn/inq/1878887", "", ofBearerA, nil}, "Inquiry", publishedBody()},
	{asking{"GET", "/api/ipn/inquiries/1878887", "", ofBearerB, nil}, "Inquiry", publishedBody()},
	{asking{"POST", "/api/ipn/inquiries/1878887", `{"bToken":"B"}`, byBearer, nil}, "Inquiry", publishedBody()},
	{asking{"POST", "/api/ipn/get/T", `{"bToken":"B"}`, nil, nil}, "Inquiries", `{}`},
	{asking{"POST", "/api/account-ipn/get/T", `{"aToken":"A"}`, nil, nil}, "Inquiries", `{}`},
	{asking{"GET", "/api/ipn/inquiries?lastDays=1", "", ofBearerA, nil}, "Inquiries", `{}`},
	{asking{"POST", "/api/inq/get/T", `{"bToken":"B"}`, nil, nil}, "Inquiries", `{}`},
	{asking{"POST", "/api/account-inq/get/T", `{"aToken":"A","status":6}`, nil, nil}, "Inquiries", `{}`},

	{asking{"POST", "/api/doc/get/T", `{"bToken":"B","hash":"D"}`, nil, nil}, "InquiryDocument", `JVBERg==`},
	{asking{"GET", "/api/ipn/documents/D", "", ofBearerB, nil}, "InquiryDocument", `JVBERg==`},
	{asking{"GET", "/api/public/v2/notifications/N/documents/D", "", byBearer, nil}, "InquiryDocument", `%PDF`},
	{asking{"POST", "/api/public/v2/notifications/N/documents/D/error", `{"error":"torn"}`, byBearer, nil}, "InquiryDocument", ``},
	{asking{"GET", "/api/public/v2/notifications/N/contracts/C", "", byBearer, nil}, "ToldPolicy", ``},
	{asking{"GET", "/api/public/v2/notifications/N/customers/520108", "", byBearer, nil}, "ToldCustomer", ``},
}

func TestEveryRoute(t *testing.T) {
	t.Parallel()
	for _, c := range everyRoute {
		for _, path := range []string{c.path, withSlash(c.path)} {
			t.Run(c.method+path, func(t *testing.T) {
				t.Parallel()
				asked, once := &deskless{}, c.asking
				once.path = path
				got := once.answer(t, asked)
				status := http.StatusOK
				if strings.HasSuffix(c.path, "/error") {
					status = http.StatusNoContent
				}
				if got.Code != status || asked.method != c.core {
					t.Fatalf("answered %d %s, asked %s", got.Code, got.Body, asked.method)
				}
				if c.answer != "" && got.Body.String() != c.answer {
					t.Errorf("got  %s\nwant %s", got.Body, c.answer)
				}
			})
		}
	}
}

func withSlash(path string) string {
	path, query, asked := strings.Cut(path, "?")
	if asked {
		return path + "/?" + query
	}
	return path + "/"
}

// TestEveryRouteIsTested keeps the table above whole.
func TestEveryRouteIsTested(t *testing.T) {
	t.Parallel()
	routes := New(&deskless{}, "").Routes()
	reached := make(map[string]bool)
	for _, c := range everyRoute {
		mux := http.NewServeMux()
		for _, route := range routes {
			mux.HandleFunc(route.Method+" "+route.Path, func(http.ResponseWriter, *http.Request) {})
		}
		_, pattern := mux.Handler(httptest.NewRequestWithContext(t.Context(), c.method, c.path, nil))
		reached[pattern] = true
	}
	for _, route := range routes {
		if !reached[route.Method+" "+route.Path] {
			t.Errorf("%s %s is not tested", route.Method, route.Path)
		}
		if !slices.ContainsFunc(New(nil, "").Roots(), func(root string) bool { return strings.HasPrefix(route.Path, root) }) {
			t.Errorf("%s is under no root", route.Path)
		}
	}
}

func TestNobodyElseIsLetIn(t *testing.T) {
	t.Parallel()
	const refused = `{"error":"API User is not existing or deactivated."}`
	for _, c := range everyRoute {
		for name, a := range map[string]asking{
			"wrong": {
				method: c.method, path: strings.Replace(c.path, "/T", "/X", 1),
				body: strings.NewReplacer(`"token":"T"`, `"token":"X"`, `"secret":"s"`, `"secret":"x"`, `"s"`, `"x"`).Replace(c.body), header: []string{"Authorization", "Bearer X"},
			},
			"missing": {
				method: c.method, path: strings.Replace(c.path, "/T", "/%00", 1),
				body: strings.NewReplacer(`"token":"T"`, `"token":""`, `"h"`, `""`).Replace(c.body),
			},
		} {
			asked, status := &deskless{}, http.StatusOK
			if strings.Contains(c.path, "/v2/") {
				status = http.StatusUnauthorized
			}
			got := a.answer(t, asked)
			if got.Code != status || got.Body.String() != refused || asked.method != "" {
				t.Errorf("%s: %s %s: %d %s, asked %q", name, a.method, a.path, got.Code, got.Body, asked.method)
			}
		}
	}
}

// TestAbsence: who is not found has a status of its own in two places.
func TestAbsence(t *testing.T) {
	t.Parallel()
	since := map[string]string{switchErrorStatus: "2025"}
	document := "/api/public/v2/notifications/N/documents/"
	for _, c := range []struct {
		name string
		asking
		code   insurance.Code
		status int
		body   string
	}{
		{"look-up", asking{"POST", "/api/ipn/brokers/tokens", aBroker, ofBearerA, nil}, insurance.CodeBrokerUnknown, 200, `{"error":"Broker Api: broker does not exist."}`},
		{"look-up in 2025", asking{"POST", "/api/ipn/brokers/tokens", aBroker, ofBearerA, since}, insurance.CodeBrokerUnknown, 404, `{"error":"Broker Api: broker does not exist."}`},
		{"look-up of V1 in 2025", asking{"POST", "/api/broker/get/T", aBroker, nil, since}, insurance.CodeBrokerUnknown, 404, `{"error":"Broker Api: broker does not exist."}`},
		{"look-up in no account", asking{"POST", "/api/ipn/brokers/tokens", aBroker, ofBearerA, since}, insurance.CodeAccountUnknown, 400, `{"error":"Broker Api: account does not exist."}`},
		{"jump of nobody", asking{"POST", "/api/ipn/brokers/forward", aJump, ofBearerB, since}, insurance.CodeBrokerUnknown, 400, `{"error":"Broker Api: broker does not exist."}`},
		{"document of V1.1", asking{"GET", "/api/ipn/documents/D", "", ofBearerB, nil}, insurance.CodeDocumentUnknown, 200, `{"error":"The document does not exist."}`},
		{"document of V1.1 in 2025", asking{"GET", "/api/ipn/documents/D", "", ofBearerB, since}, insurance.CodeDocumentUnknown, 400, `{"error":"The document does not exist."}`},
		{"document of V1", asking{"POST", "/api/doc/get/T", `{"bToken":"B","hash":"D"}`, nil, nil}, insurance.CodeDocumentUnknown, 200, `{"error":"The document does not exist."}`},
		{"document of V2", asking{"GET", document + "D", "", byBearer, nil}, insurance.CodeDocumentUnknown, 404, `{"error":"The document does not exist."}`},
		{"no name of a document", asking{"GET", document + "%ff", "", byBearer, nil}, "", 404, `{"error":"The document does not exist."}`},
		{"report", asking{"POST", document + "D/error", `{"error":"x"}`, byBearer, since}, insurance.CodeDocumentUnknown, 404, `{"error":"The document does not exist."}`},
		{"report of nothing", asking{"POST", document + "D/error", `{}`, byBearer, since}, "", 400, `{"error":"error is required."}`},
		{"contract", asking{"GET", "/api/public/v2/notifications/N/contracts/C", "", byBearer, nil}, insurance.CodePolicyUnknown, 404, `{"error":"The contract does not exist."}`},
		{"customer", asking{"GET", "/api/public/v2/notifications/N/customers/1", "", byBearer, nil}, insurance.CodeCustomerUnknown, 404, `{"error":"The customer does not exist."}`},
		{"contract of no inquiry", asking{"GET", "/api/public/v2/notifications/N/contracts/C", "", byBearer, nil}, insurance.CodeInquiryUnknown, 404, `{"error":"The contract does not exist."}`},
		{"customer of no inquiry", asking{"GET", "/api/public/v2/notifications/N/customers/1", "", byBearer, nil}, insurance.CodeInquiryUnknown, 404, `{"error":"The customer does not exist."}`},
		{"busy", asking{"GET", "/api/public/v2/notifications/N/customers/1", "", byBearer, nil}, insurance.CodeBusy, 503, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			house := &deskless{}
			if c.code != "" {
				house.refusal = insurance.Refuse(c.code, "")
			}
			got := c.answer(t, house)
			if got.Code != c.status || c.body != "" && got.Body.String() != c.body || got.Header().Get("Content-Type") != "application/json" {
				t.Errorf("answered %d %s %s", got.Code, got.Header(), got.Body)
			}
		})
	}
}

func TestWhatIsAskedFor(t *testing.T) {
	t.Parallel()
	oneSet := []core.AgencySet{{
		Insurer: core.InsurerName{BaFinID: "5405"}, Numbers: []core.AgencyNumber{{Number: "1", Active: true}},
	}}
	for _, c := range []struct {
		asking
		wish any
	}{
		{asking{"POST", "/api/products", `{"token":"T","professionId":"123"}`, nil, nil}, 123},
		{asking{"GET", "/api/ipn/products?professionid=123", "", byBearer, nil}, 123},
		{asking{"GET", "/api/ipn/products", "", byBearer, nil}, 0},
		{asking{"POST", "/api/token", `{"hash":"h","secret":"s"}`, nil, nil}, core.SessionWish{Lifetime: lifetimeV1}},
		{asking{"POST", "/api/auth/v2/token", `{"accessKey":"s","secretKey":"h"}`, nil, nil}, core.SessionWish{Lifetime: lifetimeV2}},
		{asking{"POST", "/api/account/set/anums/T", aNumber, nil, nil}, core.AgencyWish{Scope: core.Scope{Account: "A"}, Sets: oneSet}},
		{asking{"POST", "/api/account/get/anums/T", aNumber, nil, nil}, core.Scope{Account: "A"}},
		{asking{"POST", "/api/account/delete/anums/T", `{"aToken":"A","bToken":"B","agencyNumberSets":[]}`, nil, nil}, core.AgencyWish{Scope: core.Scope{Account: "A"}}},
		{asking{"POST", "/api/broker/set/anums/T", aNumber, nil, nil}, core.AgencyWish{Scope: core.Scope{Account: "A", Broker: "B"}, Sets: oneSet}},
		{asking{"POST", "/api/account-ipn/get/T", `{"aToken":"A","bToken":"B"}`, nil, nil}, core.InquiryFilter{Scope: core.Scope{Account: "A"}, Limit: 1000}},
		{asking{"POST", "/api/account-inq/get/T", `{"aToken":"A","bToken":"B"}`, nil, nil}, core.InquiryFilter{Scope: core.Scope{Account: "A"}, Limit: 1000}},
		{asking{"GET", "/api/ipn/documents/D", "", ofBearerB, nil}, core.DocumentName{Scope: core.Scope{Broker: "B"}, ID: "D"}},
		{asking{"POST", "/api/ipn/inquiries/7", `{"aToken":"A"}`, ofBearerB, nil}, core.InquiryRef{Scope: core.Scope{Account: "A", Broker: "B"}, ID: 7}},
	} {
		house := &deskless{}
		got := c.answer(t, house)
		if got.Code != http.StatusOK || !reflect.DeepEqual(house.wish, c.wish) {
			t.Errorf("%s %s: %d %s asked for %+v", c.method, c.path, got.Code, got.Body, house.wish)
		}
	}
	house := &deskless{}
	asking{"GET", "/api/public/v2/notifications/N/contracts/C", "", byBearer, nil}.answer(t, house)
	if told, ok := house.wish.(core.Told); !ok || told.Notification != "N" || told.ID != "C" {
		t.Errorf("asked for %+v", house.wish)
	}
}

func TestLost(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		method, path, allow, body string
		status                    int
	}{
		{"GET", "/api/nothing", "", `{"error":"The path does not exist."}`, 404},
		{"GET", "/action", "", `{"error":"The path does not exist."}`, 404},
		{"GET", "/api/token", "POST", `{"error":"The path does not have this method."}`, 405},
		{"PUT", "/api/ipn/agency-numbers/", "DELETE, GET, POST", `{"error":"The path does not have this method."}`, 405},
	} {
		got := asking{method: c.method, path: c.path}.answer(t, &deskless{})
		if got.Code != c.status || got.Body.String() != c.body || got.Header().Get("Allow") != c.allow {
			t.Errorf("%s %s: %d %v %s", c.method, c.path, got.Code, got.Header(), got.Body)
		}
	}
}

func TestWhatIsTold(t *testing.T) {
	t.Parallel()
	d := New(nil, "")
	for _, event := range core.EventTypes() {
		if told := slices.Contains(d.Told(), event); told != strings.HasPrefix(string(event), "inquiry.") {
			t.Errorf("%s is told: %t", event, told)
		}
	}
	for status, taken := range map[int]bool{199: false, 200: true, 204: true, 299: true, 300: false, 400: false, 500: false} {
		if d.Delivered(status) != taken {
			t.Errorf("%d is taken: %t", status, !taken)
		}
	}
}
