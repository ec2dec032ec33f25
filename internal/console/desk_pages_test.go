package console

import (
	"errors"
	"html"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/insurance"
)

// read gives what a page says, after demanding its status.
func read(t *testing.T, answer *httptest.ResponseRecorder, status int) string {
	t.Helper()
	if answer.Code != status {
		t.Errorf("answered with %d, want %d", answer.Code, status)
	}
	return strings.ReplaceAll(readOut(answer.Body.String()), "\u00a0", " ")
}

func TestDashboardListsTheInquiries(t *testing.T) {
	t.Parallel()
	f := brokersDesk(t)
	contains(t, read(t, f.get(t, "/desk/"), http.StatusOK),
		"Alle 6", "Offen 1", "Berechnet 1", "Ausgeschrieben 1", "Weitergeleitet 1", "Vorgeschlagen 1", "Beauftragt 1",
		"2144385 Jan Tischler Betriebshaftpflicht Bäckerei Beauftragt Nordlicht Versicherung AG 498,12 € jährlich 22.11.2026, 06:15 Uhr",
		"2144380 Bäckerei Morgenrot GmbH Betriebshaftpflicht Bäckerei Offen –", "Ältere Anfragen")
	contains(t, read(t, f.get(t, "/desk/?lang=en"), http.StatusOK), "2144385 Jan Tischler Business liability Bakery Ordered", "€498.12 yearly 22 November 2026, 06:15")
}

func TestDashboardSearches(t *testing.T) {
	t.Parallel()
	f := brokersDesk(t)
	page := html.UnescapeString(f.get(t, "/desk/?status=proposed&line=2&q=M%C3%BChle&after=here").Body.String())
	want := core.InquirySearch{Status: core.InquiryProposed, Line: 2, Text: "Mühle", After: "here", Limit: inquiriesPerPage}
	if got := noted[core.InquirySearch](t, f); got != want {
		t.Errorf("searched for %+v, want %+v", got, want)
	}
	contains(t, page, `value="Mühle"`, `<option value="2" selected>`, `<input type="hidden" name="status" value="proposed">`,
		`<a href="/desk/?line=2&q=M%C3%BChle&status=proposed" aria-current="true">`, `<a href="/desk/?line=2&q=M%C3%BChle">`, deskGerman["desk.paging.first"])
	f.get(t, "/desk/?status=eaten&line=x")
	if got := noted[core.InquirySearch](t, f); got != (core.InquirySearch{Limit: inquiriesPerPage}) {
		t.Errorf("what is no search becomes %+v", got)
	}
	contains(t, html.UnescapeString(f.get(t, "/desk/").Body.String()), `href="/desk/?after=cursor%26more"`)
}

func TestEmptyListsSayWhatToDo(t *testing.T) {
	t.Parallel()
	f := brokersDesk(t)
	f.inquiries = f.inquiries[:1]
	contains(t, read(t, f.get(t, "/desk/?status=ordered"), http.StatusOK), deskGerman["desk.search.none"], deskGerman["desk.search.all"])
	contains(t, read(t, f.get(t, "/desk/customers?q=zzz"), http.StatusOK), deskGerman["desk.customers.none"])
	f.inquiries, f.customers = nil, nil
	contains(t, read(t, f.get(t, "/desk/"), http.StatusOK), deskGerman["desk.empty"], deskGerman["desk.empty.next"], deskGerman["desk.new.inquiry"])
	contains(t, read(t, f.get(t, "/desk/customers"), http.StatusOK), deskGerman["desk.customers.empty"])
}

func TestCustomersAreListedToReadOrToPick(t *testing.T) {
	t.Parallel()
	f := brokersDesk(t)
	list := f.get(t, "/desk/customers")
	contains(t, list.Body.String(), `href="/desk/customers/71"`)
	contains(t, read(t, list, http.StatusOK), "Bäckerei Morgenrot GmbH Greta Morgenrot 20457 Hamburg greta@morgenrot.example K-1001", "Jan Tischler")
	contains(t, f.get(t, "/desk/inquiries/new").Body.String(), `href="/desk/customers/71/inquiries"`, deskGerman["desk.pick"])
}

func TestACustomerIsSaved(t *testing.T) {
	t.Parallel()
	f := brokersDesk(t)
	fields := []string{
		"private", "no", "company", " Mühle AG ", "company_form", "1", "salutation", "mr", "title", "Dr.", "first_name", "Max", "last_name", "Müller",
		"birth_on", "3.2.1980", "email", "max@muehle.example", "phone", "+49 1", "website", "muehle.example", "street", "Am Bach", "house_number", "1",
		"postal_code", "20095", "city", "Hamburg", "country", "DE", "at_address", "no", "business_street", "Hof", "business_city", "Bonn", "external_id", "K-9",
	}
	no := false
	want := core.CustomerWish{
		ExternalID: "K-9", CompanyForm: core.FormAG, Private: &no, AtAddress: &no,
		BusinessAddress: insurance.Address{Street: "Hof", City: "Bonn"},
		Party: insurance.Party{
			Company: "Mühle AG", Salutation: insurance.SalutationMr, Title: "Dr.", FirstName: "Max", LastName: "Müller", BirthOn: "1980-02-03",
			Email: "max@muehle.example", Phone: "+49 1", Website: "muehle.example", Country: "DE",
			Address: insurance.Address{Street: "Am Bach", HouseNumber: "1", PostalCode: "20095", City: "Hamburg"},
		},
	}
	leads(t, f.post(t, "/desk/customers/new", fields...), "/desk/customers/71/inquiries?notice=saved")
	if got := noted[core.CustomerWish](t, f); !reflect.DeepEqual(got, want) {
		t.Errorf("the form is not what was saved: %#v", got)
	}
	leads(t, f.post(t, "/desk/customers/72", append(fields, "version", "1")...), "/desk/customers/72?notice=saved")
	want.ExternalID, want.Version = "", 1 // the id is the partner's to change
	if got := noted[core.CustomerWish](t, f); !reflect.DeepEqual(got, want) {
		t.Errorf("the form is not what was changed: %#v", got)
	}
}

// What the form does not ask for is not lost by saving it.
func TestAChangedCustomerKeepsTheRest(t *testing.T) {
	t.Parallel()
	f := brokersDesk(t)
	f.customers[0].VATID, f.customers[0].Address.Extra, f.customers[0].BusinessAddress.Region = "DE123", "Hinterhaus", "HH"
	f.post(t, "/desk/customers/71", "company", "Neu", "country", "DE", "external_id", "other")
	got := noted[core.CustomerWish](t, f)
	if got.VATID != "DE123" || got.Address.Extra != "Hinterhaus" || got.BusinessAddress.Region != "HH" || got.ExternalID != "K-1001" {
		t.Errorf("saving loses %+v", got)
	}
	if got.Company != "Neu" || got.Email != "" || got.Address.City != "" {
		t.Errorf("what was emptied stays: %+v", got)
	}
}

// A form does not overwrite what it was not filled in from.
func TestACustomerIsChangedFromTheVersionThatWasSeen(t *testing.T) {
	t.Parallel()
	const shown = `<input type="hidden" name="version" value="4">`
	f := brokersDesk(t)
	contains(t, f.get(t, "/desk/customers/71").Body.String(), shown)
	if strings.Contains(f.get(t, "/desk/customers/new").Body.String(), `name="version"`) {
		t.Error("a new customer has a version")
	}
	f.customers[0].Version = 5
	contains(t, f.post(t, "/desk/customers/71", "version", "4").Body.String(), `href="#company"`, shown)
	for sent, want := range map[string]int64{"4": 4, "": -1, "0": -1, "-7": -1, "x": -1} {
		f.post(t, "/desk/customers/71", "company", "Neu", "version", sent)
		if got := noted[core.CustomerWish](t, f).Version; got != want {
			t.Errorf("%q is saved from version %d, want %d", sent, got, want)
		}
	}
}

func TestWhatIsWrongWithACustomerStandsAtItsField(t *testing.T) {
	t.Parallel()
	wrong := &insurance.Error{Code: insurance.CodeInvalid, Problems: []insurance.Problem{
		{Field: insurance.FieldEmail, Detail: "is not a valid e-mail address"}, {Field: insurance.FieldEmail, Detail: "is required"},
		{Field: insurance.FieldLastName, Detail: "is longer than 200 characters"}, {Field: insurance.FieldAddress, Detail: "contains control characters"},
		{Field: insurance.FieldAge, Detail: "is beyond words"},
	}}
	for _, target := range []string{"/desk/customers/new", "/desk/customers/71"} {
		f := brokersDesk(t).refuse("SaveCustomer", wrong)
		answer := f.post(t, target, "email", "nobody@", "last_name", "Typed", "country", "JP", "private", "yes")
		page := html.UnescapeString(answer.Body.String())
		contains(t, page, "<title>Fehler: ", `<a href="#last_name">Nachname ist länger als 200 Zeichen</a>`, `<a href="#email">E-Mail ist keine E-Mail-Adresse</a>`,
			`<a href="#street">Straße enthält unzulässige Zeichen</a>`, deskGerman["desk.field.other"]+" "+germanDetail,
			`value="nobody@"`, `value="Typed"`, `<option value="JP" selected>Japan</option>`, `name="private" value="yes" checked`,
			`aria-invalid="true" aria-describedby="email-problem"`, `<p class="wrong" id="email-problem">E-Mail ist keine E-Mail-Adresse</p>`)
		if answer.Code != http.StatusUnprocessableEntity || strings.Index(page, "#last_name") > strings.Index(page, "#email") {
			t.Errorf("answered with %d, or the problems are not in the order of the form", answer.Code)
		}
	}
	f := brokersDesk(t).refuse("SaveCustomer", wrong)
	contains(t, html.UnescapeString(f.post(t, "/desk/customers/71?lang=en", "email", "x", "company", "C").Body.String()), `<a href="#email">E-mail is not a valid e-mail address</a>`)
}

func TestAnInquiryIsBegunWithALineAndAProfession(t *testing.T) {
	t.Parallel()
	f := brokersDesk(t)
	asked := f.get(t, "/desk/customers/71/inquiries").Body.String()
	contains(t, asked, `<optgroup label="Beratung"><option value="21">Steuerberatung</option></optgroup>`,
		`<optgroup label="Handwerk"><option value="12">Bäckerei</option><option value="11">Tischlerei</option></optgroup>`)
	leads(t, f.post(t, "/desk/customers/71/inquiries", "line", "2", "profession", "12"), "/desk/inquiries/2144380")
	if got := noted[core.InquiryWish](t, f); got != (core.InquiryWish{CustomerID: 71, Line: 2, Profession: 12}) {
		t.Errorf("opened %+v", got)
	}

	missing := brokersDesk(t)
	page := missing.post(t, "/desk/customers/71/inquiries", "line", "5")
	contains(t, page.Body.String(), `<a href="#profession">Tätigkeit fehlt</a>`, `value="5" required checked`)
	if page.Code != http.StatusUnprocessableEntity || strings.Contains(page.Body.String(), `href="#line"`) {
		t.Errorf("answered with %d, or the line that was chosen is missed", page.Code)
	}
	refused := brokersDesk(t).refuse("OpenInquiry", insurance.RefuseField(insurance.CodeProductUnknown, insurance.FieldProfession, "is not offered"))
	contains(t, refused.post(t, "/desk/customers/71/inquiries", "line", "2", "profession", "21").Body.String(),
		`<a href="#profession">Tätigkeit wird nicht angeboten</a>`, `<option value="21" selected>`)
}

func TestAnInquirySaysWhereItStandsAndWhatIsNext(t *testing.T) {
	t.Parallel()
	f := brokersDesk(t)
	for id, want := range map[int64][]string{
		openInquiry:       {"Fragebogen jetzt Vergleich Vorschlag", "Fragebogen ausfüllen", deskGerman["desk.documents.none"], "crm Vertrag-ID V-2207"},
		calculatedInquiry: {"Fragebogen erledigt Vergleich jetzt Vorschlag Deckungsauftrag", "Angebote vergleichen"},
		tenderingInquiry:  {"Fragebogen erledigt Vergleich jetzt", deskGerman["desk.about.tendering"]},
		leadInquiry:       {"Fragebogen übersprungen Vergleich jetzt", deskGerman["desk.about.lead"]},
		proposedInquiry:   {"Vorschlag jetzt Deckungsauftrag Police", "Zum Vorschlag", "Gewähltes Angebot Versicherer Nordlicht Versicherung AG", "Beitrag inkl. Steuer 498,12 € jährlich", "Vorschlag PDF 22.11.2026, 05:15 Uhr"},
		orderedInquiry: {
			"Vorschlag erledigt Deckungsauftrag erledigt Police erledigt", "Police I0000042 Bestätigt Versicherer Nordlicht Versicherung AG Beitrag inkl. Steuer 498,12 € jährlich Beginn 01.12.2026, 00:00 Uhr Ortszeit (Europe/Berlin)",
			"Vermittlernummer 47-1100", "bis zum Ablauf des 06.12.2026 widerrufen", "Police beenden", "Versicherungsschein PDF", "Deckungsauftrag PDF",
			"22.11.2026, 06:15 Uhr Police gebunden", "22.11.2026, 06:15 Uhr Deckung beauftragt Beauftragt", "20.11.2026, 07:15 Uhr Anfrage begonnen Offen",
		},
	} {
		page := read(t, f.get(t, inquiryPath(id, "")), http.StatusOK)
		contains(t, page, want...)
		contains(t, page, "Betriebshaftpflicht", "· Bäckerei · Anfrage "+decimal(id))
	}
}

func TestStepsAreCurrentDoneOrSkipped(t *testing.T) {
	t.Parallel()
	f := brokersDesk(t)
	states := func(id int64) (said []string) {
		for _, step := range stepsOf(f.inquiries[f.at(id)]) {
			said = append(said, step.State)
		}
		return said
	}
	f.inquiries[f.at(orderedInquiry)].Documents = nil
	for id, want := range map[int64]string{
		openInquiry: "current ahead ahead ahead ahead", leadInquiry: "skipped current ahead ahead ahead",
		proposedInquiry: "done done current ahead ahead", orderedInquiry: "done done skipped done done",
	} {
		if got := strings.Join(states(id), " "); got != want {
			t.Errorf("%d: %s, want %s", id, got, want)
		}
	}
	tendered := f.inquiries[f.at(tenderingInquiry)]
	if nextOf(tendered) != nil {
		t.Errorf("where others act, the broker is sent to %+v", nextOf(tendered))
	}
	tendered.Offers = append(tendered.Offers, deskOffer("o9", "Elbtal", 100))
	if next := nextOf(tendered); next == nil || next.URL != "/desk/inquiries/2144382/comparison" {
		t.Errorf("an offer that came leads to %+v", next)
	}
}

func TestWhatTheCatalogueForgotHasItsNumber(t *testing.T) {
	t.Parallel()
	f := brokersDesk(t)
	for n := range f.inquiries {
		f.inquiries[n].Line, f.inquiries[n].Profession = insurance.Line{ID: 77}, insurance.Profession{ID: 3}
	}
	contains(t, f.get(t, "/desk/inquiries/2144380").Body.String(), "<h1>77</h1>")
}

func TestAPolicyIsEndedAfterAConfirmation(t *testing.T) {
	t.Parallel()
	f := brokersDesk(t)
	const path = "/desk/inquiries/2144385/end"
	asked := f.get(t, path).Body.String()
	contains(t, asked, `<option value="WITHDRAWAL">Widerruf</option>`, `<option value="ORDINARY">Ordentliche Kündigung</option>`)
	if strings.Contains(asked, "FRAUD") {
		t.Error("the broker may say what only the insurer may")
	}
	shown := f.post(t, path, "reason", "ORDINARY", "on", "31.12.2027", "comment", "Betrieb verkauft")
	contains(t, read(t, shown, http.StatusOK), "Grund Ordentliche Kündigung", "Bemerkung Betrieb verkauft", deskGerman["desk.end.told"])
	contains(t, shown.Body.String(), `name="on" value="2027-12-31"`, `name="confirmed" value="`)
	for _, wish := range f.asked {
		if _, ended := wish.(core.PolicyEnding); ended {
			t.Fatal("the policy was ended before anybody confirmed")
		}
	}
	leads(t, f.post(t, path, "reason", "ORDINARY", "on", "2027-12-31", "comment", "Betrieb verkauft", "confirmed", "yes"), "/desk/inquiries/2144385?notice=ended")
	want := core.PolicyEnding{InquiryID: orderedInquiry, Reason: insurance.ReasonOrdinary, On: insurance.MustDate("2027-12-31"), Comment: "Betrieb verkauft"}
	if got := noted[core.PolicyEnding](t, f); got != want {
		t.Errorf("ended %+v", got)
	}
}

func TestWhatAnEndWouldDoIsSaidBeforeItIsConfirmed(t *testing.T) {
	t.Parallel()
	const path, told = "/desk/inquiries/2144385/end", "Ihr Maklerprogramm sieht das Ende, wenn es die Anfrage das nächste Mal abruft."
	for _, c := range []struct {
		reason, on string
		want, not  []string
	}{
		{
			"WITHDRAWAL", "",
			[]string{"Grund Widerruf Letzter Tag des Schutzes keiner, der Schutz entfällt von Beginn an Berechneter Beitrag 498,12 € Davon verbraucht 0,00 € Erstattung 498,12 €"},
			[]string{"Gewünschter Tag", "Bemerkung"},
		},
		{
			"ORDINARY", "",
			[]string{"Letzter Tag des Schutzes 30.11.2027, 24:00 Uhr (letzter Tag eingeschlossen) Berechneter Beitrag 498,12 € Davon verbraucht 498,12 € Erstattung 0,00 €"},
			[]string{"Gewünschter Tag", deskGerman["desk.end.moved"]},
		},
		{"ORDINARY", "2027-11-30", []string{"Letzter Tag des Schutzes 30.11.2027"}, []string{"Gewünschter Tag", deskGerman["desk.end.moved"]}},
		{
			"ORDINARY", "2027-12-31",
			[]string{"Letzter Tag des Schutzes 30.11.2028", "Gewünschter Tag 31.12.2027", deskGerman["desk.end.moved"]}, nil,
		},
	} {
		f := brokersDesk(t)
		page := read(t, f.post(t, path, "reason", c.reason, "on", c.on), http.StatusOK)
		contains(t, page, append(c.want, told)...)
		for _, not := range c.not {
			if strings.Contains(page, not) {
				t.Errorf("%s on %q: the page says %q", c.reason, c.on, not)
			}
		}
	}
}

func TestAnEndedPolicyIsSaidToBeOver(t *testing.T) {
	t.Parallel()
	for state, want := range map[insurance.PolicyState]string{
		insurance.PolicyEnding: "ending", insurance.PolicyWithdrawn: "over", insurance.PolicyExpired: "over", insurance.PolicyBound: "ordered",
	} {
		f := brokersDesk(t)
		policy := f.inquiries[f.at(orderedInquiry)].Policy
		policy.State = state
		policy.Termination = &insurance.Termination{EndsOn: insurance.MustDate("2027-03-01")}
		page := read(t, f.get(t, inquiryPath(orderedInquiry, "")), http.StatusOK)
		contains(t, page, deskGerman["desk.about."+want])
		if renews := strings.Contains(page, "Verlängerung"); renews != (want == "ordered") {
			t.Errorf("%s: the renewal is told: %t", state, renews)
		}
	}
}

func TestACustomerWithoutANameIsStillCalledSomething(t *testing.T) {
	t.Parallel()
	f := brokersDesk(t)
	f.customers[0].Party, f.customers[0].ExternalID = insurance.Party{}, ""
	for n := range f.inquiries {
		f.inquiries[n].Customer = f.customers[0]
	}
	for _, target := range []string{
		"/desk/", "/desk/customers", "/desk/customers/71", "/desk/customers/71/inquiries", "/desk/inquiries/2144385", "/desk/inquiries/2144385/end",
		"/desk/inquiries/2144380/questionnaire", "/desk/inquiries/2144381/comparison", "/desk/inquiries/2144384/proposal", "/desk/inquiries/2144381/order?offer=o1",
	} {
		contains(t, f.get(t, target).Body.String(), "Kunde 71")
	}
	for private, field := range map[string]string{"yes": "last_name", "no": "company"} {
		refused := f.post(t, "/desk/customers/71", "private", private, "first_name", "Ada")
		contains(t, refused.Body.String(), `href="#`+field+`"`)
		if refused.Code != http.StatusUnprocessableEntity {
			t.Errorf("a customer without a name is answered with %d", refused.Code)
		}
	}
}

func TestAnEndThatCannotBeIsAskedAgain(t *testing.T) {
	t.Parallel()
	const path = "/desk/inquiries/2144385/end"
	wrong := brokersDesk(t).post(t, path, "reason", "FRAUD", "on", "soon", "confirmed", "yes")
	contains(t, read(t, wrong, http.StatusUnprocessableEntity), "Grund fehlt", "Letzter Tag des Schutzes ist kein Datum")
	contains(t, wrong.Body.String(), `value="soon"`, `href="#reason"`)
	f := brokersDesk(t).refuse("EndPolicy", insurance.Invalid(insurance.FieldEffectiveOn, "is over %d days ago", 30))
	contains(t, read(t, f.post(t, path, "reason", "ORDINARY", "on", "2026-01-01", "confirmed", "yes"), http.StatusUnprocessableEntity),
		"Letzter Tag des Schutzes liegt mehr als 30 Tage zurück")
	refused := brokersDesk(t).refuse("PreviewPolicyEnding", insurance.RefuseField(insurance.CodeReasonForbidden, insurance.FieldReason, "is possible within %d days of conclusion only", 30))
	page := read(t, refused.post(t, path, "reason", "ORDINARY"), http.StatusUnprocessableEntity)
	contains(t, page, "Grund ist nur in den ersten 30 Tagen nach dem Abschluss möglich")
	if strings.Contains(page, deskGerman["desk.end.confirm"]) {
		t.Error("what is refused can be confirmed")
	}
	failing := brokersDesk(t).refuse("PreviewPolicyEnding", errors.New("the disk is full"))
	read(t, failing.post(t, path, "reason", "ORDINARY"), http.StatusInternalServerError)
	leads(t, brokersDesk(t).get(t, "/desk/inquiries/2144384/end"), "/desk/inquiries/2144384?notice=state")
	late := brokersDesk(t)
	late.desk.Now = deskNow.AddDate(0, 1, 0)
	if page := late.get(t, path).Body.String(); strings.Contains(page, "WITHDRAWAL") {
		t.Error("a withdrawal is offered after its time")
	}
}

func TestDocumentsOpenInTheBrowser(t *testing.T) {
	t.Parallel()
	answer := brokersDesk(t).get(t, "/desk/inquiries/2144385/documents/d1")
	for header, want := range map[string]string{
		"Content-Type": "application/pdf", "Content-Disposition": "inline; filename*=utf-8''Vorschlag%20B%C3%A4ckerei.pdf",
		"Cache-Control": "no-store", "Content-Security-Policy": "frame-ancestors 'none'",
	} {
		if got := answer.Header().Get(header); got != want {
			t.Errorf("%s is %q, want %q", header, got, want)
		}
	}
	if answer.Body.String() != "%PDF-1.3\n" {
		t.Errorf("the file is %q", answer.Body)
	}
}

func TestGermanDetailsFillIn(t *testing.T) {
	t.Parallel()
	s := speakerOf("de")
	for detail, want := range map[string]string{
		"is required": "fehlt", "is over 28 days ago": "liegt mehr als 28 Tage zurück", "is over 0 days ago": "liegt in der Vergangenheit",
		"is longer than 64 characters": "ist länger als 64 Zeichen", "has more than 2 decimal digits": "hat mehr als 2 Nachkommastellen",
		"is required, or that of an account": "fehlt", "of 1M is not offered by BHV": "wird nicht angeboten", "something new": germanDetail, "": germanDetail,
	} {
		if got := s.detail(detail); got != want {
			t.Errorf("%q is %q, want %q", detail, got, want)
		}
		if got := speakerOf("en").detail(detail); got != detail {
			t.Errorf("%q is %q in English", detail, got)
		}
	}
	if s.fieldProblems(insurance.Refuse(insurance.CodeInvalid, "x")) != nil || s.fieldProblems(nil) != nil {
		t.Error("a refusal about no field has problems of fields")
	}
}
