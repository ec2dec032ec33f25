package catalogue

import "github.com/covernote/covernote/internal/insurance"

func (r *report) renewal(n *node) insurance.RenewalRule {
	return insurance.RenewalRule{NoticeDays: r.count(n.at("notice_days")), GraceDays: r.count(n.at("grace_days"))}
}

func (r *report) instalments(n *node) []insurance.InstalmentPlan {
	var all []insurance.InstalmentPlan
	for _, plan := range n.items {
		all = append(all, insurance.InstalmentPlan{
			Name: plan.at("name").text, Label: plan.at("label").text,
			Parts: r.count(plan.at("parts")), Every: r.period(plan.at("every")),
		})
	}
	return all
}

func (r *report) bundles(n *node) []insurance.Bundle {
	var all []insurance.Bundle
	for _, b := range n.items {
		all = append(all, insurance.Bundle{
			Code: b.at("code").text, Name: wording(b.at("name")),
			Tariffs: b.at("tariffs").texts(), Discount: r.rate(b.at("discount")),
		})
	}
	return all
}

func offer(n *node) map[insurance.Language]insurance.Offer {
	if n.is(absent) {
		return nil
	}
	all := make(map[insurance.Language]insurance.Offer)
	for _, language := range n.keys {
		o := n.at(language)
		all[insurance.Language(language)] = insurance.Offer{
			Title: o.at("title").text, Header: o.at("header").text, Description: o.at("description").text,
			Inclusions: o.at("inclusions").texts(), Exclusions: o.at("exclusions").texts(),
			OptOut: o.at("opt_out").text, Disclaimer: o.at("disclaimer").text,
			UnderwriterNote: o.at("underwriter_note").text,
		}
	}
	return all
}
