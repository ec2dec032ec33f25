package thinksurance

import (
	"encoding/base64"
	"mime"
	"net/http"
	"net/url"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect"
	"github.com/covernote/covernote/internal/insurance"
)

const mimePDF = "application/pdf"

// fileNames has an entry for every kind of document.
var fileNames = map[core.DocumentKind]insurance.Text{
	core.DocumentCertificate:  {"de": "Versicherungsschein", "en": "Certificate of insurance"},
	core.DocumentIPID:         {"de": "Informationsblatt zu Versicherungsprodukten", "en": "Insurance product information document"},
	core.DocumentWithdrawal:   {"de": "Widerrufsbelehrung", "en": "Right of withdrawal"},
	core.DocumentCancellation: {"de": "Bestätigung der Beendigung", "en": "Confirmation of the end of cover"},
	core.DocumentProposal:     {"de": "Vorschlag", "en": "Proposal"},
	core.DocumentCoverOrder:   {"de": "Deckungsauftrag", "en": "Order of cover"},
}

// docs is [] without documents: an object that is empty is an empty list in
// the language of the original.
func (d *Dialect) docs(p core.Partner, i core.Inquiry) any {
	if len(i.Documents) == 0 {
		return []wireDocuments{}
	}
	holder := wireDocuments{
		Token: wireDocumentsToken{Token: i.DocumentsToken, Expired: clockTime(i.DocumentsUntil, p.Zone)},
		Files: make([]wireFile, len(i.Documents)),
	}
	for n, document := range i.Documents {
		holder.Files[n] = wireFile{
			Hash: document.ID, Name: fileNames[document.Kind].In(document.Language) + ".pdf", Type: string(document.Kind),
			MIMEType: mimePDF, Created: clockTime(document.IssuedAt, p.Zone),
			URL: d.site + "/documents/" + url.PathEscape(document.ID) + "?token=" + url.QueryEscape(i.DocumentsToken),
		}
	}
	if setting(p, switchDocsShape) == "array" {
		return []wireDocuments{holder}
	}
	return holder
}

// encodeDocument answers with Base64 and nothing around it, under the published
// content type, which no register knows.
func (d *Dialect) encodeDocument(r *dialect.Request, file core.DocumentFile) dialect.Response {
	text := base64.StdEncoding.EncodeToString(file.PDF)
	if setting(r.Partner, switchDocumentBody) == "json" {
		return respond(http.StatusOK, wirePDF{PDFBinary: text})
	}
	return dialect.Response{
		Status: http.StatusOK, Header: http.Header{"Content-Type": {"text/pdf"}}, Body: []byte(text),
	}
}

// encodeRaw answers with the file itself.
func (d *Dialect) encodeRaw(_ *dialect.Request, file core.DocumentFile) dialect.Response {
	return dialect.Response{
		Status: http.StatusOK,
		Header: http.Header{
			"Content-Type":        {mimePDF},
			"Content-Disposition": {mime.FormatMediaType("attachment", map[string]string{"filename": file.Name})},
		},
		Body: file.PDF,
	}
}

// encodeNoted says that a report was read, and nothing else.
func (d *Dialect) encodeNoted(*dialect.Request, core.DocumentFile) dialect.Response {
	return dialect.Response{Status: http.StatusNoContent, Body: []byte{}}
}

// encodeContract tells of the policy that an inquiry became, under the
// notification that led to it.
func (d *Dialect) encodeContract(r *dialect.Request, i core.Inquiry) dialect.Response {
	told := wireContract{
		InquiryID: i.ID, ProductName: i.Line.Name.In(german), ProductID: i.Line.ID,
		wireTerms: terms(i), AgencyNumber: agencyMatch(i),
		Documents: d.files(r.PathValue("notification"), i.Documents),
	}
	if i.Policy != nil {
		told.ContractID, told.ContractEndDate = i.Policy.CertificateNumber, germanDate(i.Policy.LastDay())
	}
	return respond(http.StatusOK, told)
}

func (d *Dialect) encodeCustomer(_ *dialect.Request, i core.Inquiry) dialect.Response {
	return respond(http.StatusOK, customer(i.Customer))
}
