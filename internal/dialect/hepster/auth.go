package hepster

import (
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/insurance"
)

// realm is what a client is asked to authenticate for.
const realm = `Basic realm="hepster"`

// maxCredential bounds what is looked up, in bytes.
const maxCredential = 256

// Credential reads HTTP Basic. What could never be a user, such as text with
// control characters, counts as no credential.
func (d *Dialect) Credential(r *http.Request) (claim core.Claim, ok bool) {
	claim.User, claim.Secret, ok = r.BasicAuth()
	if !ok || claim.User == "" || !plausible(claim.User) || !plausible(claim.Secret) {
		return core.Claim{}, false
	}
	return claim, true
}

// Admit has nothing to refuse: no path names a partner.
func (d *Dialect) Admit(core.Partner, *http.Request) *insurance.Error { return nil }

func plausible(text string) bool {
	return len(text) <= maxCredential && utf8.ValidString(text) && !strings.ContainsFunc(text, unicode.IsControl)
}
