package document

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/covernote/covernote/internal/insurance"
)

// Proposal is what a broker hands to a customer after a comparison.
type Proposal struct {
	Inquiry Inquiry
	// Offers of all insurers that were asked, those that decline included.
	Offers []ComparedOffer
	// Chosen is the place in Offers of the one that is recommended.
	Chosen int
	// IssuedAt is printed, and is the date of the file.
	IssuedAt time.Time
	// Zone is whose clock instants are printed by; nil is UTC.
	Zone     *time.Location
	Language insurance.Language
	// Specimen marks every page as no contract.
	Specimen bool
}

var errNoOffer = errors.New("document: there is no offer with a price to speak of")

// RenderProposal gives the proposal as a PDF. It refuses a language that it
// has no wording for, and a chosen offer that is none or has no price.
func RenderProposal(p Proposal) ([]byte, error) {
	if p.Chosen < 0 || p.Chosen >= len(p.Offers) || !p.Offers[p.Chosen].priced() {
		return nil, errNoOffer
	}
	d, err := newDossier(p.Inquiry, p.Language, p.Zone)
	if err != nil {
		return nil, err
	}
	words := proposal{p, d}
	title := d.proposal.title + " " + d.numbered()
	s, err := newSheet(d.wording, d.frame(title, p.IssuedAt, p.Specimen))
	if err != nil {
		return nil, err
	}
	words.draw(s)
	return s.bytes()
}

// held says until when the price of an offer is.
func (p proposal) held(o ComparedOffer) string {
	if o.ValidUntil.IsZero() {
		return p.inquiry.unlimited
	}
	return p.until(o.ValidUntil, p.zone)
}

// priced tells whether the insurer takes the risk for a price.
func (o ComparedOffer) priced() bool { return o.Decision == insurance.DecisionCalculate }

// proposal is a Proposal with the words to say it in.
type proposal struct {
	Proposal
	dossier
}

func (p proposal) recommended() ComparedOffer { return p.Offers[p.Chosen] }

func (p proposal) draw(s *sheet) {
	w := p.proposal
	p.letterhead(w.title, p.addressed(p.Customer, p.Broker.Country), facts{
		{label: p.inquiry.number, value: p.numbered(), wide: true},
		{label: p.inquiry.issuedOn, value: p.date(insurance.DateIn(p.IssuedAt, p.zone)), wide: true},
	}).draw(s)
	p.greeting(s)
	p.summary().draw(s)
	s.section(w.comparison, p.comparison())
	p.cover(s, w.offer, p.recommended(), fact{label: p.inquiry.heldUntil, value: p.held(p.recommended())})
	s.section(p.inquiry.answers, p.risk()...)
	s.section(w.notes, p.hints())
	s.section(w.decision, declaration{fmt.Sprintf(w.declaration, nameOf(p.Broker)), w.placeAndDate, w.signature})
}

// greeting addresses the person, not the company.
func (p proposal) greeting(s *sheet) {
	person := p.Customer
	person.Company = ""
	s.greet(p.mail.greet(person), fmt.Sprintf(p.proposal.intro, insurerName(p.recommended().Insurer)))
}

func (p proposal) summary() band {
	best := p.recommended()
	held := p.inquiry.unlimited
	if !best.ValidUntil.IsZero() {
		held = p.date(insurance.DateIn(best.ValidUntil.Add(-1), p.zone))
	}
	return band{
		{label: p.proposal.recommended, value: insurerName(best.Insurer), aside: best.Product.Name.In(p.language)},
		{label: p.labels.grossPremium, value: p.money(best.Premium.Gross), aside: p.interval(best.Interval)},
		{label: p.inquiry.heldUntil, value: held},
	}
}

func (p proposal) comparison() comparison {
	l := p.labels
	c := comparison{chosen: p.Chosen, table: table{
		head: []string{p.inquiry.insurer, l.grossPremium, p.inquiry.yearly, l.sumInsured, l.deductible}, numbers: true,
	}}
	for i, o := range p.Offers {
		c.rows = append(c.rows, p.compared(o))
		c.notes = append(c.notes, p.remark(o, i == p.Chosen))
	}
	return c
}

// compared is an offer in a row.
func (p proposal) compared(o ComparedOffer) []string {
	name := insurerName(o.Insurer) + "\n" + o.Product.Name.In(p.language)
	switch o.Decision {
	case insurance.DecisionDecline:
		return []string{name, p.proposal.declined, dashed, dashed, dashed}
	case insurance.DecisionTender:
		return []string{name, p.proposal.onRequest, dashed, dashed, dashed}
	}
	deductible := p.notes.noDeductible
	if !o.Deductible.IsZero() {
		deductible = p.sum(o.Deductible)
	}
	premium := p.money(o.Premium.Gross) + "\n" + p.interval(o.Interval)
	return []string{name, premium, p.money(o.Yearly), p.insured(o), deductible}
}

// remark is what stands below an offer.
func (p proposal) remark(o ComparedOffer, chosen bool) string {
	var mark, origin string
	if chosen {
		mark = p.proposal.recommended
	}
	if o.Tendered {
		origin = p.proposal.byHand
	}
	return joined(" · ", mark, origin, oneLine(o.Note), o.Reason.In(p.language))
}

func (p proposal) hints() list {
	w, product := p.proposal, p.recommended().Product
	papers := []string{p.notes.information, joined(" ", p.notes.terms, product.TermsVersion)}
	if product.Withdrawal.Days > 0 {
		papers = append(papers, p.notes.instruction)
	}
	return list{dash, []string{
		w.compared, w.noCover, w.truth + w.truthSource + ".", fmt.Sprintf(w.enclosed, strings.Join(papers, ", ")),
	}}
}
