package catalogue

import (
	"slices"

	"github.com/covernote/covernote/internal/insurance"
)

// senseMarkets checks that the taxes of a market are clear for every day on
// which cover of this version can begin.
func (r *report) senseMarkets(n *node, p insurance.Product) {
	for _, m := range p.Markets {
		taxes := n.at("markets").at(string(m.Country)).at("taxes")
		spans := map[string][]int{}
		for i, tax := range m.Taxes {
			if backwards(tax.InForce) {
				r.at(taxes.items[i].at("until"), "is before from, which is %s", tax.InForce.From)
			}
			spans[tax.Name.In(p.Languages[0])] = append(spans[tax.Name.In(p.Languages[0])], i)
		}
		for _, rules := range spans {
			r.senseSuccession(taxes, m.Taxes, rules)
		}
		r.senseTaxed(taxes, p, m.Taxes)
	}
}

// senseSuccession wants the rules of one tax to follow day upon day.
func (r *report) senseSuccession(place *node, taxes []insurance.Tax, rules []int) {
	slices.SortStableFunc(rules, func(a, b int) int { return taxes[a].InForce.From.Cmp(taxes[b].InForce.From) })
	for i := 1; i < len(rules); i++ {
		before, after := taxes[rules[i-1]].InForce, taxes[rules[i]].InForce
		from := place.items[rules[i]].at("from")
		switch {
		case before.To.IsZero() || !before.To.Before(after.From):
			r.at(from, "is %s, when an earlier rule for the same tax still holds", after.From)
		case before.To.AddDays(1) != after.From:
			r.at(from, "is %s, which leaves days without this tax after %s", after.From, before.To)
		}
	}
}

// senseTaxed wants some tax on every possible first day of cover, unless the
// market has none at all.
func (r *report) senseTaxed(place *node, p insurance.Product, taxes []insurance.Tax) {
	if len(taxes) == 0 {
		return
	}
	day := p.OnSale.From.AddDays(-p.MaxBehind)
	for range taxes {
		for _, tax := range taxes {
			if tax.InForce.From.After(day) || (!tax.InForce.To.IsZero() && tax.InForce.To.Before(day)) {
				continue
			}
			if tax.InForce.To.IsZero() {
				return
			}
			day = tax.InForce.To.AddDays(1)
		}
	}
	if p.OnSale.To.IsZero() || p.MaxAhead == 0 || !day.After(p.OnSale.To.AddDays(p.MaxAhead)) {
		r.at(place, "have no rule for %s, on which cover can begin", day)
	}
}
