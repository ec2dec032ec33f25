package xcover

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/covernote/covernote/internal/dialect"
	"github.com/covernote/covernote/internal/insurance"
)

// What is wrong with a value, in the original's words.
const (
	isRequired = "This field is required."
	isNull     = "This field may not be null."
	isBlank    = "This field may not be blank."
	isEmpty    = "This list may not be empty."
	notText    = "Not a valid string."
	notNumber  = "A valid number is required."
	notWhole   = "A valid integer is required."
	notBoolean = "Must be a valid boolean."
	notDate    = "Date has wrong format. Use one of these formats instead: YYYY-MM-DD."
	notInstant = "Datetime has wrong format. Use one of these formats instead: YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z]."
	notChoice  = "%q is not a valid choice."
	notList    = "Expected a list of items but got type %q."
	notObject  = "Invalid data. Expected a dictionary, but got %s."
	tooMany    = "Ensure this field has no more than %d elements."
	tooLong    = "Ensure this field has no more than %d characters."
)

// maxItems is how many items one list may have.
const maxItems = 200

// report gathers what is wrong with a request.
type report struct{ problems []insurance.Problem }

func (r *report) problem(at place, format string, args ...any) {
	r.problems = append(r.problems, insurance.Problem{Field: insurance.Field(at), Detail: fmt.Sprintf(format, args...)})
}

// form is a JSON object that is being read, field by field. A field that is
// absent or null reads as its zero value; one that cannot be read does, too,
// and is reported. The zero form has no fields.
type form struct {
	*report
	at     place
	fields []field
}

type field struct {
	name  string
	value jsontext.Value
	read  bool
}

// form takes a value apart. Its text is well-formed.
func (r *report) form(at place, value jsontext.Value) *form {
	o := &form{report: r, at: at}
	if value.Kind() != '{' {
		r.problem(at.member(nonField), notObject, kindOf(value))
		return o
	}
	for name, value := range dialect.Members(value) {
		o.fields = append(o.fields, field{name: name, value: value})
	}
	return o
}

// kindOf is what the original, written in Python, calls the type of a value.
func kindOf(value jsontext.Value) string {
	switch value.Kind() {
	case '{':
		return "dict"
	case '[':
		return "list"
	case '"':
		return "str"
	case 't', 'f':
		return "bool"
	case 'n':
		return "NoneType"
	}
	if bytes.ContainsAny(value, ".eE") {
		return "float"
	}
	return "int"
}

// take reads a field as it is; nil if it is absent or null.
func (o *form) take(name string) jsontext.Value {
	for i := range o.fields {
		if f := &o.fields[i]; f.name == name {
			f.read = true
			if f.value.Kind() == 'n' {
				return nil
			}
			return f.value
		}
	}
	return nil
}

// require reports which of some fields are absent, null or blank.
func (o *form) require(names ...string) {
	for _, name := range names {
		i := slices.IndexFunc(o.fields, func(f field) bool { return f.name == name })
		switch {
		case i < 0:
			o.problem(o.at.member(name), isRequired)
		case o.fields[i].value.Kind() == 'n':
			o.problem(o.at.member(name), isNull)
		case strings.TrimSpace(textOf(o.fields[i].value)) == "" && o.fields[i].value.Kind() == '"':
			o.problem(o.at.member(name), isBlank)
		}
	}
}

// requireIfGiven reports which of some fields are null or blank.
func (o *form) requireIfGiven(names ...string) {
	for _, name := range names {
		if slices.ContainsFunc(o.fields, func(f field) bool { return f.name == name }) {
			o.require(name)
		}
	}
}

// emptied is a mark if a field is there and null or blank.
func (o *form) emptied(name string) insurance.Personal {
	for _, f := range o.fields {
		if f.name == name && (f.value.Kind() == 'n' || strings.TrimSpace(textOf(f.value)) == "") {
			return "emptied"
		}
	}
	return ""
}

// ignore reads fields of which nothing depends.
func (o *form) ignore(names ...string) {
	for _, name := range names {
		o.take(name)
	}
}

// refuse reports fields that are known, but not here.
func (o *form) refuse(names ...string) {
	for _, name := range names {
		if slices.ContainsFunc(o.fields, func(f field) bool { return f.name == name }) {
			o.take(name)
			o.problem(o.at.member(name), unexpected)
		}
	}
}

// end reports the fields that were not read, and gives all problems so far.
func (o *form) end() []insurance.Problem {
	for _, f := range o.fields {
		if !f.read {
			o.problem(o.at.member(f.name), unexpected)
		}
	}
	return o.problems
}

// textOf is the text of a string, and any other value as it is written.
func textOf(value jsontext.Value) string {
	if value.Kind() != '"' {
		return string(value)
	}
	text, _ := jsontext.AppendUnquote(nil, value) // it is well-formed
	return string(text)
}

// maxText bounds a text that has no other bound, in characters.
const maxText = 200

func (o *form) text(name string) string { return o.textUpTo(name, maxText) }

// textUpTo reads a string, or a number as it is written, without the space
// around it.
func (o *form) textUpTo(name string, most int) string {
	value, at := o.take(name), o.at.member(name)
	if value == nil {
		return ""
	}
	text := strings.TrimSpace(textOf(value))
	switch kind := value.Kind(); {
	case kind != '"' && kind != '0', strings.ContainsFunc(text, unicode.IsControl):
		o.problem(at, notText)
	case len([]rune(text)) > most:
		o.problem(at, tooLong, most)
	default:
		return text
	}
	return ""
}

func (o *form) personal(name string) insurance.Personal { return insurance.Personal(o.text(name)) }

// optional is nil for a text that is not given.
func (o *form) optional(name string) *string { return orNil(o.text(name)) }

func orNil[T comparable](value T) *T {
	var none T
	if value == none {
		return nil
	}
	return &value
}

// flag reads a boolean.
func (o *form) flag(name string) bool {
	value := o.take(name)
	switch strings.ToLower(textOf(value)) {
	case "", "false", "0":
		return false
	case "true", "1":
		return true
	}
	o.problem(o.at.member(name), notBoolean)
	return false
}

// mostWhole is more than any version or number of an instalment.
const mostWhole = 1_000_000

// whole reads a number from 1 without a fraction, or a string of one.
func (o *form) whole(name string) int {
	value := o.take(name)
	if value == nil {
		return 0
	}
	n, err := strconv.Atoi(textOf(value))
	if err != nil || n < 1 || n > mostWhole {
		o.problem(o.at.member(name), notWhole)
		return 0
	}
	return n
}

// number reads a number exactly as it is written, or a string of one.
func (o *form) number(name string) string {
	value := o.take(name)
	if value == nil {
		return ""
	}
	text := textOf(value)
	if jsontext.Value(text).Kind() != '0' || !jsontext.Value(text).IsValid() {
		o.problem(o.at.member(name), notNumber)
		return ""
	}
	return strings.TrimSpace(text)
}

// instant reads a date and time of RFC 3339, as insurance.ParseInstant does.
func (o *form) instant(name string) time.Time {
	value := o.take(name)
	if value == nil {
		return time.Time{}
	}
	at, err := insurance.ParseInstant(textOf(value))
	if err != nil {
		o.problem(o.at.member(name), notInstant)
	}
	return at
}

// currency reads a code of ISO 4217 in any case.
func (o *form) currency(name string) *insurance.Currency {
	text := o.text(name)
	if text == "" {
		return nil
	}
	code, err := insurance.ParseCurrency(text)
	if err != nil {
		o.problem(o.at.member(name), notChoice, dialect.Shown(text))
		return nil
	}
	return &code
}

// country reads a code of ISO 3166-1 in any case.
func (o *form) country(name string) *insurance.Country {
	text := o.text(name)
	if text == "" {
		return nil
	}
	code := insurance.Country(strings.ToUpper(text))
	if slices.ContainsFunc(insurance.Party{Country: code}.Check(false), isAboutCountry) {
		o.problem(o.at.member(name), notChoice, dialect.Shown(text))
		return nil
	}
	return &code
}

func isAboutCountry(p insurance.Problem) bool { return p.Field == insurance.FieldCountry }

// choice reads one of several words, in any case.
func choice[T any](o *form, name string, words map[string]T) T {
	var none T
	text := o.text(name)
	if text == "" {
		return none
	}
	value, known := words[strings.ToUpper(text)]
	if !known {
		o.problem(o.at.member(name), notChoice, dialect.Shown(text))
	}
	return value
}

// list reads a list of objects, each with read.
func list[T any](o *form, name string, read func(*form) T) []T {
	value, at := o.take(name), o.at.member(name)
	if value == nil {
		return nil
	}
	if value.Kind() != '[' {
		o.problem(at, notList, kindOf(value))
		return nil
	}
	items := dialect.Items(value)
	if len(items) > maxItems {
		o.problem(at, tooMany, maxItems)
		return nil
	}
	all := make([]T, len(items))
	for i, item := range items {
		inner := o.form(at.item(i), item)
		if item.Kind() == '{' {
			all[i] = read(inner)
			inner.end()
		}
	}
	return all
}

// some is a list that may not be empty.
func some[T any](o *form, name string, read func(*form) T) []T {
	all := list(o, name, read)
	if all != nil && len(all) == 0 {
		o.problem(o.at.member(name), isEmpty)
	}
	return all
}
