package document

import (
	"bytes"
	"compress/zlib"
	"io"
	"iter"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/go-fonts/liberation/liberationsansbold"
	"github.com/go-fonts/liberation/liberationsansregular"
	"golang.org/x/image/font/sfnt"
)

// names are of many alphabets, with letters that are composed of others.
const names = "Łukasz Müller-Đặng Ǻse Ștefan Αλέξανδρος Ώρα Борис Щукин Їжак ẞ €½□\u00a0!"

// Every rune of the basic plane looks in what is embedded as in the whole.
func TestASubsetDrawsWhatTheTypefaceDraws(t *testing.T) {
	t.Parallel()
	for bold, file := range map[bool][]byte{false: liberationsansregular.TTF, true: liberationsansbold.TTF} {
		u := newSubset(faceOf(bold))
		u.encode(names)
		for r := range rune(1 << 16) {
			if u.has(r) {
				u.encode(string(r))
			}
		}
		whole := tablesOf(file)
		part := maps.Clone(whole) // a PDF needs fewer tables than whoever reads a file
		maps.Copy(part, tablesOf(u.program()))
		drawn, embedded := outlines(t, whole), outlines(t, part)
		for code, r := range u.runes {
			want, got := drawn(u.glyph[r]), embedded(uint16(code))
			if !slices.Equal(got, want) {
				t.Errorf("bold %t: %q is drawn in %d strokes instead of %d, or others", bold, r, len(got), len(want))
			}
			if want, got := whole.metric(u.glyph[r]), part.metric(uint16(code)); !bytes.Equal(got, want) {
				t.Errorf("bold %t: %q has the measures %v, want %v", bold, r, got, want)
			}
		}
	}
}

// outlines reads the strokes of glyphs.
func outlines(t *testing.T, tables trueType) func(glyph uint16) []sfnt.Segment {
	t.Helper()
	parsed, err := sfnt.Parse(tables.file())
	if err != nil {
		t.Fatal(err)
	}
	return func(glyph uint16) []sfnt.Segment {
		t.Helper()
		var buffer sfnt.Buffer
		strokes, err := parsed.LoadGlyph(&buffer, sfnt.GlyphIndex(glyph), em, nil)
		if err != nil {
			t.Fatal(err)
		}
		return slices.Clone(strokes)
	}
}

// Beside the everyday letters, a subset holds what is drawn and no more.
func TestASubsetGrowsByRareLetters(t *testing.T) {
	t.Parallel()
	u := newSubset(faceOf(false))
	common := len([]rune(everyday))
	if got, want := u.encode("! !"), "\x00\x02\x00\x01\x00\x02"; got != want {
		t.Errorf("the codes of everyday letters are %q, want %q", got, want)
	}
	first, second := string([]byte{0, byte(common + 1)}), string([]byte{0, byte(common + 2)})
	if got, want := u.encode("ŁđđŁ"), first+second+second+first; got != want {
		t.Errorf("the codes of rare letters are %q, want %q", got, want)
	}
	tables := tablesOf(u.program())
	if got := strings.Join(slices.Sorted(maps.Keys(tables)), ","); got != "cvt ,fpgm,glyf,head,hhea,hmtx,loca,maxp,prep" {
		t.Errorf("it consists of %s", got)
	}
	if widths := u.widths(); len(widths) != common+2 || !slices.Equal(widths[common:], []int16{556, 556}) {
		t.Errorf("the widths are %v", widths)
	}
	if has := len(tables["loca"])/4 - 1; has < common+3 || has > common+8 { // and the marks that letters are composed of
		t.Errorf("%d glyphs are embedded, want those of %d letters and of what is missing", has, common+2)
	}
}

// What all documents say themselves is written in everyday letters.
func TestWordingsAreOfEverydayLetters(t *testing.T) {
	t.Parallel()
	for _, words := range []wording{german, english} {
		for text := range texts(reflect.ValueOf(words)) {
			if rare := strings.Trim(strings.ReplaceAll(text, "\n", ""), everyday); rare != "" {
				t.Errorf("%q is not everyday in %q", rare, text)
			}
		}
	}
}

// texts are all that a value holds.
func texts(v reflect.Value) iter.Seq[string] {
	return func(yield func(string) bool) {
		if v.Kind() == reflect.String {
			yield(v.String())
			return
		}
		for _, part := range parts(v) {
			for text := range texts(part) {
				if !yield(text) {
					return
				}
			}
		}
	}
}

// parts are those that a value consists of.
func parts(v reflect.Value) (all []reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			all = append(all, v.Field(i))
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			all = append(all, v.Index(i))
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			all = append(all, v.MapIndex(key))
		}
	case reflect.Pointer:
		all = append(all, v.Elem())
	}
	return all
}

// Documents of everyday letters embed the same bytes, whatever they say.
func TestEverydayDocumentsShareTheirTypefaces(t *testing.T) {
	t.Parallel()
	embedded := func(name string) (programs []string) {
		for object := range strings.SplitSeq(string(rendered(t, named(t, name))), " 0 obj\n") {
			if strings.Contains(object, "/Length1 ") {
				programs = append(programs, object[:strings.LastIndex(object, "\nendobj")])
			}
		}
		return programs
	}
	anna, zoe, luka := embedded("Anna"), embedded("Quax & Söhne"), embedded("Łuka")
	if len(anna) != 2 || !slices.Equal(anna, zoe) {
		t.Error("two documents of everyday letters embed other typefaces")
	}
	if len(luka) != 2 || anna[0] == luka[0] {
		t.Error("a rare letter changes nothing")
	}
}

// The checksum of every table is right, and the tables lie where words begin.
func TestASubsetIsAWholeFile(t *testing.T) {
	t.Parallel()
	u := newSubset(faceOf(true))
	u.encode(names)
	file := u.program()
	for i := range tablesOf(file) {
		at := strings.Index(string(file), i)
		sum, from := number(file[at+4:]), number(file[at+8:])
		if got := checksum(tablesOf(file)[i]); got != sum || from%4 != 0 {
			t.Errorf("%s begins at %d and its checksum is %x, want %x", i, from, got, sum)
		}
	}
}

func number(b []byte) (n uint32) {
	for _, digit := range b[:4] {
		n = n<<8 | uint32(digit)
	}
	return n
}

// A certificate grows by what it draws: that of an alphabet more by some glyphs.
func TestAnAlphabetMoreIsSomeGlyphsMore(t *testing.T) {
	t.Parallel()
	plain, greek := rendered(t, named(t, "Anna")), rendered(t, named(t, "Αλέξανδρος"))
	if more := len(greek) - len(plain); more <= 0 || more > 4096 {
		t.Errorf("ten Greek letters take %d bytes more than four Latin ones", more)
	}
}

func TestALongListOfCodesIsDivided(t *testing.T) {
	t.Parallel()
	u := newSubset(faceOf(false))
	for r := rune('!'); len(u.runes) <= 250; r++ {
		if u.has(r) {
			u.encode(string(r))
		}
	}
	lists := strings.Split(string(u.unicode()), " beginbfchar\n")[1:]
	for i, want := range []int{100, 100, 50} {
		entries, _, _ := strings.Cut(lists[i], "endbfchar")
		if got := strings.Count(entries, "\n"); got != want || !strings.Contains(string(u.unicode()), strconv.Itoa(want)+" beginbfchar") {
			t.Errorf("list %d has %d codes, want %d", i, got, want)
		}
	}
}

func TestCompressedInAnyOrder(t *testing.T) {
	t.Parallel()
	for range 3 { // the same compressor again
		for _, text := range []string{"", "one", strings.Repeat("many ", 9999)} {
			r, err := zlib.NewReader(bytes.NewReader(compressed([]byte(text))))
			if err != nil {
				t.Fatal(err)
			}
			if got, err := io.ReadAll(r); err != nil || string(got) != text {
				t.Errorf("%d bytes became %d, %v", len(text), len(got), err)
			}
		}
	}
}
