package core

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
)

// inquiryWork is an inquiry being worked.
type inquiryWork struct {
	*draft
	core    *Core
	partner Partner
	line    insurance.Line
	// actor is who works it, for the audit log; operator: in the broker's place.
	actor    string
	operator bool
	// row is as it was read, but for what has changed in Content; Version 0 is
	// one that is new.
	row store.Inquiry
	// changed: there is something to store.
	changed bool
}

// workInquiry lets f take a step of an inquiry at the desk. A step that the inquiry has
// taken already changes nothing. It refuses with CodeInquiryUnknown, with
// CodeStateForbidden unless the inquiry is in one of the statuses that the step
// begins in, and with CodeStale one that has changed since the broker saw it.
func (c *Core) workInquiry(
	ctx context.Context, at Desk, step InquiryStep, from []InquiryStatus, taken func(store.InquiryContent) bool,
	f func(r reading, w *inquiryWork) error,
) (Inquiry, error) {
	err := c.decide(ctx, func(r reading) (*draft, error) {
		row, err := inquiryAt(r, at, step.ID)
		if err != nil {
			return nil, err
		}
		if step.Version != row.Version && taken(row.Content) {
			return nil, nil
		}
		if err := allowed(row, from); err != nil {
			return nil, err
		}
		if step.Version != row.Version {
			return nil, insurance.Refuse(insurance.CodeStale, "the inquiry was changed meanwhile")
		}
		d, err := c.draft(r, at.Partner)
		if err != nil {
			return nil, err
		}
		w := &inquiryWork{
			draft: d, core: c, partner: at.Partner, line: c.lineOf(at.Partner, row.Line), actor: at.actor(), operator: at.Operator, row: row,
		}
		if err := f(r, w); err != nil || !w.changed {
			return nil, err
		}
		return d, nil
	})
	if err != nil {
		return Inquiry{}, err
	}
	return c.DeskInquiry(ctx, at, step.ID)
}

// reached tells whether an inquiry is in a status, so that a step to it was taken.
func reached(status InquiryStatus) func(store.InquiryContent) bool {
	return func(c store.InquiryContent) bool { return c.Status == string(status) }
}

// chosen tells whether an inquiry is in a status with an offer.
func chosen(status InquiryStatus, offerID string) func(store.InquiryContent) bool {
	return func(c store.InquiryContent) bool { return c.Status == string(status) && c.Chosen == offerID }
}

// never is of steps that can be taken again and again.
func never(store.InquiryContent) bool { return false }

func allowed(row store.Inquiry, from []InquiryStatus) error {
	if slices.Contains(from, InquiryStatus(row.Content.Status)) {
		return nil
	}
	return insurance.Refuse(insurance.CodeStateForbidden, "%s", row.Content.Status)
}

// become drafts the inquiry in a status, with the event that tells it.
func (w *inquiryWork) become(r reading, status InquiryStatus) error {
	w.row.Content.Status = string(status)
	w.row.Sequence++
	if err := w.freeze(r); err != nil {
		return err
	}
	w.keep()
	w.audit(w.actor, string(eventOfStatus(status, w.row.Sequence)), inquiryName(w.row.ID), "", "", string(status))
	return w.tell(r, status)
}

// freeze keeps who the people are now, for the documents of this version. A step
// of an inquiry holds them as they are: a broker who is made inactive at the same
// time has acted before, or does not. It refuses with CodeBrokerInactive.
func (w *inquiryWork) freeze(r reading) error {
	broker, ok, err := r.Broker(w.part, w.row.Broker)
	if err := needed(ok, err); err != nil {
		return fmt.Errorf("read broker of inquiry %d: %w", w.row.ID, err)
	}
	content := &w.row.Content
	content.BrokerParty, content.BrokerRegister = broker.Party, broker.BrokerRegister
	if w.row.Version == 0 {
		return nil // whoever opens it has said who the customer is
	}
	if !broker.Active && !w.operator {
		return inactiveBroker()
	}
	customer, ok, err := r.Customer(w.part, w.row.Customer)
	if err := needed(ok, err); err != nil {
		return fmt.Errorf("read customer of inquiry %d: %w", w.row.ID, err)
	}
	content.CustomerParty, content.BusinessAddress = customer.Party, customer.BusinessAddress
	w.AssertBroker(broker)
	w.AssertCustomer(customer)
	return nil
}

// keep drafts the next version of the inquiry.
func (w *inquiryWork) keep() {
	w.changed = true
	w.row.UpdatedAt = micros(w.now)
	w.row.Status, w.row.Profession, w.row.PolicyID = w.row.Content.Status, w.row.Content.Profession, w.row.Content.PolicyID
	if w.row.Version == 0 {
		w.AddInquiry(w.row)
		return
	}
	w.PutInquiry(w.row)
}

// tell drafts the event of a status. Endpoints for pushes are told only what the
// inquiry was opened to push.
func (w *inquiryWork) tell(r reading, status InquiryStatus) error {
	if w.row.FullCallback || status == InquiryOrdered {
		push, ok, err := r.EndpointFor(w.part, store.EndpointPush)
		if err != nil {
			return fmt.Errorf("read endpoint: %w", err)
		}
		if ok {
			w.endpoints = append(slices.Clone(w.endpoints), push.ID)
		}
	}
	return w.happen(inquiryName(w.row.ID), w.row.Sequence, eventOfStatus(status, w.row.Sequence), w.now, InquiryTold{
		InquiryID: w.row.ID, Version: w.row.Version + 1, Status: string(status),
	})
}

// eventOfStatus is the event that tells a status: the first of an inquiry tells
// that it is there.
func eventOfStatus(status InquiryStatus, sequence int64) EventType {
	switch {
	case sequence == 1:
		return EventInquiryCreated
	case status == InquiryProposed:
		return EventInquiryProposed
	case status == InquiryOrdered:
		return EventInquiryOrdered
	}
	return EventInquiryUpdated
}

// isInquiry tells whether an event is one of an inquiry.
func isInquiry(t EventType) bool {
	switch t {
	case EventInquiryCreated, EventInquiryUpdated, EventInquiryProposed, EventInquiryOrdered:
		return true
	}
	return false
}

// today is the day at the partner's.
func (w *inquiryWork) today() insurance.Date { return insurance.DateIn(w.now, w.partner.Zone) }

// Answer changes answers of the questionnaire. What was calculated from other
// answers is void then, and the inquiry open again. It refuses with
// CodeInvalid, and as every step does.
func (c *Core) Answer(ctx context.Context, at Desk, wish AnswerWish) (Inquiry, error) {
	from := []InquiryStatus{InquiryOpen, InquiryCalculated}
	return c.workInquiry(ctx, at, wish.InquiryStep, from, never, func(r reading, w *inquiryWork) error {
		given := maps.Clone(wish.Answers)
		maps.DeleteFunc(given, func(_, value string) bool { return value == "" })
		if err := invalid(w.line.Check(given, false, w.today())); err != nil {
			return err
		}
		answers := maps.Clone(w.row.Content.Answers)
		if answers == nil {
			answers = make(map[string]string)
		}
		maps.Copy(answers, wish.Answers)
		maps.DeleteFunc(answers, func(_, value string) bool { return value == "" })
		profession := w.row.Content.Profession
		if wish.Profession != 0 {
			if _, _, err := c.marketed(w.partner, w.line.ID, wish.Profession); err != nil {
				return err
			}
			profession = int64(wish.Profession)
		}
		return w.reply(r, answers, profession)
	})
}

// reply records answers, if they are others than there were.
func (w *inquiryWork) reply(r reading, answers map[string]string, profession int64) error {
	content := &w.row.Content
	if maps.Equal(answers, content.Answers) && profession == content.Profession {
		return nil
	}
	content.Answers, content.Profession, content.Offers = answers, profession, nil
	if content.Status != string(InquiryOpen) {
		return w.become(r, InquiryOpen)
	}
	w.audit(w.actor, "inquiry.answered", inquiryName(w.row.ID), "", "", "")
	w.keep()
	return nil
}

// Calculate asks every insurer of the line. If at least one prices the risk, the
// inquiry is calculated; if none does, it is open, with what they say. What an
// insurer has offered by hand stays as long as it is held. It refuses with
// CodeInvalid an answer that is missing or wrong, and as every step does.
func (c *Core) Calculate(ctx context.Context, at Desk, step InquiryStep) (Inquiry, error) {
	from := []InquiryStatus{InquiryOpen, InquiryCalculated}
	return c.workInquiry(ctx, at, step, from, reached(InquiryCalculated), func(r reading, w *inquiryWork) error {
		if err := invalid(w.line.Check(w.row.Content.Answers, true, w.today())); err != nil {
			return err
		}
		offers, err := w.compare()
		if err != nil {
			return err
		}
		before := w.row.Content.Offers
		w.row.Content.Offers = offers
		status := InquiryOpen
		if slices.ContainsFunc(offers, calculated) {
			status = InquiryCalculated
		}
		switch {
		case w.row.Content.Status != string(status):
			return w.become(r, status)
		case sameOffers(before, offers):
			return nil
		}
		w.audit(w.actor, "inquiry.compared", inquiryName(w.row.ID), "", "", "")
		w.keep()
		return nil
	})
}

func calculated(o store.Offer) bool { return o.Decision == string(insurance.DecisionCalculate) }

// Tender asks insurers by hand, where none has calculated. It refuses as every
// step does, and with CodeStateForbidden where one has.
func (c *Core) Tender(ctx context.Context, at Desk, step InquiryStep) (Inquiry, error) {
	return c.workInquiry(ctx, at, step, []InquiryStatus{InquiryOpen}, reached(InquiryTendering), func(r reading, w *inquiryWork) error {
		if len(w.row.Content.Offers) == 0 {
			return insurance.Refuse(insurance.CodeStateForbidden, "the insurers were not asked yet")
		}
		return w.become(r, InquiryTendering)
	})
}

// SendLead sends an inquiry on to be worked by hand, whatever was answered. It
// refuses as every step does.
func (c *Core) SendLead(ctx context.Context, at Desk, step InquiryStep) (Inquiry, error) {
	return c.workInquiry(ctx, at, step, []InquiryStatus{InquiryOpen}, reached(InquiryLead), func(r reading, w *inquiryWork) error {
		return w.become(r, InquiryLead)
	})
}
