package console

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/insurance"
)

var questionnaireOfOpen = inquiryPath(openInquiry, "/questionnaire")

// holds demands that a page have each of these texts.
func holds(t *testing.T, page string, wanted ...string) {
	t.Helper()
	for _, want := range wanted {
		if want == "" || !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}

// leadsTo demands that an answer lead on to another page.
func leadsTo(t *testing.T, status int, header http.Header, want string) {
	t.Helper()
	if got := header.Get("Location"); status != http.StatusSeeOther || got != want {
		t.Errorf("answered with %d to %q, want 303 to %q", status, got, want)
	}
}

// untouched demands that the fake was not asked for anything of a type.
func untouched[T any](t *testing.T, f *fakeDesk) {
	t.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, wish := range f.asked {
		if found, ok := wish.(T); ok {
			t.Errorf("the desk was asked for %+v", found)
		}
	}
}

func TestQuestionnaireAsksEveryQuestionWithItsControl(t *testing.T) {
	t.Parallel()
	page := workingDesk(t).get(t, questionnaireOfOpen+"?lang=de").Body.String()
	holds(t, page,
		`<input type="hidden" name="version" value="3">`,
		`<option value="12" selected>Bäckerei</option>`, `<optgroup label="Handwerk">`,
		`<h2 id="section-1">Betrieb</h2>`, `<h2 id="section-2">Schutz</h2>`, `<h2 id="section-3">Technik</h2>`,
		`<input id="revenue" name="revenue" value="250.000" type="text" autocomplete="off" inputmode="decimal"`, `<span class="unit">€</span>`,
		`<p class="help" id="revenue-help">Netto, im letzten Geschäftsjahr.</p>`,
		`<input id="employees_full_time" name="employees_full_time" value="3" type="text" autocomplete="off" inputmode="numeric"`,
		`<input id="starts_on" name="starts_on" value="" type="date"`,
		`<input type="radio" id="abroad-1" name="abroad" value="false" checked><span>Nein <small>Standard</small></span>`,
		`<input type="radio" id="sum_insured-1" name="sum_insured" value="3000000" checked><span>3.000.000`,
		`value="12" checked><span>jährlich <small>Standard</small></span>`, `<span>vierteljährlich</span>`,
		`<input type="radio" id="backups" name="backups" value="" checked><span>Keine Angabe</span>`,
		`<select id="region" name="region" aria-required="true"`, `<input type="checkbox" id="sprinklers" name="sprinklers" value="true">`,
		`Ohne Antwort gilt: 0`, wordings["de"]["ask.lead.send"],
	)
}

func TestWhatWasChangedIsSaved(t *testing.T) {
	t.Parallel()
	f := workingDesk(t)
	answer := f.post(t, questionnaireOfOpen+"?lang=de", filledInAll("then", "save", "revenue", "12.500,50", "employees_full_time", "", "profession", "11")...)
	leadsTo(t, answer.Code, answer.Header(), questionnaireOfOpen+"?notice=saved")
	wish := noted[core.AnswerWish](t, f)
	want := map[string]string{"revenue": "12500.50", "employees_full_time": "", "starts_on": "2026-12-01", "region": "Nord"}
	if !maps.Equal(wish.Answers, want) {
		t.Errorf("the desk was told %v, want %v: what is assumed and was not touched is no answer", wish.Answers, want)
	}
	if wish.Profession != 11 || wish.InquiryStep != (core.InquiryStep{ID: openInquiry, Version: 3}) {
		t.Errorf("the desk was told profession %d at %+v", wish.Profession, wish.InquiryStep)
	}
	untouched[core.InquiryStep](t, f)
}

func TestNothingIsSavedWhereNothingChanged(t *testing.T) {
	t.Parallel()
	f := workingDesk(t)
	f.inquiryIn(openInquiry).Answers = map[string]string{
		"revenue": "250000.00", "employees_full_time": "3", "starts_on": "2026-12-01", "region": "Nord",
	}
	answer := f.post(t, questionnaireOfOpen+"?lang=de", filledInAll("then", "save")...)
	leadsTo(t, answer.Code, answer.Header(), questionnaireOfOpen+"?notice=saved")
	untouched[core.AnswerWish](t, f)
}

func TestCompleteQuestionnaireIsCompared(t *testing.T) {
	t.Parallel()
	f := workingDesk(t)
	answer := f.post(t, questionnaireOfOpen, filledInAll("then", "compare")...)
	leadsTo(t, answer.Code, answer.Header(), inquiryPath(openInquiry, "/comparison"))
	if step := noted[core.InquiryStep](t, f); step != (core.InquiryStep{ID: openInquiry, Version: 3}) {
		t.Errorf("calculated from %+v", step)
	}
}

// TestEveryProblemStandsAtItsFieldAndOnTop sends a form in which much is wrong,
// and finds it as it was typed.
func TestEveryProblemStandsAtItsFieldAndOnTop(t *testing.T) {
	t.Parallel()
	f := workingDesk(t)
	answer := f.post(t, questionnaireOfOpen+"?lang=de", filledInAll(
		"then", "compare", "revenue", "viel", "employees_full_time", "", "starts_on", "31.2.2027", "sum_insured", "7", "region", "")...)
	if answer.Code != http.StatusUnprocessableEntity {
		t.Errorf("answered with %d", answer.Code)
	}
	page := answer.Body.String()
	holds(t, page,
		`<a href="#revenue">Jahresumsatz `+wordings["de"]["ask.wrong.amount"]+`</a>`, `<p class="wrong" id="revenue-problem">Jahresumsatz `+wordings["de"]["ask.wrong.amount"]+`</p>`,
		`value="viel"`, `aria-invalid="true" aria-describedby="revenue-problem revenue-help"`,
		`<a href="#employees_full_time">Vollzeitkräfte fehlt</a>`, `<a href="#region">Region fehlt</a>`,
		`<a href="#starts_on">Beginn `+wordings["de"]["ask.wrong.date"]+`</a>`, `<input id="starts_on" name="starts_on" value="31.2.2027" type="text"`,
		`<a href="#sum_insured">Versicherungssumme `+wordings["de"]["ask.wrong.choice"]+`</a>`,
	)
	untouched[core.AnswerWish](t, f)
	untouched[core.InquiryStep](t, f)
}

func TestIncompleteQuestionnaireIsSavedButNotCompared(t *testing.T) {
	t.Parallel()
	f := workingDesk(t)
	for then, want := range map[string]int{"save": http.StatusSeeOther, "compare": http.StatusUnprocessableEntity} {
		if answer := f.post(t, questionnaireOfOpen, filledInAll("then", then, "region", "")...); answer.Code != want {
			t.Errorf("%s is answered with %d, want %d", then, answer.Code, want)
		}
	}
}

func TestDaysInThePastAreSaidBeforeTheCoreIsAsked(t *testing.T) {
	t.Parallel()
	f := workingDesk(t)
	answer := f.post(t, questionnaireOfOpen+"?lang=de", filledInAll("then", "save", "starts_on", "21.11.2026")...)
	holds(t, answer.Body.String(), `<a href="#starts_on">Beginn liegt in der Vergangenheit</a>`)
	untouched[core.AnswerWish](t, f)
}

func TestRefusedAnswersAreShownAsTheyWereTyped(t *testing.T) {
	t.Parallel()
	for _, each := range []struct {
		method string
		err    error
		status int
		says   string
	}{
		{"Answer", insurance.Invalid(insurance.FieldOf("revenue"), "is too large"), http.StatusUnprocessableEntity, `<a href="#revenue">Annual revenue is too large</a>`},
		{"Calculate", insurance.Invalid(insurance.FieldTerm, "is odd"), http.StatusUnprocessableEntity, wordings["en"]["ask.other"] + " is odd"},
		{"Answer", insurance.RefuseField(insurance.CodeProductUnknown, insurance.FieldProfession, "is not known"), http.StatusUnprocessableEntity, `<a href="#profession">Type of business is not known</a>`},
		{"Answer", insurance.Refuse(insurance.CodeStale, "changed"), http.StatusConflict, wordings["en"]["desk.notice.stale"]},
		{"Calculate", insurance.Refuse(insurance.CodeStale, "changed"), http.StatusConflict, wordings["en"]["desk.notice.stale"]},
	} {
		f := workingDesk(t).refuse(each.method, each.err)
		answer := f.post(t, questionnaireOfOpen+"?lang=en", filledInAll("then", "compare", "revenue", "777.777")...)
		if answer.Code != each.status {
			t.Errorf("%s, %v: answered with %d, want %d", each.method, each.err, answer.Code, each.status)
		}
		holds(t, answer.Body.String(), each.says, `value="777.777"`)
	}
}

// TestOutdatedAnswersCanBeSentAgain: what was typed stands on the newer version.
func TestOutdatedAnswersCanBeSentAgain(t *testing.T) {
	t.Parallel()
	f := workingDesk(t).refuse("Answer", insurance.Refuse(insurance.CodeStale, "changed"))
	f.inquiryIn(openInquiry).Version = 9
	holds(t, f.post(t, questionnaireOfOpen, filledInAll("then", "save")...).Body.String(), `name="version" value="9"`)
}

func TestFailuresOfTheQuestionnaireLeadToAPage(t *testing.T) {
	t.Parallel()
	for method, form := range map[string][]string{
		"Answer": filledInAll("then", "save"), "Calculate": filledInAll("then", "compare"),
	} {
		f := workingDesk(t).refuse(method, errors.New("the disk is full"))
		answer := f.post(t, questionnaireOfOpen+"?lang=en", form...)
		if answer.Code != http.StatusInternalServerError || strings.Contains(answer.Body.String(), "disk") {
			t.Errorf("%s: answered with %d", method, answer.Code)
		}
	}
	f := workingDesk(t).refuse("DeskProfessions", errors.New("gone"))
	if answer := f.get(t, questionnaireOfOpen); answer.Code != http.StatusInternalServerError {
		t.Errorf("without professions: answered with %d", answer.Code)
	}
}

func TestClosedQuestionnaireIsReadOnlyAndSaysWhy(t *testing.T) {
	t.Parallel()
	f := workingDesk(t)
	f.inquiryIn(calculatedInquiry).Line.Questions = nil
	for id, key := range map[int64]string{
		tenderingInquiry: "ask.closed.tendering", leadInquiry: "ask.closed.lead", proposedInquiry: "ask.closed.proposed",
		orderedInquiry: "ask.closed.ordered", calculatedInquiry: "ask.closed.line",
	} {
		path := inquiryPath(id, "/questionnaire")
		page := f.get(t, path+"?lang=de").Body.String()
		holds(t, page, wordings["de"][key])
		if strings.Contains(page, `class="ask"`) {
			t.Errorf("%s: there is a form", key)
		}
		answer := f.post(t, path, filledInAll("then", "save")...)
		leadsTo(t, answer.Code, answer.Header(), path+"?notice=state")
	}
	holds(t, f.get(t, inquiryPath(proposedInquiry, "/questionnaire?lang=de")).Body.String(),
		"<dt>Jahresumsatz</dt><dd>250.000\u00a0€</dd>", "<dt>Zahlungsweise</dt><dd>Ohne Antwort gilt: jährlich</dd>", "<dt>Region</dt><dd>Keine Angabe</dd>")
	untouched[core.AnswerWish](t, f)
}

func TestOffersThatAnAnswerMakesVoidAreNamed(t *testing.T) {
	t.Parallel()
	page := workingDesk(t).get(t, inquiryPath(calculatedInquiry, "/questionnaire?lang=en")).Body.String()
	holds(t, page, wordings["en"]["ask.compared"], inquiryPath(calculatedInquiry, "/comparison"))
	if strings.Contains(page, wordings["en"]["ask.lead.send"]) {
		t.Error("a calculated inquiry is offered to be sent on as a lead")
	}
}

func TestLeadIsSentOn(t *testing.T) {
	t.Parallel()
	f := workingDesk(t)
	answer := f.post(t, inquiryPath(openInquiry, "/lead"), "version", "3")
	leadsTo(t, answer.Code, answer.Header(), inquiryPath(openInquiry, ""))
	if step := noted[core.InquiryStep](t, f); step.Version != 3 {
		t.Errorf("sent on from version %d", step.Version)
	}
	f.refuse("SendLead", insurance.Refuse(insurance.CodeStale, "changed"))
	answer = f.post(t, inquiryPath(openInquiry, "/lead"), "version", "no number")
	leadsTo(t, answer.Code, answer.Header(), inquiryPath(openInquiry, "?notice=stale"))
	if step := noted[core.InquiryStep](t, f); step.Version > 0 {
		t.Errorf("an odd version is read as %d", step.Version)
	}
}

func TestNobodyWorksWhatIsNotThere(t *testing.T) {
	t.Parallel()
	f := workingDesk(t)
	for _, below := range []string{"/questionnaire", "/comparison", "/proposal", "/order", "/offers/o1/information"} {
		for _, id := range []string{"1", "none", "-1"} {
			if answer := f.get(t, fmt.Sprintf("/desk/inquiries/%s%s", id, below)); answer.Code != http.StatusNotFound {
				t.Errorf("%s of %s: answered with %d", below, id, answer.Code)
			}
		}
	}
}
