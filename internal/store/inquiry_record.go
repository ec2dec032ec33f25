package store

import "github.com/covernote/covernote/internal/insurance"

// contentOfInquiry is the body of an inquiry's version: like all records, a
// format on disk that is added to and never changed, and without persons.
type contentOfInquiry struct {
	Status         string            `json:"status"`
	Profession     int64             `json:"profession,omitempty"`
	Answers        map[string]string `json:"answers"`
	Offers         []offerRecord     `json:"offers,omitempty"`
	Chosen         string            `json:"chosen,omitempty"`
	AgencyNumber   *agencyRecord     `json:"agency_number,omitempty"`
	CollectionType string            `json:"collection_type,omitempty"`
	PolicyID       string            `json:"policy_id,omitempty"`
	InformedAt     int64             `json:"informed_at,omitempty"`
	BrokerParty    string            `json:"broker_party,omitempty"`
	CustomerParty  string            `json:"customer_party,omitempty"`
	Business       string            `json:"business_address,omitempty"`
	BrokerRegister string            `json:"broker_register,omitempty"`
	Asked          *askedRecord      `json:"asked,omitempty"`
}

func recordInquiryContent(c InquiryContent) contentOfInquiry {
	record := contentOfInquiry{
		Status: c.Status, Profession: c.Profession, Answers: c.Answers, Chosen: c.Chosen,
		AgencyNumber: recordAgencyNumber(c.AgencyNumber), CollectionType: c.CollectionType, PolicyID: c.PolicyID,
		InformedAt: c.InformedAt, BrokerParty: c.BrokerParty, CustomerParty: c.CustomerParty, Business: c.BusinessAddress,
		BrokerRegister: c.BrokerRegister, Asked: recordAsked(c.Asked),
	}
	for _, o := range c.Offers {
		record.Offers = append(record.Offers, recordOffer(o))
	}
	return record
}

// readInquiryContent reads the body of a version of an inquiry of a part.
func readInquiryContent(part, body string) (InquiryContent, error) {
	var r contentOfInquiry
	if err := decode(body, &r); err != nil {
		return InquiryContent{}, err
	}
	c := InquiryContent{
		Status: r.Status, Profession: r.Profession, Answers: r.Answers, Chosen: r.Chosen,
		AgencyNumber: r.AgencyNumber.number(part), CollectionType: r.CollectionType, PolicyID: r.PolicyID,
		InformedAt: r.InformedAt, BrokerParty: r.BrokerParty, CustomerParty: r.CustomerParty, BusinessAddress: r.Business,
		BrokerRegister: r.BrokerRegister, Asked: r.Asked.asked(),
	}
	for _, o := range r.Offers {
		c.Offers = append(c.Offers, o.offer())
	}
	return c, nil
}

type askedRecord struct {
	Line       insurance.Text        `json:"line"`
	Profession insurance.Text        `json:"profession"`
	Industry   insurance.Text        `json:"industry"`
	IndustryID int                   `json:"industry_id"`
	Questions  []askedQuestionRecord `json:"questions"`
}

type askedQuestionRecord struct {
	Name    string         `json:"name"`
	Kind    string         `json:"kind"`
	Label   insurance.Text `json:"label"`
	Section insurance.Text `json:"section,omitempty"`
	Default string         `json:"default,omitempty"`
}

func recordAsked(a *Asked) *askedRecord {
	if a == nil {
		return nil
	}
	record := &askedRecord{Line: a.Line, Profession: a.Profession, Industry: a.Industry, IndustryID: a.IndustryID}
	for _, q := range a.Questions {
		record.Questions = append(record.Questions, askedQuestionRecord{q.Name, string(q.Kind), q.Label, q.Section, q.Default})
	}
	return record
}

func (r *askedRecord) asked() *Asked {
	if r == nil {
		return nil
	}
	a := &Asked{Line: r.Line, Profession: r.Profession, Industry: r.Industry, IndustryID: r.IndustryID}
	for _, q := range r.Questions {
		a.Questions = append(a.Questions, AskedQuestion{q.Name, insurance.AttributeKind(q.Kind), q.Label, q.Section, q.Default})
	}
	return a
}

type offerRecord struct {
	ID         string         `json:"id"`
	Product    string         `json:"product"`
	Version    int            `json:"version"`
	Tariff     string         `json:"tariff,omitempty"`
	Decision   string         `json:"decision"`
	Reason     insurance.Text `json:"reason,omitempty"`
	Tendered   bool           `json:"tendered,omitempty"`
	Note       string         `json:"note,omitempty"`
	Proposal   proposalRecord `json:"proposal"`
	SumInsured moneyRecord    `json:"sum_insured"`
	Deductible moneyRecord    `json:"deductible"`
	Interval   string         `json:"interval,omitempty"`
	Premium    premiumRecord  `json:"premium"`
	Working    []stepRecord   `json:"working"`
	PricedAt   int64          `json:"priced_at,omitempty"`
	ValidUntil int64          `json:"valid_until,omitempty"`
}

func recordOffer(o Offer) offerRecord {
	return offerRecord{
		ID: o.ID, Product: o.Product, Version: o.Version, Tariff: o.Tariff, Decision: o.Decision, Reason: o.Reason,
		Tendered: o.Tendered, Note: o.Note, Proposal: recordProposal(o.Proposal), SumInsured: recordMoney(o.SumInsured),
		Deductible: recordMoney(o.Deductible), Interval: o.Interval.String(), Premium: recordPremium(o.Premium),
		Working: recordSteps(o.Working), PricedAt: o.PricedAt, ValidUntil: o.ValidUntil,
	}
}

func (r offerRecord) offer() Offer {
	return Offer{
		ID: r.ID, Product: r.Product, Version: r.Version, Tariff: r.Tariff, Decision: r.Decision, Reason: r.Reason,
		Tendered: r.Tendered, Note: r.Note, Proposal: r.Proposal.proposal(), SumInsured: r.SumInsured.money(),
		Deductible: r.Deductible.money(), Interval: period(r.Interval), Premium: r.Premium.premium(),
		Working: working(r.Working), PricedAt: r.PricedAt, ValidUntil: r.ValidUntil,
	}
}

// agencyRecord leaves out the part, which is that of the inquiry.
type agencyRecord struct {
	Owner             string `json:"owner,omitempty"`
	Insurer           int64  `json:"insurer"`
	Number            string `json:"number"`
	Label             string `json:"label,omitempty"`
	ExternalInsurerID string `json:"external_insurer_id,omitempty"`
	ExternalUniqueID  string `json:"external_unique_id,omitempty"`
	ForTenders        bool   `json:"for_tenders,omitempty"`
	ForCalculations   bool   `json:"for_calculations,omitempty"`
	CollectionType    string `json:"collection_type,omitempty"`
	Comment           string `json:"comment,omitempty"`
	Active            bool   `json:"active,omitempty"`
	Position          int64  `json:"position,omitempty"`
}

func recordAgencyNumber(n *AgencyNumber) *agencyRecord {
	if n == nil {
		return nil
	}
	return &agencyRecord{
		Owner: n.Owner, Insurer: n.Insurer, Number: n.Number, Label: n.Label, ExternalInsurerID: n.ExternalInsurerID,
		ExternalUniqueID: n.ExternalUniqueID, ForTenders: n.ForTenders, ForCalculations: n.ForCalculations,
		CollectionType: n.CollectionType, Comment: n.Comment, Active: n.Active, Position: n.Position,
	}
}

func (r *agencyRecord) number(part string) *AgencyNumber {
	if r == nil {
		return nil
	}
	return &AgencyNumber{
		Part: part, Owner: r.Owner, Insurer: r.Insurer, Number: r.Number, Label: r.Label,
		ExternalInsurerID: r.ExternalInsurerID, ExternalUniqueID: r.ExternalUniqueID, ForTenders: r.ForTenders,
		ForCalculations: r.ForCalculations, CollectionType: r.CollectionType, Comment: r.Comment, Active: r.Active,
		Position: r.Position,
	}
}
