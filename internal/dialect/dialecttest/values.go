package dialecttest

import (
	"fmt"
	"maps"
	"regexp"
	"strconv"
	"strings"

	"github.com/covernote/covernote/internal/insurance"
)

// values are what names in braces stand for.
type values struct {
	today insurance.Date
	named map[string]string
	// patterns are those that have a name.
	patterns map[string]string
}

func newValues(house House) *values {
	v := &values{today: house.Today, named: make(map[string]string), patterns: maps.Clone(usualPatterns)}
	maps.Copy(v.named, house.Values)
	maps.Copy(v.patterns, house.Patterns)
	return v
}

var braces = regexp.MustCompile(`\{\{([a-z_]+(?:[+-][0-9]+[MY]?)*)\}\}`)

// fillKnown replaces the names that are known.
func (v *values) fillKnown(text []byte) []byte {
	return braces.ReplaceAllFunc(text, func(found []byte) []byte {
		if value, ok := v.lookUp(string(found[2 : len(found)-2])); ok {
			return []byte(value)
		}
		return found
	})
}

// fill replaces all names, and reports one that is not known.
func (v *values) fill(text []byte) ([]byte, error) {
	filled := v.fillKnown(text)
	if left := braces.Find(filled); left != nil {
		return nil, fmt.Errorf("%s is not known", left)
	}
	return filled, nil
}

func (v *values) lookUp(name string) (string, bool) {
	if reckoned, ok := strings.CutPrefix(name, "today"); ok {
		return reckon(v.today, reckoned).String(), true
	}
	value, ok := v.named[name]
	return value, ok
}

var steps = regexp.MustCompile(`([+-][0-9]+)([MY]?)`)

// reckon goes from a day by steps such as +36M-1.
func reckon(day insurance.Date, by string) insurance.Date {
	for _, step := range steps.FindAllStringSubmatch(by, -1) {
		n, _ := strconv.Atoi(step[1]) // the pattern lets nothing else through
		switch step[2] {
		case "M":
			day = day.AddMonths(n)
		case "Y":
			day = day.AddMonths(12 * n)
		default:
			day = day.AddDays(n)
		}
	}
	return day
}

// capture takes the string got if want is a name in braces. It reports
// whether it was, and an error if there is a pattern that got is not of.
func (v *values) capture(want, got string) (captured bool, err error) {
	inner, opened := strings.CutPrefix(want, "{{")
	inner, closed := strings.CutSuffix(inner, "}}")
	if !opened || !closed {
		return false, nil
	}
	name, pattern, bounded := strings.Cut(inner, ":")
	if bounded {
		allowed, err := regexp.Compile(`^(?:` + v.patternOf(strings.TrimSpace(pattern)) + `)$`)
		if err != nil {
			return true, err
		}
		if !allowed.MatchString(got) {
			return true, fmt.Errorf("%q does not match %s", got, allowed)
		}
	}
	v.named[strings.TrimSpace(name)] = got
	return true, nil
}

// usualPatterns are those that every house has.
var usualPatterns = map[string]string{
	"uuid":    `[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}`,
	"instant": `[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z`,
}

func (v *values) patternOf(text string) string {
	if named, ok := v.patterns[text]; ok {
		return named
	}
	return text
}
