package document

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"
)

// assembly is a PDF that the library wrote, taken apart into its objects, so
// that some can be others when it is put together again.
type assembly struct {
	header []byte
	// objects are what stands between obj and endobj, by number; there is none
	// of number 0.
	objects    [][]byte
	root, info int
}

var errForeign = errors.New("document: the library writes a PDF in another way")

// takeApart finds the objects by the cross-reference table (ISO 32000-1 §7.5.4).
func takeApart(pdf []byte) (*assembly, error) {
	var size, table int
	a := new(assembly)
	trailer := pdf[max(0, bytes.LastIndex(pdf, []byte("trailer\n"))):]
	_, err := fmt.Sscanf(string(trailer), "trailer\n<<\n/Size %d\n/Root %d 0 R\n/Info %d 0 R\n>>\nstartxref\n%d\n",
		&size, &a.root, &a.info, &table)
	if err != nil || size < 2 || table < 0 || table > len(pdf) {
		return nil, errForeign
	}
	starts, err := startsIn(pdf[table:], size, table)
	if err != nil {
		return nil, err
	}
	ends := append(slices.Sorted(slices.Values(starts)), table)
	a.header, a.objects = pdf[:ends[0]], make([][]byte, 1, size+10)
	for i, start := range starts {
		next, _ := slices.BinarySearch(ends, start+1)
		body, err := bodyOf(i+1, pdf[start:ends[next]])
		if err != nil {
			return nil, err
		}
		a.objects = append(a.objects, body)
	}
	return a, nil
}

// startsIn are the places of the objects from 1 on in a cross-reference table
// of a size, all of them before the table.
func startsIn(table []byte, size, before int) ([]int, error) {
	const line = 20
	entries, found := bytes.CutPrefix(table, fmt.Appendf(nil, "xref\n0 %d\n", size))
	if !found || len(entries) < line*size {
		return nil, errForeign
	}
	starts := make([]int, 0, size)
	for entry := range slices.Chunk(entries[line:line*size], line) {
		start, err := strconv.Atoi(string(entry[:10]))
		if err != nil || start < 0 || start >= before {
			return nil, errForeign
		}
		starts = append(starts, start)
	}
	return starts, nil
}

func bodyOf(number int, object []byte) ([]byte, error) {
	body, begins := bytes.CutPrefix(object, fmt.Appendf(nil, "%d 0 obj\n", number))
	body, ends := bytes.CutSuffix(body, []byte("\nendobj\n"))
	if !begins || !ends {
		return nil, errForeign
	}
	return body, nil
}

// compress compresses the pages, which the library has left as they are.
func (a *assembly) compress() {
	for n, object := range a.objects {
		if _, page, is := bytes.Cut(object, []byte(">>\nstream\n")); is {
			a.objects[n] = stream(compressed(bytes.TrimSuffix(page, []byte("\nendstream"))), "")
		}
	}
}

// closeSideBar keeps the headings from opening one.
func (a *assembly) closeSideBar() {
	a.objects[a.root] = bytes.Replace(a.objects[a.root], []byte("/PageMode /UseOutlines\n"), nil, 1)
}

// font is the number of the font of a name.
func (a *assembly) font(name string) (int, error) {
	beginning := []byte("<</Type /Font\n/BaseFont /" + name + "\n")
	n := slices.IndexFunc(a.objects, func(object []byte) bool { return bytes.HasPrefix(object, beginning) })
	if n < 0 {
		return 0, errForeign
	}
	return n, nil
}

// add adds an object and gives its number.
func (a *assembly) add(object []byte) int {
	a.objects = append(a.objects, object)
	return len(a.objects) - 1
}

// bytes puts the PDF together.
func (a *assembly) bytes() []byte {
	const perObject = 50 // what stands around one, and its line in the table
	size := len(a.header)
	for _, object := range a.objects {
		size += len(object) + perObject
	}
	pdf := append(make([]byte, 0, size+2*perObject), a.header...)
	table := fmt.Appendf(nil, "xref\n0 %d\n%010d 65535 f \n", len(a.objects), 0)
	for n, object := range a.objects[1:] {
		table = fmt.Appendf(table, "%010d 00000 n \n", len(pdf))
		pdf = fmt.Appendf(pdf, "%d 0 obj\n", n+1)
		pdf = append(append(pdf, object...), "\nendobj\n"...)
	}
	from := len(pdf)
	return fmt.Appendf(append(pdf, table...), "trailer\n<</Size %d /Root %d 0 R /Info %d 0 R>>\nstartxref\n%d\n%%%%EOF\n",
		len(a.objects), a.root, a.info, from)
}

// stream is a stream of compressed data with these entries beside those that all
// have.
func stream(data []byte, entries string) []byte {
	object := fmt.Appendf(nil, "<</Filter /FlateDecode /Length %d %s>>\nstream\n", len(data), entries)
	return append(append(object, data...), "\nendstream"...)
}
