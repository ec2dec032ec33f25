package console

import (
	"cmp"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/document"
	"github.com/covernote/covernote/internal/insurance"
)

// letterhead is what stands on top of a page for customers.
type letterhead struct {
	// Sender is who the customer knows: the partner, or the insurer.
	Sender   string
	Specimen bool
	// Others are the same page in each language.
	Others []languageLink
}

type languageLink struct {
	Lang, URL string
	Current   bool
}

// certificatePage is what certificate.html shows.
type certificatePage struct {
	letterhead
	ID string
	// Group: the named person is insured under somebody else's contract.
	Group bool
	State statePill
	// Holder is the policyholder's name, Partner the intermediary's.
	Holder, Partner string
	Policies        []policyPart
	// Total is empty for a single policy.
	Total string
	// PDF and Information lead on; PDF is empty while nothing is bound.
	PDF, Information string
}

// statePill is a state in a word: Key names the page's own word, Text is one
// that was written elsewhere. Kind is "good", "busy" or "bad".
type statePill struct{ Key, Text, Kind string }

// policyPart is one policy, or what would become one.
type policyPart struct {
	// ID tells the parts of a page apart.
	ID    string
	Name  string
	State statePill
	// Lang is the language of the product's own texts, where it is another.
	Lang                   string
	Number                 string
	Insured                []string
	Begins, Ends, Renewal  string
	SumInsured, Deductible string
	Coverages, Object      []document.Labelled
	Premium                []document.Labelled
	Payable                string
	Insurer                insurerPart
	ClaimDuties            []string
	// WithdrawUntil is the last day on which the policyholder may withdraw;
	// empty without that right, and where there is nothing to withdraw from.
	WithdrawUntil string
	Termination   string
	Terms         string
}

// insurerPart is an insurer as its customers need it.
type insurerPart struct {
	Name, Seat, Register, Authority, Authorisation string
	Email, Phone                                   string
	// ClaimsURL is a web address or empty.
	ClaimsURL string
}

// speaker writes a page in one language.
type speaker struct {
	document.Notation
	lang insurance.Language
}

func speakerOf(lang string) speaker {
	notation, err := document.NotationIn(insurance.Language(lang))
	if err != nil {
		panic(err) // languages are those of documents; a test holds them together
	}
	return speaker{notation, insurance.Language(lang)}
}

func certificateOf(v visit, view core.CertificateView, lang string) certificatePage {
	s, p := speakerOf(lang), view.Package
	query := url.Values{}
	if token := v.token(); token != "" {
		query.Set("security_token", token)
	}
	page := certificatePage{
		letterhead: letterhead{Sender: s.Line(view.PartnerName), Specimen: view.Sandbox, Others: v.others(lang, query)},
		ID:         s.Line(p.ID), State: s.packageState(p), Holder: s.Name(p.Holder), Partner: s.Line(view.PartnerName),
		Information: v.address(lang, "pds", "", nil),
	}
	bound := false
	for i, quote := range p.Quotes {
		page.Policies = append(page.Policies, s.policy(p, quote, "policy-"+strconv.Itoa(i+1)))
		page.Group = page.Group || quote.Product.Contract == insurance.ContractGroup
		bound = bound || quote.Policy != nil
	}
	if bound {
		page.PDF = v.address(lang, "coi", ".pdf", query)
	}
	if len(p.Quotes) > 1 {
		page.Total = s.Money(total(p.Quotes))
	}
	return page
}

// others are the same page in every language.
func (v visit) others(current string, query url.Values) []languageLink {
	links := make([]languageLink, 0, len(languages))
	for _, lang := range languages {
		links = append(links, languageLink{lang, v.address(lang, v.kind, "", query), lang == current})
	}
	return links
}

// total is what the quotes cost that were not cancelled.
func total(quotes []core.PackageQuote) insurance.Money {
	var sum insurance.Money
	for _, quote := range quotes {
		gross := quote.Premium.Gross
		if quote.State == core.PackageCancelled || quote.State == core.PackageFailed {
			gross = insurance.Zero(gross.Currency)
		}
		sum = sum.Add(gross)
	}
	return sum
}

// packageState is the state of all policies together: that of the only one, or
// whether any of them still gives cover.
func (s speaker) packageState(p core.Package) statePill {
	if len(p.Quotes) == 1 {
		return s.quoteState(p.Quotes[0])
	}
	for _, quote := range p.Quotes {
		if quote.Policy != nil && quote.Policy.State.Live() {
			return statePill{Key: "certificate.confirmed", Kind: "good"}
		}
	}
	switch p.State {
	case core.PackagePending:
		return statePill{Key: "certificate.pending", Kind: "busy"}
	case core.PackageFailed:
		return statePill{Key: "certificate.failed", Kind: "bad"}
	}
	return statePill{Key: "certificate.over", Kind: "bad"}
}

func (s speaker) quoteState(q core.PackageQuote) statePill {
	switch {
	case q.Policy != nil:
		kind := map[insurance.PolicyState]string{insurance.PolicyBound: "good", insurance.PolicyEnding: "busy"}[q.Policy.State]
		return statePill{Text: s.State(*q.Policy), Kind: cmp.Or(kind, "bad")}
	case q.State == core.PackagePending:
		return statePill{Key: "certificate.pending", Kind: "busy"}
	case q.State == core.PackageCancelled:
		return statePill{Key: "certificate.over", Kind: "bad"}
	}
	return statePill{Key: "certificate.failed", Kind: "bad"}
}

// policy shows a quote, and what is known of the policy that it became.
func (s speaker) policy(p core.Package, q core.PackageQuote, id string) policyPart {
	product := q.Product
	lang := spoken([]insurance.Product{product}, s.lang)
	information := product.Information[lang]
	part := policyPart{
		ID: id, Name: product.Name.In(s.lang), State: s.quoteState(q), Insured: s.insured(p, q),
		Coverages: s.Coverages(product), Premium: s.Premium(q.Premium), Insurer: s.insurer(product.Insurer),
		ClaimDuties: information.ObligationsClaim, Termination: information.Termination, Terms: product.TermsVersion,
	}
	if lang != s.lang {
		part.Lang = string(lang)
	}
	if !q.SumInsured.IsZero() {
		part.SumInsured = s.Sum(q.SumInsured)
	}
	if plan, ok := product.Plan(q.Plan); ok {
		part.Payable = plan.Label
	}
	if q.Policy == nil {
		return s.offered(part, p, q)
	}
	return s.bound(part, *q.Policy, product)
}

// offered adds what is known before anything is bound.
func (s speaker) offered(part policyPart, p core.Package, q core.PackageQuote) policyPart {
	zone := zoneOf(q.Product, cmp.Or(p.Country, p.Holder.Country), p.Currency)
	part.Begins = s.From(q.StartsAt, zone)
	if !q.EndsAt.IsZero() {
		part.Ends = s.Until(q.EndsAt, zone)
	}
	return part
}

// bound adds what a policy says.
func (s speaker) bound(part policyPart, p insurance.Policy, product insurance.Product) policyPart {
	part.Number = s.Line(p.CertificateNumber)
	part.Begins, part.Ends, part.Renewal = s.Begins(p), s.Ends(p), s.Renewal(p, product)
	part.Deductible, part.Object = s.DeductibleOf(p, product), s.Object(p, product)
	part.Payable = cmp.Or(part.Payable, s.Payable(p))
	if product.Withdrawal.Days > 0 && p.State.Live() {
		part.WithdrawUntil = s.Date(p.WithdrawUntil)
	}
	return part
}

// insured names who is covered: those that were named, else the policyholder.
func (s speaker) insured(p core.Package, q core.PackageQuote) []string {
	if len(q.Insured) == 0 {
		return []string{s.Name(p.Holder)}
	}
	names := make([]string, len(q.Insured))
	for i, person := range q.Insured {
		names[i] = s.Name(person.Party)
	}
	return names
}

func (s speaker) insurer(i insurance.Insurer) insurerPart {
	part := insurerPart{
		Name: s.Insurer(i), Seat: s.Seat(i), Register: strings.TrimSpace(i.Register + " " + i.RegisterNumber),
		Authority: i.SupervisoryAuthority, Authorisation: i.AuthorisationNumber, Email: i.Email, Phone: i.Phone,
	}
	if address, err := url.Parse(i.ClaimsURL); err == nil && (address.Scheme == "https" || address.Scheme == "http") {
		part.ClaimsURL = i.ClaimsURL
	}
	return part
}

// zoneOf is the zone of the market that a package was quoted in; UTC if the
// product has none for it.
func zoneOf(product insurance.Product, country insurance.Country, currency insurance.Currency) *time.Location {
	market, ok := product.Market(country)
	if !ok {
		market, ok = product.FirstMarket(currency)
	}
	if !ok || market.Zone == nil {
		return time.UTC
	}
	return market.Zone
}
