package courier

import (
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
}

// Tell gives the body.
func (s speaker) Tell(core.Notice) (dialect.Message, error) {
	return dialect.Message{Header: http.Header{"X-Own": {"kept"}}, Body: []byte(s.body)}, nil
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
			c := &Courier{
				Dialects: map[core.Family]dialect.Dialect{"": speaker{body: body}}, Poster: newSandboxPoster(t),
				Timeout: patience, Log: slog.New(slog.DiscardHandler),
			}
			outcome := c.try(t.Context(), core.Delivery{URL: url, Secret: secret, Attempt: 1}, signedAt)
			if !outcome.Delivered || string(outcome.Request) != body || !outcome.At.Equal(signedAt) {
				t.Fatalf("outcome is %+v", outcome)
			}
			if err := <-received; err != nil {
				t.Error(err)
			}
		})
	}
}
