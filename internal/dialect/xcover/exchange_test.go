package xcover_test

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect"
	"github.com/covernote/covernote/internal/dialect/dialecttest"
	"github.com/covernote/covernote/internal/dialect/xcover"
)

var exchanges = os.DirFS("testdata")

func TestExchanges(t *testing.T) {
	t.Parallel()
	dialecttest.ReplayOnEachEngine(t, exchanges, openHouse)
}

// Key and secret are those under which signatures were published, so that the
// exchanges can quote them.
const (
	own, ownCode, ownKey, ownSecret = "shop", "LLODT", "abcd", "efgh"
	rival, rivalCode                = "rival", "E3CCM"
	site                            = "https://cover.example"
)

// opening is when every house opens: far enough away for a sandbox's clock,
// which only goes forward, to be there on time.
var opening = time.Date(2030, time.January, 15, 12, 0, 0, 0, time.UTC)

func openHouse(t *testing.T, engine string, p dialecttest.Partner) dialecttest.House {
	t.Helper()
	b := dialecttest.Build(t, dialecttest.Plan{
		Engine: engine, Opening: opening, Sandbox: true, Failures: dialect.NewFailures(),
		Dialect: func(c *core.Core) dialect.Dialect { return xcover.New(c, site, !p.Live) },
	})
	mail := core.Endpoint{Name: "mail", URL: core.SchemeMail, Purpose: core.PurposeEmail}
	b.Add(t, core.Account{
		Part: own, Name: "Sample Tickets Ltd", Username: ownKey, Secret: ownSecret, Switches: map[string]string{"code": ownCode},
	}, p, mail)
	b.Add(t, core.Account{
		Part: rival, Name: "Second Shop Ltd", Secret: ownSecret, Switches: map[string]string{"code": rivalCode},
	}, dialecttest.Partner{Notified: true}, mail)
	house := b.Open(t)
	house.Credentials = credentials()
	house.Notice = signed(house.Notice)
	house.Values, house.Patterns = dialecttest.Values(t, exchanges), dialecttest.Patterns(t, exchanges)
	house.Values["site"], house.Values["nbsp"] = site, "\u00a0"
	return house
}

// credentials are those of the partner, and the rival's.
func credentials() map[string]dialecttest.Credential {
	all := dialecttest.Signatures(ownKey, ownSecret)
	all["other"] = dialecttest.Signature{Key: rival, Secret: ownSecret}.Sign
	return all
}

// signed holds the signature of a webhook against what a receiver would make of
// its date.
func signed(next func(to string) (dialecttest.Notice, error)) func(to string) (dialecttest.Notice, error) {
	return func(to string) (dialecttest.Notice, error) {
		received, err := next(to)
		if err == nil && to != "mail" {
			err = checkSignature(received.Header)
		}
		return received, err
	}
}

// checkSignature takes the header apart as the published sample for receivers
// does, at commas and without trimming.
func checkSignature(header http.Header) error {
	given := make(map[string]string)
	for pair := range strings.SplitSeq(strings.TrimPrefix(header.Get("Authorization"), "Signature "), ",") {
		name, value, _ := strings.Cut(pair, "=")
		given[name] = strings.Trim(value, `"`)
	}
	signature := dialecttest.Signature{Secret: ownSecret, Algorithm: given["algorithm"]}
	if want := signature.Of("date: " + header.Get("Date")); given["signature"] != want || given["keyId"] != header.Get("X-Api-Key") {
		return fmt.Errorf("signed %v, want %s", header, want)
	}
	return nil
}
