package thinksurance_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sosodev/duration"

	"github.com/covernote/covernote/internal/catalogue"
	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect"
	"github.com/covernote/covernote/internal/dialect/dialecttest"
	"github.com/covernote/covernote/internal/dialect/thinksurance"
	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store/storetest"
)

func TestExchanges(t *testing.T) {
	t.Parallel()
	storetest.EachEngine(t, func(t *testing.T, engine string) {
		dialecttest.Replay(t, os.DirFS("testdata"), func(t *testing.T, p dialecttest.Partner) dialecttest.House {
			return openHouse(t, engine, p)
		})
	})
}

// The accounts: one that an API user has alone, and two that another has
// together.
const (
	own, ownHash, ownSecret               = "demopool", "demo-hash", "demo-secret"
	rival, second, rivalHash, rivalSecret = "nordpool", "suedpool", "rival-hash", "rival-secret"
	pushSecret                            = "a secret for pushes"
	site                                  = "https://cover.example"
	inboxOwn, inboxPush, inboxRival       = "", "push", "other"
)

// opening is when every house opens.
var opening = time.Date(2030, time.January, 15, 12, 0, 0, 0, time.UTC)

// house is a core on a database behind the dialect, with inboxes in place of
// the network.
type house struct {
	core    *core.Core
	dialect *thinksurance.Dialect
	inboxes map[string]chan dialecttest.Notice
	// telling lets one notice be sent at a time.
	telling sync.Mutex
}

func openHouse(t *testing.T, engine string, p dialecttest.Partner) dialecttest.House {
	t.Helper()
	h := &house{core: newCore(t, engine), inboxes: make(map[string]chan dialecttest.Notice)}
	h.dialect = thinksurance.New(h.core, site)
	for _, name := range []string{inboxOwn, inboxPush, inboxRival} {
		h.inboxes[name] = make(chan dialecttest.Notice, 100)
	}
	h.add(t, core.Account{Part: own, Name: "Demo Maklerpool AG", Username: ownHash, Secret: ownSecret}, p)
	h.add(t, core.Account{Part: rival, Name: "Maklerverbund Nord eG", Username: rivalHash, Secret: rivalSecret}, dialecttest.Partner{Notified: true, Switches: p.Switches})
	h.add(t, core.Account{Part: second, Name: "Maklerverbund Süd eG", Username: rivalHash}, dialecttest.Partner{Switches: p.Switches})
	h.work(t)

	server := &dialect.Server{SignIn: h.core.Authenticate, Limits: dialect.NewLimits(0, 0), Log: faults(t)}
	if p.Live {
		server.Failures = dialect.NewFailures() // in a sandbox, anybody may be wrong as often as they like
	}
	mux := http.NewServeMux()
	server.Mount(mux, h.dialect)
	values, credentials := settle(t, h.core)
	return dialecttest.House{
		Handler: mux, Today: insurance.DateIn(opening, time.UTC), Credentials: credentials, Values: values, Patterns: patterns,
		Notice: h.notice, Advance: h.advance,
		Desk: func(work string) error { return dialecttest.WorkAtDesk(t.Context(), h.core, work) },
	}
}

// patterns are the forms of what we give a name, and of a moment on a clock.
var patterns = map[string]string{
	"account": `[0-9a-f]{32}`, "broker": `[0-9a-f]{25}`, "session": `[A-Za-z0-9_-]{32}`, "hash": `[0-9a-f]{20}`,
	"moment": `[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}`, "notification": `[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`,
	"certificate": `I[0-9]{29}`, "links": `[0-9a-z]+\.[0-9a-f]{32}`, "code": `[A-Za-z0-9_-]{11}`,
	"pdf": `JVBERi0[A-Za-z0-9+/]+=*`, "link": regexp.QuoteMeta(site) + `/desk/enter/[A-Za-z0-9_-]{32}`,
}

// settle signs both API users in and gives each a broker, for the exchanges that
// are about something else.
func settle(t *testing.T, c *core.Core) (map[string]string, map[string]dialecttest.Credential) {
	t.Helper()
	mine, err := dialecttest.SettleBroker(t.Context(), c, ownHash, ownSecret)
	must(t, err)
	theirs, err := dialecttest.SettleBroker(t.Context(), c, rivalHash, rivalSecret)
	must(t, err)
	values := sharedValues(t)
	values["site"] = site
	maps.Copy(values, mine.Values(""))
	maps.Copy(values, theirs.Values("other_"))
	return values, map[string]dialecttest.Credential{"": mine.Sign, "other": theirs.Sign}
}

// sharedValues are parts of requests and answers that many exchanges have, by the
// names of their files.
func sharedValues(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob("testdata/values/*.json")
	must(t, err)
	values := make(map[string]string)
	for _, file := range files {
		text, err := os.ReadFile(file)
		must(t, err)
		values[strings.TrimSuffix(filepath.Base(file), ".json")] = strings.TrimSpace(string(text))
	}
	return values
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// faults shows with a failed test what went wrong behind it.
func faults(t *testing.T) *slog.Logger {
	return slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelError}))
}

// newCore runs on the sample catalogue and a clock that begins at the opening.
func newCore(t *testing.T, engine string) *core.Core {
	t.Helper()
	sold, err := catalogue.Load(catalogue.Sample())
	must(t, err)
	keys, err := core.NewKeys(bytes.Repeat([]byte("k"), 32))
	must(t, err)
	began, mute := time.Now(), thinksurance.New(nil, "")
	c, err := core.New(t.Context(), core.Options{
		Store: storetest.Fresh(t, engine), Catalogue: sold, Keys: keys, Sandbox: true,
		Told:  map[core.Family][]core.EventType{core.FamilyThinksurance: mute.Told()},
		Asked: map[core.Family]func(core.Partner) []core.EventType{core.FamilyThinksurance: mute.Asked},
		Now:   func() time.Time { return opening.Add(time.Since(began)) },
		Log:   faults(t), Holder: t.Name(),
	})
	must(t, err)
	return c
}

// add adds an account with its endpoints.
func (h *house) add(t *testing.T, a core.Account, p dialecttest.Partner) {
	t.Helper()
	a.Family, a.Switches = core.FamilyThinksurance, p.Switches
	a.Networks, a.NetworkMode = p.Networks, core.NetworkOff
	if len(p.Networks) > 0 {
		a.NetworkMode = core.NetworkEnforce
	}
	_, err := h.core.AddPartner(t.Context(), a)
	must(t, err)
	if p.Notified {
		must(t, h.core.SetEndpoint(t.Context(), core.Endpoint{Part: a.Part, Name: "webhook", URL: "https://" + a.Part + ".example/webhook"}))
	}
	if p.Pushed {
		must(t, h.core.SetEndpoint(t.Context(), core.Endpoint{
			Part: a.Part, Name: "push", URL: "https://" + a.Part + ".example/push", Secret: pushSecret, Purpose: core.PurposePush,
		}))
	}
}

// work passes the time and delivers until the test ends.
func (h *house) work(t *testing.T) {
	t.Helper()
	var running sync.WaitGroup
	t.Cleanup(running.Wait)
	ctx := t.Context()
	running.Go(func() { h.core.Run(ctx) })
	running.Go(func() { h.core.RunLanes(ctx, core.NoticeLanes(), h.sweep, nil) })
}

func (h *house) sweep(ctx context.Context, lane int64, fence core.Fence) (bool, error) {
	jobs, now, err := h.core.JobsDue(ctx, lane, 100)
	for _, job := range jobs {
		if err := h.tell(ctx, job, now, fence); err != nil {
			return false, err
		}
	}
	return false, err
}

// tell delivers a notice, unless that was done meanwhile.
func (h *house) tell(ctx context.Context, job core.Job, at time.Time, fence core.Fence) error {
	h.telling.Lock()
	defer h.telling.Unlock()
	delivery, err := h.core.Delivery(ctx, job)
	if errors.Is(err, core.ErrTried) || errors.Is(err, core.ErrBehind) {
		return nil
	}
	if err != nil {
		return err
	}
	message, err := h.dialect.Tell(delivery.Notice)
	if err != nil {
		return err
	}
	outcome := core.Outcome{At: at, Status: http.StatusNoContent, Request: message.Body, Answer: []byte{}, Delivered: true}
	if err := h.core.Report(ctx, delivery, outcome, fence); err != nil {
		return err
	}
	h.inboxes[inboxOf(delivery.Notice)] <- dialecttest.Notice{Header: message.Header, Body: message.Body}
	return nil
}

func inboxOf(n core.Notice) string {
	switch {
	case n.Partner.Part != own:
		return inboxRival
	case n.Purpose == core.PurposePush:
		return inboxPush
	}
	return inboxOwn
}

// notice waits for the next message, and holds the hash of a push against what a
// receiver would make of it.
func (h *house) notice(to string) (dialecttest.Notice, error) {
	select {
	case received := <-h.inboxes[to]:
		if to == inboxPush {
			return received, checkHash(received.Body)
		}
		return received, nil
	case <-time.After(20 * time.Second):
		return dialecttest.Notice{}, errors.New("nothing was told")
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

// advance moves the clock through all that is due.
func (h *house) advance(by string) error {
	wanted, err := duration.Parse(by)
	if err != nil {
		return err
	}
	_, err = h.core.MoveClock(context.Background(), core.Move{
		To: func(now time.Time) (time.Time, error) {
			return now.AddDate(int(wanted.Years), int(wanted.Months), int(wanted.Days)).
				Add((&duration.Duration{Hours: wanted.Hours, Minutes: wanted.Minutes}).ToTimeDuration()), nil
		},
		Deliver: func(ctx context.Context, job core.Job, at time.Time) { _ = h.tell(ctx, job, at, core.Fence{}) },
	})
	return err
}
