package dialecttest

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// The signatures are those that clients of the API were published with.
func TestSignature(t *testing.T) {
	t.Parallel()
	all := Signatures("abcd", "efgh")
	for name, want := range map[string]string{
		"":       `Signature keyId="abcd",algorithm="hmac-sha512",signature="f6RnwuCiDBJiAgi7fbc4cXEeKF%2BPKiIA%2BQbKVHqQmu3KHemhLg2wV5FDceUEbzPurmnqQi5H7W9Ot1om0o7W3A%3D%3D"`,
		"sha1":   `Signature keyId="abcd",algorithm="hmac-sha1",signature="N%2BMCbEVhvCMWdhqmtxxva5%2BVHt4%3D"`,
		"sha256": `Signature keyId="abcd",algorithm="hmac-sha256",signature="re5I5Q12X2Hj1gDMO2HuFI8IM7CCsDllpmb2CU3a5XE%3D"`,
		"sha384": `Signature keyId="abcd",algorithm="hmac-sha384",signature="oHy%2Bkn46pWE3fvGcyrXWAu5o%2Bgtl3pKki0UbaxSrQ8PLE1M4%2B0fuu5V0AaQQE10k"`,
		"target": `Signature keyId="abcd",algorithm="hmac-sha512",headers="(request-target) date",signature="3rW1TaH7ILjub8UvAERnt8G4CcGmQi%2FI91OV6IAEwDwHRp4Q8zD2CSKG12guRFx3AiBV4Py5tITZDtgb1vKlgw%3D%3D"`,
	} {
		r := httptest.NewRequest(http.MethodPost, "/xcover/partners/LLODT/quotes/?a=b", http.NoBody)
		r.Header.Set("Date", "Tue, 01 Jan 2019 00:00:00 GMT")
		all[name](r)
		if got := r.Header.Get("Authorization"); got != want {
			t.Errorf("%s: %s\nwant %s", name, got, want)
		}
		if key := r.Header.Get("X-Api-Key"); (key == "abcd") == (name == "target") {
			t.Errorf("%s: sent with the key %q", name, key)
		}
	}
}

func TestSignatureOfOtherHeaders(t *testing.T) {
	t.Parallel()
	r := httptest.NewRequest(http.MethodGet, "http://api.example/a", http.NoBody)
	Signatures("abcd", "efgh")["oldest"](r)
	text := "(request-target): get /a\nhost: api.example\nx-api-key: abcd"
	want := `Signature algorithm="hmac-sha256",headers="(request-target) host x-api-key",signature="` +
		Signature{Secret: "efgh", Algorithm: "hmac-sha256"}.Of(text) + `"`
	if got := r.Header.Get("Authorization"); got != want || r.Header.Get("Date") == "" {
		t.Errorf("%v\nwant %s", r.Header, want)
	}
}
