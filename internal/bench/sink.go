package bench

import (
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// Sink takes webhooks and counts them. Controls, as paths:
//
//	POST /hold       answers no webhook until
//	POST /release    and begins to count anew with it
//	GET  /await?count=N   answers once N were taken since, with a tally
//	GET  /last       is the body of the last
type Sink struct {
	mu    sync.Mutex
	gate  chan struct{} // closed unless webhooks are held
	count int64
	began time.Time
	last  time.Time
	body  []byte
	// goal is closed when as many as wanted were taken.
	wanted int64
	goal   chan struct{}
}

// tally is how many webhooks a sink has taken, and in which time.
type tally struct {
	Count int64         `json:"count"`
	Took  time.Duration `json:"took"` // from release to the last of them, in nanoseconds
}

// NewSink is a sink that holds nothing.
func NewSink() *Sink {
	s := &Sink{gate: make(chan struct{}), began: time.Now()}
	close(s.gate)
	return s
}

// ServeHTTP takes a webhook or does what a control says.
func (s *Sink) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/hold":
		s.hold()
	case "/release":
		s.release()
	case "/await":
		wanted, _ := strconv.ParseInt(r.URL.Query().Get("count"), 10, 64) // none is reached at once
		writeTally(w, s.await(r, wanted))
	case "/last":
		s.mu.Lock()
		defer s.mu.Unlock()
		_, _ = w.Write(s.body) // who has gone needs none
	default:
		s.take(w, r)
	}
}

func (s *Sink) take(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // cut off: it comes again
	}
	s.mu.Lock()
	gate := s.gate
	s.mu.Unlock()
	select {
	case <-gate:
	case <-r.Context().Done():
		return
	}
	s.mu.Lock()
	s.count++
	s.last, s.body = time.Now(), body
	if s.goal != nil && s.count >= s.wanted {
		close(s.goal)
		s.goal = nil
	}
	s.mu.Unlock()
	w.WriteHeader(http.StatusOK)
}

func (s *Sink) hold() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gate = make(chan struct{})
}

// release lets go of what was held, and begins to count.
func (s *Sink) release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.count, s.began = 0, time.Now()
	s.last = s.began
	select {
	case <-s.gate:
	default:
		close(s.gate)
	}
}

// await waits until as many were taken, or nobody waits any more.
func (s *Sink) await(r *http.Request, wanted int64) tally {
	s.mu.Lock()
	reached := make(chan struct{})
	if s.count >= wanted {
		close(reached)
	} else {
		s.wanted, s.goal = wanted, reached
	}
	s.mu.Unlock()
	select {
	case <-reached:
	case <-r.Context().Done():
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return tally{Count: s.count, Took: s.last.Sub(s.began)}
}

func writeTally(w http.ResponseWriter, t tally) {
	text, _ := json.Marshal(t) // numbers always encode
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(text) // who has gone needs none
}
