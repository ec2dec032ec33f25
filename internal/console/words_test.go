package console

import (
	"io/fs"
	"maps"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/insurance"
)

var (
	// pageWord finds the keys that a page asks for.
	pageWord = regexp.MustCompile(`(?:word|say|labelled|fact|copyable (?:"[^"]*"|\([^)]*\))) "([\w.]+)"`)
	// codeWord finds the keys that the desk's code asks for, and codeText what
	// may be a key.
	codeWord = regexp.MustCompile(`\bsay\("([\w.]*\w)"`)
	codeText = regexp.MustCompile(`"(\w[\w.]*\w)"`)
	// scriptWord finds what stands in the brackets of the script's word(…), and
	// quoted the keys in it.
	scriptWord = regexp.MustCompile(`\bword\(([^)]*)\)`)
	quoted     = regexp.MustCompile(`"(\w+)"`)
	place      = regexp.MustCompile(`\{\w+\}`)
)

func TestBothLanguagesSayTheSame(t *testing.T) {
	t.Parallel()
	for key, text := range wordings["en"] {
		other, ok := wordings["de"][key]
		if !ok {
			t.Errorf("German lacks %q", key)
			continue
		}
		if strings.TrimSpace(text) == "" || strings.TrimSpace(other) == "" {
			t.Errorf("%q is empty", key)
		}
		in, im := place.FindAllString(text, -1), place.FindAllString(other, -1)
		slices.Sort(in)
		slices.Sort(im)
		if !slices.Equal(in, im) {
			t.Errorf("%q fills in %v in English and %v in German", key, in, im)
		}
	}
	for key := range wordings["de"] {
		if _, ok := wordings["en"][key]; !ok {
			t.Errorf("English lacks %q", key)
		}
	}
}

func TestNoKeyStandsTwice(t *testing.T) {
	t.Parallel()
	for lang, parts := range map[string][]wording{
		"en": {english, deskEnglish, deskWorkEnglish}, "de": {german, deskGerman, deskWorkGerman},
	} {
		sum := 0
		for _, part := range parts {
			sum += len(part)
		}
		if sum != len(wordings[lang]) {
			t.Errorf("%s: %d keys have only %d places", lang, sum, len(wordings[lang]))
		}
	}
}

// computed are the keys that are put together from a value.
func computed() []string {
	keys := []string{"name"} // by nameOf
	for _, state := range []string{"confirmed", "pending", "failed", "over"} {
		keys = append(keys, "certificate."+state)
	}
	for _, kind := range []string{"absent", "failed"} {
		keys = append(keys, "error."+kind, "error."+kind+".next")
	}
	for _, advance := range advances {
		keys = append(keys, "clock."+advance)
	}
	for notice := range notices {
		keys = append(keys, "desk.notice."+notice)
	}
	for _, status := range core.InquiryStatuses() {
		keys = append(keys, "desk.status."+string(status), "desk.about."+string(status))
	}
	for _, state := range append([]string{"done", "current", "skipped"}, stepNames...) {
		keys = append(keys, "desk.step."+state)
	}
	for kind := range toldEvents {
		keys = append(keys, "desk.event."+string(kind))
	}
	for _, kind := range []core.DocumentKind{
		core.DocumentCertificate, core.DocumentIPID, core.DocumentWithdrawal, core.DocumentCancellation,
		core.DocumentProposal, core.DocumentCoverOrder,
	} {
		keys = append(keys, "desk.document."+string(kind))
	}
	for form := core.FormAG; form <= core.FormOther; form++ {
		keys = append(keys, "desk.form."+strconv.Itoa(int(form)))
	}
	for _, each := range []insurance.Salutation{insurance.SalutationMr, insurance.SalutationMs, insurance.SalutationOther} {
		keys = append(keys, "desk.salutation."+string(each))
	}
	for _, each := range customerFields {
		keys = append(keys, "desk.field."+each.id)
	}
	for _, reason := range insurance.Reasons() {
		keys = append(keys, "desk.reason."+string(reason))
	}
	for _, status := range append(slices.Collect(maps.Values(lostStatus)), http.StatusInternalServerError, http.StatusBadRequest) {
		key := "desk.lost." + strconv.Itoa(status)
		keys = append(keys, key, key+".next")
	}
	return keys
}

func TestEveryWordIsThereAndIsSaid(t *testing.T) {
	t.Parallel()
	said := map[string]bool{}
	for _, key := range computed() {
		said[key] = true
	}
	for _, match := range pageWord.FindAllStringSubmatch(sources(t, pageFiles, "pages/*.html"), -1) {
		said[match[1]] = true
	}
	words, code := wordings["en"], sources(t, os.DirFS("."), "desk*.go")
	for _, match := range codeWord.FindAllStringSubmatch(code, -1) {
		said[match[1]] = true
	}
	for _, match := range codeText.FindAllStringSubmatch(code, -1) {
		if _, ok := words[match[1]]; ok {
			said[match[1]] = true
		}
	}
	for _, call := range scriptWord.FindAllStringSubmatch(sources(t, assetFiles, "assets/*.js"), -1) {
		for _, match := range quoted.FindAllStringSubmatch(call[1], -1) {
			said["script."+match[1]] = true
		}
	}
	for _, key := range slices.Sorted(maps.Keys(said)) {
		if _, ok := words[key]; !ok {
			t.Errorf("nobody wrote %q", key)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(words)) {
		if !said[key] {
			t.Errorf("nothing says %q", key)
		}
	}
}

// sources gives the files that match, one after the other.
func sources(t *testing.T, files fs.FS, pattern string) string {
	t.Helper()
	names, err := fs.Glob(files, pattern)
	if err != nil || len(names) == 0 {
		t.Fatalf("%s: %v, %v", pattern, names, err)
	}
	var all strings.Builder
	for _, name := range names {
		content, err := fs.ReadFile(files, name)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(content)
	}
	return all.String()
}
