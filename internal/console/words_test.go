package console

import (
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	// pageWord finds the keys that a page asks for.
	pageWord = regexp.MustCompile(`(?:word|say|labelled|fact|copyable (?:"[^"]*"|\([^)]*\))) "([\w.]+)"`)
	// scriptWord finds what stands in the brackets of the script's word(…), and
	// quoted the keys in it.
	scriptWord = regexp.MustCompile(`\bword\(([^)]*)\)`)
	quoted     = regexp.MustCompile(`"(\w+)"`)
	place      = regexp.MustCompile(`\{\w+\}`)
)

func TestBothLanguagesSayTheSame(t *testing.T) {
	t.Parallel()
	for key, text := range english {
		other, ok := german[key]
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
	for key := range german {
		if _, ok := english[key]; !ok {
			t.Errorf("English lacks %q", key)
		}
	}
}

func TestEveryWordIsThereAndIsSaid(t *testing.T) {
	t.Parallel()
	said := map[string]bool{"name": true} // by nameOf
	for _, state := range []string{"confirmed", "pending", "failed", "over"} {
		said["certificate."+state] = true
	}
	for _, kind := range []string{"absent", "failed"} {
		said["error."+kind], said["error."+kind+".next"] = true, true
	}
	for _, advance := range advances {
		said["clock."+advance] = true
	}
	for _, match := range pageWord.FindAllStringSubmatch(sources(t, pageFiles, "pages/*.html"), -1) {
		said[match[1]] = true
	}
	for _, call := range scriptWord.FindAllStringSubmatch(sources(t, assetFiles, "assets/*.js"), -1) {
		for _, match := range quoted.FindAllStringSubmatch(call[1], -1) {
			said["script."+match[1]] = true
		}
	}
	for _, key := range slices.Sorted(maps.Keys(said)) {
		if _, ok := english[key]; !ok {
			t.Errorf("nobody wrote %q", key)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(english)) {
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
