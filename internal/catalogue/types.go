package catalogue

import (
	"slices"

	"github.com/covernote/covernote/internal/insurance"
)

// Type is a tariff that a partner family is offered, through all versions of
// the products that sell it.
type Type struct {
	// Tariff is as the newest version has it.
	Tariff insurance.Tariff
	// Versions in which it is, was or will be on sale, newest first.
	Versions []insurance.Product
}

// Types are the tariffs of a partner family, each code once, by the code of
// their product and then in the order of its oldest file. The order is the
// same each time.
func (c *Catalogue) Types(family string) []Type {
	var all []Type
	for _, product := range c.Products(family) {
		for _, tariff := range product.Tariffs {
			i := slices.IndexFunc(all, func(t Type) bool { return t.Tariff.Code == tariff.Code })
			if i < 0 {
				all = append(all, Type{Tariff: tariff, Versions: []insurance.Product{product}})
				continue
			}
			all[i].add(tariff, product)
		}
	}
	return all
}

// add puts a version where its days of sale belong. They never meet those of
// another version.
func (t *Type) add(tariff insurance.Tariff, product insurance.Product) {
	i := slices.IndexFunc(t.Versions, func(p insurance.Product) bool { return p.OnSale.From.Before(product.OnSale.From) })
	switch {
	case i == 0:
		t.Tariff = tariff
	case i < 0:
		i = len(t.Versions)
	}
	t.Versions = slices.Insert(t.Versions, i, product)
}
