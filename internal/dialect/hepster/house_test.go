package hepster_test

import (
	"os"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect"
	"github.com/covernote/covernote/internal/dialect/dialecttest"
	"github.com/covernote/covernote/internal/dialect/hepster"
)

func TestExchanges(t *testing.T) {
	t.Parallel()
	dialecttest.ReplayOnEachEngine(t, os.DirFS("testdata"), openHouse)
}

const (
	own    = "shop"
	rival  = "rival"
	secret = "a secret that only tests know"
)

// noon is when every house opens, so that no test crosses midnight.
var noon = time.Date(2026, time.March, 10, 11, 0, 0, 0, time.UTC)

func openHouse(t *testing.T, engine string, p dialecttest.Partner) dialecttest.House {
	t.Helper()
	b := dialecttest.Build(t, dialecttest.Plan{
		Engine: engine, Opening: noon, Failures: dialect.NewFailures(),
		Dialect: func(c *core.Core) dialect.Dialect { return hepster.New(c) },
	})
	b.Add(t, core.Account{Part: own, Name: own, Username: own, Secret: secret}, p)
	b.Add(t, core.Account{Part: rival, Name: rival, Username: rival, Secret: secret}, dialecttest.Partner{Notified: true})
	house := b.Open(t)
	house.Credentials = map[string]dialecttest.Credential{
		"": dialecttest.Basic(own, secret), "other": dialecttest.Basic(rival, secret),
	}
	return house
}
