package nodes

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"
)

// patient waits for the clock, which answers when all is done that fell due.
var patient = &http.Client{Timeout: 3 * time.Minute, Transport: &http.Transport{DisableKeepAlives: true}}

// control asks one of the sandbox's controls for something, directly.
func (n *Node) control(ctx context.Context, method, path string, body []byte, into any) (status int, err error) {
	request, err := http.NewRequestWithContext(ctx, method, n.Direct()+path, bytes.NewReader(body))
	if err != nil {
		return 0, fmt.Errorf("ask %s: %w", path, err)
	}
	answer, err := patient.Do(request)
	if err != nil {
		return 0, fmt.Errorf("ask %s: %w", path, err)
	}
	defer func() { _ = answer.Body.Close() }() // it is read to its end, or lost
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return 0, fmt.Errorf("ask %s: %w", path, err)
	}
	if answer.StatusCode != http.StatusOK {
		return answer.StatusCode, fmt.Errorf("ask %s: answered %d %.300s", path, answer.StatusCode, text)
	}
	return answer.StatusCode, json.Unmarshal(text, into)
}

// clockTime is what the sandbox's clock says and is told.
type clockTime struct {
	Now time.Time `json:"now"`
}

// Now is the time of the business.
func (n *Node) Now(ctx context.Context) (time.Time, error) {
	var clock clockTime
	_, err := n.control(ctx, http.MethodGet, "/sandbox/clock", nil, &clock)
	return clock.Now, err
}

// MoveClock moves the clock to a time and is done when all is done that fell due.
// It may be asked again, of any node, if it is not known whether it was done.
func (n *Node) MoveClock(ctx context.Context, to time.Time) error {
	body, err := json.Marshal(clockTime{to})
	if err != nil {
		return fmt.Errorf("move the clock: %w", err)
	}
	var clock clockTime
	status, err := n.control(ctx, http.MethodPost, "/sandbox/clock", body, &clock)
	if status == http.StatusBadRequest { // it only goes forward: perhaps it is there already
		if now, late := n.Now(ctx); late == nil && !now.Before(to) {
			return nil
		}
	}
	return err
}

// Inbox gives the bodies of the newest messages in the sandbox's own inbox.
func (n *Node) Inbox(ctx context.Context, limit int) ([]string, error) {
	var messages []struct{ Body string }
	_, err := n.control(ctx, http.MethodGet, fmt.Sprintf("/sandbox/inbox?limit=%d", limit), nil, &messages)
	bodies := make([]string, len(messages))
	for i, m := range messages {
		bodies[i] = m.Body
	}
	return bodies, err
}
