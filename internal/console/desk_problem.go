package console

import (
	"errors"

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
