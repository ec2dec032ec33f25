package thinksurance

import (
	"net/http"
	"testing"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/insurance"
)

const docsBody = `{"docsToken":{"token":"t+1","expired":"2024-06-07 00:00:00"},"files":[` +
	`{"hash":"d1","name":"Vorschlag.pdf","type":"proposal","mimeType":"application/pdf","created":"2024-03-07 00:30:00",` +
	`"url":"https://site.example/documents/d1?token=t%2B1"}]}`

func TestDocs(t *testing.T) {
	t.Parallel()
	none := proposed()
	none.Documents = nil
	for _, c := range []struct {
		shape   string
		inquiry core.Inquiry
		want    string
	}{
		{"object", proposed(), docsBody},
		{"array", proposed(), "[" + docsBody + "]"},
		{"object", none, "[]"},
		{"array", none, "[]"},
	} {
		if got := saidOf(t, c.inquiry, map[string]string{"docs_shape": c.shape}, "docs"); got != c.want {
			t.Errorf("%s\ngot  %s\nwant %s", c.shape, got, c.want)
		}
	}
	if got := saidOf(t, proposed(), nil, "docs"); got != docsBody {
		t.Errorf("without a switch: %s", got)
	}
}

func TestDocumentNames(t *testing.T) {
	t.Parallel()
	for _, kind := range []core.DocumentKind{
		core.DocumentCertificate, core.DocumentIPID, core.DocumentWithdrawal, core.DocumentCancellation,
		core.DocumentProposal, core.DocumentCoverOrder,
	} {
		for _, language := range []insurance.Language{"de", "en"} {
			if fileNames[kind][language] == "" {
				t.Errorf("%s has no name in %s", kind, language)
			}
		}
	}
}

func TestDocument(t *testing.T) {
	t.Parallel()
	d, file := theDialect(), core.DocumentFile{Name: "Vorschlag.pdf", PDF: []byte("%PDF\xff\xfe")}
	expect(t, d.encodeDocument(askedWith(nil), file), http.StatusOK, "text/pdf", "JVBERv/+")
	expect(t, d.encodeDocument(askedWith(map[string]string{"document_body": "base64"}), file), http.StatusOK, "text/pdf", "JVBERv/+")
	expectJSON(t, d.encodeDocument(askedWith(map[string]string{"document_body": "json"}), file), `{"pdfbinary":"JVBERv/+"}`)
}

func TestRawDocument(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"vorschlag-1.pdf": `attachment; filename=vorschlag-1.pdf`,
		"Vorschlag 1.pdf": `attachment; filename="Vorschlag 1.pdf"`,
		"Bestätigung.pdf": `attachment; filename*=utf-8''Best%C3%A4tigung.pdf`,
	} {
		got := theDialect().encodeRaw(askedWith(nil), core.DocumentFile{Name: name, PDF: []byte("%PDF")})
		expect(t, got, http.StatusOK, "application/pdf", "%PDF")
		if disposition := got.Header.Get("Content-Disposition"); disposition != want {
			t.Errorf("%s is %s", name, disposition)
		}
	}
}

func TestNoted(t *testing.T) {
	t.Parallel()
	got := theDialect().encodeNoted(askedWith(nil), core.DocumentFile{PDF: []byte("%PDF")})
	expect(t, got, http.StatusNoContent, "", "")
}

func TestContract(t *testing.T) {
	t.Parallel()
	r := askedWith(nil)
	r.SetPathValue("notification", "n1")
	const head = `{"contractId":"C-100-200","inquiryId":1878887,"productName":"Cyberversicherung","productId":95,"contractEndDate":`
	const rest = factsTerms + factsAgency + `,"documents":[` + fileOne + `,` + fileTwo + `]}`
	expectJSON(t, theDialect().encodeContract(r, ordered()), head+`""`+rest)
	ended := ordered()
	ended.Policy.Termination = &insurance.Termination{EndsOn: insurance.MustDate("2025-03-31")}
	expectJSON(t, theDialect().encodeContract(r, ended), head+`"31.03.2025"`+rest)
}
