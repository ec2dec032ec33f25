package native

import (
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect"
	"github.com/covernote/covernote/internal/insurance"
)

// Routes are the whole API, but for its description, which needs no sign-in.
func (d *Dialect) Routes() []dialect.Route {
	return []dialect.Route{
		dialect.On(http.MethodGet, "/v1/events", decodeEvents, d.core.Events, encodePage),
		dialect.On(http.MethodGet, "/v1/events/{id}", decodeEventID, d.core.Event, encodeEvent),
		dialect.On(http.MethodPost, "/v1/events/replay", decodeReplay, d.replay, encodeReplay),
	}
}

// Roots is where every path of the API begins.
func (d *Dialect) Roots() []string { return []string{"/v1/"} }

// Gate has the limits of all.
func (d *Dialect) Gate() dialect.GateLimits { return dialect.GateLimits{} }

// realm is what a client is asked to authenticate for.
const realm = `Basic realm="covernote", charset="UTF-8"`

// maxCredential bounds what is looked up, in bytes.
const maxCredential = 256

// Credential reads HTTP Basic: user name and password, API key and secret, or hash
// and secret, whatever the partner's own API calls them.
func (d *Dialect) Credential(r *http.Request) (claim core.Claim, ok bool) {
	claim.User, claim.Secret, ok = r.BasicAuth()
	if !ok || claim.User == "" || !plausible(claim.User, maxCredential) || !plausible(claim.Secret, maxCredential) {
		return core.Claim{}, false
	}
	return claim, true
}

// Admit has nothing to refuse: no path names a partner.
func (d *Dialect) Admit(core.Partner, *http.Request) *insurance.Error { return nil }

// Header adds nothing.
func (d *Dialect) Header(dialect.Visit) http.Header { return nil }

// plausible tells whether text may be the name of anything, of as many bytes at
// most.
func plausible(text string, most int) bool {
	return len(text) <= most && utf8.ValidString(text) && !strings.ContainsFunc(text, unicode.IsControl)
}
