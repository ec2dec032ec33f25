package thinksurance

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/covernote/covernote/internal/core"
)

func TestCredential(t *testing.T) {
	t.Parallel()
	const long = 257
	for _, c := range []struct {
		name, pattern, token, authorization, body string
		claim                                     core.Claim
		ok                                        bool
	}{
		{"bearer", "/api/ipn/brokers", "", "Bearer T", "", core.Claim{Session: "T"}, true},
		{"any case", "/api/ipn/brokers", "", "bEARER  T ", "", core.Claim{Session: "T"}, true},
		{"no scheme", "/api/ipn/brokers", "", "T", "", core.Claim{Session: "T"}, true},
		{"another scheme", "/api/ipn/brokers", "", "Basic T", "", core.Claim{}, false},
		{"nothing", "/api/ipn/brokers", "", "", "", core.Claim{}, false},
		{"body of V1.1", "/api/ipn/brokers", "", "", `{"token":"T"}`, core.Claim{Session: "T"}, true},
		{"header before body", "/api/ipn/brokers", "", "Bearer T", `{"token":"X"}`, core.Claim{Session: "T"}, true},
		{"too long", "/api/ipn/brokers", "", "Bearer " + strings.Repeat("a", long), "", core.Claim{}, false},
		{"no text", "/api/ipn/brokers", "", "Bearer \xff", "", core.Claim{}, false},

		{"path", "/api/broker/set/{token}", "T", "", "", core.Claim{Session: "T"}, true},
		{"path before all", "/api/account/set/anums/{token}/{$}", "T", "Bearer X", `{"token":"X"}`, core.Claim{Session: "T"}, true},
		{"path that is none", "/api/broker/set/{token}", "a\x00", "", `{"token":"T"}`, core.Claim{}, false},

		{"body", "/api/products", "", "", `{"token":"T"}`, core.Claim{Session: "T"}, true},
		{"body in any case", "/api/ipn/inquiry/{inquiryId}/{$}", "", "", `{"TOKEN":"T"}`, core.Claim{Session: "T"}, true},
		{"body before header", "/api/insurers", "", "Bearer X", `{"token":"T"}`, core.Claim{Session: "T"}, true},
		{"header in the end", "/api/ipn/inq/{inquiryId}", "", "Bearer T", `{"bToken":"B"}`, core.Claim{Session: "T"}, true},
		{"no body", "/api/professions", "", "", "", core.Claim{}, false},
		{"no object", "/api/professions", "", "Bearer T", `[1]`, core.Claim{}, false},
		{"token that is none", "/api/professions", "", "", `{"token":{"a":"b"}}`, core.Claim{}, false},

		{"sign-in", "/api/token", "", "", `{"hash":"h","secret":"s"}`, core.Claim{User: "h", Secret: "s"}, true},
		{"sign-in of old", "/action/token/{$}", "", "", `{"Hash":"h","Secret":"s"}`, core.Claim{User: "h", Secret: "s"}, true},
		{"sign-in with an old token", "/api/ipn/tokens", "", "Bearer X", `{"hash":"h","secret":"s"}`, core.Claim{User: "h", Secret: "s"}, true},
		{"sign-in of V2 is crossed over", "/api/auth/v2/token", "", "", `{"accessKey":"s","secretKey":"h"}`, core.Claim{User: "h", Secret: "s"}, true},
		{"sign-in of V2, other name", "/api/auth/v2/tokens", "", "", `{"accessKey":"s","secretKey":"h"}`, core.Claim{User: "h", Secret: "s"}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", http.NoBody)
			r.Pattern = c.pattern
			r.SetPathValue("token", c.token)
			r.Header.Set("Authorization", c.authorization)
			r.ContentLength = int64(len(c.body))
			claim, ok := New(nil, "").Credential(r)
			if !ok {
				claim, ok = New(nil, "").CredentialIn(r, []byte(c.body))
			}
			if ok != c.ok || ok && (claim.Session != c.claim.Session || claim.User != c.claim.User || claim.Secret != c.claim.Secret) {
				t.Errorf("claims %+v, %t", claim, ok)
			}
		})
	}
}

// TestWhatAClaimIsAbout: whose networks, limits and words hold is known once the
// request is signed in, from wherever it says so.
func TestWhatAClaimIsAbout(t *testing.T) {
	t.Parallel()
	const bearing, pathed = "/api/ipn/brokers/forward", "/api/broker/fwd/{token}"
	long := strings.Repeat("a", maxOpaque+1)
	for _, c := range []struct {
		name, pattern, account, broker, body string
		scope                                core.Scope
		early                                bool
	}{
		{"nothing", bearing, "", "", "", core.Scope{}, true},
		{"an account", bearing, "A", "", "{}", core.Scope{Account: "A"}, true},
		{"a broker", bearing, "", "B", "{}", core.Scope{Broker: "B"}, true},
		{"an account, whatever the broker", bearing, "A", "B", "{}", core.Scope{Account: "A"}, true},
		{"a broker in the body", bearing, "", "", `{"bToken":"B"}`, core.Scope{Broker: "B"}, false},
		{"header before body", bearing, "", "B", `{"bToken":"X"}`, core.Scope{Broker: "B"}, true},
		{"an account in the body", pathed, "", "", `{"ATOKEN":"A","bToken":"B"}`, core.Scope{Account: "A"}, false},
		{"a path without a body", pathed, "", "", "", core.Scope{}, true},
		{"a path with headers", pathed, "", "B", "{}", core.Scope{Broker: "B"}, true},
		{"no object", pathed, "", "", "[1]", core.Scope{}, false},
		{"no token", pathed, "", "", `{"aToken":{"a":"b"},"bToken":"B\u0001"}`, core.Scope{}, false},
		{"too long", bearing, long, "", "{}", core.Scope{}, false},
		{"a body that has the token", "/api/ipn/inquiry/{inquiryId}", "", "", `{"bToken":"B"}`, core.Scope{Broker: "B"}, false},
		{"headers of a link", "/api/ipn/inquiry/{inquiryId}", "", "B", "", core.Scope{Broker: "B"}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", http.NoBody)
			r.Pattern, r.ContentLength = c.pattern, int64(len(c.body))
			if c.pattern == pathed {
				r.SetPathValue("token", "T")
			} else {
				r.Header.Set("Authorization", "Bearer T")
			}
			r.Header.Set(headerAccount, c.account)
			r.Header.Set(headerBroker, c.broker)
			claim, early := New(nil, "").Credential(r)
			ok := early
			if !early {
				claim, ok = New(nil, "").CredentialIn(r, []byte(c.body))
			}
			if !ok || claim.Session != "T" || claim.Scope != c.scope || early != c.early {
				t.Errorf("claims %+v, %t, before the body %t", claim, ok, early)
			}
		})
	}
}

// TestSignInIsAboutNothing: a session is opened for the user, whatever a client
// sends with everything.
func TestSignInIsAboutNothing(t *testing.T) {
	t.Parallel()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", http.NoBody)
	r.Pattern = "/api/token"
	r.Header.Set(headerAccount, "A")
	claim, ok := New(nil, "").CredentialIn(r, []byte(`{"hash":"h","secret":"s","bToken":"B"}`))
	if !ok || claim.Scope != (core.Scope{}) {
		t.Errorf("claims %+v, %t", claim, ok)
	}
}

func TestSignInNeedsBoth(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		"", `{}`, `[]`, `"h"`, `{"hash":"h"}`, `{"secret":"s"}`, `{"hash":"","secret":"s"}`, `{"hash":"h","secret":null}`,
		`{"hash":["h"],"secret":true}`, `{"accessKey":"s","secretKey":"h"}`, `{"token":"T"}`, `{"hash":"h\u0001","secret":"s"}`,
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", http.NoBody)
		r.Pattern = "/api/token"
		r.Header.Set("Authorization", "Bearer T")
		if claim, ok := New(nil, "").Credential(r); ok {
			t.Errorf("a header signs in as %+v", claim)
		}
		if claim, ok := New(nil, "").CredentialIn(r, []byte(body)); ok {
			t.Errorf("%s signs in as %+v", body, claim)
		}
	}
}
