package document

import (
	"cmp"
	"fmt"
	"strconv"
	"time"

	"github.com/covernote/covernote/internal/insurance"
)

// CoverOrder is the order of cover that a broker sends to an insurer.
type CoverOrder struct {
	Inquiry Inquiry
	Offer   ComparedOffer
	// AgencyNumber is what the insurer files the broker under; it may be empty.
	AgencyNumber string
	// Collection is who collects the premium: "broker_collection",
	// "insurer_collection" or "mga_collection".
	Collection string
	// CertificateNumber is that of the policy that was bound.
	CertificateNumber string
	// OrderedAt is printed, and is the date of the file.
	OrderedAt time.Time
	// Zone is whose clock instants are printed by; nil is UTC.
	Zone     *time.Location
	Language insurance.Language
	// Specimen marks every page as no contract.
	Specimen bool
}

// RenderCoverOrder gives the order as a PDF. It refuses a language that it has
// no wording for, and an offer that has no price.
func RenderCoverOrder(o CoverOrder) ([]byte, error) {
	if !o.Offer.priced() {
		return nil, errNoOffer
	}
	d, err := newDossier(o.Inquiry, o.Language, o.Zone)
	if err != nil {
		return nil, err
	}
	title := d.order.title + " " + o.CertificateNumber
	s, err := newSheet(d.wording, d.frame(title, o.OrderedAt, o.Specimen))
	if err != nil {
		return nil, err
	}
	coverOrder{o, d}.draw(s)
	return s.bytes()
}

// coverOrder is a CoverOrder with the words to say it in.
type coverOrder struct {
	CoverOrder
	dossier
}

func (o coverOrder) draw(s *sheet) {
	w := o.order
	o.letterhead(w.title, o.addressedInsurer(o.Offer.Insurer, o.Broker.Country), facts{
		{label: o.labels.number, value: o.CertificateNumber, wide: true},
		{label: o.inquiry.issuedOn, value: o.date(insurance.DateIn(o.OrderedAt, o.zone)), wide: true},
	}).draw(s)
	s.greet(o.mail.greetingNobody, fmt.Sprintf(w.intro, o.CertificateNumber))
	o.summary().draw(s)
	s.section(w.order, o.ordered())
	s.section(w.customer, o.partyFacts(o.Customer))
	s.section(o.inquiry.answers, o.risk()...)
	o.cover(s, w.offer, o.Offer)
}

func (o coverOrder) summary() band {
	return band{
		{label: o.labels.number, value: o.CertificateNumber},
		{label: o.labels.begins, value: o.date(o.Offer.StartsOn), aside: o.period(o.Offer.Term)},
		{label: o.labels.grossPremium, value: o.money(o.Offer.Premium.Gross), aside: o.interval(o.Offer.Interval)},
	}
}

func (o coverOrder) ordered() facts {
	return facts{
		{label: o.order.agency, value: cmp.Or(o.AgencyNumber, o.order.noAgency)},
		{label: o.order.collection, value: o.collection(o.Collection)},
		{label: o.order.orderedAt, value: o.instant(o.OrderedAt, o.zone)},
		{label: o.inquiry.number, value: o.numbered()},
		{label: o.labels.version, value: o.Offer.Product.Code + ", " + strconv.Itoa(o.Offer.Product.Version)},
		{label: o.inquiry.terms, value: o.Offer.Product.TermsVersion},
	}
}
