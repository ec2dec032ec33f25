package xcover

import (
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/covernote/covernote/internal/dialect/dialecttest"
	"github.com/covernote/covernote/internal/insurance"
)

// exchanged are the requests of all exchanges.
func exchanged(t testing.TB) []dialecttest.Request {
	t.Helper()
	return dialecttest.Requests(t, os.DirFS("testdata"))
}

// withoutPrefix is what a path is under each of the prefixes.
func withoutPrefix(path string) string {
	for _, prefix := range prefixes {
		if rest, under := strings.CutPrefix(path, prefix); under && strings.HasPrefix(rest, "/p") {
			return rest
		}
	}
	return path
}

// patterns tells which path of the API, under no prefix, a request is for.
func patterns() *http.ServeMux {
	mux, known := http.NewServeMux(), make(map[string]bool)
	for _, route := range New(&fake{}, "", false).Routes() {
		path := withoutPrefix(strings.TrimSuffix(route.Path, "/"))
		if !known[path] {
			known[path] = true
			mux.Handle(path, http.NotFoundHandler())
			mux.Handle(path+"/{$}", http.NotFoundHandler())
		}
	}
	return mux
}

// routeOf is the route of a request, such as "GET /partners/{partner}/quotes".
func routeOf(mux *http.ServeMux, method, target string) string {
	path, _, _ := strings.Cut(target, "?")
	_, pattern := mux.Handler(httptest.NewRequest(method, withoutPrefix(path), http.NoBody))
	return method + " " + strings.TrimSuffix(pattern, "/{$}")
}

// Every route has an exchange in which it does what it is for, under one prefix
// at least.
func TestEveryRouteHasAnExchange(t *testing.T) {
	t.Parallel()
	mux, done := patterns(), make(map[string]bool)
	for _, r := range exchanged(t) {
		if r.Status < http.StatusMultipleChoices || strings.HasPrefix(r.Name, "methods/") {
			done[routeOf(mux, r.Method, r.Target)] = true
		}
	}
	for _, route := range New(&fake{}, "", false).Routes() {
		if name := routeOf(mux, route.Method, route.Path); !done[name] {
			t.Errorf("no exchange has %s succeed", name)
		}
	}
}

// provoked has for each code an exchange that is refused with it.
var provoked = map[insurance.Code]string{
	insurance.CodeInvalid:          "quote_refused/nothing",
	insurance.CodeKeyConflict:      "idempotency/other_body",
	insurance.CodeStale:            "cancel_two_steps/expired",
	insurance.CodeStateForbidden:   "cancel/twice",
	insurance.CodePackageUnknown:   "booking/foreign",
	insurance.CodePaymentLate:      "booking_unpaid/confirm",
	insurance.CodeUnauthenticated:  "sign_in_refused/wrong",
	insurance.CodeForbidden:        "sign_in_refused/other_partner",
	insurance.CodeNetworkForbidden: "networks/outside",
	insurance.CodeRateLimited:      "rate_limit/third",
}

// unprovoked are codes that no exchange can have, and why.
var unprovoked = map[insurance.Code]string{
	insurance.CodeProductUnknown:     "the core names the field of a policy type instead",
	insurance.CodeCoverageUnknown:    "the core names the field of what is not priced instead",
	insurance.CodeReasonForbidden:    "partners give no reason that products know",
	insurance.CodeFilterUnknown:      "documents are pages",
	insurance.CodeParameter:          "what is no number counts as not given",
	insurance.CodePolicyUnknown:      "policies are quotes of a package",
	insurance.CodeCertificateMissing: "documents are pages",
	insurance.CodeIPIDMissing:        "documents are pages",
	insurance.CodeAccountUnknown:     "is of brokers' systems",
	insurance.CodeBrokerUnknown:      "is of brokers' systems",
	insurance.CodeBrokerInactive:     "is of brokers' systems",
	insurance.CodeCustomerUnknown:    "is of brokers' systems",
	insurance.CodeInquiryUnknown:     "is of brokers' systems",
	insurance.CodeInsurerUnknown:     "is of brokers' systems",
	insurance.CodeDocumentUnknown:    "is of brokers' systems",
	insurance.CodeEventUnknown:       "is of Covernote's own API",
	insurance.CodeLinkUnknown:        "is of brokers' systems",
	insurance.CodeInProgress:         "needs two requests at once: TestXCoverSaysWhatHindersIt of the program",
	insurance.CodeTooLarge:           "needs a body of a megabyte",
	insurance.CodeBusy:               "needs others who change the same again and again",
	insurance.CodeUnavailable:        "needs a database that is away: TestXCoverSaysWhatHindersIt of the program",
	insurance.CodeInternal:           "is a fault of ours",
}

func TestEveryRefusalHasAnExchange(t *testing.T) {
	t.Parallel()
	status := make(map[string]int)
	for _, r := range exchanged(t) {
		status[r.Name] = r.Status
	}
	dialecttest.EveryRefusal(t, refusals, provoked, unprovoked, func(code insurance.Code, name string) {
		if want := refusals[code].status; status[name] != want {
			t.Errorf("%s is refused with %d and not with %d, as %s is", name, status[name], want, code)
		}
	})
}

// classes are the errors of the API that are recorded or published, each with
// an exchange.
var classes = map[string]int{
	"quote_refused/missing":             http.StatusUnprocessableEntity,
	"quote_refused/unexpected":          http.StatusUnprocessableEntity,
	"booking_refused/phone":             http.StatusUnprocessableEntity,
	"send_email/cancelled_too_early":    http.StatusUnprocessableEntity,
	"cancel/twice":                      http.StatusUnprocessableEntity,
	"booking_refused/twice":             http.StatusUnprocessableEntity,
	"quote_refused/broken":              http.StatusBadRequest,
	"methods/unknown_package":           http.StatusNotFound,
	"methods/put":                       http.StatusMethodNotAllowed,
	"idempotency/create_again":          http.StatusConflict,
	"idempotency/decline_again":         http.StatusConflict,
	"booking_unpaid/confirm":            http.StatusPaymentRequired,
	"rate_limit/third":                  http.StatusTooManyRequests,
	"sign_in_refused/nobody":            http.StatusUnauthorized,
	"sign_in_refused/other_partner":     http.StatusForbidden,
	"sign_in_refused/no_partner":        http.StatusForbidden,
	"methods/root":                      http.StatusNotFound,
	"change_two_steps/expired":          http.StatusUnprocessableEntity,
	"booking_refused/expired":           http.StatusUnprocessableEntity,
	"quote_currency/none":               http.StatusUnprocessableEntity,
	"renewal_unpaid/decline_too_late":   http.StatusUnprocessableEntity,
	"booking_pending/cancel":            http.StatusUnprocessableEntity,
	"instalments/unknown_number":        http.StatusUnprocessableEntity,
	"sign_in_explained/other_algorithm": http.StatusUnauthorized,
}

func TestEveryClassOfErrorHasAnExchange(t *testing.T) {
	t.Parallel()
	requests := exchanged(t)
	for name, status := range classes {
		if !slices.ContainsFunc(requests, func(r dialecttest.Request) bool { return r.Name == name && r.Status == status }) {
			t.Errorf("no exchange %s is answered with %d", name, status)
		}
	}
}
