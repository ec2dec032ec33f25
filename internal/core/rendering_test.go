package core

import (
	"bytes"
	"context"
	"testing"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
	"github.com/covernote/covernote/internal/store/storetest"
)

// issued are the records of the documents of a partner's policy or inquiry.
func (h *house) issued(p Partner, subject string) (records []store.Document) {
	h.t.Helper()
	h.view(func(r reading) (err error) {
		records, err = r.DocumentsOf(p.Part, subject)
		return err
	})
	return records
}

// What is rendered was read before, and a snapshot is not needed any more.
func TestNoSnapshotIsOpenWhileDocumentsAreRendered(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		shop, policy := h.partner, h.bindOne(phone("A-1"))
		h.end(policy, insurance.ReasonItemSold)
		o := h.office("pool")
		h.partner = shop
		inquiry := o.ordered()
		kinds := h.renderedAfterwards(h.partner, policy.ID) + h.renderedAfterwards(o.account, inquiryName(inquiry.ID))
		if kinds != 6 {
			t.Errorf("%d documents were rendered, want one of each kind", kinds)
		}
		if n := len(h.kept()); n != 0 {
			t.Errorf("%d documents are kept that nobody has asked for", n)
		}
		archive := h.archive(DocumentRequest{CertificateNumber: policy.CertificateNumber})
		if n := len(h.kept()); n != 4 || len(files(t, archive)) != n {
			t.Errorf("%d documents are kept, and %d archived", n, len(files(t, archive)))
		}
	})
}

// renderedAfterwards renders the documents of a subject once their snapshot is
// closed, and counts them.
func (h *house) renderedAfterwards(p Partner, subject string) (count int) {
	h.t.Helper()
	for _, record := range h.issued(p, subject) {
		var all []*printed
		var d *draft
		h.view(func(r reading) (err error) {
			all, d, err = h.printed(r, p, record)
			return err
		})
		if all[0].pdf != nil {
			h.t.Errorf("the %s was rendered in a snapshot", record.Kind)
		}
		h.fatal(h.print(h.t.Context(), d))
		if !bytes.HasPrefix(all[0].pdf, []byte("%PDF-")) {
			h.t.Errorf("the %s is no PDF", record.Kind)
		}
		count++
	}
	return count
}

// Who wants a document waits while as many are rendered as there is room for,
// and no longer than for anything else.
func TestRenderingWaitsForRoom(t *testing.T) {
	h := onSQLite(t)
	blank := func() ([]byte, error) { return []byte("%PDF-"), nil }
	for range cap(h.renderers) {
		h.renderers <- struct{}{}
	}
	impatient, cancel := context.WithCancel(t.Context())
	cancel()
	pdf, err := h.render(impatient, blank)
	h.refused(err, insurance.CodeUnavailable)
	if pdf != nil {
		t.Error("it was rendered where there was no room")
	}
	for range cap(h.renderers) {
		<-h.renderers
	}
	for range cap(h.renderers) + 1 { // each makes room for the next
		if _, err := h.render(t.Context(), blank); err != nil {
			t.Error(err)
		}
	}
}

// Whoever keeps the bytes first decides them; who was slower gets those, and what
// nobody else has kept is kept all the same.
func TestARivalKeepsADocumentFirst(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		number := h.bindOne(phone("A-1")).CertificateNumber
		other := h.newCore(storetest.Open(t, store.Options{DSN: h.dsn, Log: quiet}))
		certificate := DocumentRequest{CertificateNumber: number, Kinds: []DocumentKind{DocumentCertificate}}
		var first Archive
		h.faults.Meanwhile(1, func() {
			var err error
			if first, err = other.Archive(t.Context(), h.partner, certificate); err != nil {
				t.Error(err)
			}
		})
		all := h.archive(DocumentRequest{CertificateNumber: number})
		if got := files(t, all); len(got) != 3 || len(h.kept()) != 3 {
			t.Errorf("the archive holds %q, and %d documents are kept", got, len(h.kept()))
		}
		if again := h.archive(certificate); !bytes.Equal(again.ZIP, first.ZIP) {
			t.Error("the rival got other bytes")
		}
	})
}

// A certificate as it was issued is kept. In another language, or several in one
// file, they are rendered for whoever looks.
func TestOnlyWhatWasIssuedIsKept(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		h.partner = h.shop("e3ccm")
		one, two := h.booked(h.partner, tickets("100")), h.booked(h.partner, tickets("100"), tickets("50"))
		fetched := func(of Package, language insurance.Language, kept int) []byte {
			t.Helper()
			pdf, err := h.CertificatePDF(t.Context(), of.ID, of.Token, language)
			h.fatal(err)
			if n := len(h.kept()); n != kept || !bytes.HasPrefix(pdf, []byte("%PDF-")) {
				t.Errorf("%d documents are kept, want %d", n, kept)
			}
			return pdf
		}
		fetched(one, "de", 0)
		fetched(two, "en", 0)
		issued := fetched(one, "en", 1)
		if again := fetched(one, "en", 1); !bytes.Equal(again, issued) || !bytes.Equal(issued, h.kept()[0].Bytes) {
			t.Error("what is kept is not what is given")
		}
	})
}
