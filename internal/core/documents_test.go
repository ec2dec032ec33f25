package core

import (
	"archive/zip"
	"bytes"
	"sync"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
	"github.com/covernote/covernote/internal/store/storetest"
)

func (h *house) archive(want DocumentRequest) Archive {
	h.t.Helper()
	archive, err := h.Archive(h.t.Context(), h.partner, want)
	h.fatal(err)
	return archive
}

// files are the names in an archive.
func files(t *testing.T, a Archive) (names []string) {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(a.ZIP), int64(len(a.ZIP)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range archive.File {
		names = append(names, f.Name)
	}
	return names
}

// kept are the documents whose bytes are stored.
func (h *house) kept() (all []store.KeptDocument) {
	h.t.Helper()
	h.view(func(r reading) (err error) {
		all, err = r.KeptDocumentsIn(store.Stretch{Part: h.partner.Part})
		return err
	})
	return all
}

func TestArchive(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p := h.bindOne(phone("A-1"))
		number := p.CertificateNumber
		want := DocumentRequest{CertificateNumber: number, Names: map[DocumentKind]string{DocumentCertificate: "proof"}}
		first := h.archive(want)
		equalLists(t, "files", files(t, first), []string{
			"proof_" + number + ".pdf", "ipid_" + number + ".pdf", "withdrawal_" + number + ".pdf",
		})
		if n := len(h.kept()); n != 3 || first.Name != number {
			t.Errorf("%d documents are kept, and the archive is %q", n, first.Name)
		}
		h.clock.advance(24 * time.Hour)
		if again := h.archive(want); !bytes.Equal(again.ZIP, first.ZIP) {
			t.Error("the same request gave other bytes")
		}
		want.Kinds = []DocumentKind{DocumentIPID, DocumentCertificate}
		equalLists(t, "chosen files", files(t, h.archive(want)), []string{"ipid_" + number + ".pdf", "proof_" + number + ".pdf"})
		if n := len(h.kept()); n != 3 {
			t.Errorf("%d documents are kept after that", n)
		}
	})
}

func TestArchiveIsServedAsItWasKept(t *testing.T) {
	h := onSQLite(t)
	p := h.bindOne(phone("A-1"))
	want := DocumentRequest{CertificateNumber: p.CertificateNumber, Kinds: []DocumentKind{DocumentIPID}}
	first := h.archive(want)
	was := h.kept()[0]
	storetest.Exec(t, h.dsn, `UPDATE document_bytes SET bytes = $1`, []byte("flipped"))
	if _, err := h.Archive(t.Context(), h.partner, want); insurance.CodeOf(err) != insurance.CodeInternal {
		t.Errorf("got %v, want that changed bytes are not served", err)
	}
	storetest.Exec(t, h.dsn, `UPDATE document_bytes SET bytes = $1`, was.Bytes)
	if again := h.archive(want); !bytes.Equal(first.ZIP, again.ZIP) {
		t.Error("the archive has changed")
	}
}

func TestArchiveRefusesInOrder(t *testing.T) {
	h := onSQLite(t)
	p := h.bindOne(phone("A-1"))
	stranger := h.addPartner("stranger")
	storetest.Exec(t, h.dsn, `DELETE FROM document WHERE kind = 'ipid'`)
	for _, c := range []struct {
		who  Partner
		want DocumentRequest
		code insurance.Code
	}{
		{stranger, DocumentRequest{CertificateNumber: p.CertificateNumber, UnknownFilter: "x"}, insurance.CodePolicyUnknown},
		{h.partner, DocumentRequest{CertificateNumber: "I1", UnknownFilter: "x"}, insurance.CodePolicyUnknown},
		{h.partner, DocumentRequest{CertificateNumber: p.CertificateNumber, UnknownFilter: "x", Kinds: []DocumentKind{DocumentIPID}},
			insurance.CodeFilterUnknown},
		{h.partner, DocumentRequest{CertificateNumber: p.CertificateNumber, Kinds: []DocumentKind{DocumentCertificate, DocumentIPID}},
			insurance.CodeIPIDMissing},
		{h.partner, DocumentRequest{CertificateNumber: p.CertificateNumber, Kinds: []DocumentKind{DocumentCancellation}},
			insurance.CodeCertificateMissing},
	} {
		_, err := h.Archive(t.Context(), c.who, c.want)
		refused := h.refusal(err, c.code)
		if c.code == insurance.CodeFilterUnknown && refused.Detail != "x" {
			t.Errorf("detail is %q, want the name", refused.Detail)
		}
	}
	storetest.Exec(t, h.dsn, `INSERT INTO document (part, subject, kind, version, template_version, language, issued_at)
		SELECT part, subject, 'ipid', version, template_version, language, issued_at FROM document WHERE kind = 'certificate'`)
}

func TestArchiveAfterTheEnd(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p := h.bindOne(phone("A-1"))
		number := p.CertificateNumber
		before := h.archive(DocumentRequest{CertificateNumber: number})
		h.end(p, insurance.ReasonItemSold)
		after := h.archive(DocumentRequest{CertificateNumber: number})
		if got := files(t, after); len(got) != 4 || got[3] != "cancellation_"+number+".pdf" {
			t.Errorf("files are %q", got)
		}
		kinds := []DocumentKind{DocumentCertificate, DocumentIPID, DocumentWithdrawal}
		if again := h.archive(DocumentRequest{CertificateNumber: number, Kinds: kinds}); !bytes.Equal(again.ZIP, before.ZIP) {
			t.Error("what was issued before the end has changed")
		}
	})
}

func TestArchiveFetchedTwiceAtOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		p := h.bindOne(phone("A-1"))
		archives := make([]Archive, 4)
		var group sync.WaitGroup
		for i := range archives {
			group.Go(func() {
				var err error
				if archives[i], err = h.Archive(t.Context(), h.partner, DocumentRequest{CertificateNumber: p.CertificateNumber}); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		for _, a := range archives {
			if !bytes.Equal(a.ZIP, archives[0].ZIP) || len(a.ZIP) == 0 {
				t.Error("two got different bytes")
			}
		}
		if n := len(h.kept()); n != 3 {
			t.Errorf("%d documents are kept, want 3", n)
		}
	})
}
