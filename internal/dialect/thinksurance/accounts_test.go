package thinksurance_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect/dialecttest"
	"github.com/covernote/covernote/internal/store/storetest"
)

// TestTheNamedAccountCounts: of the accounts of an API user, that which a request
// names is the one whose switches hold, wherever it is named.
func TestTheNamedAccountCounts(t *testing.T) {
	t.Parallel()
	status := map[string]int{"first": http.StatusOK, "second": http.StatusBadRequest, "third": http.StatusOK}
	storetest.EachEngine(t, func(t *testing.T, engine string) {
		b := build(t, engine, false)
		c := b.Core
		for _, a := range []core.Account{
			{Part: "first", Secret: ownSecret}, {Part: "second", Switches: map[string]string{"error_status": "2025"}}, {Part: "third"},
		} {
			a.Name, a.Username = a.Part, ownHash
			b.Add(t, a, dialecttest.Partner{})
		}
		user, err := c.Authenticate(t.Context(), core.FamilyThinksurance, core.Claim{User: ownHash, Secret: ownSecret})
		must(t, err)
		session, err := c.OpenSession(t.Context(), user, core.SessionWish{Lifetime: time.Hour})
		must(t, err)
		accounts, err := c.Accounts(t.Context(), user, struct{}{})
		must(t, err)

		named, api := 0, b.Open(t).Handler
		for _, account := range accounts {
			for path, body := range map[string]string{
				"/api/ipn/brokers":                 `{}`,
				"/api/broker/set/" + session.Token: `{"aToken":"` + account.Token + `"}`,
			} {
				r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, strings.NewReader(body))
				if body == `{}` {
					r.Header.Set("Authorization", "Bearer "+session.Token)
					r.Header.Set("X-Account-Token", account.Token)
				}
				answer := httptest.NewRecorder()
				api.ServeHTTP(answer, r)
				if named++; answer.Code != status[account.Tag] || !strings.Contains(answer.Body.String(), "type is required") {
					t.Errorf("%s with %s: %d %s", account.Tag, body, answer.Code, answer.Body)
				}
			}
		}
		if named != 2*len(status) {
			t.Errorf("%d requests", named)
		}
	})
}
