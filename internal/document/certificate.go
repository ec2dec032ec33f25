package document

import (
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
	// Specimen marks every page as no contract.
	Specimen bool
}

// RenderCertificate gives the certificate as a PDF. It refuses a language that
// it has no wording for or that the product is not described in.
func RenderCertificate(c Certificate) ([]byte, error) {
	words, err := wordingIn(c.Language)
	if err != nil {
		return nil, err
	}
	information, err := informationOf(c.Product, c.Language)
	if err != nil {
		return nil, err
	}
	title := words.certificate.individual
	if c.Product.Contract == insurance.ContractGroup {
		title = words.certificate.group
	}
	insurer := c.Product.Insurer
	s, err := newSheet(words, frame{
		title: title + " " + c.Policy.CertificateNumber, author: insurerName(insurer),
		running: joined(" · ", title+" "+c.Policy.CertificateNumber, c.Product.Name.In(c.Language)),
		margin:  pageMargin, legal: words.legalLine(insurer), issuedAt: c.IssuedAt, specimen: c.Specimen,
	})
	if err != nil {
		return nil, err
	}
	s.masthead(insurer, c.Partner, title, c.Product.Name.In(c.Language))
	certificate{Certificate: c, information: information, wording: words}.draw(s)
	return s.bytes()
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

func (c certificate) draw(s *sheet) {
	title := c.certificate
	c.summary().draw(s)
	s.section(title.contract, c.contract())
	s.section(c.holderTitle(), c.holder())
	s.section(title.object, c.object())
	s.section(title.cover, c.coverages(), c.coverFacts(), subheading(c.labels.territory), list{dash, c.information.Territory})
	s.section(title.term, c.term())
	s.section(title.premium, c.premium(), c.premiumFacts())
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

func (c certificate) summary() band {
	return band{
		{label: c.numberLabel(), value: c.Policy.CertificateNumber},
		{label: c.labels.begins, value: c.date(c.Policy.InceptionOn), aside: c.period(c.Policy.Term)},
		{label: c.labels.grossPremium, value: c.money(c.Policy.Premium.Gross), aside: c.interval(c.Policy.Interval)},
	}
}

func (c certificate) contract() facts {
	p := c.Policy
	kind := c.notes.fixed
	if p.Kind == insurance.KindRecurring {
		kind = c.notes.recurring
	}
	return facts{
		{label: c.labels.reference, value: p.Reference},
		{label: c.labels.product, value: c.Product.Name.In(c.Language)},
		{label: c.labels.version, value: p.ProductCode + ", " + strconv.Itoa(p.ProductVersion)},
		{label: c.labels.tariff, value: p.Tariff},
		{label: c.labels.kind, value: kind},
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

// object lists what the product asks of an object, in the product's order.
func (c certificate) object() facts {
	kind := c.Policy.Object.Type
	if known, ok := c.Product.ObjectType(kind); ok {
		kind = known.Name.In(c.Language)
	}
	grid := facts{{label: c.labels.objectType, value: kind}}
	rules := c.Product.Attributes
	if len(rules) == 0 {
		rules = insurance.GoodsAttributes()
	}
	for _, rule := range rules {
		value := c.Policy.Object.Attributes[rule.Name]
		grid = append(grid, fact{label: c.attributeLabel(rule), value: c.attributeValue(rule, value)})
	}
	return grid
}

func (c certificate) attributeLabel(rule insurance.Attribute) string {
	if label := rule.Label.In(c.Language); label != "" {
		return label
	}
	if label, ok := c.labels.attributes[rule.Name]; ok {
		return label
	}
	return rule.Name
}

// attributeValue is an attribute as people write it; an attribute that was
// not given, or not confirmed, is empty.
func (c certificate) attributeValue(rule insurance.Attribute, value string) string {
	switch rule.Kind {
	case insurance.AttributeAmount:
		return c.amount(value, c.Policy.Premium.Gross.Currency)
	case insurance.AttributeDate:
		if day, err := insurance.ParseDate(value); err == nil {
			return c.date(day)
		}
	case insurance.AttributeConfirmation:
		if value == "true" {
			return c.labels.confirmed
		}
		return ""
	}
	return value
}

func (c certificate) coverages() table {
	t := table{head: []string{c.labels.coverage, c.labels.limit}}
	for _, cover := range c.Product.Coverages {
		limit := cover.Limit.In(c.Language)
		if limit == "" {
			limit = c.notes.upToSumInsured
		}
		t.rows = append(t.rows, []string{cover.Name.In(c.Language), limit})
	}
	return t
}

func (c certificate) coverFacts() facts {
	deductible := c.notes.noDeductible
	if c.Policy.Deductible > 0 {
		deductible = fmt.Sprintf(c.notes.deductible, c.percentOf(strconv.Itoa(c.Policy.Deductible)))
	}
	return facts{
		{label: c.labels.sumInsured, value: c.money(c.Policy.SumInsured)},
		{label: c.labels.deductible, value: deductible},
	}
}

// term says when cover begins and ends, by the clock of the policy's zone.
func (c certificate) term() facts {
	p := c.Policy
	ends, renewal := c.notes.endsOpen, c.notes.renewsNot
	if last := p.LastDay(); !last.IsZero() {
		ends = fmt.Sprintf(c.notes.ends, c.date(last))
	}
	if p.Kind == insurance.KindRecurring && p.Termination == nil {
		notice := c.notes.noNotice
		if !c.Product.Cancellation.Notice.IsZero() {
			notice = c.period(c.Product.Cancellation.Notice)
		}
		renewal = fmt.Sprintf(c.notes.renews, c.period(p.Term), notice)
	}
	grid := facts{
		{label: c.labels.begins, value: fmt.Sprintf(c.notes.begins, c.date(p.InceptionOn), zoneOf(p))},
		{label: c.labels.ends, value: ends},
		{label: c.labels.term, value: c.period(p.Term)},
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
	return append(grid, fact{label: c.labels.renewal, value: renewal, wide: true})
}

// premium shows each tax with its rate and amount (VersStG §5).
func (c certificate) premium() table {
	p := c.Policy.Premium
	t := table{
		head: []string{c.labels.part, c.labels.rate, c.labels.amount}, numbers: true, total: true,
		rows: [][]string{{c.labels.net, "", c.money(p.Net)}},
	}
	for _, tax := range p.Taxes {
		t.rows = append(t.rows, []string{tax.Name.In(c.Language), c.percent(tax.Rate), c.money(tax.Amount)})
	}
	t.rows = append(t.rows, []string{c.labels.gross, "", c.money(p.Gross)})
	return t
}

func (c certificate) premiumFacts() facts {
	return facts{
		{label: c.labels.interval, value: c.interval(c.Policy.Interval)},
		{label: c.labels.taxNumber, value: c.Product.Insurer.InsuranceTaxNumber},
		{label: c.labels.payment, value: c.information.Payment, wide: true},
	}
}
