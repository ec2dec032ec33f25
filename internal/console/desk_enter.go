package console

import (
	"net/http"
	"time"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/insurance"
)

// The cookies of the desk: the secret that a broker is known by, and the
// language that one has chosen.
const (
	secretCookie   = "covernote_desk"
	languageCookie = "covernote_language"
)

const year = 365 * 24 * time.Hour

// cookie is one that only the desk's own pages get, and no script.
func (p deskPages) cookie(name, value string, lasting time.Duration) *http.Cookie {
	return &http.Cookie{
		Name: name, Value: value, Path: "/desk", MaxAge: int(lasting / time.Second),
		HttpOnly: true, Secure: p.secure, SameSite: http.SameSiteLaxMode,
	}
}

// secretOf is the secret that the browser has kept, or empty.
func secretOf(r *http.Request) string {
	kept, err := r.Cookie(secretCookie)
	if err != nil {
		return ""
	}
	return kept.Value
}

// enter uses a link up and leads to where it was meant to.
func (p deskPages) enter(v deskVisit) {
	v = v.discreet()
	entry, err := p.from.EnterDesk(v.r.Context(), v.r.PathValue("token"))
	if err != nil {
		v.fail(err)
		return
	}
	http.SetCookie(v.w, p.cookie(secretCookie, entry.Secret, time.Until(entry.ExpiresAt)))
	v.protect(v.w.Header())
	v.redirect(landing(entry))
}

// discreet is the same visit on pages that do not tell even their own server
// where they are: the address of a link is a secret.
func (v deskVisit) discreet() deskVisit {
	v.forms = false
	return v
}

// peek answers programs that look at a link before anybody follows it, and
// leaves the link as it is.
func (p deskPages) peek(v deskVisit) {
	p.protect(v.w.Header())
	v.w.WriteHeader(http.StatusNoContent)
}

// landing is the page that a link leads to.
func landing(entry core.DeskEntry) string {
	switch {
	case entry.InquiryID != 0:
		return inquiryPath(entry.InquiryID, "")
	case entry.CustomerID != 0:
		return customerPath(entry.CustomerID, "")
	}
	return "/desk/"
}

// leave ends the session. It says so even to whoever has none: there is none
// any more.
func (p deskPages) leave(v deskVisit) {
	err := p.from.LeaveDesk(v.r.Context(), secretOf(v.r))
	if err != nil && insurance.CodeOf(err) != insurance.CodeUnauthenticated {
		v.fail(err)
		return
	}
	http.SetCookie(v.w, p.cookie(secretCookie, "", -time.Second))
	v.redirect("/desk/left")
}

// left says that nobody is at the desk any more.
func (p deskPages) left(v deskVisit) {
	v.show(http.StatusOK, "desk_lost.html", lostPage{deskPage: v.page(v.say("desk.left"), ""), Next: v.say("desk.left.next")})
}
