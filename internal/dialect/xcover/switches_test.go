package xcover

import (
	"strings"
	"testing"

	"github.com/covernote/covernote/internal/core"
)

func TestCheckSwitch(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, value, want string }{
		{"code", "LLODT", ""},
		{"code", "bike-shop_2", ""},
		{"code", "a/b", "letters"},
		{"code", strings.Repeat("A", 33), "letters"},
		{"algorithms", "hmac-sha512", ""},
		{"algorithms", "HMAC-SHA1, hmac-sha256", ""},
		{"algorithms", "hmac-md5", "a list such as"},
		{"algorithms", "hmac-sha1,", "a list such as"},
		{"clock-skew", "15m", ""},
		{"clock-skew", "0s", "a duration"},
		{"clock-skew", "15", "a duration"},
		{"nbsp", "true", ""},
		{"nbsp", "false", ""},
		{"nbsp", "yes", "one of true, false"},
		{"event-names", "later", ""},
		{"event-names", "v2", "one of 2019, later"},
		{"webhook-algorithm", "hmac-sha1", ""},
		{"webhook-algorithm", "HMAC-SHA1", "one of hmac-sha1"},
		{"nbsp", "", ""},
		{"code", "", ""},
		{"colour", "blue", "algorithms, clock-skew, code, event-names, nbsp, webhook-algorithm"},
		{"colour", "", "there is no switch"},
	} {
		err := theDialect().CheckSwitch(c.name, c.value)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s=%q: %v", c.name, c.value, err)
		}
	}
}

func TestSettings(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{switchNBSP: "true", switchEventNames: "2019", switchWebhookAlgorithm: "hmac-sha1"} {
		if got := setting(core.Partner{}, name); got != want {
			t.Errorf("%s is %q", name, got)
		}
		if got := setting(core.Partner{Switches: map[string]string{name: "set"}}, name); got != "set" {
			t.Errorf("%s is %q", name, got)
		}
	}
}
