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
	for _, subject := range n.at("factors").keys {
		r.covers(n.at("factors").at(subject), offered[insurance.FactorSubject(subject)])
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
	seen := map[string]bool{}
	for i, tariff := range p.Tariffs {
		place := n.at("tariffs").items[i]
		if seen[tariff.Code] {
			r.at(place.at("code"), "%s is the code of an earlier tariff", tariff.Code)
		}
		seen[tariff.Code] = true
		r.senseNet(place.at("net"), n.at("kinds"), tariff)
		r.senseBand(place, p, tariff)
	}
}

// senseNet wants one price for every term of every kind.
func (r *report) senseNet(net, kinds *node, tariff insurance.Tariff) {
	priced := map[insurance.Period]bool{}
	for i, row := range tariff.Terms {
		place := net.at(net.keys[i])
		switch {
		case priced[row.Term]:
			r.at(place, "is a second price for %s", row.Term)
		case len(row.Kinds) == 0:
			r.at(place, "is the price of a term that no kind offers")
		case row.Net.IsZero():
			r.at(place, "must be more than 0")
		}
		priced[row.Term] = true
	}
	var missing []string
	for _, kind := range kinds.keys {
		for _, term := range r.periods(kinds.at(kind)) {
			if !priced[term] && !slices.Contains(missing, term.String()) {
				missing = append(missing, term.String())
			}
		}
	}
	for _, term := range missing {
		r.at(net, "has no price for %s", term)
	}
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
	seen := map[insurance.Currency]bool{}
	for _, m := range p.Markets {
		for _, bound := range []insurance.Rate{band.Above, band.UpTo} {
			if _, err := insurance.ParseMoney(bound.String(), m.Currency); err != nil && !seen[m.Currency] {
				r.at(place, "has a bound %s that is no amount of %s: it %v", bound, m.Currency, plainly(err))
			}
		}
		seen[m.Currency] = true
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
