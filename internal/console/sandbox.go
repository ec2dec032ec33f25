package console

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"strings"
)

// SandboxPage serves the sandbox's first page at "/", what it loads below
// "/assets/", and an error that says where to go for every other path. The
// page's script calls "/sandbox/…" on the same server.
//
// start is asked for every page; if it fails, the error is logged and the
// page says what to do, without the error's text.
func SandboxPage(start func(ctx context.Context) (Start, error), log *slog.Logger) http.Handler {
	page := sandboxPage{press{log: log}, start}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", page.serve)
	mux.HandleFunc("GET /assets/{version}/{name}", page.serveAsset)
	mux.HandleFunc("/", page.serveNotFound)
	return mux
}

type sandboxPage struct {
	press
	start func(ctx context.Context) (Start, error)
}

func (p sandboxPage) serve(w http.ResponseWriter, r *http.Request) {
	start, err := p.start(r.Context())
	if err != nil {
		p.log.ErrorContext(r.Context(), "build the sandbox's page", "error", err)
		p.refuse(w, r, http.StatusInternalServerError, "failed")
		return
	}
	p.write(w, r, languageOf(r), http.StatusOK, "sandbox.html", start)
}

func (p sandboxPage) serveAsset(w http.ResponseWriter, r *http.Request) {
	if !p.asset(w, r) {
		p.serveNotFound(w, r)
	}
}

func (p sandboxPage) serveNotFound(w http.ResponseWriter, r *http.Request) {
	p.refuse(w, r, http.StatusNotFound, "absent")
}

// refusal is what an error page shows; its JSON form is what the sandbox's
// controls answer too.
type refusal struct {
	Error string `json:"error"`
	Next  string `json:"next"`
}

// refuse answers a browser with a page and everybody else with JSON. The words
// are those of kind: "error.<kind>" and "error.<kind>.next".
func (p sandboxPage) refuse(w http.ResponseWriter, r *http.Request, status int, kind string) {
	words := wordings[languageOf(r)]
	told := refusal{words["error."+kind], words["error."+kind+".next"]}
	if strings.Contains(r.Header.Get("Accept"), "text/html") {
		p.write(w, r, languageOf(r), status, "error.html", told)
		return
	}
	body, err := json.Marshal(told)
	if err != nil {
		p.log.ErrorContext(r.Context(), "encode a refusal", "error", err)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	p.send(w, r, status, body)
}
