package console

import (
	"slices"

	"github.com/covernote/covernote/internal/core"
)

// documentLink leads to a document of an inquiry or its policy.
type documentLink struct {
	// Key is that of what the document is.
	Key, URL, IssuedAt string
	// Lang is the document's language where it is not the page's.
	Lang string
}

// documents are those of an inquiry, the last issued first.
func (v deskVisit) documents(i core.Inquiry) []documentLink {
	links := make([]documentLink, len(i.Documents))
	for n, d := range i.Documents {
		link := documentLink{
			Key: "desk.document." + string(d.Kind), URL: inquiryPath(i.ID, "/documents/"+d.ID), IssuedAt: v.minute(d.IssuedAt),
		}
		if lang := string(d.Language); lang != v.lang && slices.Contains(languages, lang) {
			link.Lang = lang
		}
		links[len(links)-1-n] = link
	}
	return links
}

// document sends a document of an inquiry.
func (p deskPages) document(v deskVisit) {
	file, err := p.from.DeskDocument(v.r.Context(), v.desk, v.id(), v.r.PathValue("doc"))
	if err != nil {
		v.fail(err)
		return
	}
	p.pdf(v.w, v.r, file.Name, file.PDF)
}
