package xcover_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"os"
	"path"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sosodev/duration"

	"github.com/covernote/covernote/internal/catalogue"
	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect"
	"github.com/covernote/covernote/internal/dialect/dialecttest"
	"github.com/covernote/covernote/internal/dialect/xcover"
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

// house is a core on a database behind the dialect, with inboxes in place of
// the network: one per partner for webhooks, and one for e-mails.
type house struct {
	core    *core.Core
	dialect *xcover.Dialect
	inboxes map[string]chan dialecttest.Notice
	// telling lets one notice be sent at a time.
	telling sync.Mutex
}

func openHouse(t *testing.T, engine string, p dialecttest.Partner) dialecttest.House {
	t.Helper()
	h := &house{core: newCore(t, engine), inboxes: make(map[string]chan dialecttest.Notice)}
	h.dialect = xcover.New(h.core, site, !p.Live)
	for _, name := range []string{"", "other", "mail"} {
		h.inboxes[name] = make(chan dialecttest.Notice, 100)
	}
	h.add(t, core.Account{Part: own, Name: "Sample Tickets Ltd", Username: ownKey, Secret: ownSecret}, ownCode, p)
	h.add(t, core.Account{Part: rival, Name: "Second Shop Ltd"}, rivalCode, dialecttest.Partner{Notified: true})
	h.work(t)

	server := &dialect.Server{
		SignIn: h.core.Authenticate, Limits: dialect.NewLimits(0, 0), Failures: dialect.NewFailures(), Log: faults(t),
	}
	mux := http.NewServeMux()
	server.Mount(mux, h.dialect)
	return dialecttest.House{
		Handler: mux, Today: insurance.DateIn(opening, time.UTC), Credentials: credentials(),
		Notice: h.notice, Advance: h.advance, Values: values(t), Patterns: patterns(),
	}
}

// credentials are those of the partner, and the rival's.
func credentials() map[string]dialecttest.Credential {
	all := dialecttest.Signatures(ownKey, ownSecret)
	all["other"] = dialecttest.Signature{Key: rival, Secret: ownSecret}.Sign
	return all
}

// values are the parts of answers that many exchanges have in common, by the
// names of their files, and where we are.
func values(t *testing.T) map[string]string {
	t.Helper()
	const folder = "testdata/values"
	all := map[string]string{"site": site, "nbsp": "\u00a0"}
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		text, err := os.ReadFile(path.Join(folder, entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		all[strings.TrimSuffix(entry.Name(), ".json")] = strings.TrimSpace(string(text))
	}
	return all
}

// patterns are the forms of what we give a name.
func patterns() map[string]string {
	const group = `[A-Za-z0-9]{5}`
	return map[string]string{
		"package": `[346789ABCDEFGHJKLMNPQRTUVWXY]{5}-[346789ABCDEFGHJKLMNPQRTUVWXY]{5}-INS`,
		"renewal": group + "-" + group + "-REN", "token": group + "(-" + group + "){3}",
		"update": group + "(-" + group + "){2}-UPD", "cancellation": group + "(-" + group + "){2}-CCL",
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
	if err != nil {
		t.Fatal(err)
	}
	keys, err := core.NewKeys(bytes.Repeat([]byte("k"), 32))
	if err != nil {
		t.Fatal(err)
	}
	began, mute := time.Now(), xcover.New(nil, "", false)
	c, err := core.New(t.Context(), core.Options{
		Store: storetest.Fresh(t, engine), Catalogue: sold, Keys: keys, Sandbox: true,
		Told:  map[core.Family][]core.EventType{core.FamilyXCover: mute.Told()},
		Asked: map[core.Family]func(core.Partner) []core.EventType{core.FamilyXCover: mute.Asked},
		Now:   func() time.Time { return opening.Add(time.Since(began)) },
		Log:   faults(t), Holder: t.Name(),
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// add adds a partner with its endpoints.
func (h *house) add(t *testing.T, a core.Account, code string, p dialecttest.Partner) {
	t.Helper()
	a.Family, a.Secret = core.FamilyXCover, ownSecret
	a.Switches = map[string]string{"code": code}
	maps.Copy(a.Switches, p.Switches)
	a.Networks, a.NetworkMode = p.Networks, core.NetworkOff
	if len(p.Networks) > 0 {
		a.NetworkMode = core.NetworkEnforce
	}
	if _, err := h.core.AddPartner(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	to := []core.Endpoint{{Name: "mail", URL: core.SchemeMail, Purpose: core.PurposeEmail}}
	if p.Notified {
		to = append(to, core.Endpoint{Name: "webhook", URL: "https://" + a.Part + ".example/webhook"})
	}
	for _, e := range to {
		e.Part = a.Part
		if err := h.core.SetEndpoint(t.Context(), e); err != nil {
			t.Fatal(err)
		}
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
	outcome := core.Outcome{At: at, Status: http.StatusOK, Request: message.Body, Answer: []byte{}, Delivered: true}
	if err := h.core.Report(ctx, delivery, outcome, fence); err != nil {
		return err
	}
	inbox, told := h.told(delivery, message, at)
	h.inboxes[inbox] <- told
	return nil
}

// told is a message as whoever gets it has it, and in which inbox.
func (h *house) told(d core.Delivery, m dialect.Message, at time.Time) (string, dialecttest.Notice) {
	if m.Mail != nil {
		header := http.Header{"Recipient": {m.Mail.To.Reveal()}, "Subject": {m.Mail.Subject}}
		return "mail", dialecttest.Notice{Header: header, Body: []byte(m.Mail.Text)}
	}
	header := h.dialect.Sign(d.Notice, m.Body, d.Key, at)
	maps.Copy(header, m.Header)
	if d.Notice.Partner.Part == rival {
		return "other", dialecttest.Notice{Header: header, Body: m.Body}
	}
	return "", dialecttest.Notice{Header: header, Body: m.Body}
}

// notice waits for the next message, and holds the signature of a webhook
// against what a receiver would make of its date.
func (h *house) notice(to string) (dialecttest.Notice, error) {
	select {
	case received := <-h.inboxes[to]:
		return received, checkSignature(to, received.Header)
	case <-time.After(20 * time.Second):
		return dialecttest.Notice{}, errors.New("nothing was told")
	}
}

// checkSignature takes the header apart as the published sample for receivers
// does, at commas and without trimming.
func checkSignature(to string, header http.Header) error {
	if to == "mail" {
		return nil
	}
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
