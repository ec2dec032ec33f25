package console

import (
	"regexp"
	"slices"
	"strings"

	"github.com/covernote/covernote/internal/insurance"
)

// blank is a space as people, their keyboards and their spreadsheets write it
// between thousands and before a currency.
const blank = "[ \u00a0\u202f]"

// answerForm is how an answer of one kind may be typed.
type answerForm struct {
	// pattern is the same for the server and for the script.
	pattern *regexp.Regexp
	// exact writes what matches as the core reads it; false if there is no such
	// thing, like the 31st of April.
	exact func(typed string) (string, bool)
	// wrong is the key of what is said of anything else.
	wrong string
}

// answerForms are the kinds that may be typed in several ways. In an amount,
// what parts off three digits is a mark between thousands, whichever it is:
// euros have two decimal digits at most, so that no reading is a guess.
var answerForms = map[insurance.AttributeKind]answerForm{
	insurance.AttributeAmount: {amountForm, exactAmount, "ask.wrong.amount"},
	insurance.AttributeWhole:  {wholeForm, exactWhole, "ask.wrong.whole"},
	insurance.AttributeDate:   {dateForm, exactDate, "ask.wrong.date"},
}

var (
	amountForm = regexp.MustCompile(`^(?:(?:€|EUR)` + blank + `*)?(` +
		`\d+(?:[.,]\d{1,2})?|[1-9]\d{0,2}(?:` +
		`(?:\.\d{3})+(?:,\d{1,2})?|(?:,\d{3})+(?:\.\d{1,2})?|(?:(?:['’]|` + blank + `)\d{3})+(?:[.,]\d{1,2})?` +
		`))(?:,[-–])?` + blank + `*(?:€|EUR)?$`)
	wholeForm = regexp.MustCompile(`^(?:\d+|[1-9]\d{0,2}(?:(?:[.,'’]|` + blank + `)\d{3})+)$`)
	dateForm  = regexp.MustCompile(`^(?:\d{4}-\d{2}-\d{2}|(\d{1,2})\. ?(\d{1,2})\. ?(\d{4}))$`)
)

// exactAnswer writes an answer as the core reads it. What has no form of its
// own is left to the core as it was typed.
func exactAnswer(q insurance.Question, typed string) (string, bool) {
	typed = strings.TrimSpace(typed)
	if typed == "" || len(q.Options) > 0 {
		return typed, typed == "" || slices.Contains(q.Options, typed)
	}
	form, several := answerForms[q.Kind]
	if !several {
		return typed, true
	}
	if !form.pattern.MatchString(typed) {
		return "", false
	}
	return form.exact(typed)
}

func exactAmount(typed string) (string, bool) {
	whole, cents := amountForm.FindStringSubmatch(typed)[1], ""
	if mark := strings.LastIndexAny(whole, ".,"); mark >= 0 && len(whole)-mark <= len(".00") {
		whole, cents = whole[:mark], "."+whole[mark+1:]
	}
	return digitsOf(whole) + cents, true
}

func exactWhole(typed string) (string, bool) { return digitsOf(typed), true }

// digitsOf leaves out the marks between thousands, and zeros that count
// nothing.
func digitsOf(number string) string {
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, number)
	if significant := strings.TrimLeft(digits, "0"); significant != "" {
		return significant
	}
	return "0"
}

func exactDate(typed string) (string, bool) {
	if parts := dateForm.FindStringSubmatch(typed); parts[3] != "" {
		typed = parts[3] + "-" + twoDigits(parts[2]) + "-" + twoDigits(parts[1])
	}
	_, err := insurance.ParseDate(typed)
	return typed, err == nil
}

func twoDigits(number string) string { return strings.Repeat("0", 2-len(number)) + number }
