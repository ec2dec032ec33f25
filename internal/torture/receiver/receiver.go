// Package receiver is a partner's endpoint: it takes webhooks, verifies them and
// remembers in which order they first came. It can be as hostile as endpoints are.
package receiver

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"regexp"
	"sync"
	"time"

	"github.com/covernote/covernote/internal/torture/report"
)

// Arrival is a webhook as it came for the first time, and how often it came.
type Arrival struct {
	Event, Delivery string
	// Partner is whose secret has signed it.
	Partner string
	// Order counts first arrivals of all events.
	Order int
	Times int
	// Taken says that it was answered as received.
	Taken bool
	Body  []byte
}

// Receiver listens on one address for as long as it is open.
type Receiver struct {
	// URL is where webhooks go.
	URL      string
	findings *report.Findings
	server   *http.Server
	ended    chan struct{}

	mu       sync.Mutex
	keys     []Key
	mood     Mood
	arrivals map[string]*Arrival // by event
	refused  int
}

// Open begins to listen. It must be closed.
func Open(ctx context.Context, findings *report.Findings) (*Receiver, error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen for webhooks: %w", err)
	}
	r := &Receiver{
		URL: "http://" + listener.Addr().String() + "/webhook", findings: findings, ended: make(chan struct{}),
		arrivals: make(map[string]*Arrival),
	}
	r.server = &http.Server{Handler: r, ReadHeaderTimeout: 10 * time.Second, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)}
	go func() {
		defer close(r.ended)
		if err := r.server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			findings.Add("I6", "receiver", "our own receiver ended: %v", err)
		}
	}()
	return r, nil
}

// Close ends it with all its connections.
func (r *Receiver) Close() {
	_ = r.server.Close() // it is gone either way
	<-r.ended
}

// Trust has every webhook from now on verified with these keys.
func (r *Receiver) Trust(keys []Key) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.keys = keys
}

// Become is how webhooks are answered from now on; nil takes them.
func (r *Receiver) Become(mood Mood) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.mood = mood
}

// Arrivals gives what came, by event.
func (r *Receiver) Arrivals() map[string]Arrival {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := make(map[string]Arrival, len(r.arrivals))
	for id, a := range r.arrivals {
		all[id] = *a
	}
	return all
}

// Taken counts the events that were answered as received.
func (r *Receiver) Taken() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := 0
	for _, a := range r.arrivals {
		if a.Taken {
			n++
		}
	}
	return n
}

// Refused counts the deliveries that were answered otherwise.
func (r *Receiver) Refused() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.refused
}

// ServeHTTP takes one webhook.
func (r *Receiver) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	body, err := io.ReadAll(request.Body)
	if err != nil {
		return // the sender died meanwhile; what it did not finish does not count
	}
	mood := r.note(request.Header, body)
	if mood != nil {
		mood(w, request)
		return
	}
	w.WriteHeader(http.StatusOK) // what every API takes for received
}

// note remembers an arrival and gives how it is answered.
func (r *Receiver) note(header http.Header, body []byte) Mood {
	r.mu.Lock()
	defer r.mu.Unlock()
	event, delivery := header.Get("Covernote-Event-Id"), header.Get("Covernote-Delivery-Id")
	partner := r.verify(header, body, delivery)
	a := r.arrivals[event]
	if a == nil {
		a = &Arrival{Event: event, Delivery: delivery, Partner: partner, Order: len(r.arrivals), Body: body}
		r.arrivals[event] = a
	}
	if a.Delivery != delivery {
		r.findings.Add("I5", event, "it is told as delivery %s and as %s", a.Delivery, delivery)
	}
	if now, first := anywhere(body), anywhere(a.Body); !bytes.Equal(now, first) {
		at := differ(now, first)
		r.findings.Add("I5", event, "told again it says %.200q instead of %.200q", now[at:], first[at:])
	}
	a.Times++
	if r.mood == nil {
		a.Taken = true
	} else {
		r.refused++
	}
	return r.mood
}

// verify gives whose webhook it is.
func (r *Receiver) verify(header http.Header, body []byte, delivery string) string {
	if len(r.keys) == 0 {
		return ""
	}
	var err error
	for _, key := range r.keys {
		if err = key.verify(header, body, time.Now()); err == nil {
			return key.Partner
		}
	}
	r.findings.Add("I8", delivery, "no partner's key verifies it; with the last, %v", err)
	return ""
}

// node is where a node of a sandbox listens: links in webhooks lead to the one that
// tells, as long as no address of all of them is configured.
var node = regexp.MustCompile(`http://127\.0\.0\.1:\d+`)

// anywhere is what a body says, whichever node tells it.
func anywhere(body []byte) []byte { return node.ReplaceAll(body, []byte("http://node")) }

// differ is a little before the first byte that differs.
func differ(a, b []byte) int {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return max(0, n-40)
}
