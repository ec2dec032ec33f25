package catalogue

import (
	"slices"

	"github.com/covernote/covernote/internal/insurance"
)

// sense reports what a schema cannot see in a product whose shape is right.
func (r *report) sense(n *node, p insurance.Product) {
	r.senseSale(n, p)
	r.senseAcceptance(n)
	r.senseTerms(n)
	r.senseEvent(n)
	r.senseRenewal(n, p)
	r.senseObject(n.at("attributes"))
	r.senseInsuredAmount(n)
	r.senseMarkets(n, p)
	r.senseIntervals(n)
	r.senseFactors(n)
	r.senseAttributeFactors(n)
	r.senseTariffs(n, p)
	r.senseBands(n, p)
	r.senseInstalments(n)
	r.senseBundles(n, p)
	r.senseCancellation(n, p)
	r.senseLanguages(n, texts(n))
}

func (r *report) senseSale(n *node, p insurance.Product) {
	if backwards(p.OnSale) {
		r.at(n.at("on_sale").at("until"), "is before from, which is %s", p.OnSale.From)
	}
}

func backwards(s insurance.Span) bool { return !s.To.IsZero() && s.To.Before(s.From) }

func (r *report) senseTerms(n *node) {
	offered := map[insurance.Period]bool{}
	for _, kind := range n.at("kinds").keys {
		for _, place := range n.at("kinds").at(kind).items {
			offered[r.term(place)] = true
			r.senseTerm(n, place, insurance.Kind(kind))
		}
	}
	if chosen := n.at("default_term"); !chosen.is(absent) && !offered[r.period(chosen)] {
		r.at(chosen, "is %s, which no kind offers", r.period(chosen))
	}
	if chosen := n.at("default_deductible"); !chosen.is(absent) && !slices.Contains(r.counts(n.at("deductibles")), r.count(chosen)) {
		r.at(chosen, "is %s, which is not among the deductibles", chosen.text)
	}
}

func (r *report) senseTerm(n, place *node, kind insurance.Kind) {
	term, interval, isEvent := r.term(place), r.period(n.at("interval")), place.text == eventTerm
	ends := n.at("ends_with")
	switch {
	case isEvent && ends.is(absent):
		r.at(place, "is event, but no ends_with names the attribute that says when")
	case !isEvent && !ends.is(absent):
		r.at(place, "must be event, because cover ends with %s", ends.text)
	case isEvent && kind != insurance.KindFixed:
		r.at(place, "is event, which can be sold as fixed only")
	}
	if kind != insurance.KindFixed && overAYear(term) {
		r.at(place, "is over a year, for which no policy can renew (VVG §11(1))")
	}
	if !divides(interval, term) {
		r.at(place, "is not a whole number of the interval %s", interval)
	}
}

func overAYear(p insurance.Period) bool { return p.Months > 12 || p.Days > 366 }

// divides tells whether a term is made of whole intervals; none is the term.
func divides(interval, term insurance.Period) bool {
	switch {
	case interval.Months != 0:
		return term.Days == 0 && term.Months%interval.Months == 0
	case interval.Days != 0:
		return term.Months == 0 && term.Days%interval.Days == 0
	}
	return true
}

// senseObject asks for a bound for each text among attributes.
func (r *report) senseObject(attributes *node) {
	for _, name := range attributes.keys {
		a := attributes.at(name)
		kind := insurance.AttributeKind(a.at("kind").text)
		isText := kind == insurance.AttributeText || kind == insurance.AttributeTexts
		if bound := a.at("max_length"); isText == bound.is(absent) {
			r.at(bound, "belongs to every text and to nothing else")
		}
	}
}

// senseInsuredAmount asks for what the price depends on.
func (r *report) senseInsuredAmount(n *node) {
	attributes := n.at("attributes")
	for _, place := range n.at("insured_amount").items {
		switch kind := attributes.at(place.text).at("kind").text; insurance.AttributeKind(kind) {
		case insurance.AttributeAmount, insurance.AttributeAmounts:
		default:
			r.at(place, "is %s, which is no attribute of the kind amount or amounts", place.text)
		}
	}
	if !n.at("insured_amount").is(absent) {
		return
	}
	price := attributes.at(insurance.AttributeSalesPrice)
	if price.at("kind").text != string(insurance.AttributeAmount) || !price.at("required").bool() {
		r.at(price, "must be a required amount, because the price bands are bands of it")
	}
}

func (r *report) senseCancellation(n *node, p insurance.Product) {
	reasons := n.at("cancellation").at("reasons")
	if p.Withdrawal.Days > 0 && reasons.at(string(insurance.ReasonWithdrawal)).is(absent) {
		r.at(reasons, "has no WITHDRAWAL, although withdrawal_days is %d", p.Withdrawal.Days)
	}
	for _, rule := range p.Cancellation.Reasons {
		place := reasons.at(string(rule.Reason))
		for i, kind := range rule.Kinds {
			if !p.Offers(kind) {
				r.at(place.at("kinds").items[i], "is %s, which the product is not sold as", kind)
			}
		}
		r.senseReason(place, p, rule)
	}
}

func (r *report) senseReason(place *node, p insurance.Product, rule insurance.ReasonRule) {
	withdraws := rule.Ending == insurance.TransitionWithdraw
	undoes := rule.Effect == insurance.EffectInception
	if withdraws != (rule.Reason == insurance.ReasonWithdrawal) {
		r.at(place.at("ending"), "must be withdraw for WITHDRAWAL and for nothing else")
	}
	if (rule.Ending == insurance.TransitionVoid) != undoes && !withdraws {
		r.at(place.at("effect"), "must be inception where ending is void, and only there")
	}
	if rule.Effect == insurance.EffectTermEnd && appliesTo(rule, p, insurance.KindFixed) {
		r.at(place.at("effect"), "is term_end, which needs kinds: [recurring], because a fixed policy ends by itself")
	}
}

func appliesTo(rule insurance.ReasonRule, p insurance.Product, kind insurance.Kind) bool {
	return p.Offers(kind) && (len(rule.Kinds) == 0 || slices.Contains(rule.Kinds, kind))
}
