package xcover

import (
	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/insurance"
)

// change is a booking with what its new price is more than the old.
func (d *Dialect) change(partner core.Partner, c core.Change) wireBooking {
	s := d.scribe(partner, c.Package)
	body := s.booking()
	body.Quotes, body.UpdateID = body.Quotes[:0], c.UpdateID
	total := insurance.Zero(c.Package.Currency)
	for i, q := range c.Package.Quotes {
		if !booked(q) {
			continue
		}
		written := s.booked(q)
		written.PriceDiff, written.PriceDiffFormatted = number(c.Differences[i]), s.formatted(c.Differences[i])
		body.Quotes = append(body.Quotes, written)
		total = total.Add(c.Differences[i])
	}
	body.TotalPriceDiff, body.TotalPriceDiffFormatted = number(total), s.formatted(total)
	return body
}

// cancellation is a booking with what its cancellation gives back.
func (d *Dialect) cancellation(partner core.Partner, c core.Cancellation) wireCancellation {
	s := d.scribe(partner, c.Package)
	booking, refund := s.booking(), insurance.Zero(c.Package.Currency)
	quotes := []wireCancelled{}
	for i, q := range c.Package.Quotes {
		if !booked(q) {
			continue
		}
		quotes = append(quotes, s.cancelled(q, c.Refunds[i], c.ID != ""))
		if c.Refunds[i] != nil {
			refund = refund.Add(c.Refunds[i].Amount)
		}
	}
	return wireCancellation{
		ID: booking.ID, Status: booking.Status, Quotes: quotes, Policyholder: booking.Policyholder,
		PDSURL: booking.PDSURL, COI: booking.COI, CreatedAt: booking.CreatedAt, UpdatedAt: booking.UpdatedAt,
		TotalPrice: booking.TotalPrice, TotalPriceFormatted: booking.TotalPriceFormatted,
		TotalRefund: number(refund), TotalRefundFormatted: s.formatted(refund),
		TotalTax: booking.TotalTax, TotalTaxFormatted: booking.TotalTaxFormatted,
		TotalPremium: booking.TotalPremium, TotalPremiumFormatted: booking.TotalPremiumFormatted,
		Currency: booking.Currency, CancellationID: orNull(c.ID), ConfirmBefore: policyTimeZ(c.ConfirmBefore),
		Partner: s.partnerObject(),
	}
}

// cancelled is a quote in a cancellation, whether it is among those cancelled
// or not. A preview cancels nothing, so that it has no time of it.
func (s scribe) cancelled(q core.PackageQuote, refund *core.Refund, preview bool) wireCancelled {
	none := number(insurance.Zero(s.p.Currency))
	body := wireCancelled{
		ID: q.ID, PolicyStartDate: policyTimeZ(q.StartsAt), PolicyEndDate: policyTimeZ(q.EndsAt),
		Status: statuses[q.State], Price: number(q.Premium.Gross), RefundValue: none, AdjustmentFee: none,
		Policy: s.policy(q), Insured: insured(q.Insured),
		CreatedAt: instant(q.CreatedAt), ConfirmedAt: instant(q.ConfirmedAt), UpdatedAt: instant(q.UpdatedAt),
		CancelledAt: instant(q.CancelledAt),
	}
	if refund == nil {
		return body
	}
	kind := refundType(*refund)
	body.RefundValue, body.RefundType = number(refund.Amount), &kind
	body.PolicyCancellationDate = policyTimeZ(refund.At)
	body.PolicyCoolingoffDate = policyTimeZ(refund.CoolingOffUntil)
	if preview {
		body.CancelledAt = nil
	}
	return body
}

func refundType(r core.Refund) string {
	switch {
	case r.Full:
		return "full_refund"
	case r.Amount.IsZero():
		return "no_refund"
	}
	return "partial_refund"
}
