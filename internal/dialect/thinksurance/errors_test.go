package thinksurance

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
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
		text := said.text(&insurance.Error{Code: code})
		if !strings.HasSuffix(text, ".") || strings.HasSuffix(text, "..") {
			t.Errorf("%s is said as %q", code, text)
		}
	}
}

// foreign are the fields that no request of this API is refused for.
var foreign = []insurance.Field{
	insurance.FieldEndpoint,
	insurance.FieldVATID, insurance.FieldTaxID, insurance.FieldCountry, insurance.FieldReference, insurance.FieldInception,
	insurance.FieldExpiry, insurance.FieldLegalWarrantyEnd, insurance.FieldVoluntaryWarrantyEnd, insurance.FieldTariff,
	insurance.FieldKind, insurance.FieldTerm, insurance.FieldDeductible, insurance.FieldObject, insurance.FieldObjectType,
	insurance.FieldSerialNumber, insurance.FieldManufacturer, insurance.FieldModel, insurance.FieldSalesPrice,
	insurance.FieldPurchasedOn, insurance.FieldUndamaged, insurance.FieldCertificateNumber, insurance.FieldReason,
	insurance.FieldEffectiveOn, insurance.FieldComment, insurance.FieldPageSize, insurance.FieldPage,
	insurance.FieldSortBy, insurance.FieldSortDir, insurance.FieldFrom, insurance.FieldTo, insurance.FieldRepetitionKey,
	insurance.FieldMiddleName, insurance.FieldSecondaryEmail, insurance.FieldRegion, insurance.FieldAge,
	insurance.FieldPolicyholder, insurance.FieldCurrency, insurance.FieldMarket, insurance.FieldMarketRegion,
	insurance.FieldLanguage, insurance.FieldStartsAt, insurance.FieldEndsAt, insurance.FieldPartnerPrice,
	insurance.FieldTariffVersion, insurance.FieldMetadata, insurance.FieldQuotes, insurance.FieldQuoteID,
	insurance.FieldInsured, insurance.FieldInstalmentPlan, insurance.FieldInstalment, insurance.FieldPreview,
	insurance.FieldPaidOn, insurance.FieldPaymentConfirmation, insurance.FieldEvent, insurance.FieldUnexpected,
	insurance.FieldOffer, insurance.FieldInformed, insurance.FieldStatus, insurance.FieldCollectionType,
	insurance.FieldInterval, insurance.FieldTenderPrice,
}

func TestEveryFieldHasANameOrIsForeign(t *testing.T) {
	t.Parallel()
	dialecttest.EveryField(t, names, func(field insurance.Field) bool { return slices.Contains(foreign, field) })
	if len(names)+len(foreign) != len(insurance.Fields()) {
		t.Errorf("%d names and %d foreign of %d fields", len(names), len(foreign), len(insurance.Fields()))
	}
	for field := range brokerNames {
		if names[field] == "" {
			t.Errorf("%s is a broker's, but nobody else's", field)
		}
	}
}

func TestRefuse(t *testing.T) {
	t.Parallel()
	old, since := core.Partner{}, partnerWith(map[string]string{switchErrorStatus: "2025"})
	for _, c := range []struct {
		name        string
		err         *insurance.Error
		status, new int
		text        string
	}{
		{"the published sample", insurance.Refuse(insurance.CodeUnauthenticated, "secret"), 200, 400, "API User is not existing or deactivated."},
		{"a field", insurance.Invalid(insurance.FieldBrokerRegister, "is required"), 200, 400, "Broker Api: bRegNumber is required."},
		{"a field of no broker", insurance.Invalid(insurance.FieldLine, "is required"), 200, 400, "productId is required."},
		{"a field as it was sent", insurance.Invalid("/agencyNumberSets[1].agencyNumbers[0].agencyNumber", "is required"), 200, 400, "Broker Api: agencyNumberSets[1].agencyNumbers[0].agencyNumber is required."},
		{"an answer", insurance.Invalid(insurance.FieldOf("revenue"), "is not a number"), 200, 400, "Broker Api: revenue is not a number."},
		{"a field of nobody", insurance.Invalid(insurance.FieldOffer, "is wrong"), 200, 400, "body is wrong."},
		{"the body", insurance.Invalid(insurance.FieldBody, "is empty"), 200, 400, "body is empty."},
		{"two fields", &insurance.Error{Code: insurance.CodeInvalid, Problems: []insurance.Problem{
			{Field: insurance.FieldBrokerRegister, Detail: "is odd"}, {Field: insurance.FieldRefKey, Detail: "is long"},
		}}, 200, 400, "Broker Api: bRegNumber is odd; paramKey is long."},
		{"a later set", &insurance.Error{Code: insurance.CodeInsurerUnknown, Problems: []insurance.Problem{
			{Item: 1, Field: insurance.FieldAgencyInsurer, Detail: "is not known"},
		}}, 200, 400, "Broker Api: agencyNumberSets[1].baFinId, insurerId or supervisingAuthorityId is not known."},
		{"the first set", insurance.RefuseField(insurance.CodeInsurerUnknown, insurance.FieldAgencyInsurer, "is not known"), 200, 400, "Broker Api: baFinId, insurerId or supervisingAuthorityId is not known."},
		{"an insurer", insurance.Refuse(insurance.CodeInsurerUnknown, ""), 200, 400, "Broker Api: insurer does not exist."},
		{"a detail", insurance.Refuse(insurance.CodeParameter, "the query is not well-formed"), 200, 400, "The query is not well-formed."},
		{"an account", insurance.Refuse(insurance.CodeAccountUnknown, "is foreign"), 200, 400, "Broker Api: account does not exist."},
		{"a broker", insurance.Refuse(insurance.CodeBrokerUnknown, "is foreign"), 200, 400, "Broker Api: broker does not exist."},
		{"an inquiry", insurance.Refuse(insurance.CodeInquiryUnknown, "is foreign"), 200, 400, "The inquiry does not exist."},
		{"a document", insurance.Refuse(insurance.CodeDocumentUnknown, "is foreign"), 200, 400, "The document does not exist."},
		{"a network", insurance.Refuse(insurance.CodeNetworkForbidden, "secret"), 200, 400, "The address of the caller is not allowed."},
		{"a large body", insurance.Refuse(insurance.CodeTooLarge, "over"), 413, 413, "The request is too large."},
		{"a limit", insurance.Refuse(insurance.CodeRateLimited, "7"), 429, 429, "Too many requests."},
		{"busy", insurance.Refuse(insurance.CodeBusy, ""), 503, 503, "Nothing was changed, because others are changing the same. Please repeat the request."},
		{"unavailable", insurance.Refuse(insurance.CodeUnavailable, ""), 503, 503, "Nothing was changed. Please repeat the request later."},
		{"in progress", insurance.Refuse(insurance.CodeInProgress, ""), 503, 503, "The same request is being worked on. Please repeat it later."},
		{"internal", insurance.Refuse(insurance.CodeInternal, "secret"), 500, 500, "Internal error."},
		{"no such code", insurance.Refuse("new", "secret"), 500, 500, "Internal error."},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			body := fmt.Sprintf("{\"error\":%q}", c.text)
			expect(t, theDialect().Refuse(old, c.err), c.status, "application/json", body)
			expect(t, theDialect().Refuse(since, c.err), c.new, "application/json", body)
		})
	}
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	for _, code := range insurance.Codes() {
		want := ""
		if status := refusals[code].status; status == 429 || status == 503 {
			want = "1"
		}
		if got := theDialect().Refuse(core.Partner{}, &insurance.Error{Code: code}).Header.Get("Retry-After"); got != want {
			t.Errorf("%s: %q, want %q", code, got, want)
		}
	}
	if got := theDialect().Refuse(core.Partner{}, insurance.Refuse(insurance.CodeRateLimited, "7")).Header.Get("Retry-After"); got != "7" {
		t.Errorf("wait %q", got)
	}
}

func TestRefuseOn(t *testing.T) {
	t.Parallel()
	nobody, wrong := insurance.Refuse(insurance.CodeUnauthenticated, ""), insurance.Refuse(insurance.CodeInvalid, "")
	for _, c := range []struct {
		path         string
		err          *insurance.Error
		status       int
		authenticate string
	}{
		{"/api/public/v2/notifications/1/documents/2", nobody, 401, "Bearer"},
		{"/api/auth/v2/token", nobody, 401, "Bearer"},
		{"/api/public/v2/notifications/1/documents/2", wrong, 200, ""},
		{"/api/ipn/tokens", nobody, 200, ""},
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, c.path, nil)
		got := theDialect().RefuseOn(r, core.Partner{}, c.err)
		if got.Status != c.status || got.Header.Get("WWW-Authenticate") != c.authenticate {
			t.Errorf("%s: %d %v", c.path, got.Status, got.Header)
		}
	}
}

func TestProblemsAreBounded(t *testing.T) {
	t.Parallel()
	err := &insurance.Error{Code: insurance.CodeInvalid}
	for range mostTold + 5 {
		err.Problems = append(err.Problems, insurance.Problem{Field: insurance.FieldRefKey, Detail: "is required"})
	}
	text := refusals[err.Code].text(err)
	if strings.Count(text, "paramKey") != mostTold || !strings.HasSuffix(text, "; and 5 more.") {
		t.Errorf("said as %s", text)
	}
}

// TestWhoIsMeant: the core finds the same things wrong with brokers and
// customers, and the request calls them differently.
func TestWhoIsMeant(t *testing.T) {
	t.Parallel()
	bad, good := insurance.Party{Email: "nobody"}, insurance.Party{Email: "a@example.com"}
	problem := insurance.Party{Email: "nobody"}.CheckContact(false)[0]
	house := &deskless{refusal: insurance.Invalid(problem.Field, "%s", problem.Detail)}
	for _, c := range []struct {
		name             string
		broker, customer *insurance.Party
		want             string
	}{
		{"no customer", &bad, nil, "bEmail"},
		{"the broker", &bad, &good, "bEmail"},
		{"the customer", &good, &bad, "cEmail"},
		{"both", &bad, &bad, "cEmail"},
	} {
		wish := core.ForwardWish{Change: core.BrokerWish{Party: *c.broker}}
		if c.customer != nil {
			wish.Customer = &core.CustomerWish{Party: *c.customer}
		}
		_, err := naming(house.Forward, ofForward)(t.Context(), core.Partner{}, wish)
		refusal, ok := errors.AsType[*insurance.Error](err)
		if !ok || nameOf(refusal.Problems[0]) != c.want {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	_, err := naming(house.SetBroker, ofBroker)(t.Context(), core.Partner{}, core.BrokerWish{})
	if refusal, ok := errors.AsType[*insurance.Error](err); !ok || nameOf(refusal.Problems[0]) != "bEmail" {
		t.Errorf("create: %v", err)
	}
	fault := errors.New("fault")
	if _, err := naming((&deskless{refusal: fault}).SetBroker, ofBroker)(t.Context(), core.Partner{}, core.BrokerWish{}); !errors.Is(err, fault) {
		t.Errorf("a fault became %v", err)
	}
}
