package catalogue

import (
	"slices"
	"strings"
)

// senseLanguages wants each of a file's wordings in every language of the file.
func (r *report) senseLanguages(n *node, wordings []*node) {
	spoken := n.at("languages").texts()
	for _, place := range wordings {
		for _, language := range spoken {
			if place.at(language).is(absent) {
				r.at(place, "has no text in %s", language)
			}
		}
		for _, language := range place.keys {
			if !slices.Contains(spoken, language) {
				r.at(place.at(language), "is not a language of the file, which are %s", strings.Join(spoken, ", "))
			}
		}
	}
}

// texts are the places that hold a wording by language.
func texts(n *node) []*node {
	all := []*node{n.at("name"), n.at("information")}
	for _, code := range n.at("object_types").keys {
		all = append(all, n.at("object_types").at(code))
	}
	for _, name := range n.at("attributes").keys {
		all = append(all, n.at("attributes").at(name).at("label"))
	}
	for _, c := range n.at("coverages").items {
		all = append(all, c.at("name"))
		if limit := c.at("limit"); !limit.is(absent) {
			all = append(all, limit)
		}
	}
	if offer := n.at("offer"); !offer.is(absent) {
		all = append(all, offer)
	}
	for _, bundle := range n.at("bundles").items {
		all = append(all, bundle.at("name"))
	}
	for _, rule := range n.at("acceptance").items {
		if reason := rule.at("reason"); !reason.is(absent) {
			all = append(all, reason)
		}
	}
	for _, country := range n.at("markets").keys {
		for _, tax := range n.at("markets").at(country).at("taxes").items {
			all = append(all, tax.at("name"))
		}
	}
	return all
}
