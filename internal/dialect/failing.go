package dialect

import (
	"net/http"
	"time"

	"github.com/covernote/covernote/internal/core"
)

// wireFailing is the message to support about an endpoint that fails.
type wireFailing struct {
	Event    string      `json:"event"`
	Endpoint string      `json:"endpoint"`
	Failures int64       `json:"failures"`
	Last     wireLastTry `json:"last"`
}

type wireLastTry struct {
	At     string  `json:"at"`
	Status *int    `json:"status"`
	Error  *string `json:"error"`
}

// TellFailing makes the message for core.EventEndpointFailing. It is in our own
// words, the same for every API that tells it. status is null if there was no
// answer, and error if there was nothing wrong but the status.
func TellFailing(n core.Notice) (Message, error) {
	var failing core.EndpointFailing
	if err := n.Event.Decode(&failing); err != nil {
		return Message{}, err
	}
	last := wireLastTry{At: failing.Last.At.UTC().Format(time.RFC3339Nano)}
	if failing.Last.Status != 0 {
		last.Status = &failing.Last.Status
	}
	if failing.Last.Fault != "" {
		last.Error = &failing.Last.Fault
	}
	body, err := EncodeJSON(wireFailing{
		Event: "webhook.failing", Endpoint: failing.URL, Failures: failing.Failures, Last: last,
	})
	return Message{Header: http.Header{"Content-Type": {"application/json; charset=utf-8"}}, Body: body}, err
}
