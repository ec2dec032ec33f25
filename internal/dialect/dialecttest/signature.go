package dialecttest

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
	"strings"
	"time"
)

// Signature signs requests in the way of HTTP signatures: an HMAC over lines
// of the request, percent-encoded Base64.
type Signature struct {
	Key, Secret string
	// Algorithm is such as "hmac-sha512", which it is if empty.
	Algorithm string
	// Headers name what is signed. If empty, that is the date, and the request
	// does not say so.
	Headers []string
	// Anonymous leaves the key out of the signature, Silent out of X-Api-Key.
	Anonymous, Silent bool
}

var hashes = map[string]func() hash.Hash{
	"hmac-sha1": sha1.New, "hmac-sha256": sha256.New, "hmac-sha384": sha512.New384, "hmac-sha512": sha512.New,
}

// Sign is a Credential. A request without a date is dated now.
func (s Signature) Sign(r *http.Request) {
	if r.Header.Get("Date") == "" {
		r.Header.Set("Date", time.Now().UTC().Format(http.TimeFormat))
	}
	if !s.Silent {
		r.Header.Set("X-Api-Key", s.Key)
	}
	var said []string
	if !s.Anonymous {
		said = append(said, `keyId="`+s.Key+`"`)
	}
	said = append(said, `algorithm="`+s.algorithm()+`"`)
	if len(s.Headers) > 0 {
		said = append(said, `headers="`+strings.Join(s.Headers, " ")+`"`)
	}
	r.Header.Set("Authorization", "Signature "+strings.Join(append(said, `signature="`+s.Of(s.text(r))+`"`), ","))
}

func (s Signature) algorithm() string { return cmp.Or(s.Algorithm, "hmac-sha512") }

// text is what is signed of a request.
func (s Signature) text(r *http.Request) string {
	var lines []string
	for _, name := range s.Headers {
		value := r.Header.Get(name)
		switch name {
		case "(request-target)":
			value = strings.ToLower(r.Method) + " " + r.URL.EscapedPath()
		case "host":
			value = r.Host
		}
		lines = append(lines, name+": "+value)
	}
	if len(lines) == 0 {
		return "date: " + r.Header.Get("Date")
	}
	return strings.Join(lines, "\n")
}

// Of is the signature of a text, as headers have it.
func (s Signature) Of(text string) string {
	code := hmac.New(hashes[s.algorithm()], []byte(s.Secret))
	code.Write([]byte(text))
	return url.QueryEscape(base64.StdEncoding.EncodeToString(code.Sum(nil)))
}

// Signatures are the ways in which the clients of a signing API sign, by the
// names that exchanges give them; "" is the most usual, and "wrong" none.
func Signatures(key, secret string) map[string]Credential {
	target := []string{"(request-target)", "date"}
	return map[string]Credential{
		"":       Signature{Key: key, Secret: secret}.Sign,
		"sha1":   Signature{Key: key, Secret: secret, Algorithm: "hmac-sha1"}.Sign,
		"sha256": Signature{Key: key, Secret: secret, Algorithm: "hmac-sha256"}.Sign,
		"sha384": Signature{Key: key, Secret: secret, Algorithm: "hmac-sha384"}.Sign,
		"target": Signature{Key: key, Secret: secret, Headers: target, Silent: true}.Sign,
		"oldest": Signature{
			Key: key, Secret: secret, Algorithm: "hmac-sha256", Anonymous: true,
			Headers: []string{"(request-target)", "host", "x-api-key"},
		}.Sign,
		"wrong":    Signature{Key: key, Secret: secret + "?"}.Sign,
		"stranger": Signature{Key: key + "?", Secret: secret}.Sign,
	}
}
