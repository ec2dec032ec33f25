package core

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/covernote/covernote/internal/store"
)

// NoticeState is what has become of a notice.
type NoticeState string

// The states of a notice.
const (
	NoticeDue       NoticeState = store.NoticeDue
	NoticeDelivered NoticeState = store.NoticeDelivered
	NoticeGivenUp   NoticeState = store.NoticeGivenUp
	NoticeSkipped   NoticeState = store.NoticeSkipped
)

// NoticeLine is a notice as an operator sees it.
type NoticeLine struct {
	Part, ID, EventID string
	// Endpoint is the name of where it goes.
	Endpoint  string
	State     NoticeState
	Attempts  int
	CreatedAt time.Time
	// Outcome of the last attempt.
	Outcome string
}

// FindNotices lists the newest notices of all partners in a state.
func (c *Core) FindNotices(ctx context.Context, state NoticeState, limit int) ([]NoticeLine, error) {
	var lines []NoticeLine
	err := c.read(ctx, func(r reading) error {
		partners, err := r.Partners()
		if err != nil {
			return fmt.Errorf("read partners: %w", err)
		}
		for _, p := range partners {
			rows, err := r.Notices(p.Part, string(state), limit)
			if err != nil {
				return fmt.Errorf("read notices of %s: %w", p.Part, err)
			}
			for _, n := range rows {
				lines = append(lines, lineOfNotice(n))
			}
		}
		return nil
	})
	return lines, err
}

func lineOfNotice(n store.Notice) NoticeLine {
	return NoticeLine{
		Part: n.Part, ID: n.ID, EventID: n.EventID, Endpoint: n.EndpointID, State: NoticeState(n.State), Attempts: int(n.Attempts),
		CreatedAt: time.UnixMicro(n.CreatedAt).UTC(), Outcome: n.Outcome,
	}
}

// ErrNoNotice says that no partner has a notice of that id.
var ErrNoNotice = errors.New("the notice does not exist")

// Attempt is one try to deliver a notice as an operator sees it: without what
// was sent, which holds personal data.
type Attempt struct {
	// Number counts the tries of the notice from 1; the oldest may be gone.
	Number int
	// At is the business time of the try.
	At       time.Time
	Duration time.Duration
	// Status of the answer, of HTTP or SMTP; 0 if there was none.
	Status int
	// Fault says what went wrong; empty if nothing did.
	Fault string
	// Answer is the first kilobyte of what the receiver said.
	Answer []byte
}

// NoticeAttempts is a notice of any partner with the tries to deliver it that are
// kept, oldest first. It fails with ErrNoNotice.
func (c *Core) NoticeAttempts(ctx context.Context, id string) (line NoticeLine, attempts []Attempt, err error) {
	err = c.read(ctx, func(r reading) error {
		notice, err := noticeOfAny(r, id)
		if err != nil {
			return err
		}
		line = lineOfNotice(notice)
		attempts, err = attemptsOf(r, notice)
		return err
	})
	return line, attempts, err
}

func attemptsOf(r reading, n store.Notice) (attempts []Attempt, err error) {
	rows, err := r.AttemptsOf(n.Part, n.ID)
	if err != nil {
		return nil, fmt.Errorf("read tries of notice %s: %w", n.ID, err)
	}
	for _, a := range rows {
		attempts = append(attempts, Attempt{
			Number: int(a.Attempt), At: time.UnixMicro(a.At).UTC(), Duration: time.Duration(a.Duration) * time.Microsecond,
			Status: int(a.Status), Fault: a.Fault, Answer: a.Answer,
		})
	}
	return attempts, nil
}

// NoticeOfEvent is a notice of an event with the tries to deliver it.
type NoticeOfEvent struct {
	NoticeLine
	Tries []Attempt
}

// NoticesOfEvent are the notices of an event.
func (c *Core) NoticesOfEvent(ctx context.Context, e Event) ([]NoticeOfEvent, error) {
	var notices []NoticeOfEvent
	err := c.read(ctx, func(r reading) error {
		rows, err := r.NoticesOfEvents(e.Part, []string{e.ID})
		if err != nil {
			return fmt.Errorf("read the notices of event %s: %w", e.ID, err)
		}
		for _, n := range rows {
			tries, err := attemptsOf(r, n)
			if err != nil {
				return err
			}
			notices = append(notices, NoticeOfEvent{NoticeLine: lineOfNotice(n), Tries: tries})
		}
		return nil
	})
	return notices, err
}

// noticeOfAny finds a notice among those of all partners.
func noticeOfAny(r reading, id string) (store.Notice, error) {
	partners, err := r.Partners()
	if err != nil {
		return store.Notice{}, fmt.Errorf("read partners: %w", err)
	}
	for _, p := range partners {
		if notice, ok, err := r.Notice(p.Part, id); ok || err != nil {
			return notice, err
		}
	}
	return store.Notice{}, ErrNoNotice
}
