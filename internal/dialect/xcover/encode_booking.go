package xcover

import (
	"strings"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/insurance"
)

// booking is the package with the quotes that were booked.
func (s scribe) booking() wireBooking {
	body, sum := s.frame(), s.totals()
	for _, q := range s.p.Quotes {
		if booked(q) {
			body.Quotes = append(body.Quotes, s.booked(q))
		}
	}
	body.TotalTax, body.TotalTaxFormatted = number(sum.tax), s.formatted(sum.tax)
	body.TotalPremium, body.TotalPremiumFormatted = number(sum.premium), s.formatted(sum.premium)
	return body
}

// frame is a booking without its quotes and their sums.
func (s scribe) frame() wireBooking {
	certificate := s.coi(s.segment())
	return wireBooking{
		wireHead: s.head(), Quotes: []wireBooked{},
		COI: certificate, AccountURL: certificate.URL, Policyholder: holder(s.p.Holder),
	}
}

func (s scribe) booked(q core.PackageQuote) wireBooked {
	body := wireBooked{wireQuote: s.quote(q), CanBeCancelled: q.CancellableNow}
	body.NextRenewal = body.PendingRenewal
	return body
}

func holder(p insurance.Party) wireHolder {
	return wireHolder{
		FirstName:      orNull(p.FirstName.Reveal()),
		MiddleName:     orNull(p.MiddleName.Reveal()),
		LastName:       orNull(p.LastName.Reveal()),
		Email:          orNull(p.Email.Reveal()),
		Country:        orNull(string(p.Country)),
		Age:            age(p),
		Address1:       orNull(street(p.Address)),
		Address2:       orNull(p.Address.Extra.Reveal()),
		City:           orNull(p.Address.City.Reveal()),
		Postcode:       orNull(p.Address.PostalCode.Reveal()),
		Region:         orNull(p.Address.Region.Reveal()),
		Phone:          orNull(p.Phone.Reveal()),
		SecondaryEmail: orNull(p.SecondaryEmail.Reveal()),
		BirthDate:      orNull(p.BirthOn.Reveal()),
		Company:        orNull(p.Company.Reveal()),
	}
}

// street is the first line of an address.
func street(a insurance.Address) string {
	return strings.TrimSpace(a.Street.Reveal() + " " + a.HouseNumber.Reveal())
}

// partnerObject is what we know about the partner, which is little.
func (s scribe) partnerObject() wirePartner {
	firm := wireFirm{
		ID: codeOf(s.partner), Slug: strings.ToLower(s.partner.Part),
		Name: s.partner.Name, Title: s.partner.Name, Emails: []struct{}{},
	}
	return wirePartner{wireFirm: firm, Subsidiary: firm}
}

// renewalStatuses are the words for the states of a renewal; a planned one is
// under way as well.
var renewalStatuses = map[insurance.RenewalState]string{
	insurance.RenewalPlanned:   "ACTIVE",
	insurance.RenewalAnnounced: "ACTIVE",
	insurance.RenewalDue:       "DUE",
	insurance.RenewalPaid:      "PAID",
	insurance.RenewalUnpaid:    "UNPAID",
	insurance.RenewalDeclined:  "CANCELLED",
}

// periods are the words for terms that have one.
var periods = map[string]string{
	"7D": "weekly", "14D": "fortnightly", "1M": "monthly", "3M": "quarterly", "6M": "half_yearly", "12M": "annual",
}

func periodWord(period string) string {
	if word, ok := periods[period]; ok {
		return word
	}
	return period
}

// renewal is what comes next of a policy; null if nothing does.
func (s scribe) renewal(q core.PackageQuote) *wireRenewal {
	if q.Policy == nil || q.Policy.Renewal == nil {
		return nil
	}
	next := q.Policy.Renewal
	return &wireRenewal{
		ID: q.RenewalID, PackageID: s.p.ID, QuoteID: q.ID, Status: renewalStatuses[next.State],
		StartDate: policyTimeZ(next.DueAt), EndDate: policyTimeZ(q.Policy.RenewalEnds()),
		Price: number(next.Premium.Gross), Period: periodWord(q.Policy.Term.String()),
		CreatedAt: instant(next.CreatedAt), NotificationDate: policyTimeZ(next.NoticeAt),
		DueDate: policyTimeZ(next.DueAt), ExpiryDate: policyTimeZ(next.GraceUntil),
	}
}
