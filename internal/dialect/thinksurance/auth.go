package thinksurance

import (
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/insurance"
)

// How long a session lasts, by the version that opened it. Any version takes
// the sessions of any other.
const (
	lifetimeV1 = 15 * time.Minute
	lifetimeV2 = 4 * time.Hour
)

// signIn is how a body names an API user and its secret.
type signIn struct{ user, secret string }

// signIns are the ways to sign in, by route. In V2 the two were published
// crossed over: the access key is the secret, and the secret key the hash.
var signIns = map[string]signIn{
	pathToken:        {user: "hash", secret: "secret"},
	pathTokenOld:     {user: "hash", secret: "secret"},
	pathTokens:       {user: "hash", secret: "secret"},
	pathAccessToken:  {user: "secretKey", secret: "accessKey"},
	pathAccessTokens: {user: "secretKey", secret: "accessKey"},
}

// inBody are the routes of V1 whose token is in the body, so that a header that
// a client sends with everything does not stand in its way.
var inBody = []string{pathInquiryV1, pathInquiryShort, pathProductsV1, pathProfessionsV1, pathInsurersV1}

// Credential reads the token of a path, or else of the Authorization header.
func (d *Dialect) Credential(r *http.Request) (core.Claim, bool) {
	route := routeOf(r)
	_, signingIn := signIns[route]
	switch token := r.PathValue("token"); {
	case signingIn || slices.Contains(inBody, route):
		return core.Claim{}, false
	case token != "":
		return session(token)
	}
	return session(bearer(r.Header))
}

// CredentialIn reads what a request signs in with or, where no path has it, the
// token of a session.
func (d *Dialect) CredentialIn(r *http.Request, body []byte) (core.Claim, bool) {
	f, err := open(body)
	if err != nil || r.PathValue("token") != "" {
		return core.Claim{}, false
	}
	if keys, ok := signIns[routeOf(r)]; ok {
		claim := core.Claim{User: f.text(keys.user), Secret: f.text(keys.secret)}
		return claim, claim.User != "" && claim.Secret != "" && opaque(claim.User) && opaque(claim.Secret)
	}
	if token := f.text("token"); token != "" {
		return session(token)
	}
	return session(bearer(r.Header))
}

// Admit has nothing to refuse: no path names an account, and the tokens of
// accounts and brokers are looked up among those of the API user.
func (d *Dialect) Admit(core.Partner, *http.Request) *insurance.Error { return nil }

func session(token string) (core.Claim, bool) {
	return core.Claim{Session: token}, token != "" && opaque(token)
}

// bearer is the token of the Authorization header, with or without the word
// before it. Any other scheme is meant for somebody else.
func bearer(header http.Header) string {
	scheme, token, two := strings.Cut(strings.TrimSpace(header.Get("Authorization")), " ")
	switch {
	case !two:
		return scheme
	case strings.EqualFold(scheme, "Bearer"):
		return strings.TrimSpace(token)
	}
	return ""
}

// maxOpaque bounds what is looked up, in bytes.
const maxOpaque = 256

// opaque tells whether text could be a token or an id of ours; it may be empty.
func opaque(text string) bool {
	return len(text) <= maxOpaque && utf8.ValidString(text) && !strings.ContainsFunc(text, unicode.IsControl)
}
