package document

import (
	"fmt"
	"math"
	"sync"

	"github.com/go-fonts/liberation/liberationsansbold"
	"github.com/go-fonts/liberation/liberationsansregular"
	"github.com/klauspost/compress/zlib"
	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// face is a typeface: what layout needs of it, which is the runes it has and
// how wide they are, and what a PDF that embeds some of its glyphs does.
type face struct {
	// name is that of what a document uses of it, under a tag of six capitals
	// (ISO 32000-1 §9.6.4); descriptor is what a font descriptor says (§9.8).
	name, descriptor string
	tables           trueType
	// glyph is the glyph of each rune of the basic plane, 0 where it lacks one.
	glyph [1 << 16]uint16
	// advance is the width of each rune of the basic plane in thousandths of
	// the type size, or lacking.
	advance [1 << 16]int16
	// xHeight is the height of a small x in thousandths of the type size
	// (OS/2 sxHeight).
	xHeight float64
	// everyday is the cut of the everyday letters.
	everyday func() cut
}

const lacking = -1

// unknown stands for every rune that the typeface lacks.
const unknown = '□'

// faces are parsed once and never change.
var faces = sync.OnceValue(func() [2]*face {
	return [2]*face{
		mustParse("COVERN+Sans", liberationsansregular.TTF, 87),
		mustParse("COVERN+Sans-Bold", liberationsansbold.TTF, 165),
	}
})

func faceOf(bold bool) *face {
	if bold {
		return faces()[1]
	}
	return faces()[0]
}

// mustParse reads a typeface that is compiled into the program; its stems have
// that width in thousandths of the type size.
func mustParse(name string, data []byte, stem int) *face {
	f := &face{name: name}
	f.everyday = sync.OnceValue(func() cut { return newSubset(f).cutAt(zlib.BestCompression) })
	if err := f.parse(data, stem); err != nil {
		panic(fmt.Sprintf("document: the embedded typeface cannot be read: %v", err))
	}
	return f
}

// em is a type size in which a unit is a thousandth of it.
var em = fixed.I(1000)

func (f *face) parse(data []byte, stem int) error {
	parsed, err := sfnt.Parse(data)
	if err != nil {
		return err
	}
	f.tables = tablesOf(data)
	var buffer sfnt.Buffer
	if err := f.measure(parsed, &buffer, stem); err != nil {
		return err
	}
	for r := range f.advance {
		f.advance[r] = lacking
		glyph, err := parsed.GlyphIndex(&buffer, rune(r))
		if err != nil || glyph == 0 {
			continue
		}
		width, err := parsed.GlyphAdvance(&buffer, glyph, em, font.HintingNone)
		if err != nil {
			return err
		}
		f.glyph[r], f.advance[r] = uint16(glyph), int16(rounded(width))
	}
	return nil
}

// measure reads what is true of all glyphs.
func (f *face) measure(parsed *sfnt.Font, buffer *sfnt.Buffer, stem int) error {
	metrics, err := parsed.Metrics(buffer, em, font.HintingNone)
	if err != nil {
		return err
	}
	box, err := parsed.Bounds(buffer, em, font.HintingNone)
	if err != nil {
		return err
	}
	const symbolic = 4 // its codes are those of no standard
	f.xHeight = float64(metrics.XHeight) / 64
	f.descriptor = fmt.Sprintf("/Flags %d /ItalicAngle 0 /StemV %d /Ascent %d /Descent %d /CapHeight %d /FontBBox [%d %d %d %d]",
		symbolic, stem, rounded(metrics.Ascent), -rounded(metrics.Descent), rounded(metrics.CapHeight),
		// What grows downwards here grows upwards there.
		rounded(box.Min.X), -rounded(box.Max.Y), rounded(box.Max.X), -rounded(box.Min.Y))
	return nil
}

func rounded(v fixed.Int26_6) int { return int(math.Round(float64(v) / 64)) }

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
