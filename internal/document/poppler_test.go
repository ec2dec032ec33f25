package document

import (
	"encoding/xml"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// poppler gives the path of one of poppler's programs.
func poppler(t *testing.T, program string) string {
	t.Helper()
	if slices.Contains(strings.Split(os.Getenv("COVERNOTE_TEST_WITHOUT"), ","), "pdf") {
		t.Skip("NOT RUN: --without=pdf")
	}
	if dir := os.Getenv("COVERNOTE_TEST_POPPLER"); dir != "" {
		return filepath.Join(dir, program)
	}
	path, err := exec.LookPath(program)
	if err != nil {
		t.Fatal("PDF tests need poppler: run go run ./internal/ci (or go run ./internal/ci --without=pdf)")
	}
	return path
}

// ask hands a PDF to a program of poppler. A complaint about the file's
// syntax fails the test.
func ask(t *testing.T, pdf []byte, program string, arguments ...string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "document.pdf")
	if err := os.WriteFile(file, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), poppler(t, program), append(arguments, file)...)
	if program == "pdftotext" {
		command.Args = append(command.Args, "-")
	}
	var complaints strings.Builder
	command.Stderr = &complaints
	out, err := command.Output()
	if err != nil || complaints.Len() > 0 {
		t.Fatalf("%s: %v\n%s", program, err, complaints.String())
	}
	return string(out)
}

// textOf is the text of a PDF as one line, single spaced, in the order in
// which it was drawn.
func textOf(t *testing.T, pdf []byte) string {
	t.Helper()
	return strings.Join(strings.Fields(ask(t, pdf, "pdftotext", "-raw")), " ")
}

// pagesOf is the text of each page, line by line as it stands.
func pagesOf(t *testing.T, pdf []byte) []string {
	t.Helper()
	pages := strings.Split(ask(t, pdf, "pdftotext", "-layout"), "\f")
	return pages[:len(pages)-1]
}

// word is a word and its box on the page, in points from the upper left.
type word struct {
	XMin float64 `xml:"xMin,attr"`
	YMin float64 `xml:"yMin,attr"`
	XMax float64 `xml:"xMax,attr"`
	YMax float64 `xml:"yMax,attr"`
	Text string  `xml:",chardata"`
}

// wordsOf are the words of each page.
func wordsOf(t *testing.T, pdf []byte) [][]word {
	t.Helper()
	var page struct {
		Pages []struct {
			Words []word `xml:"word"`
		} `xml:"body>doc>page"`
	}
	decoder := xml.NewDecoder(strings.NewReader(ask(t, pdf, "pdftotext", "-bbox")))
	decoder.Strict = false
	decoder.Entity = xml.HTMLEntity
	if err := decoder.Decode(&page); err != nil {
		t.Fatal(err)
	}
	var words [][]word
	for _, p := range page.Pages {
		words = append(words, p.Words)
	}
	return words
}

// tidy fails the test if a word leaves the margins or lies upon another.
func tidy(t *testing.T, pdf []byte, margin float64) {
	t.Helper()
	const point = 1 / millimetresPerPoint
	pages := wordsOf(t, pdf)
	if len(pages) == 0 || len(pages[0]) == 0 {
		t.Fatal("there are no words")
	}
	for n, words := range pages {
		for i, w := range words {
			if w.XMin < margin*point-1 || w.XMax > (pageWidth-margin)*point+1 || w.YMin < 0 || w.YMax > pageHeight*point-10 {
				t.Errorf("page %d: %q leaves the page: %+v", n+1, w.Text, w)
			}
			for _, o := range words[i+1:] {
				if min(w.XMax, o.XMax)-max(w.XMin, o.XMin) > 0.5 && min(w.YMax, o.YMax)-max(w.YMin, o.YMin) > 0.5 {
					t.Errorf("page %d: %q lies upon %q", n+1, w.Text, o.Text)
				}
			}
		}
	}
}
