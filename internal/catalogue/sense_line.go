package catalogue

import (
	"slices"
	"strings"

	"github.com/covernote/covernote/internal/insurance"
)

// meant are the kinds of the questions that all questionnaires share.
var meant = map[string]insurance.AttributeKind{
	insurance.AttributeRevenue:    insurance.AttributeAmount,
	insurance.AttributeFullTime:   insurance.AttributeWhole,
	insurance.AttributePartTime:   insurance.AttributeWhole,
	insurance.AttributeFoundedOn:  insurance.AttributeDate,
	insurance.AttributeSumInsured: insurance.AttributeAmount,
	insurance.AttributeDeductible: insurance.AttributeAmount,
	insurance.AttributeStartsOn:   insurance.AttributeDate,
	insurance.AttributeInterval:   insurance.AttributeWhole,
}

// senseLine reports what a schema cannot see in a line of business.
func (r *report) senseLine(n *node, line insurance.Line) {
	questions := n.at("questions")
	if starts := questions.at(insurance.AttributeStartsOn); !starts.at("required").bool() {
		r.at(starts, "must be required, because it says when cover begins")
	}
	r.senseObject(questions)
	for _, q := range line.Questions {
		r.senseQuestion(questions.at(q.Name), q)
		if section := questions.at(q.Name).at("section"); n.at("sections").at(section.text).is(absent) {
			r.at(section, "is %s, which is not among the sections", section.text)
		}
	}
	r.senseTags(questions)
	r.senseLanguages(n, lineTexts(n))
}

func (r *report) senseQuestion(place *node, q insurance.Question) {
	if q.Name == insurance.AttributeProfession {
		r.at(place, "is no question, because the profession is chosen before")
	}
	if kind, shared := meant[q.Name]; shared && q.Kind != kind {
		r.at(place.at("kind"), "must be %s, because every line asks for it so", kind)
	}
	for _, option := range place.at("options").items {
		r.takes(option, q, nil)
	}
	if assumed := place.at("default"); !assumed.is(absent) {
		r.takes(assumed, q, q.Options)
	}
}

// takes holds a value against the question that it is to be an answer to.
func (r *report) takes(value *node, q insurance.Question, options []string) {
	q.Options = options
	one := insurance.Line{Questions: []insurance.Question{q}}
	for _, problem := range one.Check(map[string]string{q.Name: value.text}, true, insurance.Date{}) {
		r.at(value, "is %s, which %s", value.text, problem.Detail)
	}
}

// senseTags wants a tag, in any case, to mean a single question.
func (r *report) senseTags(questions *node) {
	var seen []string
	for _, name := range questions.keys {
		tags := questions.at(name).at("tags")
		for _, tag := range tags.keys {
			same := func(s string) bool { return strings.EqualFold(s, tag) }
			if slices.ContainsFunc(seen, same) {
				r.at(tags.at(tag), "is the tag of an earlier question")
			}
			seen = append(seen, tag)
		}
	}
}

// lineTexts are the places of a line that hold a wording by language.
func lineTexts(n *node) []*node {
	all := []*node{n.at("name"), n.at("about")}
	for _, section := range n.at("sections").keys {
		all = append(all, n.at("sections").at(section))
	}
	for _, name := range n.at("questions").keys {
		q := n.at("questions").at(name)
		all = append(all, q.at("label"), q.at("help"))
	}
	return all
}

// senseProfessions wants each id once and each name in every language.
func (r *report) senseProfessions(n *node) {
	var seen []string
	var wordings []*node
	for _, key := range n.at("industries").keys {
		industry := n.at("industries").at(key)
		wordings = append(wordings, industry.at("name"))
		for _, id := range industry.at("professions").keys {
			place := industry.at("professions").at(id)
			if slices.Contains(seen, id) {
				r.at(place, "is a profession of an earlier industry")
			}
			seen, wordings = append(seen, id), append(wordings, place)
		}
	}
	r.senseLanguages(n, wordings)
}
