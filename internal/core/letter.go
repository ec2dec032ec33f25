package core

import (
	"fmt"

	"github.com/covernote/covernote/internal/document"
	"github.com/covernote/covernote/internal/insurance"
)

// Letter writes the e-mail that an EventMailRequested asks for, about the
// policies of the booking as it then stood: those that were cancelled are in
// it, but cost nothing. certificate is the address of the booking's page.
func (n Notice) Letter(language insurance.Language, certificate string, specimen bool) (document.MailText, error) {
	var told MailTold
	if err := n.Event.Decode(&told); err != nil {
		return document.MailText{}, err
	}
	if n.New == nil {
		return document.MailText{}, fmt.Errorf("the booking of %s is not there", n.Event.Type)
	}
	mail := document.Mail{
		Kind: string(told.Kind), Language: language, PartnerName: n.Partner.Name, PackageID: n.New.ID,
		Total: insurance.Zero(n.New.Currency), CertificateURL: certificate, Holder: n.New.Holder, Specimen: specimen,
	}
	for _, q := range n.New.Quotes {
		if q.Policy == nil {
			continue
		}
		mail.Lines = append(mail.Lines, document.MailLine{Product: q.Product, Policy: *q.Policy})
		if q.State != PackageCancelled {
			mail.Total = mail.Total.Add(q.Premium.Gross)
		}
	}
	if told.Refund != "" {
		refund, err := insurance.ParseMoney(told.Refund, n.New.Currency)
		if err != nil {
			return document.MailText{}, fmt.Errorf("read refund: %w", err)
		}
		mail.Refund = refund
	}
	return document.RenderMail(mail)
}
