package thinksurance

import (
	"strings"
	"testing"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect"
)

func TestCheckSwitch(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, value, want string }{
		{"error_status", "200", ""},
		{"error_status", "2025", ""},
		{"error_status", "", ""},
		{"error_status", "2026", "one of 200, 2025"},
		{"account_tokens", "array", ""},
		{"account_tokens", "list", "one of auto, object, array"},
		{"docs_shape", "array", ""},
		{"docs_shape", "auto", "one of object, array"},
		{"document_body", "json", ""},
		{"document_body", "pdf", "one of base64, json"},
		{"shash", "md5", ""},
		{"shash", "MD5", "one of hmac-sha256, sha256, sha1, md5"},
		{"shash_fields", "bToken,iId,status,bExternalId,iCreated,iUpdated", ""},
		{"shash_fields", "iId", ""},
		{"shash_fields", "iId,iId", "each once"},
		{"shash_fields", "iId,cId", "a list out of"},
		{"shash_fields", "iId,", "a list out of"},
		{"shash_separator", "|", ""},
		{"shash_separator", "none", ""},
		{"shash_separator", "a", "punctuation"},
		{"shash_separator", "-----", "punctuation"},
		{"shash_separator", "\n", "punctuation"},
		{"shash_secret", "suffix", ""},
		{"shash_secret", "infix", "one of prefix, suffix, none"},
		{"shash_length", "1", ""},
		{"shash_length", "64", ""},
		{"shash_length", "0", "from 1 to 64"},
		{"shash_length", "65", "from 1 to 64"},
		{"shash_length", "020", "from 1 to 64"},
		{"retries", "three", ""},
		{"retries", "3", "one of forever, three"},
		{"rate-limit", "100/60", ""},
		{"rate-limit", "many", "requests"},
		{"colour", "blue", "there are account_tokens, docs_shape, document_body, error_status, retries, shash, shash_fields"},
		{"colour", "", "there is no switch"},
	} {
		err := dialect.CheckSwitch(theDialect(), c.name, c.value)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s=%q: %v", c.name, c.value, err)
		}
	}
}

func TestSettings(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		switchErrorStatus: "200", switchAccountTokens: "auto", switchDocsShape: "object", switchDocumentBody: "base64",
		switchHash: "hmac-sha256", switchHashFields: "bToken,iId,status", switchHashSeparator: "|", switchHashSecret: "prefix",
		switchHashLength: "20", switchRetries: "forever",
	} {
		if got := setting(core.Partner{}, name); got != want {
			t.Errorf("%s is %q", name, got)
		}
		if err := theDialect().CheckSwitch(name, want); err != nil {
			t.Errorf("what %s means unset cannot be set: %v", name, err)
		}
		if got := setting(partnerWith(map[string]string{name: "set"}), name); got != "set" {
			t.Errorf("%s is %q", name, got)
		}
	}
}
