package insurance

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// payers are the ways in which the terms of a life are paid for.
var payers = []string{"at once", "announced", "at the due date", "in grace", "at the end of grace", "never", "declined"}

// TestRenewalsFollowTheCalendar: in zones that change their clocks, from any
// day and at any time of it, each term begins on its day and time, follows on
// the last without overlap or gap, is announced, falls due and is renewed or
// lapses once, and is written once.
func TestRenewalsFollowTheCalendar(t *testing.T) {
	t.Parallel()
	inception := rapid.OneOf(
		rapid.Map(rapid.SampledFrom([]string{"2027-01-31", "2028-02-29", "2027-08-31", "2027-03-28", "2027-04-04"}), MustDate),
		anyDate("2027-01-01", "2029-12-31"))
	rapid.Check(t, func(t *rapid.T) {
		c := &calendar{t: t, zone: zone(t, rapid.SampledFrom([]string{"Europe/Berlin", "Australia/Sydney", "America/Santiago"}).Draw(t, "zone"))}
		c.term = rapid.SampledFrom([]Period{Days(7), Months(1), Months(3), Months(6), Months(12)}).Draw(t, "term")
		c.inception = inception.Draw(t, "inception")
		c.sell()
		for c.life.policy.State.Live() && c.life.policy.TermNo < 30 {
			c.turn(rapid.SampledFrom(append(slices.Repeat(payers[:5], 5), payers...)).Draw(t, "paid"))
		}
	})
}

// calendar is a life whose renewals are compared with the calendar.
type calendar struct {
	t         *rapid.T
	zone      *time.Location
	term      Period
	inception Date
	clock     clock
	life      *life
}

func (c *calendar) sell() {
	product, wish := phoneRepair(), phoneProposal()
	renewable(&product, &wish)
	product.Markets[0].Zone = c.zone
	product.Renewal = RenewalRule{
		NoticeDays: rapid.IntRange(0, 60).Draw(c.t, "notice days"), GraceDays: rapid.IntRange(1, 30).Draw(c.t, "grace days"),
	}
	product.Tariffs[0].Terms[0].Term, wish.Term = c.term, c.term
	minute := time.Duration(rapid.IntRange(0, 24*60-1).Draw(c.t, "starts")) * time.Minute
	wish.StartsAt = c.inception.Start(c.zone).Add(minute)
	c.inception, c.clock = DateIn(wish.StartsAt, c.zone), clockOf(wish.StartsAt, c.zone)
	at := wish.StartsAt.Add(-time.Duration(rapid.IntRange(0, 30*24).Draw(c.t, "sold ahead")) * time.Hour)
	quote, refused := product.Quote(product.Tariffs[0], wish, at)
	if refused != nil {
		c.t.Fatal(refused)
	}
	policy, entry := Bind(quote, wish, product, "I1", at)
	c.life = &life{t: c.t, product: product, policy: policy, ledger: []Entry{entry}, now: at}
}

// begins is when the n-th term begins by the calendar, counted from 0.
func (c *calendar) begins(n int) time.Time {
	if n == 0 {
		return c.life.policy.StartsAt
	}
	shown, unchanged := showings(c.clock, c.term.Nth(c.inception, n))
	if len(shown) > 0 {
		return shown[0]
	}
	if due := c.life.policy.Renewal.DueAt; !due.Before(unchanged[0]) && !due.After(unchanged[len(unchanged)-1]) {
		return due // its clocks skip that time
	}
	return time.Time{}
}

// turn lives through one term and what is done about its renewal.
func (c *calendar) turn(how string) {
	l := c.life
	p, r := l.policy, *l.policy.Renewal
	n := p.TermNo
	switch {
	case !r.DueAt.Equal(c.begins(n)), !p.TermEnds().Equal(r.DueAt), r.Number != n:
		c.t.Fatalf("term %d ends at %v, renewal %d is due at %v, by the calendar at %v", n, p.TermEnds(), r.Number, r.DueAt, c.begins(n))
	case r.NoticeAt.Before(r.CreatedAt), r.NoticeAt.After(r.DueAt), !r.GraceUntil.After(r.DueAt):
		c.t.Fatalf("announced at %v, due at %v, grace until %v", r.NoticeAt, r.DueAt, r.GraceUntil)
	case r.Span.From != c.term.Nth(c.inception, n), r.Span.To != c.term.Nth(c.inception, n+1).AddDays(-1):
		c.t.Fatalf("renewal %d is for %v", n, r.Span)
	}
	want := c.decide(how, r)
	if got := l.renewals[n]; !slices.Equal(got, want) {
		c.t.Fatalf("paid %s, renewal %d went through %v", how, n, got)
	}
	if renewed := want[len(want)-1] == TransitionRenew; renewed != l.policy.State.Live() {
		c.t.Fatalf("paid %s, the policy is %s", how, l.policy.State)
	}
	c.checkWritten()
	if l.policy.State.Live() && !l.policy.TermBegins().Equal(r.DueAt) {
		c.t.Fatalf("term %d ended at %v, the next began at %v", n, r.DueAt, l.policy.TermBegins())
	}
}

// checkWritten: each term that has begun has a line of its own, and no other
// has one.
func (c *calendar) checkWritten() {
	var got, want []Span
	for _, line := range c.life.ledger {
		got = append(got, line.Span)
	}
	for n := range c.life.policy.TermNo {
		want = append(want, Span{From: c.term.Nth(c.inception, n), To: c.term.Nth(c.inception, n+1).AddDays(-1)})
	}
	if !slices.Equal(got, want) {
		c.t.Fatalf("in term %d premiums were written for %v", c.life.policy.TermNo, got)
	}
}

// decide does what is done about a renewal, and tells what must come of it.
func (c *calendar) decide(how string, r Renewal) []Transition {
	l := c.life
	announced := []Transition{TransitionAnnounce, TransitionFallDue}
	switch how {
	case "at once":
		if !r.NoticeAt.After(l.now) {
			l.passTo(l.now)
			return c.decide("announced", r)
		}
		l.mustPay()
		l.passTo(r.DueAt)
		return []Transition{TransitionRenew}
	case "announced":
		l.passTo(later(l.now, r.NoticeAt))
		if l.policy.Renewal.State == RenewalAnnounced {
			l.mustPay()
			l.passTo(r.DueAt)
			return []Transition{TransitionAnnounce, TransitionRenew}
		}
		return c.decide("at the due date", r)
	case "at the due date":
		return c.payAt(r.DueAt)
	case "in grace":
		return c.payAt(r.DueAt.Add(r.GraceUntil.Sub(r.DueAt) / 2))
	case "at the end of grace":
		return c.payAt(r.GraceUntil.Add(-time.Microsecond))
	case "declined":
		l.mustDecline()
		before := slices.Clone(l.renewals[r.Number])
		l.passTo(later(l.now, r.DueAt))
		return append(before, TransitionExpire)
	}
	l.passTo(later(l.now, r.GraceUntil))
	return append(announced, TransitionLapse)
}

// payAt pays at an instant, or now if grace is over for who pays late always.
func (c *calendar) payAt(at time.Time) []Transition {
	l := c.life
	l.passTo(later(l.now, at))
	if !l.policy.State.Live() {
		return []Transition{TransitionAnnounce, TransitionFallDue, TransitionLapse}
	}
	l.mustPay()
	return []Transition{TransitionAnnounce, TransitionFallDue, TransitionRenew}
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}
