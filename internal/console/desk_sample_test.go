package console

import (
	"testing"
	"time"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/insurance"
)

// deskNow is a morning in Berlin.
var deskNow = time.Date(2026, 11, 22, 8, 15, 0, 0, time.UTC)

func berlin(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// brokersDesk is a desk in a sandbox with an inquiry of every status.
func brokersDesk(t testing.TB) *fakeDesk {
	t.Helper()
	zone := berlin(t)
	f := &fakeDesk{
		desk: core.Desk{
			Partner: core.Partner{Name: "Maklerwelt CRM", Zone: zone}, Sandbox: true, Now: deskNow,
			Broker: core.Broker{Token: "b1", Party: insurance.Party{Company: "Hansen & Söhne Versicherungsmakler"}, Active: true},
		},
		customers: []core.Customer{
			{
				ID: bakery, Version: 4, ExternalID: "K-1001", CompanyForm: core.FormGmbH, AtAddress: true,
				Party: insurance.Party{
					Company: "Bäckerei Morgenrot GmbH", Salutation: insurance.SalutationMs, FirstName: "Greta", LastName: "Morgenrot",
					Email: "greta@morgenrot.example", Phone: "+49 40 123456", Country: "DE",
					Address: insurance.Address{Street: "Mühlenweg", HouseNumber: "4a", PostalCode: "20457", City: "Hamburg"},
				},
			},
			{ID: carpenter, Version: 1, Private: true, Party: insurance.Party{FirstName: "Jan", LastName: "Tischler", Country: "DE"}},
		},
		lines: []insurance.Line{
			{ID: 2, Name: both("Betriebshaftpflicht", "Business liability"), About: both("Schäden, die der Betrieb anderen zufügt.", "Damage that the business does to others."), Questions: deskQuestions()},
			{ID: 5, Name: both("Cyberversicherung", "Cyber insurance"), About: both("Angriffe auf Rechner und Daten und was sie kosten.", "Attacks on computers and data, and what they cost.")},
		},
		professions: []insurance.Profession{
			{ID: 11, Name: both("Tischlerei", "Joinery"), Industry: insurance.Industry{ID: 1, Name: both("Handwerk", "Crafts")}},
			{ID: 12, Name: both("Bäckerei", "Bakery"), Industry: insurance.Industry{ID: 1, Name: both("Handwerk", "Crafts")}},
			{ID: 21, Name: both("Steuerberatung", "Tax advice"), Industry: insurance.Industry{ID: 2, Name: both("Beratung", "Advice")}},
		},
		refusals: map[string]error{},
	}
	f.choices = []core.AgencyChoice{{
		AgencyNumber: core.AgencyNumber{Insurer: deskInsurer("Nordlicht"), Number: "47-1100", Label: "Direktanbindung", CollectionType: core.CollectedByInsurer, Active: true},
		Preselected:  true,
	}}
	for n, status := range []core.InquiryStatus{
		core.InquiryOpen, core.InquiryCalculated, core.InquiryTendering, core.InquiryLead, core.InquiryProposed, core.InquiryOrdered,
	} {
		f.inquiries = append(f.inquiries, f.inquiryOf(t, openInquiry+int64(n), status, zone))
	}
	return f
}

// inquiryOf is an inquiry as it stands in a status.
func (f *fakeDesk) inquiryOf(t testing.TB, id int64, status core.InquiryStatus, zone *time.Location) core.Inquiry {
	t.Helper()
	i := core.Inquiry{
		ID: id, Version: 3, Status: status, Broker: f.desk.Broker, Customer: f.customers[id%2], Line: f.lines[0],
		Profession: f.professions[1], CreatedAt: deskNow.Add(-50 * time.Hour), UpdatedAt: deskNow.Add(-3 * time.Hour),
		Refs:    []core.Ref{{Origin: "crm", Key: "Vertrag-ID", Value: "V-2207"}},
		Answers: map[string]string{insurance.AttributeRevenue: "250000", insurance.AttributeFullTime: "3"},
	}
	if status == core.InquiryOpen || status == core.InquiryLead {
		return i
	}
	i.Offers = []core.Offer{
		deskOffer("o1", "Nordlicht", 49812), deskOffer("o2", "Elbtal", 61200),
		{ID: "o3", Product: deskProduct("Rheinblick"), Decision: insurance.DecisionTender, Reason: both("Umsatz über 200.000 €", "Revenue above €200,000")},
		{ID: "o4", Product: deskProduct("Alpenrand"), Decision: insurance.DecisionDecline, Reason: both("Bäckereien zeichnet der Versicherer nicht", "The insurer does not underwrite bakeries")},
	}
	if status == core.InquiryTendering {
		i.Offers = i.Offers[2:]
	}
	if status == core.InquiryProposed || status == core.InquiryOrdered {
		i.Chosen = &i.Offers[0]
		i.Documents = append(i.Documents, core.InquiryDocument{ID: "d1", Kind: core.DocumentProposal, IssuedAt: deskNow.Add(-4 * time.Hour), Language: "de"})
	}
	if status == core.InquiryOrdered {
		i.CollectionType, i.AgencyNumber = core.CollectedByInsurer, &f.choices[0].AgencyNumber
		i.Policy = deskPolicyOf(i, zone)
		i.Documents = append(i.Documents,
			core.InquiryDocument{ID: "d2", Kind: core.DocumentCoverOrder, IssuedAt: deskNow.Add(-3 * time.Hour), Language: "de"},
			core.InquiryDocument{ID: "d3", Kind: core.DocumentCertificate, IssuedAt: deskNow.Add(-3 * time.Hour), Language: "de"})
	}
	return i
}

func deskInsurer(name string) insurance.Insurer {
	return insurance.Insurer{Code: name, Name: name + " Versicherung", LegalForm: "AG", City: "Hamburg", Country: "DE", ID: len(name)}
}

// deskProduct is what an insurer sells in the line.
func deskProduct(insurer string) insurance.Product {
	return insurance.Product{
		Code: "BHV-" + insurer, Version: 1, Name: both("Betriebshaftpflicht Komfort", "Business liability comfort"), TermsVersion: "2026-01",
		Insurer: deskInsurer(insurer), Kinds: []insurance.Kind{insurance.KindRecurring}, Languages: []insurance.Language{"de", "en"},
		Coverages: []insurance.Coverage{
			{Name: both("Personen- und Sachschäden", "Injury and damage")},
			{Name: both("Mietsachschäden", "Damage to rented property"), Limit: both("bis 500.000 €", "up to €500,000")},
		},
		Cancellation: insurance.Cancellation{Notice: insurance.Months(3), Reasons: []insurance.ReasonRule{
			{Reason: insurance.ReasonWithdrawal, PartnerMay: true, Ending: insurance.TransitionWithdraw, Effect: insurance.EffectInception, Refund: insurance.RefundFull},
			{Reason: insurance.ReasonOrdinary, PartnerMay: true, Ending: insurance.TransitionCancel, Effect: insurance.EffectTermEnd, Refund: insurance.RefundProRata},
			{Reason: insurance.ReasonFraud, Ending: insurance.TransitionVoid, Effect: insurance.EffectInception, Refund: insurance.RefundNone},
		}},
	}
}

func euros(minor int64) insurance.Money { return insurance.Money{Minor: minor, Currency: "EUR"} }

// deskOffer is an offer with a yearly premium.
func deskOffer(id, insurer string, gross int64) core.Offer {
	net := gross * 100 / 119
	tax := insurance.TaxLine{Name: both("Versicherungsteuer", "Insurance premium tax"), Rate: insurance.MustRate("19%"), Amount: euros(gross - net)}
	return core.Offer{
		ID: id, Product: deskProduct(insurer), Decision: insurance.DecisionCalculate, SumInsured: euros(300000000), Deductible: euros(25000),
		Interval: insurance.Months(12), Yearly: euros(gross), StartsOn: insurance.MustDate("2026-12-01"), Term: insurance.Months(12),
		Premium:    insurance.Premium{Net: euros(net), Tax: euros(gross - net), Gross: euros(gross), Taxes: []insurance.TaxLine{tax}},
		ValidUntil: deskNow.Add(14 * 24 * time.Hour),
	}
}

// deskPolicyOf is the policy that an inquiry's chosen offer became.
func deskPolicyOf(i core.Inquiry, zone *time.Location) *core.Policy {
	o := *i.Chosen
	return &core.Policy{ID: "p1", ProductName: o.Product.Name, Policy: insurance.Policy{
		CertificateNumber: "I0000042", ProductCode: o.Product.Code, ProductVersion: 1, State: insurance.PolicyBound,
		Kind: insurance.KindRecurring, Term: o.Term, Interval: o.Interval, InceptionOn: o.StartsOn, Country: "DE", Zone: zone,
		Policyholder: i.Customer.Party, SumInsured: o.SumInsured, Premium: o.Premium, ConcludedAt: deskNow,
		WithdrawUntil: insurance.MustDate("2026-12-06"), TermFrom: o.StartsOn, TermNo: 1, PaidTo: insurance.MustDate("2027-11-30"), IntervalNo: 1,
	}}
}

// deskQuestions is a questionnaire with every kind of question.
func deskQuestions() []insurance.Question {
	return []insurance.Question{
		{Attribute: insurance.Attribute{Name: insurance.AttributeRevenue, Kind: insurance.AttributeAmount, Label: both("Jahresumsatz", "Annual revenue"), Required: true}, Section: both("Betrieb", "Business"), Help: both("Netto, im letzten Geschäftsjahr.", "Net, in the last financial year.")},
		{Attribute: insurance.Attribute{Name: insurance.AttributeFullTime, Kind: insurance.AttributeWhole, Label: both("Vollzeitkräfte", "Full-time employees"), Required: true}, Section: both("Betrieb", "Business")},
		{Attribute: insurance.Attribute{Name: "abroad", Kind: insurance.AttributeFlag, Label: both("Arbeiten im Ausland?", "Work abroad?")}, Section: both("Betrieb", "Business"), Default: "false"},
		{Attribute: insurance.Attribute{Name: insurance.AttributeSumInsured, Kind: insurance.AttributeAmount, Label: both("Versicherungssumme", "Sum insured"), Required: true}, Section: both("Schutz", "Cover"), Options: []string{"1000000", "3000000", "5000000"}, Default: "3000000"},
		{Attribute: insurance.Attribute{Name: insurance.AttributeStartsOn, Kind: insurance.AttributeDate, Label: both("Beginn", "Start"), Required: true}, Section: both("Schutz", "Cover")},
		{Attribute: insurance.Attribute{Name: insurance.AttributeInterval, Kind: insurance.AttributeWhole, Label: both("Zahlungsweise", "Payment interval")}, Section: both("Schutz", "Cover"), Options: []string{"1", "3", "6", "12"}, Default: "12"},
	}
}
