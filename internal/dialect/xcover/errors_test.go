package xcover

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect"
	"github.com/covernote/covernote/internal/dialect/dialecttest"
	"github.com/covernote/covernote/internal/insurance"
)

func TestEveryCodeHasWords(t *testing.T) {
	t.Parallel()
	dialecttest.EveryCode(t, refusals)
}

func TestEveryFieldHasAPlace(t *testing.T) {
	t.Parallel()
	for _, field := range insurance.Fields() {
		_, attribute := strings.CutPrefix(string(field), string(insurance.FieldOf("")))
		if _, ok := places[field]; ok == (attribute || dialecttest.OfDesk(field)) {
			t.Errorf("%s has no place, or is an attribute with one", field)
		}
		if got := templateOf(field); !strings.HasPrefix(string(got), "/") {
			t.Errorf("%s is at %q", field, got)
		}
	}
	for field := range places {
		if !slices.Contains(insurance.Fields(), field) {
			t.Errorf("there is no field %s", field)
		}
	}
}

func TestEveryStateCanForbid(t *testing.T) {
	t.Parallel()
	var states []string
	for state := range statuses {
		states = append(states, string(state))
	}
	for _, state := range insurance.PolicyStates() {
		states = append(states, string(state))
	}
	for _, state := range states {
		said, ok := stateForbidden(insurance.Refuse(insurance.CodeStateForbidden, "%s", state)).([]string)
		if !ok || len(said) != 1 || !strings.HasPrefix(said[0], "Status change not allowed for QuotePackage in status ") {
			t.Errorf("%s: %v", state, said)
		}
	}
}

// about is a refusal with problems, each a field and a detail of one item.
func about(code insurance.Code, item int, fieldsAndDetails ...string) *insurance.Error {
	err := &insurance.Error{Code: code}
	for pair := range slices.Chunk(fieldsAndDetails, 2) {
		err.Problems = append(err.Problems, insurance.Problem{Item: item, Field: insurance.Field(pair[0]), Detail: pair[1]})
	}
	return err
}

func TestRefuse(t *testing.T) {
	t.Parallel()
	const invalid = `{"type":"validation_error","message":"An API error occurred.","errors":`
	for _, c := range []struct {
		name   string
		err    *insurance.Error
		status int
		body   string
	}{
		{"one problem of a quote", about(insurance.CodeInvalid, 1, "object.event_name", "is required"), 422,
			invalid + `{"request":[{},{"event_name":["This field is required."]}]}}`},
		{"nested attribute", about(insurance.CodeCoverageUnknown, 0, "object.tickets.price", "is outside the price band of a"), 422,
			invalid + `{"request":[{"tickets":{"price":["This field is outside the price band of a."]}}]}}`},
		{"unknown attribute", about(insurance.CodeInvalid, 0, "object.colour", "is not a field of this product"), 422,
			invalid + `{"request":[{"colour":"Unexpected field"}]}}`},
		{"product", about(insurance.CodeProductUnknown, 0, string(insurance.FieldTariff), "is not a product that is sold"), 422,
			invalid + `{"request":[{"policy_type":["This field is not a product that is sold."]}]}}`},
		{"several", about(insurance.CodeInvalid, 0, "policyholder.phone", "does not begin with +", "policyholder.email", "is not a valid e-mail address",
			"policyholder.phone", "does not begin with +", "policyholder.phone", "is strange"), 422,
			invalid + `{"policyholder":{"phone":["The phone number should start with \"+\" character","This field is strange."],"email":["Enter a valid email address."]}}}`},
		{"object as a whole", about(insurance.CodeInvalid, 1, "object", "is odd"), 422, invalid + `{"request":[{},{"non_field_errors":["This field is odd."]}]}}`},
		{"list and item", about(insurance.CodeInvalid, 0, "quotes", "is odd", "quotes.id", "is not a quote of this package"), 422,
			invalid + `{"quotes":{"non_field_errors":["This field is odd."],"0":{"id":["This field is not a quote of this package."]}}}}`},
		{"the decoder's words come first", about(insurance.CodeInvalid, 0, "/currency", "Not a valid string.", "/more", "Unexpected field", "booking.language", "is odd"), 422,
			invalid + `{"currency":["Not a valid string."]}}`},
		{"then what is not expected", about(insurance.CodeInvalid, 0, "booking.language", "is odd", "/more", "Unexpected field"), 422,
			invalid + `{"more":"Unexpected field"}}`},
		{"without a problem", insurance.Refuse(insurance.CodeInvalid, "the quotes differ."), 422, invalid + `["The quotes differ."]}`},
		{"without a word", &insurance.Error{Code: insurance.CodeReasonForbidden}, 422, invalid + `["The request is refused."]}`},
		{"field of nobody", about(insurance.CodeInvalid, 0, "no.such", "is odd"), 422, invalid + `{"non_field_errors":["This field is odd."]}}`},

		{"malformed", insurance.Invalid(insurance.FieldBody, "is not well-formed JSON at byte 7"), 400,
			`{"type":"validation_error","message":"JSON parse error - the body is not well-formed JSON at byte 7"}`},
		{"key", insurance.RefuseField(insurance.CodeKeyConflict, insurance.FieldRepetitionKey, "was first used at noon for other data"), 422,
			invalid + `{"x-idempotency-key":["This field was first used at noon for other data."]}}`},
		{"stale", insurance.Refuse(insurance.CodeStale, "the preview has expired"), 422, invalid + `["The preview has expired."]}`},
		{"state", insurance.Refuse(insurance.CodeStateForbidden, "cancelled"), 422, invalid + `["Status change not allowed for QuotePackage in status CANCELLED"]}`},
		{"policy state", insurance.Refuse(insurance.CodeStateForbidden, "bound"), 422, invalid + `["Status change not allowed for QuotePackage in status CONFIRMED"]}`},
		{"other state", insurance.Refuse(insurance.CodeStateForbidden, "nothing can be renewed"), 422, invalid + `["Nothing can be renewed."]}`},
		{"e-mail", insurance.RefuseField(insurance.CodeStateForbidden, insurance.FieldEvent, "%s", core.MailCancelled), 422,
			invalid + `["BOOKING_CANCELLED email can be only triggered for CANCELLED bookings."]}`},
		{"package", insurance.Refuse(insurance.CodePackageUnknown, "secret"), 404, `{"type":"api_error","message":"Quote package does not exist"}`},
		{"payment", insurance.Refuse(insurance.CodePaymentLate, "it had to be paid by noon"), 402, `{"type":"api_error","message":"It had to be paid by noon."}`},
		{"in progress", &insurance.Error{Code: insurance.CodeInProgress}, 423, `{"type":"api_error","message":"The same request is being worked on."}`},
		{"unauthenticated", insurance.Refuse(insurance.CodeUnauthenticated, "credentials are missing"), 401, `{"type":"auth_error","message":"Credentials are missing."}`},
		{"forbidden", insurance.Refuse(insurance.CodeForbidden, "secret"), 403, `{"type":"auth_error","message":"You do not have permission to access this url"}`},
		{"network", insurance.Refuse(insurance.CodeNetworkForbidden, "secret"), 403, `{"type":"auth_error","message":"You do not have permission to access this url"}`},
		{"too large", insurance.Refuse(insurance.CodeTooLarge, "the body is larger than 1 byte"), 413, `{"type":"api_error","message":"The body is larger than 1 byte."}`},
		{"limit", insurance.Refuse(insurance.CodeRateLimited, "1"), 429, `{"type":"api_error","message":"Request was throttled. Expected available in 1 second."}`},
		{"long limit", insurance.Refuse(insurance.CodeRateLimited, "60"), 429, `{"type":"api_error","message":"Request was throttled. Expected available in 60 seconds."}`},
		{"busy", &insurance.Error{Code: insurance.CodeBusy}, 503,
			`{"type":"api_error","message":"Nothing was changed, because others are changing the same. Please repeat the request."}`},
		{"unavailable", insurance.Refuse(insurance.CodeUnavailable, "secret"), 503, `{"type":"api_error","message":"Nothing was changed. Please repeat the request later."}`},
		{"internal", insurance.Refuse(insurance.CodeInternal, "secret"), 500, `{"type":"api_error","message":"An API error occurred."}`},
		{"no such code", insurance.Refuse("new", "secret"), 500, `{"type":"api_error","message":"An API error occurred."}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := theDialect().Refuse(core.Partner{}, c.err)
			if got.Status != c.status || string(got.Body) != c.body {
				t.Errorf("got  %d %s\nwant %d %s", got.Status, got.Body, c.status, c.body)
			}
		})
	}
}

// TestRulesInTheirWords keeps our table of wordings to what the rules say.
func TestRulesInTheirWords(t *testing.T) {
	t.Parallel()
	party := insurance.Party{Email: "no address", Phone: "0123", BirthOn: "yesterday", Country: "QQ", Age: "old"}
	said := make(map[string]bool)
	for _, p := range party.Check(true) {
		said[wording(p.Detail)] = true
	}
	for _, want := range []string{
		isRequired, "Enter a valid email address.", `The phone number should start with "+" character`, notDate,
		"This field is not an ISO 3166-1 alpha-2 country code.", "This field is not an age in years.",
	} {
		if !said[want] {
			t.Errorf("nobody says %q", want)
		}
	}
	product := insurance.Product{Attributes: []insurance.Attribute{
		{Name: "flag", Kind: insurance.AttributeFlag}, {Name: "whole", Kind: insurance.AttributeWhole},
		{Name: "instant", Kind: insurance.AttributeInstant}, {Name: "amount", Kind: insurance.AttributeAmount},
	}}
	wish := insurance.Proposal{Object: insurance.Object{Attributes: map[string]string{
		"flag": "x", "whole": "x", "instant": "x", "amount": "x", "other": "x",
	}}}
	said = make(map[string]bool)
	for _, p := range wish.CheckQuote(product, time.Time{}) {
		said[wording(p.Detail)] = true
	}
	for _, want := range []string{notBoolean, notWhole, notInstant, notNumber, unexpected} {
		if !said[want] {
			t.Errorf("nobody says %q", want)
		}
	}
}

func TestRefusalsSayWhenToComeBack(t *testing.T) {
	t.Parallel()
	for code, want := range map[insurance.Code]string{
		insurance.CodeRateLimited: "7", insurance.CodeInProgress: "1", insurance.CodeBusy: "1", insurance.CodeUnavailable: "1", insurance.CodeInvalid: "",
	} {
		answer := theDialect().Refuse(core.Partner{}, insurance.Refuse(code, "7"))
		if got := answer.Header.Get("Retry-After"); got != want || answer.Header.Get("Content-Type") != "application/json" {
			t.Errorf("%s: Retry-After %q in %v", code, got, answer.Header)
		}
	}
	if got := theDialect().Refuse(core.Partner{}, &insurance.Error{Code: insurance.CodeUnauthenticated}).Header.Get("WWW-Authenticate"); got != realm {
		t.Errorf("WWW-Authenticate %q", got)
	}
}

func TestOnlySomeOfManyProblemsAreTold(t *testing.T) {
	t.Parallel()
	many := slices.Repeat([]insurance.Problem{{Field: "/a", Detail: unexpected}}, 10*mostTold)
	if told := foremost(many); len(told) != mostTold {
		t.Errorf("%d are told", len(told))
	}
}

func TestLost(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		method, allow string
		status        int
		body          string
	}{
		{http.MethodGet, "", 404, `{"type":"api_error","message":"Not found."}`},
		{http.MethodOptions, "", 404, `{"type":"api_error","message":"Not found."}`},
		{http.MethodOptions, "POST", 200, ``},
		{"BR\x00W", "POST", 405, `{"type":"api_error","message":"Method \"BR?W\" not allowed."}`},
	} {
		if got := theDialect().Lost(c.method, c.allow); got.Status != c.status || string(got.Body) != c.body {
			t.Errorf("%s %q: %d %s", c.method, c.allow, got.Status, got.Body)
		}
	}
}

func TestHeader(t *testing.T) {
	t.Parallel()
	got := theDialect().Header(dialect.Visit{Allow: []string{"DELETE", "GET", "PATCH", "POST", "PUT"}})
	differ(t, got, http.Header{
		"Allow": {"GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS"}, "Vary": {"Accept-Encoding"}, "X-Frame-Options": {"DENY"},
		"X-Ratelimit-Limit": {"-1"}, "X-Ratelimit-Remaining": {"-1"}, "X-Ratelimit-Reset": {"-1"},
	})
	got = theDialect().Header(dialect.Visit{Allow: []string{"PUT"}, Limit: dialect.Allowance{Limit: 10, Remaining: 9, Reset: time.Unix(1568836675, 0)}})
	differ(t, []string{got.Get("Allow"), got.Get("X-Ratelimit-Limit"), got.Get("X-Ratelimit-Remaining"), got.Get("X-Ratelimit-Reset")},
		[]string{"PUT, OPTIONS", "10", "9", "1568836675"})
}

func TestNamesOfTheCallerAreMadeSafe(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]place{
		"a": "/a", "*1": "/?1", "a/b*": "/a?b*", "": "/", "a\u202eb\n": "/a?b?", strings.Repeat("ä", 70): "/" + place(strings.Repeat("ä", 64)),
	} {
		if got := place("").member(name); got != want {
			t.Errorf("%q is at %q", name, got)
		}
	}
}

func TestSentence(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"the body is too large":            "The body is too large.",
		"It is.":                           "It is.",
		"joaiJ-Cao42-o9ulM-UPD is too old": "joaiJ-Cao42-o9ulM-UPD is too old.",
	} {
		if got := sentence(text); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
