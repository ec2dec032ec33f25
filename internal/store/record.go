package store

import (
	"time"

	"github.com/covernote/covernote/internal/insurance"
)

// The records below are how values of the trade lie in JSON columns. They are
// a format on disk: fields are added, never renamed or given another meaning.
// None holds the policyholder, whose data has columns of its own.

type objectRecord struct {
	Type       string            `json:"type"`
	Attributes map[string]string `json:"attributes"`
}

func recordObject(o insurance.Object) objectRecord { return objectRecord(o) }

type proposalRecord struct {
	Reference            string       `json:"reference,omitempty"`
	Tariff               string       `json:"tariff"`
	InceptionOn          string       `json:"inception_on,omitempty"`
	ExpiryOn             string       `json:"expiry_on,omitempty"`
	LegalWarrantyEnd     string       `json:"legal_warranty_end,omitempty"`
	VoluntaryWarrantyEnd string       `json:"voluntary_warranty_end,omitempty"`
	Kind                 string       `json:"kind,omitempty"`
	Term                 string       `json:"term,omitempty"`
	TermAsSent           string       `json:"term_as_sent,omitempty"`
	Deductible           *int         `json:"deductible,omitempty"`
	Object               objectRecord `json:"object"`
	Country              string       `json:"country,omitempty"`
	Currency             string       `json:"currency,omitempty"`
	StartsAt             int64        `json:"starts_at,omitempty"`
	PartnerPrice         string       `json:"partner_price,omitempty"`
	Discount             string       `json:"discount,omitempty"`
	Interval             string       `json:"interval,omitempty"`
	TenderPrice          string       `json:"tender_price,omitempty"`
}

func recordProposal(p insurance.Proposal) proposalRecord {
	return proposalRecord{
		Reference: p.Reference, Tariff: p.Tariff, InceptionOn: p.InceptionOn.String(), ExpiryOn: p.ExpiryOn.String(),
		LegalWarrantyEnd: p.LegalWarrantyEndOn.String(), VoluntaryWarrantyEnd: p.VoluntaryWarrantyEndOn.String(),
		Kind: string(p.Kind), Term: p.Term.String(), TermAsSent: p.TermAsSent, Deductible: p.Deductible,
		Object: recordObject(p.Object), Country: string(p.Country), Currency: string(p.Currency),
		StartsAt: micros(p.StartsAt), PartnerPrice: p.PartnerPrice, Discount: rateText(p.Discount),
		Interval: p.Interval.String(), TenderPrice: p.TenderPrice,
	}
}

func (r proposalRecord) proposal() insurance.Proposal {
	return insurance.Proposal{
		Reference: r.Reference, Tariff: r.Tariff, InceptionOn: day(r.InceptionOn), ExpiryOn: day(r.ExpiryOn),
		LegalWarrantyEndOn: day(r.LegalWarrantyEnd), VoluntaryWarrantyEndOn: day(r.VoluntaryWarrantyEnd),
		Kind: insurance.Kind(r.Kind), Term: period(r.Term), TermAsSent: r.TermAsSent, Deductible: r.Deductible,
		Object: insurance.Object(r.Object), Country: insurance.Country(r.Country),
		Currency: insurance.Currency(r.Currency), StartsAt: instantOrNone(r.StartsAt), PartnerPrice: r.PartnerPrice,
		Discount: rate(r.Discount), Interval: period(r.Interval), TenderPrice: r.TenderPrice,
	}
}

type moneyRecord struct {
	Minor    int64  `json:"minor"`
	Currency string `json:"currency"`
}

func recordMoney(m insurance.Money) moneyRecord {
	return moneyRecord{Minor: m.Minor, Currency: string(m.Currency)}
}

func (r moneyRecord) money() insurance.Money {
	return insurance.Money{Minor: r.Minor, Currency: insurance.Currency(r.Currency)}
}

type premiumRecord struct {
	Net        int64       `json:"net"`
	Tax        int64       `json:"tax"`
	Gross      int64       `json:"gross"`
	Commission int64       `json:"commission"`
	Currency   string      `json:"currency"`
	Taxes      []taxRecord `json:"taxes"`
}

type taxRecord struct {
	Name   insurance.Text `json:"name"`
	Rate   string         `json:"rate"`
	Amount int64          `json:"amount"`
}

func recordPremium(p insurance.Premium) premiumRecord {
	return premiumRecord{
		Net: p.Net.Minor, Tax: p.Tax.Minor, Gross: p.Gross.Minor, Commission: p.Commission.Minor,
		Currency: string(p.Gross.Currency), Taxes: recordTaxes(p.Taxes),
	}
}

func recordTaxes(lines []insurance.TaxLine) []taxRecord {
	records := make([]taxRecord, 0, len(lines))
	for _, line := range lines {
		records = append(records, taxRecord{Name: line.Name, Rate: line.Rate.String(), Amount: line.Amount.Minor})
	}
	return records
}

func (r premiumRecord) premium() insurance.Premium {
	in := func(minor int64) insurance.Money {
		return insurance.Money{Minor: minor, Currency: insurance.Currency(r.Currency)}
	}
	p := insurance.Premium{Net: in(r.Net), Tax: in(r.Tax), Gross: in(r.Gross), Commission: in(r.Commission)}
	for _, t := range r.Taxes {
		p.Taxes = append(p.Taxes, insurance.TaxLine{Name: t.Name, Rate: rate(t.Rate), Amount: in(t.Amount)})
	}
	return p
}

type terminationRecord struct {
	Reason      string `json:"reason"`
	Ending      string `json:"ending"`
	Refund      string `json:"refund"`
	DeclaredAt  int64  `json:"declared_at"`
	RequestedOn string `json:"requested_on,omitempty"`
	EndsOn      string `json:"ends_on"`
}

func recordTermination(t *insurance.Termination) *terminationRecord {
	if t == nil {
		return nil
	}
	return &terminationRecord{
		Reason: string(t.Reason), Ending: string(t.Ending), Refund: string(t.Refund),
		DeclaredAt: t.DeclaredAt.UnixMicro(), RequestedOn: t.RequestedOn.String(), EndsOn: t.EndsOn.String(),
	}
}

func (r *terminationRecord) termination() *insurance.Termination {
	if r == nil {
		return nil
	}
	return &insurance.Termination{
		Reason: insurance.Reason(r.Reason), Ending: insurance.Transition(r.Ending), Refund: insurance.Refund(r.Refund),
		DeclaredAt: instant(r.DeclaredAt), RequestedOn: day(r.RequestedOn), EndsOn: day(r.EndsOn),
	}
}

type renewalRecord struct {
	Number         int           `json:"number"`
	State          string        `json:"state"`
	From           string        `json:"from"`
	To             string        `json:"to"`
	Premium        premiumRecord `json:"premium"`
	ProductVersion int           `json:"product_version"`
	CreatedAt      int64         `json:"created_at"`
	NoticeAt       int64         `json:"notice_at"`
	DueAt          int64         `json:"due_at"`
	GraceUntil     int64         `json:"grace_until"`
	PaidAt         int64         `json:"paid_at,omitempty"`
}

func recordRenewal(r *insurance.Renewal) *renewalRecord {
	if r == nil {
		return nil
	}
	return &renewalRecord{
		Number: r.Number, State: string(r.State), From: r.Span.From.String(), To: r.Span.To.String(),
		Premium: recordPremium(r.Premium), ProductVersion: r.ProductVersion, CreatedAt: micros(r.CreatedAt),
		NoticeAt: micros(r.NoticeAt), DueAt: micros(r.DueAt), GraceUntil: micros(r.GraceUntil), PaidAt: micros(r.PaidAt),
	}
}

func (r *renewalRecord) renewal() *insurance.Renewal {
	if r == nil {
		return nil
	}
	return &insurance.Renewal{
		Number: r.Number, State: insurance.RenewalState(r.State), Span: insurance.Span{From: day(r.From), To: day(r.To)},
		Premium: r.Premium.premium(), ProductVersion: r.ProductVersion, CreatedAt: instantOrNone(r.CreatedAt),
		NoticeAt: instantOrNone(r.NoticeAt), DueAt: instantOrNone(r.DueAt), GraceUntil: instantOrNone(r.GraceUntil),
		PaidAt: instantOrNone(r.PaidAt),
	}
}

type stepRecord struct {
	Kind     string `json:"kind"`
	Label    string `json:"label,omitempty"`
	Key      string `json:"key,omitempty"`
	By       string `json:"by,omitempty"`
	Exact    string `json:"exact"`
	Result   string `json:"result"`
	Rounding string `json:"rounding,omitempty"`
}

func recordSteps(w insurance.Working) []stepRecord {
	records := make([]stepRecord, 0, len(w.Steps))
	for _, s := range w.Steps {
		records = append(records, stepRecord{
			Kind: string(s.Kind), Label: s.Label, Key: s.Key, By: s.By, Exact: s.Exact, Result: s.Result,
			Rounding: string(s.Rounding),
		})
	}
	return records
}

func working(records []stepRecord) insurance.Working {
	var w insurance.Working
	for _, r := range records {
		w.Steps = append(w.Steps, insurance.Step{
			Kind: insurance.StepKind(r.Kind), Label: r.Label, Key: r.Key, By: r.By, Exact: r.Exact, Result: r.Result,
			Rounding: insurance.Rounding(r.Rounding),
		})
	}
	return w
}

// day reads a day that a record wrote; "" is no day.
func day(text string) insurance.Date {
	d, _ := insurance.ParseDate(text)
	return d
}

// period reads a period that a record wrote; "" is no period.
func period(text string) insurance.Period {
	p, _ := insurance.ParsePeriod(text)
	return p
}

// rate reads a rate that a record wrote; "" is none.
func rate(text string) insurance.Rate {
	r, _ := insurance.ParseRate(text)
	return r
}

// rateText leaves out a rate of nothing.
func rateText(r insurance.Rate) string {
	if r.IsZero() {
		return ""
	}
	return r.String()
}

// micros is an instant as it is stored; 0 stands for none.
func micros(at time.Time) int64 {
	if at.IsZero() {
		return 0
	}
	return at.UnixMicro()
}

// instantOrNone reads what micros wrote.
func instantOrNone(micros int64) time.Time {
	if micros == 0 {
		return time.Time{}
	}
	return instant(micros)
}

func instant(micros int64) time.Time { return time.UnixMicro(micros).UTC() }
