package document

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/covernote/covernote/internal/insurance"
)

// Notation writes values of the trade as the readers of one language expect
// them. Pages share it with documents and e-mails, so that a customer reads
// the same words everywhere.
type Notation struct{ words *wording }

// NotationIn is the notation of a language. It refuses a language that is not
// among Languages.
func NotationIn(language insurance.Language) (Notation, error) {
	words, err := wordingIn(language)
	return Notation{words}, err
}

// Money is an amount with its currency: "1.234,56 €", "A$1,234.56".
func (n Notation) Money(m insurance.Money) string { return n.words.money(m) }

// Sum is an amount that is mostly round, as a sum insured or a deductible:
// "250.000 €", "A$1,249.50".
func (n Notation) Sum(m insurance.Money) string { return n.words.sum(m) }

// Date is a day: "22.11.2026", "22 November 2026"; a dash for no day.
func (n Notation) Date(d insurance.Date) string { return n.words.date(d) }

// Begins says when cover begins, by the clock of the policy's zone.
func (n Notation) Begins(p insurance.Policy) string { return n.words.begins(p) }

// Ends says when cover ends as the policy stands.
func (n Notation) Ends(p insurance.Policy) string { return n.words.ends(p) }

// From says when cover begins that is not bound yet.
func (n Notation) From(at time.Time, zone *time.Location) string { return n.words.from(at, zone) }

// Until says when cover ends that is not bound yet.
func (n Notation) Until(at time.Time, zone *time.Location) string { return n.words.until(at, zone) }

// Renewal says whether and how a policy goes on after its term.
func (n Notation) Renewal(p insurance.Policy, product insurance.Product) string {
	return n.words.renewal(p, product)
}

// Payable says how often the premium of a policy is due.
func (n Notation) Payable(p insurance.Policy) string { return n.words.payable(p) }

// Deductible is the share of a loss that the policyholder bears, with what it
// applies to.
func (n Notation) Deductible(percent int) string { return n.words.deductible(percent) }

// DeductibleOf is what the policyholder of a policy bears of each loss: an
// amount where the product asks for one, and else as Deductible.
func (n Notation) DeductibleOf(p insurance.Policy, product insurance.Product) string {
	return n.words.deductibleOf(p, product)
}

// Interval is how often a premium is due: "vierteljährlich", "monthly".
func (n Notation) Interval(p insurance.Period) string { return n.words.interval(p) }

// Answer is an answer of a questionnaire as people write it, amounts in euros;
// empty if there is none. One that is not what it should be stands as it is.
func (n Notation) Answer(q insurance.Question, value string) string { return n.words.answer(q, value) }

// Collection says who collects a premium, in words: "broker_collection",
// "insurer_collection", "mga_collection"; any other text stands as it is.
func (n Notation) Collection(kind string) string { return n.words.collection(kind) }

// State says where a policy is in its life, with the day where one matters.
func (n Notation) State(p insurance.Policy) string { return n.words.state(p) }

// Line is text from outside on one line, without control, format and
// bidirectional characters.
func (n Notation) Line(text string) string { return oneLine(text) }

// Name is what a company or else a person is called, as a Line.
func (n Notation) Name(p insurance.Party) string { return nameOf(p) }

// Country is the name of a country.
func (n Notation) Country(c insurance.Country) string { return n.words.country(c) }

// Seat is an insurer's postal address on one line.
func (n Notation) Seat(i insurance.Insurer) string { return n.words.seat(i) }

// Insurer is an insurer's name with its legal form.
func (n Notation) Insurer(i insurance.Insurer) string { return insurerName(i) }

// Labelled is a value with what it is called.
type Labelled struct{ Label, Value string }

// Object is what is known of the insured object, in the product's order: only
// what the product asks for, and of that only what was given. A profession,
// of which a policy knows the id only, is left out.
func (n Notation) Object(p insurance.Policy, product insurance.Product) []Labelled {
	return given(n.words.object(p, product, insurance.Profession{}))
}

// Premium is a premium part by part: net, each tax with its rate, and last
// the gross premium.
func (n Notation) Premium(p insurance.Premium) []Labelled {
	lines := []Labelled{{n.words.labels.net, n.words.money(p.Net)}}
	for _, tax := range p.Taxes {
		name := joined(" ", tax.Name.In(n.words.language), n.words.percent(tax.Rate))
		lines = append(lines, Labelled{name, n.words.money(tax.Amount)})
	}
	return append(lines, Labelled{n.words.labels.gross, n.words.money(p.Gross)})
}

// Coverages are a product's promises, each with the most that is paid for it.
func (n Notation) Coverages(product insurance.Product) []Labelled {
	lines := make([]Labelled, 0, len(product.Coverages))
	for _, cover := range product.Coverages {
		limit := cmp.Or(cover.Limit.In(n.words.language), n.words.notes.upToSumInsured)
		lines = append(lines, Labelled{cover.Name.In(n.words.language), limit})
	}
	return lines
}

// given leaves out what has no value.
func given(f facts) []Labelled {
	lines := make([]Labelled, 0, len(f))
	for _, item := range f {
		if strings.TrimSpace(item.value) != "" {
			lines = append(lines, Labelled{item.label, oneLine(item.value)})
		}
	}
	return lines
}

// Leaflet is the fixed text of the product information document, for a page
// that lays it out in one column (Regulation (EU) 2017/1469 Art. 4(4)).
type Leaflet struct {
	// Title and Headings are the prescribed ones, the headings in their order.
	Title    string
	Headings [9]string
	// Statement says that complete information is in other documents.
	Statement string
	// The subheadings.
	SumInsured, Optional, AtStart, During, OnClaim string
}

// Leaflet is the text for a product.
func (n Notation) Leaflet(p insurance.Product) Leaflet {
	w := n.words.information
	return Leaflet{
		Title: w.title, Headings: w.headings, Statement: n.words.statement(p), SumInsured: w.sumInsured,
		Optional: w.optional, AtStart: w.atStart, During: w.during, OnClaim: w.forClaim,
	}
}

// Speaks tells whether all that is said of a product can be said in a
// language.
func Speaks(p insurance.Product, language insurance.Language) bool {
	_, described := p.Information[language]
	return described && slices.Contains(Languages(), language)
}
