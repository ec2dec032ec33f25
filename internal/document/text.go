package document

import (
	"strconv"
	"strings"
)

// Measures of the page and its text, in millimetres unless said otherwise.
const (
	millimetresPerPoint = 25.4 / 72
	// leading is the distance of two lines in type sizes.
	leading = 1.38
)

// colour is red, green and blue from 0 to 255.
type colour struct{ red, green, blue int }

// operator appends what has text and areas drawn in the colour (ISO 32000-1 §8.6.8).
func (c colour) operator(line []byte) []byte {
	for _, part := range []int{c.red, c.green, c.blue} {
		line = append(strconv.AppendFloat(line, float64(part)/255, 'f', 3, 64), ' ')
	}
	return append(line, "rg"...)
}

// The colours of every document: one accent, the rest is grey. The last four
// belong to the information document, which prescribes them by name.
var (
	ink    = colour{28, 37, 48}
	muted  = colour{92, 104, 118}
	rule   = colour{208, 215, 222}
	tint   = colour{241, 245, 248}
	accent = colour{11, 83, 115}
	white  = colour{255, 255, 255}
	ghost  = colour{234, 238, 241}

	green  = colour{22, 128, 61}
	red    = colour{196, 30, 42}
	orange = colour{214, 104, 0}
	blue   = colour{24, 96, 170}
	yellow = colour{196, 148, 0}
	black  = colour{0, 0, 0}
)

// style is how text looks.
type style struct {
	bold   bool
	size   float64 // in points
	colour colour
}

// line is the height of one line.
func (t style) line() float64 { return t.size * millimetresPerPoint * leading }

// baseline is how far below the upper edge of a line its letters stand.
func (t style) baseline() float64 { return t.line()/2 + 0.35*t.size*millimetresPerPoint }

// width is the length of text.
func (t style) width(text string) float64 { return faceOf(t.bold).width(text, t.size) }

// smallest is the type size below which text is rather broken than made smaller.
const smallest = 8

// fit is the style made smaller, so that no word of the text is broken in a
// column of that width; as it was if even the smallest type is too wide.
func (t style) fit(text string, width float64) style {
	longest := 0.0
	for word := range strings.FieldsSeq(clean(text)) {
		longest = max(longest, t.width(word))
	}
	if smaller := t.size * width / longest; longest > width && smaller >= smallest {
		t.size = smaller
	}
	return t
}

// wrap breaks text into lines that are no wider than width. It breaks at
// spaces, and within a word only where the word is wider than a line. A line
// feed begins a new line.
func (t style) wrap(text string, width float64) []string {
	var lines []string
	for paragraph := range strings.SplitSeq(text, "\n") {
		if paragraph = clean(paragraph); paragraph != "" {
			lines = t.wrapParagraph(lines, paragraph, width)
		}
	}
	return lines
}

// wrapping is a text in a column.
type wrapping struct {
	bold        bool
	size, width float64
	text        string
}

// wrap is the style's, remembered: what is drawn was measured before, and nobody
// changes the lines.
func (s *sheet) wrap(t style, text string, width float64) []string {
	key := wrapping{t.bold, t.size, width, text}
	lines, known := s.wrapped[key]
	if !known {
		lines = t.wrap(text, width)
		s.wrapped[key] = lines
	}
	return lines
}

func (t style) wrapParagraph(lines []string, paragraph string, width float64) []string {
	line, room := "", width
	space := t.width(" ")
	for word := range strings.SplitSeq(paragraph, " ") {
		length := t.width(word)
		if line != "" && space+length <= room {
			line += " " + word
			room -= space + length
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		for length > width {
			head, tail := t.cut(word, width)
			lines = append(lines, head)
			word, length = tail, t.width(tail)
		}
		line, room = word, width-length
	}
	return append(lines, line)
}

// cut divides a word that is wider than a line after the last rune that fits,
// and after one rune at least.
func (t style) cut(word string, width float64) (head, tail string) {
	fits := 0
	for at := range word {
		if at > 0 && t.width(word[:at]) > width {
			break
		}
		fits = at
	}
	if fits == 0 {
		first := []rune(word)[0]
		fits = len(string(first))
	}
	return word[:fits], word[fits:]
}
