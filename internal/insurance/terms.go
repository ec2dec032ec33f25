package insurance

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Terms are what a proposal means under one product version: the answer to
// everything that the partner left open.
type Terms struct {
	Kind Kind
	Term Period
	// InceptionOn and ExpiryOn are the first and the last day of cover; a
	// policy that may go on has no expiry.
	InceptionOn, ExpiryOn Date
	// StartsAt and EndsAt are the instants between which the first term lies.
	StartsAt, EndsAt time.Time
	Deductible       int
	Market           Market
	Currency         Currency
	ObjectType       ObjectType
	// SumInsured is the most that is paid over the term.
	SumInsured Money
	// Interval is the time that one premium pays for; zero for the whole term.
	Interval Period
	// PartnerPrice is the gross premium that was set, if PartnerPriced: by the
	// partner, or by the insurer if Tendered.
	PartnerPrice  Money
	PartnerPriced bool
	Tendered      bool
	// Discount is the share of the net premium that is taken off.
	Discount Rate
}

// Conclude reads a checked proposal under the product. It refuses with
// CodeCoverageUnknown what the tariff does not offer, and with CodeInvalid
// what contradicts itself once kind and term are known.
func (p Product) Conclude(tariff Tariff, wish Proposal) (Terms, *Error) {
	terms := Terms{Discount: wish.Discount}
	if err := p.place(&terms, tariff, wish); err != nil {
		return Terms{}, err
	}
	if err := p.wanted(tariff, wish); err != nil {
		return Terms{}, err
	}
	if err := p.fixPrice(&terms, tariff, wish); err != nil {
		return Terms{}, err
	}
	p.begin(&terms, wish)
	lasts := p.run
	if p.EndsWith != "" {
		lasts = p.endWith
	}
	if err := lasts(&terms, tariff, wish); err != nil {
		return Terms{}, err
	}
	err := tariff.divide(&terms, wish)
	return terms, err
}

// begin decides when cover begins.
func (p Product) begin(terms *Terms, wish Proposal) {
	if wish.StartsAt.IsZero() {
		terms.InceptionOn = p.coverBegins(wish)
		terms.StartsAt = terms.InceptionOn.Start(terms.Market.Zone)
		return
	}
	terms.StartsAt = wish.StartsAt
	terms.InceptionOn = DateIn(wish.StartsAt, terms.Market.Zone)
}

// endWith lets cover end with the event that the product names. One premium
// pays for all of it.
func (p Product) endWith(terms *Terms, tariff Tariff, wish Proposal) *Error {
	ends, err := ParseInstant(wish.Object.Attributes[p.EndsWith])
	if err != nil || ends.Before(terms.StartsAt) {
		return Invalid(FieldOf(p.EndsWith), "is not an instant from the start of cover on")
	}
	if _, sold := tariff.termPrice(Period{}); !sold || !tariff.Interval.IsZero() {
		return RefuseField(CodeCoverageUnknown, FieldTerm, "is not offered by %s", tariff.Code)
	}
	terms.Kind, terms.EndsAt, terms.ExpiryOn = KindFixed, ends, DateIn(ends, terms.Market.Zone)
	return nil
}

// run decides how long cover runs, and whether it goes on by itself.
func (p Product) run(terms *Terms, tariff Tariff, wish Proposal) *Error {
	terms.Term = p.termOf(tariff, wish, terms.InceptionOn)
	row, _ := tariff.termPrice(terms.Term)
	terms.Kind = p.kindOf(wish, row)
	switch ends := terms.Term.LastDay(terms.InceptionOn); {
	case !p.Offers(terms.Kind):
		return RefuseField(CodeCoverageUnknown, FieldKind, "is not offered by %s", tariff.Code)
	case !tariff.sells(terms.Term, terms.Kind):
		return RefuseField(CodeCoverageUnknown, FieldTerm, "is not offered by %s", tariff.Code)
	case !wish.ExpiryOn.IsZero() && wish.ExpiryOn != ends:
		return Invalid(FieldExpiry, "does not agree with the duration, which ends on %s", ends)
	case terms.Kind == KindFixed:
		terms.ExpiryOn = ends
	}
	terms.EndsAt = clockOf(terms.StartsAt, terms.Market.Zone).on(terms.Term.Nth(terms.InceptionOn, 1))
	return nil
}

// place decides all that is not time: market, object type, sum insured and
// deductible.
func (p Product) place(terms *Terms, tariff Tariff, wish Proposal) *Error {
	var ok bool
	if terms.Market, ok = p.MarketOf(wish); !ok {
		return RefuseField(CodeCoverageUnknown, FieldCountry, "is not a country in which %s is sold", tariff.Code)
	}
	terms.Currency = cmp.Or(wish.Currency, terms.Market.Currency)
	if terms.ObjectType, ok = p.ObjectType(wish.Object.Type); !ok {
		return RefuseField(CodeCoverageUnknown, FieldObjectType, "is not insured by %s", tariff.Code)
	}
	sum, name, ok := p.sumInsured(wish.Object, terms.Currency)
	if !ok || !tariff.Band.contains(sum) {
		return RefuseField(CodeCoverageUnknown, FieldOf(name), "is outside the price band of %s", tariff.Code)
	}
	terms.SumInsured = sum
	terms.Deductible = tariff.DefaultDeductible
	if wish.Deductible != nil {
		terms.Deductible = *wish.Deductible
	}
	if !slices.Contains(tariff.Deductibles, terms.Deductible) {
		return RefuseField(CodeCoverageUnknown, FieldDeductible, "of %d percent is not offered by %s", terms.Deductible, tariff.Code)
	}
	return nil
}

// MarketOf is the market of a proposal: that of the customer's country, else
// of the policyholder's, else the first with the currency.
func (p Product) MarketOf(wish Proposal) (Market, bool) {
	if country := cmp.Or(wish.Country, wish.Policyholder.Country); country != "" {
		return p.Market(country)
	}
	return p.FirstMarket(wish.Currency)
}

// sumInsured sums the attribute that says how much is insured, and names it.
func (p Product) sumInsured(object Object, currency Currency) (sum Money, name string, ok bool) {
	names := p.InsuredAmounts()
	for _, name := range names {
		value := object.Attributes[name]
		if value == "" {
			continue
		}
		sum, ok = sumOf(value, currency)
		return sum, name, ok
	}
	return Zero(currency), names[0], false
}

// sumOf adds amounts that each stand on a line.
func sumOf(values string, currency Currency) (Money, bool) {
	sum := Zero(currency)
	for value := range strings.SplitSeq(values, "\n") {
		amount, err := ParseMoney(value, currency)
		if err != nil || sum.Minor+amount.Minor > maxMinor {
			return sum, false
		}
		sum = sum.Add(amount)
	}
	return sum, true
}

// fixPrice reads the price that the insurer has offered by hand, or that a
// partner has set, where it may.
func (p Product) fixPrice(terms *Terms, tariff Tariff, wish Proposal) *Error {
	text, field := wish.PartnerPrice, FieldPartnerPrice
	if wish.TenderPrice != "" {
		text, field, terms.Tendered = wish.TenderPrice, FieldTenderPrice, true
	}
	switch {
	case text == "":
		return nil
	case !terms.Tendered && !tariff.PartnerMaySetPrice:
		return RefuseField(CodeCoverageUnknown, field, "cannot be set for %s", tariff.Code)
	}
	price, err := ParseMoney(text, terms.Currency)
	if err != nil || price.Minor <= 0 {
		return Invalid(field, "is not an amount of more than 0 in %s", terms.Currency)
	}
	terms.PartnerPrice, terms.PartnerPriced = price, true
	return nil
}

// divide decides what time one premium pays for.
func (t Tariff) divide(terms *Terms, wish Proposal) *Error {
	terms.Interval = t.Interval
	if wish.Interval.IsZero() || wish.Interval == t.Interval {
		return nil
	}
	if _, offered := t.loading(wish.Interval); !offered || !paysFor(wish.Interval, terms.Term, terms.Kind) {
		return RefuseField(CodeCoverageUnknown, FieldInterval, "of %s is not offered by %s", wish.Interval, t.Code)
	}
	terms.Interval = wish.Interval
	return nil
}

// loading is what an interval beside the tariff's own adds to the premium.
func (t Tariff) loading(every Period) (Rate, bool) {
	for _, price := range t.Intervals {
		if price.Every == every && !t.Interval.IsZero() {
			return price.Loading, true
		}
	}
	return Rate{}, false
}

// coverBegins is the wished first day, or for a warranty extension the day
// after the last warranty if that is later.
func (p Product) coverBegins(wish Proposal) Date {
	begin := wish.InceptionOn
	if !p.WarrantyExtension {
		return begin
	}
	for _, end := range []Date{wish.LegalWarrantyEndOn, wish.VoluntaryWarrantyEndOn} {
		if !end.IsZero() && !end.Before(begin) {
			begin = end.AddDays(1)
		}
	}
	return begin
}

// termOf is the term that was asked for, else the one that a given expiry
// makes, else the tariff's own.
func (p Product) termOf(tariff Tariff, wish Proposal, begin Date) Period {
	if !wish.Term.IsZero() {
		return wish.Term
	}
	if !wish.ExpiryOn.IsZero() {
		for _, row := range tariff.Terms {
			if row.Term.LastDay(begin) == wish.ExpiryOn {
				return row.Term
			}
		}
		return Period{}
	}
	return tariff.DefaultTerm
}

// kindOf decides an unsaid kind: the product's only one, or that of the term;
// else fixed where an end or a warranty is named, or where the term is over a
// year, because a renewal of more than a year would be void (VVG §11(1)); else
// recurring.
func (p Product) kindOf(wish Proposal, row TermPrice) Kind {
	switch {
	case wish.Kind != "":
		return wish.Kind
	case len(p.Kinds) == 1:
		return p.Kinds[0]
	case len(row.Kinds) == 1:
		return row.Kinds[0]
	case !wish.ExpiryOn.IsZero(), !wish.LegalWarrantyEndOn.IsZero(), !wish.VoluntaryWarrantyEndOn.IsZero(), row.Term.Months > 12:
		return KindFixed
	}
	return KindRecurring
}

// sells tells whether the tariff prices that term, in whole intervals, for
// that kind of policy.
func (t Tariff) sells(term Period, kind Kind) bool {
	row, ok := t.termPrice(term)
	return ok && !term.IsZero() && (t.Interval.IsZero() || paysFor(t.Interval, term, kind)) &&
		(len(row.Kinds) == 0 || slices.Contains(row.Kinds, kind))
}

// paysFor tells whether premiums of an interval pay for a term. What is renewed
// by paying for it has one premium a term.
func paysFor(every, term Period, kind Kind) bool {
	return every == term || kind != KindRenewable && every.Divides(term)
}

func (t Tariff) termPrice(term Period) (TermPrice, bool) {
	for _, row := range t.Terms {
		if row.Term == term {
			return row, true
		}
	}
	return TermPrice{}, false
}

func (b PriceBand) contains(price Money) bool {
	amount := Rate{value: price.decimal()}
	return amount.Cmp(b.Above) > 0 && (b.UpTo.IsZero() || amount.Cmp(b.UpTo) <= 0)
}
