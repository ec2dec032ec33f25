package receiver

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // the API that was published signs with it
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Key is what a partner verifies its webhooks with.
type Key struct {
	Partner, Secret string
	// ID is the key's in webhooks that XCover's API signs in its own way as
	// well; empty for other APIs.
	ID string
}

// tolerance is how far a signature's time may be from ours.
const tolerance = 5 * time.Minute

// verify does what docs/webhooks.md tells partners to do.
func (k Key) verify(header http.Header, body []byte, now time.Time) error {
	parts := make(map[string]string)
	for part := range strings.SplitSeq(header.Get("X-Signature"), ",") {
		name, value, _ := strings.Cut(part, "=")
		parts[name] = value
	}
	mac := hmac.New(sha256.New, []byte(k.Secret))
	mac.Write([]byte(parts["t"] + "."))
	mac.Write(body)
	if !hmac.Equal([]byte(hex.EncodeToString(mac.Sum(nil))), []byte(parts["v1"])) {
		return errors.New("the signature is another")
	}
	seconds, err := strconv.ParseInt(parts["t"], 10, 64)
	if err != nil {
		return fmt.Errorf("read the signature's time: %w", err)
	}
	if away := now.Sub(time.Unix(seconds, 0)).Abs(); away > tolerance {
		return fmt.Errorf("it was signed %s from now", away)
	}
	if k.ID == "" {
		return nil
	}
	return k.verifyDate(header)
}

// algorithms are those that XCover's signatures name.
var algorithms = map[string]func() hash.Hash{
	"hmac-sha1": sha1.New, "hmac-sha256": sha256.New, "hmac-sha384": sha512.New384, "hmac-sha512": sha512.New,
}

// verifyDate does what XCover's page tells partners to do: the signature covers
// the date alone.
func (k Key) verifyDate(header http.Header) error {
	text, ok := strings.CutPrefix(header.Get("Authorization"), "Signature ")
	if !ok {
		return errors.New("there is no Authorization of the form Signature …")
	}
	parts := make(map[string]string)
	for part := range strings.SplitSeq(text, ",") {
		name, value, _ := strings.Cut(part, "=")
		parts[name] = strings.Trim(value, `"`)
	}
	algorithm, known := algorithms[parts["algorithm"]]
	if !known || parts["keyId"] != k.ID || header.Get("X-Api-Key") != k.ID {
		return fmt.Errorf("it is signed as %q by %q", parts["algorithm"], parts["keyId"])
	}
	mac := hmac.New(algorithm, []byte(k.Secret))
	mac.Write([]byte("date: " + header.Get("Date")))
	if url.QueryEscape(base64.StdEncoding.EncodeToString(mac.Sum(nil))) != parts["signature"] {
		return errors.New("the signature of the date is another")
	}
	return nil
}
