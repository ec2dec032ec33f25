package console

import (
	"cmp"
	"net/http"
	"strings"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/insurance"
)

// customersPage is what desk_customers.html shows.
type customersPage struct {
	deskPage
	Text string
	// Picking: a customer is being chosen for a new inquiry.
	Picking   bool
	Customers []customerRow
}

// customerRow is a customer in a list.
type customerRow struct {
	URL, Name string
	// Contact is the person at a company; Place is where the customer is.
	Contact, Place, Email, ExternalID string
}

// customers lists the broker's customers.
func (p deskPages) customers(v deskVisit) {
	p.listCustomers(v, v.say("desk.customers"), "customers", "")
}

// pickCustomer lists them to begin an inquiry for one.
func (p deskPages) pickCustomer(v deskVisit) {
	p.listCustomers(v, v.say("desk.new.inquiry"), "inquiries", "/inquiries")
}

func (p deskPages) listCustomers(v deskVisit, title, here, below string) {
	text := v.r.URL.Query().Get("q")
	found, err := p.from.DeskCustomers(v.r.Context(), v.desk, text)
	if err != nil {
		v.fail(err)
		return
	}
	page := customersPage{deskPage: v.page(title, here), Text: text, Picking: below != ""}
	for _, c := range found {
		page.Customers = append(page.Customers, v.customerRow(c, customerPath(c.ID, below)))
	}
	v.show(http.StatusOK, "desk_customers.html", page)
}

func (v deskVisit) customerRow(c core.Customer, url string) customerRow {
	s := v.speaker()
	row := customerRow{
		URL: url, Name: v.customerName(c), ExternalID: s.Line(c.ExternalID), Email: s.Line(c.Email.Reveal()),
		Place: s.Line(strings.TrimSpace(c.Address.PostalCode.Reveal() + " " + c.Address.City.Reveal())),
	}
	if c.IsCompany() {
		row.Contact = s.Line(c.PersonName().Reveal())
	}
	return row
}

// customerName is what a customer is called: by name or else by what else is
// known, because broker systems may send customers without one.
func (v deskVisit) customerName(c core.Customer) string {
	s := v.speaker()
	return cmp.Or(s.Name(c.Party), s.Line(c.Email.Reveal()), s.Line(c.ExternalID), v.say("desk.customer.unnamed", "number", decimal(c.ID)))
}

// customerPage is what desk_customer.html shows.
type customerPage struct {
	deskPage
	// ID is 0 for one that is being entered; Version is the one that the form
	// was filled in from.
	ID, Version int64
	// ExternalID is what the broker's system calls the customer.
	ExternalID string
	Form       customerForm
	Inquiries  inquiryTable
	Refs       []core.Ref
}

// newCustomer is an empty form.
func (p deskPages) newCustomer(v deskVisit) {
	v.showCustomer(http.StatusOK, core.Customer{Party: insurance.Party{Country: "DE"}, AtAddress: true}, nil)
}

// customer shows a customer in a form, with the inquiries for it.
func (p deskPages) customer(v deskVisit) {
	c, err := p.from.DeskCustomer(v.r.Context(), v.desk, v.id())
	if err != nil {
		v.fail(err)
		return
	}
	v.showCustomer(http.StatusOK, c, nil)
}

// addCustomer keeps a new customer, and goes on to an inquiry for it.
func (p deskPages) addCustomer(v deskVisit) {
	v.saveCustomer(core.Customer{}, func(id int64) string { return customerPath(id, "/inquiries?notice=saved") })
}

// changeCustomer keeps what was changed of a customer.
func (p deskPages) changeCustomer(v deskVisit) {
	c, err := p.from.DeskCustomer(v.r.Context(), v.desk, v.id())
	if err != nil {
		v.fail(err)
		return
	}
	v.saveCustomer(c, func(id int64) string { return customerPath(id, "?notice=saved") })
}

// saveCustomer keeps what was entered. What is wrong stays as it was typed.
func (v deskVisit) saveCustomer(was core.Customer, then func(id int64) string) {
	wish := customerWish(v.r, was)
	saved, err := v.saved(was.ID, wish)
	if wrong := v.flaws(err); wrong != nil {
		v.showCustomer(http.StatusUnprocessableEntity, entered(was, wish), wrong)
		return
	}
	if err != nil {
		v.fail(err)
		return
	}
	v.redirect(then(saved.ID))
}

// saved keeps a customer. Broker systems may send one without a name, but
// nobody enters one.
func (v deskVisit) saved(id int64, wish core.CustomerWish) (core.Customer, error) {
	switch {
	case *wish.Private && wish.LastName == "":
		return core.Customer{}, insurance.Invalid(insurance.FieldLastName, "is required")
	case !*wish.Private && wish.Company == "":
		return core.Customer{}, insurance.Invalid(insurance.FieldCompany, "is required")
	}
	return v.from.SaveCustomer(v.r.Context(), v.desk, id, wish)
}

func (v deskVisit) showCustomer(status int, c core.Customer, wrong map[insurance.Field]string) {
	title := v.say("desk.customer.new")
	if c.ID != 0 {
		title = v.customerName(c)
	}
	page := customerPage{ID: c.ID, Version: c.Version, ExternalID: c.ExternalID, Refs: c.Refs, Form: v.customerForm(c, wrong)}
	if c.ID != 0 {
		found, err := v.from.DeskInquiries(v.r.Context(), v.desk, core.InquirySearch{CustomerID: c.ID, Limit: inquiriesPerPage})
		if err != nil {
			v.fail(err)
			return
		}
		page.Inquiries.Rows = v.rows(found.Inquiries)
	}
	page.deskPage = v.page(title, "customers")
	page.Problems = v.customerProblems(wrong)
	v.show(status, "desk_customer.html", page)
}

// customerWish reads the form of a customer. What the form does not ask for
// stays as it was.
func customerWish(r *http.Request, was core.Customer) core.CustomerWish {
	text := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	personal := func(name string) insurance.Personal { return insurance.Personal(text(name)) }
	private, at := text("private") == "yes", text("at_address") != "no"
	wish := core.CustomerWish{
		ExternalID: was.ExternalID, Version: seenVersion(r), CompanyForm: core.CompanyForm(whole(r, "company_form")),
		Private: &private, AtAddress: &at, Party: was.Party, BusinessAddress: addressIn(r, "business_", was.BusinessAddress),
	}
	if was.ID == 0 {
		wish.ExternalID, wish.Version = text("external_id"), 0
	}
	wish.Company, wish.Salutation, wish.Title = personal("company"), insurance.Salutation(text("salutation")), personal("title")
	wish.FirstName, wish.LastName, wish.BirthOn = personal("first_name"), personal("last_name"), personal("birth_on")
	if day, ok := typedDate(text("birth_on")); ok {
		wish.BirthOn = insurance.Personal(day.String())
	}
	wish.Email, wish.Phone, wish.Website = personal("email"), personal("phone"), personal("website")
	wish.Country, wish.Address = insurance.Country(text("country")), addressIn(r, "", was.Address)
	return wish
}

// addressIn reads an address whose fields begin with a prefix.
func addressIn(r *http.Request, prefix string, was insurance.Address) insurance.Address {
	personal := func(name string) insurance.Personal {
		return insurance.Personal(strings.TrimSpace(r.PostFormValue(prefix + name)))
	}
	was.Street, was.HouseNumber = personal("street"), personal("house_number")
	was.PostalCode, was.City = personal("postal_code"), personal("city")
	return was
}

// entered is a customer as it was typed.
func entered(was core.Customer, wish core.CustomerWish) core.Customer {
	return core.Customer{
		ID: was.ID, Version: wish.Version, ExternalID: wish.ExternalID, Party: wish.Party, CompanyForm: wish.CompanyForm,
		Private: *wish.Private, AtAddress: *wish.AtAddress, BusinessAddress: wish.BusinessAddress, Refs: was.Refs,
	}
}
