package core

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/planted"
	"github.com/covernote/covernote/internal/store"
)

// Outcome is what became of one try to deliver a notice.
type Outcome struct {
	// At is the business time of the try.
	At       time.Time
	Duration time.Duration
	// Status of the answer, of HTTP or SMTP; 0 if there was none.
	Status int
	// Request as it was sent, and the first kilobyte of the answer.
	Request, Answer []byte
	// Fault says what went wrong, without personal data; empty if nothing did.
	Fault     string
	Delivered bool
	// Gone: the receiver says that it is there no more and will not be again.
	Gone bool
	// Again is how long to wait for the next try; 0 gives up.
	Again time.Duration
}

// Tried is a delivery and what became of it.
type Tried struct {
	Delivery
	Outcome
}

// Report records a try and what follows from it, as ReportAll does.
func (c *Core) Report(ctx context.Context, d Delivery, o Outcome, fence Fence) error {
	return c.ReportAll(ctx, []Tried{{d, o}}, fence)
}

// ReportAll records tries at one endpoint, in their order, and what follows from
// them: a notice is delivered, is given up, or will be tried again; and an endpoint
// that keeps failing is told of, and paused. If another node has recorded its own
// try meanwhile, this one is dropped: the receiver may have got the notice twice.
func (c *Core) ReportAll(ctx context.Context, tries []Tried, fence Fence) error {
	if !slices.ContainsFunc(tries, failed) {
		err := c.commit(ctx, c.reported(tries, fence))
		if !errors.Is(err, store.ErrGuardLost) {
			return told(err)
		}
	}
	err := c.decide(ctx, func(r reading) (*draft, error) {
		left, err := outstanding(r, tries)
		if err != nil || len(left) == 0 {
			return nil, err
		}
		report := c.reported(left, fence)
		report.now = r.now
		if slices.ContainsFunc(left, failed) {
			err = c.fare(r, report, left)
		}
		return report, err
	})
	if insurance.CodeOf(err) == insurance.CodeBusy {
		return nil // others were faster again and again: it is their notice now
	}
	return err
}

func failed(t Tried) bool { return !t.Delivered }

// outstanding are the tries that nobody else has recorded.
func outstanding(r reading, tries []Tried) ([]Tried, error) {
	owners := make([]string, len(tries))
	for i, t := range tries {
		owners[i] = t.timer.Owner
	}
	pending, err := r.TimersAt(tries[0].timer.Part, tries[0].timer.Endpoint, distinct(owners))
	if err != nil {
		return nil, fmt.Errorf("read timers of notices: %w", err)
	}
	there := about(pending, func(t store.Timer) string { return t.ID })
	return slices.DeleteFunc(slices.Clone(tries), func(t Tried) bool { return len(there[t.timer.ID]) == 0 }), nil
}

// reported drafts the record of tries at one endpoint.
func (c *Core) reported(tries []Tried, fence Fence) *draft {
	part := tries[0].row.Part
	report := &protocol{draft: &draft{Changes: store.NewChanges(part), part: part}}
	fence.guard(report.Changes)
	var last time.Time
	for _, t := range tries {
		report.enter(t)
		if t.Delivered && t.At.After(last) {
			last = t.At
		}
	}
	report.TakeTimers(report.taken)
	report.AddTimers(report.next)
	report.PutNotices(report.notices)
	report.AddAttempts(report.attempts)
	if !slices.ContainsFunc(tries, failed) {
		report.TakeEndpoint(part, tries[0].row.EndpointID, last.UnixMicro())
	}
	return report.draft
}

// protocol is the record of tries in the making.
type protocol struct {
	*draft
	taken, next []store.Timer
	notices     []store.Notice
	attempts    []store.Attempt
}

func (p *protocol) enter(t Tried) {
	n := t.row
	n.Tries++
	n.Attempts++
	n.Outcome = t.summary(t.Purpose)
	switch {
	case t.Delivered:
		n.State, n.SettledAt = store.NoticeDelivered, t.At.UnixMicro()
	case t.Again == 0:
		n.State, n.SettledAt = store.NoticeGivenUp, t.At.UnixMicro()
	default:
		p.again(t, n)
	}
	if n.State != store.NoticeDue && t.delayed {
		p.HastenTimers(t.timer, t.At.UnixMicro())
	}
	p.taken, p.notices = append(p.taken, t.timer), append(p.notices, n)
	p.attempts = append(p.attempts, store.Attempt{
		Part: n.Part, NoticeID: n.ID, Attempt: n.Attempts, At: t.At.UnixMicro(), Duration: t.Duration.Microseconds(),
		Status: int64(t.Status), Request: t.Request, Answer: t.Answer, Fault: t.Fault,
	})
}

// again lets a notice be tried once more, and those behind it wait for that.
func (p *protocol) again(t Tried, n store.Notice) {
	next := t.timer
	next.DueAt = t.At.Add(t.Again).UnixMicro()
	next.ID = fmt.Sprintf("%s:%s:%d:%d", timerNotice, n.ID, n.Round, n.Tries)
	if planted.Bug(planted.RetryInMemory) {
		return // PLANTED: the next try is not written down.
	}
	p.next = append(p.next, next)
	if t.followed {
		p.HoldTimers(next, next.DueAt+1)
	}
}

func (o Outcome) summary(p Purpose) string {
	switch {
	case o.Fault != "":
		return o.Fault
	case o.Status != 0 && p == PurposeEmail:
		return fmt.Sprintf("SMTP %d", o.Status)
	case o.Status != 0:
		return fmt.Sprintf("HTTP %d", o.Status)
	}
	return ""
}
