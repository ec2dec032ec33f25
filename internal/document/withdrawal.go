package document

import (
	"fmt"
	"strings"
	"time"

	"github.com/covernote/covernote/internal/insurance"
)

// WithdrawalInstruction tells the policyholders of a product how to withdraw.
type WithdrawalInstruction struct {
	Product  insurance.Product
	Country  insurance.Country
	Language insurance.Language
	// IssuedAt is the date of the file.
	IssuedAt time.Time
	// Specimen marks every page as no contract.
	Specimen bool
}

// RenderWithdrawalInstruction gives the instruction as a PDF. It refuses a
// language that it has no wording for, and a product without the right.
func RenderWithdrawalInstruction(i WithdrawalInstruction) ([]byte, error) {
	words, err := wordingIn(i.Language)
	if err != nil {
		return nil, err
	}
	if i.Product.Withdrawal.Days == 0 {
		return nil, fmt.Errorf("document: %s version %d has no right of withdrawal", i.Product.Code, i.Product.Version)
	}
	w, insurer := words.withdrawal, i.Product.Insurer
	name := i.Product.Name.In(i.Language)
	s, err := newSheet(words, frame{
		title: w.title + " – " + name, author: insurerName(insurer), running: w.title + " · " + name,
		margin: pageMargin, legal: words.legalLine(insurer), issuedAt: i.IssuedAt, specimen: i.Specimen,
	})
	if err != nil {
		return nil, err
	}
	s.masthead(insurer, "", w.title, joined(" · ", name, words.country(i.Country)))
	i.draw(s)
	return s.bytes()
}

func (i WithdrawalInstruction) draw(s *sheet) {
	w, days := s.withdrawal, i.Product.Withdrawal.Days
	right := w.rightIndividual
	if i.Product.Contract == insurance.ContractGroup {
		right = w.rightGroup
	}
	s.section(w.right, prose(fmt.Sprintf(right, days)))
	s.section(w.begin, prose(fmt.Sprintf(w.beginText, days)))
	s.section(w.addressee, prose(w.addresseeText), i.addressee(s.wording))
	s.section(w.effects, i.effects(w)...)
	s.section(w.loss, prose(w.lossText))
	s.section(w.papers, prose(w.papersText), i.papers(w))
}

func (i WithdrawalInstruction) addressee(words *wording) facts {
	insurer := i.Product.Insurer
	return facts{
		{label: words.labels.company, value: insurerName(insurer)},
		{label: words.labels.address, value: words.seat(insurer)},
		{label: words.labels.email, value: insurer.Email},
		{label: words.labels.phone, value: phone(insurer)},
	}
}

func (i WithdrawalInstruction) effects(w withdrawalPhrases) []block {
	switch i.Product.Withdrawal.Refund {
	case insurance.RefundFull:
		return []block{prose(w.effectFull), prose(w.effectTime)}
	case insurance.RefundProRata:
		return []block{prose(w.effectPart), prose(w.effectFormula), prose(w.effectTime)}
	}
	return []block{prose(w.effectNot)}
}

func (i WithdrawalInstruction) papers(w withdrawalPhrases) list {
	items := w.enclosed[:]
	for n, item := range items {
		if strings.Contains(item, "%s") {
			items[n] = fmt.Sprintf(item, i.Product.TermsVersion)
		}
	}
	return list{dash, items}
}
