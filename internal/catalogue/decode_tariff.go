package catalogue

import (
	"regexp"
	"slices"
	"strings"

	"github.com/covernote/covernote/internal/insurance"
)

// tariffs gives each tariff the terms, deductibles and factors that the file
// says once for all of them.
func (r *report) tariffs(n *node) []insurance.Tariff {
	shared := insurance.Tariff{
		Interval:          r.period(n.at("interval")),
		DefaultTerm:       r.period(n.at("default_term")),
		Deductibles:       r.counts(n.at("deductibles")),
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

func (r *report) factors(n *node) []insurance.FactorTable {
	var tables []insurance.FactorTable
	for _, subject := range n.keys {
		table := insurance.FactorTable{
			Name: strings.ReplaceAll(subject, "_", " "), On: insurance.FactorSubject(subject),
			Rows: make(map[string]insurance.Rate),
		}
		for _, key := range n.at(subject).keys {
			table.Rows[key] = r.rate(n.at(subject).at(key))
		}
		tables = append(tables, table)
	}
	return tables
}
