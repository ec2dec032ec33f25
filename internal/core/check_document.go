package core

import (
	"bytes"
	"crypto/sha256"
	"fmt"

	"github.com/covernote/covernote/internal/document"
	"github.com/covernote/covernote/internal/store"
)

// documents compares the kept bytes of each document with their digest and,
// because that is slow, those of the first of a stretch with what is made of
// its record today.
func (k *inspection) documents(r reading, s store.Stretch) error {
	issued, err := r.DocumentsIn(s)
	if err != nil {
		return fmt.Errorf("read documents: %w", err)
	}
	records := make(map[string]store.Document)
	for _, d := range issued {
		records[documentKey(d.Subject, d.Kind, d.Version)] = d
	}
	kept, err := r.KeptDocumentsIn(s)
	if err != nil {
		return fmt.Errorf("read bytes of documents: %w", err)
	}
	sampled := false
	for _, d := range kept {
		record, ok := records[documentKey(d.Subject, d.Kind, d.Version)]
		if !ok {
			k.find(invariantDocument, d.Subject, "%s of version %d was never issued", d.Kind, d.Version)
			continue
		}
		if digest := sha256.Sum256(d.Bytes); !bytes.Equal(digest[:], d.Digest) {
			k.find(invariantDocument, d.Subject, "%s of version %d is not what was kept", d.Kind, d.Version)
			continue
		}
		if !sampled && record.TemplateVersion == int64(document.Kind(record.Kind).TemplateVersion()) {
			sampled = true
			k.madeAgain(r, record, d.Bytes)
		}
	}
	return nil
}

func documentKey(subject, kind string, version int64) string {
	return fmt.Sprintf("%s/%s/%d", subject, kind, version)
}

func (k *inspection) madeAgain(r reading, record store.Document, kept []byte) {
	var made []byte
	render, err := k.core.rendering(r, k.partner, record)
	if err == nil {
		made, err = render()
	}
	switch {
	case err != nil:
		k.find(invariantDocument, record.Subject, "%s of version %d cannot be made again", record.Kind, record.Version)
	case !bytes.Equal(made, kept):
		k.find(invariantDocument, record.Subject, "%s of version %d would be made differently", record.Kind, record.Version)
	}
}
