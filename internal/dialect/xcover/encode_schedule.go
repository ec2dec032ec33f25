package xcover

import (
	"strings"
	"time"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/insurance"
)

// schedule is how one booked quote is paid in instalments.
func (s scribe) schedule(one core.Schedule) wireSchedule {
	body := wireSchedule{
		ID: one.QuoteID, PaidUntil: policyTimeZ(one.PaidUntil), PaymentSchedule: make([]wireInstalment, len(one.Parts)),
		TotalAmountPaid: number(one.Paid), TotalAmountDue: number(one.Due),
	}
	for i, part := range one.Parts {
		body.PaymentSchedule[i] = s.instalment(part)
	}
	if part, ok := one.Next(); ok {
		next := s.instalment(part)
		body.NextPayment = &next
	}
	return body
}

// instalment says first and last day of its period as their midnight in UTC.
func (s scribe) instalment(part core.Instalment) wireInstalment {
	body := wireInstalment{
		ID: part.ID, Number: part.Number, Quote: part.QuoteID, Status: "UNPAID",
		PeriodStartDate: policyTimeZ(part.Span.From.Start(time.UTC)), PeriodEndDate: policyTimeZ(part.Span.To.Start(time.UTC)),
		Commission: number(part.Premium.Commission), TotalAmount: number(part.Premium.Gross),
		Tax: s.instalmentTax(part.Premium),
	}
	if part.Paid {
		body.Status = "PAID"
	}
	return body
}

func (s scribe) instalmentTax(p insurance.Premium) wireInstalmentTax {
	body := wireInstalmentTax{
		Taxes:    make([]wireInstalmentTaxLine, len(p.Taxes)),
		TotalTax: p.Tax.Decimal(), TotalTaxFormatted: s.formatted(p.Tax),
		TotalAmountWithoutTax: p.Net.Decimal(), TotalAmountWithoutTaxFormatted: s.formatted(p.Net),
	}
	for i, line := range p.Taxes {
		body.Taxes[i] = wireInstalmentTaxLine{
			TaxCode: taxCode(line), TaxType: "PERCENTAGE", TaxLabel: taxCode(line), TaxValue: taxValue(line.Rate),
			TaxAmount: line.Amount.Decimal(), TaxAmountFormatted: s.formatted(line.Amount),
		}
	}
	return body
}

// taxValue is a percentage with twenty digits after the point.
func taxValue(r insurance.Rate) string {
	const digits = 20
	whole, fraction, _ := strings.Cut(r.Percent(), ".")
	return whole + "." + fraction + strings.Repeat("0", max(0, digits-len(fraction)))
}
