package console

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/insurance"
)

var (
	orderOfCalculated = inquiryPath(calculatedInquiry, "/order")
	orderedByForm     = []string{
		"version", "3", "offer", "o1", "agency", "47-1100", "collection", "broker_collection", "informed", "true",
	}
)

func TestOrderShowsWhatIsOrderedForWhom(t *testing.T) {
	t.Parallel()
	f := workingDesk(t)
	f.choices = append(f.choices, core.AgencyChoice{AgencyNumber: core.AgencyNumber{Number: "47-2200", CollectionType: core.CollectedByBroker}})
	page := f.get(t, orderOfCalculated+"?offer=o2&lang=en").Body.String()
	holds(t, page, `<input type="hidden" name="version" value="3">`, `<input type="hidden" name="offer" value="o2">`,
		"Elbtal Versicherung AG", "€612.00 yearly", "Jan Tischler", "<li>Address</li><li>E-mail address</li>", `href="/desk/customers/72"`,
		`<input type="radio" id="agency" name="agency" value="47-1100" data-collection="insurer_collection" checked>`,
		`<input type="radio" id="agency-1" name="agency" value="47-2200" data-collection="broker_collection">`,
		`<input type="radio" id="collection-1" name="collection" value="insurer_collection" checked>`,
		`href="/desk/inquiries/2144381/offers/o2/information"`, "Terms and conditions, edition 2026-01",
		`<input type="checkbox" id="informed" name="informed" value="true" aria-required="true">`)
}

func TestOrderNamesWhatIsKnownOfACompany(t *testing.T) {
	t.Parallel()
	page := workingDesk(t).get(t, inquiryPath(proposedInquiry, "/order?offer=o1&lang=de")).Body.String()
	holds(t, page, "Greta Morgenrot, greta@morgenrot.example", "Mühlenweg 4a, 20457 Hamburg")
	if strings.Contains(page, wordings["de"]["order.lacks"]) {
		t.Error("something is said to lack")
	}
}

func TestOrderWithoutAgencyNumberSaysSo(t *testing.T) {
	t.Parallel()
	f := workingDesk(t)
	f.choices = nil
	holds(t, f.get(t, orderOfCalculated+"?offer=o1&lang=en").Body.String(), "There is no agency number for Nordlicht Versicherung AG.")
	answer := f.post(t, orderOfCalculated, "version", "3", "offer", "o1", "informed", "true")
	leadsTo(t, answer.Code, answer.Header(), inquiryPath(calculatedInquiry, "?notice=ordered"))
	if wish := noted[core.OrderWish](t, f); wish.AgencyNumber != "" {
		t.Errorf("ordered under %s", wish.AgencyNumber)
	}
}

func TestCoverIsOrdered(t *testing.T) {
	t.Parallel()
	f := workingDesk(t)
	answer := f.post(t, orderOfCalculated, orderedByForm...)
	leadsTo(t, answer.Code, answer.Header(), inquiryPath(calculatedInquiry, "?notice=ordered"))
	want := core.OrderWish{
		InquiryStep: core.InquiryStep{ID: calculatedInquiry, Version: 3}, OfferID: "o1", AgencyNumber: "47-1100",
		CollectionType: core.CollectedByBroker, Informed: true,
	}
	if got := noted[core.OrderWish](t, f); got != want {
		t.Errorf("ordered %+v, want %+v", got, want)
	}
}

func TestOrderSaysAtItsFieldsWhatIsMissing(t *testing.T) {
	t.Parallel()
	refused := &insurance.Error{Code: insurance.CodeInvalid, Problems: []insurance.Problem{
		{Field: insurance.FieldInformed, Detail: "must be confirmed"}, {Field: insurance.FieldEmail, Detail: "is required"},
		{Field: insurance.FieldAgencyNumber, Detail: "is not one to choose from"},
		{Field: insurance.FieldCollectionType, Detail: "is not a type of collection"},
		{Field: insurance.FieldInception, Detail: "is over 0 days ago"},
	}}
	f := workingDesk(t).refuse("OrderCover", refused)
	answer := f.post(t, orderOfCalculated+"?lang=de", "version", "3", "offer", "o1", "agency", "47-1100", "collection", "mga_collection")
	if answer.Code != http.StatusUnprocessableEntity {
		t.Errorf("answered with %d", answer.Code)
	}
	holds(t, answer.Body.String(),
		`<a href="#customer">E-Mail-Adresse fehlt</a>`, `<p class="wrong">E-Mail-Adresse fehlt</p>`,
		`<a href="#agency">Vermittlernummer steht nicht zur Auswahl</a>`, `<a href="#collection">Inkassoart steht nicht zur Auswahl</a>`,
		`<a href="#informed">Die Übergabe der Unterlagen muss bestätigt werden</a>`, "Der Auftrag liegt in der Vergangenheit",
		`value="mga_collection" checked`, `id="informed" name="informed" value="true" aria-required="true" aria-invalid="true" aria-describedby="informed-problem"`)
}

// TestSecondOrderShowsTheFirst sends the form twice: the second finds the
// inquiry ordered, before the core is asked or by what it answers.
func TestSecondOrderShowsTheFirst(t *testing.T) {
	t.Parallel()
	f := workingDesk(t)
	answer := f.post(t, inquiryPath(orderedInquiry, "/order"), orderedByForm...)
	leadsTo(t, answer.Code, answer.Header(), inquiryPath(orderedInquiry, "?notice=ordered"))
	untouched[core.OrderWish](t, f)

	answer = f.get(t, inquiryPath(orderedInquiry, "/order?offer=o1"))
	leadsTo(t, answer.Code, answer.Header(), inquiryPath(orderedInquiry, ""))
}

// rivalDesk is a desk at which somebody else is faster.
type rivalDesk struct {
	*fakeDesk
	becomes core.InquiryStatus
	refusal insurance.Code
}

func (r rivalDesk) OrderCover(context.Context, core.Desk, core.OrderWish) (core.Inquiry, error) {
	r.inquiryIn(calculatedInquiry).Status = r.becomes
	return core.Inquiry{}, insurance.Refuse(r.refusal, "changed meanwhile")
}

// ordered sends the form of an order.
func (r rivalDesk) ordered() *httptest.ResponseRecorder {
	form := url.Values{"version": {"3"}, "offer": {"o1"}, "informed": {"true"}}
	request := httptest.NewRequest(http.MethodPost, orderOfCalculated+"?lang=en", strings.NewReader(form.Encode()))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.AddCookie(&http.Cookie{Name: secretCookie, Value: deskSecret})
	answer := httptest.NewRecorder()
	DeskPages(r, false, slog.New(slog.DiscardHandler)).ServeHTTP(answer, request)
	return answer
}

func TestOrderThatLostARaceShowsWhatWon(t *testing.T) {
	t.Parallel()
	for _, code := range []insurance.Code{insurance.CodeStale, insurance.CodeStateForbidden} {
		answer := rivalDesk{workingDesk(t), core.InquiryOrdered, code}.ordered()
		leadsTo(t, answer.Code, answer.Header(), inquiryPath(calculatedInquiry, "?notice=ordered"))
		answer = rivalDesk{workingDesk(t), core.InquiryOpen, code}.ordered()
		if answer.Code != http.StatusConflict {
			t.Errorf("%s: answered with %d", code, answer.Code)
		}
		holds(t, answer.Body.String(), wordings["en"]["order.outdated"], wordings["en"]["order.outdated.next"], comparisonOfCalculated)
	}
}

func TestOrderOfWhatIsNoOfferLeadsToTheComparison(t *testing.T) {
	t.Parallel()
	f := workingDesk(t)
	for _, query := range []string{"", "?offer=", "?offer=o9", "?offer=o3"} {
		answer := f.get(t, orderOfCalculated+query)
		leadsTo(t, answer.Code, answer.Header(), comparisonOfCalculated)
	}
	// Of a proposed inquiry only the proposed offer can be ordered.
	answer := f.get(t, inquiryPath(proposedInquiry, "/order?offer=o2"))
	leadsTo(t, answer.Code, answer.Header(), inquiryPath(proposedInquiry, "/comparison"))
	if answer := f.post(t, inquiryPath(proposedInquiry, "/order"), "version", "3", "offer", "o2"); answer.Code != http.StatusConflict {
		t.Errorf("answered with %d", answer.Code)
	}
	untouched[core.OrderWish](t, f)
}

func TestFailedOrderIsNotSaidToBeDone(t *testing.T) {
	t.Parallel()
	for method, want := range map[string]int{"OrderCover": http.StatusInternalServerError, "AgencyChoices": http.StatusInternalServerError} {
		f := workingDesk(t).refuse(method, errors.New("the disk is full"))
		answer := f.post(t, orderOfCalculated, orderedByForm...)
		if method == "AgencyChoices" {
			answer = f.get(t, orderOfCalculated+"?offer=o1")
		}
		if answer.Code != want {
			t.Errorf("%s: answered with %d, want %d", method, answer.Code, want)
		}
	}
}
