package console

import (
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"strings"
	"time"

	"github.com/covernote/covernote/internal/document"
)

//go:embed pages
var pageFiles embed.FS

// templates holds the pages of every language.
var templates = parsePages()

func parsePages() map[string]*template.Template {
	parsed := map[string]*template.Template{}
	for _, lang := range languages {
		parsed[lang] = template.Must(template.New("").Funcs(pageFuncs(lang)).ParseFS(pageFiles, "pages/*.html"))
	}
	return parsed
}

// advances are the moves that the clock has a button for, as ISO 8601
// durations; "clock.<advance>" says each.
var advances = []string{"P1D", "P14D", "P30D", "P90D", "P1Y"}

// block is a text to copy and what people call it.
type block struct{ ID, Label, Text string }

// block gives a block whose label stands under the key.
func (w wording) block(id, key, text string) (block, error) {
	label, err := w.word(key)
	return block{id, label, text}, err
}

// labelled gives a value whose label stands under the key.
func (w wording) labelled(key, value string) (document.Labelled, error) {
	label, err := w.word(key)
	return document.Labelled{Label: label, Value: value}, err
}

// pageFuncs is what pages may call.
func pageFuncs(lang string) template.FuncMap {
	words := wordings[lang]
	return template.FuncMap{
		"lang":          func() string { return lang },
		"languages":     func() []string { return languages },
		"nameOf":        func(other string) (string, error) { return wordings[other].word("name") },
		"word":          words.word,
		"say":           words.say,
		"scriptWords":   words.forScript,
		"title":         func(titles map[string]string) string { return titleIn(lang, titles) },
		"asset":         assetURL,
		"json":          toJSON,
		"instant":       func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
		"clock":         func(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05") },
		"advances":      func() []string { return advances },
		"authorization": authorization,
		"names":         names,
		"followUps":     func(p StartPartner) []followUp { return followUpsIn(lang, p) },
		"copyable":      words.block,
		"labelled":      words.labelled,
		"named":         func(f Fact) block { return block{"", titleIn(lang, f.Name), f.Value} },
		"fact":          func(key, text string) (block, error) { return words.block("", key, text) },
		"lines":         func(s string) int { return strings.Count(s, "\n") + 1 },
	}
}

// word gives a text; a page that asks for one that is missing fails.
func (w wording) word(key string) (string, error) {
	text, ok := w[key]
	if !ok {
		return "", fmt.Errorf("no words for %q", key)
	}
	return text, nil
}

// say gives a text with every {name} filled in; names and values follow each
// other.
func (w wording) say(key string, pairs ...string) (string, error) {
	filled := make([]string, len(pairs))
	for i, each := range pairs {
		filled[i] = each
		if i%2 == 0 {
			filled[i] = "{" + each + "}"
		}
	}
	text, err := w.word(key)
	return strings.NewReplacer(filled...).Replace(text), err
}

// forScript gives what the script says, as JSON, under keys without "script.".
func (w wording) forScript() (string, error) {
	told := map[string]string{}
	for key, text := range w {
		if name, ok := strings.CutPrefix(key, "script."); ok {
			told[name] = text
		}
	}
	return toJSON(told)
}

// titleIn gives the title in the language, or else in the first of languages
// that there is one in.
func titleIn(lang string, titles map[string]string) string {
	for _, each := range append([]string{lang}, languages...) {
		if title := titles[each]; title != "" {
			return title
		}
	}
	return ""
}

func assetURL(source string) (string, error) {
	if _, ok := assets[source]; !ok {
		return "", fmt.Errorf("no asset %q", source)
	}
	return "/assets/" + assetVersion + "/" + source, nil
}

func toJSON(value any) (string, error) {
	encoded, err := json.Marshal(value)
	return string(encoded), err
}
