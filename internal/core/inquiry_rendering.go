package core

import (
	"fmt"

	"github.com/covernote/covernote/internal/document"
	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
)

// paperRendering reads an inquiry as it stood when a document of it was issued.
func (c *Core) paperRendering(r reading, p Partner, record store.Document) (rendering, error) {
	told, err := c.inquiryAsOf(r, p, record.Subject, record.Version)
	if err != nil {
		return nil, err
	}
	if told.Chosen == nil {
		return nil, fmt.Errorf("render %s of %s version %d: no offer was chosen", record.Kind, record.Subject, record.Version)
	}
	about := document.Inquiry{
		Number: told.ID, Line: told.Line, Profession: told.Profession, Answers: told.Answers, Broker: told.Broker.Party,
		BrokerRegister: told.Broker.BrokerRegister, Customer: told.Customer.Party, BusinessAddress: told.Customer.BusinessAddress,
	}
	issued, language := instant(record.IssuedAt), insurance.Language(record.Language)
	if document.Kind(record.Kind) == document.KindProposal {
		proposal := document.Proposal{Inquiry: about, IssuedAt: issued, Zone: p.Zone, Language: language, Specimen: c.Sandbox, Chosen: -1}
		for i, o := range told.Offers {
			proposal.Offers = append(proposal.Offers, comparedOffer(o))
			if o.ID == told.Chosen.ID {
				proposal.Chosen = i
			}
		}
		return func() ([]byte, error) { return document.RenderProposal(proposal) }, nil
	}
	order := document.CoverOrder{
		Inquiry: about, Offer: comparedOffer(*told.Chosen), Collection: string(told.CollectionType), OrderedAt: issued,
		Zone: p.Zone, Language: language, Specimen: c.Sandbox,
	}
	if told.AgencyNumber != nil {
		order.AgencyNumber = told.AgencyNumber.Number
	}
	if told.Policy != nil {
		order.CertificateNumber = told.Policy.CertificateNumber
	}
	return func() ([]byte, error) { return document.RenderCoverOrder(order) }, nil
}

func comparedOffer(o Offer) document.ComparedOffer {
	return document.ComparedOffer{
		Insurer: o.Product.Insurer, Product: o.Product, Decision: o.Decision, Reason: o.Reason, Tendered: o.Tendered,
		Note: o.Note, SumInsured: o.SumInsured, Deductible: o.Deductible, Interval: o.Interval, Premium: o.Premium,
		Yearly: o.Yearly, StartsOn: o.StartsOn, Term: o.Term, ValidUntil: o.ValidUntil,
	}
}

// inquiryAsOf is an inquiry as it stood in one of its versions, with the
// references as they are now.
func (c *Core) inquiryAsOf(r reading, p Partner, subject string, version int64) (Inquiry, error) {
	id := inquiryNumber(subject)
	row, ok, err := r.Inquiry(p.Part, id)
	if err := needed(ok, err); err != nil {
		return Inquiry{}, fmt.Errorf("read inquiry %d: %w", id, err)
	}
	row.Content, ok, err = r.InquiryContent(p.Part, id, version)
	if err := needed(ok, err); err != nil {
		return Inquiry{}, fmt.Errorf("read inquiry %d version %d: %w", id, version, err)
	}
	row.Version = version
	told, err := c.inquiryOf(r, p, row)
	if err != nil {
		return told, err
	}
	err = thaw(r, row, &told)
	return told, err
}

// thaw puts the people of a version in the place of those of today, and likewise
// the words of a version that has a document.
func thaw(r reading, row store.Inquiry, told *Inquiry) error {
	var business insurance.Party
	for id, into := range map[string]*insurance.Party{
		row.Content.BrokerParty: &told.Broker.Party, row.Content.CustomerParty: &told.Customer.Party,
		row.Content.BusinessAddress: &business,
	} {
		if id == "" {
			continue
		}
		party, ok, err := r.Party(row.Part, id)
		if err := needed(ok, err); err != nil {
			return fmt.Errorf("read people of inquiry %d: %w", row.ID, err)
		}
		*into = party
	}
	told.Customer.BusinessAddress, told.Broker.BrokerRegister = business.Address, row.Content.BrokerRegister
	if row.Content.Asked != nil {
		told.Line, told.Profession = recall(row)
	}
	return nil
}
