package catalogue

import "github.com/covernote/covernote/internal/insurance"

// product reads the tree of a file whose shape is right.
func (r *report) product(n *node) insurance.Product {
	return insurance.Product{
		Code:              n.at("code").text,
		Version:           r.count(n.at("version")),
		OnSale:            r.span(n.at("on_sale")),
		Name:              wording(n.at("name")),
		Category:          n.at("category").text,
		Line:              r.count(n.at("line")),
		Acceptance:        r.acceptance(n.at("acceptance")),
		Insurer:           r.insurer(n.at("insurer")),
		Contract:          insurance.ContractModel(n.at("contract").text),
		Kinds:             kinds(n.at("kinds").keys),
		WarrantyExtension: n.at("warranty_extension").bool(),
		Markets:           r.markets(n.at("markets")),
		Languages:         languages(n.at("languages")),
		MaxBehind:         r.count(n.at("inception").at("max_behind")),
		MaxAhead:          r.count(n.at("inception").at("max_ahead")),
		WaitingPeriod:     r.period(n.at("waiting_period")),
		ObjectTypes:       objectTypes(n.at("object_types")),
		Attributes:        r.attributes(n.at("attributes")),
		InsuredAmount:     n.at("insured_amount").texts(),
		EndsWith:          n.at("ends_with").text,
		QuoteDays:         r.count(n.at("quote_days")),
		Renewal:           r.renewal(n.at("renewal")),
		Instalments:       r.instalments(n.at("instalments")),
		Bundles:           r.bundles(n.at("bundles")),
		Offer:             offer(n.at("offer")),
		Coverages:         coverages(n.at("coverages")),
		Tariffs:           r.tariffs(n),
		Commission:        r.rate(n.at("commission")),
		Withdrawal:        r.withdrawal(n),
		Cancellation:      r.cancellation(n.at("cancellation")),
		Information:       information(n.at("information")),
		TermsVersion:      n.at("terms_version").text,
	}
}

func (r *report) insurer(n *node) insurance.Insurer {
	return insurance.Insurer{
		Code:                 n.at("code").text,
		Name:                 n.at("name").text,
		LegalForm:            n.at("legal_form").text,
		Street:               n.at("street").text,
		PostalCode:           n.at("postal_code").text,
		City:                 n.at("city").text,
		Country:              insurance.Country(n.at("country").text),
		Register:             n.at("register").text,
		RegisterNumber:       n.at("register_number").text,
		SupervisoryAuthority: n.at("supervisory_authority").text,
		AuthorisationNumber:  n.at("authorisation_number").text,
		InsuranceTaxNumber:   n.at("insurance_tax_number").text,
		Email:                n.at("email").text,
		Phone:                n.at("phone").text,
		ClaimsURL:            n.at("claims_url").text,
		ComplaintsBody:       n.at("complaints_body").text,
		ComplaintsBodyURL:    n.at("complaints_body_url").text,
		ID:                   r.count(n.at("id")),
		BaFinID:              n.at("bafin_id").text,

		SupervisingAuthorityID: n.at("supervising_authority_id").text,
		MGA:                    n.at("mga").bool(),
	}
}

func (r *report) acceptance(n *node) []insurance.AcceptanceRule {
	var all []insurance.AcceptanceRule
	for _, rule := range n.items {
		all = append(all, insurance.AcceptanceRule{
			Decision: insurance.Decision(rule.at("decision").text), Attribute: rule.at("attribute").text,
			In: rule.at("in").texts(), Above: r.rate(rule.at("above")), Below: r.rate(rule.at("below")),
			Reason: wording(rule.at("reason")),
		})
	}
	return all
}

func (r *report) markets(n *node) []insurance.Market {
	var all []insurance.Market
	for _, country := range n.keys {
		m := n.at(country)
		if err := checkCountry(country); err != nil {
			r.at(m, "%v", err)
		}
		zone, err := parseZone(m.at("zone").text)
		if err != nil {
			r.at(m.at("zone"), "%v", err)
		}
		all = append(all, insurance.Market{
			Country: insurance.Country(country), Currency: insurance.Currency(m.at("currency").text),
			Zone: zone, Taxes: r.taxes(m.at("taxes")),
		})
	}
	return all
}

func (r *report) taxes(n *node) []insurance.Tax {
	var all []insurance.Tax
	for _, t := range n.items {
		all = append(all, insurance.Tax{
			Name: wording(t.at("name")), Rate: r.rate(t.at("rate")), InForce: r.span(t), Source: t.at("source").text,
		})
	}
	return all
}

func objectTypes(n *node) []insurance.ObjectType {
	var all []insurance.ObjectType
	for _, code := range n.keys {
		all = append(all, insurance.ObjectType{Code: code, Name: wording(n.at(code))})
	}
	return all
}

func (r *report) attributes(n *node) []insurance.Attribute {
	var all []insurance.Attribute
	for _, name := range n.keys {
		all = append(all, r.attribute(name, n.at(name)))
	}
	return all
}

func (r *report) attribute(name string, n *node) insurance.Attribute {
	return insurance.Attribute{
		Name: name, Kind: insurance.AttributeKind(n.at("kind").text), Label: wording(n.at("label")),
		Required: n.at("required").bool(), MaxLength: r.count(n.at("max_length")),
	}
}

func coverages(n *node) []insurance.Coverage {
	var all []insurance.Coverage
	for _, c := range n.items {
		all = append(all, insurance.Coverage{Name: wording(c.at("name")), Limit: wording(c.at("limit"))})
	}
	return all
}

// withdrawal takes the refund from the reason WITHDRAWAL, so that the file
// cannot promise two.
func (r *report) withdrawal(n *node) insurance.Withdrawal {
	rule := n.at("cancellation").at("reasons").at(string(insurance.ReasonWithdrawal))
	return insurance.Withdrawal{Days: r.count(n.at("withdrawal_days")), Refund: insurance.Refund(rule.at("refund").text)}
}

func (r *report) cancellation(n *node) insurance.Cancellation {
	c := insurance.Cancellation{Notice: r.period(n.at("notice")), MaxBehind: r.count(n.at("max_behind"))}
	for _, reason := range n.at("reasons").keys {
		rule := n.at("reasons").at(reason)
		c.Reasons = append(c.Reasons, insurance.ReasonRule{
			Reason: insurance.Reason(reason), PartnerMay: rule.at("partner_may").bool(),
			Ending: insurance.Transition(rule.at("ending").text), Effect: insurance.Effect(rule.at("effect").text),
			Refund: insurance.Refund(rule.at("refund").text), Kinds: kinds(rule.at("kinds").texts()),
			WithinDays: r.count(rule.at("within_days")),
		})
	}
	return c
}

func information(n *node) map[insurance.Language]insurance.Information {
	all := make(map[insurance.Language]insurance.Information)
	for _, language := range n.keys {
		i := n.at(language)
		all[insurance.Language(language)] = insurance.Information{
			Line: i.at("line").text, Type: i.at("type").text,
			Insured:    append(insured(i.at("insured"), false), insured(i.at("optional"), true)...),
			SumInsured: i.at("sum_insured").text, NotInsured: i.at("not_insured").texts(),
			Restrictions: i.at("restrictions").texts(), Territory: i.at("territory").texts(),
			ObligationsStart:  i.at("obligations").at("start").texts(),
			ObligationsDuring: i.at("obligations").at("during").texts(),
			ObligationsClaim:  i.at("obligations").at("claim").texts(),
			Payment:           i.at("payment").text, Duration: i.at("duration").text, Termination: i.at("termination").text,
		}
	}
	return all
}

func insured(n *node, optional bool) []insurance.InformationItem {
	var all []insurance.InformationItem
	for _, item := range n.texts() {
		all = append(all, insurance.InformationItem{Text: item, Optional: optional})
	}
	return all
}
