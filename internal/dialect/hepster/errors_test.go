package hepster

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect/dialecttest"
	"github.com/covernote/covernote/internal/insurance"
)

func TestEveryCodeHasWords(t *testing.T) {
	t.Parallel()
	dialecttest.EveryCode(t, refusals)
	for code, said := range refusals {
		if strings.Contains(said.message, "%s") != (said.about != "") {
			t.Errorf("%s: the message and what it is about do not agree", code)
		}
	}
}

// foreign are the fields that no request of this API has.
var foreign = []insurance.Field{
	insurance.FieldMiddleName, insurance.FieldPhone, insurance.FieldSecondaryEmail, insurance.FieldRegion, insurance.FieldAge,
	insurance.FieldPolicyholder, insurance.FieldCurrency, insurance.FieldMarket, insurance.FieldMarketRegion,
	insurance.FieldLanguage, insurance.FieldStartsAt, insurance.FieldEndsAt, insurance.FieldPartnerPrice,
	insurance.FieldTariffVersion, insurance.FieldMetadata, insurance.FieldQuotes, insurance.FieldQuoteID,
	insurance.FieldInsured, insurance.FieldInstalmentPlan, insurance.FieldInstalment, insurance.FieldPreview,
	insurance.FieldPaidOn, insurance.FieldPaymentConfirmation, insurance.FieldEvent, insurance.FieldUnexpected,
}

func TestEveryFieldHasANameOrIsForeign(t *testing.T) {
	t.Parallel()
	dialecttest.EveryField(t, names, func(field insurance.Field) bool {
		return slices.Contains(foreign, field) || dialecttest.OfDesk(field)
	})
}

func TestEveryStateHasAStatus(t *testing.T) {
	t.Parallel()
	for _, state := range insurance.PolicyStates() {
		if status := statuses[state]; (status == "ACTIVE") != state.Live() || status == "" {
			t.Errorf("%s is listed as %q", state, status)
		}
	}
}

func TestRefuse(t *testing.T) {
	t.Parallel()
	late := insurance.Problem{Field: insurance.FieldInception, Detail: "is over 28 days ago"}
	for _, c := range []struct {
		name   string
		err    *insurance.Error
		status int
		body   string
	}{
		{
			"the published sample", &insurance.Error{Code: insurance.CodeInvalid, Problems: []insurance.Problem{late}, Items: 1}, 400,
			`{"message":"Validation error - errors in booking payload.",` +
				`"detailMessage":"Errors in: Booking - contract_start_date is over 28 days ago.","code":1001}`,
		},
		{"product", insurance.RefuseField(insurance.CodeProductUnknown, insurance.FieldTariff, "is not sold"), 404,
			`{"message":"Product Not Found","detailMessage":"Errors in: Booking - product_code is not sold.","code":1002}`},
		{"coverage", insurance.RefuseField(insurance.CodeCoverageUnknown, insurance.FieldTerm, "is not offered"), 404,
			`{"message":"Coverage Not Found","detailMessage":"Errors in: Booking - duration is not offered.","code":1003}`},
		{"reason", insurance.Refuse(insurance.CodeReasonForbidden, "the policy is void"), 403,
			`{"message":"Cancellation Reason Forbidden","detailMessage":"The policy is void.","code":1004}`},
		{"certificate", insurance.Refuse(insurance.CodeCertificateMissing, "I1"), 404,
			`{"message":"Certificate not found for I1","detailMessage":"","code":1009}`},
		{"pib", insurance.Refuse(insurance.CodeIPIDMissing, "I1"), 404,
			`{"message":"Pib not found for I1","detailMessage":"","code":1010}`},
		{"contract", insurance.Refuse(insurance.CodePolicyUnknown, "I1"), 404,
			`{"message":"Contract not found for I1","detailMessage":"","code":1011}`},
		{"contract without number", &insurance.Error{Code: insurance.CodePolicyUnknown}, 404,
			`{"message":"Contract not found for certificatenumber","detailMessage":"","code":1011}`},
		{"filter", insurance.Refuse(insurance.CodeFilterUnknown, "foo"), 400,
			`{"message":"Unknown filter foo","detailMessage":"","code":1012}`},
		{"parameter", insurance.RefuseField(insurance.CodeParameter, insurance.FieldSortBy, "is not known"), 400,
			`{"message":"Invalid request parameter","detailMessage":"Errors in: Parameter - sort_by is not known.","code":1013}`},
		{"key", &insurance.Error{Code: insurance.CodeKeyConflict}, 400, `{"message":"Validation error - errors in booking payload.",` +
			`"detailMessage":"Errors in: Request - idempotency_key already used with other data.","code":1001}`},
		{"key with detail", insurance.Refuse(insurance.CodeKeyConflict, "used for another body"), 400,
			`{"message":"Validation error - errors in booking payload.",` +
				`"detailMessage":"Errors in: Request - idempotency_key used for another body.","code":1001}`},
		{"key with problem", insurance.RefuseField(insurance.CodeKeyConflict, insurance.FieldRepetitionKey, "is taken"), 400,
			`{"message":"Validation error - errors in booking payload.",` +
				`"detailMessage":"Errors in: Request - idempotency_key is taken.","code":1001}`},
		{"busy", &insurance.Error{Code: insurance.CodeBusy}, 503, `{"message":"Unknown Server Error","detailMessage":` +
			`"Nothing was changed, because others are changing the same. Please repeat the request.","code":1099}`},
		{"unavailable", &insurance.Error{Code: insurance.CodeUnavailable}, 503, `{"message":"Unknown Server Error",` +
			`"detailMessage":"Nothing was changed. Please repeat the request later.","code":1099}`},
		{"internal", insurance.Refuse(insurance.CodeInternal, "secret"), 500,
			`{"message":"Unknown Server Error","detailMessage":"","code":1099}`},
		{"no such code", insurance.Refuse("new", "secret"), 500,
			`{"message":"Unknown Server Error","detailMessage":"","code":1099}`},
		{"unauthenticated", insurance.Refuse(insurance.CodeUnauthenticated, "secret"), 401,
			`{"message":"Unauthorized","detailMessage":"","code":401}`},
		{"network", insurance.Refuse(insurance.CodeNetworkForbidden, "secret"), 403,
			`{"message":"Forbidden","detailMessage":"","code":403}`},
		{"too large", insurance.Refuse(insurance.CodeTooLarge, "the body is over 1048576 bytes"), 413,
			`{"message":"Request Entity Too Large","detailMessage":"The body is over 1048576 bytes.","code":413}`},
		{"limit", insurance.Refuse(insurance.CodeRateLimited, "7"), 429,
			`{"message":"Too Many Requests","detailMessage":"","code":429}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := New(nil).Refuse(core.Partner{}, c.err)
			if got.Status != c.status || string(got.Body) != c.body {
				t.Errorf("got %d %s\nwant %d %s", got.Status, got.Body, c.status, c.body)
			}
		})
	}
}

func TestRefusalHeaders(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err         *insurance.Error
		name, value string
	}{
		{&insurance.Error{Code: insurance.CodeUnauthenticated}, "WWW-Authenticate", `Basic realm="hepster"`},
		{insurance.Refuse(insurance.CodeRateLimited, "7"), "Retry-After", "7"},
		{&insurance.Error{Code: insurance.CodeRateLimited}, "Retry-After", "1"},
		{&insurance.Error{Code: insurance.CodeBusy}, "Retry-After", "1"},
		{&insurance.Error{Code: insurance.CodeUnavailable}, "Retry-After", "1"},
		{&insurance.Error{Code: insurance.CodeInvalid}, "Content-Type", "application/json; charset=utf-8"},
	} {
		if got := New(nil).Refuse(core.Partner{}, c.err).Header.Get(c.name); got != c.value {
			t.Errorf("%s: %s is %q, want %q", c.err.Code, c.name, got, c.value)
		}
	}
}

func TestOnlyPublishedCodesMayBe200(t *testing.T) {
	t.Parallel()
	partner := core.Partner{Switches: map[string]string{switchErrorStatus: "always_200"}}
	for _, code := range insurance.Codes() {
		want := refusals[code].status
		if published := refusals[code].code; published >= 1001 && published <= 1013 {
			want = http.StatusOK
		}
		if got := New(nil).Refuse(partner, &insurance.Error{Code: code}).Status; got != want {
			t.Errorf("%s: status %d, want %d", code, got, want)
		}
	}
}

func TestErrorsIn(t *testing.T) {
	t.Parallel()
	problems := []insurance.Problem{
		{Item: 2, Field: insurance.FieldTariff, Detail: "is required"},
		{Item: 2, Field: insurance.FieldModel, Detail: "is required"},
		{Item: 2, Field: insurance.FieldTerm, Detail: "is odd"},
		{Item: 0, Field: insurance.FieldOf("battery_number"), Detail: "is required"},
		{Item: 0, Detail: "is wrong"},
	}
	for items, want := range map[int]string{
		0: "Errors in: Booking - product_code is required, duration is odd; " +
			"InsuredObject - model is required, battery_number is required; Request - body is wrong.",
		3: "Errors in: Booking[2] - product_code is required, duration is odd; InsuredObject[2] - model is required; " +
			"InsuredObject[0] - battery_number is required; Request[0] - body is wrong.",
	} {
		if got := errorsIn(&insurance.Error{Problems: problems, Items: items}); got != want {
			t.Errorf("of %d items:\ngot  %s\nwant %s", items, got, want)
		}
	}
}

func TestErrorsInIsBounded(t *testing.T) {
	t.Parallel()
	err := &insurance.Error{Items: 500}
	for i := range 500 {
		err.Problems = append(err.Problems, insurance.Problem{Item: i, Field: insurance.FieldTariff, Detail: "is required"})
	}
	got := errorsIn(err)
	if !strings.HasSuffix(got, fmt.Sprintf("Booking[%d] - product_code is required; and 450 more.", mostTold-1)) {
		t.Errorf("got %s", got)
	}
}

func TestLost(t *testing.T) {
	t.Parallel()
	missing, misused := New(nil).Lost("GET", ""), New(nil).Lost("OPTIONS", "GET, HEAD")
	if got := string(missing.Body); missing.Status != 404 || got != `{"message":"Not Found","detailMessage":"","code":404}` {
		t.Errorf("got %d %s", missing.Status, got)
	}
	if got := string(misused.Body); misused.Status != 405 || misused.Header.Get("Allow") != "GET, HEAD" ||
		got != `{"message":"Method Not Allowed","detailMessage":"","code":405}` {
		t.Errorf("got %d %v %s", misused.Status, misused.Header, got)
	}
}
