package console

import (
	"errors"
	"maps"
	"slices"

	"github.com/covernote/covernote/internal/insurance"
)

// fieldProblems are what is wrong by field, each as the end of a sentence that
// begins with the field's name; nil if the refusal is about no field. Of
// several problems of one field the first counts.
func (s speaker) fieldProblems(err error) map[insurance.Field]string {
	refused, ok := errors.AsType[*insurance.Error](err)
	if !ok {
		return nil
	}
	told := map[insurance.Field]string{}
	for _, p := range refused.Problems {
		if _, twice := told[p.Field]; !twice && p.Field != "" {
			told[p.Field] = s.detail(p.Detail)
		}
	}
	if len(told) == 0 {
		return nil
	}
	return told
}

// flaws are what is wrong by field, if whoever sent a form can put it right;
// nil if the refusal is another one.
func (v deskVisit) flaws(err error) map[insurance.Field]string {
	switch insurance.CodeOf(err) {
	case insurance.CodeInvalid, insurance.CodeProductUnknown, insurance.CodeReasonForbidden:
		return v.speaker().fieldProblems(err)
	}
	return nil
}

// detail says what is wrong in the language of the page. The core speaks
// English; of a sentence that nobody has translated, only that it is wrong can
// be said.
func (s speaker) detail(text string) string {
	if s.lang != "de" {
		return text
	}
	for _, each := range germanDetails {
		if said := each.english.FindStringSubmatchIndex(text); said != nil {
			return string(each.english.ExpandString(nil, each.german, text, said))
		}
	}
	return germanDetail
}

// control is where on a page something is said that the core knows as a field.
type control struct {
	field insurance.Field
	// id is empty if there is nothing to type or choose.
	id, label string
}

// summary sums up what is wrong with a form: its controls in their order, and
// last, under another label, what is about none of them.
func summary(wrong map[insurance.Field]string, controls []control, other string) []deskProblem {
	var problems []deskProblem
	left := maps.Clone(wrong)
	for _, each := range controls {
		if text := wrong[each.field]; text != "" {
			problems = append(problems, deskProblem{each.id, each.label, text})
			delete(left, each.field)
		}
	}
	for _, field := range slices.Sorted(maps.Keys(left)) {
		problems = append(problems, deskProblem{"", other, left[field]})
	}
	return problems
}
