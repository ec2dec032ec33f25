package catalogue

import (
	"cmp"
	"maps"
	"slices"

	"github.com/covernote/covernote/internal/insurance"
)

// reconcile holds the files that are right in themselves against each other,
// and orders them by code and version.
func reconcile(files []*file) {
	slices.SortStableFunc(files, func(a, b *file) int {
		p, o := a.entry.Product, b.entry.Product
		return cmp.Or(cmp.Compare(p.Code, o.Code), cmp.Compare(p.Version, o.Version))
	})
	sound := slices.DeleteFunc(slices.Clone(files), func(f *file) bool { return !f.clean() })
	for i, f := range sound {
		if i > 0 && sound[i-1].entry.Product.Code == f.entry.Product.Code {
			sound[i-1].succeed(f)
		}
	}
	for i, f := range sound {
		for _, earlier := range sound[:i] {
			f.contest(earlier)
		}
		f.bundle(sound)
	}
}

// succeed lets the next version of the same product take over from f.
func (f *file) succeed(next *file) {
	own, newer := &f.entry.Product, next.entry.Product
	switch {
	case own.Version == newer.Version:
		next.at(next.root.at("version"), "%d of %s is also in %s", newer.Version, newer.Code, f.file)
	case f.entry.Family != next.entry.Family:
		next.at(next.root.at("code"), "%s belongs to the family %s, see %s", newer.Code, f.entry.Family, f.file)
	case !newer.OnSale.From.After(own.OnSale.From):
		next.at(next.root.at("on_sale").at("from"), "is not after %s, when version %d begins in %s",
			own.OnSale.From, own.Version, f.file)
	case own.OnSale.To.IsZero() || !own.OnSale.To.Before(newer.OnSale.From):
		own.OnSale.To = newer.OnSale.From.AddDays(-1)
	}
}

// contest reports tariff codes that another product of the family sells under
// on the same days.
func (f *file) contest(earlier *file) {
	own, other := f.entry.Product, earlier.entry.Product
	if own.Code == other.Code || f.entry.Family != earlier.entry.Family || !meet(own.OnSale, other.OnSale) {
		return
	}
	for i, tariff := range own.Tariffs {
		if slices.ContainsFunc(other.Tariffs, func(t insurance.Tariff) bool { return t.Code == tariff.Code }) {
			f.at(f.root.at("tariffs").items[i].at("code"), "%s is also sold by %s at the same time, see %s",
				tariff.Code, other.Code, earlier.file)
		}
	}
}

// bundle wants every tariff of a bundle to be sold by its family at the same
// time, by products that know the bundle too: whichever of them a package
// holds says the same.
func (f *file) bundle(files []*file) {
	for i, bundle := range f.entry.Product.Bundles {
		place := f.root.at("bundles").items[i].at("tariffs")
		for j, code := range bundle.Tariffs {
			sellers := f.sellers(code, files)
			if len(sellers) == 0 {
				f.at(place.items[j], "%s is not sold by %s at the same time", code, f.entry.Family)
			}
			for _, seller := range sellers {
				if !slices.ContainsFunc(seller.entry.Product.Bundles, alike(bundle)) {
					f.at(place.items[j], "%s is sold without the same bundle %s in %s", code, bundle.Code, seller.file)
				}
			}
		}
	}
}

// alike tells of a bundle whether it is the same reduction as another.
func alike(a insurance.Bundle) func(insurance.Bundle) bool {
	return func(b insurance.Bundle) bool {
		return a.Code == b.Code && a.Discount.Cmp(b.Discount) == 0 && maps.Equal(a.Name, b.Name) &&
			slices.Equal(slices.Sorted(slices.Values(a.Tariffs)), slices.Sorted(slices.Values(b.Tariffs)))
	}
}

// sellers are the files of the same family that sell a tariff on some day on
// which f is on sale too.
func (f *file) sellers(tariff string, files []*file) []*file {
	return slices.DeleteFunc(slices.Clone(files), func(o *file) bool {
		product := o.entry.Product
		return o.entry.Family != f.entry.Family || !meet(product.OnSale, f.entry.Product.OnSale) ||
			!slices.ContainsFunc(product.Tariffs, func(t insurance.Tariff) bool { return t.Code == tariff })
	})
}

// meet tells whether two spans share a day; an empty To is open.
func meet(a, b insurance.Span) bool {
	return (a.To.IsZero() || !a.To.Before(b.From)) && (b.To.IsZero() || !b.To.Before(a.From))
}
