package core

import (
	"context"
	"fmt"

	"github.com/covernote/covernote/internal/document"
	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
)

// SendMail asks for an e-mail to the policyholder of a booked package; it is
// sent as notices are. It refuses with CodePackageUnknown, and with
// CodeStateForbidden about FieldEvent an e-mail that the state of the package
// does not bear out.
func (c *Core) SendMail(ctx context.Context, p Partner, wish MailWish, once Once) (Nothing, error) {
	ref := PackageRef{PackageID: wish.PackageID, Problems: wish.Problems}
	return onceOnly(ctx, c, p, once, func(r reading) (*draft, Nothing, error) {
		v, err := c.reopen(r, p, ref)
		if err != nil {
			return nil, Nothing{}, err
		}
		kind, err := v.mailKind(wish.Kind)
		if err != nil {
			return nil, Nothing{}, err
		}
		return v.draft, Nothing{}, v.mail(r, kind)
	})
}

// mailKind is the kind of e-mail that fits the state of the package.
func (v *revision) mailKind(asked MailKind) (MailKind, error) {
	fitting := map[MailKind]PackageState{
		MailConfirmed: PackageConfirmed, MailUpdated: PackageConfirmed, MailCancelled: PackageCancelled,
	}
	if asked == "" {
		asked = MailConfirmed
		if v.state() == PackageCancelled {
			asked = MailCancelled
		}
	}
	if v.state() != fitting[asked] {
		return asked, insurance.RefuseField(insurance.CodeStateForbidden, insurance.FieldEvent, "%s", asked)
	}
	return asked, nil
}

// mail records the wish and lets it go to where e-mails go.
func (v *revision) mail(r reading, kind MailKind) error {
	endpoint, ok, err := r.EndpointFor(v.part, store.EndpointEmail)
	if err != nil {
		return fmt.Errorf("read endpoint of e-mails: %w", err)
	}
	v.endpoints = nil
	if ok {
		v.endpoints = []string{endpoint.ID}
	}
	v.untouched = true
	return v.tell(EventMailRequested, v.now(), func(told BookingTold) any {
		return MailTold{BookingTold: told, Kind: kind, Refund: v.refunded()}
	})
}

// refunded is what the policies of the package gave back; empty if nothing.
func (v *revision) refunded() string {
	total := insurance.Zero(v.Content.Currency)
	for _, q := range v.Content.Quotes {
		f, ok := v.files[q.PolicyID]
		if !ok || f.Termination == nil {
			continue
		}
		total = total.Add(givenBack(insurance.Settle(f.ledger).Returned.Gross, q, f))
	}
	if total.IsZero() {
		return ""
	}
	return total.Decimal()
}

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
