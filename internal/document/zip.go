package document

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"time"

	"github.com/klauspost/compress/flate"
)

// File is a document under the name it has in an archive.
type File struct {
	Name  string
	Bytes []byte
	// At is when the document was issued.
	At time.Time
}

// Archive packs files into a ZIP, in the order given. The same files give the
// same bytes on any machine: times are those of the files, in UTC, and nothing
// about the platform is stored. A PDF is compressed already, and is put in as it
// is: in the form of Deflate, since some readers refuse any other for an entry
// whose length stands behind it.
func Archive(files []File) ([]byte, error) {
	var packed bytes.Buffer
	w := zip.NewWriter(&packed)
	w.RegisterCompressor(zip.Deflate, func(into io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(into, flate.NoCompression)
	})
	for _, file := range files {
		header := &zip.FileHeader{Name: file.Name, Method: zip.Deflate, Modified: file.At.UTC()}
		entry, err := w.CreateHeader(header)
		if err != nil {
			return nil, fmt.Errorf("document: packing %s: %w", file.Name, err)
		}
		if _, err := entry.Write(file.Bytes); err != nil {
			return nil, fmt.Errorf("document: packing %s: %w", file.Name, err)
		}
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("document: closing the archive: %w", err)
	}
	return packed.Bytes(), nil
}
