package thinksurance_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"regexp"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect"
	"github.com/covernote/covernote/internal/dialect/dialecttest"
	"github.com/covernote/covernote/internal/dialect/thinksurance"
)

var exchanges = os.DirFS("testdata")

func TestExchanges(t *testing.T) {
	t.Parallel()
	dialecttest.ReplayOnEachEngine(t, exchanges, openHouse)
}

// The accounts: one that an API user has alone, and two that another has
// together.
const (
	own, ownHash, ownSecret               = "demopool", "demo-hash", "demo-secret"
	rival, second, rivalHash, rivalSecret = "nordpool", "suedpool", "rival-hash", "rival-secret"
	pushSecret                            = "a secret for pushes"
	site                                  = "https://cover.example"
)

// opening is when every house opens.
var opening = time.Date(2030, time.January, 15, 12, 0, 0, 0, time.UTC)

// build makes a building that speaks the dialect. In a sandbox, anybody may be
// wrong as often as they like.
func build(t *testing.T, engine string, guarded bool) *dialecttest.Building {
	t.Helper()
	plan := dialecttest.Plan{
		Engine: engine, Opening: opening, Sandbox: true,
		Dialect: func(c *core.Core) dialect.Dialect { return thinksurance.New(c, site) },
	}
	if guarded {
		plan.Failures = dialect.NewFailures()
	}
	return dialecttest.Build(t, plan)
}

func openHouse(t *testing.T, engine string, p dialecttest.Partner) dialecttest.House {
	t.Helper()
	b := build(t, engine, p.Live)
	var push []core.Endpoint
	if p.Pushed {
		push = append(push, core.Endpoint{
			Name: "push", URL: "https://" + own + ".example/push", Secret: pushSecret, Purpose: core.PurposePush,
		})
	}
	b.Add(t, core.Account{Part: own, Name: "Demo Maklerpool AG", Username: ownHash, Secret: ownSecret}, p, push...)
	b.Add(t, core.Account{Part: rival, Name: "Maklerverbund Nord eG", Username: rivalHash, Secret: rivalSecret},
		dialecttest.Partner{Notified: true, Switches: p.Switches})
	b.Add(t, core.Account{Part: second, Name: "Maklerverbund Süd eG", Username: rivalHash}, dialecttest.Partner{Switches: p.Switches})
	house := b.Open(t)
	house.Notice = hashed(house.Notice)
	house.Desk = func(work string) error { return dialecttest.WorkAtDesk(t.Context(), b.Core, work) }
	house.Values, house.Patterns = dialecttest.Values(t, exchanges), dialecttest.Patterns(t, exchanges)
	house.Values["site"] = site
	house.Patterns["link"] = regexp.QuoteMeta(site) + `/desk/enter/[A-Za-z0-9_-]{32}`
	house.Credentials = settle(t, b.Core, house.Values)
	return house
}

// settle signs both API users in and gives each a broker, for the exchanges that
// are about something else. What they know is among the values then.
func settle(t *testing.T, c *core.Core, values map[string]string) map[string]dialecttest.Credential {
	t.Helper()
	mine, err := dialecttest.SettleBroker(t.Context(), c, ownHash, ownSecret)
	must(t, err)
	theirs, err := dialecttest.SettleBroker(t.Context(), c, rivalHash, rivalSecret)
	must(t, err)
	maps.Copy(values, mine.Values(""))
	maps.Copy(values, theirs.Values("other_"))
	return map[string]dialecttest.Credential{"": mine.Sign, "other": theirs.Sign}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// hashed holds the hash of a push against what a receiver would make of it.
func hashed(next func(to string) (dialecttest.Notice, error)) func(to string) (dialecttest.Notice, error) {
	return func(to string) (dialecttest.Notice, error) {
		received, err := next(to)
		if err == nil && to == "push" {
			err = checkHash(received.Body)
		}
		return received, err
	}
}

// checkHash makes the hash as the documentation tells a receiver to.
func checkHash(body []byte) error {
	var push struct {
		SHash string
		Data  struct {
			BToken string
			IID    json.Number
			Status json.Number
		}
	}
	if err := json.Unmarshal(body, &push); err != nil {
		return err
	}
	mac := hmac.New(sha256.New, []byte(pushSecret))
	_, _ = fmt.Fprintf(mac, "%s|%s|%s", push.Data.BToken, push.Data.IID, push.Data.Status) // a hash takes whatever it is given
	if want := hex.EncodeToString(mac.Sum(nil))[:20]; push.SHash != want {
		return fmt.Errorf("hash %s, want %s", push.SHash, want)
	}
	return nil
}
