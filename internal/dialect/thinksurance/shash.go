package thinksurance

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"strconv"
	"strings"

	"github.com/covernote/covernote/internal/core"
)

// The published pages name a security hash and show one of twenty hex digits,
// but not how it is made. So the parts of every usual way can be chosen, and a
// partner that knows its formula gets it.

// digests are the plain algorithms; any other is an HMAC.
var digests = map[string]func() hash.Hash{
	"sha256": sha256.New,
	"sha1":   sha1.New,
	"md5":    md5.New,
}

// securityHash proves who tells of an inquiry, to whoever knows the secret. It
// is made of the values as they are on the wire, and is never empty.
func securityHash(p core.Partner, secret string, d wireData) string {
	values := hashedValues(setting(p, switchHashFields), d)
	separator := setting(p, switchHashSeparator)
	if separator == "none" { // a switch cannot be set to nothing
		separator = ""
	}
	var sum hash.Hash
	if digest, plain := digests[setting(p, switchHash)]; plain {
		sum = digest()
		values = withSecret(setting(p, switchHashSecret), secret, values)
	} else {
		sum = hmac.New(sha256.New, []byte(secret))
	}
	_, _ = sum.Write([]byte(strings.Join(values, separator))) // a hash takes whatever it is given
	digits := hex.EncodeToString(sum.Sum(nil))
	length, _ := strconv.Atoi(setting(p, switchHashLength)) // CheckSwitch has read it
	return digits[:min(max(length, 1), len(digits))]
}

// hashedValues are those of a list of field names.
func hashedValues(names string, d wireData) []string {
	byName := map[string]string{
		"bToken": d.BToken, "bExternalId": d.BExternalID, "iId": strconv.FormatInt(d.IID, 10),
		"status": strconv.Itoa(d.Status), "iCreated": d.ICreated, "iUpdated": d.IUpdated,
	}
	var values []string
	for name := range strings.SplitSeq(names, ",") {
		values = append(values, byName[name])
	}
	return values
}

// withSecret puts the secret among the values that a plain digest is made of.
func withSecret(place, secret string, values []string) []string {
	switch place {
	case "prefix":
		return append([]string{secret}, values...)
	case "suffix":
		return append(values, secret)
	}
	return values
}
