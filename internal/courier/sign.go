package courier

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"strconv"
	"strings"
	"time"
)

// SignatureHeader is the header that carries a Signature.
const SignatureHeader = "X-Signature"

// What Verify may find wrong.
var (
	// ErrSignatureMalformed: the header is missing, or not of the form t=…,v1=….
	ErrSignatureMalformed = errors.New("signature is malformed")
	// ErrSignatureWrong: other secret, other body, or other time than signed.
	ErrSignatureWrong = errors.New("signature does not match")
	// ErrSignatureStale: genuine, but signed too long ago or in the future;
	// perhaps somebody replays it.
	ErrSignatureStale = errors.New("signature is outside the time allowed")
)

// Signature gives the value of SignatureHeader for body, signed at a moment
// of machine time: t=<Unix seconds>,v1=<HMAC-SHA256 in hexadecimal>, with a v1
// for each secret. Signed is <t>.<body>, with the body byte for byte as it is sent.
func Signature(body []byte, at time.Time, secrets ...[]byte) string {
	t := strconv.FormatInt(at.Unix(), 10)
	header := "t=" + t
	for _, secret := range secrets {
		header += ",v1=" + hex.EncodeToString(mac(secret, t, body))
	}
	return header
}

// standardPrefix begins a secret as the libraries of Standard Webhooks take it.
const standardPrefix = "whsec_"

// StandardSecret is a webhook secret in the form of Standard Webhooks: the bytes
// of its text in Base64, so that both signatures are made with the same key. One
// that has that form already stays as it is.
func StandardSecret(secret string) string {
	if strings.HasPrefix(secret, standardPrefix) {
		return secret
	}
	return standardPrefix + base64.StdEncoding.EncodeToString([]byte(secret))
}

// Verify tells a receiver whether header, the value of SignatureHeader, was
// made for body with secret at most tolerance before or after now. Compare
// the body as received, before decoding it. While a secret is being replaced
// there may be several v1, of which one has to match; parts of other names
// are left for the future.
func Verify(secret, body []byte, header string, now time.Time, tolerance time.Duration) error {
	t, macs, err := parseSignature(header)
	if err != nil {
		return err
	}
	seconds, err := strconv.ParseInt(t, 10, 64)
	if err != nil {
		return ErrSignatureMalformed
	}
	if !anyEqual(macs, mac(secret, t, body)) {
		return ErrSignatureWrong
	}
	if age := now.Sub(time.Unix(seconds, 0)); age.Abs() > tolerance {
		return ErrSignatureStale
	}
	return nil
}

func mac(secret []byte, t string, body []byte) []byte {
	h := hmac.New(sha256.New, secret)
	h.Write([]byte(t))
	h.Write([]byte{'.'})
	h.Write(body)
	return h.Sum(nil)
}

// parseSignature gives the one t and all v1 of header.
func parseSignature(header string) (t string, macs [][]byte, err error) {
	for part := range strings.SplitSeq(header, ",") {
		switch name, value, _ := strings.Cut(strings.TrimSpace(part), "="); name {
		case "t":
			if t != "" {
				return "", nil, ErrSignatureMalformed
			}
			t = value
		case "v1":
			sum, err := hex.DecodeString(value)
			if err != nil {
				return "", nil, ErrSignatureMalformed
			}
			macs = append(macs, sum)
		}
	}
	if t == "" || len(macs) == 0 {
		return "", nil, ErrSignatureMalformed
	}
	return t, macs, nil
}

// anyEqual compares in constant time for each candidate.
func anyEqual(candidates [][]byte, want []byte) bool {
	for _, candidate := range candidates {
		if hmac.Equal(candidate, want) {
			return true
		}
	}
	return false
}
