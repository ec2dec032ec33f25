package core

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/planted"
	"github.com/covernote/covernote/internal/store"
)

// Report records a try and what follows from it: the notice is delivered, is
// given up, or will be tried again; and a partner whose endpoint keeps failing
// is warned. If another node has recorded its own try meanwhile, this one is
// dropped: the receiver may have got the notice twice.
func (c *Core) Report(ctx context.Context, d Delivery, o Outcome, fence Fence) error {
	if o.Delivered {
		return c.settled(c.commit(ctx, c.reported(d, o, fence)))
	}
	err := c.decide(ctx, func(r reading) (*draft, error) {
		pending, err := r.TimersOf(d.timer.Part, d.timer.Owner)
		if err != nil || !slices.Contains(pending, d.timer) {
			return nil, err
		}
		report := c.reported(d, o, fence)
		report.now = r.now
		return report, c.countFailure(r, report, d, o)
	})
	if insurance.CodeOf(err) == insurance.CodeBusy {
		return nil // others were faster again and again: it is their notice now
	}
	return err
}

// settled forgives a lost guard: somebody else was faster.
func (*Core) settled(err error) error {
	if errors.Is(err, store.ErrGuardLost) {
		return nil
	}
	return told(err)
}

// reported drafts the record of a try.
func (c *Core) reported(d Delivery, o Outcome, fence Fence) *draft {
	report := &draft{Changes: store.NewChanges(d.row.Part), part: d.row.Part}
	report.TakeTimer(d.timer)
	if fence.lease != "" {
		report.AssertLease(fence.lease, fence.epoch)
	}
	n := d.row
	n.Tries++
	n.Attempts++
	n.Outcome = o.summary(d.Purpose)
	switch {
	case o.Delivered:
		n.State, n.SettledAt = store.NoticeDelivered, o.At.UnixMicro()
		report.ClearEndpoint(n.Part, n.EndpointID)
	case o.Again == 0:
		n.State, n.SettledAt = store.NoticeGivenUp, o.At.UnixMicro()
	default:
		next := d.timer
		next.DueAt = o.At.Add(o.Again).UnixMicro()
		next.ID = fmt.Sprintf("%s:%s:%d:%d", timerNotice, n.ID, n.Round, n.Tries)
		if planted.Bug(planted.RetryInMemory) {
			break // PLANTED: the next try is not written down.
		}
		report.AddTimer(next)
	}
	if n.State != store.NoticeDue {
		report.HastenTimers(d.timer, o.At.UnixMicro())
	}
	report.PutNotice(n)
	report.AddAttempt(store.Attempt{
		Part: n.Part, NoticeID: n.ID, Attempt: n.Attempts, At: o.At.UnixMicro(), Duration: o.Duration.Microseconds(),
		Status: int64(o.Status), Request: o.Request, Answer: o.Answer, Fault: o.Fault,
	})
	return report
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
