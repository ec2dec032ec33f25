package xcover

import (
	"fmt"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/insurance"
)

// told is a booking as webhooks of 2019 tell it.
func (s scribe) told() *wireToldBooking {
	sum := s.totals()
	none := insurance.Zero(s.p.Currency)
	body := wireToldBooking{
		ID: s.p.ID, Status: statuses[s.p.State], Quotes: []wireToldQuote{}, Currency: string(s.p.Currency),
		TotalPrice: cents(sum.price), TotalPriceFormatted: s.formatted(sum.price),
		BundlePrice: sixth(sum.price), BundlePriceFormatted: s.formatted(sum.price),
		BundleDiscountAmount: cents(none), BundleDiscountAmountFormatted: s.formatted(none),
		CreatedAt: instant(s.p.CreatedAt), UpdatedAt: instant(s.p.UpdatedAt),
		PDSURL: s.pds(""), COI: s.coi(""), Policyholder: toldHolder(s.p.Holder),
		TotalTax: cents(sum.tax), TotalPremium: cents(sum.premium),
	}
	for _, q := range s.p.Quotes {
		if booked(q) {
			body.Quotes = append(body.Quotes, s.toldQuote(q))
		}
	}
	return &body
}

// cents and sixth are money with as many digits as webhooks wrote.
func cents(m insurance.Money) string { return decimalString(m, 2) }
func sixth(m insurance.Money) string { return decimalString(m, 6) }

// toldQuote says its price twice: what was booked has its reduction already.
func (s scribe) toldQuote(q core.PackageQuote) wireToldQuote {
	price := q.Premium.Gross
	return wireToldQuote{
		ID:              q.ID,
		PolicyStartDate: policyTimeZ(q.StartsAt), PolicyEndDate: policyTimeZ(q.EndsAt), Status: statuses[q.State],
		Price: sixth(price), PriceFormatted: s.formatted(price),
		DiscountedPrice: sixth(price), DiscountedPriceFormatted: s.formatted(price),
		Policy: s.toldPolicy(q), Insured: toldInsured(q.Insured), Tax: s.toldTax(q.Premium),
		Duration: duration(q.StartsAt, q.EndsAt), SubLimits: s.benefits(q.Product),
		Commission: wireToldCommission{
			TotalCommission: cents(q.Premium.Commission), TotalCommissionFormatted: s.formatted(q.Premium.Commission),
		},
		CreatedAt: instant(q.CreatedAt), ConfirmedAt: instant(q.ConfirmedAt),
		UpdatedAt: instant(q.UpdatedAt), CancelledAt: instant(q.CancelledAt),
		IsRenewable: renewable(q), CoverAmount: s.formatted(q.SumInsured), PendingRenewal: s.renewal(q),
		CanBeCancelled: q.CancellableNow,
	}
}

func (s scribe) toldPolicy(q core.PackageQuote) wireToldPolicy {
	offer := s.offerText(q.Product)
	return wireToldPolicy{
		PolicyType: q.Tariff.Code, PolicyName: s.words(q.Product.Name), PolicyCode: q.Product.Code,
		PolicyVersion: policyVersion(q.Product),
		Content: wireToldContent{
			SectionHeader: offer.Header, Description: offer.Description,
			Inclusions: statements(offer.Inclusions), Exclusions: statements(offer.Exclusions),
		},
		Underwriter: wireToldUnderwriter{Disclaimer: offer.UnderwriterNote},
	}
}

func toldHolder(p insurance.Party) wireToldHolder {
	return wireToldHolder{
		FirstName: orNull(p.FirstName.Reveal()), LastName: orNull(p.LastName.Reveal()),
		Email: orNull(p.Email.Reveal()), Country: orNull(string(p.Country)),
	}
}

func toldInsured(persons []core.Insured) []wireToldInsured {
	var list []wireToldInsured
	for _, person := range persons {
		list = append(list, wireToldInsured{ID: person.ID, wireToldHolder: toldHolder(person.Party)})
	}
	return list
}

func (s scribe) toldTax(p insurance.Premium) wireToldTax {
	body := wireToldTax{
		TotalTax: cents(p.Tax), TotalAmountWithoutTax: cents(p.Net),
		TotalTaxFormatted: s.formatted(p.Tax), TotalAmountWithoutTaxFormatted: s.formatted(p.Net),
		Taxes: make([]wireToldTaxLine, len(p.Taxes)),
	}
	for i, line := range p.Taxes {
		body.Taxes[i] = wireToldTaxLine{
			TaxAmount: cents(line.Amount), TaxCode: taxCode(line), TaxAmountFormatted: s.formatted(line.Amount),
		}
	}
	return body
}

// later is a booking as webhooks of later years tell it.
func (s scribe) later() wireLater {
	price := s.totals().price
	body := wireLater{
		ID: s.p.ID, Status: statuses[s.p.State], Currency: string(s.p.Currency),
		TotalPrice: number(price), TotalPriceFormatted: s.formatted(price),
		PartnerTransactionID: s.p.TransactionID, Quotes: []wireLaterQuote{},
	}
	for _, q := range s.p.Quotes {
		if booked(q) {
			body.Quotes = append(body.Quotes, s.laterQuote(q))
		}
	}
	return body
}

// refund says of a cancellation what it gave back.
func (b *wireLater) refund(n core.Notice) error {
	if n.Event.Type != core.EventBookingCancelled {
		return nil
	}
	var told core.CancellationTold
	if err := n.Event.Decode(&told); err != nil {
		return err
	}
	for i := range b.Quotes {
		text, cancelled := told.Refunds[b.Quotes[i].ID]
		if !cancelled {
			continue
		}
		value, err := insurance.ParseMoney(text, n.New.Currency)
		if err != nil {
			return fmt.Errorf("read refund: %w", err)
		}
		b.Quotes[i].RefundValue = number(value)
	}
	return nil
}

func (s scribe) laterQuote(q core.PackageQuote) wireLaterQuote {
	body := wireLaterQuote{
		ID: q.ID, PolicyStartDate: policyTime(q.StartsAt), PolicyEndDate: policyTime(q.EndsAt), Status: statuses[q.State],
		Price: number(q.Premium.Gross), PriceFormatted: s.formatted(q.Premium.Gross),
		Policy: wireLaterPolicy{
			PolicyType: q.Tariff.Code, PolicyName: s.words(q.Product.Name), PolicyVersion: policyVersion(q.Product),
		},
		Duration: duration(q.StartsAt, q.EndsAt),
	}
	if q.Policy != nil {
		body.TotalRenewedTimes = q.Policy.TermNo - 1
	}
	return body
}
