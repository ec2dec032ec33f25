package console

import (
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"
)

// The most characters that one value of an address and of a form may have.
const (
	longestQuery = 200
	longestField = 4000
)

// legible tells whether all that was sent can be read, and kept: storage
// holds text without NUL only.
func legible(r *http.Request) bool {
	return r.ParseForm() == nil && within(r.URL.Query(), longestQuery) && within(r.PostForm, longestField)
}

// within tells whether every value is text, and of so many characters at most.
func within(sent url.Values, most int) bool {
	for _, values := range sent {
		for _, value := range values {
			if !utf8.ValidString(value) || strings.Contains(value, "\x00") || utf8.RuneCountInString(value) > most {
				return false
			}
		}
	}
	return true
}
