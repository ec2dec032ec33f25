package dialecttest

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/insurance"
)

// WorkAtDesk does what the broker of an inquiry does at the desk, or an operator
// for an insurer that was asked by hand. The work is the number of an inquiry
// and where it shall stand, every step on the way included, or one of two steps
// that lead nowhere by themselves:
//
//	1000001 ordered
//	1000001 answer revenue=250000
//	1000001 offer 5036 1200.00
//
// Nothing is made up: what an answer or a customer lacks is an error.
func WorkAtDesk(ctx context.Context, c *core.Core, work string) error {
	words := strings.Fields(work)
	if len(words) < 2 {
		return fmt.Errorf("%q is no work", work)
	}
	id, err := strconv.ParseInt(words[0], 10, 64)
	if err != nil {
		return fmt.Errorf("read the number of an inquiry: %w", err)
	}
	desk, err := c.OperatorDesk(ctx, id)
	if err != nil {
		return err
	}
	inquiry, err := c.DeskInquiry(ctx, desk, id)
	if err != nil {
		return err
	}
	w := &worker{core: c, desk: desk, inquiry: inquiry}
	switch rest := words[2:]; {
	case words[1] == "answer" && len(rest) == 1:
		return w.answer(ctx, rest[0])
	case words[1] == "offer" && len(rest) == 2:
		return w.enterOffer(ctx, rest[0], rest[1])
	}
	return w.reach(ctx, core.InquiryStatus(words[1]))
}

// worker is a broker at the desk, with an inquiry.
type worker struct {
	core    *core.Core
	desk    core.Desk
	inquiry core.Inquiry
}

func (w *worker) step() core.InquiryStep {
	return core.InquiryStep{ID: w.inquiry.ID, Version: w.inquiry.Version}
}

func (w *worker) answer(ctx context.Context, told string) error {
	question, answer, _ := strings.Cut(told, "=")
	_, err := w.core.Answer(ctx, w.desk, core.AnswerWish{InquiryStep: w.step(), Answers: map[string]string{question: answer}})
	return err
}

func (w *worker) enterOffer(ctx context.Context, insurer, premium string) error {
	id, err := strconv.Atoi(insurer)
	if err != nil {
		return fmt.Errorf("read the id of an insurer: %w", err)
	}
	_, err = w.core.EnterOffer(ctx, core.TenderOffer{InquiryID: w.inquiry.ID, InsurerID: id, Gross: premium, Interval: insurance.Months(12)})
	return err
}

// reach takes one step after the other.
func (w *worker) reach(ctx context.Context, to core.InquiryStatus) (err error) {
	for w.inquiry.Status != to {
		before := w.inquiry.Status
		if w.inquiry, err = w.next(ctx, to); err != nil {
			return err
		}
		if w.inquiry.Status == before {
			return fmt.Errorf("inquiry %d stays %s and does not become %s", w.inquiry.ID, before, to)
		}
	}
	return nil
}

// next takes the step that is next on the way.
func (w *worker) next(ctx context.Context, to core.InquiryStatus) (core.Inquiry, error) {
	switch from := w.inquiry.Status; {
	case from == core.InquiryOpen && to == core.InquiryLead:
		return w.core.SendLead(ctx, w.desk, w.step())
	case from == core.InquiryOpen:
		return w.compare(ctx, to)
	case from == core.InquiryProposed && to == core.InquiryCalculated:
		return w.core.TakeBackProposal(ctx, w.desk, w.step())
	case from == core.InquiryCalculated:
		return w.core.Propose(ctx, w.desk, core.ProposalWish{InquiryStep: w.step(), OfferID: w.cheapest()})
	case from == core.InquiryProposed:
		return w.order(ctx)
	}
	return w.inquiry, nil
}

// compare asks every insurer and, where none calculates and that is wanted, puts
// the inquiry to tender.
func (w *worker) compare(ctx context.Context, to core.InquiryStatus) (core.Inquiry, error) {
	compared, err := w.core.Calculate(ctx, w.desk, w.step())
	if err != nil || compared.Status != core.InquiryOpen || to != core.InquiryTendering {
		return compared, err
	}
	return w.core.Tender(ctx, w.desk, core.InquiryStep{ID: compared.ID, Version: compared.Version})
}

// cheapest is the offer that costs least in a year.
func (w *worker) cheapest() string {
	var id string
	least := insurance.Money{}
	for _, o := range w.inquiry.Offers {
		if o.Decision == insurance.DecisionCalculate && (id == "" || o.Yearly.Cmp(least) < 0) {
			id, least = o.ID, o.Yearly
		}
	}
	return id
}

// order orders what was proposed, under the agency number that is the first
// choice.
func (w *worker) order(ctx context.Context) (core.Inquiry, error) {
	wish := core.OrderWish{
		InquiryStep: w.step(), OfferID: w.inquiry.Chosen.ID, CollectionType: core.CollectedByInsurer, Informed: true,
	}
	choices, err := w.core.AgencyChoices(ctx, w.desk, w.inquiry.ID, wish.OfferID)
	if err != nil {
		return w.inquiry, err
	}
	if i := slices.IndexFunc(choices, func(c core.AgencyChoice) bool { return c.Preselected }); i >= 0 {
		wish.AgencyNumber = choices[i].Number
	}
	return w.core.OrderCover(ctx, w.desk, wish)
}
