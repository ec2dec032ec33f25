package console

import (
	"bytes"
	"log/slog"
	"mime"
	"net/http"
)

// press renders pages and sends them.
type press struct {
	log *slog.Logger
	// forms: its pages have forms, which go to their own server.
	forms bool
}

// write renders a page before it sends anything, so that no half page leaves.
func (p press) write(w http.ResponseWriter, r *http.Request, lang string, status int, name string, data any) {
	var body bytes.Buffer
	if err := templates[lang].ExecuteTemplate(&body, name, data); err != nil {
		p.log.ErrorContext(r.Context(), "render "+name, "error", err)
		http.Error(w, wordings[lang]["error.failed"]+" "+wordings[lang]["error.failed.next"], http.StatusInternalServerError)
		return
	}
	p.protect(w.Header())
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Language", lang)
	w.Header().Add("Vary", "Accept-Language")
	p.send(w, r, status, body.Bytes())
}

// pdf sends a file for the browser to show. Its policy only keeps it out of
// frames: browsers build their own page around a file, which a stricter one
// would stop.
func (p press) pdf(w http.ResponseWriter, r *http.Request, name string, pdf []byte) {
	h := w.Header()
	p.protect(h)
	h.Set("Content-Security-Policy", "frame-ancestors 'none'")
	h.Set("Content-Type", "application/pdf")
	h.Set("Content-Disposition", mime.FormatMediaType("inline", map[string]string{"filename": name}))
	p.send(w, r, http.StatusOK, pdf)
}

// asset sends what pages load; false tells that there is no such thing.
func (p press) asset(w http.ResponseWriter, r *http.Request) bool {
	found, ok := assets[r.PathValue("name")]
	if !ok || r.PathValue("version") != assetVersion {
		return false
	}
	w.Header().Set("Content-Type", found.contentType)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	p.send(w, r, http.StatusOK, found.content)
	return true
}

func (p press) send(w http.ResponseWriter, r *http.Request, status int, body []byte) {
	w.WriteHeader(status)
	if _, err := w.Write(body); err != nil {
		p.log.DebugContext(r.Context(), "send a page", "error", err)
	}
}

// protect lets a page load and call only its own server, and keeps it out of
// caches and frames. Pages show credentials, and what a policy says of people.
func (p press) protect(h http.Header) {
	target, told := "'none'", "no-referrer"
	if p.forms {
		// Under no-referrer a form would not say where it comes from either, and
		// could not be told from one that another site sends.
		target, told = "'self'", "same-origin"
	}
	h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "+
		"connect-src 'self'; base-uri 'none'; form-action "+target+"; frame-ancestors 'none'")
	h.Set("Referrer-Policy", told)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
}
