package core

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
)

// marketed are a line and a profession that can be asked for. It refuses with
// CodeProductUnknown.
func (c *Core) marketed(p Partner, line, profession int) (insurance.Line, insurance.Profession, error) {
	l, ok := c.Catalogue.Line(string(p.Family), line)
	if !ok {
		return l, insurance.Profession{}, insurance.RefuseField(insurance.CodeProductUnknown, insurance.FieldLine, "is not known")
	}
	of, ok := c.Catalogue.Profession(string(p.Family), profession)
	if !ok {
		return l, of, insurance.RefuseField(insurance.CodeProductUnknown, insurance.FieldProfession, "is not known")
	}
	return l, of, nil
}

// newInquiry is what an inquiry begins with.
type newInquiry struct {
	customer         store.Customer
	line, profession int
	// actor is who opens it, for the audit log.
	actor        string
	refs         []Ref
	answers      map[string]string
	fullCallback bool
	// held: the customer's row changes with it.
	held bool
}

// OpenInquiry opens an inquiry at the desk. It refuses with CodeCustomerUnknown
// and CodeProductUnknown.
func (c *Core) OpenInquiry(ctx context.Context, at Desk, wish InquiryWish) (Inquiry, error) {
	id, err := c.newNumber(ctx, numberInquiry)
	if err != nil {
		return Inquiry{}, err
	}
	err = c.decide(ctx, func(r reading) (*draft, error) {
		customer, err := customerAt(r, at, wish.CustomerID)
		if err != nil {
			return nil, err
		}
		d, err := c.draft(r, at.Partner)
		if err != nil {
			return nil, err
		}
		return d, c.openInquiry(r, d, at.Partner, at.Broker.Token, id, newInquiry{
			customer: customer, actor: at.actor(), line: wish.Line, profession: wish.Profession,
		})
	})
	if err != nil {
		return Inquiry{}, err
	}
	return c.DeskInquiry(ctx, at, id)
}

// openOnce opens an inquiry, unless one that asks for the same is open: whoever
// forwards twice opens one.
func (c *Core) openOnce(r reading, d *draft, p Partner, broker string, id int64, wanted newInquiry) (int64, error) {
	rows, err := r.Inquiries(p.Part, store.InquiryQuery{
		Broker: broker, Customer: wanted.customer.ID, Line: int64(wanted.line), Status: string(InquiryOpen), Limit: 20,
	})
	if err != nil {
		return 0, fmt.Errorf("read inquiries: %w", err)
	}
	for _, row := range rows {
		refs, err := refsOf(r, p.Part, refInquiry, inquiryName(row.ID))
		if err != nil {
			return 0, err
		}
		if row.Profession == int64(wanted.profession) && slices.Equal(refs, mergeRefs(nil, wanted.refs)) {
			d.callBack(wanted.actor, row, wanted.fullCallback)
			return row.ID, nil
		}
	}
	if !wanted.held { // of several who open it at the same time, one does and the others find it
		d.PutCustomer(wanted.customer)
	}
	return id, c.openInquiry(r, d, p, broker, id, wanted)
}

// openInquiry drafts a new inquiry, with those of the answers that are
// answers.
func (c *Core) openInquiry(r reading, d *draft, p Partner, broker string, id int64, wanted newInquiry) error {
	line, _, err := c.marketed(p, wanted.line, wanted.profession)
	if err != nil {
		return err
	}
	w := &inquiryWork{draft: d, core: c, partner: p, line: line, actor: wanted.actor, row: store.Inquiry{
		Part: p.Part, ID: id, Broker: broker, Customer: wanted.customer.ID, Line: int64(wanted.line),
		FullCallback: wanted.fullCallback, CreatedAt: micros(d.now),
		Content: store.InquiryContent{
			CustomerParty: wanted.customer.Party, BusinessAddress: wanted.customer.BusinessAddress,
			Profession: int64(wanted.profession), Answers: prefilled(line, wanted.answers, insurance.DateIn(d.now, p.Zone)),
		},
	}}
	if _, err := d.setRefs(wanted.actor, refInquiry, inquiryName(id), nil, wanted.refs); err != nil {
		return err
	}
	return w.become(r, InquiryOpen)
}

// prefilled are the answers of another system to questions of a line that it
// knows by name or tag. What is no answer is left to the broker.
func prefilled(line insurance.Line, sent map[string]string, today insurance.Date) map[string]string {
	answers := make(map[string]string)
	for _, name := range slices.Sorted(maps.Keys(sent)) {
		question, value, ok := translated(line, name, sent[name])
		if !ok || len(line.Check(map[string]string{question.Name: value}, false, today)) > 0 {
			continue
		}
		answers[question.Name] = value
	}
	return answers
}

// translated is the question that another system means, and its answer as we
// write it.
func translated(line insurance.Line, name, sent string) (question insurance.Question, value string, ok bool) {
	if question, ok = line.Question(name); !ok {
		return question, "", false
	}
	for _, tag := range question.Tags {
		if tag.Name == name {
			value, ok = tag.Value(sent)
			return question, value, ok
		}
	}
	return question, sent, true
}
