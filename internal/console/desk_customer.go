package console

import (
	"cmp"
	"net/http"
	"strconv"
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
		page.Customers = append(page.Customers, v.speaker().customerRow(c, customerPath(c.ID, below)))
	}
	v.show(http.StatusOK, "desk_customers.html", page)
}

func (s speaker) customerRow(c core.Customer, url string) customerRow {
	row := customerRow{
		URL: url, Name: s.Name(c.Party), ExternalID: s.Line(c.ExternalID), Email: s.Line(c.Email.Reveal()),
		Place: s.Line(strings.TrimSpace(c.Address.PostalCode.Reveal() + " " + c.Address.City.Reveal())),
	}
	if c.IsCompany() {
		row.Contact = s.Line(c.PersonName().Reveal())
	}
	return row
}

// customerPage is what desk_customer.html shows.
type customerPage struct {
	deskPage
	// ID is 0 for one that is being entered.
	ID        int64
	Form      customerForm
	Inquiries inquiryTable
	Refs      []core.Ref
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

// saveCustomer keeps what was entered. What is wrong stays as it was typed.
func (p deskPages) saveCustomer(v deskVisit) {
	wish := customerWish(v.r)
	saved, err := p.from.SaveCustomer(v.r.Context(), v.desk, v.id(), wish)
	if wrong := v.speaker().fieldProblems(err); insurance.CodeOf(err) == insurance.CodeInvalid && wrong != nil {
		v.showCustomer(http.StatusUnprocessableEntity, entered(v.id(), wish), wrong)
		return
	}
	if err != nil {
		v.fail(err)
		return
	}
	if v.id() == 0 {
		v.redirect(customerPath(saved.ID, "/inquiries?notice=saved"))
		return
	}
	v.redirect(customerPath(saved.ID, "?notice=saved"))
}

func (v deskVisit) showCustomer(status int, c core.Customer, wrong map[insurance.Field]string) {
	title := cmp.Or(v.speaker().Name(c.Party), v.say("desk.customer.new"))
	page := customerPage{ID: c.ID, Refs: c.Refs, Form: v.customerForm(c, wrong)}
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

// customerWish reads the form of a customer.
func customerWish(r *http.Request) core.CustomerWish {
	text := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	personal := func(name string) insurance.Personal { return insurance.Personal(text(name)) }
	address := func(prefix string) insurance.Address {
		return insurance.Address{
			Street: personal(prefix + "street"), HouseNumber: personal(prefix + "house_number"),
			PostalCode: personal(prefix + "postal_code"), City: personal(prefix + "city"),
		}
	}
	form, err := strconv.Atoi(text("company_form"))
	if err != nil {
		form = 0 // unknown
	}
	birth := text("birth_on")
	if day, ok := typedDate(birth); ok {
		birth = day.String()
	}
	private, at := text("private") == "yes", text("at_address") != "no"
	return core.CustomerWish{
		ExternalID: text("external_id"), CompanyForm: core.CompanyForm(form), Private: &private, AtAddress: &at,
		BusinessAddress: address("business_"),
		Party: insurance.Party{
			Company: personal("company"), Salutation: insurance.Salutation(text("salutation")), Title: personal("title"),
			FirstName: personal("first_name"), LastName: personal("last_name"), BirthOn: insurance.Personal(birth),
			Email: personal("email"), Phone: personal("phone"), Website: personal("website"),
			Country: insurance.Country(text("country")), Address: address(""),
		},
	}
}

// entered is a customer as it was typed.
func entered(id int64, wish core.CustomerWish) core.Customer {
	return core.Customer{
		ID: id, ExternalID: wish.ExternalID, Party: wish.Party, CompanyForm: wish.CompanyForm, Private: *wish.Private,
		AtAddress: *wish.AtAddress, BusinessAddress: wish.BusinessAddress,
	}
}
