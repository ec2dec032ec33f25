package thinksurance

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect"
	"github.com/covernote/covernote/internal/insurance"
)

// german is the language of every name: the API has no way to ask for another.
const german insurance.Language = "de"

// statuses has an entry for every status. 25 stands in the published example
// only.
var statuses = map[core.InquiryStatus]int{
	core.InquiryOpen:       25,
	core.InquiryCalculated: 4,
	core.InquiryTendering:  3,
	core.InquiryLead:       2,
	core.InquiryProposed:   15,
	core.InquiryOrdered:    6,
}

// StatusCode is the number by which the API tells a status.
func StatusCode(s core.InquiryStatus) int { return statuses[s] }

// salutations has an entry for every salutation.
var salutations = map[insurance.Salutation]string{
	insurance.SalutationMr:    "1",
	insurance.SalutationMs:    "2",
	insurance.SalutationOther: "3",
}

func (d *Dialect) encodeInquiry(r *dialect.Request, i core.Inquiry) dialect.Response {
	return respond(http.StatusOK, d.inquiry(r.Partner, i))
}

func (d *Dialect) encodeInquiries(r *dialect.Request, all []core.Inquiry) dialect.Response {
	return respond(http.StatusOK, dictionary(all, func(i core.Inquiry) wireInquiry { return d.inquiry(r.Partner, i) }))
}

func (d *Dialect) encodeShortInquiries(r *dialect.Request, all []core.Inquiry) dialect.Response {
	return respond(http.StatusOK, dictionary(all, func(i core.Inquiry) wireShort { return short(i, r.Partner.Zone) }))
}

// dictionary puts inquiries in the order of their ids.
func dictionary[Value any](all []core.Inquiry, write func(core.Inquiry) Value) wireDictionary[Value] {
	entries := make(wireDictionary[Value], len(all))
	for n, i := range all {
		entries[n] = wireEntry[Value]{id: i.ID, value: write(i)}
	}
	slices.SortFunc(entries, func(a, b wireEntry[Value]) int { return cmp.Compare(a.id, b.id) })
	return entries
}

// inquiry is the whole of an inquiry, as its partner reads it.
func (d *Dialect) inquiry(p core.Partner, i core.Inquiry) wireInquiry {
	facts := data(i, p.Zone)
	return wireInquiry{
		SHash: securityHash(p, i.HashSecret, facts), Data: facts, Customer: customer(i.Customer), Docs: d.docs(p, i),
	}
}

func data(i core.Inquiry, zone *time.Location) wireData {
	return wireData{
		BToken: i.Broker.Token, BExternalID: i.Broker.ExternalID,
		IID: i.ID, ICreated: day(i.CreatedAt, zone), IUpdated: day(i.UpdatedAt, zone),
		ProductName: i.Line.Name.In(german), ProductID: i.Line.ID,
		IndustryName: i.Profession.Industry.Name.In(german), IndustryID: i.Profession.Industry.ID,
		ProfessionName: i.Profession.Name.In(german), ProfessionID: i.Profession.ID,
		Status: StatusCode(i.Status), References: references(i.Refs),
		Employees: wireEmployees{
			Full: i.Answers[insurance.AttributeFullTime], Part: i.Answers[insurance.AttributePartTime],
		},
		Revenue: i.Answers[insurance.AttributeRevenue], FoundedOn: foundedOn(i.Answers),
		wireTerms: terms(i), AgencyNumber: agencyMatch(i),
	}
}

func references(refs []core.Ref) []wireReference {
	all := make([]wireReference, len(refs))
	for i, r := range refs {
		all[i] = wireReference{Origin: r.Origin, ParamKey: r.Key, ParamValue: r.Value}
	}
	return all
}

func foundedOn(answers map[string]string) string {
	on, _ := insurance.ParseDate(answers[insurance.AttributeFoundedOn]) // no answer is no date
	return germanDate(on)
}

// terms are nil before an offer is proposed: whoever reads them takes them for
// a contract. The first premium is due when cover begins.
func terms(i core.Inquiry) *wireTerms {
	offer := i.Chosen
	if offer == nil || i.Status != core.InquiryProposed && i.Status != core.InquiryOrdered {
		return nil
	}
	told := wireTerms{
		TaxPercent:        taxPercent(offer.Premium),
		ContractStartDate: germanDate(offer.StartsOn), ContractPayDate: germanDate(offer.StartsOn),
		InsuranceCompanyName: offer.Product.Insurer.Name, InsuranceCompanyID: offer.Product.Insurer.ID,
		Deductible: euro(offer.Deductible), PremiumYearly: offer.Yearly.Minor,
		ContractDuration: years(offer.Term), PaymentInterval: offer.Interval.Months,
	}
	if !offer.SumInsured.IsZero() {
		told.Coverage = euro(offer.SumInsured)
	}
	return &told
}

// agencyMatch is nil until cover is ordered, and where no number was chosen.
func agencyMatch(i core.Inquiry) *wireAgencyMatch {
	n := i.AgencyNumber
	if n == nil || i.Status != core.InquiryOrdered {
		return nil
	}
	return &wireAgencyMatch{
		AgencyNumber: n.Number, ExternalInsurerID: n.ExternalInsurerID, ExternalUniqueID: n.ExternalUniqueID,
	}
}

func customer(c core.Customer) wireCustomer {
	return wireCustomer{
		CID: c.ID, CExternalID: c.ExternalID, CSalutation: salutations[c.Salutation], CTitle: c.Title.Reveal(),
		CFirstName: c.FirstName.Reveal(), CLastName: c.LastName.Reveal(), CBirthday: c.BirthOn.Reveal(),
		CEmail: c.Email.Reveal(), CCompany: c.Company.Reveal(), CCompanyForm: companyForm(c.CompanyForm),
		CStreet: c.Address.Street.Reveal(), CStreetNumber: c.Address.HouseNumber.Reveal(),
		CZip: c.Address.PostalCode.Reveal(), CCity: c.Address.City.Reveal(),
		CPhone: c.Phone.Reveal(), CWebsite: c.Website.Reveal(),
		CAccountType: flag(c.Private), CAddressIsCompany: flag(c.AtAddress),
		CCompanyStreet:       c.BusinessAddress.Street.Reveal(),
		CCompanyStreetNumber: c.BusinessAddress.HouseNumber.Reveal(),
		CCompanyZip:          c.BusinessAddress.PostalCode.Reveal(),
		CCompanyCity:         c.BusinessAddress.City.Reveal(),
		CExternalReferences:  references(c.Refs),
	}
}

// companyForm is the number of a legal form, as text; "" if it is not known.
func companyForm(f core.CompanyForm) string {
	if f == 0 {
		return ""
	}
	return strconv.Itoa(int(f))
}

func flag(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

func short(i core.Inquiry, zone *time.Location) wireShort {
	c := i.Customer
	return wireShort{
		Data: wireShortData{
			IID: i.ID, ProductID: i.Line.ID, Status: StatusCode(i.Status), LastUpdate: clockTime(i.UpdatedAt, zone),
		},
		Customer: wireShortCustomer{
			CID: c.ID, CExternalID: c.ExternalID, CFirstName: c.FirstName.Reveal(), CLastName: c.LastName.Reveal(),
			CCompany: c.Company.Reveal(),
		},
	}
}
