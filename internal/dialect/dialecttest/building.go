package dialecttest

import (
	"bytes"
	"context"
	"log/slog"
	"maps"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/sosodev/duration"

	"github.com/covernote/covernote/internal/catalogue"
	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect"
	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store/storetest"
)

// Plan is what a Building is built by.
type Plan struct {
	// Engine is what its database is on, such as storetest.SQLite.
	Engine string
	// Opening is when its clock begins.
	Opening time.Time
	// Sandbox lets the clock move, and marks documents as specimens.
	Sandbox bool
	// Dialect makes the dialect that is spoken. What is told is asked of one whose
	// core is nil.
	Dialect func(*core.Core) dialect.Dialect
	// Failures bounds guessing; nil lets guess.
	Failures *dialect.Failures
}

// Building is a house of which everything is in this process: a core with the
// sample catalogue on a database of its own, a dialect before it, and inboxes in
// place of the network.
type Building struct {
	Core    *core.Core
	plan    Plan
	dialect dialect.Dialect
	inboxes *inboxes
}

// Build makes a building in which there are no partners yet.
func Build(t *testing.T, plan Plan) *Building {
	t.Helper()
	c := newCore(t, plan)
	d := plan.Dialect(c)
	return &Building{Core: c, plan: plan, dialect: d, inboxes: newInboxes(c, d)}
}

// newCore runs on a clock that goes on from the opening.
func newCore(t *testing.T, plan Plan) *core.Core {
	t.Helper()
	sold, err := catalogue.Load(catalogue.Sample())
	if err != nil {
		t.Fatal(err)
	}
	keys, err := core.NewKeys(bytes.Repeat([]byte("k"), 32))
	if err != nil {
		t.Fatal(err)
	}
	began, mute := time.Now(), plan.Dialect(nil)
	c, err := core.New(t.Context(), core.Options{
		Store: storetest.Fresh(t, plan.Engine), Catalogue: sold, Keys: keys, Sandbox: plan.Sandbox,
		Told:  map[core.Family][]core.EventType{mute.Family(): mute.Told()},
		Asked: map[core.Family]func(core.Partner) []core.EventType{mute.Family(): mute.Asked},
		Now:   func() time.Time { return plan.Opening.Add(time.Since(began)) },
		Log:   faults(t), Holder: t.Name(),
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// faults shows with a failed test what went wrong behind it.
func faults(t *testing.T) *slog.Logger {
	return slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelError}))
}

// Account is an account that has the partner's switches besides its own, and calls
// from where the partner does.
func (p Partner) Account(a core.Account) core.Account {
	switches := make(map[string]string)
	maps.Copy(switches, a.Switches)
	maps.Copy(switches, p.Switches)
	a.Switches = switches
	a.Networks, a.NetworkMode = p.Networks, core.NetworkOff
	if len(p.Networks) > 0 {
		a.NetworkMode = core.NetworkEnforce
	}
	return a
}

// Add adds an account that is as the partner of an exchange, with an endpoint for
// webhooks if it is notified, and with others. The first one is the partner's own.
func (b *Building) Add(t *testing.T, a core.Account, p Partner, others ...core.Endpoint) {
	t.Helper()
	if b.inboxes.own == "" {
		b.inboxes.own = a.Part
	}
	a.Family = b.dialect.Family()
	if _, err := b.Core.AddPartner(t.Context(), p.Account(a)); err != nil {
		t.Fatal(err)
	}
	if p.Notified {
		others = append(others, core.Endpoint{Name: "webhook", URL: "https://" + a.Part + ".example/webhook"})
	}
	for _, e := range others {
		e.Part = a.Part
		if err := b.Core.SetEndpoint(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
}

// Open passes the time and delivers until the test ends. Who may ask, and what
// exchanges know, is left to the dialect.
func (b *Building) Open(t *testing.T) House {
	t.Helper()
	var running sync.WaitGroup
	t.Cleanup(running.Wait)
	ctx := t.Context()
	running.Go(func() { b.Core.Run(ctx) })
	running.Go(func() { b.Core.RunLanes(ctx, core.NoticeLanes(), b.inboxes.sweep, nil) })

	server := &dialect.Server{
		SignIn: b.Core.Authenticate, Limits: dialect.NewLimits(0, 0), Failures: b.plan.Failures, Log: faults(t),
	}
	mux := http.NewServeMux()
	server.Mount(mux, b.dialect)
	return House{
		Handler: mux, Today: insurance.DateIn(b.plan.Opening, time.UTC), Notice: b.inboxes.next, Advance: b.advance,
	}
}

// advance moves the clock through all that is due.
func (b *Building) advance(by string) error {
	wanted, err := duration.Parse(by)
	if err != nil {
		return err
	}
	_, err = b.Core.MoveClock(context.Background(), core.Move{
		To: func(now time.Time) (time.Time, error) {
			return now.AddDate(int(wanted.Years), int(wanted.Months), int(wanted.Days)).
				Add((&duration.Duration{Hours: wanted.Hours, Minutes: wanted.Minutes}).ToTimeDuration()), nil
		},
		Deliver: func(ctx context.Context, job core.Job, at time.Time) { _ = b.inboxes.tell(ctx, job, at, core.Fence{}) },
	})
	return err
}
