package courier

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect"
)

// speaker is a dialect that always says the same.
type speaker struct {
	dialect.Dialect
	body string
	mail *dialect.Mail
	// only is the one status that means delivered; 0 means any from 200 to 299.
	only int
}

// Tell gives the body, or the e-mail.
func (s speaker) Tell(core.Notice) (dialect.Message, error) {
	return dialect.Message{Header: http.Header{"X-Own": {"kept"}}, Body: []byte(s.body), Mail: s.mail}, nil
}

// Sign says what it was given.
func (s speaker) Sign(n core.Notice, body []byte, key core.EndpointKey, at time.Time) http.Header {
	proof := fmt.Sprintf("%s %s %s %x", key.ID, key.Secret, n.Event.ID, body)
	return http.Header{"Authorization": {proof}, "Date": {at.UTC().Format(http.TimeFormat)}, "X-Signature": {"not ours"}}
}

// Delivered takes what it was told to.
func (speaker) Tries(core.Partner) int { return 0 }

func (s speaker) Delivered(status int) bool {
	if s.only == 0 {
		return status/100 == 2
	}
	return status == s.only
}

// newCourier is a courier of the family without a name.
func newCourier(t *testing.T, s speaker) *Courier {
	t.Helper()
	return &Courier{
		Dialects: map[core.Family]dialect.Dialect{"": s}, Poster: newSandboxPoster(t),
		Timeout: patience, Log: slog.New(slog.DiscardHandler),
	}
}

// Beside our signature stands that of the API, made at the machine's time.
func TestWebhooksAreSignedInTheWayOfTheAPI(t *testing.T) {
	t.Parallel()
	received := make(chan http.Header, 1)
	url := receive(t, func(_ http.ResponseWriter, r *http.Request) { received <- r.Header })
	d := core.Delivery{
		URL: url, Secret: secret, Attempt: 1, Key: core.EndpointKey{ID: "key", Secret: "theirs"},
		Notice: core.Notice{Event: core.Event{ID: "event"}},
	}
	if outcome := newCourier(t, speaker{body: "{}"}).try(t.Context(), d, signedAt); !outcome.Delivered {
		t.Fatalf("outcome is %+v", outcome)
	}
	h := <-received
	if got := h.Get("Authorization"); got != "key theirs event 7b7d" {
		t.Errorf("Authorization: %q", got)
	}
	if at, err := http.ParseTime(h.Get("Date")); err != nil || time.Since(at).Abs() > time.Minute {
		t.Errorf("signed at %v, %v, not now", at, err)
	}
	if err := Verify(secret, []byte("{}"), h.Get(SignatureHeader), time.Now(), time.Minute); err != nil || len(h.Values(SignatureHeader)) != 1 {
		t.Errorf("our own signature: %q, %v", h.Values(SignatureHeader), err)
	}
}

// What has arrived is said by the API: one may take a 202 for a failure.
func TestTheAPISaysWhatIsDelivered(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		only, status int
		want         bool
	}{{0, 202, true}, {0, 503, false}, {200, 200, true}, {200, 202, false}, {200, 503, false}} {
		url := receive(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "7200")
			w.WriteHeader(c.status)
		})
		got := newCourier(t, speaker{only: c.only}).try(t.Context(), core.Delivery{URL: url, Attempt: 1}, signedAt)
		wait := 2 * time.Hour
		if c.want {
			wait = 0
		}
		if got.Delivered != c.want || got.Status != c.status || got.Again != wait {
			t.Errorf("%d where only %d will do: %+v", c.status, c.only, got)
		}
	}
}

// A receiver that compares the body as it came finds the signature right,
// however the dialect spells its JSON.
func TestWhatIsSignedIsWhatIsSent(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"order of keys":    `{"b":1,"a":2}`,
		"exact decimals":   `{"premium":5.50,"rate":0.30000000000000004,"big":12345678901234567890}`,
		"spaces and lines": "{ \"a\":\n1 }\n",
		"escapes":          `{"a":"\u00e9\/","b":"é/<&>"}`,
		"not JSON at all":  "\xff\x00",
		"nothing":          "",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			received := make(chan error, 1)
			url := receive(t, func(_ http.ResponseWriter, r *http.Request) {
				got, err := io.ReadAll(r.Body)
				if err == nil {
					err = Verify(secret, got, r.Header.Get(SignatureHeader), time.Now(), time.Minute)
				}
				if string(got) != body || r.Header.Get("X-Own") != "kept" {
					t.Errorf("received %q with %v", got, r.Header)
				}
				received <- err
			})
			outcome := newCourier(t, speaker{body: body}).try(t.Context(), core.Delivery{URL: url, Secret: secret, Attempt: 1}, signedAt)
			if !outcome.Delivered || string(outcome.Request) != body || !outcome.At.Equal(signedAt) {
				t.Fatalf("outcome is %+v", outcome)
			}
			if err := <-received; err != nil {
				t.Error(err)
			}
		})
	}
}
