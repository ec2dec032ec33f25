package console

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/insurance"
)

// questionnairePage is what desk_questionnaire.html shows.
type questionnairePage struct {
	workPage
	// Closed says why nothing can be changed any more; empty while it can.
	Closed string
	// Compared: there are offers, which a changed answer makes void.
	Compared bool
	Business deskSelect
	Sections []sectionPart
}

// choicePart is something to choose.
type choicePart struct {
	// ID is that of its control, Value what is sent.
	ID, Value, Label string
	Chosen           bool
	// Usual marks what is assumed unless something else is chosen.
	Usual bool
}

// sectionPart is the questions that belong together.
type sectionPart struct {
	ID, Name  string
	Questions []questionPart
}

// questionPart is a question with what was answered.
type questionPart struct {
	// ID is the name of its attribute, and of its control.
	ID, Label, Help, Unit string
	// Control is "line" for what is typed, "cards" and "select" for what is
	// chosen, and "box" for what is confirmed.
	Control string
	// Type, Mode and Pattern are of a line: what input it is, which keyboard
	// fits, and how the answer may be typed.
	Type, Mode, Pattern string
	Required            bool
	// Value is the answer as it was typed, or as it is stored; Said is the
	// stored one in words, or what is assumed.
	Value, Said string
	// Assumed is what counts without an answer.
	Assumed string
	Choices []choicePart
	// Problem says what is wrong, Missing and Wrong what the script says if
	// nothing or something else was typed.
	Problem, Missing, Wrong string
}

// filledIn is a questionnaire as somebody filled it in.
type filledIn struct {
	profession string
	// typed are the answers by the names of their attributes.
	typed map[string]string
	// wrong is what cannot be right, by field.
	wrong map[insurance.Field]string
	// stale: the inquiry was changed since the form was sent out.
	stale bool
}

// professionID is the control of the profession, which is no question but
// decides with the answers.
const professionID = insurance.AttributeProfession

// closedBy says by which key why the questions of an inquiry cannot be
// answered any more.
var closedBy = map[core.InquiryStatus]string{
	core.InquiryTendering: "ask.closed.tendering",
	core.InquiryLead:      "ask.closed.lead",
	core.InquiryProposed:  "ask.closed.proposed",
	core.InquiryOrdered:   "ask.closed.ordered",
}

// closed is the key of why the questions cannot be answered; empty if they can.
func closed(i core.Inquiry) string {
	if len(i.Line.Questions) == 0 {
		return "ask.closed.line"
	}
	return closedBy[i.Status]
}

func (p deskPages) questionnaire(v deskVisit, i core.Inquiry) {
	v.showQuestionnaire(http.StatusOK, i, v.answered(i))
}

// answered is the questionnaire as it is stored.
func (v deskVisit) answered(i core.Inquiry) filledIn {
	stored := filledIn{profession: strconv.Itoa(i.Profession.ID), typed: map[string]string{}}
	for _, q := range i.Line.Questions {
		stored.typed[q.Name] = v.written(q, i.Answers[q.Name])
	}
	return stored
}

// sent is the questionnaire as it was sent.
func (v deskVisit) sent(i core.Inquiry) filledIn {
	form := filledIn{
		profession: v.r.PostFormValue(professionID),
		typed:      map[string]string{}, wrong: map[insurance.Field]string{},
	}
	for _, q := range i.Line.Questions {
		form.typed[q.Name] = v.r.PostFormValue(q.Name)
	}
	return form
}

// answer stores what was changed, and has the offers made if that was asked
// for.
func (p deskPages) answer(v deskVisit, i core.Inquiry) {
	if closed(i) != "" {
		v.redirect(inquiryPath(i.ID, "/questionnaire?notice=state"))
		return
	}
	form, compare, to := v.sent(i), v.r.PostFormValue("then") == "compare", "/questionnaire?notice=saved"
	wish := v.wish(i, form, compare)
	if len(form.wrong) > 0 {
		v.showQuestionnaire(http.StatusUnprocessableEntity, i, form)
		return
	}
	i, err := v.store(i, wish)
	if err == nil && compare {
		to = "/comparison"
		_, err = p.from.Calculate(v.r.Context(), v.desk, core.InquiryStep{ID: i.ID, Version: i.Version})
	}
	if err != nil {
		v.showAgain(i, form, err)
		return
	}
	v.redirect(inquiryPath(i.ID, to))
}

// wish is what was changed in the questionnaire. What is wrong is noted in the
// form, and so is what is missing if it is to be complete.
func (v deskVisit) wish(i core.Inquiry, form filledIn, complete bool) core.AnswerWish {
	wish := core.AnswerWish{InquiryStep: v.step(), Profession: i.Profession.ID, Answers: map[string]string{}}
	if id, err := strconv.Atoi(form.profession); err == nil {
		wish.Profession = id
	}
	answers := map[string]string{}
	for _, q := range i.Line.Questions {
		typed, stored := form.typed[q.Name], i.Answers[q.Name]
		answer, readable := exactAnswer(q, typed)
		switch {
		case !readable:
			form.wrong[insurance.FieldOf(q.Name)] = v.wrong(q)
		case answer != "":
			answers[q.Name] = answer
		}
		if typed != v.written(q, stored) && answer != cmp.Or(stored, q.Default) {
			wish.Answers[q.Name] = answer
		}
	}
	for _, problem := range i.Line.Check(answers, complete, insurance.DateIn(v.desk.Now, v.zone())) {
		if form.wrong[problem.Field] == "" {
			form.wrong[problem.Field] = v.speaker().detail(problem.Detail)
		}
	}
	return wish
}

// missing is the core's word for what was not answered.
const missing = "is required"

// needed tells whether nothing can be priced without an answer.
func needed(q insurance.Question) bool { return q.Required && q.Default == "" }

// wrong says of an answer that it is none.
func (v deskVisit) wrong(q insurance.Question) string {
	if form, typed := answerForms[q.Kind]; typed && len(q.Options) == 0 {
		return v.say(form.wrong)
	}
	return v.say("ask.wrong.choice")
}

// store changes the answers, if there is anything to change, and gives the
// inquiry as it is then.
func (v deskVisit) store(i core.Inquiry, wish core.AnswerWish) (core.Inquiry, error) {
	if len(wish.Answers) == 0 && wish.Profession == i.Profession.ID {
		i.Version = wish.Version
		return i, nil
	}
	changed, err := v.from.Answer(v.r.Context(), v.desk, wish)
	if err != nil {
		return i, err
	}
	return changed, nil
}

// showAgain shows the questionnaire with what is wrong. What was typed stays,
// even where somebody else has changed the inquiry meanwhile.
func (v deskVisit) showAgain(i core.Inquiry, form filledIn, refused error) {
	form.wrong = v.speaker().fieldProblems(refused)
	status := http.StatusUnprocessableEntity
	if insurance.CodeOf(refused) == insurance.CodeStale {
		now, err := v.from.DeskInquiry(v.r.Context(), v.desk, i.ID)
		if err != nil {
			v.fail(err)
			return
		}
		i, form.stale, status = now, true, http.StatusConflict
	} else if len(form.wrong) == 0 {
		v.fail(refused)
		return
	}
	v.showQuestionnaire(status, i, form)
}

func (p deskPages) sendLead(v deskVisit, _ core.Inquiry) {
	_, err := p.from.SendLead(v.r.Context(), v.desk, v.step())
	v.stepped(err, "")
}

func (v deskVisit) showQuestionnaire(status int, i core.Inquiry, form filledIn) {
	professions, err := v.from.DeskProfessions(v.r.Context(), v.desk)
	if err != nil {
		v.fail(err)
		return
	}
	page := questionnairePage{
		workPage: v.workPage(i, "questionnaire", v.say("ask.title")), Closed: closed(i), Compared: len(i.Offers) > 0,
		Business: v.business(professions, form), Sections: v.sections(i, form),
	}
	controls := []control{{insurance.FieldProfession, professionID, v.say("ask.profession")}}
	for _, q := range i.Line.Questions {
		controls = append(controls, control{insurance.FieldOf(q.Name), q.Name, v.label(q)})
	}
	page.Problems = summary(form.wrong, controls, v.say("ask.other"))
	if form.stale {
		page.Notice, page.NoticeKind = "desk.notice.stale", "bad"
	}
	v.show(status, "desk_questionnaire.html", page)
}

// business is the choice of the profession.
func (v deskVisit) business(professions []insurance.Profession, form filledIn) deskSelect {
	chosen, err := strconv.Atoi(form.profession)
	if err != nil {
		chosen = 0 // none has that id
	}
	return deskSelect{
		ID: professionID, Label: v.say("ask.profession"), Help: v.say("ask.profession.help"),
		Problem: form.wrong[insurance.FieldProfession], Required: true,
		Groups: v.speaker().professionChoices(professions, chosen), Filter: true,
	}
}

// sections are the questions by what they belong to, each section where its
// first question is.
func (v deskVisit) sections(i core.Inquiry, form filledIn) []sectionPart {
	var parts []sectionPart
	for _, q := range i.Line.Questions {
		name := q.Section.In(v.speaker().lang)
		at := slices.IndexFunc(parts, func(s sectionPart) bool { return s.Name == name })
		if at < 0 {
			at = len(parts)
			parts = append(parts, sectionPart{ID: "section-" + strconv.Itoa(at+1), Name: name})
		}
		parts[at].Questions = append(parts[at].Questions, v.question(q, i.Answers[q.Name], form))
	}
	return parts
}

// question is a question with its answer, stored and as it was typed.
func (v deskVisit) question(q insurance.Question, stored string, form filledIn) questionPart {
	s := v.speaker()
	part := questionPart{
		ID: q.Name, Label: v.label(q), Help: q.Help.In(s.lang), Control: "line", Type: "text", Required: needed(q),
		Value: form.typed[q.Name], Said: v.said(q, stored), Assumed: v.said(q, q.Default),
		Problem: form.wrong[insurance.FieldOf(q.Name)], Missing: s.detail(missing), Wrong: v.wrong(q),
	}
	if typed, ok := answerForms[q.Kind]; ok {
		part.Pattern = typed.pattern.String()
	}
	return v.controlled(part, q)
}

// controlled gives a question the control that fits.
func (v deskVisit) controlled(part questionPart, q insurance.Question) questionPart {
	// More than this many cards are no longer seen at a glance.
	const most = 6
	switch {
	case len(q.Options) > most:
		part.Control, part.Choices = "select", v.choices(part, q, q.Options)
	case len(q.Options) > 0:
		part.Control, part.Choices = "cards", v.choices(part, q, q.Options)
	case q.Kind == insurance.AttributeFlag:
		part.Control, part.Choices = "cards", v.choices(part, q, []string{"true", "false"})
	case q.Kind == insurance.AttributeConfirmation:
		part.Control = "box"
	case q.Kind == insurance.AttributeAmount:
		part.Mode, part.Unit = "decimal", "€"
	case q.Kind == insurance.AttributeWhole:
		part.Mode = "numeric"
	case q.Kind == insurance.AttributeDate:
		part.Type = dateInput(part.Value)
	}
	return part
}

// dateInput is the type of input for a day. One that was typed without a
// calendar stays as it was typed, which an input with one would not show.
func dateInput(typed string) string {
	if _, err := insurance.ParseDate(typed); typed != "" && err != nil {
		return "text"
	}
	return "date"
}

// choices are what a question lets choose from. Where nothing is assumed and
// nothing needed, none of it can be chosen, too.
func (v deskVisit) choices(part questionPart, q insurance.Question, values []string) []choicePart {
	chosen := cmp.Or(part.Value, q.Default)
	if q.Default == "" && !q.Required {
		values = append([]string{""}, values...)
	}
	choices := make([]choicePart, 0, len(values))
	for n, value := range values {
		// What is wrong leads to the first of them.
		id := q.Name
		if n > 0 {
			id += "-" + strconv.Itoa(n)
		}
		choices = append(choices, choicePart{
			ID: id, Value: value, Label: cmp.Or(v.said(q, value), v.say("ask.none")),
			Chosen: value == chosen, Usual: value != "" && value == q.Default,
		})
	}
	return choices
}

// label is what a question is called.
func (v deskVisit) label(q insurance.Question) string { return q.Label.In(v.speaker().lang) }

// said is an answer in words.
func (v deskVisit) said(q insurance.Question, answer string) string {
	return v.speaker().Answer(q, answer)
}

// written is an answer as one would type it.
func (v deskVisit) written(q insurance.Question, answer string) string {
	if q.Kind != insurance.AttributeAmount || len(q.Options) > 0 {
		return answer
	}
	return strings.Trim(v.said(q, answer), "€\u00a0 ")
}
