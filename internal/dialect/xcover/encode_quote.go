package xcover

import (
	"crypto/sha256"
	"encoding/json"
	"strconv"

	"github.com/google/uuid"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/insurance"
)

// quotePackage is the package with quotes that can be booked.
func (s scribe) quotePackage() wirePackage {
	sum := s.totals()
	saved := sum.price.Sub(sum.discounted)
	body := wirePackage{
		wireHead: s.head(), Quotes: s.offers(s.p.Quotes),
		BundlePrice: number(sum.discounted), BundlePriceFormatted: s.formatted(sum.discounted),
		BundleDiscountPercent: percentNumber(insurance.Rate{}),
		BundleDiscountAmount:  number(saved), BundleDiscountAmountFormatted: s.formatted(saved),
	}
	if bundle := s.p.Bundle; bundle != nil {
		body.BundleCode, body.BundleContent.Title = &bundle.Code, s.words(bundle.Name)
		if !s.p.Booked {
			body.BundleDiscountPercent = percentNumber(bundle.Discount)
		}
	}
	return body
}

func (s scribe) head() wireHead {
	price := s.totals().price
	return wireHead{
		ID: s.p.ID, Status: statuses[s.p.State], Currency: string(s.p.Currency),
		TotalPrice: number(price), TotalPriceFormatted: s.formatted(price),
		PartnerTransactionID: s.p.TransactionID,
		CreatedAt:            instant(s.p.CreatedAt), UpdatedAt: instant(s.p.UpdatedAt),
		PDSURL: s.pds(s.segment()), SecurityToken: s.p.Token,
	}
}

func (s scribe) offers(quotes []core.PackageQuote) wireOffers {
	offers := make(wireOffers, len(quotes))
	for i, q := range quotes {
		offers[i] = s.offer(q)
	}
	return offers
}

func (s scribe) offer(q core.PackageQuote) wireOffer {
	discounted := s.discounted(q)
	saved := q.Premium.Gross.Sub(discounted)
	return wireOffer{
		wireQuote:     s.quote(q),
		DiscountPrice: number(discounted), DiscountPriceFormatted: s.formatted(discounted),
		DiscountAmount: number(saved), DiscountAmountFormatted: s.formatted(saved),
		InstalmentPlans: plans(q.Plans), position: q.Position,
	}
}

func plans(priced []core.PricedPlan) []wirePlan {
	list := make([]wirePlan, len(priced))
	for i, plan := range priced {
		var total insurance.Money
		for _, part := range plan.Amounts {
			total = total.Add(part)
		}
		list[i] = wirePlan{
			Name: plan.Name, Label: plan.Label, Amount: number(total), FirstInstalmentAmount: number(plan.Amounts[0]),
		}
	}
	return list
}

func (s scribe) quote(q core.PackageQuote) wireQuote {
	body := wireQuote{
		ID:              q.ID,
		PolicyStartDate: policyTime(q.StartsAt), PolicyEndDate: policyTime(q.EndsAt), Status: statuses[q.State],
		Price: number(q.Premium.Gross), PriceFormatted: s.formatted(q.Premium.Gross),
		Policy: s.policy(q), Insured: insured(q.Insured), Tax: s.tax(q.Premium), Duration: duration(q.StartsAt, q.EndsAt),
		Benefits: s.benefits(q.Product), Commission: s.commission(q.Premium.Commission),
		CreatedAt: instant(q.CreatedAt), ConfirmedAt: instant(q.ConfirmedAt),
		UpdatedAt: instant(q.UpdatedAt), CancelledAt: instant(q.CancelledAt),
		IsRenewable: renewable(q), PendingRenewal: s.renewal(q), PDSURL: s.pdsOf(q),
		Attachments: []struct{}{}, Files: []struct{}{},
	}
	if !q.SumInsured.IsZero() {
		sum := s.formatted(q.SumInsured)
		body.CoverAmount, body.CoverAmountFormatted = number(q.SumInsured), &sum
	}
	return body
}

// renewable tells whether a policy goes on if that is paid for, or could.
func renewable(q core.PackageQuote) bool {
	if q.Policy != nil {
		return q.Policy.Kind == insurance.KindRenewable
	}
	return q.Product.Offers(insurance.KindRenewable)
}

func (s scribe) policy(q core.PackageQuote) wirePolicy {
	offer := s.offerText(q.Product)
	return wirePolicy{
		PolicyType: q.Tariff.Code, PolicyTypeGroupName: orNull(q.Product.Category),
		PolicyName: s.words(q.Product.Name), PolicyCode: q.Product.Code, PolicyVersion: policyVersion(q.Product),
		Category: orNull(q.Product.Category),
		Content: wireContent{
			Title: offer.Title, Header: orNull(offer.Header), Description: offer.Description,
			OptOutMsg: offer.OptOut, Disclaimer: offer.Disclaimer,
			Inclusions: statements(offer.Inclusions), Exclusions: statements(offer.Exclusions),
		},
		Underwriter: wireUnderwriter{Disclaimer: offer.UnderwriterNote, Name: q.Product.Insurer.Name},
	}
}

// offerText is what a checkout says in the customer's language, else in
// English, else in German.
func (s scribe) offerText(p insurance.Product) insurance.Offer {
	for _, language := range []insurance.Language{s.language, "en", "de"} {
		if offer, ok := p.Offer[language]; ok {
			return offer
		}
	}
	return insurance.Offer{}
}

func statements(sentences []string) []wireStatement {
	list := make([]wireStatement, len(sentences))
	for i, sentence := range sentences {
		list[i].Title = sentence
	}
	return list
}

// policyVersion names a product version as the original does, with a UUID of
// version 4. It is made of code and version, so that it is the same on every
// server.
func policyVersion(p insurance.Product) string {
	sum := sha256.Sum256([]byte(p.Code + "\x00" + version(p)))
	id := uuid.UUID(sum[:16])
	id[6], id[8] = id[6]&0x0f|0x40, id[8]&0x3f|0x80
	return id.String()
}

func version(p insurance.Product) string { return strconv.Itoa(p.Version) }

func (s scribe) tax(p insurance.Premium) wireTax {
	body := wireTax{
		TotalTax: number(p.Tax), TotalAmountWithoutTax: number(p.Net),
		TotalTaxFormatted: s.formatted(p.Tax), TotalAmountWithoutTaxFormatted: s.formatted(p.Net),
		Taxes: make([]wireTaxLine, len(p.Taxes)),
	}
	for i, line := range p.Taxes {
		body.Taxes[i] = wireTaxLine{
			TaxAmount: number(line.Amount), TaxCode: taxCode(line), TaxAmountFormatted: s.formatted(line.Amount),
		}
	}
	return body
}

// taxCode is the tax's name in English, whoever the customer is: it is compared.
func taxCode(line insurance.TaxLine) string { return line.Name.In("en") }

func (s scribe) benefits(p insurance.Product) []wireBenefit {
	list := make([]wireBenefit, len(p.Coverages))
	for i, coverage := range p.Coverages {
		list[i] = wireBenefit{Description: s.words(coverage.Name), LimitDescription: s.words(coverage.Limit)}
	}
	return list
}

// commission is the partner's in full: we charge no surcharges.
func (s scribe) commission(m insurance.Money) wireCommission {
	none := insurance.Zero(m.Currency)
	return wireCommission{
		PartnerCommission: number(m), PartnerCommissionFormatted: s.formatted(m),
		SurchargeCommission: number(none), SurchargeCommissionFormatted: s.formatted(none),
		TotalCommission: number(m), TotalCommissionFormatted: s.formatted(m),
	}
}

// insured are the persons that were named; null if none were.
func insured(persons []core.Insured) []wireInsured {
	var list []wireInsured
	for _, person := range persons {
		list = append(list, wireInsured{
			ID: person.ID, FirstName: person.FirstName.Reveal(), MiddleName: person.MiddleName.Reveal(),
			LastName: person.LastName.Reveal(), Email: person.Email.Reveal(), Phone: person.Phone.Reveal(),
			Country: string(person.Country), Region: orNull(person.Address.Region.Reveal()), Age: age(person.Party),
			BirthDate: person.BirthOn.Reveal(), Address1: street(person.Address), Address2: person.Address.Extra.Reveal(),
			City: person.Address.City.Reveal(), Postcode: person.Address.PostalCode.Reveal(), Company: person.Company.Reveal(),
		})
	}
	return list
}

// age is a number; null if it is not known.
func age(p insurance.Party) json.RawMessage {
	years, err := strconv.Atoi(p.Age.Reveal())
	if err != nil {
		return nil
	}
	return json.RawMessage(strconv.Itoa(years))
}
