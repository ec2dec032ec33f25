package document

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

	"github.com/klauspost/compress/zlib"
)

// everyday are the letters that documents embed whether they draw them or not. So
// nearly all documents embed the same cut of a typeface, which is made once.
const everyday = " !$%&'()+,-./0123456789:;?@ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz\u00a0£¥§·ÄÖÜ×ßäéöü÷–€"

// everydayCodes are their codes by rune, from 1 on; 0 for all others.
var everydayCodes = func() (codes ['€' + 1]uint16) {
	for i, r := range []rune(everyday) {
		codes[r] = uint16(i + 1)
	}
	return codes
}()

// subset is what a document embeds of a typeface. Each rune that is not an everyday
// one gets the next code when it is drawn first, and its code is the place of its
// glyph in the file that is embedded. Code 0 is the glyph for what is missing.
type subset struct {
	*face
	// rare are the codes of runes beside the everyday ones.
	rare  map[rune]uint16
	runes []rune
}

func newSubset(f *face) *subset {
	return &subset{face: f, rare: make(map[rune]uint16), runes: append([]rune{0}, []rune(everyday)...)}
}

// encode is clean text in codes of two bytes.
func (u *subset) encode(text string) string {
	encoded := make([]byte, 0, 2*len(text))
	for _, r := range text {
		encoded = binary.BigEndian.AppendUint16(encoded, u.code(r))
	}
	return string(encoded)
}

func (u *subset) code(r rune) uint16 {
	if int(r) < len(everydayCodes) && everydayCodes[r] != 0 {
		return everydayCodes[r]
	}
	if _, known := u.rare[r]; !known {
		u.rare[r] = uint16(len(u.runes))
		u.runes = append(u.runes, r)
	}
	return u.rare[r]
}

// place is a font of the library's own that keeps the place of the subset.
func (u *subset) place() []byte { return fmt.Appendf(nil, `{"Tp": "Core", "Name": %q}`, u.name) }

// cut are the parts of a font that say which glyphs it has, ready to be embedded.
type cut struct {
	program, unicode []byte
	widths           string
}

// cut is that of the face if there are only everyday letters: it was compressed as
// well as can be, once.
func (u *subset) cut() cut {
	if len(u.rare) == 0 {
		return u.everyday()
	}
	return u.cutAt(zlib.BestSpeed)
}

func (u *subset) cutAt(level int) cut {
	program := u.program()
	return cut{
		program: stream(compressedAt(level, program), fmt.Sprintf("/Length1 %d", len(program))),
		unicode: stream(compressedAt(level, u.unicode()), ""),
		widths:  fmt.Sprint(u.widths()),
	}
}

// embed has the subset take its place in a PDF.
func (u *subset) embed(into *assembly) error {
	font, err := into.font(u.name)
	if err != nil {
		return err
	}
	cut := u.cut()
	file, unicode := into.add(cut.program), into.add(cut.unicode)
	descriptor := into.add(fmt.Appendf(nil, "<</Type /FontDescriptor /FontName /%s %s /FontFile2 %d 0 R>>", u.name, u.descriptor, file))
	descendant := into.add(fmt.Appendf(nil, `<</Type /Font /Subtype /CIDFontType2 /BaseFont /%s
/CIDSystemInfo <</Registry (Adobe) /Ordering (Identity) /Supplement 0>>
/FontDescriptor %d 0 R /CIDToGIDMap /Identity /W [1 %s]>>`, u.name, descriptor, cut.widths))
	into.objects[font] = fmt.Appendf(nil, `<</Type /Font /Subtype /Type0 /BaseFont /%s /Encoding /Identity-H
/DescendantFonts [%d 0 R] /ToUnicode %d 0 R>>`, u.name, descendant, unicode)
	return nil
}

func (u *subset) program() []byte {
	glyphs := make([]uint16, len(u.runes))
	for i, r := range u.runes[1:] {
		glyphs[i+1] = u.glyph[r]
	}
	return u.tables.subset(glyphs)
}

// widths are those of the codes from 1 on (ISO 32000-1 §9.7.4.3).
func (u *subset) widths() []int16 {
	widths := make([]int16, 0, len(u.runes))
	for _, r := range u.runes[1:] {
		widths = append(widths, u.advance[r])
	}
	return widths
}

// unicode says which rune each code is (ISO 32000-1 §9.10.3), so that text can
// be searched and copied. One list holds a hundred codes at most.
func (u *subset) unicode() []byte {
	var lists strings.Builder
	code := 0
	for some := range slices.Chunk(u.runes[1:], 100) {
		fmt.Fprintf(&lists, "%d beginbfchar\n", len(some))
		for _, r := range some {
			code++
			fmt.Fprintf(&lists, "<%04X> <%04X>\n", code, r)
		}
		lists.WriteString("endbfchar\n")
	}
	return fmt.Appendf(nil, `/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
%sendcmap
CMapName currentdict /CMap defineresource pop
end
end`, lists.String())
}
