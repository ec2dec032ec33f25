package catalogue

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/covernote/covernote/internal/insurance"
)

// indexLines takes lines, by id, and professions from their files.
func (c *Catalogue) indexLines(files *shelf) {
	for _, f := range files.lines {
		c.lines[f.family] = append(c.lines[f.family], f.line)
	}
	for _, lines := range c.lines {
		slices.SortFunc(lines, func(a, b insurance.Line) int { return cmp.Compare(a.ID, b.ID) })
	}
	for _, f := range files.professions {
		c.professions[f.family] = f.professions
	}
}

// Lines are the lines of business that a partner family asks about, by id.
func (c *Catalogue) Lines(family string) []insurance.Line { return slices.Clone(c.lines[family]) }

// Line is the line of business of an id.
func (c *Catalogue) Line(family string, id int) (insurance.Line, bool) {
	return first(c.lines[family], func(l insurance.Line) bool { return l.ID == id })
}

// Professions are those that a partner family can choose from, as their file
// orders them.
func (c *Catalogue) Professions(family string) []insurance.Profession {
	return slices.Clone(c.professions[family])
}

// Profession is the profession of an id.
func (c *Catalogue) Profession(family string, id int) (insurance.Profession, bool) {
	return first(c.professions[family], func(p insurance.Profession) bool { return p.ID == id })
}

// LinesFor are the lines in which some insurer takes a profession, by id: the
// newest version of its product does not decline it as such.
func (c *Catalogue) LinesFor(family string, profession int) []insurance.Line {
	takes := make(map[int]bool)
	for _, p := range c.newest(family) {
		decision, _ := p.Accept(risk(insurance.Profession{ID: profession}))
		takes[p.Line] = takes[p.Line] || decision != insurance.DecisionDecline
	}
	return slices.DeleteFunc(c.Lines(family), func(l insurance.Line) bool { return !takes[l.ID] })
}

// newest are the newest versions of a family's products.
func (c *Catalogue) newest(family string) []insurance.Product {
	all := c.Products(family)
	var last []insurance.Product
	for i, p := range all {
		if i == len(all)-1 || all[i+1].Code != p.Code {
			last = append(last, p)
		}
	}
	return last
}

// OnSale are the products of a line that may be concluded on a day, by the id
// of their insurer, of whom each sells one.
func (c *Catalogue) OnSale(family string, line int, on insurance.Date) []insurance.Product {
	sold := slices.DeleteFunc(c.Products(family), func(p insurance.Product) bool {
		return p.Line == 0 || p.Line != line || !p.SoldOn(on)
	})
	slices.SortStableFunc(sold, func(a, b insurance.Product) int { return cmp.Compare(a.Insurer.ID, b.Insurer.ID) })
	return sold
}

// Insurers are those of a family's products that have an id, by it and each
// once, as the product that went on sale last describes it.
func (c *Catalogue) Insurers(family string) []insurance.Insurer {
	products := slices.DeleteFunc(c.Products(family), func(p insurance.Product) bool { return p.Insurer.ID == 0 })
	slices.SortStableFunc(products, func(a, b insurance.Product) int {
		return cmp.Or(cmp.Compare(a.Insurer.ID, b.Insurer.ID), b.OnSale.From.Cmp(a.OnSale.From))
	})
	var all []insurance.Insurer
	for i, p := range products {
		if i == 0 || products[i-1].Insurer.ID != p.Insurer.ID {
			all = append(all, p.Insurer)
		}
	}
	return all
}

// risk is what is known of a customer by the profession alone.
func risk(profession insurance.Profession) insurance.Object {
	id := strconv.Itoa(profession.ID)
	return insurance.Object{Attributes: map[string]string{insurance.AttributeProfession: id}}
}

func first[T any](all []T, is func(T) bool) (T, bool) {
	if i := slices.IndexFunc(all, is); i >= 0 {
		return all[i], true
	}
	var none T
	return none, false
}
