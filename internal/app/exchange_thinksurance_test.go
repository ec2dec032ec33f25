package app_test

import (
	"encoding/hex"
	"errors"
	"maps"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect/dialecttest"
	"github.com/covernote/covernote/internal/dialect/thinksurance"
	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
	"github.com/covernote/covernote/internal/store/storetest"
)

var thinksuranceExchanges = os.DirFS("../dialect/thinksurance/testdata")

// The recorded exchanges of Thinksurance, as a broker's system has them: over
// the network, on both engines, with a sandbox that does the broker's work and
// whose inbox catches webhooks and pushes, or with a live server where an
// exchange asks for that.
func TestThinksuranceExchangesOverTheNetwork(t *testing.T) {
	t.Parallel()
	dialecttest.ReplayOnEachEngine(t, thinksuranceExchanges, func(t *testing.T, engine string, p dialecttest.Partner) dialecttest.House {
		if p.Live {
			return openLiveThinksurance(t, engine, p)
		}
		return openThinksurance(t, engine, p)
	})
}

// The accounts: one that an API user has alone, and two that another has
// together. pushes is the inbox of the first one's pushes.
const (
	demoPool, demoHash, demoSecret         = "demopool", "demo-hash", "demo-secret"
	nordPool, suedPool, poolHash, poolWord = "nordpool", "suedpool", "rival-hash", "rival-secret"
	pushes                                 = "demopool-pushes"
)

// thinksuranceOpening is what the clock of each sandbox is moved to when the
// exchanges begin.
const thinksuranceOpening = "2030-01-15T12:00:00Z"

func openThinksurance(t *testing.T, engine string, p dialecttest.Partner) dialecttest.House {
	t.Helper()
	s := openSandbox(t, engine)
	beside := s.coreBeside(t)
	addPools(t, beside, p)
	s.controls().want(t, http.StatusOK, http.MethodPost, clockPath, []byte(`{"now":"`+thinksuranceOpening+`"}`))
	house := thinksuranceHouse(t, beside, s.info.URL)
	inboxes := map[string]string{"": demoPool, "push": pushes}
	house.Notice = s.nextMessage(t, func(m message, to string) bool { return m.Partner == inboxes[to] })
	house.Advance = func(by string) error {
		s.advance(t, by)
		return nil
	}
	house.Desk = func(work string) error {
		inquiry, to, _ := strings.Cut(work, " ")
		if !slices.Contains([]string{"calculated", "tendering", "proposed", "ordered"}, to) {
			return dialecttest.WorkAtDesk(t.Context(), beside, work) // the sandbox has no control for this
		}
		got := s.controls().want(t, http.StatusOK, http.MethodPost, "/sandbox/inquiries/"+inquiry, []byte(`{"to":"`+to+`"}`))
		if !strings.Contains(string(got.body), `"filled":[]`) {
			return errors.New("something was made up: " + string(got.body))
		}
		return nil
	}
	return house
}

// coreBeside is a core on the sandbox's database that goes by the sandbox's
// clock, and tells as it does.
func (s *sandbox) coreBeside(t *testing.T) *core.Core {
	t.Helper()
	return coreOf(t, core.Options{
		Store: storetest.Open(t, store.Options{DSN: s.place().dsn()}), Sandbox: true,
		Told: map[core.Family][]core.EventType{core.FamilyThinksurance: thinksurance.New(nil, "").Told()},
	}, s.masterKey(t))
}

func openLiveThinksurance(t *testing.T, engine string, p dialecttest.Partner) dialecttest.House {
	t.Helper()
	environment := configuration(t, storetest.DSN(t, engine))
	done(t, environment, "migrate")
	key, err := hex.DecodeString(masterKey)
	if err != nil {
		t.Fatal(err)
	}
	beside := coreOn(t, store.Options{DSN: environment["COVERNOTE_DATABASE"]}, key)
	addPools(t, beside, p)
	return thinksuranceHouse(t, beside, serve(t, environment).url)
}

func thinksuranceHouse(t *testing.T, beside *core.Core, url string) dialecttest.House {
	t.Helper()
	values, patterns := dialecttest.Values(t, thinksuranceExchanges), dialecttest.Patterns(t, thinksuranceExchanges)
	values["site"] = url
	patterns["link"] = regexp.QuoteMeta(url) + `/desk/enter/[A-Za-z0-9_-]{32}`
	credentials := make(map[string]dialecttest.Credential)
	for _, user := range []struct{ name, prefix, hash, secret string }{
		{"", "", demoHash, demoSecret}, {"other", "other_", poolHash, poolWord},
	} {
		system, err := dialecttest.SettleBroker(t.Context(), beside, user.hash, user.secret)
		if err != nil {
			t.Fatal(err)
		}
		credentials[user.name] = system.Sign
		maps.Copy(values, system.Values(user.prefix))
	}
	return dialecttest.House{
		Handler: through(t, url), Today: insurance.MustDate("2030-01-15"), Credentials: credentials, Values: values,
		Patterns: patterns,
	}
}

// addPools adds the accounts of the exchanges.
func addPools(t *testing.T, c *core.Core, p dialecttest.Partner) {
	t.Helper()
	family, others := core.FamilyThinksurance, dialecttest.Partner{Switches: p.Switches}
	addAccount(t, c, core.Account{
		Part: demoPool, Family: family, Name: "Demo Maklerpool AG", Username: demoHash, Secret: demoSecret,
	}, p)
	addAccount(t, c, core.Account{
		Part: nordPool, Family: family, Name: "Maklerverbund Nord eG", Username: poolHash, Secret: poolWord,
	}, others)
	addAccount(t, c, core.Account{
		Part: suedPool, Family: family, Name: "Maklerverbund Süd eG", Username: poolHash,
	}, others)
	endpoints := make(map[string]core.Endpoint)
	if p.Notified {
		endpoints["inbox"] = core.Endpoint{URL: "inbox:" + demoPool}
	}
	if p.Pushed {
		endpoints["push"] = core.Endpoint{URL: "inbox:" + pushes, Secret: "a secret for pushes", Purpose: core.PurposePush}
	}
	for name, e := range endpoints {
		e.Part, e.Name = demoPool, name
		if err := c.SetEndpoint(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
}
