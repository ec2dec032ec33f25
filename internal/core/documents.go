package core

import (
	"context"
	"fmt"
	"time"

	"github.com/covernote/covernote/internal/document"
	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/planted"
	"github.com/covernote/covernote/internal/store"
)

// Archive is a ZIP of a policy's documents, of the kinds wanted or of all. A
// document whose bytes nobody needed before is rendered now, from what it was
// issued with, and kept.
//
// It refuses with CodePolicyUnknown, then CodeFilterUnknown, then
// CodeCertificateMissing or CodeIPIDMissing for the first kind that the policy
// does not have.
func (c *Core) Archive(ctx context.Context, p Partner, want DocumentRequest) (Archive, error) {
	var all []*printed
	err := c.decide(ctx, func(r reading) (*draft, error) {
		policy, ok, err := r.PolicyByCertificate(p.Part, want.CertificateNumber)
		if planted.Bug(planted.TenantFilterDropped) {
			policy, ok, err = r.PolicyAnywhere(want.CertificateNumber) // PLANTED: whosever it is.
		}
		if err != nil {
			return nil, fmt.Errorf("read policy: %w", err)
		}
		if !ok {
			return nil, unknownPolicy(want.CertificateNumber)
		}
		if want.UnknownFilter != "" {
			return nil, insurance.Refuse(insurance.CodeFilterUnknown, "%s", want.UnknownFilter)
		}
		records, err := c.wanted(r, policy, want)
		if err != nil {
			return nil, err
		}
		var d *draft
		all, d, err = c.printed(r, p, records...)
		return d, err
	})
	if err != nil {
		return Archive{}, err
	}
	packed, err := document.Archive(want.files(all))
	return Archive{Name: want.CertificateNumber, ZIP: packed}, err
}

// wanted are the newest records of the kinds that are asked for.
func (c *Core) wanted(r reading, policy store.Policy, want DocumentRequest) ([]store.Document, error) {
	issued, err := r.DocumentsOf(policy.Part, policy.ID)
	if err != nil {
		return nil, fmt.Errorf("read documents: %w", err)
	}
	newest := make(map[DocumentKind]store.Document)
	for _, d := range issued {
		newest[DocumentKind(d.Kind)] = d
	}
	kinds := want.Kinds
	if len(kinds) == 0 {
		for _, kind := range document.Kinds() {
			if _, ok := newest[DocumentKind(kind)]; ok {
				kinds = append(kinds, DocumentKind(kind))
			}
		}
	}
	records := make([]store.Document, 0, len(kinds))
	for _, kind := range kinds {
		record, ok := newest[kind]
		if !ok {
			return nil, missing(kind, want.CertificateNumber)
		}
		records = append(records, record)
	}
	return records, nil
}

func missing(kind DocumentKind, number string) error {
	code := insurance.CodeCertificateMissing
	if kind == DocumentIPID {
		code = insurance.CodeIPIDMissing
	}
	return insurance.RefuseField(code, insurance.FieldCertificateNumber, "%s has no such document", number)
}

// files are documents under the names that were asked for.
func (w DocumentRequest) files(all []*printed) []document.File {
	files := make([]document.File, 0, len(all))
	for _, one := range all {
		files = append(files, document.File{
			Name: w.entry(DocumentKind(one.Kind)), Bytes: one.pdf, At: time.UnixMicro(one.IssuedAt).UTC(),
		})
	}
	return files
}

// entry is the file name of a kind within the archive.
func (w DocumentRequest) entry(kind DocumentKind) string {
	prefix := orElse(w.Names[kind], string(kind))
	return prefix + "_" + w.CertificateNumber + ".pdf"
}
