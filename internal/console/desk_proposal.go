package console

import (
	"net/http"

	"github.com/covernote/covernote/internal/core"
)

// proposalPage is what desk_proposal.html shows.
type proposalPage struct {
	workPage
	Offer offerPart
	// Issued is the day of the newest proposal document, PDF where it is; both
	// are empty if there is none.
	Issued, PDF string
	// Ordered: the proposal was accepted, and cannot be taken back.
	Ordered bool
}

// proposal shows the offer that was proposed to the customer.
func (p deskPages) proposal(v deskVisit, i core.Inquiry) {
	if i.Chosen == nil {
		v.redirect(inquiryPath(i.ID, "/comparison"))
		return
	}
	page := proposalPage{
		workPage: v.workPage(i, "proposal", v.say("proposal.title")), Offer: v.offer(i, *i.Chosen),
		Ordered: i.Status == core.InquiryOrdered,
	}
	for _, document := range i.Documents {
		if document.Kind == core.DocumentProposal {
			page.Issued = v.day(document.IssuedAt)
			page.PDF = inquiryPath(i.ID, "/documents/"+document.ID)
		}
	}
	v.show(http.StatusOK, "desk_proposal.html", page)
}

// propose proposes an offer to the customer.
func (p deskPages) propose(v deskVisit, i core.Inquiry) {
	wish := core.ProposalWish{InquiryStep: v.step(), OfferID: v.r.PathValue("offer")}
	if _, err := p.from.Propose(v.r.Context(), v.desk, wish); err != nil {
		v.notDone(err)
		return
	}
	v.redirect(inquiryPath(i.ID, "/proposal"))
}

// takeBack takes the proposal back, so that another offer can be chosen.
func (p deskPages) takeBack(v deskVisit, _ core.Inquiry) {
	_, err := p.from.TakeBackProposal(v.r.Context(), v.desk, v.step())
	v.stepped(err, "/comparison")
}
