package thinksurance

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/covernote/covernote/internal/dialect"
	"github.com/covernote/covernote/internal/insurance"
)

// What is wrong with a value, as the rest of a sentence that begins with the
// field's name.
const (
	isRequired = "is required"
	isTwice    = "is given more than once"
	notText    = "is not a string"
	notBoolean = "is not true or false"
	notFlag    = "is not 0 or 1"
	notDate    = "is not a date of the form YYYY-MM-DD"
	notList    = "is not a list"
	notObject  = "is not an object"
	notEmail   = "has blanks, or ends in a semicolon"
	notChoice  = "is not one of %s"
	notWhole   = "is not a whole number from %d to %d"
	tooMany    = "has more than %d entries"
)

// report gathers what is wrong with a request.
type report struct{ problems []insurance.Problem }

func (r *report) problem(field insurance.Field, format string, args ...any) {
	r.problems = append(r.problems, insurance.Problem{Field: field, Detail: fmt.Sprintf(format, args...)})
}

// refusal is nil if nothing is wrong. What cannot be read is told at once and
// alone, so that the rules do not find it missing as well.
func (r *report) refusal() error {
	if len(r.problems) == 0 {
		return nil
	}
	return &insurance.Error{Code: insurance.CodeInvalid, Problems: r.problems}
}

// form is a JSON object that is being read, key by key, in any case. A key that
// is absent, null or blank reads as the zero value; one that cannot be read
// does, too, and is reported. Keys that nobody reads are ignored, because the
// published pages mix those of several versions.
type form struct {
	*report
	// at is where the object is in the request: "agencyNumberSets[0]."
	at   string
	keys []key
}

type key struct {
	name  string
	value jsontext.Value
}

// open begins to read a body. No body, and the empty list that the original's
// language makes of an empty object, are an object without keys.
func open(body []byte) (*form, error) {
	f := &form{report: &report{}}
	value := jsontext.Value(bytes.TrimSpace(body))
	switch {
	case len(value) == 0 || isEmptyList(value):
		return f, nil
	case value.Kind() != '{':
		return nil, insurance.Invalid(insurance.FieldBody, notObject)
	}
	f.keys = keysOf(value)
	return f, nil
}

// openQuery begins to read a query, whose parameters may be given once.
func openQuery(query string) (*form, error) {
	values, err := url.ParseQuery(query)
	if err != nil {
		return nil, insurance.Refuse(insurance.CodeParameter, "the query is not well-formed")
	}
	f := &form{report: &report{}}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		quoted, err := jsontext.AppendQuote(nil, values[name][0])
		if err != nil {
			return nil, insurance.Refuse(insurance.CodeParameter, "the query is not valid UTF-8")
		}
		if f.take(name) != nil || len(values[name]) > 1 {
			f.wrong(name, isTwice)
		}
		f.keys = append(f.keys, key{name: name, value: quoted})
	}
	return f, nil
}

func isEmptyList(value jsontext.Value) bool {
	return value.Kind() == '[' && len(dialect.Items(value)) == 0
}

// keysOf takes an object apart. Its text is well-formed.
func keysOf(value jsontext.Value) (keys []key) {
	for name, value := range dialect.Members(value) {
		keys = append(keys, key{name: name, value: value})
	}
	return keys
}

// wrong reports what is wrong with a key.
func (f *form) wrong(name, format string, args ...any) {
	f.problem(insurance.Field(asSent+f.at+name), format, args...)
}

// take is the value of the first of some spellings that is given; nil if none
// is.
func (f *form) take(names ...string) jsontext.Value {
	for _, name := range names {
		for _, k := range f.keys {
			if strings.EqualFold(k.name, name) && strings.TrimSpace(textOf(k.value)) != "" {
				return k.value
			}
		}
	}
	return nil
}

// has tells whether a key is there, whatever its value.
func (f *form) has(name string) bool {
	return slices.ContainsFunc(f.keys, func(k key) bool { return strings.EqualFold(k.name, name) })
}

// require reports which of some keys are not given.
func (f *form) require(names ...string) {
	for _, name := range names {
		if f.take(name) == nil {
			f.wrong(name, isRequired)
		}
	}
}

// requireOne reports that none of some keys is given.
func (f *form) requireOne(names ...string) {
	if f.take(names...) == nil {
		last := len(names) - 1
		f.wrong(strings.Join(names[:last], ", ")+" or "+names[last], isRequired)
	}
}

// textOf is the text of a string, "" for null, and any other value as it is
// written.
func textOf(value jsontext.Value) string {
	switch value.Kind() {
	case 'n':
		return ""
	case '"':
		text, _ := jsontext.AppendUnquote(nil, value) // it is well-formed
		return string(text)
	}
	return string(value)
}

// text reads a string as it is, or a whole number as it is written.
func (f *form) text(names ...string) string {
	value := f.take(names...)
	if value == nil {
		return ""
	}
	text, ok := scalar(value)
	if !ok {
		f.wrong(names[0], notText)
	}
	return text
}

// scalar is the text of a string or a whole number: clients send ids and
// postcodes as either.
func scalar(value jsontext.Value) (string, bool) {
	switch {
	case value.Kind() == '"', value.Kind() == '0' && !bytes.ContainsAny(value, ".eE"):
		return textOf(value), true
	}
	return "", false
}

func (f *form) personal(names ...string) insurance.Personal {
	return insurance.Personal(f.text(names...))
}

// email reads an address. Its form is for the core to check; what is refused
// here is what the published notice warns of.
func (f *form) email(name string) insurance.Personal {
	address := f.text(name)
	if strings.ContainsFunc(address, unicode.IsSpace) || strings.HasSuffix(address, ";") {
		f.wrong(name, notEmail)
	}
	return insurance.Personal(address)
}

// birthday reads YYYY-MM-DD as text, once it is known to be a day.
func (f *form) birthday(name string) insurance.Personal {
	text := f.text(name)
	if text == "" {
		return ""
	}
	if _, err := insurance.ParseDate(text); err != nil {
		f.wrong(name, notDate)
	}
	return insurance.Personal(text)
}

// maxID is more than any id: they fit 31 bits.
const maxID = 1<<31 - 1

// id reads a number that names something. 0 names nothing, and is what clients
// send that have no null.
func (f *form) id(names ...string) int { return f.whole(maxID, names...) }

// whole reads a number from 0 without a fraction, or a string of one.
func (f *form) whole(most int, names ...string) int {
	text := strings.TrimSpace(textOf(f.take(names...)))
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > most {
		f.wrong(names[0], notWhole, 0, most)
		return 0
	}
	return n
}

// yes reads a boolean in any of the ways that clients write one; nil if it is
// not given.
func (f *form) yes(names ...string) *bool { return f.boolean(notBoolean, names) }

// zeroOrOne is yes for what was published as a number.
func (f *form) zeroOrOne(names ...string) *bool { return f.boolean(notFlag, names) }

func (f *form) boolean(detail string, names []string) *bool {
	yes := false
	switch strings.ToLower(strings.TrimSpace(textOf(f.take(names...)))) {
	case "":
		return nil
	case "false", "0":
	case "true", "1":
		yes = true
	default:
		f.wrong(names[0], "%s", detail)
		return nil
	}
	return &yes
}

// or is a boolean with a default.
func or(yes *bool, otherwise bool) bool {
	if yes != nil {
		return *yes
	}
	return otherwise
}

// choice reads one of several words, in any case.
func choice[T any](f *form, words map[string]T, name string) T {
	text := strings.ToLower(strings.TrimSpace(textOf(f.take(name))))
	value, known := words[text]
	if text != "" && !known {
		f.wrong(name, notChoice, strings.Join(inOrder(words), ", "))
	}
	return value
}

// choiceOrNone is choice for a number of which 0 is none, as in id.
func choiceOrNone[T any](f *form, words map[string]T, name string) T {
	if strings.TrimSpace(textOf(f.take(name))) == "0" {
		var none T
		return none
	}
	return choice(f, words, name)
}

// inOrder are words by length and alphabet: numbers by their size.
func inOrder[T any](words map[string]T) []string {
	return slices.SortedFunc(maps.Keys(words), func(a, b string) int {
		return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
	})
}

// object reads an object within; nil if it is not given or empty.
func (f *form) object(name string) *form {
	value := f.take(name)
	if value == nil || isEmptyList(value) {
		return nil
	}
	return f.within(name, value)
}

// within reads a value of this form as an object; nil if it is none.
func (f *form) within(name string, value jsontext.Value) *form {
	if value.Kind() != '{' {
		f.wrong(name, notObject)
		return nil
	}
	return &form{report: f.report, at: f.at + name + ".", keys: keysOf(value)}
}

// items reads a list; given is false if there is none.
func (f *form) items(name string) (items []jsontext.Value, given bool) {
	value := f.take(name)
	if value == nil {
		return nil, false
	}
	if value.Kind() != '[' {
		f.wrong(name, notList)
		return nil, true
	}
	if items = dialect.Items(value); len(items) > maxItems {
		f.wrong(name, tooMany, maxItems)
		return nil, true
	}
	return items, true
}

// list reads a list of objects, each with read; given is false if there is none.
func list[T any](f *form, name string, read func(*form) T) (all []T, given bool) {
	items, given := f.items(name)
	for i, item := range items {
		if inner := f.within(fmt.Sprintf("%s[%d]", name, i), item); inner != nil {
			all = append(all, read(inner))
		}
	}
	return all, given
}
