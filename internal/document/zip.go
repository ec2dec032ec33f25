package document

import (
	"archive/zip"
	"bytes"
	"fmt"
	"time"
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
// about the platform is stored.
func Archive(files []File) ([]byte, error) {
	var packed bytes.Buffer
	w := zip.NewWriter(&packed)
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
