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
)

// NoticeLine is a notice as an operator sees it.
type NoticeLine struct {
	Part, ID, EventID string
	State             NoticeState
	Attempts          int
	CreatedAt         time.Time
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
		Part: n.Part, ID: n.ID, EventID: n.EventID, State: NoticeState(n.State), Attempts: int(n.Attempts),
		CreatedAt: time.UnixMicro(n.CreatedAt).UTC(), Outcome: n.Outcome,
	}
}

// ErrNoNotice says that no partner has a notice of that id.
var ErrNoNotice = errors.New("the notice does not exist")

// Attempt is one try to deliver a notice as an operator sees it: without what
// was sent, which holds personal data.
type Attempt struct {
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

// NoticeAttempts is a notice of any partner with the tries to deliver it, oldest
// first. It fails with ErrNoNotice.
func (c *Core) NoticeAttempts(ctx context.Context, id string) (line NoticeLine, attempts []Attempt, err error) {
	err = c.read(ctx, func(r reading) error {
		notice, err := noticeOfAny(r, id)
		if err != nil {
			return err
		}
		line = lineOfNotice(notice)
		rows, err := r.AttemptsOf(notice.Part, id)
		if err != nil {
			return fmt.Errorf("read tries of notice %s: %w", id, err)
		}
		for _, a := range rows {
			attempts = append(attempts, Attempt{
				At: time.UnixMicro(a.At).UTC(), Duration: time.Duration(a.Duration) * time.Microsecond,
				Status: int(a.Status), Fault: a.Fault, Answer: a.Answer,
			})
		}
		return nil
	})
	return line, attempts, err
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
