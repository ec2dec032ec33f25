package console

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/insurance"
)

func TestProposalShowsTheOfferAndItsDocument(t *testing.T) {
	t.Parallel()
	page := workingDesk(t).get(t, inquiryPath(proposedInquiry, "/proposal?lang=de")).Body.String()
	holds(t, page, "Nordlicht Versicherung AG", "498,12\u00a0€ jährlich", "Vorschlag vom 22.11.2026 (PDF)",
		`href="/desk/inquiries/2144384/documents/d1"`, `href="/desk/inquiries/2144384/order?offer=o1"`,
		`action="/desk/inquiries/2144384/proposal/back"`)
}

func TestOrderedProposalIsOnlyShown(t *testing.T) {
	t.Parallel()
	page := workingDesk(t).get(t, inquiryPath(orderedInquiry, "/proposal?lang=en")).Body.String()
	holds(t, page, wordings["en"]["proposal.ordered"])
	if strings.Contains(page, "/proposal/back") || strings.Contains(page, "/order?") {
		t.Error("what is ordered can be taken back or ordered again")
	}
}

func TestProposalThatIsNoneLeadsToTheComparison(t *testing.T) {
	t.Parallel()
	answer := workingDesk(t).get(t, inquiryPath(calculatedInquiry, "/proposal"))
	leadsTo(t, answer.Code, answer.Header(), comparisonOfCalculated)
}

func TestOfferIsProposedAndTakenBack(t *testing.T) {
	t.Parallel()
	f := workingDesk(t)
	answer := f.post(t, inquiryPath(calculatedInquiry, "/offers/o2/propose"), "version", "3")
	leadsTo(t, answer.Code, answer.Header(), inquiryPath(calculatedInquiry, "/proposal"))
	want := core.ProposalWish{InquiryStep: core.InquiryStep{ID: calculatedInquiry, Version: 3}, OfferID: "o2"}
	if got := noted[core.ProposalWish](t, f); got != want {
		t.Errorf("proposed %+v, want %+v", got, want)
	}
	answer = f.post(t, inquiryPath(proposedInquiry, "/proposal/back"), "version", "3")
	leadsTo(t, answer.Code, answer.Header(), inquiryPath(proposedInquiry, "/comparison"))
	if got := noted[core.InquiryStep](t, f); got != (core.InquiryStep{ID: proposedInquiry, Version: 3}) {
		t.Errorf("taken back from %+v", got)
	}
}

func TestProposalOfWhatIsNotHeldSaysSo(t *testing.T) {
	t.Parallel()
	f := workingDesk(t).refuse("Propose", insurance.Refuse(insurance.CodeStale, "held until"))
	answer := f.post(t, inquiryPath(calculatedInquiry, "/offers/o2/propose?lang=en"), "version", "3")
	if answer.Code != http.StatusConflict {
		t.Errorf("answered with %d", answer.Code)
	}
	holds(t, answer.Body.String(), wordings["en"]["order.outdated.next"], comparisonOfCalculated)
	f.refuse("Propose", errors.New("broken"))
	if answer := f.post(t, inquiryPath(calculatedInquiry, "/offers/o2/propose"), "version", "3"); answer.Code != http.StatusInternalServerError {
		t.Errorf("a failure is answered with %d", answer.Code)
	}
}
