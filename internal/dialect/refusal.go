package dialect

import (
	"cmp"
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/covernote/covernote/internal/insurance"
)

// AddRefusalHeader says when whoever is refused for the moment may come back, in
// seconds, and challenges whoever has not signed in; an empty challenge does not.
func AddRefusalHeader(header http.Header, err *insurance.Error, challenge string) {
	switch err.Code {
	case insurance.CodeUnauthenticated:
		if challenge != "" {
			header.Set("WWW-Authenticate", challenge)
		}
	case insurance.CodeRateLimited:
		header.Set("Retry-After", cmp.Or(err.Detail, "1"))
	case insurance.CodeInProgress, insurance.CodeBusy, insurance.CodeUnavailable:
		header.Set("Retry-After", "1")
	}
}

// Sentence begins text with a capital and ends it with a full stop. No text stays
// none.
func Sentence(text string) string {
	if text == "" {
		return ""
	}
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + strings.TrimSuffix(text[size:], ".") + "."
}

// mostShown is how many characters of the caller's own text a refusal repeats.
const mostShown = 64

// Shown makes text of the caller fit to be repeated: cut short, and with a question
// mark for each character that cannot be printed.
func Shown(text string) string {
	if len(text) <= mostShown && utf8.ValidString(text) && strings.IndexFunc(text, isUnprintable) < 0 {
		return text
	}
	printed := []rune(strings.Map(func(r rune) rune {
		if isUnprintable(r) {
			return '?'
		}
		return r
	}, text))
	return string(printed[:min(len(printed), mostShown)])
}

func isUnprintable(r rune) bool { return !unicode.IsPrint(r) }
