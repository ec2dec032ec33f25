package thinksurance

import (
	"bytes"
	"cmp"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/covernote/covernote/internal/dialect/dialecttest"
	"github.com/covernote/covernote/internal/insurance"
)

// exchanged are the requests of all exchanges, by their names.
func exchanged(t *testing.T) map[string]dialecttest.Request {
	t.Helper()
	byName := make(map[string]dialecttest.Request)
	for _, r := range dialecttest.Requests(t, os.DirFS("testdata")) {
		if _, twice := byName[r.Name]; twice {
			t.Errorf("two requests are called %s", r.Name)
		}
		byName[r.Name] = r
	}
	return byName
}

// patterns tells which path of the API a request is for.
func patterns() *http.ServeMux {
	mux, known := http.NewServeMux(), make(map[string]bool)
	for _, route := range New(&deskless{}, "").Routes() {
		if !known[route.Path] {
			known[route.Path] = true
			mux.Handle(route.Path, http.NotFoundHandler())
			mux.Handle(route.Path+"/{$}", http.NotFoundHandler())
		}
	}
	return mux
}

// refused tells whether a request was: a refusal has the status of a success.
func refused(r dialecttest.Request) bool {
	return r.Status >= http.StatusMultipleChoices || anError.Match(r.Answer)
}

var anError = regexp.MustCompile(`^\{\s*"error":`)

// done are the routes on which a request succeeded, such as "GET
// /api/ipn/inquiries", and those with a slash behind them.
func done(t *testing.T) (plain, slashed map[string]bool) {
	t.Helper()
	mux, plain, slashed := patterns(), make(map[string]bool), make(map[string]bool)
	for _, r := range exchanged(t) {
		if refused(r) {
			continue
		}
		path, _, _ := strings.Cut(r.Target, "?")
		_, pattern := mux.Handler(httptest.NewRequestWithContext(t.Context(), r.Method, path, http.NoBody))
		if route, slash := strings.CutSuffix(pattern, "/{$}"); slash {
			slashed[r.Method+" "+route] = true
		} else {
			plain[r.Method+" "+route] = true
		}
	}
	return plain, slashed
}

func TestEveryRouteHasAnExchange(t *testing.T) {
	t.Parallel()
	plain, slashed := done(t)
	for _, route := range New(&deskless{}, "").Routes() {
		name := route.Method + " " + route.Path
		if !plain[name] {
			t.Errorf("no exchange has %s succeed", name)
		}
		if !slashed[name] {
			t.Errorf("no exchange has %s succeed with a slash at the end", name)
		}
	}
}

// provoked has for each code an exchange that is refused with it.
var provoked = map[insurance.Code]string{
	insurance.CodeInvalid:          "broker_refused/nothing",
	insurance.CodeParameter:        "inquiries/broken_query",
	insurance.CodeProductUnknown:   "forward_refused/unknown_product",
	insurance.CodeInsurerUnknown:   "agency_numbers_refused/unknown_insurer",
	insurance.CodeAccountUnknown:   "broker_refused/unknown_account",
	insurance.CodeBrokerUnknown:    "forward_refused/unknown_broker",
	insurance.CodeBrokerInactive:   "forward_inactive/refused",
	insurance.CodeInquiryUnknown:   "inquiry/unknown",
	insurance.CodeDocumentUnknown:  "documents/v1_unknown",
	insurance.CodePolicyUnknown:    "documents/other_contract",
	insurance.CodeCustomerUnknown:  "documents/other_customer",
	insurance.CodeUnauthenticated:  "sign_in_refused/wrong_secret",
	insurance.CodeNetworkForbidden: "networks/outside",
	insurance.CodeRateLimited:      "rate_limit/third",
}

// statusOf are the answers of provoked that have a status of their own.
var statusOf = map[insurance.Code]int{
	insurance.CodePolicyUnknown: http.StatusNotFound, insurance.CodeCustomerUnknown: http.StatusNotFound,
	insurance.CodeRateLimited: http.StatusTooManyRequests,
}

// unprovoked are codes that no exchange can have, and why.
var unprovoked = map[insurance.Code]string{
	insurance.CodeKeyConflict:        "no request of the API has a key",
	insurance.CodeInProgress:         "no request of the API has a key",
	insurance.CodeCoverageUnknown:    "covers are compared at the desk",
	insurance.CodeFilterUnknown:      "filters are numbers",
	insurance.CodeReasonForbidden:    "contracts end at the desk",
	insurance.CodeStateForbidden:     "inquiries are worked at the desk",
	insurance.CodeStale:              "inquiries are worked at the desk",
	insurance.CodePaymentLate:        "nothing is paid through the API",
	insurance.CodePackageUnknown:     "is of packages",
	insurance.CodeCertificateMissing: "documents are asked for by their names",
	insurance.CodeIPIDMissing:        "documents are asked for by their names",
	insurance.CodeEventUnknown:       "is of Covernote's own API",
	insurance.CodeLinkUnknown:        "links to the desk are opened by browsers",
	insurance.CodeForbidden:          "what is not for an API user is unknown to it",
	insurance.CodeTooLarge:           "needs a body of a megabyte",
	insurance.CodeBusy:               "needs others who change the same again and again",
	insurance.CodeUnavailable:        "needs a database that is away",
	insurance.CodeInternal:           "is a fault of ours",
}

func TestEveryRefusalHasAnExchange(t *testing.T) {
	t.Parallel()
	requests := exchanged(t)
	dialecttest.EveryRefusal(t, refusals, provoked, unprovoked, func(code insurance.Code, name string) {
		status := cmp.Or(statusOf[code], http.StatusOK)
		if requests[name].Status != status || !refused(requests[name]) {
			t.Errorf("%s is answered with %d %s, and not refused with %d, as %s is", name, requests[name].Status, requests[name].Answer, status, code)
		}
	})
}

// What is another account's is answered to the byte like what is nobody's: each
// exchange of the one has its twin of the other.
func TestForeignIsAbsent(t *testing.T) {
	t.Parallel()
	requests, pairs := exchanged(t), 0
	for name, foreign := range requests {
		of, about := strings.CutSuffix(name, "_foreign")
		if !about {
			continue
		}
		pairs++
		absent := requests[of+"_absent"]
		if !refused(foreign) && strings.TrimSpace(string(foreign.Answer)) != "{}" {
			t.Errorf("%s is answered %s", name, foreign.Answer)
		}
		if foreign.Status != absent.Status || !bytes.Equal(bytes.TrimSpace(foreign.Answer), bytes.TrimSpace(absent.Answer)) {
			t.Errorf("%s is answered %d %s, what is absent %d %s", name, foreign.Status, foreign.Answer, absent.Status, absent.Answer)
		}
	}
	if pairs == 0 {
		t.Error("there are no exchanges about what is another account's")
	}
}
