package native

import (
	"encoding/json"
	"net/http"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect"
)

// instantFormat is RFC 3339 with microseconds, as precise as events are.
const instantFormat = "2006-01-02T15:04:05.000000Z07:00"

type wireEvent struct {
	ID       string          `json:"id"`
	Position int64           `json:"position"`
	Type     core.EventType  `json:"type"`
	Subject  string          `json:"subject"`
	Sequence int64           `json:"sequence"`
	At       string          `json:"at"`
	Data     json.RawMessage `json:"data"`
}

type wirePage struct {
	Events []wireEvent `json:"events"`
	Next   int64       `json:"next"`
	More   bool        `json:"more"`
}

type wireReplay struct {
	ID      string `json:"id"`
	Events  int64  `json:"events"`
	Notices int64  `json:"notices"`
	Done    bool   `json:"done"`
}

func encodePage(_ *dialect.Request, page core.LogPage) dialect.Response {
	told := make([]wireEvent, len(page.Events))
	for i, e := range page.Events {
		told[i] = wireEventOf(e)
	}
	return dialect.JSON(http.StatusOK, wirePage{Events: told, Next: page.Next, More: page.More})
}

func encodeEvent(_ *dialect.Request, e core.Event) dialect.Response {
	return dialect.JSON(http.StatusOK, wireEventOf(e))
}

func wireEventOf(e core.Event) wireEvent {
	return wireEvent{
		ID: e.ID, Position: e.Position, Type: e.Type, Subject: e.Subject, Sequence: e.Sequence,
		At: e.At.UTC().Format(instantFormat), Data: e.Data,
	}
}

// encodeReplay answers 202 also where all is done: what it has asked for is yet to
// be delivered.
func encodeReplay(_ *dialect.Request, r core.Replay) dialect.Response {
	return dialect.JSON(http.StatusAccepted, wireReplay{ID: r.ID, Events: r.Events, Notices: r.Notices, Done: r.Done})
}
