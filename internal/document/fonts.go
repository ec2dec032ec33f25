package document

import (
	"fmt"
	"math"
	"sync"

	"github.com/go-fonts/liberation/liberationsansbold"
	"github.com/go-fonts/liberation/liberationsansregular"
	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// face is a typeface as layout needs it: which runes it has and how wide they
// are.
type face struct {
	data []byte
	// advance is the width of each rune of the basic plane in thousandths of
	// the type size, or lacking.
	advance [1 << 16]int16
	// xHeight is the height of a small x in thousandths of the type size
	// (OS/2 sxHeight).
	xHeight float64
}

const lacking = -1

// unknown stands for every rune that the typeface lacks.
const unknown = '□'

// faces are parsed once and never change.
var faces = sync.OnceValue(func() [2]*face {
	return [2]*face{
		mustParse(liberationsansregular.TTF),
		mustParse(liberationsansbold.TTF),
	}
})

func faceOf(bold bool) *face {
	if bold {
		return faces()[1]
	}
	return faces()[0]
}

// mustParse reads a typeface that is compiled into the program.
func mustParse(data []byte) *face {
	f, err := parseFace(data)
	if err != nil {
		panic(fmt.Sprintf("document: the embedded typeface cannot be read: %v", err))
	}
	return f
}

func parseFace(data []byte) (*face, error) {
	parsed, err := sfnt.Parse(data)
	if err != nil {
		return nil, err
	}
	var buffer sfnt.Buffer
	em := fixed.I(1000)
	metrics, err := parsed.Metrics(&buffer, em, font.HintingNone)
	if err != nil {
		return nil, err
	}
	f := &face{data: data, xHeight: float64(metrics.XHeight) / 64}
	for r := range f.advance {
		f.advance[r] = lacking
		glyph, err := parsed.GlyphIndex(&buffer, rune(r))
		if err != nil || glyph == 0 {
			continue
		}
		width, err := parsed.GlyphAdvance(&buffer, glyph, em, font.HintingNone)
		if err != nil {
			return nil, err
		}
		f.advance[r] = int16(math.Round(float64(width) / 64))
	}
	return f, nil
}

func (f *face) has(r rune) bool {
	return r >= 0 && int(r) < len(f.advance) && f.advance[r] != lacking
}

// width is the length of clean text in millimetres at a type size in points.
func (f *face) width(text string, size float64) float64 {
	sum := 0
	for _, r := range text {
		if f.has(r) {
			sum += int(f.advance[r])
		}
	}
	return float64(sum) / 1000 * size * millimetresPerPoint
}

// xHeightAt is the height of a small x in millimetres at a type size in points.
func (f *face) xHeightAt(size float64) float64 {
	return f.xHeight / 1000 * size * millimetresPerPoint
}
