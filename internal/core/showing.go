package core

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/covernote/covernote/internal/document"
	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
)

// CertificateView is a booked package as its certificate page shows it to
// whoever has its token.
type CertificateView struct {
	Package Package
	// PartnerName is what customers know the partner by.
	PartnerName string
	// Sandbox tells whether nobody is insured by it.
	Sandbox bool
}

// ProductView is a product that a package quotes, as its public page shows it.
// It says nothing about the customer or the price.
type ProductView struct {
	Product insurance.Product
	// Tariff is the code that the package was quoted under.
	Tariff string
	// Country is the market, which the product is sold in.
	Country insurance.Country
	// Language is the customer's, as sent; it may be empty.
	Language string
	// QuotedAt is when the package was made; its information is as of then.
	QuotedAt time.Time
	// Sandbox tells whether nobody is insured by it.
	Sandbox bool
}

// Certificate is a booked package for whoever has the token of its
// certificate. An unknown id, a package that was not booked and a wrong token
// are refused alike, with CodePackageUnknown.
func (c *Core) Certificate(ctx context.Context, id, token string) (CertificateView, error) {
	view := CertificateView{Sandbox: c.Sandbox}
	err := c.read(ctx, func(r reading) error {
		partner, s, err := c.openCertificate(r, id, token)
		if err != nil {
			return err
		}
		view.PartnerName = partner.Name
		view.Package, err = c.packageOf(r, s)
		return err
	})
	return view, err
}

func (c *Core) openCertificate(r reading, id, token string) (Partner, *sale, error) {
	partner, s, err := c.openNamed(r, id)
	if err != nil {
		return partner, nil, err
	}
	if s.order == nil || !equal([]byte(token), []byte(c.Keys.certificateToken(s.Part, s.ID))) {
		return partner, nil, unknownPackage()
	}
	return partner, s, nil
}

// openNamed opens a package by a name alone.
func (c *Core) openNamed(r reading, id string) (Partner, *sale, error) {
	s, err := c.saleNamed(r, id)
	if err != nil {
		return Partner{}, nil, err
	}
	row, ok, err := r.Partner(s.Part)
	if err := needed(ok, err); err != nil {
		return Partner{}, nil, fmt.Errorf("read partner %s: %w", s.Part, err)
	}
	partner, err := partnerOf(row)
	return partner, s, err
}

// saleNamed opens the package that a name means, whoever's it is, for who opens it
// without an account: a code, the UUID of a quote or a certificate number.
func (c *Core) saleNamed(r reading, name string) (*sale, error) {
	if i := strings.LastIndex(name, codeSuffix+"-"); i >= 0 {
		name = name[:i+len(codeSuffix)]
	}
	code, where, ok := c.Keys.readCode(name)
	if !ok {
		return nil, unknownPackage()
	}
	partners, err := r.Partners()
	if err != nil {
		return nil, fmt.Errorf("read partners: %w", err)
	}
	for _, p := range partners {
		if bucketOf(p.Part) != where.bucket {
			continue
		}
		s, err := c.openSale(r, p.Part, code)
		if insurance.CodeOf(err) != insurance.CodePackageUnknown {
			return s, err
		}
	}
	return nil, unknownPackage()
}

// Products are what a package quotes, booked or not, in its order. It refuses
// with CodePackageUnknown.
func (c *Core) Products(ctx context.Context, id string) ([]ProductView, error) {
	var views []ProductView
	err := c.read(ctx, func(r reading) error {
		_, s, err := c.openNamed(r, id)
		if err != nil {
			return err
		}
		for _, q := range s.Content.Quotes {
			if q.State == string(PackageDeleted) {
				continue
			}
			product, err := c.product(q.Product, q.Version)
			if err != nil {
				return err
			}
			market, _ := product.MarketOf(q.Proposal)
			views = append(views, ProductView{
				Product: product, Tariff: q.Proposal.Tariff, Country: market.Country, Language: s.Content.Language, QuotedAt: instant(q.PricedAt),
				Sandbox: c.Sandbox,
			})
		}
		return nil
	})
	return views, err
}

// CertificatePDF is the certificates of a booked package in one file, for
// whoever has its token. A single certificate in the language it was issued in
// is the issued document, byte for byte; others are made from the same record.
func (c *Core) CertificatePDF(ctx context.Context, id, token string, language insurance.Language) ([]byte, error) {
	var kept []*printed
	var bound rendering
	err := c.decide(ctx, func(r reading) (*draft, error) {
		partner, s, err := c.openCertificate(r, id, token)
		if err != nil {
			return nil, err
		}
		records, err := c.certificates(r, s)
		if err != nil {
			return nil, err
		}
		if len(records) != 1 || records[0].Language != string(language) {
			bound, err = c.boundCertificates(r, partner, records, language)
			return nil, err
		}
		var d *draft
		kept, d, err = c.printed(r, partner, records...)
		return d, err
	})
	if err != nil {
		return nil, err
	}
	if bound != nil {
		return c.render(ctx, bound)
	}
	return kept[0].pdf, nil
}

// certificates are the newest certificate records of the policies of a package.
func (c *Core) certificates(r reading, s *sale) ([]store.Document, error) {
	var records []store.Document
	for _, q := range s.Content.Quotes {
		f := s.files[q.PolicyID]
		if f == nil {
			continue
		}
		want := DocumentRequest{Kinds: []DocumentKind{DocumentCertificate}}
		newest, err := c.wanted(r, f.Policy, want)
		if err != nil {
			return nil, err
		}
		records = append(records, newest...)
	}
	if len(records) == 0 {
		return nil, unknownPackage()
	}
	return records, nil
}

// boundCertificates are several in one file, which nobody keeps.
func (c *Core) boundCertificates(r reading, p Partner, records []store.Document, language insurance.Language) (rendering, error) {
	all := make([]document.Certificate, 0, len(records))
	for _, record := range records {
		certificate, err := c.certificate(r, p, record)
		if err != nil {
			return nil, err
		}
		certificate.Language = language
		all = append(all, certificate)
	}
	return func() ([]byte, error) { return document.RenderCertificates(all) }, nil
}

// certificate is what a record of one was issued with.
func (c *Core) certificate(r reading, p Partner, record store.Document) (document.Certificate, error) {
	policy, product, err := c.recorded(r, record)
	if err != nil {
		return document.Certificate{}, err
	}
	return c.certificateOf(r, p, record, policy, product)
}

// recorded is the policy in the version that a record names, with the product that
// it was sold on.
func (c *Core) recorded(r reading, record store.Document) (insurance.Policy, insurance.Product, error) {
	policy, ok, err := r.PolicyVersion(record.Part, record.Subject, record.Version)
	if err := needed(ok, err); err != nil {
		return policy, insurance.Product{}, fmt.Errorf("read policy %s version %d: %w", record.Subject, record.Version, err)
	}
	product, err := c.product(policy.ProductCode, policy.ProductVersion)
	return policy, product, err
}

func (c *Core) certificateOf(
	r reading, p Partner, record store.Document, policy insurance.Policy, product insurance.Product,
) (document.Certificate, error) {
	insured, err := c.insuredWith(r, record)
	if err != nil {
		return document.Certificate{}, err
	}
	seller, profession, err := c.soldBy(r, p, policy, product)
	return document.Certificate{
		Policy: policy, Product: product, IssuedAt: time.UnixMicro(record.IssuedAt).UTC(),
		Language: insurance.Language(record.Language), Partner: seller, Insured: insured, Specimen: c.Sandbox,
		Profession: profession,
	}, err
}

// soldBy is whom the policyholder bought from: the partner, or the broker who
// ordered cover at the desk, and then the profession that it was ordered for.
func (c *Core) soldBy(
	r reading, p Partner, policy insurance.Policy, product insurance.Product,
) (seller string, profession insurance.Profession, err error) {
	if product.Line == 0 {
		return p.Name, profession, nil
	}
	id, err := strconv.ParseInt(policy.Reference, 10, 64)
	if err != nil {
		return "", profession, fmt.Errorf("read inquiry of policy: %w", err)
	}
	row, ok, err := r.Inquiry(p.Part, id)
	if err := needed(ok && row.Content.Asked != nil, err); err != nil {
		return "", profession, fmt.Errorf("read inquiry %d: %w", id, err)
	}
	broker, ok, err := r.Party(p.Part, row.Content.BrokerParty)
	if err := needed(ok, err); err != nil {
		return "", profession, fmt.Errorf("read broker of inquiry %d: %w", id, err)
	}
	_, profession = recall(row)
	return broker.Name().Reveal(), profession, nil
}

// insuredWith are the persons insured beside the policyholder when a document
// was issued: those of the first version of its package that holds the policy
// in that version.
func (c *Core) insuredWith(r reading, record store.Document) ([]insurance.Party, error) {
	row, ok, err := r.PolicyRow(record.Part, record.Subject)
	if err := needed(ok, err); err != nil {
		return nil, fmt.Errorf("read policy %s: %w", record.Subject, err)
	}
	if row.Owner == row.ID {
		return nil, nil
	}
	for version := int64(1); ; version++ {
		content, ok, err := r.OrderContent(record.Part, row.OrderID, version)
		if err := needed(ok, err); err != nil {
			return nil, fmt.Errorf("read version %d of order %s: %w", version, row.OrderID, err)
		}
		for _, q := range content.Quotes {
			if q.PolicyID == record.Subject && q.PolicyVersion == record.Version {
				return c.persons(r, record.Part, q.Insured)
			}
		}
	}
}
