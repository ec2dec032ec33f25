package store

import "fmt"

// Document is the record of an issued document.
type Document struct {
	Part string
	// Subject is the id of the policy or the inquiry that it is of, and Version
	// the version of it that it shows.
	Subject         string
	Kind            string
	Version         int64
	TemplateVersion int64
	Language        string
	IssuedAt        int64
}

// DocumentBytes are what was made of a record, with their SHA-256.
type DocumentBytes struct {
	Digest []byte
	Bytes  []byte
}

// DocumentsOf reads the records of a subject's documents, in the order in which
// they were issued.
func (v *View) DocumentsOf(part, subject string) ([]Document, error) {
	return list(v, scanDocument, selectDocument+` WHERE part = $1 AND subject = $2 ORDER BY issued_at, kind, version`, part, subject)
}

const selectDocument = `SELECT part, subject, kind, version, template_version, language, issued_at FROM document`

func scanDocument(scan func(...any) error) (Document, error) {
	var d Document
	err := scan(&d.Part, &d.Subject, &d.Kind, &d.Version, &d.TemplateVersion, &d.Language, &d.IssuedAt)
	return d, err
}

// DocumentBytes reads what was made of a record; ok is false if nobody needed
// it yet.
func (v *View) DocumentBytes(d Document) (b DocumentBytes, ok bool, err error) {
	err = v.row(`SELECT digest, bytes FROM document_bytes
		WHERE part = $1 AND subject = $2 AND kind = $3 AND version = $4`,
		d.Part, d.Subject, d.Kind, d.Version).Scan(&b.Digest, &b.Bytes)
	return found(b, err)
}

// AddDocument records that a document was issued.
func (c *Changes) AddDocument(d Document) {
	c.insertOwn(d.guard("document"), `INSERT INTO document
		(part, subject, kind, version, template_version, language, issued_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
		d.Part, d.Subject, d.Kind, d.Version, d.TemplateVersion, d.Language, d.IssuedAt)
}

// KeepDocument keeps the bytes of a document; whoever is first decides them.
func (c *Changes) KeepDocument(d Document, b DocumentBytes) {
	c.insert(d.guard("bytes"), `INSERT INTO document_bytes (part, subject, kind, version, digest, bytes)
		VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
		d.Part, d.Subject, d.Kind, d.Version, b.Digest, b.Bytes)
}

func (d Document) guard(what string) string {
	return fmt.Sprintf("%s/%s/%s/%d", what, d.Subject, d.Kind, d.Version)
}
