package console

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/document"
	"github.com/covernote/covernote/internal/insurance"
)

// offerPart is one insurer's answer to an inquiry.
type offerPart struct {
	ID, Insurer, Product string
	// Reason says why there is no price; the rest is empty then.
	Reason string
	// Premium is what is paid each time, with how often; Yearly that of a year,
	// which InParts tells from Premium.
	Premium, Yearly        string
	InParts                bool
	SumInsured, Deductible string
	StartsOn, Term         string
	ValidUntil             string
	// Over: the price is no longer held.
	Over bool
	// Tendered tells that an insurer made it by hand, and Note what it added.
	Tendered bool
	Note     string
	// Chosen: it was proposed or ordered. Cheapest: none costs less in a year.
	Chosen, Cheapest bool
	Coverages        []document.Labelled
	// Parts are net, taxes and gross of Premium; Working is how they came about.
	Parts   []document.Labelled
	Working []workingPart
	// Terms is the edition of the terms.
	Terms string
	// Information leads to the product information document.
	Information string
	// Propose is where the offer is proposed from Version of the inquiry, Order
	// leads to where cover is ordered; each is empty where that is not possible.
	Propose, Order string
	Version        int64
}

// workingPart is one line of how a premium was computed.
type workingPart struct{ What, How, Result string }

func (v deskVisit) offer(i core.Inquiry, o core.Offer) offerPart {
	s := v.speaker()
	part := offerPart{
		ID: o.ID, Insurer: s.Insurer(o.Product.Insurer), Product: o.Product.Name.In(s.lang), Reason: o.Reason.In(s.lang),
		Tendered: o.Tendered, Note: s.Line(o.Note), Chosen: i.Chosen != nil && i.Chosen.ID == o.ID,
		Coverages: s.Coverages(o.Product), Terms: o.Product.TermsVersion, Version: i.Version,
		Information: offerPath(i, o, "/information"),
	}
	if o.Decision == insurance.DecisionCalculate {
		v.price(&part, o)
	}
	if orderable(i, o) && !part.Over {
		part.Order = inquiryPath(i.ID, "/order?"+url.Values{"offer": {o.ID}}.Encode())
		if i.Status == core.InquiryCalculated {
			part.Propose = offerPath(i, o, "/propose")
		}
	}
	return part
}

// offerPath leads to what there is below an offer.
func offerPath(i core.Inquiry, o core.Offer, below string) string {
	return inquiryPath(i.ID, "/offers/"+url.PathEscape(o.ID)+below)
}

// price adds what only an offer with a price has.
func (v deskVisit) price(part *offerPart, o core.Offer) {
	s := v.speaker()
	part.Premium, part.Yearly, part.InParts = s.premiumOf(o), s.Money(o.Yearly), o.Yearly != o.Premium.Gross
	part.SumInsured, part.Deductible = s.Sum(o.SumInsured), v.deductible(o)
	part.StartsOn, part.Term = s.Date(o.StartsOn), v.term(o.Term)
	part.ValidUntil = v.say("offer.always")
	if !o.ValidUntil.IsZero() {
		part.ValidUntil, part.Over = v.day(o.ValidUntil.Add(-1)), !v.desk.Now.Before(o.ValidUntil)
	}
	part.Parts, part.Working = s.Premium(o.Premium), v.working(o)
}

func (v deskVisit) term(p insurance.Period) string {
	if p.Months > 0 {
		return v.say("offer.months", "n", strconv.Itoa(p.Months))
	}
	return v.say("offer.days", "n", strconv.Itoa(p.Days))
}

// deductible is what the customer would bear of each loss.
func (v deskVisit) deductible(o core.Offer) string {
	if o.Deductible.IsZero() {
		return v.say("offer.noDeductible")
	}
	return v.speaker().Sum(o.Deductible)
}

// working is how a premium was computed, step by step.
func (v deskVisit) working(o core.Offer) []workingPart {
	parts := make([]workingPart, 0, len(o.Working.Steps))
	for _, step := range o.Working.Steps {
		result := v.figure(step.Result, o.Premium.Gross.Currency)
		if step.Rounding != "" {
			result = v.say("working.rounded", "amount", result)
		}
		parts = append(parts, workingPart{v.what(step, o.Product), v.how(step), result})
	}
	return parts
}

// what is what a step of a working is about: the table or the tax that it names, or
// else what it does.
func (v deskVisit) what(step insurance.Step, p insurance.Product) string {
	lang := v.speaker().lang
	switch step.Kind {
	case insurance.StepFactor:
		return v.table(step, p)
	case insurance.StepTax:
		return taxOf(step.Label, p).In(lang)
	}
	return v.say(stepWords[step.Kind])
}

// stepWords are the keys of what the other steps do.
var stepWords = map[insurance.StepKind]string{
	insurance.StepBase:         "working.base",
	insurance.StepShare:        "working.share",
	insurance.StepMinimum:      "working.minimum",
	insurance.StepInterval:     "working.interval",
	insurance.StepDiscount:     "working.discount",
	insurance.StepPartnerPrice: "working.partner_price",
	insurance.StepTenderPrice:  "working.tender_price",
	insurance.StepNet:          "working.net",
	insurance.StepGross:        "working.gross",
	insurance.StepCommission:   "working.commission",
}

// table is what a table of factors looks at, with what it found there.
func (v deskVisit) table(step insurance.Step, p insurance.Product) string {
	name := step.Label
	for _, tariff := range p.Tariffs {
		for _, factors := range tariff.Factors {
			if rule, ok := p.Attribute(factors.Attribute); ok && factors.Name == step.Label {
				name = rule.Label.In(v.speaker().lang)
			}
		}
	}
	if step.Key == "" {
		return name
	}
	return name + ": " + step.Key
}

// taxOf is the tax that a working names in English.
func taxOf(english string, p insurance.Product) insurance.Text {
	for _, market := range p.Markets {
		for _, tax := range market.Taxes {
			if tax.Name.In("en") == english {
				return tax.Name
			}
		}
	}
	return insurance.Text{"en": english}
}

// how is how a step reckons: with a factor, or a share in percent.
func (v deskVisit) how(step insurance.Step) string {
	by, err := insurance.ParseRate(step.By)
	switch {
	case err != nil:
		return ""
	case step.Kind == insurance.StepFactor:
		return "× " + v.decimal(by.String())
	}
	return v.say("working.percent", "n", v.decimal(by.Percent()))
}

// figure is an amount of a working: money, or what has more digits than money.
func (v deskVisit) figure(amount string, currency insurance.Currency) string {
	if m, err := insurance.ParseMoney(amount, currency); err == nil {
		return v.speaker().Money(m)
	}
	return v.decimal(amount)
}

// decimal is a decimal with the point of the language.
func (v deskVisit) decimal(number string) string {
	return strings.Replace(number, ".", v.say("working.point"), 1)
}

// byPrice puts what costs less in a year first.
func byPrice(offers []core.Offer) []core.Offer {
	return slices.SortedStableFunc(slices.Values(offers), func(a, b core.Offer) int {
		return cmp.Or(a.Yearly.Cmp(b.Yearly), cmp.Compare(a.Product.Insurer.Name, b.Product.Insurer.Name))
	})
}

// decided are the offers with that decision.
func decided(offers []core.Offer, decision insurance.Decision) []core.Offer {
	return slices.DeleteFunc(slices.Clone(offers), func(o core.Offer) bool { return o.Decision != decision })
}
