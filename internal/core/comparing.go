package core

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
)

// compare asks every insurer of the line that sells today.
func (w *inquiryWork) compare() ([]store.Offer, error) {
	products := w.core.Catalogue.OnSale(string(w.partner.Family), w.line.ID, w.today())
	offers := make([]store.Offer, 0, len(products))
	for _, product := range products {
		offer, err := w.ask(product)
		if err != nil {
			return nil, err
		}
		offers = append(offers, w.byHand(offer))
	}
	return offers, nil
}

// byHand is what the insurer of an offer has offered by hand, as long as that is
// held, or else the offer.
func (w *inquiryWork) byHand(offer store.Offer) store.Offer {
	for _, before := range w.row.Content.Offers {
		if before.ID == offer.ID && before.Tendered && w.held(before) {
			return before
		}
	}
	return offer
}

// held tells whether the price of an offer still holds.
func (w *inquiryWork) held(o store.Offer) bool {
	return o.ValidUntil == 0 || micros(w.now) < o.ValidUntil
}

// ask is what one insurer says to the risk.
func (w *inquiryWork) ask(product insurance.Product) (store.Offer, error) {
	wish := w.proposal(product)
	offer := store.Offer{
		ID: strconv.Itoa(product.Insurer.ID), Product: product.Code, Version: product.Version, Proposal: wish,
		PricedAt: micros(w.now),
	}
	decision, reason := product.Accept(wish.Object)
	if offer.Decision, offer.Reason = string(decision), reason; decision != insurance.DecisionCalculate {
		return offer, nil
	}
	var refused *insurance.Error
	for _, tariff := range product.Tariffs {
		wish.Tariff = tariff.Code
		quote, err := product.Quote(tariff, wish, w.now)
		if refused = err; refused == nil {
			err := w.price(&offer, product, wish, quote)
			return offer, err
		}
	}
	if refused != nil && refused.Code != insurance.CodeCoverageUnknown {
		return offer, fmt.Errorf("quote %s: %w", product.Code, refused)
	}
	offer.Decision, offer.Reason = string(insurance.DecisionDecline), notOffered
	return offer, nil
}

// notOffered is why an insurer declines whose tariff does not go that far.
var notOffered = insurance.Text{
	"de": "Diese Kombination aus Risiko, Versicherungssumme und Selbstbeteiligung bietet der Tarif nicht.",
	"en": "The tariff does not offer this combination of risk, sum insured and deductible.",
}

// proposal is what the customer asks of the insurer of a product.
func (w *inquiryWork) proposal(product insurance.Product) insurance.Proposal {
	answers := w.row.Content.Answers
	object := w.line.Risk(answers)
	object.Attributes = maps.Clone(object.Attributes)
	if object.Attributes == nil {
		object.Attributes = make(map[string]string)
	}
	object.Attributes[insurance.AttributeProfession] = strconv.FormatInt(w.row.Content.Profession, 10)
	if kind, only := product.ObjectType(""); only {
		object.Type = kind.Code
	}
	wish := insurance.Proposal{Reference: strconv.FormatInt(w.row.ID, 10), Object: object}
	if len(product.Markets) > 0 {
		wish.Country, wish.Currency = product.Markets[0].Country, product.Markets[0].Currency
	}
	wish.InceptionOn, _ = insurance.ParseDate(answers[insurance.AttributeStartsOn])
	if months, err := strconv.Atoi(w.answer(insurance.AttributeInterval)); err == nil {
		wish.Interval = insurance.Period{Months: months}
	}
	return wish
}

// answer is what was answered to a question, or is assumed.
func (w *inquiryWork) answer(name string) string {
	if value := w.row.Content.Answers[name]; value != "" {
		return value
	}
	question, _ := w.line.Question(name)
	return question.Default
}

// price enters the price of a quote into an offer.
func (w *inquiryWork) price(offer *store.Offer, product insurance.Product, wish insurance.Proposal, quote insurance.Quote) error {
	wish.Term, wish.Kind, wish.Interval = quote.Terms.Term, quote.Terms.Kind, quote.Interval
	offer.Decision, offer.Tariff, offer.Proposal = string(insurance.DecisionCalculate), quote.Tariff, wish
	offer.SumInsured, offer.Interval, offer.Premium, offer.Working = quote.Terms.SumInsured, quote.Interval, quote.Premium, quote.Working
	offer.Deductible = insurance.Zero(quote.Premium.Gross.Currency)
	if amount := wish.Object.Attributes[insurance.AttributeDeductible]; amount != "" {
		deductible, err := insurance.ParseMoney(amount, quote.Premium.Gross.Currency)
		if err != nil {
			return insurance.Invalid(insurance.FieldOf(insurance.AttributeDeductible), "is not an amount in %s", quote.Premium.Gross.Currency)
		}
		offer.Deductible = deductible
	}
	if product.QuoteDays > 0 {
		offer.ValidUntil = micros(w.today().AddDays(product.QuoteDays).End(w.partner.Zone))
	}
	return nil
}

// sameOffers tells whether insurers say the same as before.
func sameOffers(was, now []store.Offer) bool {
	return slices.EqualFunc(was, now, func(a, b store.Offer) bool {
		return a.ID == b.ID && a.Version == b.Version && a.Decision == b.Decision && same(a.Premium, b.Premium) && a.ValidUntil == b.ValidUntil
	})
}

// EnterOffer records an offer that an insurer made by hand: the inquiry that was
// tendered or sent on is calculated then. It refuses with CodeInquiryUnknown,
// CodeInsurerUnknown, CodeStateForbidden, CodeInvalid and, of what the product
// does not know, CodeCoverageUnknown.
func (c *Core) EnterOffer(ctx context.Context, o TenderOffer) (Inquiry, error) {
	at, err := c.OperatorDesk(ctx, o.InquiryID)
	if err != nil {
		return Inquiry{}, err
	}
	seen, err := c.DeskInquiry(ctx, at, o.InquiryID)
	if err != nil {
		return Inquiry{}, err
	}
	from := []InquiryStatus{InquiryTendering, InquiryLead, InquiryCalculated}
	step := InquiryStep{ID: o.InquiryID, Version: seen.Version}
	return c.workInquiry(ctx, at, step, from, never, func(r reading, w *inquiryWork) error {
		offer, err := w.tendered(o)
		if err != nil {
			return err
		}
		w.enter(offer)
		if w.row.Content.Status == string(InquiryCalculated) {
			w.audit(w.actor, "inquiry.offer_entered", inquiryName(w.row.ID), "", "", offer.ID)
			w.keep()
			return nil
		}
		return w.become(r, InquiryCalculated)
	})
}

// enter puts an offer in the place of what its insurer said before.
func (w *inquiryWork) enter(offer store.Offer) {
	offers := slices.Clone(w.row.Content.Offers)
	if i := slices.IndexFunc(offers, func(o store.Offer) bool { return o.ID == offer.ID }); i >= 0 {
		offers[i] = offer
	} else {
		offers = append(offers, offer)
	}
	w.row.Content.Offers = offers
}

// tendered makes an offer of what an insurer has said.
func (w *inquiryWork) tendered(o TenderOffer) (store.Offer, error) {
	products := w.core.Catalogue.OnSale(string(w.partner.Family), w.line.ID, w.today())
	i := slices.IndexFunc(products, func(p insurance.Product) bool { return p.Insurer.ID == o.InsurerID })
	if i < 0 {
		return store.Offer{}, insurance.RefuseField(insurance.CodeInsurerUnknown, insurance.FieldAgencyInsurer,
			"has no product of this line on sale")
	}
	product := products[i]
	wish := w.proposal(product)
	wish.Tariff, wish.TenderPrice = product.Tariffs[0].Code, o.Gross
	if !o.Interval.IsZero() {
		wish.Interval = o.Interval
	}
	if !o.StartsOn.IsZero() {
		wish.InceptionOn = o.StartsOn
	}
	for name, value := range map[string]string{
		insurance.AttributeSumInsured: o.SumInsured, insurance.AttributeDeductible: o.Deductible,
	} {
		if value == "" {
			value = w.answer(name)
		}
		if value != "" {
			wish.Object.Attributes[name] = value
		}
	}
	if o.Gross == "" {
		return store.Offer{}, insurance.Invalid(insurance.FieldTenderPrice, "is required")
	}
	if wish.InceptionOn.Before(w.today()) && !wish.InceptionOn.IsZero() {
		return store.Offer{}, insurance.Invalid(insurance.FieldInception, "is in the past")
	}
	if wish.InceptionOn.IsZero() {
		return store.Offer{}, insurance.Invalid(insurance.FieldInception, "is required, since the customer named no day")
	}
	quote, refused := product.Quote(product.Tariffs[0], wish, w.now)
	if refused != nil {
		return store.Offer{}, refused
	}
	offer := store.Offer{
		ID: strconv.Itoa(product.Insurer.ID), Product: product.Code, Version: product.Version, PricedAt: micros(w.now),
		Tendered: true, Note: o.Note,
	}
	err := w.price(&offer, product, wish, quote)
	return offer, err
}
