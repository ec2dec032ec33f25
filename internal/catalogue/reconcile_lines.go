package catalogue

import (
	"slices"

	"github.com/covernote/covernote/internal/insurance"
)

// reconcileLines holds products against the lines of business that they belong
// to, the professions that are sold to, and each other.
func (s *shelf) reconcileLines() {
	for i, f := range s.lines {
		for _, earlier := range s.lines[:i] {
			if f.clean() && f.family == earlier.family && f.line.ID == earlier.line.ID {
				f.at(f.root.at("id"), "%d is also in %s", f.line.ID, earlier.file)
			}
		}
	}
	sound := slices.DeleteFunc(slices.Clone(s.products), func(f *file) bool { return !f.clean() })
	for i, f := range sound {
		for _, earlier := range sound[:i] {
			f.sameInsurer(earlier)
		}
		if f.entry.Product.Line != 0 {
			s.align(f)
		}
	}
}

// sameInsurer wants an insurer to be described alike wherever it sells at the
// same time, and to sell one product of a line.
func (f *file) sameInsurer(earlier *file) {
	own, other := f.entry.Product, earlier.entry.Product
	if own.Insurer.ID == 0 || own.Insurer.ID != other.Insurer.ID || f.entry.Family != earlier.entry.Family ||
		!meet(own.OnSale, other.OnSale) {
		return
	}
	if own.Insurer != other.Insurer {
		f.at(f.root.at("insurer"), "is not what %d is in %s", own.Insurer.ID, earlier.file)
	}
	if own.Line != 0 && own.Line == other.Line && own.Code != other.Code {
		f.at(f.root.at("line"), "%d is also sold by insurer %d at the same time, see %s", own.Line, own.Insurer.ID, earlier.file)
	}
}

// align holds a product against its line and the professions of its family.
func (s *shelf) align(f *file) {
	if f.entry.Product.Insurer.ID == 0 {
		f.at(f.root.at("insurer").at("id"), "is missing, although the product belongs to a line")
	}
	i := slices.IndexFunc(s.lines, func(l *lineFile) bool {
		return l.family == f.entry.Family && l.line.ID == f.entry.Product.Line
	})
	switch {
	case i < 0:
		f.at(f.root.at("line"), "is %d, which no file in %s/lines is about", f.entry.Product.Line, f.entry.Family)
	case s.lines[i].clean():
		f.answers(s.lines[i].line)
	}
	for _, p := range s.professions {
		if p.family == f.entry.Family && p.clean() {
			f.serves(p.professions)
		}
	}
}

// answers wants a product to know each question of its line, and to depend on
// nothing that the line leaves open.
func (f *file) answers(line insurance.Line) {
	attributes := f.root.at("attributes")
	sure := map[string]bool{insurance.AttributeProfession: true}
	if attributes.at(insurance.AttributeProfession).is(absent) {
		f.at(attributes, "have no profession, which every customer of a line has")
	}
	for _, q := range line.Questions {
		sure[q.Name] = q.Required || q.Default != ""
		if q.OfRisk() {
			f.knows(attributes, line, q)
		}
	}
	for _, a := range f.entry.Product.Attributes {
		if a.Required && !sure[a.Name] {
			f.at(attributes.at(a.Name), "is required, but may be unanswered in line %d", line.ID)
		}
	}
	for _, table := range f.entry.Product.Tariffs[0].Factors {
		if table.Attribute != "" && !sure[table.Attribute] {
			f.at(f.root.at("factors").at(string(table.On)).at(table.Attribute), "may be unanswered in line %d", line.ID)
		}
	}
}

// knows wants an attribute of a product to be what is asked for.
func (f *file) knows(attributes *node, line insurance.Line, q insurance.Question) {
	attribute, ok := f.entry.Product.Attribute(q.Name)
	place := attributes.at(q.Name)
	switch {
	case !ok:
		f.at(attributes, "have no %s, which line %d asks for", q.Name, line.ID)
		return
	case attribute.Kind != q.Kind:
		f.at(place.at("kind"), "is %s, but line %d asks for %s", attribute.Kind, line.ID, q.Kind)
		return
	}
	one := insurance.Line{Questions: []insurance.Question{{Attribute: attribute}}}
	for _, option := range q.Options {
		for _, problem := range one.Check(map[string]string{q.Name: option}, true, insurance.Date{}) {
			f.at(place, "does not take %s, an option of line %d: it %s", option, line.ID, problem.Detail)
		}
	}
}

// serves wants a product to know what it says to each profession.
func (f *file) serves(professions []insurance.Profession) {
	for _, profession := range professions {
		object := risk(profession)
		decision, _ := f.entry.Product.Accept(object)
		if decision == insurance.DecisionCalculate && !f.rates(object) {
			place := f.root.at("factors").at(string(insurance.FactorOnAttribute)).at(insurance.AttributeProfession)
			f.at(place, "rates no profession %d, which is neither declined nor tendered", profession.ID)
		}
	}
}

// rates tells whether the tables about the profession have a row for it.
func (f *file) rates(object insurance.Object) bool {
	for _, table := range f.entry.Product.Tariffs[0].Factors {
		if table.Attribute == insurance.AttributeProfession && !table.Rates(object) {
			return false
		}
	}
	return true
}
