package document

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"

	"codeberg.org/go-pdf/fpdf"
)

// The page: A4, in millimetres.
const (
	pageWidth  = 210.0
	pageHeight = 297.0
	pageMargin = 20.0
	pageTop    = 16.0
	pageBottom = pageHeight - 24.0
)

// errUndated: a document without a day of issue would bear the day on which it
// happened to be rendered.
var errUndated = errors.New("document: it has no time of issue")

// frame is what surrounds the content of every page.
type frame struct {
	title, author string
	// running is the line at the top of the second page and later ones.
	running string
	// legal is the insurer's line at the bottom.
	legal string
	// margin is the white space at the left and at the right.
	margin   float64
	issuedAt time.Time
	specimen bool
}

// sheet is a document while it is laid out from top to bottom.
type sheet struct {
	*wording
	pdf   *fpdf.Fpdf
	frame frame
	// left and width are the column that blocks are drawn in, y is where the
	// next one begins.
	left, width, y float64
	// top is where the content of the page that is open begins.
	top float64
	// body is the style of running text.
	body style
	// regular and bold are what the document uses of the typefaces.
	regular, bold *subset
	// drawn is the type that the page is set to, so that it is not set again.
	drawn style
	// wrapped are the lines of texts that were measured before.
	wrapped map[wrapping][]string
	// chapters are the documents that the file holds, the last one open.
	chapters []chapter
	// outline is the level of the bookmarks of sections.
	outline int
}

// chapter is one document of a file: its frame and its first page.
type chapter struct {
	frame frame
	first int
}

func newSheet(words *wording, f frame) (*sheet, error) {
	if f.issuedAt.IsZero() {
		return nil, errUndated
	}
	pdf := fpdf.New("P", "mm", "A4", "")
	pdf.SetCatalogSort(true)
	pdf.SetCompression(false) // it would make a compressor for each page
	pdf.SetCreationDate(f.issuedAt.UTC())
	pdf.SetModificationDate(f.issuedAt.UTC())
	pdf.SetTitle(clean(f.title), true)
	pdf.SetAuthor(clean(f.author), true)
	pdf.SetProducer("Covernote", true)
	pdf.SetCreator("Covernote", true)
	pdf.SetLang(string(words.language))
	pdf.SetAutoPageBreak(false, 0)
	s := &sheet{
		wording: words, pdf: pdf, body: style{size: 9, colour: ink},
		regular: newSubset(faceOf(false)), bold: newSubset(faceOf(true)),
		wrapped: make(map[wrapping][]string),
	}
	for _, u := range []*subset{s.regular, s.bold} {
		pdf.AddFontFromBytes(u.name, "", u.place(), nil)
	}
	s.begin(f)
	return s, nil
}

// begin begins the next document of the file, on a page of its own.
func (s *sheet) begin(f frame) {
	s.frame, s.left, s.width = f, f.margin, pageWidth-2*f.margin
	s.chapters = append(s.chapters, chapter{f, s.pdf.PageCount() + 1})
	s.newPage()
}

// bookmark marks the place that the sheet has come to.
func (s *sheet) bookmark(title string) { s.bookmarkAt(title, s.outline, s.y) }

func (s *sheet) bookmarkAt(title string, level int, y float64) {
	s.pdf.Bookmark(textString(clean(title)), level, y)
}

// textString is text as it stands outside of pages (ISO 32000-1 §7.9.2.2).
func textString(text string) string {
	encoded := []byte{0xfe, 0xff}
	for _, unit := range utf16.Encode([]rune(text)) {
		encoded = binary.BigEndian.AppendUint16(encoded, unit)
	}
	return string(encoded)
}

// newPage begins the next page.
func (s *sheet) newPage() {
	s.pdf.AddPage()
	s.drawn = style{}
	s.y, s.top = pageTop, pageTop
	if s.frame.specimen {
		s.watermark()
	}
	if s.pdf.PageCount() == s.chapters[len(s.chapters)-1].first {
		return
	}
	small, margin := style{size: 7.5, colour: muted}, s.frame.margin
	for _, line := range s.wrap(small, s.frame.running, pageWidth-2*margin)[:1] {
		s.text(margin, s.y, line, small)
	}
	s.y += small.line() + 1.2
	s.line(margin, s.y, pageWidth-margin, s.y, rule, 0.2)
	s.y += 5
	s.top = s.y
}

// keep begins a new page unless there is room for a height. A page that is
// still empty is as good as the next one.
func (s *sheet) keep(height float64) {
	const rounding = 0.01
	if s.y+height > pageBottom+rounding && s.y > s.top {
		s.newPage()
	}
}

// text draws one line whose upper edge is at y. It writes what the library would,
// which takes it three times as long.
func (s *sheet) text(x, y float64, text string, t style) {
	if s.drawn.bold != t.bold || s.drawn.size != t.size {
		s.pdf.SetFont(s.subset(t).name, "", t.size)
		s.drawn = t
	}
	line := append(t.colour.operator(make([]byte, 0, 64+2*len(text))), " BT "...)
	line = append(strconv.AppendFloat(line, x/millimetresPerPoint, 'f', 2, 64), ' ')
	line = strconv.AppendFloat(line, (pageHeight-y-t.baseline())/millimetresPerPoint, 'f', 2, 64)
	line = append(append(line, " Td ("...), literal.Replace(s.subset(t).encode(clean(text)))...)
	s.pdf.RawWriteStr("q " + string(append(line, ") Tj ET Q"...)))
}

// literal writes a string in parentheses (ISO 32000-1 §7.3.4.2).
var literal = strings.NewReplacer(`\`, `\\`, "(", `\(`, ")", `\)`, "\r", `\r`)

// subset is the one that a style is drawn with.
func (s *sheet) subset(t style) *subset {
	if t.bold {
		return s.bold
	}
	return s.regular
}

// textRight draws one line that ends at x.
func (s *sheet) textRight(x, y float64, text string, t style) {
	text = clean(text)
	s.text(x-t.width(text), y, text, t)
}

// lines draws lines of text at x, from y downwards, and gives the y below.
func (s *sheet) lines(x, y float64, lines []string, t style) float64 {
	for _, line := range lines {
		s.text(x, y, line, t)
		y += t.line()
	}
	return y
}

func (s *sheet) line(x1, y1, x2, y2 float64, c colour, thickness float64) {
	s.pdf.SetDrawColor(c.red, c.green, c.blue)
	s.pdf.SetLineWidth(thickness)
	s.pdf.Line(x1, y1, x2, y2)
}

func (s *sheet) fill(x, y, width, height float64, c colour) {
	s.pdf.SetFillColor(c.red, c.green, c.blue)
	s.pdf.Rect(x, y, width, height, "F")
}

// watermark says across the page, and once more in plain sight, that the
// document is no contract.
func (s *sheet) watermark() {
	large := style{bold: true, size: 92, colour: ghost}
	s.pdf.TransformBegin()
	s.pdf.TransformRotate(52, pageWidth/2, pageHeight/2)
	s.text((pageWidth-large.width(s.specimen))/2, pageHeight/2-large.line()/2, s.specimen, large)
	s.pdf.TransformEnd()
	s.drawn = style{}
	small := style{bold: true, size: 8, colour: red}
	s.text((pageWidth-small.width(s.specimenNote))/2, 6, s.specimenNote, small)
}

// footers draws what can be known only when all pages are there.
func (s *sheet) footers() {
	next := s.pdf.PageCount() + 1
	for _, each := range slices.Backward(s.chapters) {
		s.footersOf(each, next-each.first)
		next = each.first
	}
	s.pdf.SetPage(s.pdf.PageCount())
}

func (s *sheet) footersOf(c chapter, pages int) {
	small, margin := style{size: 7, colour: muted}, c.frame.margin
	legal := s.wrap(small, c.frame.legal, pageWidth-2*margin-28)
	for page := 1; page <= pages; page++ {
		s.pdf.SetPage(c.first + page - 1)
		s.drawn = style{}
		s.pdf.SetFillColor(white.red, white.green, white.blue)
		top := pageHeight - 17.0
		s.line(margin, top, pageWidth-margin, top, rule, 0.2)
		s.lines(margin, top+1.8, legal[:min(len(legal), 3)], small)
		s.textRight(pageWidth-margin, top+1.8, fmt.Sprintf(s.pageOf, page, pages), small)
	}
}

// bytes finishes the document.
func (s *sheet) bytes() ([]byte, error) {
	s.footers()
	var out bytes.Buffer
	if err := s.pdf.Output(&out); err != nil {
		return nil, fmt.Errorf("document: writing the PDF: %w", err)
	}
	pdf, err := takeApart(out.Bytes())
	if err != nil {
		return nil, err
	}
	pdf.closeSideBar()
	pdf.compress()
	for _, u := range []*subset{s.regular, s.bold} {
		if err := u.embed(pdf); err != nil {
			return nil, err
		}
	}
	return pdf.bytes(), nil
}
