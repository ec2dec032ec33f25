package console

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/insurance"
)

// Papers is what links to documents read.
type Papers interface {
	// LinkedDocument is a document for whoever has a link to it. What was never
	// issued and a token that does not open it are refused alike, with
	// insurance.CodeDocumentUnknown.
	LinkedDocument(ctx context.Context, id, token string) (core.DocumentFile, error)
}

// DocumentLinks serves documents at /documents/{id} for whoever has their
// ?token=, until that expires. Whatever is not there or not to be seen is
// answered with one page, and 404.
func DocumentLinks(from Papers, log *slog.Logger) http.Handler {
	pages := certificatePages{press: press{log: log}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /documents/{file}", pages.in("", "", func(v visit) { pages.paper(v, from) }))
	mux.HandleFunc("/documents/", pages.in("", "", func(v visit) { pages.refuse(v, unknownPage) }))
	return mux
}

func (p certificatePages) paper(v visit, from Papers) {
	file, err := from.LinkedDocument(v.r.Context(), v.id, v.r.URL.Query().Get("token"))
	if insurance.CodeOf(err) == insurance.CodeDocumentUnknown {
		err = unknownPage
	}
	if err != nil {
		p.refuse(v, err)
		return
	}
	p.file(v, file.Name, file.PDF)
}
