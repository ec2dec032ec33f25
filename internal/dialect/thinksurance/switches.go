package thinksurance

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/covernote/covernote/internal/core"
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

const errorStatus2025 = "2025"

// switchValues are the values of the switches that have a few only. Unset means
// the first.
var switchValues = map[string][]string{
	switchErrorStatus:   {"200", errorStatus2025},
	switchAccountTokens: {"auto", "object", "array"},
	switchDocsShape:     {"object", "array"},
	switchDocumentBody:  {"base64", "json"},
	switchHash:          {"hmac-sha256", "sha256", "sha1", "md5"},
	switchHashSecret:    {"prefix", "suffix", "none"},
	switchRetries:       {"forever", "three"},
}

// switchForms are what the others mean if they are unset, and check their
// values.
var switchForms = map[string]struct {
	otherwise string
	fits      func(value string) bool
	form      string
}{
	switchHashFields: {
		"bToken,iId,status", areHashFields, "a list out of " + strings.Join(hashFields, ",") + ", each once",
	},
	switchHashSeparator: {"|", isSeparator, "1 to 4 signs of punctuation, or none"},
	switchHashLength:    {"20", isHashLength, "a number from 1 to 64"},
}

// hashFields are what a security hash may be made of.
var hashFields = []string{"bToken", "iId", "status", "bExternalId", "iCreated", "iUpdated"}

// setting is what a switch is set to, or means unset.
func setting(p core.Partner, name string) string {
	otherwise := switchForms[name].otherwise
	if values, listed := switchValues[name]; listed {
		otherwise = values[0]
	}
	return p.Switch(name, otherwise)
}

// CheckSwitch refuses what would have no effect.
func (d *Dialect) CheckSwitch(name, value string) error {
	values, listed := switchValues[name]
	rule, formed := switchForms[name]
	switch {
	case !listed && !formed:
		known := slices.AppendSeq(slices.Collect(maps.Keys(switchForms)), maps.Keys(switchValues))
		slices.Sort(known)
		return fmt.Errorf("there is no switch %q; there are %s", name, strings.Join(known, ", "))
	case value == "":
		return nil
	case listed && !slices.Contains(values, value):
		return fmt.Errorf("switch %s is one of %s", name, strings.Join(values, ", "))
	case formed && !rule.fits(value):
		return fmt.Errorf("switch %s is %s", name, rule.form)
	}
	return nil
}

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
