package thinksurance

import (
	"slices"
	"strconv"
	"strings"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect"
)

// What a partner may deviate in.
const (
	// switchErrorStatus is the status of a refusal: "200" is 200 always, "2025"
	// is 404 for a broker who is not found and 400 for all else.
	switchErrorStatus = "error_status"
	// switchAccountTokens is the shape of the list of accounts; "auto" is an
	// object for one account and a list for several.
	switchAccountTokens = "account_tokens"
	// switchDocsShape is the shape of documents in an inquiry.
	switchDocsShape = "docs_shape"
	// switchDocumentBody is how V1 and V1.1 answer with a document: Base64 text,
	// or "json" as in older pages.
	switchDocumentBody = "document_body"
	// switchHash is the algorithm of the security hash.
	switchHash = "shash"
	// switchHashFields are what is hashed, such as "bToken,iId,status".
	switchHashFields = "shash_fields"
	// switchHashSeparator stands between them; "none" is nothing.
	switchHashSeparator = "shash_separator"
	// switchHashSecret is where a plain algorithm has the secret.
	switchHashSecret = "shash_secret"
	// switchHashLength is how many digits of the hash are told.
	switchHashLength = "shash_length"
	// switchRetries is how long a webhook that is not taken is sent again:
	// "three" sends it three times in all.
	switchRetries = "retries"
)

// Values of switches that are looked for.
const (
	errorStatus2025 = "2025"
	retriesThree    = "three"
)

// switches are all of them.
var switches = dialect.Switches{
	switchErrorStatus:   {Values: []string{"200", errorStatus2025}},
	switchAccountTokens: {Values: []string{"auto", "object", "array"}},
	switchDocsShape:     {Values: []string{"object", "array"}},
	switchDocumentBody:  {Values: []string{"base64", "json"}},
	switchHash:          {Values: []string{"hmac-sha256", "sha256", "sha1", "md5"}},
	switchHashSecret:    {Values: []string{"prefix", "suffix", "none"}},
	switchRetries:       {Values: []string{"forever", retriesThree}},

	switchHashFields: {
		Fits: areHashFields, Form: "a list out of " + strings.Join(hashFields, ",") + ", each once",
		Otherwise: "bToken,iId,status",
	},
	switchHashSeparator: {Fits: isSeparator, Form: "1 to 4 signs of punctuation, or none", Otherwise: "|"},
	switchHashLength:    {Fits: isHashLength, Form: "a number from 1 to 64", Otherwise: "20"},
}

// hashFields are what a security hash may be made of.
var hashFields = []string{"bToken", "iId", "status", "bExternalId", "iCreated", "iUpdated"}

// setting is what a switch is set to, or means unset.
func setting(p core.Partner, name string) string { return switches.Of(p, name) }

// CheckSwitch refuses what would have no effect.
func (d *Dialect) CheckSwitch(name, value string) error { return switches.Check(name, value) }

func areHashFields(list string) bool {
	names := strings.Split(list, ",")
	for i, name := range names {
		if !slices.Contains(hashFields, name) || slices.Contains(names[:i], name) {
			return false
		}
	}
	return true
}

func isSeparator(text string) bool {
	const signs = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
	return text == "none" || len(text) <= 4 && strings.Trim(text, signs) == ""
}

func isHashLength(text string) bool {
	n, err := strconv.Atoi(text)
	return err == nil && 1 <= n && n <= 64 && strconv.Itoa(n) == text
}
