package document

import (
	"cmp"
	"fmt"
	"strconv"
	"time"

	"github.com/covernote/covernote/internal/insurance"
)

// Inquiry is what the documents of an inquiry say of it: who asks for what,
// and through whom.
type Inquiry struct {
	Number     int64
	Line       insurance.Line
	Profession insurance.Profession
	// Answers to the questions of the line, by the name of the attribute, as
	// insurance.Object holds them.
	Answers map[string]string
	Broker  insurance.Party
	// BrokerRegister is the broker's number in the register of intermediaries
	// (GewO §11a); it may be empty.
	BrokerRegister string
	Customer       insurance.Party
	// BusinessAddress is where the business is, if not at the customer's
	// address.
	BusinessAddress insurance.Address
}

// ComparedOffer is what one insurer says to the risk of an inquiry.
type ComparedOffer struct {
	Insurer  insurance.Insurer
	Product  insurance.Product
	Decision insurance.Decision
	// Reason says why an insurer declines or only tenders.
	Reason insurance.Text
	// Tendered tells that an insurer made it by hand, and Note what it added.
	Tendered bool
	Note     string
	// The rest is empty unless Decision is insurance.DecisionCalculate.

	SumInsured, Deductible insurance.Money
	// Interval is the time that Premium pays for.
	Interval insurance.Period
	Premium  insurance.Premium
	// Yearly is the gross premium of a year.
	Yearly   insurance.Money
	StartsOn insurance.Date
	Term     insurance.Period
	// ValidUntil is when the price is no longer held; zero if it always is.
	ValidUntil time.Time
}

// questionnaireCurrency is what amounts of a questionnaire are in.
const questionnaireCurrency insurance.Currency = "EUR"

// dashed stands where there is nothing to say.
const dashed = "–"

// dossier is an inquiry with the words to speak of it.
type dossier struct {
	*wording
	Inquiry
	zone *time.Location
}

func newDossier(i Inquiry, language insurance.Language, zone *time.Location) (dossier, error) {
	words, err := wordingIn(language)
	return dossier{words, i, cmp.Or(zone, time.UTC)}, err
}

// numbered is the inquiry's number as it is spoken of.
func (d dossier) numbered() string { return strconv.FormatInt(d.Number, 10) }

// subject is what the inquiry is about.
func (d dossier) subject() string {
	return joined(" · ", d.Line.Name.In(d.language), d.Profession.Name.In(d.language))
}

// frame is that of a document that the broker issues.
func (d dossier) frame(title string, at time.Time, specimen bool) frame {
	broker := nameOf(d.Broker)
	return frame{
		title: title, author: broker, running: joined(" · ", title, d.Line.Name.In(d.language), nameOf(d.Customer)),
		margin: pageMargin, legal: joined(" · ", broker, postal(d.Broker.Address), d.inquiry.status, d.registered()),
		issuedAt: at, specimen: specimen,
	}
}

// registered names the broker's entry in the register of intermediaries.
func (d dossier) registered() string {
	if d.BrokerRegister == "" {
		return ""
	}
	return fmt.Sprintf(d.inquiry.register, d.BrokerRegister)
}

// letterhead is the broker's.
func (d dossier) letterhead(title string, to []string, references facts) letterhead {
	b := d.Broker
	return letterhead{
		sender: nameOf(b), to: to, references: references, title: title, subtitle: d.subject(),
		aside: []string{
			d.inquiry.status, d.registered(), postal(b.Address), joined(" · ", b.Phone.Reveal(), b.Email.Reveal()),
		},
	}
}

// risk is what was said of the risk: the business, and the answers of the
// questionnaire with a table for each of its sections.
func (d dossier) risk() []block {
	profession, industry := d.Profession.Name.In(d.language), d.Profession.Industry.Name.In(d.language)
	blocks := []block{facts{
		{label: d.inquiry.profession, value: joined(" · ", profession, industry)},
		{label: d.inquiry.business, value: postal(d.BusinessAddress)},
	}}
	for _, part := range d.answered() {
		blocks = append(blocks, part)
	}
	return blocks
}

// answered are the answers in the order of the questions; what was left open
// stands as what is assumed of it.
func (d dossier) answered() []table {
	var parts []table
	for _, q := range d.Line.Questions {
		value := d.answer(q, cmp.Or(d.Answers[q.Name], q.Default))
		if value == "" {
			continue
		}
		if section := q.Section.In(d.language); len(parts) == 0 || parts[len(parts)-1].head[0] != section {
			parts = append(parts, table{head: []string{section, ""}})
		}
		part := &parts[len(parts)-1]
		part.rows = append(part.rows, []string{d.attributeLabel(q.Attribute), value})
	}
	return parts
}

// answer is an answer as people write it; empty if there is none.
func (w *wording) answer(q insurance.Question, value string) string {
	switch {
	case q.Name == insurance.AttributeInterval:
		if months, err := strconv.Atoi(value); err == nil && months > 0 {
			return w.interval(insurance.Months(months))
		}
	case q.Kind == insurance.AttributeAmount:
		if amount, err := insurance.ParseMoney(value, questionnaireCurrency); err == nil {
			return w.asked(q.Name, amount)
		}
	}
	return scale{w, questionnaireCurrency, time.UTC}.read(q.Kind, value)
}

// asked is an amount of a questionnaire; to bear nothing has a word of its own.
func (w *wording) asked(name string, amount insurance.Money) string {
	if name == insurance.AttributeDeductible && amount.IsZero() {
		return w.notes.noDeductible
	}
	return w.sum(amount)
}

// collection says who collects the premium.
func (w *wording) collection(kind string) string { return cmp.Or(w.inquiry.collections[kind], kind) }

// cover is an offer in full: what it promises and what it costs, with what else
// is to be said of the price.
func (d dossier) cover(s *sheet, title string, o ComparedOffer, more ...fact) {
	s.section(title, d.offer(o), d.coverages(o.Product))
	s.section(d.certificate.premium, d.premium(o.Premium), append(d.payment(o), more...))
}

func (d dossier) offer(o ComparedOffer) facts {
	l, w := d.labels, d.inquiry
	grid := facts{
		{label: w.insurer, value: insurerName(o.Insurer)},
		{label: l.product, value: o.Product.Name.In(d.language)},
		{label: l.sumInsured, value: d.insured(o)},
		{label: l.deductible, value: d.deductibleAmount(o.Deductible)},
		{label: l.begins, value: d.date(o.StartsOn)},
		{label: l.term, value: d.period(o.Term)},
	}
	if o.Product.Offers(insurance.KindRecurring) {
		grid = append(grid, fact{label: l.renewal, value: d.renewsItself(o.Term, o.Product), wide: true})
	}
	return grid
}

// insured is the sum insured; a dash where the product has none.
func (d dossier) insured(o ComparedOffer) string {
	if o.SumInsured.IsZero() {
		return dashed
	}
	return d.sum(o.SumInsured)
}

func (d dossier) payment(o ComparedOffer) facts {
	return facts{
		{label: d.labels.interval, value: d.interval(o.Interval)},
		{label: d.inquiry.yearly, value: d.money(o.Yearly)},
	}
}
