package catalogue

import (
	"errors"
	"strconv"

	"github.com/covernote/covernote/internal/insurance"
)

// The readers of single values below report what they cannot read. Absent
// ones are the zero value, because the schema has spoken about those.

func (r *report) rate(n *node) insurance.Rate      { return value(r, n, insurance.ParseRate) }
func (r *report) period(n *node) insurance.Period  { return value(r, n, insurance.ParsePeriod) }
func (r *report) date(n *node) insurance.Date      { return value(r, n, insurance.ParseDate) }
func (r *report) count(n *node) int                { return value(r, n, whole) }
func (r *report) counts(n *node) []int             { return values(n, r.count) }
func (r *report) terms(n *node) []insurance.Period { return values(n, r.term) }

func (r *report) span(n *node) insurance.Span {
	return insurance.Span{From: r.date(n.at("from")), To: r.date(n.at("until"))}
}

// eventTerm stands for the term where cover ends with an event.
const eventTerm = "event"

// term is a period, and none for a term that ends with an event.
func (r *report) term(n *node) insurance.Period {
	if n.text == eventTerm {
		return insurance.Period{}
	}
	return r.period(n)
}

// termText is a term as it is written in a file.
func termText(term insurance.Period) string {
	if term.IsZero() {
		return eventTerm
	}
	return term.String()
}

func value[T any](r *report, n *node, parse func(string) (T, error)) T {
	var none T
	if n.is(absent) {
		return none
	}
	read, err := parse(n.text)
	if err != nil {
		r.at(n, "%s", plainly(err))
		return none
	}
	return read
}

func values[T any](n *node, read func(*node) T) []T {
	var all []T
	for _, item := range n.items {
		all = append(all, read(item))
	}
	return all
}

func whole(text string) (int, error) {
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0, errors.New("is not written as a whole number")
	}
	return n, nil
}

func kinds(names []string) []insurance.Kind {
	var all []insurance.Kind
	for _, name := range names {
		all = append(all, insurance.Kind(name))
	}
	return all
}

func languages(n *node) []insurance.Language {
	var all []insurance.Language
	for _, code := range n.texts() {
		all = append(all, insurance.Language(code))
	}
	return all
}

func wording(n *node) insurance.Text {
	if n.is(absent) {
		return nil
	}
	words := make(insurance.Text, len(n.keys))
	for _, language := range n.keys {
		words[insurance.Language(language)] = n.at(language).text
	}
	return words
}
