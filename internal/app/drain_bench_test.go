package app

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/catalogue"
	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/courier"
	"github.com/covernote/covernote/internal/store"
	"github.com/covernote/covernote/internal/store/storetest"
)

// BenchmarkDrain delivers a queue of notices to a sink on this machine, beside
// bare POSTs to the same sink in the same run: only the ratio says something on
// a busy machine. Run it with -benchtime 20000x.
func BenchmarkDrain(b *testing.B) {
	for _, engine := range []string{storetest.SQLite, storetest.Postgres} {
		b.Run(engine, func(b *testing.B) {
			d := newDrain(b, engine)
			d.happened(b.N)
			d.replay()
			bare := d.bare(b.N)
			b.ResetTimer()
			d.deliver(b.N)
			b.StopTimer()
			rate := float64(b.N) / b.Elapsed().Seconds()
			b.ReportMetric(rate, "deliveries/s")
			b.ReportMetric(bare, "posts/s")
			b.ReportMetric(rate/bare, "ratio")
		})
	}
}

// BenchmarkReplay tells events again, from the wish to the last delivery.
func BenchmarkReplay(b *testing.B) {
	for _, engine := range []string{storetest.SQLite, storetest.Postgres} {
		b.Run(engine, func(b *testing.B) {
			d := newDrain(b, engine)
			d.happened(b.N)
			b.ResetTimer()
			var group sync.WaitGroup
			group.Go(d.replay)
			d.deliver(b.N)
			group.Wait()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
		})
	}
}

// drain is a node over a fresh database, and a sink for its webhooks.
type drain struct {
	*node
	b       *testing.B
	partner core.Partner
	sink    string
	taken   atomic.Int64
	// enough is closed when as many as want were taken.
	want   atomic.Int64
	enough chan struct{}
}

func newDrain(b *testing.B, engine string) *drain {
	b.Helper()
	d := &drain{b: b, enough: make(chan struct{})}
	server := httptest.NewServer(d)
	b.Cleanup(server.Close)
	d.sink = server.URL
	s := storetest.Open(b, store.Options{DSN: storetest.DSN(b, engine)})
	keys, err := core.NewKeys(someKey)
	d.fatal(err)
	d.node, err = newNode(b.Context(), plan{
		store: s, products: catalogue.Sample(), keys: keys, timeout: 10 * time.Second,
		egress: courier.Egress{AllowPlain: true, AllowLoopback: true}, log: slog.New(slog.DiscardHandler),
	})
	d.fatal(err)
	access, err := d.core.AddPartner(b.Context(), core.Account{
		Part: "shop", Family: core.FamilyHepster, Name: "Shop", Endpoints: []string{d.sink},
	})
	d.fatal(err)
	d.partner, err = d.core.Authenticate(b.Context(), core.FamilyHepster, core.Claim{User: access.Username, Secret: access.Secret})
	d.fatal(err)
	return d
}

func (d *drain) fatal(err error) {
	d.b.Helper()
	if err != nil {
		d.b.Fatal(err)
	}
}

// ServeHTTP takes a webhook.
func (d *drain) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	w.WriteHeader(http.StatusNoContent)
	if d.taken.Add(1) == d.want.Load() {
		close(d.enough)
	}
}

// booked is the data of an event as hepster's webhook tells it.
const booked = `{"reference":"ORDER-1","policies":[{"certificate_number":"I11305328852504453133107193811",` +
	`"product_name":{"de":"Elektro-Abo-Versicherung","en":"Electronics"},"inception_on":"2025-03-01","gross":"5.56","currency":"EUR"}]}`

// happened records events of as many orders, with their places in the log.
func (d *drain) happened(n int) {
	d.b.Helper()
	for i := 0; i < n; {
		changes := store.NewChanges(d.partner.Part)
		for ; i < n && (i+1)%1000 != 0; i++ {
			d.event(changes, i)
		}
		if i < n {
			d.event(changes, i)
			i++
		}
		d.fatal(d.store.Commit(d.b.Context(), changes))
	}
}

func (d *drain) event(changes *store.Changes, i int) {
	changes.AddEvent(store.Event{
		Part: d.partner.Part, Subject: fmt.Sprintf("order-%09d", i), Sequence: 1, ID: fmt.Sprintf("00000000-0000-7000-8000-%012d", i),
		Type: string(core.EventOrderBooked), At: time.Now().UnixMicro(), Data: booked,
	})
}

// replay puts a notice of each event into the queue.
func (d *drain) replay() {
	_, err := d.core.Replay(d.b.Context(), d.partner, core.ReplayWish{}, nil)
	if err != nil {
		d.b.Error(err)
	}
}

// bare is how many bare POSTs the sink takes in a second.
func (d *drain) bare(n int) float64 {
	const atOnce = 32
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: atOnce}}
	defer client.CloseIdleConnections()
	body := bytes.Repeat([]byte("x"), 1000)
	var next atomic.Int64
	var group sync.WaitGroup
	began := time.Now()
	for range atOnce {
		group.Go(func() {
			for next.Add(1) <= int64(n) {
				request, err := http.NewRequestWithContext(d.b.Context(), http.MethodPost, d.sink, bytes.NewReader(body))
				if err != nil {
					d.b.Error(err)
					return
				}
				answer, err := client.Do(request)
				if err != nil {
					d.b.Error(err)
					return
				}
				_, _ = io.Copy(io.Discard, answer.Body)
				_ = answer.Body.Close()
			}
		})
	}
	group.Wait()
	return float64(n) / time.Since(began).Seconds()
}

// deliver lets the courier work until n more webhooks have arrived and all of
// it is recorded.
func (d *drain) deliver(n int) {
	d.b.Helper()
	d.taken.Store(0)
	d.want.Store(int64(n))
	ctx, stop := context.WithCancel(d.b.Context())
	defer stop()
	var group sync.WaitGroup
	group.Go(func() { d.courier.Run(ctx) })
	select {
	case <-d.enough:
	case <-time.After(5 * time.Minute):
		d.b.Fatalf("%d of %d arrived", d.taken.Load(), n)
	}
	stop()
	group.Wait()
	left, err := d.core.FindNotices(d.b.Context(), core.NoticeDue, 10)
	d.fatal(err)
	if len(left) > 0 || d.taken.Load() != int64(n) {
		d.b.Fatalf("%d arrived, and %d are left", d.taken.Load(), len(left))
	}
}
