package console

import (
	"net/http"

	"github.com/covernote/covernote/internal/core"
)

// workRoutes are the pages on which an inquiry is worked, in the order in which
// it goes through them.
func (p deskPages) workRoutes(mux *http.ServeMux) {
	const inquiry = "/desk/inquiries/{id}"
	for pattern, serve := range map[string]func(deskVisit, core.Inquiry){
		"GET " + inquiry + "/questionnaire":              p.questionnaire,
		"POST " + inquiry + "/questionnaire":             p.answer,
		"POST " + inquiry + "/lead":                      p.sendLead,
		"GET " + inquiry + "/comparison":                 p.comparison,
		"POST " + inquiry + "/tender":                    p.tender,
		"GET " + inquiry + "/offers/{offer}/information": p.information,
		"POST " + inquiry + "/offers/{offer}/propose":    p.propose,
		"GET " + inquiry + "/proposal":                   p.proposal,
		"POST " + inquiry + "/proposal/back":             p.takeBack,
		"GET " + inquiry + "/order":                      p.order,
		"POST " + inquiry + "/order":                     p.orderCover,
	} {
		mux.HandleFunc(p.at(pattern, onInquiry(serve)))
	}
}

// onInquiry makes a handler of one that works on the inquiry in the path.
func onInquiry(serve func(deskVisit, core.Inquiry)) func(deskVisit) {
	return func(v deskVisit) {
		i, err := v.from.DeskInquiry(v.r.Context(), v.desk, v.id())
		if err != nil {
			v.fail(err)
			return
		}
		serve(v, i)
	}
}

// step is the inquiry as the sender of a form saw it.
func (v deskVisit) step() core.InquiryStep {
	return core.InquiryStep{ID: v.id(), Version: seenVersion(v.r)}
}

// stepped leads on after a step, or says why it was not taken.
func (v deskVisit) stepped(err error, to string) {
	if err != nil {
		v.fail(err)
		return
	}
	v.redirect(inquiryPath(v.id(), to))
}

// workPage is what the pages of an inquiry have in common.
type workPage struct {
	deskPage
	ID, Version      int64
	Status           core.InquiryStatus
	CustomerID       int64
	Customer         string
	Line, Profession string
	// Steps lead to the other pages of the inquiry; Step is the key of this page's.
	Steps []deskStep
	Step  string
}

// workPage begins the data of the page of a step, such as "comparison".
func (v deskVisit) workPage(i core.Inquiry, step, title string) workPage {
	s := v.speaker()
	return workPage{
		deskPage: v.page(title, "inquiries"), ID: i.ID, Version: i.Version, Status: i.Status,
		CustomerID: i.Customer.ID, Customer: v.customerName(i.Customer),
		Line: s.lineName(i.Line), Profession: i.Profession.Name.In(s.lang), Steps: stepsOf(i), Step: "desk.step." + step,
	}
}
