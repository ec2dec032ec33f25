package console

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/insurance"
)

// orderPage is what desk_order.html shows.
type orderPage struct {
	workPage
	Offer offerPart
	// Contact and Address are the customer's, as far as they are known; Lacking
	// names what is not.
	Contact, Address string
	Lacking          []string
	// Wrong is what is wrong with what is known of the customer.
	Wrong       []deskProblem
	Agencies    []agencyPart
	Collections []choicePart
	Informed    bool
	// The problems of the form's parts.
	AgencyProblem, CollectionProblem, InformedProblem string
}

// agencyPart is an agency number to choose.
type agencyPart struct {
	choicePart
	Number string
	// Collection is who collects the premium under it, Collected in words.
	Collection, Collected string
}

// orderForm is an order as it was filled in.
type orderForm struct {
	agency, collection string
	informed           bool
	wrong              map[insurance.Field]string
}

// The controls of an order.
const (
	agencyID     = "agency"
	collectionID = "collection"
	informedID   = "informed"
	customerID   = "customer"
)

// order shows what is about to be ordered.
func (p deskPages) order(v deskVisit, i core.Inquiry) {
	o, ok := offerOf(i, v.r.URL.Query().Get("offer"))
	switch {
	case i.Status == core.InquiryOrdered:
		v.redirect(inquiryPath(i.ID, ""))
	case !ok:
		v.redirect(inquiryPath(i.ID, "/comparison"))
	default:
		v.showOrder(http.StatusOK, i, o, nil)
	}
}

// offerOf is the offer of that id, if cover can be ordered of it.
func offerOf(i core.Inquiry, id string) (core.Offer, bool) {
	at := slices.IndexFunc(i.Offers, func(o core.Offer) bool { return o.ID == id && orderable(i, o) })
	if at < 0 {
		return core.Offer{}, false
	}
	return i.Offers[at], true
}

// orderable tells whether the inquiry lets this offer be ordered: any of those
// that were made, and once one was proposed that one alone.
func orderable(i core.Inquiry, o core.Offer) bool {
	proposed := i.Chosen != nil && i.Chosen.ID == o.ID
	return o.Decision == insurance.DecisionCalculate &&
		(i.Status == core.InquiryCalculated || i.Status == core.InquiryProposed && proposed)
}

// prefilled is the order before anybody has filled it in.
func prefilled(choices []core.AgencyChoice) orderForm {
	for _, choice := range choices {
		if choice.Preselected || len(choices) == 1 {
			return orderForm{agency: choice.Number, collection: string(choice.CollectionType)}
		}
	}
	return orderForm{}
}

// orderCover orders the cover. Whoever sends the form twice is shown what was
// ordered the first time.
func (p deskPages) orderCover(v deskVisit, i core.Inquiry) {
	form := orderForm{
		agency: v.r.PostFormValue(agencyID), collection: v.r.PostFormValue(collectionID),
		informed: v.r.PostFormValue(informedID) == "true",
	}
	o, ok := offerOf(i, v.r.PostFormValue("offer"))
	if !ok {
		v.outdated(i)
		return
	}
	_, err := p.from.OrderCover(v.r.Context(), v.desk, core.OrderWish{
		InquiryStep: v.step(), OfferID: o.ID, AgencyNumber: form.agency,
		CollectionType: core.CollectionType(form.collection), Informed: form.informed,
	})
	form.wrong = v.speaker().fieldProblems(err)
	switch {
	case err == nil:
		v.redirect(inquiryPath(i.ID, "?notice=ordered"))
	case len(form.wrong) > 0:
		v.showOrder(http.StatusUnprocessableEntity, i, o, &form)
	default:
		v.notDone(err)
	}
}

// notDone says why an offer can neither be proposed nor ordered: most of all,
// because it does not stand as it was seen.
func (v deskVisit) notDone(refused error) {
	if code := insurance.CodeOf(refused); code != insurance.CodeStale && code != insurance.CodeStateForbidden {
		v.fail(refused)
		return
	}
	now, err := v.from.DeskInquiry(v.r.Context(), v.desk, v.id())
	if err != nil {
		v.fail(err)
		return
	}
	v.outdated(now)
}

// outdatedPage is what desk_outdated.html shows.
type outdatedPage struct{ workPage }

// outdated says that an offer does not stand any more, unless what has changed
// the inquiry is an order: that is shown.
func (v deskVisit) outdated(i core.Inquiry) {
	if i.Status == core.InquiryOrdered {
		v.redirect(inquiryPath(i.ID, "?notice=ordered"))
		return
	}
	v.show(http.StatusConflict, "desk_outdated.html", outdatedPage{v.workPage(i, "order", v.say("order.outdated"))})
}

// showOrder shows the form of an order, as it was filled in if it was.
func (v deskVisit) showOrder(status int, i core.Inquiry, o core.Offer, filled *orderForm) {
	choices, err := v.from.AgencyChoices(v.r.Context(), v.desk, i.ID, o.ID)
	if err != nil {
		v.fail(err)
		return
	}
	form := prefilled(choices)
	if filled != nil {
		form = *filled
	}
	page := orderPage{
		workPage: v.workPage(i, "order", v.say("order.title")), Offer: v.offer(i, o),
		Contact: v.contact(i.Customer), Address: v.address(i.Customer.Address), Lacking: v.lacking(i.Customer),
		Agencies: v.agencies(choices, form.agency), Collections: v.collections(form.collection), Informed: form.informed,
		AgencyProblem:     form.wrong[insurance.FieldAgencyNumber],
		CollectionProblem: form.wrong[insurance.FieldCollectionType], InformedProblem: form.wrong[insurance.FieldInformed],
	}
	page.Problems = summary(form.wrong, append(v.customerControls(), []control{
		{insurance.FieldAgencyNumber, agencyID, v.say("order.agency")},
		{insurance.FieldCollectionType, collectionID, v.say("order.collection")},
		{insurance.FieldInformed, informedID, v.say("order.informed.short")},
	}...), v.say("order.other"))
	page.Wrong = slices.DeleteFunc(slices.Clone(page.Problems), func(p deskProblem) bool { return p.ID != customerID })
	v.show(status, "desk_order.html", page)
}

// agencies are the numbers to choose from. What is wrong with the choice leads
// to the first of them.
func (v deskVisit) agencies(choices []core.AgencyChoice, chosen string) []agencyPart {
	s, parts := v.speaker(), make([]agencyPart, len(choices))
	for n, choice := range choices {
		parts[n] = agencyPart{
			choicePart: choicePart{ID: numberedID(agencyID, n), Value: choice.Number, Label: s.Line(choice.Label), Chosen: choice.Number == chosen},
			Number:     s.Line(choice.Number), Collection: string(choice.CollectionType), Collected: s.Collection(string(choice.CollectionType)),
		}
	}
	return parts
}

func (v deskVisit) collections(chosen string) []choicePart {
	var parts []choicePart
	for n, each := range core.CollectionTypes() {
		parts = append(parts, choicePart{
			ID: numberedID(collectionID, n), Value: string(each), Label: v.speaker().Collection(string(each)), Chosen: string(each) == chosen,
		})
	}
	return parts
}

// contact is whom to write to: the person beside a company, and the e-mail
// address.
func (v deskVisit) contact(c core.Customer) string {
	person := ""
	if c.IsCompany() {
		person = c.PersonName().Reveal()
	}
	return v.joined(", ", person, c.Email.Reveal())
}

// address is a postal address on one line.
func (v deskVisit) address(a insurance.Address) string {
	street := v.joined(" ", a.Street.Reveal(), a.HouseNumber.Reveal())
	return v.joined(", ", street, a.Extra.Reveal(), v.joined(" ", a.PostalCode.Reveal(), a.City.Reveal()))
}

// joined joins what is there, on one line.
func (v deskVisit) joined(between string, parts ...string) string {
	there := slices.DeleteFunc(parts, func(part string) bool { return strings.TrimSpace(part) == "" })
	return v.speaker().Line(strings.Join(there, between))
}

// lacking names what a contract needs to know of a customer and does not.
func (v deskVisit) lacking(c core.Customer) []string {
	var names []string
	for _, each := range []struct {
		name  string
		known bool
	}{
		{v.say("order.lacks.name"), v.speaker().Name(c.Party) != ""},
		{v.say("order.lacks.address"), c.Address.Street != "" && c.Address.PostalCode != "" && c.Address.City != ""},
		{v.say("order.lacks.email"), c.Email != ""},
	} {
		if !each.known {
			names = append(names, each.name)
		}
	}
	return names
}

// customerControls are where what is wrong with the customer is shown: beside
// what is known of the customer, who is edited elsewhere.
func (v deskVisit) customerControls() []control {
	return []control{
		{insurance.FieldCompany, customerID, v.say("desk.field.company")},
		{insurance.FieldFirstName, customerID, v.say("desk.field.first_name")},
		{insurance.FieldLastName, customerID, v.say("desk.field.last_name")},
		{insurance.FieldAddress, customerID, v.say("order.lacks.address")},
		{insurance.FieldCountry, customerID, v.say("desk.field.country")},
		{insurance.FieldEmail, customerID, v.say("order.lacks.email")},
		{insurance.FieldPhone, customerID, v.say("desk.field.phone")},
		{insurance.FieldBirthOn, customerID, v.say("desk.field.birth_on")},
	}
}

// numberedID is the id of one of several controls: the first has that of their
// group, to which what is wrong with it leads.
func numberedID(group string, n int) string {
	if n == 0 {
		return group
	}
	return group + "-" + strconv.Itoa(n)
}
