package app

import (
	"encoding/json"
	"errors"
	"io"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/sosodev/duration"

	"github.com/covernote/covernote/internal/store"
)

// inboxBody bounds what a message may hold, in bytes.
const inboxBody = 1 << 20

// inboxMessage is a message as the inbox shows it.
type inboxMessage struct {
	ID         string              `json:"id"`
	ReceivedAt time.Time           `json:"received_at"`
	Partner    string              `json:"partner"`
	Method     string              `json:"method"`
	Path       string              `json:"path"`
	Headers    map[string][]string `json:"headers"`
	Body       string              `json:"body"`
}

// getInbox answers with every message, or with as many as limit says.
func (b *sandbox) getInbox(r *http.Request) (any, error) {
	limit := math.MaxInt32
	if asked := r.URL.Query().Get("limit"); asked != "" {
		n, err := strconv.Atoi(asked)
		if err != nil || n < 1 {
			return nil, bad("leave limit out or send a number", "limit is not a number of at least 1")
		}
		limit = n
	}
	messages := []inboxMessage{}
	err := b.store.View(r.Context(), func(v *store.View) error {
		rows, err := v.Inbox(limit)
		for _, row := range rows {
			m := inboxMessage{
				ID: row.ID, ReceivedAt: time.UnixMicro(row.ReceivedAt).UTC(), Partner: row.Partner, Method: row.Method,
				Path: row.Path, Body: string(row.Body),
			}
			if err := json.Unmarshal([]byte(row.Headers), &m.Headers); err != nil {
				return err
			}
			messages = append(messages, m)
		}
		return err
	})
	return messages, err
}

func (b *sandbox) deleteInbox(r *http.Request) (any, error) {
	changes := store.NewChanges("")
	changes.EmptyInbox()
	return struct{}{}, b.store.Commit(r.Context(), changes)
}

// answerWish says how the inbox answers the next deliveries.
type answerWish struct {
	Status  int64  `json:"status"`
	Times   int64  `json:"times"`
	Delay   string `json:"delay"`
	Partner string `json:"partner"`
}

func (b *sandbox) postAnswers(r *http.Request) (any, error) {
	const next = `send {"status":500,"times":3,"delay":"PT2S","partner":"hepster"}; delay and partner may be left out`
	wish := answerWish{Status: http.StatusOK, Times: 1}
	if err := readControl(r, &wish); err != nil {
		return nil, err
	}
	if wish.Status < 200 || wish.Status > 599 || wish.Times < 1 {
		return nil, bad(next, "status must be from 200 to 599 and times at least 1")
	}
	row := store.InboxAnswer{ID: newInboxID(), Partner: wish.Partner, Status: wish.Status, Times: wish.Times}
	if wish.Delay != "" {
		delay, err := duration.Parse(wish.Delay)
		if err != nil || delay.Negative {
			return nil, bad(next, "delay is not a duration of ISO 8601")
		}
		row.Delay = delay.ToTimeDuration().Microseconds()
	}
	changes := store.NewChanges("")
	changes.AddInboxAnswer(row)
	return wish, b.store.Commit(r.Context(), changes)
}

// receive catches a webhook: it is kept, then answered as was asked for.
func (b *sandbox) receive(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, inboxBody))
	if err != nil {
		writeText(w, http.StatusRequestEntityTooLarge, "too large\n")
		return
	}
	if err := b.keep(r, body); err != nil {
		b.log.Error("inbox message not kept", "error", err)
		writeText(w, http.StatusServiceUnavailable, "not kept\n")
		return
	}
	answer, err := b.nextAnswer(r)
	if err != nil && r.Context().Err() == nil {
		b.log.Error("inbox answer not found", "error", err)
	}
	pause(r, time.Duration(answer.Delay)*time.Microsecond)
	writeText(w, int(answer.Status), "")
}

// keep stores a message as of the business time at which it was sent, which is
// ahead of the clock while that is being moved.
func (b *sandbox) keep(r *http.Request, body []byte) error {
	now, err := b.node.core.Now(r.Context())
	if err != nil {
		return err
	}
	if sent, err := time.Parse(time.RFC3339Nano, r.Header.Get("Covernote-Sent-At")); err == nil {
		now = sent
	}
	headers, err := json.Marshal(r.Header)
	if err != nil {
		return err
	}
	changes := store.NewChanges("")
	changes.AddInboxMessage(store.InboxMessage{
		ID: newInboxID(), ReceivedAt: now.UnixMicro(), Partner: r.PathValue("partner"), Method: r.Method,
		Path: r.URL.Path, Headers: string(headers), Body: []byte(strings.ToValidUTF8(string(body), "\uFFFD")),
	})
	return b.store.Commit(r.Context(), changes)
}

// nextAnswer uses up one of the answers that were asked for.
func (b *sandbox) nextAnswer(r *http.Request) (store.InboxAnswer, error) {
	fine := store.InboxAnswer{Status: http.StatusOK}
	for {
		answer, asked := fine, false
		err := b.store.View(r.Context(), func(v *store.View) (err error) {
			answer, asked, err = v.NextInboxAnswer(r.PathValue("partner"))
			return err
		})
		if err != nil || !asked {
			return fine, err
		}
		changes := store.NewChanges("")
		changes.UseInboxAnswer(answer)
		err = b.store.Commit(r.Context(), changes)
		if !errors.Is(err, store.ErrGuardLost) {
			return answer, err
		}
	}
}

func pause(r *http.Request, d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-r.Context().Done():
	}
}

// newInboxID orders messages by their arrival.
func newInboxID() string { return uuid.Must(uuid.NewV7()).String() }
