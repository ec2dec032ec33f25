package hepster_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/catalogue"
	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect"
	"github.com/covernote/covernote/internal/dialect/dialecttest"
	"github.com/covernote/covernote/internal/dialect/hepster"
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

const (
	own    = "shop"
	rival  = "rival"
	secret = "a secret that only tests know"
)

// house is a core on a database behind the dialect, with an inbox per partner in
// place of the network.
type house struct {
	core    *core.Core
	dialect *hepster.Dialect
	inboxes map[string]chan dialecttest.Notice
}

func openHouse(t *testing.T, engine string, p dialecttest.Partner) dialecttest.House {
	h := &house{
		core:    newCore(t, engine),
		inboxes: map[string]chan dialecttest.Notice{own: make(chan dialecttest.Notice, 100), rival: make(chan dialecttest.Notice, 100)},
	}
	h.dialect = hepster.New(h.core)
	h.add(t, own, p)
	h.add(t, rival, dialecttest.Partner{Notified: true})
	h.work(t)

	mux := http.NewServeMux()
	server := &dialect.Server{
		SignIn: h.core.Authenticate, Limits: dialect.NewLimits(0, 0), Failures: dialect.NewFailures(),
		Log: faults(t),
	}
	server.Mount(mux, h.dialect)
	now, err := h.core.Now(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return dialecttest.House{
		Handler:     mux,
		Today:       insurance.DateIn(now, berlin(t)),
		Credentials: map[string]dialecttest.Credential{"": dialecttest.Basic(own, secret), "other": dialecttest.Basic(rival, secret)},
		Notice:      h.notice,
	}
}

// faults shows with a failed test what went wrong behind it.
func faults(t *testing.T) *slog.Logger {
	return slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelError}))
}

func berlin(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// newCore runs on the sample catalogue and a clock that begins at noon, so
// that no test crosses midnight.
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
	began, noon := time.Now(), time.Date(2026, time.March, 10, 11, 0, 0, 0, time.UTC)
	c, err := core.New(t.Context(), core.Options{
		Store:     storetest.Fresh(t, engine),
		Catalogue: sold,
		Keys:      keys,
		Told:      map[core.Family][]core.EventType{core.FamilyHepster: hepster.New(nil).Told()},
		Now:       func() time.Time { return noon.Add(time.Since(began)) },
		Log:       faults(t),
		Holder:    t.Name(),
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (h *house) add(t *testing.T, name string, p dialecttest.Partner) {
	t.Helper()
	account := core.Account{
		Part: name, Family: core.FamilyHepster, Name: name, Username: name, Secret: secret,
		Switches: p.Switches, Networks: p.Networks, NetworkMode: core.NetworkOff,
	}
	if len(p.Networks) > 0 {
		account.NetworkMode = core.NetworkEnforce
	}
	if p.Notified {
		account.Endpoints = []string{"https://" + name + ".example/webhook"}
	}
	if _, err := h.core.AddPartner(t.Context(), account); err != nil {
		t.Fatal(err)
	}
}

// work books and delivers until the test ends.
func (h *house) work(t *testing.T) {
	var running sync.WaitGroup
	t.Cleanup(running.Wait)
	ctx := t.Context()
	running.Go(func() { h.core.Run(ctx) })
	running.Go(func() { h.core.RunLanes(ctx, core.NoticeLanes(), h.deliver, nil) })
}

func (h *house) deliver(ctx context.Context, lane int64, fence core.Fence) (bool, error) {
	jobs, now, err := h.core.JobsDue(ctx, lane, 100)
	for _, job := range jobs {
		delivery, err := h.core.Delivery(ctx, job)
		if err != nil {
			return false, err
		}
		message, err := h.dialect.Tell(delivery.Notice)
		if err != nil {
			return false, err
		}
		outcome := core.Outcome{At: now, Status: http.StatusOK, Request: message.Body, Answer: []byte{}, Delivered: true}
		if err := h.core.Report(ctx, delivery, outcome, fence); err != nil {
			return false, err
		}
		h.inboxes[delivery.Notice.Partner.Part] <- dialecttest.Notice{Header: message.Header, Body: message.Body}
	}
	return false, err
}

func (h *house) notice(to string) (dialecttest.Notice, error) {
	inbox := h.inboxes[own]
	if to == "other" {
		inbox = h.inboxes[rival]
	}
	select {
	case received := <-inbox:
		return received, nil
	case <-time.After(20 * time.Second):
		return dialecttest.Notice{}, errors.New("nothing was told")
	}
}
