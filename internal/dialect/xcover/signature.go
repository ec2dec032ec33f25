package xcover

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"hash"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/covernote/covernote/internal/insurance"
)

const (
	headerAPIKey = "X-Api-Key"
	// requestTarget stands among the names of headers for method and path.
	requestTarget = "(request-target)"
	// maxKey bounds what is looked up, in bytes.
	maxKey = 256
	// maxHeaders is how many headers a signature may cover.
	maxHeaders = 32
)

// algorithms are the words for them in an Authorization header. The first
// clients could do SHA-1 only; a partner may be kept from it: see
// allowsAlgorithm.
var algorithms = map[string]func() hash.Hash{
	"hmac-sha1":   sha1.New,
	"hmac-sha256": sha256.New,
	"hmac-sha384": sha512.New384,
	"hmac-sha512": sha512.New,
}

// signed is a parsed Authorization header with what it signs of its request.
// Who made it is not known before matches has said so.
type signed struct {
	keyID string
	// algorithm is in lower case, and may be none of algorithms.
	algorithm string
	// headers are the names of what is signed, in lower case, none twice.
	headers []string
	// signature is as sent, percent-encoded or not.
	signature string

	method, path, host string
	header             http.Header
}

// parseSignature reads the Authorization header of a request. All its errors
// are insurance.CodeUnauthenticated, and repeat nothing of what was sent.
func parseSignature(r *http.Request) (signed, error) {
	scheme, rest, _ := strings.Cut(strings.TrimSpace(r.Header.Get("Authorization")), " ")
	if !strings.EqualFold(scheme, "Signature") {
		return signed{}, unauthenticated("the Authorization header is missing, or is no Signature")
	}
	given, ok := parameters(rest)
	if !ok {
		return signed{}, unauthenticated(`the Authorization header is no list of different key="value" pairs`)
	}
	s := signed{
		keyID:     cmp.Or(given["keyid"], r.Header.Get(headerAPIKey)),
		algorithm: strings.ToLower(given["algorithm"]),
		headers:   strings.Fields(strings.ToLower(given["headers"])),
		signature: given["signature"],
		method:    strings.ToLower(r.Method), path: signedPath(r), host: r.Host, header: r.Header,
	}
	if len(s.headers) == 0 {
		s.headers = []string{"date"}
	}
	if err := s.check(); err != nil {
		return signed{}, err
	}
	return s, nil
}

func unauthenticated(detail string) error {
	return insurance.Refuse(insurance.CodeUnauthenticated, "%s", detail)
}

// parameters reads key="value" pairs in any order, with the keys in lower
// case. A key that comes twice could mean either value and is refused.
func parameters(text string) (map[string]string, bool) {
	given := make(map[string]string)
	for more := true; more; {
		name, rest, _ := strings.Cut(text, "=")
		key := strings.ToLower(strings.TrimSpace(name))
		rest, opened := strings.CutPrefix(strings.TrimSpace(rest), `"`)
		value, rest, closed := strings.Cut(rest, `"`)
		_, twice := given[key]
		if !opened || !closed || twice || key == "" || strings.Trim(key, letters) != "" {
			return nil, false
		}
		given[key] = value
		text, more = strings.CutPrefix(strings.TrimSpace(rest), ",")
	}
	return given, text == ""
}

const letters = "abcdefghijklmnopqrstuvwxyz"

// check refuses what no client sends. A header that is named many times would
// make a small request a large text to sign; Authorization would sign itself.
func (s signed) check() error {
	key := s.header.Get(headerAPIKey)
	names := slices.Clone(s.headers)
	slices.Sort(names)
	switch {
	case s.keyID == "":
		return unauthenticated("the API key is missing")
	case key != "" && key != s.keyID:
		return unauthenticated("keyId and X-Api-Key differ")
	case !plausible(s.keyID):
		return unauthenticated("the API key is malformed")
	case s.signature == "":
		return unauthenticated("the signature is missing")
	case len(names) > maxHeaders || len(slices.Compact(names)) < len(s.headers):
		return unauthenticated("headers names too many, or one of them twice")
	case slices.Contains(s.headers, "authorization"):
		return unauthenticated("headers names Authorization, which cannot sign itself")
	}
	return nil
}

// plausible tells whether text could be a key at all.
func plausible(text string) bool {
	return len(text) <= maxKey && utf8.ValidString(text) && !strings.ContainsFunc(text, unicode.IsControl)
}

// signedPath is the path as the client wrote it, which is what it signed,
// whatever became of r.URL on the way here.
func signedPath(r *http.Request) string {
	path, _, _ := strings.Cut(cmp.Or(r.RequestURI, r.URL.EscapedPath()), "?")
	_, address, absolute := strings.Cut(path, "://")
	if strings.HasPrefix(path, "/") || !absolute {
		return path
	}
	_, path, _ = strings.Cut(address, "/")
	return "/" + path
}

// text is what was signed: a line for each header, without a newline at the
// end. A header that the request lacks has no line, as clients leave it out.
func (s signed) text() string {
	var lines []string
	for _, name := range s.headers {
		if value, ok := s.value(name); ok {
			lines = append(lines, name+": "+value)
		}
	}
	return strings.Join(lines, "\n")
}

func (s signed) value(name string) (string, bool) {
	switch name {
	case requestTarget:
		return s.method + " " + s.path, true
	case "host":
		return s.host, s.host != ""
	}
	values := s.header.Values(name)
	if name == "date" && len(values) == 0 {
		values = s.header.Values("X-Aux-Date") // for browsers, which keep Date to themselves
	}
	return strings.Join(values, ", "), len(values) > 0
}

// date is when the client says it signed; empty if that is not signed itself,
// since anybody could have changed it then.
func (s signed) date() string {
	if !slices.Contains(s.headers, "date") {
		return ""
	}
	date, _ := s.value("date")
	return date
}

// matches tells, in constant time, whether the signature was made with this
// secret. Nothing signed never matches.
func (s signed) matches(secret string) bool {
	sum, ok := mac(s.algorithm, secret, s.text())
	return ok && s.isWritten(base64.StdEncoding.EncodeToString(sum))
}

// isWritten compares a spelling with what was sent. Bytes that need no
// escape may have one, and clients differ in its case.
func (s signed) isWritten(spelling string) bool {
	sent, err := url.PathUnescape(s.signature) // unlike a form's, it leaves + alone
	return err == nil && hmac.Equal([]byte(sent), []byte(spelling))
}

// mac is the code of a text that is not empty, by an algorithm of ours.
func mac(algorithm, secret, text string) ([]byte, bool) {
	sum, known := algorithms[algorithm]
	if !known || text == "" {
		return nil, false
	}
	code := hmac.New(sum, []byte(secret))
	code.Write([]byte(text))
	return code.Sum(nil), true
}

// allowsAlgorithm tells whether a list such as "hmac-sha512,hmac-sha256" has
// the word that a client uses. An empty list has all that we know.
func allowsAlgorithm(list, token string) bool {
	token = strings.ToLower(token)
	if _, known := algorithms[token]; !known {
		return false
	}
	if strings.TrimSpace(list) == "" {
		return true
	}
	for allowed := range strings.SplitSeq(list, ",") {
		if strings.EqualFold(strings.TrimSpace(allowed), token) {
			return true
		}
	}
	return false
}

// withinSkew tells whether a Date header is at most a window away from now. A
// window of 0 asks for nothing: clients have signed dates half a day off and
// were heard.
func withinSkew(date string, now time.Time, window time.Duration) bool {
	if window <= 0 {
		return true
	}
	if utc, ok := strings.CutSuffix(date, " UTC"); ok {
		date = utc + " GMT" // as languages write it that are not made for HTTP
	}
	at, err := http.ParseTime(date)
	if err != nil {
		at, err = time.Parse(time.RFC1123Z, date)
	}
	return err == nil && now.Sub(at).Abs() <= window
}

// outgoingAlgorithm signs webhooks where no other of algorithms is asked for.
const outgoingAlgorithm = "hmac-sha256"

// signOutgoing signs a webhook: the values of its Authorization and its Date
// header, the latter cut to the second. There are no spaces between the pairs,
// because receivers split at the comma and trim nothing.
func signOutgoing(keyID, secret, algorithm string, at time.Time) (authorization, date string) {
	if _, known := algorithms[algorithm]; !known {
		algorithm = outgoingAlgorithm
	}
	date = at.UTC().Format(http.TimeFormat)
	sum, _ := mac(algorithm, secret, "date: "+date)
	signature := url.QueryEscape(base64.StdEncoding.EncodeToString(sum))
	return `Signature keyId="` + keyID + `",algorithm="` + algorithm + `",signature="` + signature + `"`, date
}
