package core

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
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
	var files []document.File
	rendered := make(map[store.Document][]byte)
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
		d := c.quiet(r, p.Part)
		var fresh bool
		files, fresh, err = c.files(r, d, p, records, rendered, want)
		if !fresh {
			d = nil
		}
		return d, err
	})
	if err != nil {
		return Archive{}, err
	}
	packed, err := document.Archive(files)
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

// files are the bytes of records, kept or rendered; fresh tells whether some
// were rendered and are in the draft.
func (c *Core) files(
	r reading, d *draft, p Partner, records []store.Document, rendered map[store.Document][]byte, want DocumentRequest,
) (files []document.File, fresh bool, err error) {
	for _, record := range records {
		made, isFresh, err := c.bytesOf(r, d, p, record, rendered)
		if err != nil {
			return nil, false, err
		}
		fresh = fresh || isFresh
		files = append(files, document.File{
			Name: want.entry(DocumentKind(record.Kind)), Bytes: made, At: time.UnixMicro(record.IssuedAt).UTC(),
		})
	}
	return files, fresh, nil
}

// entry is the file name of a kind within the archive.
func (w DocumentRequest) entry(kind DocumentKind) string {
	prefix := orElse(w.Names[kind], string(kind))
	return prefix + "_" + w.CertificateNumber + ".pdf"
}

func (c *Core) renderOnce(r reading, p Partner, record store.Document, rendered map[store.Document][]byte) ([]byte, error) {
	if made, ok := rendered[record]; ok {
		return made, nil
	}
	made, err := c.render(r, p, record)
	rendered[record] = made
	return made, err
}

// render makes the bytes of a record from the versions that it names.
func (c *Core) render(r reading, p Partner, record store.Document) ([]byte, error) {
	if kind := document.Kind(record.Kind); kind == document.KindProposal || kind == document.KindCoverOrder {
		return c.renderPaper(r, p, record)
	}
	policy, ok, err := r.PolicyVersion(record.Part, record.Subject, record.Version)
	if err := needed(ok, err); err != nil {
		return nil, fmt.Errorf("read policy %s version %d: %w", record.Subject, record.Version, err)
	}
	product, err := c.product(policy.ProductCode, policy.ProductVersion)
	if err != nil {
		return nil, err
	}
	issued, language := time.UnixMicro(record.IssuedAt).UTC(), insurance.Language(record.Language)
	switch document.Kind(record.Kind) {
	case document.KindCertificate:
		certificate, err := c.certificate(r, p, record)
		if err != nil {
			return nil, err
		}
		return document.RenderCertificate(certificate)
	case document.KindInformation:
		return document.RenderInformation(document.Information{
			Product: product, Country: policy.Country, Language: language, IssuedAt: issued, Specimen: c.Sandbox,
		})
	case document.KindWithdrawal:
		return document.RenderWithdrawalInstruction(document.WithdrawalInstruction{
			Product: product, Country: policy.Country, Language: language, IssuedAt: issued, Specimen: c.Sandbox,
		})
	case document.KindCancellation:
		return c.renderCancellation(r, p, record, policy, product)
	}
	return nil, fmt.Errorf("render document: there is no kind %q", record.Kind)
}

// renderCancellation settles the ledger as it stood when the ending was
// declared.
func (c *Core) renderCancellation(r reading, p Partner, record store.Document, policy insurance.Policy, product insurance.Product) ([]byte, error) {
	ledger, err := r.Ledger(record.Part, record.Subject)
	if err != nil {
		return nil, fmt.Errorf("read ledger: %w", err)
	}
	seller, _, err := c.soldBy(r, p, policy, product)
	if err != nil {
		return nil, err
	}
	issued := time.UnixMicro(record.IssuedAt).UTC()
	then := slices.DeleteFunc(ledger, func(e insurance.Entry) bool { return e.BookedAt.After(issued) })
	return document.RenderCancellationConfirmation(document.CancellationConfirmation{
		Policy: policy, Product: product, Settlement: insurance.Settle(then), IssuedAt: issued,
		Language: insurance.Language(record.Language), Partner: seller, Specimen: c.Sandbox,
	})
}

// bytesOf are the bytes of a document, kept or rendered; fresh tells whether
// they were rendered and are in the draft.
func (c *Core) bytesOf(
	r reading, d *draft, p Partner, record store.Document, rendered map[store.Document][]byte,
) (made []byte, fresh bool, err error) {
	kept, ok, err := r.DocumentBytes(record)
	if err != nil {
		return nil, false, fmt.Errorf("read document: %w", err)
	}
	if !ok {
		if kept.Bytes, err = c.renderOnce(r, p, record, rendered); err != nil {
			return nil, false, err
		}
		digest := sha256.Sum256(kept.Bytes)
		kept.Digest = digest[:]
		d.KeepDocument(record, kept)
	}
	if digest := sha256.Sum256(kept.Bytes); !bytes.Equal(digest[:], kept.Digest) {
		return nil, false, fmt.Errorf("read document %s of %s: its bytes are not those that were kept", record.Kind, record.Subject)
	}
	return kept.Bytes, !ok, nil
}
