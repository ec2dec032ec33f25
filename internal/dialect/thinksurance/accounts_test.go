package thinksurance_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect"
	"github.com/covernote/covernote/internal/dialect/thinksurance"
	"github.com/covernote/covernote/internal/store/storetest"
)

// TestTheNamedAccountCounts: of the accounts of an API user, that which a request
// names is the one whose switches hold, wherever it is named.
func TestTheNamedAccountCounts(t *testing.T) {
	t.Parallel()
	status := map[string]int{"first": http.StatusOK, "second": http.StatusBadRequest, "third": http.StatusOK}
	storetest.EachEngine(t, func(t *testing.T, engine string) {
		c := newCore(t, engine)
		for _, a := range []core.Account{
			{Part: "first", Secret: ownSecret}, {Part: "second", Switches: map[string]string{"error_status": "2025"}}, {Part: "third"},
		} {
			a.Name, a.Username, a.Family, a.NetworkMode = a.Part, ownHash, core.FamilyThinksurance, core.NetworkOff
			_, err := c.AddPartner(t.Context(), a)
			must(t, err)
		}
		user, err := c.Authenticate(t.Context(), core.FamilyThinksurance, core.Claim{User: ownHash, Secret: ownSecret})
		must(t, err)
		session, err := c.OpenSession(t.Context(), user, core.SessionWish{Lifetime: time.Hour})
		must(t, err)
		accounts, err := c.Accounts(t.Context(), user, struct{}{})
		must(t, err)

		mux := http.NewServeMux()
		(&dialect.Server{SignIn: c.Authenticate, Limits: dialect.NewLimits(0, 0), Log: faults(t)}).Mount(mux, thinksurance.New(c, site))
		named := 0
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
				mux.ServeHTTP(answer, r)
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
