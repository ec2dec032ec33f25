package receiver

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/torture/report"
)

const secret = "a secret that only tests know"

// send sends a webhook as Covernote does, signed at a time.
func send(t *testing.T, r *Receiver, event, delivery, body string, at time.Time, signed string) int {
	t.Helper()
	seconds := strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(seconds + "." + signed))
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, r.URL, bytes.NewReader([]byte(body)))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Covernote-Event-Id", event)
	request.Header.Set("Covernote-Delivery-Id", delivery)
	request.Header.Set("X-Signature", "t="+seconds+",v1="+hex.EncodeToString(mac.Sum(nil)))
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	return answer.StatusCode
}

func opened(t *testing.T) (*Receiver, *report.Findings) {
	t.Helper()
	findings := &report.Findings{}
	r, err := Open(t.Context(), findings)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	r.Trust([]Key{{Partner: "other", Secret: "another"}, {Partner: "shop", Secret: secret}})
	return r, findings
}

func TestReceiverRemembersWhatCameFirst(t *testing.T) {
	t.Parallel()
	r, findings := opened(t)
	now := time.Now()
	r.Become(Moods()[0].Mood)
	if status := send(t, r, "e1", "d1", "{}", now, "{}"); status != http.StatusInternalServerError {
		t.Errorf("a hostile receiver answers %d", status)
	}
	r.Become(nil)
	for _, id := range []string{"2", "1", "2"} {
		if status := send(t, r, "e"+id, "d"+id, "{}", now, "{}"); status != http.StatusOK {
			t.Errorf("answered %d", status)
		}
	}
	came := r.Arrivals()
	one, two := came["e1"], came["e2"]
	if one.Order != 0 || one.Times != 2 || !one.Taken || one.Partner != "shop" || two.Order != 1 || two.Times != 2 || r.Refused() != 1 {
		t.Errorf("it remembers %+v and %+v", one, two)
	}
	if found := findings.All(); len(found) != 0 {
		t.Errorf("found %+v", found)
	}
}

func TestReceiverFindsWhatIsWrong(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		invariant string
		send      func(*testing.T, *Receiver)
	}{
		"signature over another body": {"I8", func(t *testing.T, r *Receiver) { send(t, r, "e", "d", "{}", time.Now(), "{ }") }},
		"an old signature":            {"I8", func(t *testing.T, r *Receiver) { send(t, r, "e", "d", "{}", time.Now().Add(-time.Hour), "{}") }},
		"another body": {"I5", func(t *testing.T, r *Receiver) {
			send(t, r, "e", "d", "1", time.Now(), "1")
			send(t, r, "e", "d", "2", time.Now(), "2")
		}},
		"another delivery": {"I5", func(t *testing.T, r *Receiver) {
			send(t, r, "e", "d", "1", time.Now(), "1")
			send(t, r, "e", "f", "1", time.Now(), "1")
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, findings := opened(t)
			c.send(t, r)
			if found := findings.All(); len(found) != 1 || found[0].Invariant != c.invariant {
				t.Errorf("found %+v", found)
			}
		})
	}
}
