package core

import (
	"context"
	"fmt"
	"slices"
	"strings"

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
		v.endpoints = []store.Endpoint{endpoint}
	}
	v.untouched = true
	return v.tell(EventMailRequested, v.sale.now, func(told BookingTold) any {
		return MailTold{BookingTold: told, Kind: kind, Refund: v.refunded()}
	})
}

// refunded is what the policies of the package gave back, less what was never
// paid for them.
func (v *revision) refunded() string {
	total := insurance.Zero(v.Content.Currency)
	for _, q := range v.Content.Quotes {
		f, ok := v.files[q.PolicyID]
		if !ok || f.Termination == nil {
			continue
		}
		if back := insurance.Settle(f.ledger).Returned.Gross.Sub(v.core.unpaid(q, f)); back.Minor > 0 {
			total = total.Add(back)
		}
	}
	if total.IsZero() {
		return ""
	}
	return total.Decimal()
}

// PolicyTypes lists what a partner may sell, with the versions that are or were
// on sale, newest first.
func (c *Core) PolicyTypes(ctx context.Context, p Partner, _ struct{}) ([]PolicyType, error) {
	now, err := c.Now(ctx)
	if err != nil {
		return nil, err
	}
	today := insurance.DateIn(now, p.Zone)
	var types []PolicyType
	for _, sold := range c.Catalogue.Types(string(p.Family)) {
		versions := slices.DeleteFunc(slices.Clone(sold.Versions), func(v insurance.Product) bool {
			return today.Before(v.OnSale.From)
		})
		if len(versions) == 0 {
			continue
		}
		tariff, _ := versions[0].FindTariff(sold.Tariff.Code)
		types = append(types, PolicyType{Tariff: tariff, Versions: versions})
	}
	return types, nil
}

// packageNamed finds whose package a name means, for who opens it without an
// account: a code, the UUID of a quote or a certificate number.
func (c *Core) packageNamed(r reading, name string) (part, code string, err error) {
	if i := strings.LastIndex(name, codeSuffix+"-"); i >= 0 {
		name = name[:i+len(codeSuffix)]
	}
	code, where, ok := c.Keys.readCode(name)
	if !ok {
		return "", "", unknownPackage()
	}
	partners, err := r.Partners()
	if err != nil {
		return "", "", fmt.Errorf("read partners: %w", err)
	}
	for _, p := range partners {
		if bucketOf(p.Part) != where.bucket {
			continue
		}
		if _, err := c.openSale(r, p.Part, code); err == nil {
			return p.Part, code, nil
		} else if insurance.CodeOf(err) != insurance.CodePackageUnknown {
			return "", "", err
		}
	}
	return "", "", unknownPackage()
}
