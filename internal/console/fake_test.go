package console

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"
)

// fakeSandbox answers what the page's script calls. An order is told to the
// inbox at once; a move of the clock waits until it is let go.
type fakeSandbox struct {
	mu      sync.Mutex
	now     time.Time
	inbox   []map[string]any
	answers []string // bodies posted to /sandbox/inbox/answers
	signed  []string // days by which orders and look-ups were signed
	moving  bool     // a move of the clock has begun and not ended
	release chan struct{}
	url     string
}

// startFake serves the page with a fake sandbox behind it.
func startFake(t *testing.T) *fakeSandbox {
	t.Helper()
	fake := &fakeSandbox{now: time.Date(2026, 11, 21, 9, 30, 0, 0, time.UTC), release: make(chan struct{}, 16)}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /sandbox/clock", fake.readClock)
	mux.HandleFunc("POST /sandbox/clock", fake.moveClock)
	mux.HandleFunc("GET /sandbox/inbox", fake.readInbox)
	mux.HandleFunc("DELETE /sandbox/inbox", fake.clearInbox)
	mux.HandleFunc("POST /sandbox/inbox/answers", fake.setAnswers)
	mux.HandleFunc("POST /services/order", fake.order)
	mux.HandleFunc("GET /services/documents/{number}", fake.documents)
	mux.HandleFunc("GET /services/contracts/lookup", fake.lookUp)
	mux.HandleFunc("POST /services/contracts/{number}/cancel", fake.cancel)
	mux.Handle("/", SandboxPage(fake.start, slog.New(slog.NewTextHandler(io.Discard, nil))))
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	fake.url = server.URL
	return fake
}

func (f *fakeSandbox) start(context.Context) (Start, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return startAt(f.url, f.now), nil
}

// startAt is a page with two partners; the sample follows the clock, and so
// does what requests are signed by.
func startAt(url string, now time.Time) Start {
	signature := map[string]string{"X-Signed-On": now.Format(time.DateOnly)}
	order := fmt.Sprintf(`{
  "policyHolder": {
    "insuranceUserFirstName": "Erika",
    "insuranceUserLastName": "Beispiel",
    "country": "DE",
    "email": "erika@example.org"
  },
  "Contract": {
    "externalOrderReference": "SANDBOX-1",
    "contractStart": %q,
    "productCode": "HEP_Repair_599,99",
    "duration": "3Y",
    "costsharing": 10
  }
}`, now.Format(time.DateOnly))
	return Start{
		Version: "0.1.0", URL: url, Now: now,
		Partners: []StartPartner{{
			Family: "hepster", Name: "Radhaus Beispiel", Part: "hepster-1", BaseURL: url,
			Username: "radhaus", Password: "s3cret-s3cret",
			Curl: "curl -u radhaus:s3cret-s3cret -H 'Content-Type: application/json' -d '{\"policyHolder\":{\"insuranceUserFirstName\":\"Erika\",\"insuranceUserLastName\":\"Beispiel\",\"country\":\"DE\",\"email\":\"erika@example.org\"},\"Contract\":{\"externalOrderReference\":\"SANDBOX-1\",\"contractStart\":\"" + now.Format(time.DateOnly) + "\"}}' " + url + "/services/order",
			Samples: []Sample{
				{Name: "order", Title: map[string]string{"en": "Insure a phone", "de": "Ein Telefon versichern"}, Method: http.MethodPost, Path: "/services/order", Body: order, Header: signature},
				{Name: "subscription", Title: map[string]string{"en": "Insure a phone by the month", "de": "Ein Telefon monatlich versichern"}, Method: http.MethodPost, Path: "/services/order", Body: order},
			},
			FollowUps: []Sample{
				{Title: map[string]string{"en": "Documents (ZIP)", "de": "Dokumente (ZIP)"}, Method: http.MethodGet, Path: "/services/documents/{certificate_number}"},
				{Title: map[string]string{"en": "Look contracts up", "de": "Verträge nachschlagen"}, Method: http.MethodGet, Path: "/services/contracts/lookup", Header: signature},
				{Title: map[string]string{"en": "Withdraw", "de": "Widerrufen"}, Method: http.MethodPost, Path: "/services/contracts/{certificate_number}/cancel", Body: `{"reason":"WITHDRAWAL"}`},
			},
			Docs: []Link{{map[string]string{"en": "hepster's API", "de": "hepsters API"}, "/docs/hepster"}},
		}, {
			Family: "xcover", Name: "Ticket Example", Part: "TICKX", BaseURL: url + "/xcover",
			Samples: []Sample{{Name: "quote", Title: map[string]string{"en": "Quote a ticket"}, Method: http.MethodPost, Path: "/services/order", Body: "{}"}},
		}},
	}
}

func (f *fakeSandbox) readClock(w http.ResponseWriter, _ *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	reply(w, http.StatusOK, map[string]any{"now": f.now})
}

func (f *fakeSandbox) moveClock(w http.ResponseWriter, r *http.Request) {
	var wanted struct{ Advance string }
	if err := json.NewDecoder(r.Body).Decode(&wanted); err != nil || wanted.Advance != "P30D" {
		reply(w, http.StatusBadRequest, map[string]any{"error": wanted.Advance + " is no duration.", "next": "Write it as ISO 8601 says, such as P30D."})
		return
	}
	if !f.beginMove() {
		reply(w, http.StatusConflict, map[string]any{"error": "the clock is moving", "next": "wait for the first move to answer, then ask again"})
		return
	}
	f.deliver("policy.renewed", `{"event":"renewal notice"}`)
	select {
	case <-f.release:
	case <-r.Context().Done():
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.moving = false
	f.now = f.now.AddDate(0, 0, 30)
	reply(w, http.StatusOK, map[string]any{"now": f.now})
}

// beginMove says whether the clock stood still until now.
func (f *fakeSandbox) beginMove() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	begun := !f.moving
	f.moving = true
	return begun
}

func (f *fakeSandbox) readInbox(w http.ResponseWriter, _ *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	reply(w, http.StatusOK, append([]map[string]any{}, f.inbox...))
}

func (f *fakeSandbox) clearInbox(w http.ResponseWriter, _ *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.inbox = nil
	w.WriteHeader(http.StatusNoContent)
}

func (f *fakeSandbox) setAnswers(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		reply(w, http.StatusBadRequest, nil)
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.answers = append(f.answers, string(body))
	w.WriteHeader(http.StatusNoContent)
}

func (f *fakeSandbox) order(w http.ResponseWriter, r *http.Request) {
	f.note(r)
	user, password, ok := r.BasicAuth()
	if !ok || user != "radhaus" || password != "s3cret-s3cret" {
		reply(w, http.StatusUnauthorized, map[string]any{"message": "Unauthorized", "code": 401})
		return
	}
	var order struct {
		Contract struct{ ContractStart string }
	}
	if err := json.NewDecoder(r.Body).Decode(&order); err != nil || order.Contract.ContractStart == "" {
		reply(w, http.StatusBadRequest, map[string]any{"message": "Validation error - errors in booking payload.", "code": 1001})
		return
	}
	f.deliver("/hook", `{"status":{"id":200,"text":"OK"},"order_reference":"SANDBOX-1","contracts":[{"product":"Repair protection","certificate_number":"I0000042","contract_start_date":"`+order.Contract.ContractStart+`","contract_premium":5.50}]}`)
	reply(w, http.StatusOK, map[string]any{"message": "We received your 1 orders.", "count": 1})
}

// note notes the day by which a request was signed.
func (f *fakeSandbox) note(r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.signed = append(f.signed, r.Header.Get("X-Signed-On"))
}

func (f *fakeSandbox) deliver(path, body string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.inbox = append([]map[string]any{{
		"id": fmt.Sprint(len(f.inbox) + 1), "received_at": f.now, "partner": "hepster-1", "method": "POST", "path": path,
		"headers": map[string][]string{"Content-Type": {"application/json"}, "User-Agent": {"covernote"}}, "body": body,
	}}, f.inbox...)
}

func (f *fakeSandbox) documents(w http.ResponseWriter, r *http.Request) {
	if _, _, ok := r.BasicAuth(); !ok {
		reply(w, http.StatusUnauthorized, map[string]any{"code": 401})
		return
	}
	w.Header().Set("Content-Type", "application/zip")
	w.Header().Set("Content-Disposition", `attachment; filename="`+r.PathValue("number")+`.zip"`)
	if _, err := w.Write([]byte("PK\x05\x06" + string(make([]byte, 18)))); err != nil {
		return // the browser has gone
	}
}

func (f *fakeSandbox) lookUp(w http.ResponseWriter, r *http.Request) {
	f.note(r)
	reply(w, http.StatusOK, map[string]any{"count": 1, "contracts": []map[string]any{{"contract_premium": json.RawMessage("5.50")}}})
}

func (f *fakeSandbox) cancel(w http.ResponseWriter, r *http.Request) {
	reply(w, http.StatusOK, map[string]any{"count": 1, "contracts": []string{r.PathValue("number")}})
}

func reply(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(body); err != nil {
		return // the browser has gone
	}
}
