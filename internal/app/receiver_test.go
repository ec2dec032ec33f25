package app_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
)

// receiver is a partner's own endpoint, outside of the program. It verifies
// every signature when it knows the secret.
type receiver struct {
	url string

	mu       sync.Mutex
	secret   string
	received []delivery
	faults   []string
}

// delivery is a webhook as it arrived.
type delivery struct {
	header http.Header
	body   []byte
	hook   webhook
}

func newReceiver(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{}
	server := httptest.NewServer(r)
	t.Cleanup(func() {
		server.Close()
		for _, fault := range r.faults {
			t.Error(fault)
		}
	})
	r.url = server.URL + "/webhook"
	return r
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	d := delivery{header: request.Header}
	var err error
	if d.body, err = io.ReadAll(request.Body); err != nil {
		return // the sender died meanwhile; what it did not finish does not count
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := json.Unmarshal(d.body, &d.hook); err != nil {
		r.faults = append(r.faults, err.Error())
	}
	if r.secret != "" {
		if err := signed(r.secret, d.header.Get("X-Signature"), d.body); err != nil {
			r.faults = append(r.faults, err.Error())
		}
	}
	r.received = append(r.received, d)
	w.WriteHeader(http.StatusNoContent)
}

// knows lets the receiver verify signatures from now on.
func (r *receiver) knows(secret string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.secret = secret
}

// all are the deliveries so far, in the order of their arrival.
func (r *receiver) all() []delivery {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]delivery(nil), r.received...)
}

// numbers are the certificate numbers told of, by order reference.
func (r *receiver) numbers() map[string]map[string]bool {
	told := make(map[string]map[string]bool)
	for _, d := range r.all() {
		for _, c := range d.hook.Contracts {
			if told[d.hook.OrderReference] == nil {
				told[d.hook.OrderReference] = make(map[string]bool)
			}
			told[d.hook.OrderReference][c.CertificateNumber] = true
		}
	}
	return told
}
