package document

import (
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/bidi"
	"golang.org/x/text/unicode/norm"
)

// clean makes text drawable: composed (NFC), on one line, single spaced,
// without control, format and bidirectional characters; what the typeface
// lacks becomes a box. So do scripts that are written from right to left,
// because their letters would stand in the wrong order.
func clean(text string) string {
	if isPlain(text) {
		return text
	}
	return cleaned(text)
}

func cleaned(text string) string {
	var b strings.Builder
	space := true // swallows leading space
	// Marks compose with what they stand upon once nothing is between.
	for _, r := range norm.NFC.String(strings.Map(visible, strings.ToValidUTF8(text, string(unknown)))) {
		switch {
		case r == '\u00a0' || r == '\u202f':
			r = '\u00a0'
		case unicode.IsSpace(r):
			if !space {
				b.WriteByte(' ')
			}
			space = true
			continue
		case !faceOf(false).has(r) || !faceOf(true).has(r) || rightToLeft(r):
			r = unknown
		}
		b.WriteRune(r)
		space = false
	}
	return strings.TrimSuffix(b.String(), " ")
}

// visible drops what has no shape of its own; what begins a new line or column
// is a blank.
func visible(r rune) rune {
	switch {
	case unicode.IsSpace(r) && r != '\u00a0' && r != '\u202f':
		return ' '
	case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Variation_Selector):
		return -1
	}
	return r
}

// isPlain tells whether clean would change nothing, for the texts that need it
// most often: those of ASCII and of letters that no mark follows.
func isPlain(text string) bool {
	before, plain := ' ', plainRunes()
	for _, r := range text {
		if r >= marks || !plain[r] || (r == ' ' && before == ' ') {
			return false
		}
		before = r
	}
	return before != ' ' || text == ""
}

// marks are combined with the letters before them. Below the first of them nothing
// composes, and all is written from left to right.
const marks = '\u0300'

// plainRunes are those below the marks that have a shape.
var plainRunes = sync.OnceValue(func() *[marks]bool {
	const softHyphen = '\u00ad'
	var plain [marks]bool
	for r := range plain {
		r := rune(r)
		plain[r] = (' ' <= r && r <= '~' || '\u00a0' <= r && r != softHyphen) && faceOf(false).has(r) && faceOf(true).has(r)
	}
	return &plain
})

func rightToLeft(r rune) bool {
	properties, _ := bidi.LookupRune(r)
	class := properties.Class()
	return class == bidi.R || class == bidi.AL
}
