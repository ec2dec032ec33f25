package catalogue

import (
	"slices"
	"strconv"

	"github.com/covernote/covernote/internal/insurance"
)

// senseFactors wants a row for everything that is offered, and no other.
func (r *report) senseFactors(n *node) {
	offered := map[insurance.FactorSubject][]string{
		insurance.FactorOnObjectType: n.at("object_types").keys,
		insurance.FactorOnCountry:    n.at("markets").keys,
	}
	for _, deductible := range r.counts(n.at("deductibles")) {
		offered[insurance.FactorOnDeductible] = append(offered[insurance.FactorOnDeductible], strconv.Itoa(deductible))
	}
	for _, key := range n.at("factors").keys {
		subject := insurance.FactorSubject(key)
		if subject != insurance.FactorOnAttribute && subject != insurance.FactorOnNumber {
			r.covers(n.at("factors").at(key), offered[subject])
		}
	}
	if n.at("factors").at(string(insurance.FactorOnDeductible)).is(absent) && len(offered[insurance.FactorOnDeductible]) > 1 {
		r.at(n.at("factors"), "has no deductible, although there are several to choose from")
	}
}

func (r *report) covers(table *node, offered []string) {
	for _, key := range offered {
		if table.at(key).is(absent) {
			r.at(table, "has no row for %s", key)
		}
	}
	for _, key := range table.keys {
		if !slices.Contains(offered, key) {
			r.at(table.at(key), "is a row for something that is not offered")
		}
	}
}

func (r *report) senseTariffs(n *node, p insurance.Product) {
	places := n.at("tariffs").items
	r.unlike(places, "code", "tariff")
	for i, tariff := range p.Tariffs {
		r.senseBases(places[i], n.at("kinds"), tariff)
		r.sensePrices(places[i], p, tariff)
		r.senseBand(places[i], p, tariff)
	}
}

// senseBases wants one price for every term of every kind.
func (r *report) senseBases(place, kinds *node, tariff insurance.Tariff) {
	priced := map[insurance.Period]bool{}
	for i, base := range bases(place) {
		row := tariff.Terms[i]
		switch {
		case priced[row.Term]:
			r.at(base.place, "is a second price for %s", termText(row.Term))
		case len(row.Kinds) == 0:
			r.at(base.place, "is the price of a term that no kind offers")
		}
		priced[row.Term] = true
	}
	table := place.at("net")
	if rates := place.at("rates"); table.is(absent) && !rates.is(absent) {
		table = rates
	}
	for _, kind := range kinds.keys {
		for _, term := range r.terms(kinds.at(kind)) {
			if !priced[term] {
				priced[term] = true
				r.at(table, "has no price for %s", termText(term))
			}
		}
	}
}

// sensePrices wants every row to cost something, in every market's currency.
func (r *report) sensePrices(place *node, p insurance.Product, tariff insurance.Tariff) {
	for i, base := range bases(place) {
		row, net, prices := tariff.Terms[i], base.place.at("net"), base.place.at("prices")
		switch {
		case prices.is(absent):
			if row.Net.IsZero() && row.Share.IsZero() {
				r.at(base.place, "must be more than 0")
			}
			continue
		case !net.is(absent):
			r.at(net, "does not go with prices, which say it by currency")
		}
		for _, code := range prices.keys {
			r.sensePrice(prices.at(code), insurance.Currency(code), row)
		}
		for _, currency := range currencies(p) {
			if _, ok := row.Prices[currency]; !ok {
				r.at(prices, "has none in %s, which is the currency of a market", currency)
			}
		}
	}
}

func (r *report) sensePrice(place *node, currency insurance.Currency, row insurance.TermPrice) {
	price := row.Prices[currency]
	if price.Net.IsZero() && price.Minimum.IsZero() && row.Share.IsZero() {
		r.at(place, "must be more than 0")
	}
	if _, err := insurance.ParseMoney(price.Minimum.String(), currency); err != nil {
		r.at(place.at("minimum"), "is no amount of %s: it %v", currency, plainly(err))
	}
}

// currencies are those of the markets, each once.
func currencies(p insurance.Product) []insurance.Currency {
	var all []insurance.Currency
	for _, m := range p.Markets {
		if !slices.Contains(all, m.Currency) {
			all = append(all, m.Currency)
		}
	}
	return all
}

// senseBand checks one band by itself and against the ending of its code.
func (r *report) senseBand(tariff *node, p insurance.Product, t insurance.Tariff) {
	upTo := tariff.at("price").at("up_to")
	if top, ok := topOf(t.Code); ok && !upTo.is(absent) && differ(top, t.Band.UpTo) {
		r.at(upTo, "is %s, but the code ends in %s", upTo.text, top)
	}
	if !t.Band.UpTo.IsZero() && t.Band.Above.Cmp(t.Band.UpTo) >= 0 {
		r.at(tariff.at("price").at("above"), "is not below the top of the band, %s", t.Band.UpTo)
	}
	r.senseBounds(tariff.at("price"), p, t.Band)
}

// senseBounds wants bounds that are amounts of every market's currency.
func (r *report) senseBounds(place *node, p insurance.Product, band insurance.PriceBand) {
	for _, currency := range currencies(p) {
		for _, bound := range []insurance.Rate{band.Above, band.UpTo} {
			if _, err := insurance.ParseMoney(bound.String(), currency); err != nil {
				r.at(place, "has a bound %s that is no amount of %s: it %v", bound, currency, plainly(err))
			}
		}
	}
}

func differ(top string, upTo insurance.Rate) bool {
	said, err := insurance.ParseRate(top)
	return err != nil || said.Cmp(upTo) != 0
}

// senseBands wants the bands of a series to follow each other without overlap
// or gap. A series are the tariffs whose codes differ in their ending only,
// so that levels of cover (…_Theft_…, …_Full_…) can share sales prices.
func (r *report) senseBands(n *node, p insurance.Product) {
	series := map[string][]int{}
	for i, t := range p.Tariffs {
		name := codeEnding.ReplaceAllString(t.Code, "")
		series[name] = append(series[name], i)
	}
	for _, tariffs := range series {
		slices.SortStableFunc(tariffs, func(a, b int) int {
			return p.Tariffs[a].Band.Above.Cmp(p.Tariffs[b].Band.Above)
		})
		for i := 1; i < len(tariffs); i++ {
			place := n.at("tariffs").items[tariffs[i]]
			r.follows(place, p.Tariffs[tariffs[i-1]], p.Tariffs[tariffs[i]])
		}
	}
}

func (r *report) follows(place *node, lower, upper insurance.Tariff) {
	if lower.Code == upper.Code {
		return
	}
	above := place.at("price").at("above")
	switch order := upper.Band.Above.Cmp(lower.Band.UpTo); {
	case lower.Band.UpTo.IsZero() || order < 0:
		r.at(above, "is %s, which lies in the band of %s", upper.Band.Above, lower.Code)
	case order > 0:
		r.at(above, "is %s, which leaves a gap above %s, the top of %s", upper.Band.Above, lower.Band.UpTo, lower.Code)
	}
}
