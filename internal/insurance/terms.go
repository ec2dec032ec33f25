package insurance

import "slices"

// Terms are what a proposal means under one product version: the answer to
// everything that the partner left open.
type Terms struct {
	Kind Kind
	Term Period
	// InceptionOn and ExpiryOn are the first and the last day of cover; a
	// recurring policy has no expiry.
	InceptionOn, ExpiryOn Date
	Deductible            int
	Market                Market
	ObjectType            ObjectType
	SalesPrice            Money
}

// Conclude reads a checked proposal under the product. It refuses with
// CodeCoverageUnknown what the tariff does not offer, and with CodeInvalid
// what contradicts itself once kind and term are known.
func (p Product) Conclude(tariff Tariff, wish Proposal) (Terms, *Error) {
	terms := Terms{InceptionOn: p.coverBegins(wish)}
	if err := p.place(&terms, tariff, wish); err != nil {
		return Terms{}, err
	}
	terms.Term = p.termOf(tariff, wish, terms.InceptionOn)
	row, _ := tariff.termPrice(terms.Term)
	terms.Kind = p.kindOf(wish, row)
	switch ends := terms.Term.LastDay(terms.InceptionOn); {
	case !p.Offers(terms.Kind):
		return Terms{}, RefuseField(CodeCoverageUnknown, FieldKind, "is not offered by %s", tariff.Code)
	case !tariff.sells(terms.Term, terms.Kind):
		return Terms{}, RefuseField(CodeCoverageUnknown, FieldTerm, "is not offered by %s", tariff.Code)
	case !wish.ExpiryOn.IsZero() && wish.ExpiryOn != ends:
		return Terms{}, Invalid(FieldExpiry, "does not agree with the duration, which ends on %s", ends)
	case terms.Kind == KindFixed:
		terms.ExpiryOn = ends
	}
	return terms, nil
}

// place decides all that is not time: market, object type, price band and
// deductible.
func (p Product) place(terms *Terms, tariff Tariff, wish Proposal) *Error {
	var ok bool
	if terms.Market, ok = p.Market(wish.Policyholder.Country); !ok {
		return RefuseField(CodeCoverageUnknown, FieldCountry, "is not a country in which %s is sold", tariff.Code)
	}
	if terms.ObjectType, ok = p.ObjectType(wish.Object.Type); !ok {
		return RefuseField(CodeCoverageUnknown, FieldObjectType, "is not insured by %s", tariff.Code)
	}
	price, err := ParseMoney(wish.Object.Attributes[AttributeSalesPrice], terms.Market.Currency)
	if err != nil || !tariff.Band.contains(price) {
		return RefuseField(CodeCoverageUnknown, FieldSalesPrice, "is outside the price band of %s", tariff.Code)
	}
	terms.SalesPrice = price
	terms.Deductible = tariff.DefaultDeductible
	if wish.Deductible != nil {
		terms.Deductible = *wish.Deductible
	}
	if !slices.Contains(tariff.Deductibles, terms.Deductible) {
		return RefuseField(CodeCoverageUnknown, FieldDeductible, "of %d percent is not offered by %s", terms.Deductible, tariff.Code)
	}
	return nil
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
	return ok && !term.IsZero() && (t.Interval.IsZero() || t.Interval.Divides(term)) &&
		(len(row.Kinds) == 0 || slices.Contains(row.Kinds, kind))
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
