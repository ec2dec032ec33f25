package document

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// written is a PDF as the library writes one; its second object stands before
// its first.
func written() string {
	const (
		header = "%PDF-1.3\n"
		page   = "2 0 obj\n<</Length 4>>\nstream\npage\nendstream\nendobj\n"
		root   = "1 0 obj\n<</Type /Catalog\n/PageMode /UseOutlines\n>>\nendobj\n"
		font   = "3 0 obj\n<</Type /Font\n/BaseFont /Name\n>>\nendobj\n"
	)
	return header + page + root + font +
		fmt.Sprintf("xref\n0 4\n0000000000 65535 f \n%010d 00000 n \n%010d 00000 n \n%010d 00000 n \n",
			len(header+page), len(header), len(header+page+root)) +
		fmt.Sprintf("trailer\n<<\n/Size 4\n/Root 1 0 R\n/Info 3 0 R\n>>\nstartxref\n%d\n%%%%EOF\n", len(header+page+root+font))
}

func TestAPDFIsTakenApart(t *testing.T) {
	t.Parallel()
	a, err := takeApart([]byte(written()))
	if err != nil {
		t.Fatal(err)
	}
	a.closeSideBar()
	if got, want := fmt.Sprintf("%s %q %d %d", a.header, a.objects, a.root, a.info), "%PDF-1.3\n "+
		`["" "<</Type /Catalog\n>>" "<</Length 4>>\nstream\npage\nendstream" "<</Type /Font\n/BaseFont /Name\n>>"] 1 3`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if n, err := a.font("Name"); n != 3 || err != nil {
		t.Errorf("the font is object %d, %v", n, err)
	}
	if n, err := a.font("Nam"); err == nil {
		t.Errorf("the font of another name is object %d", n)
	}
	a.compress()
	if want := stream(compressed([]byte("page")), ""); !bytes.Equal(a.objects[2], want) {
		t.Errorf("the page became %q, want %q", a.objects[2], want)
	}
}

func TestWhatTheLibraryDoesNotWriteIsNotTakenApart(t *testing.T) {
	t.Parallel()
	whole := written()
	for name, change := range map[string][2]string{
		"nothing": {whole, ""}, "no trailer": {"trailer", "tailor"}, "more in the trailer": {"/Info 3 0 R\n", "/Info 3 0 R\n/Encrypt 3 0 R\n"},
		"no table there": {"startxref\n1", "startxref\n"}, "a table beyond the end": {"startxref\n", "startxref\n9"},
		"a longer table": {"0 4\n", "0 9\n"}, "no objects": {"/Size 4", "/Size 1"}, "a table cut short": {" 65535 f \n", ""},
		"an object that begins elsewhere": {"0000000009", "0000000010"}, "a place that is none": {"0000000009", "000000000x"},
		"a place beyond the objects": {"0000000009", "0000000999"}, "a place before the beginning": {"0000000009", "-000000009"},
		"a table before the beginning": {"startxref\n", "startxref\n-"},
		"an object without an end":     {"endstream\nendobj", "endstream\nendobi"},
	} {
		if broken := strings.Replace(whole, change[0], change[1], 1); broken == whole {
			t.Errorf("%s: nothing was changed", name)
		} else if _, err := takeApart([]byte(broken)); err == nil {
			t.Errorf("%s: it was taken apart", name)
		}
	}
}
