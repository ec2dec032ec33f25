package dialecttest

import (
	"slices"
	"testing"

	"github.com/covernote/covernote/internal/insurance"
)

// EveryCode fails unless a dialect's refusals have an entry for each insurance.Code,
// and no other.
func EveryCode[Words any](t *testing.T, refusals map[insurance.Code]Words) {
	t.Helper()
	for _, code := range insurance.Codes() {
		if _, ok := refusals[code]; !ok {
			t.Errorf("%s has no words", code)
		}
	}
	if len(refusals) != len(insurance.Codes()) {
		t.Errorf("%d refusals for %d codes", len(refusals), len(insurance.Codes()))
	}
}

// EveryField fails unless each field has a name of its own or is foreign to the
// dialect: no request has it, or is refused for it.
func EveryField[Name comparable](t *testing.T, names map[insurance.Field]Name, foreign func(insurance.Field) bool) {
	t.Helper()
	seen := make(map[Name]insurance.Field)
	for _, field := range insurance.Fields() {
		name, ok := names[field]
		if ok == foreign(field) {
			t.Errorf("%s has neither a name nor is it foreign, or both", field)
		}
		if !ok {
			continue
		}
		if other, twice := seen[name]; twice {
			t.Errorf("%s and %s are both called %v", field, other, name)
		}
		seen[name] = field
	}
	for field := range names {
		if !slices.Contains(insurance.Fields(), field) {
			t.Errorf("there is no field %s", field)
		}
	}
}

// EveryRefusal fails unless each of a dialect's refusals is provoked by an exchange
// or excused from it. check looks at the exchange that a refusal is said to be
// provoked by.
func EveryRefusal[Words any](t *testing.T, refusals map[insurance.Code]Words, provoked, excused map[insurance.Code]string, check func(code insurance.Code, name string)) {
	t.Helper()
	for code := range refusals {
		name, can := provoked[code]
		_, cannot := excused[code]
		if can == cannot {
			t.Errorf("%s is neither provoked by an exchange nor excused, or both", code)
			continue
		}
		if can {
			check(code, name)
		}
	}
}
