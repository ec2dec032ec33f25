package insurance

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// lineCurrency is that of the amounts in a questionnaire.
const lineCurrency Currency = "EUR"

// Question finds a question by its name, or by what another system calls it,
// in any case.
func (l Line) Question(nameOrTag string) (Question, bool) {
	for _, q := range l.Questions {
		if q.Name == nameOrTag {
			return q, true
		}
	}
	for _, q := range l.Questions {
		if _, ok := q.Tag(nameOrTag); ok {
			return q, true
		}
	}
	return Question{}, false
}

// Tag is the tag of a name, in any case.
func (q Question) Tag(name string) (Tag, bool) {
	for _, tag := range q.Tags {
		if strings.EqualFold(tag.Name, name) {
			return tag, true
		}
	}
	return Tag{}, false
}

// Value is what the other system sent as an answer: a number of cents becomes
// an amount, as people write one: "1234.50", but "250000". It tells if that
// cannot be read; nothing stays nothing.
func (t Tag) Value(sent string) (string, bool) {
	if !t.Cents || sent == "" {
		return sent, true
	}
	cents, ok := exactly(sent)
	if !ok || !cents.IsInt() || cents.Sign() < 0 {
		return "", false
	}
	euros := cents.Quo(cents, hundred)
	amount, fits := roundTo(euros, lineCurrency)
	if euros.IsInt() {
		return amount.Short(), fits
	}
	return amount.Decimal(), fits
}

// OfRisk tells whether the answer is part of the risk. The others say when
// cover begins and how it is paid for.
func (q Question) OfRisk() bool {
	return q.Name != AttributeStartsOn && q.Name != AttributeInterval
}

// Risk is what is to be insured by the answers of a questionnaire. What was
// not answered is what the questions assume.
func (l Line) Risk(answers map[string]string) Object {
	risk := Object{Attributes: make(map[string]string)}
	for _, q := range l.Questions {
		if value := cmp.Or(answers[q.Name], q.Default); q.OfRisk() && value != "" {
			risk.Attributes[q.Name] = value
		}
	}
	return risk
}

// Check finds what is wrong with the answers to a questionnaire, in the order
// of its questions, and then the names that it does not know. A complete one
// has an answer to all that is required and not assumed. today, if it is known,
// is the day on which the answers are given.
func (l Line) Check(answers map[string]string, complete bool, today Date) []Problem {
	c := &checker{}
	for _, q := range l.Questions {
		switch answer := answers[q.Name]; {
		case answer != "":
			c.answer(q, answer, today)
		case complete && q.Required && q.Default == "":
			c.add(FieldOf(q.Name), "is required")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(answers)) {
		known := func(q Question) bool { return q.Name == name }
		if !slices.ContainsFunc(l.Questions, known) {
			c.add(FieldOf(name), "is not a question of this line")
		}
	}
	return c.problems
}

func (c *checker) answer(q Question, answer string, today Date) {
	before := len(c.problems)
	c.attribute(q.Attribute, answer, lineCurrency)
	if len(c.problems) > before {
		return
	}
	offered := func(option string) bool { return sameValue(option, answer) }
	if len(q.Options) > 0 && !slices.ContainsFunc(q.Options, offered) {
		c.add(FieldOf(q.Name), "is not one of %s", strings.Join(q.Options, ", "))
	}
	if day, err := ParseDate(answer); err == nil && !today.IsZero() {
		c.answeredDay(q.Name, day, today)
	}
}

// answeredDay checks the days of which a questionnaire knows where they lie.
func (c *checker) answeredDay(name string, day, today Date) {
	switch {
	case name == AttributeFoundedOn && day.After(today):
		c.add(FieldOf(name), "is in the future")
	case name == AttributeStartsOn && day.Before(today):
		c.add(FieldOf(name), "is in the past")
	case name == AttributeStartsOn && day.After(today.AddMonths(12)):
		c.add(FieldOf(name), "is over a year ahead")
	}
}
