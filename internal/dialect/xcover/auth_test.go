package xcover

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

func TestWhoMay(t *testing.T) {
	t.Parallel()
	const (
		path      = "/x/partners/LLODT/quotes/X/"
		forbidden = `{"type":"auth_error","message":"You do not have permission to access this url"}`
		unknown   = `{"type":"auth_error","message":"The credentials are not valid."}`
		missing   = `{"type":"auth_error","message":"Credentials are missing."}`
	)
	wrong, _ := signOutgoing("key", "guessed", "hmac-sha512", time.Now())
	stranger, _ := signOutgoing("stranger", "efgh", "hmac-sha512", time.Now())
	late, lastYear := signOutgoing("key", "efgh", "hmac-sha1", time.Now().AddDate(-1, 0, 0))
	for name, c := range map[string]struct {
		path     string
		switches map[string]string
		headers  []string
		status   int
		body     string
	}{
		"right":                     {path, nil, nil, 200, ""},
		"last year's date":          {path, nil, []string{"Authorization", late, "Date", lastYear}, 200, ""},
		"not signed":                {path, nil, []string{"Authorization", ""}, 401, missing},
		"not signed, other's path":  {"/x/partners/OTHER/quotes/X/", nil, []string{"Authorization", ""}, 401, missing},
		"wrong secret":              {path, nil, []string{"Authorization", wrong}, 401, unknown},
		"unknown key":               {path, nil, []string{"Authorization", stranger}, 401, unknown},
		"other partner's path":      {"/x/partners/OTHER/quotes/X/", nil, nil, 403, forbidden},
		"own path in another case":  {"/x/partners/llodt/quotes/X/", nil, nil, 403, forbidden},
		"own code":                  {"/x/partners/E3CCM/quotes/X/", map[string]string{"code": "E3CCM"}, nil, 200, ""},
		"account in place of code":  {path, map[string]string{"code": "E3CCM"}, nil, 403, forbidden},
		"algorithm of the list":     {path, map[string]string{"algorithms": "hmac-sha256, HMAC-SHA512"}, nil, 200, ""},
		"algorithm not in the list": {path, map[string]string{"algorithms": "hmac-sha256"}, nil, 401, `{"type":"auth_error","message":"The algorithm of the signature is not allowed for this API key."}`},
		"algorithm, other's path":   {"/x/partners/OTHER/quotes/X/", map[string]string{"algorithms": "hmac-sha256"}, nil, 401, `{"type":"auth_error","message":"The algorithm of the signature is not allowed for this API key."}`},
		"within the window":         {path, map[string]string{"clock-skew": "15m"}, nil, 200, ""},
		"without the window":        {path, map[string]string{"clock-skew": "24h"}, []string{"Authorization", late, "Date", lastYear}, 401, `{"type":"auth_error","message":"The signed Date is too far from the time here, or is missing."}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := ask(served(t, &fake{}, c.switches), http.MethodGet, c.path, "", c.headers...)
			if got.Code != c.status || (c.body != "" && got.Body.String() != c.body) {
				t.Errorf("%d %s", got.Code, got.Body)
			}
			if challenge := got.Header().Get("WWW-Authenticate"); (challenge == realm) != (c.status == 401) {
				t.Errorf("challenged with %q", challenge)
			}
		})
	}
}

func TestOnlyASandboxExplains(t *testing.T) {
	t.Parallel()
	r := httptest.NewRequest(http.MethodGet, "/x/partners/LLODT/", http.NoBody)
	authorization, date := signOutgoing("key", "efgh", "hmac-sha1", time.Now())
	r.Header.Set("Authorization", authorization)
	r.Header.Set("Date", date)
	for _, sandbox := range []bool{true, false} {
		claim, ok := New(nil, "", sandbox).Credential(r)
		if !ok || claim.User != "key" || claim.Secret != "" || !claim.Signed("efgh") || claim.Signed("abcd") || (claim.Explain != nil) != sandbox {
			t.Errorf("sandbox %t: %+v, %t", sandbox, claim, ok)
		}
	}
}
