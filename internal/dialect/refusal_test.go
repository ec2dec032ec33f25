package dialect

import (
	"strings"
	"testing"
)

func TestSentence(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"": "", "änders": "Änders.", "Done.": "Done."} {
		if got := Sentence(text); got != want {
			t.Errorf("Sentence(%q) = %q", text, got)
		}
	}
}

func TestShown(t *testing.T) {
	t.Parallel()
	if got := Shown("a\x00\u202e" + strings.Repeat("ä", 100)); got != "a??"+strings.Repeat("ä", mostShown-3) {
		t.Errorf("got %q", got)
	}
	for text, want := range map[string]string{"": "", "Bjørn": "Bjørn", "a\x00b": "a?b", "\xff": "\ufffd"} {
		if got := Shown(text); got != want {
			t.Errorf("%q is shown as %q", text, got)
		}
	}
}
