package catalogue

import (
	"regexp"
	"slices"
	"strings"

	"github.com/covernote/covernote/internal/insurance"
)

// tariffs gives each tariff the terms, intervals, deductibles and factors that
// the file says once for all of them.
func (r *report) tariffs(n *node) []insurance.Tariff {
	shared := insurance.Tariff{
		Interval:          r.period(n.at("interval")),
		Intervals:         r.intervals(n.at("intervals")),
		DefaultTerm:       r.period(n.at("default_term")),
		Deductibles:       r.deductibles(n),
		DefaultDeductible: r.count(n.at("default_deductible")),
		Factors:           r.factors(n.at("factors")),
	}
	var all []insurance.Tariff
	for _, t := range n.at("tariffs").items {
		tariff := shared
		tariff.Code = t.at("code").text
		tariff.Band = r.band(t)
		tariff.Terms = r.termPrices(t, n.at("kinds"))
		tariff.PartnerMaySetPrice = t.at("partner_may_set_price").bool()
		all = append(all, tariff)
	}
	return all
}

// deductibles are the shares that may be chosen; where the file has none,
// nothing is.
func (r *report) deductibles(n *node) []int {
	if n.at("deductibles").is(absent) {
		return []int{0}
	}
	return r.counts(n.at("deductibles"))
}

func (r *report) intervals(n *node) []insurance.IntervalPrice {
	var all []insurance.IntervalPrice
	for _, key := range n.keys {
		all = append(all, insurance.IntervalPrice{Every: r.period(n.named(key)), Loading: r.rate(n.at(key))})
	}
	return all
}

// codeEnding is the top of a price band at the end of a tariff code.
var codeEnding = regexp.MustCompile(`_([0-9]{1,12})(?:[,.]([0-9]{2}))?$`)

// topOf is the top of the price band that a tariff code ends in, if it does.
func topOf(code string) (string, bool) {
	found := codeEnding.FindStringSubmatch(code)
	if found == nil {
		return "", false
	}
	return strings.TrimSuffix(found[1]+"."+found[2], "."), true
}

func (r *report) band(t *node) insurance.PriceBand {
	above, upTo := t.at("price").at("above"), t.at("price").at("up_to")
	if top, ok := topOf(t.at("code").text); ok && upTo.is(absent) {
		code := *t.at("code")
		code.text = top
		upTo = &code
	}
	return insurance.PriceBand{Above: r.rate(above), UpTo: r.rate(upTo)}
}

// base is a row of a tariff's base table: where it stands, and its term.
type base struct{ place, term *node }

// bases are the rows of a tariff in the order they are written in: amounts
// below net, and whatever takes more than an amount below rates.
func bases(tariff *node) []base {
	var rows []base
	for _, table := range []*node{tariff.at("net"), tariff.at("rates")} {
		for _, key := range table.keys {
			rows = append(rows, base{place: table.at(key), term: table.named(key)})
		}
	}
	return rows
}

// termPrices are the rows of a tariff in the order of bases.
func (r *report) termPrices(tariff, kinds *node) []insurance.TermPrice {
	var rows []insurance.TermPrice
	for _, b := range bases(tariff) {
		row := r.termPrice(b.place)
		row.Term = r.term(b.term)
		for _, kind := range kinds.keys {
			if slices.Contains(r.terms(kinds.at(kind)), row.Term) {
				row.Kinds = append(row.Kinds, insurance.Kind(kind))
			}
		}
		rows = append(rows, row)
	}
	return rows
}

func (r *report) termPrice(place *node) insurance.TermPrice {
	if !place.is(mapping) {
		return insurance.TermPrice{Net: r.rate(place)}
	}
	return insurance.TermPrice{
		Net: r.rate(place.at("net")), Share: r.rate(place.at("share")), Prices: r.prices(place.at("prices")),
	}
}

func (r *report) prices(n *node) map[insurance.Currency]insurance.Price {
	if n.is(absent) {
		return nil
	}
	all := make(map[insurance.Currency]insurance.Price)
	for _, code := range n.keys {
		place := n.at(code)
		currency := value(r, n.named(code), insurance.ParseCurrency)
		all[currency] = insurance.Price{Net: r.rate(place.at("net")), Minimum: r.rate(place.at("minimum"))}
	}
	return all
}

// factors are the tables of a file in the order they are written in.
func (r *report) factors(n *node) []insurance.FactorTable {
	var tables []insurance.FactorTable
	for _, key := range n.keys {
		place, subject := n.at(key), insurance.FactorSubject(key)
		switch subject {
		case insurance.FactorOnAttribute, insurance.FactorOnNumber:
			for _, attribute := range place.keys {
				tables = append(tables, r.attributeFactors(subject, attribute, place.at(attribute)))
			}
		default:
			tables = append(tables, insurance.FactorTable{Name: spaced(key), On: subject, Rows: r.rows(place)})
		}
	}
	return tables
}

// spaced is a key as words.
func spaced(key string) string { return strings.ReplaceAll(key, "_", " ") }

func (r *report) rows(n *node) map[string]insurance.Rate {
	rows := make(map[string]insurance.Rate, len(n.keys))
	for _, key := range n.keys {
		rows[key] = r.rate(n.at(key))
	}
	return rows
}

func (r *report) attributeFactors(on insurance.FactorSubject, attribute string, n *node) insurance.FactorTable {
	table := insurance.FactorTable{Name: spaced(attribute), On: on, Attribute: attribute}
	if on == insurance.FactorOnNumber {
		table.Bands = r.bands(n)
		return table
	}
	table.Rows, table.Classes = r.rows(n.at("rows")), classes(n.at("classes"))
	return table
}

// classes lead from each value to its class.
func classes(n *node) map[string]string {
	if n.is(absent) {
		return nil
	}
	all := make(map[string]string)
	for _, class := range n.keys {
		for _, value := range n.at(class).texts() {
			all[value] = class
		}
	}
	return all
}

// unboundedBand is the key of the band that has no end.
const unboundedBand = "more"

func (r *report) bands(n *node) []insurance.FactorBand {
	var all []insurance.FactorBand
	for _, key := range n.keys {
		band := insurance.FactorBand{Factor: r.rate(n.at(key))}
		if key != unboundedBand {
			band.UpTo = r.rate(n.named(key))
		}
		all = append(all, band)
	}
	return all
}
