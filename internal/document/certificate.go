package document

import (
	"cmp"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/covernote/covernote/internal/insurance"
)

// Certificate is what a certificate says.
type Certificate struct {
	Policy insurance.Policy
	// Product is the version that the policy was concluded under.
	Product insurance.Product
	// IssuedAt is printed, and is the date of the file.
	IssuedAt time.Time
	Language insurance.Language
	// Partner is the intermediary's name, and under a group contract the
	// policyholder's.
	Partner string
	// Profession is that of the policyholder, where the product asks for it.
	Profession insurance.Profession
	// Insured are the persons covered beside the policyholder, if any.
	Insured []insurance.Party
	// Specimen marks every page as no contract.
	Specimen bool
}

// RenderCertificate gives the certificate as a PDF. It refuses a language that
// it has no wording for or that the product is not described in.
func RenderCertificate(c Certificate) ([]byte, error) {
	return RenderCertificates([]Certificate{c})
}

var (
	errNoCertificate = errors.New("document: there is no certificate")
	errLanguages     = errors.New("document: certificates of one file must be in one language")
)

// RenderCertificates gives several certificates as one PDF, one after the
// other, each with pages of its own that are counted alone. The file is dated
// with the latest. It refuses what RenderCertificate refuses, no certificate
// at all, and certificates in several languages.
func RenderCertificates(all []Certificate) ([]byte, error) {
	if len(all) == 0 {
		return nil, errNoCertificate
	}
	prepared := make([]certificate, len(all))
	for i, each := range all {
		var err error
		if prepared[i], err = each.prepare(); err != nil {
			return nil, err
		}
		if each.Language != all[0].Language {
			return nil, errLanguages
		}
	}
	s, err := newSheet(prepared[0].wording, cover(prepared))
	if err != nil {
		return nil, err
	}
	for i, each := range prepared {
		if i > 0 {
			s.begin(each.frame())
		}
		each.draw(s, len(prepared) > 1)
	}
	return s.bytes()
}

// cover is the frame of the first certificate, under the title and the date of
// the file.
func cover(prepared []certificate) frame {
	first := prepared[0].frame()
	for _, each := range prepared[1:] {
		first.title += ", " + each.Policy.CertificateNumber
		if each.IssuedAt.After(first.issuedAt) {
			first.issuedAt = each.IssuedAt
		}
	}
	return first
}

// prepare finds the words for a certificate.
func (c Certificate) prepare() (certificate, error) {
	words, err := wordingIn(c.Language)
	if err != nil {
		return certificate{}, err
	}
	if c.IssuedAt.IsZero() {
		return certificate{}, errUndated
	}
	information, err := informationOf(c.Product, c.Language)
	return certificate{Certificate: c, information: information, wording: words}, err
}

// informationOf is the product's description in a language.
func informationOf(p insurance.Product, language insurance.Language) (insurance.Information, error) {
	information, ok := p.Information[language]
	if !ok {
		return information, fmt.Errorf("document: %s version %d is not described in %q", p.Code, p.Version, language)
	}
	return information, nil
}

// certificate is a Certificate with the words to say it in.
type certificate struct {
	Certificate
	*wording
	information insurance.Information
}

// title says what kind of contract the certificate proves.
func (c certificate) title() string {
	if c.isGroup() {
		return c.certificate.group
	}
	return c.certificate.individual
}

func (c certificate) frame() frame {
	insurer, title := c.Product.Insurer, c.title()+" "+c.Policy.CertificateNumber
	return frame{
		title: title, author: insurerName(insurer),
		running: joined(" · ", title, c.Product.Name.In(c.Language)),
		margin:  pageMargin, legal: c.legalLine(insurer), issuedAt: c.IssuedAt, specimen: c.Specimen,
	}
}

// draw draws the certificate; as one of several, its sections stand below its
// own bookmark.
func (c certificate) draw(s *sheet, several bool) {
	title := c.certificate
	if several {
		s.outline = 0
		s.bookmark(c.frame().title)
		s.outline = 1
	}
	s.masthead(c.Product.Insurer, c.Partner, c.title(), c.Product.Name.In(c.Language))
	c.ended().draw(s)
	c.summary().draw(s)
	s.section(title.contract, c.contract())
	s.section(c.holderTitle(), c.holder())
	if len(c.Insured) > 0 {
		s.section(title.alsoInsured, c.alsoInsured())
	}
	s.section(c.objectTitle(), c.object(c.Policy, c.Product, c.Profession))
	s.section(title.cover, c.coverages(c.Product), c.coverFacts(), subheading(c.labels.territory), list{dash, c.information.Territory})
	s.section(title.term, c.term())
	s.section(title.premium, c.premium(c.Policy.Premium), c.premiumFacts())
	s.section(title.withdrawal, prose(c.withdrawal()))
	s.section(title.ending, prose(c.information.Termination))
	s.section(title.claims, c.claims()...)
	s.section(title.documents, c.documents())
	s.section(title.duties, c.duties())
	s.section(title.complaints, c.complaints())
	s.section(title.law, c.law())
	s.section(title.insurer, c.insurerFacts(c.Product.Insurer))
}

func (c certificate) isGroup() bool { return c.Product.Contract == insurance.ContractGroup }

func (c certificate) numberLabel() string {
	if c.isGroup() {
		return c.labels.groupNumber
	}
	return c.labels.number
}

// ended is the warning on a certificate of a policy whose cover is over.
func (c certificate) ended() warning {
	if c.Policy.State.Live() {
		return ""
	}
	return warning(fmt.Sprintf(c.notes.ended, c.state(c.Policy)))
}

func (c certificate) summary() band {
	return band{
		{label: c.numberLabel(), value: c.Policy.CertificateNumber},
		{label: c.labels.begins, value: c.moment(c.begun(), zoneOf(c.Policy)), aside: c.termLength()},
		{label: c.labels.grossPremium, value: c.money(c.Policy.Premium.Gross), aside: c.payable(c.Policy)},
	}
}

func (c certificate) begun() time.Time {
	p := c.Policy
	p.Zone = zoneOf(p)
	return p.Begins()
}

// termLength is empty where an event ends the cover.
func (c certificate) termLength() string {
	if c.Policy.Term.IsZero() {
		return ""
	}
	return c.period(c.Policy.Term)
}

func (c certificate) contract() facts {
	p := c.Policy
	return facts{
		{label: c.labels.reference, value: p.Reference},
		{label: c.labels.product, value: c.Product.Name.In(c.Language)},
		{label: c.labels.version, value: p.ProductCode + ", " + strconv.Itoa(p.ProductVersion)},
		{label: c.labels.tariff, value: p.Tariff},
		{label: c.labels.kind, value: c.kind(p)},
		{label: c.labels.partner, value: c.Partner},
		{label: c.labels.concludedAt, value: c.instant(p.ConcludedAt, zoneOf(p))},
		{label: c.labels.issuedAt, value: c.instant(c.IssuedAt, zoneOf(p))},
	}
}

func (c certificate) holderTitle() string {
	if c.isGroup() {
		return c.certificate.insured
	}
	return c.certificate.policyholder
}

func (c certificate) holder() facts {
	grid := c.partyFacts(c.Policy.Policyholder)
	if c.isGroup() {
		grid = append(grid, fact{label: c.labels.groupHolder, value: c.Partner})
	}
	return grid
}

// alsoInsured names the persons that are covered beside the policyholder.
func (c certificate) alsoInsured() list {
	persons := make([]string, 0, len(c.Insured))
	for _, person := range c.Insured {
		born := person.BirthOn.Reveal()
		if day, err := insurance.ParseDate(born); err == nil {
			born = c.date(day)
		}
		persons = append(persons, joined(", ", personName(person), born))
	}
	return list{dash, persons}
}

// objectTitle: what commercial cover is for is no item.
func (c certificate) objectTitle() string {
	if c.Product.Line != 0 {
		return c.certificate.risk
	}
	return c.certificate.object
}

// coverages are the promises of a product, each with its limit.
func (w *wording) coverages(p insurance.Product) table {
	t := table{head: []string{w.labels.coverage, w.labels.limit}}
	for _, cover := range p.Coverages {
		limit := cmp.Or(cover.Limit.In(w.language), w.notes.upToSumInsured)
		t.rows = append(t.rows, []string{cover.Name.In(w.language), limit})
	}
	return t
}

func (c certificate) coverFacts() facts {
	grid := facts{{label: c.labels.sumInsured, value: c.sum(c.Policy.SumInsured)}}
	if c.Policy.SumInsured.IsZero() {
		grid = nil
	}
	return append(grid, fact{label: c.labels.deductible, value: c.deductibleOf(c.Policy, c.Product)})
}

// term says when cover begins and ends, by the clock of the policy's zone.
func (c certificate) term() facts {
	p := c.Policy
	grid := facts{
		{label: c.labels.begins, value: c.begins(p)},
		{label: c.labels.ends, value: c.ends(p)},
		{label: c.labels.term, value: c.termLength()},
	}
	if wait := c.Product.WaitingPeriod; !wait.IsZero() {
		grid = append(grid, fact{label: c.labels.waiting, value: fmt.Sprintf(c.notes.waiting, c.period(wait))})
	}
	if !p.LegalWarrantyEndOn.IsZero() {
		grid = append(grid, fact{label: c.labels.legalWarranty, value: c.date(p.LegalWarrantyEndOn)})
	}
	if !p.VoluntaryWarrantyEndOn.IsZero() {
		grid = append(grid, fact{label: c.labels.voluntaryWarranty, value: c.date(p.VoluntaryWarrantyEndOn)})
	}
	return append(grid, fact{label: c.labels.renewal, value: c.renewal(p, c.Product), wide: true})
}

// premium shows each tax with its rate and amount (VersStG §5).
func (w *wording) premium(p insurance.Premium) table {
	t := table{
		head: []string{w.labels.part, w.labels.rate, w.labels.amount}, numbers: true, total: true,
		rows: [][]string{{w.labels.net, "", w.money(p.Net)}},
	}
	for _, tax := range p.Taxes {
		t.rows = append(t.rows, []string{tax.Name.In(w.language), w.percent(tax.Rate), w.money(tax.Amount)})
	}
	t.rows = append(t.rows, []string{w.labels.gross, "", w.money(p.Gross)})
	return t
}

func (c certificate) premiumFacts() facts {
	return facts{
		{label: c.labels.interval, value: c.payable(c.Policy)},
		{label: c.labels.taxNumber, value: c.Product.Insurer.InsuranceTaxNumber},
		{label: c.labels.payment, value: c.information.Payment, wide: true},
	}
}
