package hepster

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"github.com/govalues/decimal"

	"github.com/covernote/covernote/internal/insurance"
)

// What is wrong with a value, as the rest of a sentence that begins with the
// field's name.
const (
	isRequired  = "is required"
	notText     = "is not a string"
	notDate     = "is not a date of the form YYYY-MM-DD"
	notAmount   = "is not a decimal amount"
	notWhole    = "is not a whole number"
	notBoolean  = "is not true or false"
	notKind     = "is neither recurring nor fix"
	notDuration = "is not a duration such as 36, 36M or 3Y"
)

// reader reads the values of one item and gathers what is wrong with them. A
// field that cannot be read is left empty beside its problem.
type reader struct {
	item     int
	problems []insurance.Problem
	// misshapen are problems of structure, after which nothing else about the
	// item is worth telling.
	misshapen []insurance.Problem
}

func (r *reader) problem(field insurance.Field, detail string) {
	r.problems = append(r.problems, insurance.Problem{Item: r.item, Field: field, Detail: detail})
}

// first is the first value that was given: null is as good as absent.
func first(values ...raw) raw {
	for _, v := range values {
		if given(v) {
			return v
		}
	}
	return nil
}

func given(v raw) bool { return len(v) > 0 && !bytes.Equal(v, []byte("null")) }

// object reads the first of its values into a wire struct; name is what the
// partner calls it.
func (r *reader) object(into any, name string, values ...raw) {
	v := first(values...)
	if v == nil {
		return
	}
	if v[0] != '{' || json.Unmarshal(v, into) != nil {
		detail := fmt.Sprintf("has no object as %s", name)
		r.misshapen = append(r.misshapen, insurance.Problem{Item: r.item, Field: insurance.FieldBody, Detail: detail})
	}
}

// text reads a string as it is; one of nothing but spaces is absent.
func (r *reader) text(field insurance.Field, values ...raw) string {
	v := first(values...)
	if v == nil {
		return ""
	}
	text, ok := unquote(v)
	if !ok {
		r.problem(field, notText)
		return ""
	}
	return text
}

// unquote is the text of a JSON string.
func unquote(v raw) (string, bool) {
	var text string
	if v[0] != '"' || json.Unmarshal(v, &text) != nil {
		return "", false
	}
	if strings.TrimSpace(text) == "" {
		return "", true
	}
	return text, true
}

// required is text that must be there. What is required of a proposal is for
// the rules of insurance to say, not for the decoder.
func (r *reader) required(field insurance.Field, values ...raw) string {
	before := len(r.problems)
	text := r.text(field, values...)
	if text == "" && len(r.problems) == before {
		r.problem(field, isRequired)
	}
	return text
}

// quote makes a value of text.
func quote(text string) raw {
	quoted, _ := json.Marshal(text) // a string is never refused
	return quoted
}

func (r *reader) personal(field insurance.Field, values ...raw) insurance.Personal {
	return insurance.Personal(r.text(field, values...))
}

// day reads YYYY-MM-DD as text, once it is known to be a day.
func (r *reader) day(field insurance.Field, values ...raw) string {
	return r.date(field, values...).String()
}

func (r *reader) date(field insurance.Field, values ...raw) insurance.Date {
	text := r.text(field, values...)
	if text == "" {
		return insurance.Date{}
	}
	date, err := insurance.ParseDate(text)
	if err != nil {
		r.problem(field, notDate)
	}
	return date
}

// amount reads a number, or a string that may have a decimal comma, and
// writes it plainly: 555.0 and "555,0" are 555.
func (r *reader) amount(field insurance.Field, values ...raw) string {
	text, ok := scalar(first(values...))
	if ok && text == "" {
		return ""
	}
	value, ok := exact(text)
	if !ok || ambiguous(first(values...)) {
		r.problem(field, notAmount)
		return ""
	}
	return value.Trim(0).String()
}

// thousands is text in which a point or a comma may divide thousands.
var thousands = regexp.MustCompile(`^"\s*[+-]?[0-9]{1,3}[.,][0-9]{3}\s*"$`)

// ambiguous tells whether some would read text as thousands and others as a
// fraction: "1.500" is either. A number is not text and never is.
func ambiguous(v raw) bool { return thousands.Match(v) }

// whole reads a number without a fraction, or a string of one.
func (r *reader) whole(field insurance.Field, values ...raw) *int {
	text, ok := scalar(first(values...))
	if ok && text == "" {
		return nil
	}
	n, ok := wholeOf(text)
	if !ok {
		r.problem(field, notWhole)
		return nil
	}
	return &n
}

// scalar is the text of a number or a string, trimmed. Absence is text too,
// an empty one; any other type is not.
func scalar(v raw) (text string, ok bool) {
	switch {
	case v == nil:
		return "", true
	case v[0] == '"':
		text, ok = unquote(v)
		return strings.TrimSpace(text), ok
	case v[0] == '-' || '0' <= v[0] && v[0] <= '9':
		return string(v), true
	}
	return "", false
}

func wholeOf(text string) (int, bool) {
	value, ok := exact(text)
	if !ok || !value.IsInt() {
		return 0, false
	}
	n, _, ok := value.Int64(0)
	return int(n), ok
}

// exact reads a decimal without rounding: what has more than 19 digits is not
// one. A comma counts as a point where there is no point.
func exact(text string) (decimal.Decimal, bool) {
	if strings.HasPrefix(text, ",") || strings.HasSuffix(text, ",") {
		return decimal.Decimal{}, false
	}
	if !strings.Contains(text, ".") {
		text = strings.Replace(text, ",", ".", 1)
	}
	value, err := decimal.Parse(text)
	return value, err == nil && digits(text) == digits(value.String())
}

// digits are those of a decimal from its first to its last that is not zero:
// they change if it is rounded, and only then.
func digits(text string) string {
	mantissa, _, _ := strings.Cut(strings.ToLower(text), "e")
	return strings.Trim(strings.Replace(strings.TrimLeft(mantissa, "+-"), ".", "", 1), "0")
}

// confirmation reads a boolean as the text that attributes are kept in; empty
// text is absent.
func (r *reader) confirmation(field insurance.Field, v raw) string {
	switch text := string(first(v)); text {
	case "", "true", "false":
		return text
	case `""`:
		return ""
	}
	r.problem(field, notBoolean)
	return ""
}

func (r *reader) kind(v raw) insurance.Kind {
	text := r.text(insurance.FieldKind, v)
	switch strings.ToLower(text) {
	case "":
		return ""
	case "recurring":
		return insurance.KindRecurring
	case "fix":
		return insurance.KindFixed
	}
	r.problem(insurance.FieldKind, notKind)
	return ""
}

// The most that a duration may be: months as insurance.ParsePeriod counts
// them, and characters, because its spelling is kept.
const (
	maxMonths   = 1200
	maxDuration = 16
)

// duration reads a number of months, or a period such as 3Y, and gives its
// spelling beside it. The published text says months, its sample says 3Y.
func (r *reader) duration(v raw) (insurance.Period, string) {
	text, ok := scalar(first(v))
	if ok && text == "" {
		return insurance.Period{}, ""
	}
	period, ok := periodOf(text)
	if !ok {
		r.problem(insurance.FieldTerm, notDuration)
		return insurance.Period{}, ""
	}
	return period, text
}

func periodOf(text string) (insurance.Period, bool) {
	if len(text) > maxDuration {
		return insurance.Period{}, false
	}
	if months, ok := wholeOf(text); ok {
		return insurance.Months(months), 1 <= months && months <= maxMonths
	}
	period, err := insurance.ParsePeriod(text)
	return period, err == nil
}
