package console

import (
	"slices"
	"strconv"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/insurance"
)

// customerForm is the form of a customer, in the order in which it is read.
type customerForm struct {
	Private, AtAddress                       bool
	Company                                  deskField
	CompanyForm                              deskSelect
	Salutation                               deskSelect
	TitleField, FirstName, LastName, BirthOn deskField
	Email, Phone, Website, ExternalID        deskField
	Country                                  deskSelect
	Address, Business                        []deskField
}

// customerForm fills the form in.
func (v deskVisit) customerForm(c core.Customer, wrong map[insurance.Field]string) customerForm {
	s := v.speaker()
	field := func(id string, f insurance.Field, value string) deskField {
		return deskField{ID: id, Label: v.say("desk.field." + id), Value: value, Problem: wrong[f]}
	}
	form := customerForm{
		Private: c.Private, AtAddress: c.AtAddress,
		Company:     field("company", insurance.FieldCompany, c.Company.Reveal()).filledBy("organization"),
		CompanyForm: v.companyForms(c.CompanyForm, wrong[insurance.FieldCompanyForm]),
		Salutation:  v.salutations(c.Salutation, wrong[insurance.FieldSalutation]),
		TitleField:  field("title", insurance.FieldTitle, c.Title.Reveal()).filledBy("honorific-prefix"),
		FirstName:   field("first_name", insurance.FieldFirstName, c.FirstName.Reveal()).filledBy("given-name"),
		LastName:    field("last_name", insurance.FieldLastName, c.LastName.Reveal()).filledBy("family-name"),
		BirthOn:     field("birth_on", insurance.FieldBirthOn, c.BirthOn.Reveal()).of("date", ""),
		Email:       field("email", insurance.FieldEmail, c.Email.Reveal()).of("email", "email").filledBy("email"),
		Phone:       field("phone", insurance.FieldPhone, c.Phone.Reveal()).of("tel", "tel").filledBy("tel"),
		Website:     field("website", insurance.FieldWebsite, c.Website.Reveal()).of("text", "url").filledBy("url"),
		ExternalID:  field("external_id", insurance.FieldCustomerExternalID, c.ExternalID),
		Country:     v.countries(s, c.Country, wrong[insurance.FieldCountry]),
		Address:     v.addressFields("", c.Address), Business: v.addressFields("business_", c.BusinessAddress),
	}
	form.ExternalID.Help = v.say("desk.field.external_id.help")
	form.Address[0].Problem = wrong[insurance.FieldAddress]
	return form
}

// filledBy names what browsers may fill the control in with.
func (f deskField) filledBy(autocomplete string) deskField {
	f.Autocomplete = autocomplete
	return f
}

// of makes the control one of a type, with a keyboard of a kind.
func (f deskField) of(kind, keyboard string) deskField {
	f.Type, f.Mode = kind, keyboard
	return f
}

func (v deskVisit) addressFields(prefix string, a insurance.Address) []deskField {
	field := func(id, label string, value insurance.Personal, autocomplete string) deskField {
		return deskField{ID: prefix + id, Label: label, Value: value.Reveal(), Autocomplete: autocomplete}
	}
	return []deskField{
		field("street", v.say("desk.field.street"), a.Street, "address-line1"),
		field("house_number", v.say("desk.field.house_number"), a.HouseNumber, "off"),
		field("postal_code", v.say("desk.field.postal_code"), a.PostalCode, "postal-code"),
		field("city", v.say("desk.field.city"), a.City, "address-level2"),
	}
}

func (v deskVisit) companyForms(chosen core.CompanyForm, problem string) deskSelect {
	choices := make([]choice, 0, core.FormOther)
	for form := core.FormAG; form <= core.FormOther; form++ {
		choices = append(choices, choice{strconv.Itoa(int(form)), v.say("desk.form." + strconv.Itoa(int(form))), form == chosen})
	}
	return deskSelect{
		ID: "company_form", Label: v.say("desk.field.company_form"), Problem: problem, Prompt: v.say("desk.unknown"), Groups: ungrouped(choices),
	}
}

func (v deskVisit) salutations(chosen insurance.Salutation, problem string) deskSelect {
	var choices []choice
	for _, each := range []insurance.Salutation{insurance.SalutationMs, insurance.SalutationMr, insurance.SalutationOther} {
		choices = append(choices, choice{string(each), v.say("desk.salutation." + string(each)), each == chosen})
	}
	return deskSelect{
		ID: "salutation", Label: v.say("desk.field.salutation"), Problem: problem, Prompt: v.say("desk.unknown"), Groups: ungrouped(choices),
	}
}

// nearby are the countries that customers of a German broker usually live in.
var nearby = []insurance.Country{"DE", "AT", "CH", "LI", "LU", "BE", "NL", "DK", "PL", "CZ", "FR", "IT"}

// countries offers those nearby, and the one that the customer has.
func (v deskVisit) countries(s speaker, chosen insurance.Country, problem string) deskSelect {
	offered := nearby
	if chosen != "" && !slices.Contains(nearby, chosen) {
		offered = append(slices.Clone(nearby), chosen)
	}
	choices := make([]choice, len(offered))
	for i, country := range offered {
		choices[i] = choice{string(country), s.Country(country), country == chosen}
	}
	return deskSelect{
		ID: "country", Label: v.say("desk.field.country"), Problem: problem, Prompt: v.say("desk.unknown"), Groups: ungrouped(choices),
	}
}

// customerFields are the controls of the form in its order, by what the core
// calls them; its words are "desk.field.<id>".
var customerFields = []struct {
	field insurance.Field
	id    string
}{
	{insurance.FieldCompany, "company"}, {insurance.FieldCompanyForm, "company_form"},
	{insurance.FieldSalutation, "salutation"}, {insurance.FieldTitle, "title"}, {insurance.FieldFirstName, "first_name"},
	{insurance.FieldLastName, "last_name"}, {insurance.FieldBirthOn, "birth_on"}, {insurance.FieldAddress, "street"},
	{insurance.FieldCountry, "country"}, {insurance.FieldEmail, "email"}, {insurance.FieldPhone, "phone"},
	{insurance.FieldWebsite, "website"}, {insurance.FieldCustomerExternalID, "external_id"},
}

// customerProblems sums up what is wrong with the form.
func (v deskVisit) customerProblems(wrong map[insurance.Field]string) []deskProblem {
	asked := make([]control, len(customerFields))
	for i, each := range customerFields {
		asked[i] = control{each.field, each.id, v.say("desk.field." + each.id)}
	}
	return summary(wrong, asked, v.say("desk.field.other"))
}
