package core

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/covernote/covernote/internal/store"
)

// settling is how long after it was set an endpoint may still be unknown to
// what was being decided then.
const settling = time.Minute

// events compares each event of a stretch with its subject and its notices.
func (k *inspection) events(r reading, s store.Stretch) error {
	happened, err := r.EventsIn(s)
	if err != nil {
		return fmt.Errorf("read events: %w", err)
	}
	notices, err := r.NoticesAbout(s)
	if err != nil {
		return fmt.Errorf("read notices: %w", err)
	}
	endpoints, err := r.Endpoints(k.partner.Part)
	if err != nil {
		return fmt.Errorf("read endpoints: %w", err)
	}
	sent := about(notices, func(n store.Notice) string { return n.EventID })
	var last string
	var shift time.Duration
	for _, e := range happened {
		if strings.HasPrefix(e.Subject, subjectEndpoint) {
			continue // told to support alone, which may be gone by now
		}
		if e.Subject != last {
			last = e.Subject
			if shift, err = k.subject(r, e); err != nil {
				return err
			}
		}
		k.notified(e, shift, endpoints, sent[e.ID])
	}
	return nil
}

// subject looks for what an event happened to, and reads its clock.
func (k *inspection) subject(r reading, e store.Event) (time.Duration, error) {
	if ofInquiry(e.Subject) {
		return 0, k.aboutInquiry(r, e)
	}
	_, order, err := r.Order(e.Part, e.Subject)
	if err != nil {
		return 0, fmt.Errorf("read order: %w", err)
	}
	_, policy, err := r.PolicyRow(e.Part, e.Subject)
	if err != nil {
		return 0, fmt.Errorf("read policy: %w", err)
	}
	if !order && !policy {
		k.find(invariantHappened, e.Subject, "events of it are there, but neither an order nor a policy")
	}
	return k.core.shiftOf(r, e.Part, e.Subject)
}

func (k *inspection) aboutInquiry(r reading, e store.Event) error {
	_, there, err := r.Inquiry(e.Part, inquiryNumber(e.Subject))
	if err == nil && !there {
		k.find(invariantHappened, e.Subject, "events of it are there, but no inquiry")
	}
	return err
}

// notified compares the notices of an event with the endpoints that were told
// when it happened. An event that is not told has none.
func (k *inspection) notified(e store.Event, shift time.Duration, endpoints []store.Endpoint, notices []store.Notice) {
	if e.Type == string(EventMailRequested) {
		return // told to where e-mails go, which may have been set since
	}
	tells := slices.Contains(k.core.Told[k.partner.Family], EventType(e.Type))
	for _, endpoint := range endpoints {
		n := howMany(notices, func(n store.Notice) bool { return n.EndpointID == endpoint.ID })
		known := time.UnixMicro(e.At).Add(-shift).After(time.UnixMicro(endpoint.CreatedAt).Add(settling))
		if n > 1 || (tells && known && n == 0) {
			k.find(invariantTold, e.Subject, "endpoint %s has %d notices of event %d (%s)", endpoint.ID, n, e.Sequence, e.Type)
		}
	}
}

// notices compares each notice of a stretch with its event, its tries and its
// timer.
func (k *inspection) notices(r reading, s store.Stretch) error {
	rows, err := r.NoticesIn(s)
	if err != nil {
		return fmt.Errorf("read notices: %w", err)
	}
	tried, err := r.AttemptsIn(s)
	if err != nil {
		return fmt.Errorf("read attempts: %w", err)
	}
	attempts := about(tried, func(a store.Attempt) string { return a.NoticeID })
	timers := make(map[string][]store.Timer)
	for _, n := range rows {
		if _, ok, err := r.Event(n.Part, n.EventID); err != nil || !ok {
			if err != nil {
				return fmt.Errorf("read event: %w", err)
			}
			k.find(invariantHappened, n.ID, "it tells of an event that is not there")
		}
		if _, ok := timers[n.Subject]; !ok {
			if timers[n.Subject], err = r.TimersOf(n.Part, n.Subject); err != nil {
				return fmt.Errorf("read timers: %w", err)
			}
		}
		k.sendingStep(n, timers[n.Subject])
		k.tries(r.now, n, attempts[n.ID])
		delete(attempts, n.ID)
	}
	for _, id := range slices.Sorted(maps.Keys(attempts)) {
		k.find(invariantTold, id, "there are tries of it, but no notice")
	}
	return nil
}

func (k *inspection) sendingStep(n store.Notice, timers []store.Timer) {
	want := 0
	if n.State == store.NoticeDue {
		want = 1
	}
	sends := howMany(timers, func(t store.Timer) bool { return t.Kind == timerNotice && t.Subject == n.ID })
	if sends != want {
		k.find(invariantTold, n.ID, "it is %s and will be sent %d times, not %d", n.State, sends, want)
	}
	if (n.SettledAt == 0) != (n.State == store.NoticeDue) {
		k.find(invariantTold, n.ID, "it is %s, and settled at %d", n.State, n.SettledAt)
	}
}

// AttemptsKept is how long tries to tell a partner are kept at least, business time:
// the tries of a younger notice must all be there.
const AttemptsKept = 24 * time.Hour

// tries compares a notice with its tries, of which the oldest may be gone.
func (k *inspection) tries(now time.Time, n store.Notice, attempts []store.Attempt) {
	gone := n.Attempts - int64(len(attempts))
	young := now.Sub(time.UnixMicro(n.CreatedAt)) < AttemptsKept
	last := numbered(attempts, func(a store.Attempt) int64 { return a.Attempt - gone })
	if gone < 0 || gone > 0 && young || !last {
		k.find(invariantTold, n.ID, "it was tried %d times, and %d tries are recorded", n.Attempts, len(attempts))
		return
	}
	if n.State != store.NoticeDelivered {
		return
	}
	if n.Attempts == 0 || len(attempts) > 0 && attempts[len(attempts)-1].Status/100 != 2 {
		k.find(invariantTold, n.ID, "it was delivered, but its last try was not accepted")
	}
}

// timers looks for the owner of each timer of a stretch.
func (k *inspection) timers(r reading, s store.Stretch) error {
	rows, err := r.TimersIn(s)
	if err != nil {
		return fmt.Errorf("read timers: %w", err)
	}
	for _, t := range rows {
		exists := false
		switch t.Kind {
		case timerBook, timerPayment:
			_, exists, err = r.Order(t.Part, t.Subject)
		case timerPolicy, timerCoolingOff:
			_, exists, err = r.PolicyRow(t.Part, t.Subject)
		case timerNotice:
			_, exists, err = r.Notice(t.Part, t.Subject)
		case timerWatch:
			_, exists, err = r.Endpoint(t.Part, t.Subject)
		}
		if err != nil {
			return fmt.Errorf("read owner of timer: %w", err)
		}
		if !exists {
			k.find(invariantTimer, t.ID, "there is nothing that this step could happen to")
		}
	}
	return nil
}
