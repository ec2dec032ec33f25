package core

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
	"github.com/covernote/covernote/internal/store/storetest"
)

// moveTo moves the clock of all, or of one policy, to an instant; receivers
// answer with a status.
func (h *house) moveTo(at time.Time, policy string, status int) {
	h.t.Helper()
	got, err := h.MoveClock(h.t.Context(), h.move(at, policy, status))
	h.fatal(err)
	if !got.Equal(at) {
		h.t.Errorf("the clock stands at %s, want %s", got, at)
	}
}

func (h *house) move(at time.Time, policy string, status int) Move {
	return Move{
		To: func(time.Time) (time.Time, error) { return at, nil }, Policy: policy,
		Deliver: func(_ context.Context, job Job, at time.Time) { h.send(job, at, status, 10*time.Hour) },
	}
}

// wishes and their premiums over time: what a year makes of them.
func TestAYear(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		monthEnd := phone("month end")
		monthEnd.InceptionOn = day("2026-01-31")
		yearly := bike("yearly")
		yearly.Kind = insurance.KindRecurring
		once := repair("once")
		once.Term = insurance.Months(12)
		fixed := bike("fixed")
		h.submit(monthEnd, yearly, once, fixed)
		h.work()
		h.moveTo(day("2027-01-15").Start(h.partner.Zone), "", 200)
		for _, c := range []struct {
			reference         string
			state             insurance.PolicyState
			premiums          int
			renewals, written int
			paidTo            string
		}{
			{"month end", insurance.PolicyBound, 12, 11, 0, "2027-01-30"},
			{"yearly", insurance.PolicyBound, 13, 1, 11, "2027-02-14"},
			{"once", insurance.PolicyExpired, 1, 0, 0, "2027-01-14"},
			{"fixed", insurance.PolicyExpired, 12, 0, 11, "2027-01-14"},
		} {
			p := h.byReference(c.reference)
			if p.State != c.state || len(h.ledger(p)) != c.premiums || p.PaidTo != day(c.paidTo) {
				t.Errorf("%s: %s after %d premiums, paid to %s", c.reference, p.State, len(h.ledger(p)), p.PaidTo)
			}
			if n := h.count(p, EventPolicyRenewed); n != c.renewals {
				t.Errorf("%s: renewed %d times, want %d", c.reference, n, c.renewals)
			}
			if n := h.count(p, EventPolicyPremium); n != c.written {
				t.Errorf("%s: %d premiums between, want %d", c.reference, n, c.written)
			}
			if n := h.count(p, EventPolicyExpired); n != b2i(c.state == insurance.PolicyExpired) {
				t.Errorf("%s: expired %d times", c.reference, n)
			}
		}
		if n := h.due(); n != 0 {
			t.Errorf("%d notices still wait", n)
		}
	})
}

func (h *house) byReference(reference string) Policy {
	h.t.Helper()
	for _, p := range h.policies(true) {
		if p.Reference == reference {
			return p
		}
	}
	h.t.Fatalf("there is no policy for %s", reference)
	return Policy{}
}

func (h *house) count(p Policy, kind EventType) int {
	h.t.Helper()
	return howMany(h.happened(kind), func(e store.Event) bool { return e.Subject == p.ID })
}

func TestPremiumsFallDueAtMidnight(t *testing.T) {
	h := onSQLite(t)
	wish := phone("A-1")
	wish.InceptionOn = day("2026-01-31")
	p := h.bindOne(wish)
	h.moveTo(day("2026-11-01").Start(p.Zone), "", 200)
	// Midnight in Berlin is 23:00 UTC in winter and 22:00 UTC in summer; the
	// days are the last of each month, or the 31st where there is one.
	want := []string{
		"2026-02-27T23:00:00Z", "2026-03-30T22:00:00Z", "2026-04-29T22:00:00Z", "2026-05-30T22:00:00Z",
		"2026-06-29T22:00:00Z", "2026-07-30T22:00:00Z", "2026-08-30T22:00:00Z", "2026-09-29T22:00:00Z",
		"2026-10-30T23:00:00Z",
	}
	var at []string
	for _, e := range h.happened(EventPolicyRenewed) {
		at = append(at, time.UnixMicro(e.At).UTC().Format(time.RFC3339))
	}
	equalLists(t, "renewals", at, want)
	for i, entry := range h.ledger(p) {
		if i > 0 && entry.BookedAt.Format(time.RFC3339) != want[i-1] {
			t.Errorf("premium %d was booked at %s, want %s", i+1, entry.BookedAt, want[i-1])
		}
	}
}

func TestMoveOfOnePolicy(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		one, two := h.bindOne(bike("A-1")), h.bindOne(bike("A-2"))
		h.deliver(200)
		later := opening.Add(60 * 24 * time.Hour)
		h.moveTo(later, one.CertificateNumber, 200)
		if n, m := h.policy(one).IntervalNo, h.policy(two).IntervalNo; n != 3 || m != 1 {
			t.Errorf("%d and %d premiums, want 3 and 1", n, m)
		}
		if now, err := h.Now(t.Context()); err != nil || !now.Equal(opening) {
			t.Errorf("everybody's clock stands at %s, %v", now, err)
		}
		// Its own clock goes on from there, by id as well as by number.
		h.moveTo(later.Add(24*time.Hour), one.ID, 200)
		if ended := h.end(one, insurance.ReasonItemSold); ended.Policy.LastDay() != insurance.DateIn(later.Add(24*time.Hour), one.Zone) {
			t.Errorf("ended on %s", ended.Policy.LastDay())
		}
		// What is told of it is sent at once, not when others get there.
		if n := len(h.deliver(200)); n != 2 {
			t.Errorf("%d notices of its end were sent, want 2", n)
		}
		// And together with everybody's.
		h.moveTo(opening.Add(20*24*time.Hour), "", 200)
		h.moveTo(later.Add(50*24*time.Hour), two.CertificateNumber, 200)
		if n := h.policy(two).IntervalNo; n != 4 {
			t.Errorf("%d premiums of the other, want 4", n)
		}
	})
}

func TestAPolicyAheadIsNotMovedTwice(t *testing.T) {
	h := onSQLite(t)
	p := h.bindOne(bike("A-1"))
	h.moveTo(day("2026-04-20").Start(p.Zone), p.CertificateNumber, 200)
	h.moveTo(day("2026-03-01").Start(p.Zone), "", 200)
	// The policy is as much ahead as it was: in June.
	if n := h.policy(p).IntervalNo; n != 5 {
		t.Errorf("%d premiums, want 5", n)
	}
}

func TestMoveIsRefused(t *testing.T) {
	h := onSQLite(t)
	p := h.bindOne(phone("A-1"))
	_, err := h.MoveClock(t.Context(), h.move(opening, "", 200))
	h.refused(err, insurance.CodeInvalid)
	_, err = h.MoveClock(t.Context(), h.move(opening.Add(-time.Hour), p.ID, 200))
	h.refused(err, insurance.CodeInvalid)
	_, err = h.MoveClock(t.Context(), h.move(opening.Add(time.Hour), "I1", 200))
	h.refused(err, insurance.CodePolicyUnknown)
	wrong := errors.New("no such day")
	_, err = h.MoveClock(t.Context(), Move{To: func(time.Time) (time.Time, error) { return time.Time{}, wrong }})
	if !errors.Is(err, wrong) {
		t.Errorf("got %v", err)
	}
	h.Sandbox = false
	_, err = h.MoveClock(t.Context(), h.move(opening.Add(time.Hour), "", 200))
	h.refused(err, insurance.CodeInvalid)
	h.Sandbox = true
	h.moveTo(opening.Add(time.Hour), "", 200) // no refusal left the clock taken
}

func TestSecondMoveIsRefused(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		h.bind(phone("A-1"))
		h.deliver(200)
		first := h.move(opening.Add(40*24*time.Hour), "", 200)
		var met atomic.Int32
		first.Progress = func(time.Time, int) {
			met.Add(1)
			if _, err := h.MoveClock(t.Context(), h.move(opening.Add(time.Hour), "", 200)); !errors.Is(err, ErrMoving) {
				t.Errorf("got %v, want ErrMoving", err)
			}
			if now, err := h.Now(t.Context()); err != nil || !now.Equal(opening) {
				t.Errorf("others see %s, %v", now, err)
			}
		}
		_, err := h.MoveClock(t.Context(), first)
		h.fatal(err)
		if met.Load() == 0 {
			t.Error("nothing was due on the way")
		}
	})
}

func TestNoticesAreTriedDuringAMove(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		h.submit(phone("A-1"))
		tried := make(map[string][]time.Duration)
		move := h.move(opening.Add(40*24*time.Hour), "", 503)
		move.Deliver = func(_ context.Context, job Job, at time.Time) {
			d, err := h.Delivery(t.Context(), job)
			h.fatal(err)
			status, again := 503, time.Duration(d.Attempt)*time.Hour
			switch {
			case d.URL == "https://two.example/acme" && d.Attempt == 3:
				again = 0
			case d.Attempt == 5:
				status = 200
			}
			tried[d.URL] = append(tried[d.URL], at.Sub(opening))
			h.send(job, at, status, again)
		}
		_, err := h.MoveClock(t.Context(), oneAtATime(move))
		h.fatal(err)
		for url, want := range map[string][]int{
			"https://one.example/acme": {0, 1, 3, 6, 10},
			"https://two.example/acme": {0, 1, 3},
		} {
			for i, at := range tried[url] {
				if len(tried[url]) != len(want) || at.Hours() != float64(want[i]) {
					t.Errorf("%s was tried at %v, want %v hours", url, tried[url], want)
					break
				}
			}
		}
		for _, n := range h.notices() {
			at := time.UnixMicro(n.SettledAt).Sub(opening)
			if n.State == store.NoticeDelivered && at != 10*time.Hour || n.State == store.NoticeGivenUp && at != 3*time.Hour {
				t.Errorf("%s at %s", n.State, at)
			}
		}
	})
}

// oneAtATime makes a move whose deliveries do not meet.
func oneAtATime(m Move) Move {
	turn := make(chan struct{}, 1)
	deliver := m.Deliver
	m.Deliver = func(ctx context.Context, job Job, at time.Time) {
		turn <- struct{}{}
		deliver(ctx, job, at)
		<-turn
	}
	return m
}

func TestAStepThatFailsDoesNotHoldUpTheOthers(t *testing.T) {
	h := onSQLite(t)
	one, two := h.bindOne(bike("A-1")), h.bindOne(bike("A-2"))
	storetest.Exec(t, h.dsn, `UPDATE party SET id = 'lost' WHERE id = $1`, one.ID)
	var steps int
	move := h.move(day("2026-12-24").Start(two.Zone), "", 200)
	move.Progress = func(_ time.Time, n int) { steps = n }
	_, err := h.MoveClock(t.Context(), move)
	h.fatal(err)
	if n := h.policy(two).IntervalNo; n != 12 || steps > 100 {
		t.Errorf("%d premiums in %d steps, want 12 in few", n, steps)
	}
	storetest.Exec(t, h.dsn, `UPDATE party SET id = $1 WHERE id = 'lost'`, one.ID)
	h.moveTo(day("2026-12-25").Start(two.Zone), "", 200)
	if n := h.policy(one).IntervalNo; n != 12 {
		t.Errorf("%d premiums once it was mended, want 12", n)
	}
	for _, e := range h.ledger(one)[1:] {
		if due := e.Span.From.Start(one.Zone); !e.BookedAt.Equal(due) {
			t.Errorf("the premium of %s was booked at %s", due, e.BookedAt)
		}
	}
}
