package console

import (
	"maps"
	"net/http"
	"slices"

	"golang.org/x/text/language"

	"github.com/covernote/covernote/internal/insurance"
)

// languages are those that every text stands in; the first is for whoever
// asks for neither.
var languages = []string{"en", "de"}

var matcher = language.NewMatcher([]language.Tag{language.English, language.German})

// wording is every text of the pages in one language, by key. Keys that begin
// with "script." go to the script; {name} in them is filled in there.
type wording map[string]string

var wordings = map[string]wording{
	"en": together(english, deskEnglish, deskWorkEnglish),
	"de": together(german, deskGerman, deskWorkGerman),
}

// together is one wording of several; a key stands in one of them only.
func together(parts ...wording) wording {
	all := wording{}
	for _, part := range parts {
		maps.Copy(all, part)
	}
	return all
}

// languageOf gives the language to answer in: the one chosen by ?lang=, or
// else the best that Accept-Language names.
func languageOf(r *http.Request) string {
	if chosen := r.URL.Query().Get("lang"); slices.Contains(languages, chosen) {
		return chosen
	}
	_, best := language.MatchStrings(matcher, r.Header.Get("Accept-Language"))
	return languages[best]
}

// publicLanguage gives the language of a page for customers: the one in its
// path, else the best that Accept-Language names, else the first of those
// offered that pages are written in.
func publicLanguage(r *http.Request, inPath string, offered []insurance.Language) string {
	if inPath != "" {
		return inPath
	}
	// Of a header that cannot be read, what could be read counts.
	wanted, _, _ := language.ParseAcceptLanguage(r.Header.Get("Accept-Language"))
	if _, best, sure := matcher.Match(wanted...); sure != language.No {
		return languages[best]
	}
	for _, each := range offered {
		if slices.Contains(languages, string(each)) {
			return string(each)
		}
	}
	return languages[0]
}

// deskLanguage gives the language of the desk: the one chosen by ?lang=, else
// the one chosen before, else the best that Accept-Language names, and German
// for whoever names neither.
func deskLanguage(r *http.Request) string {
	if chosen := r.URL.Query().Get("lang"); slices.Contains(languages, chosen) {
		return chosen
	}
	if kept, err := r.Cookie(languageCookie); err == nil && slices.Contains(languages, kept.Value) {
		return kept.Value
	}
	return publicLanguage(r, "", []insurance.Language{"de"})
}
