package document

import (
	"errors"
	"fmt"
	"time"

	"github.com/covernote/covernote/internal/insurance"
)

// CancellationConfirmation confirms the end of a policy and what is returned.
type CancellationConfirmation struct {
	// Policy as it stands after its Termination, which must be set.
	Policy     insurance.Policy
	Product    insurance.Product
	Settlement insurance.Settlement
	// IssuedAt is printed, and is the date of the file.
	IssuedAt time.Time
	Language insurance.Language
	// Partner is the intermediary's name.
	Partner string
	// Specimen marks every page as no contract.
	Specimen bool
}

var errNotEnded = errors.New("document: the policy has not been ended")

// RenderCancellationConfirmation gives the confirmation as a PDF. It refuses a
// language that it has no wording for, and a policy that nobody has ended.
func RenderCancellationConfirmation(c CancellationConfirmation) ([]byte, error) {
	words, err := wordingIn(c.Language)
	if err != nil {
		return nil, err
	}
	if c.Policy.Termination == nil {
		return nil, errNotEnded
	}
	title, text := c.opening(words)
	insurer := c.Product.Insurer
	s, err := newSheet(words, frame{
		title: title + " " + c.Policy.CertificateNumber, author: insurerName(insurer),
		running: joined(" · ", title, c.Policy.CertificateNumber),
		margin:  pageMargin, legal: words.legalLine(insurer), issuedAt: c.IssuedAt, specimen: c.Specimen,
	})
	if err != nil {
		return nil, err
	}
	s.masthead(insurer, c.Partner, title, c.Product.Name.In(c.Language))
	prose(text).draw(s)
	w := words.cancellation
	s.section(w.facts, c.facts(words))
	s.section(w.settlement, c.settlement(words), prose(c.refund(words)))
	s.section(w.next, c.next(words))
	return s.bytes()
}

// opening is the title and the first sentence, by the way the policy ends.
func (c CancellationConfirmation) opening(words *wording) (title, text string) {
	w, t := words.cancellation, c.Policy.Termination
	declared := words.date(insurance.DateIn(t.DeclaredAt, zoneOf(c.Policy)))
	switch t.Ending {
	case insurance.TransitionWithdraw:
		return w.withdraw, fmt.Sprintf(w.withdrawText, c.Policy.CertificateNumber, declared)
	case insurance.TransitionVoid:
		return w.void, fmt.Sprintf(w.voidText, c.Policy.CertificateNumber, declared)
	}
	if c.neverCovered() {
		return w.cancel, fmt.Sprintf(w.beforeText, c.Policy.CertificateNumber, words.date(c.Policy.InceptionOn))
	}
	return w.cancel, fmt.Sprintf(w.cancelText, c.Policy.CertificateNumber, words.date(t.EndsOn))
}

func (c CancellationConfirmation) next(words *wording) list {
	w := words.cancellation
	var items []string
	if !c.neverCovered() {
		items = append(items, w.claims)
	}
	return list{dash, append(items, w.keep, fmt.Sprintf(w.questions, reach(c.Product.Insurer)))}
}

func (c CancellationConfirmation) neverCovered() bool {
	return c.Policy.Termination.EndsOn.Before(c.Policy.InceptionOn)
}

func (c CancellationConfirmation) facts(words *wording) facts {
	w, l, t := words.cancellation, words.labels, c.Policy.Termination
	last := fmt.Sprintf(words.notes.ends, words.date(t.EndsOn))
	if c.neverCovered() {
		last = w.neverCovered
	}
	grid := facts{
		{label: l.number, value: c.Policy.CertificateNumber},
		{label: l.reference, value: c.Policy.Reference},
		{label: l.name, value: c.Policy.Policyholder.Name().Reveal()},
		{label: l.begins, value: words.date(c.Policy.InceptionOn)},
		{label: w.reason, value: words.reasons[t.Reason]},
		{label: w.declaredAt, value: words.instant(t.DeclaredAt, zoneOf(c.Policy))},
		{label: w.lastDay, value: last},
	}
	if !t.RequestedOn.IsZero() {
		grid = append(grid, fact{label: w.requestedOn, value: words.date(t.RequestedOn)})
	}
	return append(grid, fact{label: l.issuedAt, value: words.instant(c.IssuedAt, zoneOf(c.Policy))})
}

// settlement divides what was charged into used and returned, part by part.
func (c CancellationConfirmation) settlement(words *wording) table {
	w, l, s := words.cancellation, words.labels, c.Settlement
	nothing := insurance.Zero(c.Policy.Premium.Gross.Currency) // lends a zero its currency
	row := func(name string, of func(insurance.Premium) insurance.Money) []string {
		cells := []string{name}
		for _, column := range []insurance.Premium{s.Written, s.Earned, s.Returned} {
			cells = append(cells, words.money(of(column).Add(nothing)))
		}
		return cells
	}
	t := table{head: []string{l.part, w.written, w.earned, w.returned}, numbers: true, total: true}
	t.rows = append(t.rows, row(l.net, func(p insurance.Premium) insurance.Money { return p.Net }))
	for i, tax := range s.Written.Taxes {
		name := joined(" ", tax.Name.In(c.Language), words.percent(tax.Rate))
		t.rows = append(t.rows, row(name, func(p insurance.Premium) insurance.Money {
			if i < len(p.Taxes) {
				return p.Taxes[i].Amount
			}
			return nothing
		}))
	}
	t.rows = append(t.rows, row(l.grossPremium, func(p insurance.Premium) insurance.Money { return p.Gross }))
	return t
}

func (c CancellationConfirmation) refund(words *wording) string {
	w := words.cancellation
	if c.Settlement.Returned.Gross.IsZero() {
		return w.noRefund
	}
	return fmt.Sprintf(w.refund, words.money(c.Settlement.Returned.Gross)) + " " + w.refundWay
}
