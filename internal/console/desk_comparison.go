package console

import (
	"net/http"
	"slices"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/insurance"
)

// comparisonPage is what desk_comparison.html shows.
type comparisonPage struct {
	workPage
	// Offers have a price, the cheapest first.
	Offers []offerPart
	// Rows compare them.
	Rows []comparedRow
	// Noted: an insurer has added something. Choosing: one of the offers can be
	// proposed or ordered, or could be while its price was held.
	Noted, Choosing bool
	// Changeable: answers may be changed, which makes the offers void.
	Changeable bool
	// Tenderable: insurers may be asked by hand.
	Tenderable bool
	// Unpriced are those without a price, but with a reason.
	Unpriced []unpricedPart
}

// unpricedPart is the offers that have no price for one kind of reason.
type unpricedPart struct {
	ID, Title string
	Offers    []offerPart
}

// comparedRow is what all offers say to one thing, in their order.
type comparedRow struct {
	Label string
	Cells []string
	// Same: all of them say the same.
	Same bool
	// Cover marks a promise, Strong what a broker looks at first.
	Cover, Strong bool
}

func (p deskPages) comparison(v deskVisit, i core.Inquiry) {
	priced := byPrice(decided(i.Offers, insurance.DecisionCalculate))
	page := comparisonPage{
		workPage: v.workPage(i, "comparison", v.say("offers.title")), Offers: v.offers(i, priced),
		Noted:    slices.ContainsFunc(priced, func(o core.Offer) bool { return o.Note != "" }),
		Choosing: slices.ContainsFunc(priced, func(o core.Offer) bool { return orderable(i, o) }), Changeable: closed(i) == "",
		Tenderable: i.Status == core.InquiryOpen && len(i.Offers) > 0 && len(priced) == 0,
		Unpriced: slices.Concat(
			v.unpriced(i, insurance.DecisionTender, v.say("offers.tenders")),
			v.unpriced(i, insurance.DecisionDecline, v.say("offers.declined")),
		),
	}
	for n := range page.Offers {
		page.Offers[n].Cheapest = len(priced) > 1 && priced[n].Yearly.Cmp(priced[0].Yearly) == 0
	}
	page.Rows = slices.Concat(v.compared(page.Offers, v.dearer(priced)), v.covered(page.Offers))
	v.show(http.StatusOK, "desk_comparison.html", page)
}

func (v deskVisit) offers(i core.Inquiry, offers []core.Offer) []offerPart {
	parts := make([]offerPart, len(offers))
	for n, o := range offers {
		parts[n] = v.offer(i, o)
	}
	return parts
}

// unpriced are the offers with a decision that is no price, if there are any.
func (v deskVisit) unpriced(i core.Inquiry, decision insurance.Decision, title string) []unpricedPart {
	found := decided(i.Offers, decision)
	if len(found) == 0 {
		return nil
	}
	return []unpricedPart{{"decided-" + string(decision), title, v.offers(i, found)}}
}

// dearer says by how much each offer costs more in a year than the first.
func (v deskVisit) dearer(priced []core.Offer) []string {
	said := make([]string, len(priced))
	for n, o := range priced {
		said[n] = v.say("offers.cheapest")
		if more := o.Yearly.Sub(priced[0].Yearly); !more.IsZero() {
			said[n] = v.say("offers.dearer", "amount", v.speaker().Money(more))
		}
	}
	return said
}

// compared are the rows of what every offer has.
func (v deskVisit) compared(offers []offerPart, dearer []string) []comparedRow {
	rows := []comparedRow{
		row(v.say("offer.premium"), offers, func(o offerPart) string { return o.Premium }),
		row(v.say("offer.yearly"), offers, func(o offerPart) string { return o.Yearly }),
		{Label: v.say("offers.compared"), Cells: dearer},
		row(v.say("offer.sum"), offers, func(o offerPart) string { return o.SumInsured }),
		row(v.say("offer.deductible"), offers, func(o offerPart) string { return o.Deductible }),
		row(v.say("offer.begins"), offers, func(o offerPart) string { return o.StartsOn }),
		row(v.say("offer.term"), offers, func(o offerPart) string { return o.Term }),
		row(v.say("offer.valid"), offers, func(o offerPart) string { return o.ValidUntil }),
	}
	rows[0].Strong, rows[1].Strong = true, true
	return rows
}

// covered are the rows of what any of the offers promises, in the order in
// which it is first named.
func (v deskVisit) covered(offers []offerPart) []comparedRow {
	var rows []comparedRow
	for _, o := range offers {
		for _, cover := range o.Coverages {
			if slices.ContainsFunc(rows, func(r comparedRow) bool { return r.Label == cover.Label }) {
				continue
			}
			next := row(cover.Label, offers, func(o offerPart) string { return v.limit(o, cover.Label) })
			next.Cover = true
			rows = append(rows, next)
		}
	}
	return rows
}

// limit is the most that an offer pays for a promise. What it does not name
// may still be part of another, so that it is not said to be missing.
func (v deskVisit) limit(o offerPart, cover string) string {
	for _, each := range o.Coverages {
		if each.Label == cover {
			return each.Value
		}
	}
	return v.say("offers.unnamed")
}

func row(label string, offers []offerPart, says func(offerPart) string) comparedRow {
	r := comparedRow{Label: label, Cells: make([]string, len(offers))}
	for n, o := range offers {
		r.Cells[n] = says(o)
	}
	r.Same = len(offers) > 1 && len(slices.Compact(slices.Clone(r.Cells))) == 1
	return r
}

// tender asks insurers by hand.
func (p deskPages) tender(v deskVisit, _ core.Inquiry) {
	_, err := p.from.Tender(v.r.Context(), v.desk, v.step())
	v.stepped(err, "/comparison")
}

// information sends the product information document of an offer.
func (p deskPages) information(v deskVisit, i core.Inquiry) {
	file, err := p.from.OfferDocument(v.r.Context(), v.desk, i.ID, v.r.PathValue("offer"), core.DocumentIPID)
	if err != nil {
		v.fail(err)
		return
	}
	p.pdf(v.w, v.r, file.Name, file.PDF)
}
