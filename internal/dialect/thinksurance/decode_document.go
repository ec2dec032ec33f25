package thinksurance

import (
	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect"
	"github.com/covernote/covernote/internal/insurance"
)

// decodeDocumentV1 reads a document's name, which V1 calls its hash.
func decodeDocumentV1(r *dialect.Request) (core.DocumentName, error) {
	f, s, err := begin(r, ofOneBroker)
	if err != nil {
		return core.DocumentName{}, err
	}
	f.require("hash")
	return f.document(s, f.text("hash"))
}

func decodeDocument(r *dialect.Request) (core.DocumentName, error) {
	f, s, err := begin(r, ofOneBroker)
	if err != nil {
		return core.DocumentName{}, err
	}
	return f.document(s, r.PathValue("documentId"))
}

func (f *form) document(s core.Scope, id string) (core.DocumentName, error) {
	if err := f.refusal(); err != nil {
		return core.DocumentName{}, err
	}
	return core.DocumentName{Scope: s, ID: id}, thatCouldBe(insurance.CodeDocumentUnknown, id)
}

// decodeToldDocument reads the link of a webhook, which says by itself whose
// document it is.
func decodeToldDocument(r *dialect.Request) (core.DocumentName, error) {
	name := core.DocumentName{Notification: r.PathValue("notification"), ID: r.PathValue("document")}
	return name, thatCouldBe(insurance.CodeDocumentUnknown, name.Notification, name.ID)
}

// decodeReport reads that a document could not be fetched. What the partner
// found wrong has no place to be kept: that it was said is in the log of
// requests.
func decodeReport(r *dialect.Request) (core.DocumentName, error) {
	f, err := open(r.Body)
	if err != nil {
		return core.DocumentName{}, err
	}
	f.require("error")
	f.text("error")
	if err := f.refusal(); err != nil {
		return core.DocumentName{}, err
	}
	return decodeToldDocument(r)
}

func decodeToldPolicy(r *dialect.Request) (core.Told, error) {
	told := core.Told{Notification: r.PathValue("notification"), ID: r.PathValue("contract")}
	return told, thatCouldBe(insurance.CodePolicyUnknown, told.Notification, told.ID)
}

func decodeToldCustomer(r *dialect.Request) (core.Told, error) {
	told := core.Told{Notification: r.PathValue("notification"), ID: r.PathValue("customer")}
	return told, thatCouldBe(insurance.CodeCustomerUnknown, told.Notification, told.ID)
}

// thatCouldBe refuses what could never be an id in the words of one that nobody
// has.
func thatCouldBe(code insurance.Code, ids ...string) error {
	for _, id := range ids {
		if id == "" || !opaque(id) {
			return insurance.Refuse(code, "")
		}
	}
	return nil
}
