package thinksurance

import (
	"cmp"
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

// Credential reads the token of a path, or else of the Authorization header. If
// no header says what the request is about, the body may: CredentialIn reads it.
func (d *Dialect) Credential(r *http.Request) (core.Claim, bool) {
	about := claimed(r, &form{report: &report{}})
	if keptInBody(routeOf(r)) || about == (core.Scope{}) && r.ContentLength != 0 {
		return core.Claim{}, false
	}
	return session(cmp.Or(r.PathValue("token"), bearer(r.Header)), about)
}

// CredentialIn reads what a request signs in with, or else the token of a
// session and what the request is about. A body that is no object says neither;
// the decoders refuse it.
func (d *Dialect) CredentialIn(r *http.Request, body []byte) (core.Claim, bool) {
	route := routeOf(r)
	outside := cmp.Or(r.PathValue("token"), bearer(r.Header))
	f, err := open(body)
	switch keys, signingIn := signIns[route]; {
	case err != nil && keptInBody(route):
		return core.Claim{}, false
	case err != nil:
		return session(outside, core.Scope{})
	case signingIn:
		claim := core.Claim{User: f.text(keys.user), Secret: f.text(keys.secret)}
		return claim, claim.User != "" && claim.Secret != "" && opaque(claim.User) && opaque(claim.Secret)
	case keptInBody(route):
		return session(cmp.Or(f.text("token"), outside), claimed(r, f))
	}
	return session(cmp.Or(outside, f.text("token")), claimed(r, f))
}

// keptInBody tells whether a route has its credential in the body.
func keptInBody(route string) bool {
	_, signingIn := signIns[route]
	return signingIn || slices.Contains(inBody, route)
}

// claimed is what a request says that it is about; nothing, if that could never
// be a token. The decoders refuse that, in the words of the account. An account
// counts alone: a broker beside it has to be the account's, or is passed over.
func claimed(r *http.Request, f *form) core.Scope {
	about, _ := sentScope(r.Header, f)
	if about.Account != "" {
		about.Broker = ""
	}
	return about
}

// Admit has nothing to refuse: no path names an account, and the tokens of
// accounts and brokers are looked up among those of the API user.
func (d *Dialect) Admit(core.Partner, *http.Request) *insurance.Error { return nil }

func session(token string, about core.Scope) (core.Claim, bool) {
	return core.Claim{Session: token, Scope: about}, token != "" && opaque(token)
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
