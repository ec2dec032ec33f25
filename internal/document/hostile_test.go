package document

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/covernote/covernote/internal/insurance"
)

// hostile are names that break what takes text for instructions.
var hostile = map[string]string{
	"control characters": "Ann\x00a\r\nMa\x1b[31mria\u0085",
	"PDF syntax":         `O'Brien (\) Tj ET endstream endobj << /JS (app.alert(1)) >> %%EOF`,
	"names of fonts":     "/BaseFont /utf8xx-sans /PageMode /UseOutlines",
	"bidirectional":      "Max\u202eretsuM\u202c \u2066Muster\u2069\u200f",
	"right to left":      "דוד بن غوريون",
	"emoji":              "Zoë 👩‍👩‍👧‍👦 🇩🇪 ❤️",
	"beyond the plane":   "𝕬𝖓𝖓𝖆 𠮷田 \U0010ffff\uffff",
	"stacked":            "Z\u0300\u0301\u0302\u0303\u0304\u0305\u0306\u0307" + strings.Repeat("\u0308", 200) + "algo",
	"endless word":       strings.Repeat("Ł", 300),
	"endless wide word":  strings.Repeat("W", 300),
	"many words":         strings.Repeat("Anna-Maria ", 60),
	"broken UTF-8":       "Ren\xe9\xff\xfe M\xc3",
	"only blanks":        " \u00a0\u2003\u200b ",
	"placeholders":       "%s %d {nb} {{.Name}} ${HOME} %!v(MISSING)",
	"nothing visible":    "\u200b\u200d\ufeff",
}

// named puts a text wherever a customer's own words appear.
func named(t testing.TB, name string) Certificate {
	t.Helper()
	c := certificateOf(t, "de")
	p := insurance.Personal(name)
	c.Policy.Policyholder = insurance.Party{
		Company: p, VATID: p, TaxID: p, FirstName: p, LastName: p, Email: p, BirthOn: p, Country: insurance.Country(name),
		Address: insurance.Address{Street: p, HouseNumber: p, PostalCode: p, City: p},
	}
	c.Policy.Reference, c.Partner, c.Policy.Object.Type = name, name, name
	for attribute := range c.Policy.Object.Attributes {
		c.Policy.Object.Attributes[attribute] = name
	}
	return c
}

func TestHostileNamesAreOnlyDrawn(t *testing.T) {
	t.Parallel()
	for label, name := range hostile {
		t.Run(label, func(t *testing.T) {
			t.Parallel()
			pdf := rendered(t, named(t, name))
			tidy(t, pdf, pageMargin)
			info := ask(t, pdf, "pdfinfo")
			if !strings.Contains(info, "JavaScript:      no") {
				t.Error("it has become a program")
			}
			if fonts := ask(t, pdf, "pdffonts"); strings.Count(fonts, "COVERN+Sans") != 2 {
				t.Errorf("its typefaces have other names: %s", fonts)
			}
		})
	}
}

func TestHostileNamesStayReadable(t *testing.T) {
	t.Parallel()
	for label, want := range map[string]string{
		"control characters": "Ann" + "a Ma[31mria",
		"PDF syntax":         hostile["PDF syntax"],
		"names of fonts":     hostile["names of fonts"],
		"bidirectional":      "MaxretsuM Muster",
		"right to left":      "□□□ □□ □□□□□□",
		"emoji":              "Zoë □□□□ □□ □",
		"beyond the plane":   "□□□□ □□ □□",
		"broken UTF-8":       "Ren□ M□",
		"placeholders":       hostile["placeholders"],
	} {
		if got := clean(hostile[label]); got != want {
			t.Errorf("%s: %q, want %q", label, got, want)
		}
		text := textOf(t, rendered(t, named(t, hostile[label])))
		// A line may end anywhere in a long name, so blanks are no difference.
		if !strings.Contains(strings.ReplaceAll(text, " ", ""), strings.ReplaceAll(want, " ", "")) {
			t.Errorf("%s: %q is not in the text", label, want)
		}
	}
}

func TestNamesOfManyAlphabets(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"Jürgen Weiß", "ẞ", "Łukasz Żółć", "Őrsi Gál", "Ștefan Țepeș", "Çağrı Şahin", "Ģirts Ķēniņš", "Đặng Thị Huyền", "Åsa Øye Ærø", "Þór Ðögg",
		"Αλέξανδρος Ώρα", "Борис Щукин", "Їжак Ґалаґан", "Љубиша Џон", "Ŀlull Ŵyn", "Anna\u00a0Maria", "I\u0307",
	} {
		got := clean(name)
		if strings.ContainsRune(got, unknown) {
			t.Errorf("%q is drawn as %q", name, got)
		}
	}
	if got := clean("Ma\x00\u200b\u0308rz"); got != "März" {
		t.Errorf("a decomposed name is drawn as %q", got)
	}
}

// Whatever comes in, what is drawn is one line that the typeface has.
func TestCleanKeepsItsWord(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text") + string(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes"))
		got := clean(text)
		if !utf8.ValidString(got) || got != clean(got) || strings.Contains(got, "  ") || got != strings.Trim(got, " ") {
			t.Fatalf("%q became %q", text, got)
		}
		for _, r := range got {
			if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || !faceOf(false).has(r) || !faceOf(true).has(r) {
				t.Fatalf("%q holds %U", got, r)
			}
		}
	})
}

// What is let through unchanged is what would not be changed.
func TestPlainTextIsClean(t *testing.T) {
	t.Parallel()
	letters := rapid.StringOfN(rapid.RuneFrom([]rune("a Zß Łé\u00a0\u00ad.\u0308ά"), unicode.Latin), 1, 6, -1)
	plain := 0
	rapid.Check(t, func(t *rapid.T) {
		text := letters.Draw(t, "text")
		if !isPlain(text) {
			return
		}
		plain++
		if got := cleaned(text); got != text {
			t.Fatalf("%q would become %q", text, got)
		}
	})
	if plain < 10 {
		t.Errorf("only %d texts were plain", plain)
	}
}

// Wrapping loses nothing but blanks, and no line is wider than it may be.
func TestWrapKeepsEveryLetter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		// At least twenty words, because short texts never meet an edge.
		words := rapid.SliceOfN(rapid.StringMatching(`[A-Za-zäöüßŁ\(\)\\.,-]{0,9}(W{30})?`), 20, 60).Draw(t, "words")
		text := strings.Join(words, " ")
		width := rapid.Float64Range(4, 170).Draw(t, "width")
		look := style{size: rapid.Float64Range(7, 22).Draw(t, "size"), bold: rapid.Bool().Draw(t, "bold")}
		lines := look.wrap(text, width)
		for _, line := range lines {
			if look.width(line) > width+1e-9 && utf8.RuneCountInString(line) > 1 {
				t.Fatalf("%q is wider than %v", line, width)
			}
		}
		if got, want := strings.ReplaceAll(strings.Join(lines, ""), " ", ""), strings.ReplaceAll(clean(text), " ", ""); got != want {
			t.Fatalf("%q became %q", want, got)
		}
	})
}

func FuzzNames(f *testing.F) {
	for _, name := range hostile {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		pdf := rendered(t, named(t, name))
		if !strings.HasPrefix(string(pdf), "%PDF-1.") || !strings.HasSuffix(string(pdf), "%%EOF\n") {
			t.Fatal("it is no PDF")
		}
		if strings.Count(string(pdf), "\nendobj\n") != strings.Count(string(pdf), " 0 obj\n") {
			t.Fatal("an object is broken")
		}
	})
}
