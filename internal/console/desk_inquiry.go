package console

import (
	"net/http"
	"slices"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/document"
	"github.com/covernote/covernote/internal/insurance"
)

// inquiryPage is what desk_inquiry.html shows.
type inquiryPage struct {
	deskPage
	ID                     int64
	Customer, CustomerPath string
	Line, Profession       string
	Status                 statePill
	Opened, Changed        string
	Steps                  []deskStep
	// About is the key of what the status means, and Next what to do about it.
	About string
	Next  *nextStep
	// Offer is the chosen offer in short; empty before.
	Offer     []document.Labelled
	Policy    *deskPolicy
	Refs      []core.Ref
	Documents []documentLink
	History   []happening
}

// deskStep is a step that an inquiry goes through.
type deskStep struct {
	// Key is that of its name.
	Key string
	// State is "done", "current", "skipped" or "ahead"; "desk.step.<state>" says
	// it.
	State string
	// URL leads to its page; empty while there is nothing to see.
	URL string
}

// nextStep is what is to be done next.
type nextStep struct{ Key, URL string }

// happening is a line of the history.
type happening struct {
	At, Machine, Key string
	Status           *statePill
}

// inquiry shows where an inquiry stands and what belongs to it.
func (p deskPages) inquiry(v deskVisit) {
	i, err := p.from.DeskInquiry(v.r.Context(), v.desk, v.id())
	if err != nil {
		v.fail(err)
		return
	}
	history, err := p.from.History(v.r.Context(), v.desk, i.ID)
	if err != nil {
		v.fail(err)
		return
	}
	v.show(http.StatusOK, "desk_inquiry.html", v.inquiryPage(i, history))
}

func (v deskVisit) inquiryPage(i core.Inquiry, history []core.HistoryEntry) inquiryPage {
	s := v.speaker()
	page := inquiryPage{
		deskPage: v.page(v.inquiryTitle(i), "inquiries"), ID: i.ID,
		Customer: v.customerName(i.Customer), CustomerPath: customerPath(i.Customer.ID, ""),
		Line: s.lineName(i.Line), Profession: i.Profession.Name.In(s.lang), Status: statusPill(i.Status),
		Opened: v.minute(i.CreatedAt), Changed: v.minute(i.UpdatedAt),
		Steps: stepsOf(i), About: aboutOf(i), Next: nextOf(i),
		Refs: i.Refs, Documents: v.documents(i), History: v.history(history),
	}
	if i.Chosen != nil {
		page.Offer = v.offerInShort(*i.Chosen)
	}
	if i.Policy != nil {
		page.Policy = v.policyOf(i)
	}
	return page
}

// inquiryTitle names an inquiry by its number.
func (v deskVisit) inquiryTitle(i core.Inquiry) string {
	return v.say("desk.inquiry", "number", decimal(i.ID))
}

// reached is how far an inquiry has come, by its status: the index of its
// current step, or all of them.
var reached = map[core.InquiryStatus]int{
	core.InquiryOpen: 0, core.InquiryLead: 1, core.InquiryTendering: 1, core.InquiryCalculated: 1, core.InquiryProposed: 2,
	core.InquiryOrdered: len(stepNames),
}

// stepNames are the steps from the questionnaire to the policy.
var stepNames = []string{"questionnaire", "comparison", "proposal", "order", "policy"}

// stepsOf are the steps of an inquiry as it stands.
func stepsOf(i core.Inquiry) []deskStep {
	steps := make([]deskStep, len(stepNames))
	for n, name := range stepNames {
		steps[n] = deskStep{Key: "desk.step." + name, State: "ahead"}
		switch {
		case n == reached[i.Status]:
			steps[n].State = "current"
		case n < reached[i.Status]:
			steps[n].State = "done"
		}
	}
	if i.Status == core.InquiryLead {
		steps[0].State = "skipped"
	}
	proposed := issued(i, core.DocumentProposal)
	if i.Status == core.InquiryOrdered && !proposed {
		steps[2].State = "skipped"
	}
	steps[0].URL = inquiryPath(i.ID, "/questionnaire")
	if len(i.Offers) > 0 {
		steps[1].URL = inquiryPath(i.ID, "/comparison")
	}
	if proposed && (i.Status == core.InquiryProposed || i.Status == core.InquiryOrdered) {
		steps[2].URL = inquiryPath(i.ID, "/proposal")
	}
	return steps
}

// issued tells whether the inquiry has a document of a kind.
func issued(i core.Inquiry, kind core.DocumentKind) bool {
	return slices.ContainsFunc(i.Documents, func(d core.InquiryDocument) bool { return d.Kind == kind })
}

// aboutOf is the key of what the status of an inquiry means, and once it was
// ordered the state of its policy.
func aboutOf(i core.Inquiry) string {
	switch {
	case i.Policy == nil || i.Policy.State == insurance.PolicyBound:
		return "desk.about." + string(i.Status)
	case i.Policy.State.Live():
		return "desk.about.ending"
	}
	return "desk.about.over"
}

// nextOf is what the broker does next; nil where others act.
func nextOf(i core.Inquiry) *nextStep {
	switch i.Status {
	case core.InquiryOpen:
		return &nextStep{"desk.next.questionnaire", inquiryPath(i.ID, "/questionnaire")}
	case core.InquiryCalculated:
		return &nextStep{"desk.next.comparison", inquiryPath(i.ID, "/comparison")}
	case core.InquiryProposed:
		return &nextStep{"desk.next.proposal", inquiryPath(i.ID, "/proposal")}
	}
	if calculated(i) {
		return &nextStep{"desk.next.offers", inquiryPath(i.ID, "/comparison")}
	}
	return nil
}

// calculated tells whether there is an offer with a price.
func calculated(i core.Inquiry) bool {
	return i.Status != core.InquiryOrdered && slices.ContainsFunc(i.Offers, func(o core.Offer) bool {
		return o.Decision == insurance.DecisionCalculate
	})
}

// offerInShort is what was chosen.
func (v deskVisit) offerInShort(o core.Offer) []document.Labelled {
	s := v.speaker()
	return []document.Labelled{
		{Label: v.say("insurer"), Value: s.Insurer(o.Product.Insurer)},
		{Label: v.say("desk.product"), Value: o.Product.Name.In(s.lang)},
		{Label: v.say("desk.premium"), Value: v.premiumAndYear(o)},
		{Label: v.say("policy.sum"), Value: s.Sum(o.SumInsured)},
		{Label: v.say("policy.deductible"), Value: v.deductible(o)},
		{Label: v.say("policy.begins"), Value: s.Date(o.StartsOn)},
	}
}

// premiumAndYear is what an offer costs, and in a year if it is paid in parts.
func (v deskVisit) premiumAndYear(o core.Offer) string {
	s := v.speaker()
	if o.Interval == insurance.Months(12) {
		return s.premiumOf(o)
	}
	return v.say("desk.premium.year", "premium", s.premiumOf(o), "year", s.Money(o.Yearly))
}

// history is what happened, the last first.
func (v deskVisit) history(entries []core.HistoryEntry) []happening {
	lines := make([]happening, len(entries))
	for n, e := range entries {
		line := happening{At: v.minute(e.At), Machine: e.At.UTC().Format("2006-01-02T15:04Z"), Key: eventKey(e.Type)}
		if e.Status != "" {
			pill := statusPill(e.Status)
			line.Status = &pill
		}
		lines[len(entries)-1-n] = line
	}
	return lines
}

// eventKey is the key of what an event is called at the desk.
func eventKey(kind core.EventType) string {
	if toldEvents[kind] {
		return "desk.event." + string(kind)
	}
	return "desk.event.other"
}

// toldEvents are the events that the desk has words for: those of an inquiry, and of
// a policy that it becomes.
var toldEvents = map[core.EventType]bool{
	core.EventInquiryCreated: true, core.EventInquiryUpdated: true, core.EventInquiryProposed: true,
	core.EventInquiryOrdered: true, core.EventPolicyBound: true, core.EventPolicyPremium: true,
	core.EventPolicyRenewed: true, core.EventPolicyEnding: true, core.EventPolicyCancelled: true,
	core.EventPolicyWithdrawn: true, core.EventPolicyVoided: true, core.EventPolicyExpired: true,
	core.EventPolicyLapsed: true, core.EventPolicyEndorsed: true, core.EventCoolingOffEnded: true,
}

// beginInquiry asks for the line of business and the profession.
func (p deskPages) beginInquiry(v deskVisit) {
	c, err := p.from.DeskCustomer(v.r.Context(), v.desk, v.id())
	if err != nil {
		v.fail(err)
		return
	}
	v.showBeginning(http.StatusOK, c, core.InquiryWish{CustomerID: c.ID}, nil)
}

// openInquiry opens one, or asks again.
func (p deskPages) openInquiry(v deskVisit) {
	wish := core.InquiryWish{CustomerID: v.id(), Line: whole(v.r, "line"), Profession: whole(v.r, "profession")}
	wrong := v.unchosen(wish)
	if wrong == nil {
		opened, err := p.from.OpenInquiry(v.r.Context(), v.desk, wish)
		if err == nil {
			v.redirect(inquiryPath(opened.ID, ""))
			return
		}
		if wrong = v.flaws(err); wrong == nil {
			v.fail(err)
			return
		}
	}
	c, err := p.from.DeskCustomer(v.r.Context(), v.desk, v.id())
	if err != nil {
		v.fail(err)
		return
	}
	v.showBeginning(http.StatusUnprocessableEntity, c, wish, wrong)
}

// unchosen are the choices that were not made; nil if all were.
func (v deskVisit) unchosen(wish core.InquiryWish) map[insurance.Field]string {
	var missing insurance.Error
	for field, chosen := range map[insurance.Field]int{insurance.FieldLine: wish.Line, insurance.FieldProfession: wish.Profession} {
		if chosen == 0 {
			missing.Problems = append(missing.Problems, insurance.Problem{Field: field, Detail: "is required"})
		}
	}
	return v.speaker().fieldProblems(&missing)
}

// beginningPage is what desk_begin.html shows.
type beginningPage struct {
	deskPage
	CustomerID       int64
	Customer         string
	Lines            []lineCard
	LineProblem      string
	ProfessionSelect deskSelect
}

// lineCard is a line of business to choose.
type lineCard struct {
	choice
	About string
}

func (v deskVisit) showBeginning(status int, c core.Customer, wish core.InquiryWish, wrong map[insurance.Field]string) {
	lines, err := v.from.DeskLines(v.r.Context(), v.desk)
	if err != nil {
		v.fail(err)
		return
	}
	professions, err := v.from.DeskProfessions(v.r.Context(), v.desk)
	if err != nil {
		v.fail(err)
		return
	}
	s := v.speaker()
	page := beginningPage{
		deskPage: v.page(v.say("desk.new.inquiry"), "inquiries"), CustomerID: c.ID, Customer: v.customerName(c),
		LineProblem: wrong[insurance.FieldLine], ProfessionSelect: v.professionSelect(professions, wish.Profession, wrong),
	}
	for n, each := range s.lineChoices(lines, wish.Line) {
		page.Lines = append(page.Lines, lineCard{each, lines[n].About.In(s.lang)})
	}
	page.Problems = summary(wrong, []control{
		{insurance.FieldLine, "line", v.say("desk.line")}, {insurance.FieldProfession, "profession", v.say("desk.profession")},
	}, v.say("desk.field.other"))
	v.show(status, "desk_begin.html", page)
}

// professionSelect is the list of professions; with a script it can be
// searched.
func (v deskVisit) professionSelect(all []insurance.Profession, chosen int, wrong map[insurance.Field]string) deskSelect {
	return deskSelect{
		ID: "profession", Label: v.say("desk.profession"), Problem: wrong[insurance.FieldProfession], Required: true,
		Prompt: v.say("desk.choose"), Groups: v.speaker().professionChoices(all, chosen), Filter: true,
	}
}
