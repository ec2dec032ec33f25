package dialect

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/core"
)

func TestTellFailing(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 15, 11, 0, 0, 500_000_000, time.FixedZone("", 3600))
	for want, last := range map[string]core.FailedTry{
		`{"at":"2026-01-15T10:00:00.5Z","status":503,"error":null}`:                  {At: at, Status: 503},
		`{"at":"2026-01-15T10:00:00.5Z","status":null,"error":"connection refused"}`: {At: at, Fault: "connection refused"},
	} {
		data, err := json.Marshal(core.EndpointFailing{URL: "https://one.example/?a=1&b=2", Failures: 3, Last: last})
		if err != nil {
			t.Fatal(err)
		}
		message, err := TellFailing(core.Notice{Event: core.Event{Data: data}})
		want = `{"event":"webhook.failing","endpoint":"https://one.example/?a=1&b=2","failures":3,"last":` + want + `}`
		if err != nil || string(message.Body) != want {
			t.Errorf("got  %s, %v\nwant %s", message.Body, err, want)
		}
	}
	if _, err := TellFailing(core.Notice{Event: core.Event{Data: []byte("{")}}); err == nil {
		t.Error("told of what cannot be read")
	}
}
