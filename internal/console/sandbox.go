package console

import (
	"bytes"
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
	page := sandboxPage{start, log}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", page.serve)
	mux.HandleFunc("GET /assets/{version}/{name}", page.serveAsset)
	mux.HandleFunc("/", page.serveNotFound)
	return mux
}

type sandboxPage struct {
	start func(ctx context.Context) (Start, error)
	log   *slog.Logger
}

func (p sandboxPage) serve(w http.ResponseWriter, r *http.Request) {
	start, err := p.start(r.Context())
	if err != nil {
		p.log.ErrorContext(r.Context(), "build the sandbox's page", "error", err)
		p.refuse(w, r, http.StatusInternalServerError, "failed")
		return
	}
	p.write(w, r, http.StatusOK, "sandbox.html", start)
}

func (p sandboxPage) serveAsset(w http.ResponseWriter, r *http.Request) {
	found, ok := assets[r.PathValue("name")]
	if !ok || r.PathValue("version") != assetVersion {
		p.serveNotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", found.contentType)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	p.send(w, r, http.StatusOK, found.content)
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
		p.write(w, r, status, "error.html", told)
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

// write renders a page before it sends anything, so that no half page leaves.
func (p sandboxPage) write(w http.ResponseWriter, r *http.Request, status int, name string, data any) {
	lang := languageOf(r)
	var body bytes.Buffer
	if err := templates[lang].ExecuteTemplate(&body, name, data); err != nil {
		p.log.ErrorContext(r.Context(), "render "+name, "error", err)
		http.Error(w, wordings[lang]["error.failed"]+" "+wordings[lang]["error.failed.next"], http.StatusInternalServerError)
		return
	}
	protect(w.Header())
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Language", lang)
	w.Header().Add("Vary", "Accept-Language")
	p.send(w, r, status, body.Bytes())
}

func (p sandboxPage) send(w http.ResponseWriter, r *http.Request, status int, body []byte) {
	w.WriteHeader(status)
	if _, err := w.Write(body); err != nil {
		p.log.DebugContext(r.Context(), "send a page", "error", err)
	}
}

// protect lets a page load and call only its own server, and keeps it out of
// caches and frames. The page shows credentials.
func protect(h http.Header) {
	h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "+
		"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
}
