package app_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/catalogue"
	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect/dialecttest"
	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
	"github.com/covernote/covernote/internal/store/storetest"
)

// The recorded exchanges of hepster, as a partner has them: over the network,
// with a live server, on both engines, told at an endpoint of its own.
func TestExchangesOverTheNetwork(t *testing.T) {
	t.Parallel()
	dialecttest.ReplayOnEachEngine(t, os.DirFS("../dialect/hepster/testdata"), openHouse)
}

func openHouse(t *testing.T, engine string, p dialecttest.Partner) dialecttest.House {
	t.Helper()
	const secret = "a secret that only tests know"
	environment := configuration(t, storetest.DSN(t, engine))
	done(t, environment, "migrate")
	own, rival := newReceiver(t), newReceiver(t)
	addPartner(t, environment["COVERNOTE_DATABASE"], "shop", secret, p, own.url)
	addPartner(t, environment["COVERNOTE_DATABASE"], "rival", secret, dialecttest.Partner{Notified: true}, rival.url)
	s := serve(t, environment)
	day, err := insurance.ParseDate(today(t))
	if err != nil {
		t.Fatal(err)
	}
	notices := map[string]func() (dialecttest.Notice, error){"": next(t, own), "other": next(t, rival)}
	return dialecttest.House{
		Handler: through(t, s.url), Today: day,
		Credentials: map[string]dialecttest.Credential{"": dialecttest.Basic("shop", secret), "other": dialecttest.Basic("rival", secret)},
		Notice:      func(to string) (dialecttest.Notice, error) { return notices[to]() },
	}
}

// addPartner adds a partner of hepster's with switches, for which there is no
// command that adds.
func addPartner(t *testing.T, database, part, secret string, p dialecttest.Partner, endpoint string) {
	t.Helper()
	key, err := hex.DecodeString(masterKey)
	if err != nil {
		t.Fatal(err)
	}
	a := core.Account{
		Part: part, Family: core.FamilyHepster, Name: part, Username: part, Secret: secret, EndpointSecret: secret,
	}
	if p.Notified {
		a.Endpoints = []string{endpoint}
	}
	addAccount(t, coreOn(t, store.Options{DSN: database}, key), a, p)
}

// coreOn is a core over a database, beside the program.
func coreOn(t *testing.T, o store.Options, key []byte) *core.Core {
	t.Helper()
	return coreOf(t, core.Options{Store: storetest.Open(t, o)}, key)
}

// coreOf is a core on the sample catalogue and the machine's time.
func coreOf(t *testing.T, o core.Options, key []byte) *core.Core {
	t.Helper()
	var err error
	if o.Keys, err = core.NewKeys(key); err != nil {
		t.Fatal(err)
	}
	if o.Catalogue, err = catalogue.Load(catalogue.Sample()); err != nil {
		t.Fatal(err)
	}
	o.Now, o.Log = time.Now, slog.New(slog.DiscardHandler)
	c, err := core.New(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// addAccount adds an account that is as the partner of an exchange.
func addAccount(t *testing.T, c *core.Core, a core.Account, p dialecttest.Partner) {
	t.Helper()
	if _, err := c.AddPartner(t.Context(), p.Account(a)); err != nil {
		t.Fatal(err)
	}
}

// through hands requests on over the network, as a proxy that the server
// trusts does.
func through(t *testing.T, target string) http.Handler {
	t.Helper()
	to, err := url.Parse(target)
	if err != nil {
		t.Fatal(err)
	}
	return &httputil.ReverseProxy{Transport: client.Transport, Rewrite: func(r *httputil.ProxyRequest) {
		r.Out.URL.Scheme, r.Out.URL.Host = to.Scheme, to.Host
		r.Out.URL.RawQuery = r.In.URL.RawQuery // semicolons and all
		r.SetXForwarded()
	}}
}

// next waits for the next webhook that a receiver gets.
func next(t *testing.T, r *receiver) func() (dialecttest.Notice, error) {
	t.Helper()
	seen := 0
	return func() (dialecttest.Notice, error) {
		deadline := time.Now().Add(patience)
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for time.Now().Before(deadline) {
			if all := r.all(); len(all) > seen {
				seen++
				return dialecttest.Notice{Header: all[seen-1].header, Body: bytes.Clone(all[seen-1].body)}, nil
			}
			<-tick.C
		}
		return dialecttest.Notice{}, errors.New("nothing was told")
	}
}
