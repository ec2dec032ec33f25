package dialect

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/covernote/covernote/internal/core"
)

// Switches are what the partners of an API may deviate in, by name.
type Switches map[string]Switch

// Switch has one of a few values, or else text of a form.
type Switch struct {
	// Values are all that it has, the first of them if it is not set.
	Values []string
	// Fits tells whether text has the form that Form describes, such as "a
	// duration such as 15m or 24h". Otherwise is meant where it is not set.
	Fits            func(text string) bool
	Form, Otherwise string
}

// Of is what a switch of the API is set to for a partner, or means unset.
func (s Switches) Of(p core.Partner, name string) string {
	otherwise := s[name].Otherwise
	if values := s[name].Values; len(values) > 0 {
		otherwise = values[0]
	}
	return p.Switch(name, otherwise)
}

// Check refuses what would have no effect; an empty value takes a switch back.
func (s Switches) Check(name, value string) error {
	rule, known := s[name]
	switch {
	case !known:
		return fmt.Errorf("there is no switch %q; there are %s", name, strings.Join(slices.Sorted(maps.Keys(s)), ", "))
	case value == "", slices.Contains(rule.Values, value), rule.Fits != nil && rule.Fits(value):
		return nil
	}
	return fmt.Errorf("switch %s is %s", name, cmp.Or(rule.Form, "one of "+strings.Join(rule.Values, ", ")))
}
