package hepster

import "testing"

func TestCheckSwitch(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, value string
		known       bool
	}{
		{"error_http_status", "always_200", true},
		{"error_http_status", "", true},
		{"error_http_status", "sometimes", false},
		{"webhook_product_not_found_code", "1002", true},
		{"reason_alias.WIDERRUF", "WITHDRAWAL", true},
		{"reason_alias.WIDERRUF", "NO_SUCH_REASON", false},
		{"reason_alias.widerruf", "WITHDRAWAL", false},
		{"reason_alias.", "WITHDRAWAL", false},
		{"no_such_switch", "true", false},
	} {
		if err := New(nil).CheckSwitch(c.name, c.value); (err == nil) != c.known {
			t.Errorf("%s=%s: %v", c.name, c.value, err)
		}
	}
}
