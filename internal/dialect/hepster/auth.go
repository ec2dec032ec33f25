package hepster

import (
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"
)

// realm is what a client is asked to authenticate for.
const realm = `Basic realm="hepster"`

// maxCredential bounds what is looked up, in bytes.
const maxCredential = 256

// Credential reads HTTP Basic. What could never be a user, such as text with
// control characters, counts as no credential.
func (d *Dialect) Credential(r *http.Request) (user, secret string, ok bool) {
	user, secret, ok = r.BasicAuth()
	if !ok || user == "" || !plausible(user) || !plausible(secret) {
		return "", "", false
	}
	return user, secret, true
}

func plausible(text string) bool {
	return len(text) <= maxCredential && utf8.ValidString(text) && !strings.ContainsFunc(text, unicode.IsControl)
}
