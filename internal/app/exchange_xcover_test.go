package app_test

import (
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect"
	"github.com/covernote/covernote/internal/dialect/dialecttest"
	"github.com/covernote/covernote/internal/dialect/xcover"
	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
	"github.com/covernote/covernote/internal/store/storetest"
)

var xcoverExchanges = os.DirFS("../dialect/xcover/testdata")

// The recorded exchanges of XCover, as a partner has them: over the network, on
// both engines, with a sandbox whose inbox catches webhooks and e-mails, or with
// a live server where an exchange asks for that. Those about the pages that
// answers link to are our own: no API serves them.
func TestXCoverExchangesOverTheNetwork(t *testing.T) {
	t.Parallel()
	storetest.EachEngine(t, func(t *testing.T, engine string) {
		for _, folder := range []fs.FS{xcoverExchanges, os.DirFS("testdata/xcover")} {
			dialecttest.Replay(t, folder, func(t *testing.T, p dialecttest.Partner) dialecttest.House {
				if p.Live {
					return openLiveXCover(t, engine, p)
				}
				return openXCover(t, engine, p)
			})
		}
	})
}

// The clock of each sandbox is moved to when the exchanges begin.
const xcoverOpening = "2030-01-15T12:00:00Z"

func openXCover(t *testing.T, engine string, p dialecttest.Partner) dialecttest.House {
	t.Helper()
	s := openSandbox(t, engine)
	addXCoverPartners(t, coreOn(t, store.Options{DSN: s.place().dsn()}, s.masterKey(t)), p)
	s.controls().want(t, http.StatusOK, http.MethodPost, clockPath, []byte(`{"now":"`+xcoverOpening+`"}`))
	house := xcoverHouse(t, s.info.URL)
	house.Notice = s.nextMessage(t, toShop)
	house.Advance = func(by string) error {
		s.advance(t, by)
		return nil
	}
	return house
}

func openLiveXCover(t *testing.T, engine string, p dialecttest.Partner) dialecttest.House {
	t.Helper()
	environment := configuration(t, storetest.DSN(t, engine))
	done(t, environment, "migrate")
	key, err := hex.DecodeString(masterKey)
	if err != nil {
		t.Fatal(err)
	}
	addXCoverPartners(t, coreOn(t, store.Options{DSN: environment["COVERNOTE_DATABASE"]}, key), p)
	return xcoverHouse(t, serve(t, environment).url)
}

func xcoverHouse(t *testing.T, url string) dialecttest.House {
	t.Helper()
	values := dialecttest.Values(t, xcoverExchanges)
	values["site"], values["nbsp"] = url, "\u00a0"
	credentials := dialecttest.Signatures("abcd", "efgh")
	credentials["other"] = dialecttest.Signature{Key: "rival", Secret: "efgh"}.Sign
	return dialecttest.House{
		Handler: through(t, url), Today: insurance.MustDate("2030-01-15"), Credentials: credentials,
		Values: values, Patterns: dialecttest.Patterns(t, xcoverExchanges),
	}
}

// addXCoverPartners adds the partner of an exchange, whose key and secret are
// those of published signatures, and a rival.
func addXCoverPartners(t *testing.T, c *core.Core, p dialecttest.Partner) {
	t.Helper()
	addAccount(t, c, core.Account{
		Part: "shop", Family: core.FamilyXCover, Name: "Sample Tickets Ltd", Username: "abcd", Secret: "efgh",
		Switches: map[string]string{"code": "LLODT"},
	}, p)
	addAccount(t, c, core.Account{
		Part: "rival", Family: core.FamilyXCover, Name: "Second Shop Ltd", Secret: "efgh", Switches: map[string]string{"code": "E3CCM"},
	}, dialecttest.Partner{})
	endpoints := []core.Endpoint{{Part: "shop", Name: "mail", URL: core.SchemeMail, Purpose: core.PurposeEmail}}
	if p.Notified {
		endpoints = append(endpoints, core.Endpoint{Part: "shop", Name: "inbox", URL: "inbox:shop"})
	}
	for _, e := range endpoints {
		if err := c.SetEndpoint(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
}

// masterKey is the one that the sandbox derives from its seed.
func (s *sandbox) masterKey(t *testing.T) []byte {
	t.Helper()
	rows, err := store.Open(t.Context(), store.Options{DSN: s.place().dsn()})
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var seed store.Setting
	err = rows.View(t.Context(), func(v *store.View) (err error) {
		seed, err = v.Setting("sandbox.seed")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	secret, err := hex.DecodeString(seed.Value)
	if err != nil {
		t.Fatal(err)
	}
	key, err := hkdf.Key(sha256.New, secret, nil, "covernote sandbox master key", 32)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// nextMessage waits for the next message in the sandbox's inbox; is says which are
// to the endpoint that a notice names.
func (s *sandbox) nextMessage(t *testing.T, is func(m message, to string) bool) func(to string) (dialecttest.Notice, error) {
	t.Helper()
	seen := make(map[string]int)
	return func(to string) (dialecttest.Notice, error) {
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for deadline := time.Now().Add(patience); time.Now().Before(deadline); <-tick.C {
			all := slices.DeleteFunc(s.inbox(t), func(m message) bool { return !is(m, to) })
			if len(all) > seen[to] {
				seen[to]++
				return noticeOf(all[len(all)-seen[to]]), nil // the newest is first
			}
		}
		return dialecttest.Notice{}, errors.New("nothing was told")
	}
}

// toShop tells whether a message is one of the partner's webhooks, or e-mails.
func toShop(m message, to string) bool {
	return m.Partner == "shop" && (m.Method == "EMAIL") == (to == "mail")
}

func noticeOf(m message) dialecttest.Notice {
	if m.Method != "EMAIL" {
		return dialecttest.Notice{Header: m.Headers, Body: []byte(m.Body)}
	}
	header := http.Header{"Recipient": m.Headers["To"], "Subject": m.Headers["Subject"]}
	return dialecttest.Notice{Header: header, Body: []byte(m.Headers.Get("Text"))}
}

// What no exchange can bring about: a request under a key while another has it,
// and a database that takes nothing.
func TestXCoverSaysWhatHindersIt(t *testing.T) {
	t.Parallel()
	storetest.EachEngine(t, func(t *testing.T, engine string) {
		faults := &store.Faults{}
		c := coreOn(t, store.Options{DSN: storetest.DSN(t, engine), Faults: faults}, []byte(masterKey))
		addXCoverPartners(t, c, dialecttest.Partner{})
		mux := http.NewServeMux()
		server := &dialect.Server{
			SignIn: c.Authenticate, Limits: dialect.NewLimits(0, 0), Failures: dialect.NewFailures(),
			Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		}
		server.Mount(mux, xcover.New(c, "https://cover.example", false))
		start := time.Now().AddDate(0, 0, 1).UTC()
		quote := asked(mux, http.MethodPost, "quotes/", "", `{"currency":"GBP","customer_country":"GB","request":[`+
			`{"policy_type":"event_ticket_protection","total_ticket_price":100,"policy_start_date":"`+start.Format(time.DateOnly)+
			`","event_datetime":"`+start.AddDate(0, 1, 0).Format(time.DateOnly)+`"}]}`)
		var made struct{ ID string }
		decode(t, quote.Body.Bytes(), &made)
		decline := "bookings/" + made.ID + "/opt_out"

		var second *httptest.ResponseRecorder
		faults.Meanwhile(1, func() { second = asked(mux, http.MethodPost, decline, "K-1", "{}") })
		wantAnswer(t, asked(mux, http.MethodPost, decline, "K-1", "{}"), http.StatusNoContent, "", "")
		wantAnswer(t, second, http.StatusLocked, "1",
			`{"type":"api_error","message":"A request with this key is being worked on; ask again later."}`)
		wantAnswer(t, asked(mux, http.MethodPost, decline, "K-1", "{}"), http.StatusConflict, "", "")

		faults.Break(errors.New("the disk is full"))
		wantAnswer(t, asked(mux, http.MethodDelete, "quotes/"+made.ID+"/", "", ""), http.StatusServiceUnavailable, "1",
			`{"type":"api_error","message":"Nothing was changed. Please repeat the request later."}`)
		if got := asked(mux, http.MethodGet, "quotes/"+made.ID+"/", "", ""); got.Code != http.StatusOK {
			t.Errorf("reading is answered with %d", got.Code)
		}
	})
}

// asked sends a request of the partner.
func asked(to http.Handler, method, rest, key, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "/xcover/partners/LLODT/"+rest, strings.NewReader(body))
	if key != "" {
		r.Header.Set("X-Idempotency-Key", key)
	}
	dialecttest.Signatures("abcd", "efgh")[""](r)
	w := httptest.NewRecorder()
	to.ServeHTTP(w, r)
	return w
}

func wantAnswer(t *testing.T, got *httptest.ResponseRecorder, status int, retryAfter, body string) {
	t.Helper()
	if got.Code != status || got.Body.String() != body || got.Header().Get("Retry-After") != retryAfter {
		t.Errorf("%d %s %v\nwant %d %s", got.Code, got.Body, got.Header(), status, body)
	}
}
