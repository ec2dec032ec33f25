package insurance

import (
	"maps"
	"slices"
)

// Premium is the price of cover for one interval. Gross is always Net plus
// Tax, and Tax the sum of Taxes.
type Premium struct {
	Net, Tax, Gross Money
	Taxes           []TaxLine
	// Commission is the intermediary's part of Net; it is not added to it.
	Commission Money
}

// TaxLine is one tax on a premium.
type TaxLine struct {
	Name   Text
	Rate   Rate
	Amount Money
}

// Add is the sum of two premiums, each tax by itself: a rate that has changed
// between them is another tax.
func (p Premium) Add(o Premium) Premium {
	sum := Premium{
		Net: p.Net.Add(o.Net), Tax: p.Tax.Add(o.Tax), Gross: p.Gross.Add(o.Gross),
		Commission: p.Commission.Add(o.Commission), Taxes: slices.Clone(p.Taxes),
	}
	for i, line := range o.Taxes {
		sum.addTax(i, line)
	}
	return sum
}

// addTax adds a line to that of the same tax, which is looked for in the same
// place first, because a table may name two taxes alike.
func (p *Premium) addTax(place int, line TaxLine) {
	if place >= len(p.Taxes) || !line.alike(p.Taxes[place]) {
		place = slices.IndexFunc(p.Taxes, line.alike)
	}
	if place < 0 {
		p.Taxes = append(p.Taxes, line)
		return
	}
	p.Taxes[place].Amount = p.Taxes[place].Amount.Add(line.Amount)
}

func (l TaxLine) alike(o TaxLine) bool { return l.Rate.Cmp(o.Rate) == 0 && maps.Equal(l.Name, o.Name) }

// Neg is the same premium given back.
func (p Premium) Neg() Premium {
	back := Premium{Net: p.Net.Neg(), Tax: p.Tax.Neg(), Gross: p.Gross.Neg(), Commission: p.Commission.Neg()}
	for _, line := range p.Taxes {
		line.Amount = line.Amount.Neg()
		back.Taxes = append(back.Taxes, line)
	}
	return back
}

// Sub is p − o.
func (p Premium) Sub(o Premium) Premium { return p.Add(o.Neg()) }

// part is the given part of a premium, as it is returned: the gross is
// rounded up in favour of the policyholder, taxes follow it, and the net is
// what remains. The parts sum to the gross, and none exceeds the part of the
// premium that it is taken from: each is the difference of rounded running
// sums, so that their roundings cannot pile up.
func (p Premium) part(days, of int) Premium {
	if days <= 0 || of <= 0 {
		return p.part0()
	}
	if days >= of {
		return p
	}
	back := Premium{Gross: share(p.Gross, int64(days), int64(of), true), Tax: Zero(p.Gross.Currency)}
	running := Zero(p.Gross.Currency)
	for _, line := range p.Taxes {
		running = running.Add(line.Amount)
		through := share(running, back.Gross.Minor, p.Gross.Minor, false)
		line.Amount = through.Sub(back.Tax)
		back.Taxes = append(back.Taxes, line)
		back.Tax = through
	}
	back.Net = back.Gross.Sub(back.Tax)
	back.Commission = share(p.Commission, back.Net.Minor, p.Net.Minor, false)
	return back
}

// part0 is nothing of the premium, in its currency and under its taxes.
func (p Premium) part0() Premium { return p.Sub(p) }

// isZero tells whether the premium is nothing in every part.
func (p Premium) isZero() bool {
	for _, line := range p.Taxes {
		if !line.Amount.IsZero() {
			return false
		}
	}
	return p.Net.IsZero() && p.Gross.IsZero() && p.Commission.IsZero()
}

// Split divides a premium into n parts that sum to it, in each of its parts;
// the last carries the remainders.
func (p Premium) Split(n int) []Premium {
	parts := make([]Premium, n)
	for i, gross := range p.Gross.Split(n) {
		parts[i].Gross, parts[i].Tax = gross, Zero(gross.Currency)
	}
	for _, line := range p.Taxes {
		for i, amount := range line.Amount.Split(n) {
			parts[i].Taxes = append(parts[i].Taxes, TaxLine{Name: line.Name, Rate: line.Rate, Amount: amount})
			parts[i].Tax = parts[i].Tax.Add(amount)
		}
	}
	for i, commission := range p.Commission.Split(n) {
		parts[i].Commission, parts[i].Net = commission, parts[i].Gross.Sub(parts[i].Tax)
	}
	return parts
}
