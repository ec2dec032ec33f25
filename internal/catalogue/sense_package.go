package catalogue

import (
	"slices"

	"github.com/covernote/covernote/internal/insurance"
)

// senseEvent wants the attribute that ends cover to be there, and nothing that
// would end it otherwise.
func (r *report) senseEvent(n *node) {
	ends := n.at("ends_with")
	if ends.is(absent) {
		return
	}
	attribute := n.at("attributes").at(ends.text)
	if attribute.at("kind").text != string(insurance.AttributeInstant) || !attribute.at("required").bool() {
		r.at(ends, "is %s, which is no required attribute of the kind instant", ends.text)
	}
	for _, key := range []string{"default_term", "interval", "warranty_extension"} {
		if place := n.at(key); !place.is(absent) {
			r.at(place, "does not go with ends_with, which says how long cover lasts")
		}
	}
}

// senseRenewal wants the rule of renewal where there is something to renew.
// Such a policy is renewed by one payment for all of its next term.
func (r *report) senseRenewal(n *node, p insurance.Product) {
	rule, interval := n.at("renewal"), n.at("interval")
	switch renewable := p.Offers(insurance.KindRenewable); {
	case renewable && rule.is(absent):
		r.at(rule, "is missing, although the product is sold as renewable")
	case !renewable && !rule.is(absent):
		r.at(rule, "goes with the kind renewable, which is not sold")
	case renewable && !interval.is(absent):
		r.at(interval, "does not go with the kind renewable, whose terms are each paid for at once")
	}
}

func (r *report) senseInstalments(n *node) {
	plans := n.at("instalments")
	if interval := n.at("interval"); !plans.is(absent) && !interval.is(absent) {
		r.at(plans, "do not go with interval, which divides the premium already")
	}
	r.unlike(plans.items, "name", "plan")
}

// unlike wants a field of each of several things to have another value.
func (r *report) unlike(items []*node, key, thing string) {
	var seen []string
	for _, item := range items {
		name := item.at(key)
		if slices.Contains(seen, name.text) {
			r.at(name, "%s is the %s of an earlier %s", name.text, key, thing)
		}
		seen = append(seen, name.text)
	}
}

func (r *report) senseBundles(n *node, p insurance.Product) {
	r.unlike(n.at("bundles").items, "code", "bundle")
	for i, bundle := range p.Bundles {
		place := n.at("bundles").items[i]
		own := func(code string) bool {
			return slices.ContainsFunc(p.Tariffs, func(t insurance.Tariff) bool { return t.Code == code })
		}
		if !slices.ContainsFunc(bundle.Tariffs, own) {
			r.at(place.at("tariffs"), "name no tariff of this product")
		}
		if bundle.Discount.IsZero() || bundle.Discount.Cmp(insurance.MustRate("1")) == 0 {
			r.at(place.at("discount"), "must be more than 0%% and less than 100%%")
		}
	}
}
