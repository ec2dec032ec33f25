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
	"github.com/covernote/covernote/internal/store"
)

// rendering makes the bytes of a document of what was read for it. It takes so
// much longer than reading that no snapshot waits for it.
type rendering func() ([]byte, error)

// printed is a document with its bytes. If nobody needed them before, they are
// there when the draft has been stored that it is in.
type printed struct {
	store.Document
	pdf    []byte
	render rendering
}

// printed are documents as they are kept. The draft renders and keeps the
// others; it is nil if there are none.
func (c *Core) printed(r reading, p Partner, records ...store.Document) (all []*printed, d *draft, err error) {
	for _, record := range records {
		kept, ok, err := r.DocumentBytes(record)
		if err != nil {
			return nil, nil, fmt.Errorf("read document: %w", err)
		}
		one := &printed{Document: record, pdf: kept.Bytes}
		all = append(all, one)
		if digest := sha256.Sum256(kept.Bytes); ok && !bytes.Equal(digest[:], kept.Digest) {
			return nil, nil, fmt.Errorf("read document %s of %s: its bytes are not those that were kept", record.Kind, record.Subject)
		}
		if ok {
			continue
		}
		if one.render, err = c.rendering(r, p, record); err != nil {
			return nil, nil, err
		}
		if d == nil {
			d = c.quiet(r, p.Part)
		}
		d.unprinted = append(d.unprinted, one)
	}
	return all, d, nil
}

// print renders the documents of a draft that nobody needed before. Whoever keeps
// the bytes of one first decides them.
func (c *Core) print(ctx context.Context, d *draft) (err error) {
	for _, one := range d.unprinted {
		if one.pdf, err = c.render(ctx, one.render); err != nil {
			return err
		}
		digest := sha256.Sum256(one.pdf)
		d.KeepDocument(one.Document, store.DocumentBytes{Digest: digest[:], Bytes: one.pdf})
	}
	return nil
}

// render makes the bytes of a document, of no more at once than there are
// processors: others who want little of these would wait behind all of them.
func (c *Core) render(ctx context.Context, work rendering) ([]byte, error) {
	select {
	case c.renderers <- struct{}{}:
	case <-ctx.Done():
		return nil, told(ctx.Err())
	}
	defer func() { <-c.renderers }()
	return work()
}

// rendering reads the versions that a record names; nothing of them changes, so
// that they may be rendered at any time.
func (c *Core) rendering(r reading, p Partner, record store.Document) (rendering, error) {
	if kind := document.Kind(record.Kind); kind == document.KindProposal || kind == document.KindCoverOrder {
		return c.paperRendering(r, p, record)
	}
	policy, product, err := c.recorded(r, record)
	if err != nil {
		return nil, err
	}
	about := document.Information{
		Product: product, Country: policy.Country, Language: insurance.Language(record.Language),
		IssuedAt: time.UnixMicro(record.IssuedAt).UTC(), Specimen: c.Sandbox,
	}
	switch document.Kind(record.Kind) {
	case document.KindCertificate:
		certificate, err := c.certificateOf(r, p, record, policy, product)
		return func() ([]byte, error) { return document.RenderCertificate(certificate) }, err
	case document.KindInformation:
		return func() ([]byte, error) { return document.RenderInformation(about) }, nil
	case document.KindWithdrawal:
		return func() ([]byte, error) {
			return document.RenderWithdrawalInstruction(document.WithdrawalInstruction(about))
		}, nil
	case document.KindCancellation:
		return c.cancellationRendering(r, p, record, policy, product)
	}
	return nil, fmt.Errorf("render document: there is no kind %q", record.Kind)
}

// cancellationRendering settles the ledger as it stood when the ending was
// declared.
func (c *Core) cancellationRendering(
	r reading, p Partner, record store.Document, policy insurance.Policy, product insurance.Product,
) (rendering, error) {
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
	confirmation := document.CancellationConfirmation{
		Policy: policy, Product: product, Settlement: insurance.Settle(then), IssuedAt: issued,
		Language: insurance.Language(record.Language), Partner: seller, Specimen: c.Sandbox,
	}
	return func() ([]byte, error) { return document.RenderCancellationConfirmation(confirmation) }, nil
}
