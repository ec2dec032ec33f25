package core

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/store"
)

// told are the data of the events of the partner's endpoints.
func (h *house) told(kind EventType) (all []EndpointFailing) {
	h.t.Helper()
	for _, e := range h.happened(kind) {
		var data EndpointFailing
		h.fatal(eventOfRow(e).Decode(&data))
		all = append(all, data)
	}
	return all
}

// fail lets every endpoint fail twice a day for some days, but support.
func (h *house) fail(days int) {
	h.t.Helper()
	for range 2 * days {
		h.round(503)
		h.clock.advance(12 * time.Hour)
		h.work()
	}
}

// Support is told a day before. Then the endpoint gets nothing, and what happens is
// kept; resumed, it gets all of it in order.
func TestAnEndpointThatOnlyFailsIsPaused(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		h.supported()
		h.Told[FamilyHepster] = append(h.Told[FamilyHepster], EventEndpointPaused)
		h.bind(phone("A-1"))
		h.fail(4)
		announced := slices.DeleteFunc(h.told(EventEndpointFailing), func(f EndpointFailing) bool { return f.PausesAt == nil })
		if len(announced) != 2 || !announced[0].PausesAt.Equal(opening.Add(pauseAfter)) || announced[0].Last.Status != 503 {
			t.Fatalf("announced after four days: %+v", announced)
		}
		if n := len(h.told(EventEndpointPaused)); n != 0 {
			t.Fatalf("%d endpoints are paused too early", n)
		}
		h.fail(1)
		paused := h.told(EventEndpointPaused)
		if len(paused) != 2 || paused[0].Reason != PauseFailing || !paused[0].PausedAt.Equal(opening.Add(pauseAfter)) {
			t.Fatalf("paused after five days: %+v", paused)
		}
		if n, err := h.CountPaused(t.Context()); n != 2 || err != nil {
			t.Errorf("%d are paused, %v", n, err)
		}
		h.round(200) // what support was told
		later := phone("A-2")
		later.Object.Attributes["serial_number"] = "SN-2"
		h.bind(later)
		if jobs, _ := h.jobs(); len(jobs) != 0 {
			t.Fatalf("%d notices go to paused endpoints", len(jobs))
		}
		lines, err := h.FindEndpoints(t.Context(), "acme")
		h.fatal(err)
		if l := lines[0]; l.PauseReason != PauseFailing || l.Waiting == 0 || l.Fault != "HTTP 503" || l.Failures == 0 {
			t.Errorf("listed as %+v", l)
		}
		for _, e := range h.endpoints() {
			h.fatal(h.ResumeEndpoint(t.Context(), "acme", e.ID, false))
		}
		if sent := h.deliver(200); len(sent) != 4 {
			t.Errorf("%d notices were sent after the pause, want 4", len(sent))
		}
		if left := h.due(); left != 0 {
			t.Errorf("%d notices are left", left)
		}
	})
}

// One success ends the row: the endpoint is watched anew from its next failure.
func TestAnEndpointThatRecoversIsNotPaused(t *testing.T) {
	h := onSQLite(t)
	h.bind(phone("A-1"))
	h.fail(4)
	h.round(200)
	later := phone("A-2")
	later.Object.Attributes["serial_number"] = "SN-2"
	h.bind(later)
	h.fail(4)
	if n, err := h.CountPaused(t.Context()); n != 0 || err != nil {
		t.Errorf("%d are paused, %v", n, err)
	}
	h.fail(1)
	if n, err := h.CountPaused(t.Context()); n != 2 || err != nil {
		t.Errorf("%d are paused after five days in a row, %v", n, err)
	}
}

// What was given up while nothing got through is told when the endpoint is resumed,
// before what came later.
func TestResumingTellsWhatWasGivenUp(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		h.submit(unsold("A-1"), phone("A-1"))
		h.work()
		jobs, now := h.jobs()
		one := jobs[0].timer
		name := h.send(jobs[0], now, 503, 0).row.EndpointID
		h.fatal(h.PauseEndpoint(t.Context(), "acme", name))
		h.fatal(h.PauseEndpoint(t.Context(), "acme", name))
		h.fatal(h.ResumeEndpoint(t.Context(), "acme", name, false))
		var sent []string
		for h.due() > 0 {
			jobs, now := h.jobs()
			next := jobs[0].Endpoint()
			ds, err := h.Deliveries(t.Context(), slices.DeleteFunc(jobs, func(j Job) bool { return j.Endpoint() != next }))
			h.fatal(err)
			for _, d := range ds {
				if d.Endpoint() == one.Endpoint {
					sent = append(sent, string(d.Notice.Event.Type))
				}
				h.fatal(h.Report(t.Context(), d, Outcome{At: now, Status: 200, Delivered: true}, Fence{}))
			}
		}
		equalLists(t, "sent", sent, []string{"order.refused", "order.booked"})
	})
}

func TestResumingMaySkip(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		h.fatal(h.PauseEndpoint(t.Context(), "acme", h.endpoints()[0].ID))
		h.bind(phone("A-1"))
		if sent := h.deliver(200); len(sent) != 1 {
			t.Errorf("%d were sent, want that of the other endpoint", len(sent))
		}
		h.fatal(h.ResumeEndpoint(t.Context(), "acme", h.endpoints()[0].ID, true))
		lines, err := h.FindNotices(t.Context(), NoticeSkipped, 10)
		if err != nil || len(lines) != 1 || lines[0].Endpoint != h.endpoints()[0].ID {
			t.Errorf("skipped are %+v, %v", lines, err)
		}
		if sent := h.deliver(200); len(sent) != 0 {
			t.Errorf("%d were sent although they were skipped", len(sent))
		}
		if err := h.ResumeEndpoint(t.Context(), "acme", "nowhere", true); !errors.Is(err, ErrNoEndpoint) {
			t.Errorf("nowhere is %v", err)
		}
	})
}

// The next notice goes out once an operator skips the one before.
func TestASkippedNoticeLetsTheNextGo(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		h.submit(unsold("A-1"), phone("A-1"))
		h.work()
		jobs, now := h.jobs()
		for _, job := range jobs {
			d, err := h.Delivery(t.Context(), job)
			if errors.Is(err, ErrTried) {
				continue // told to wait, with the failure of the one before
			}
			h.fatal(err)
			h.fatal(h.Report(t.Context(), d, Outcome{At: now, Status: 500, Again: time.Hour}, Fence{}))
		}
		for _, n := range h.notices() {
			if n.Attempts > 0 {
				h.fatal(h.SkipNotice(t.Context(), n.ID))
				if err := h.SkipNotice(t.Context(), n.ID); !errors.Is(err, ErrSettled) {
					t.Errorf("skipped twice: %v", err)
				}
			}
		}
		sent := h.deliver(200)
		if len(sent) != 2 || sent[0].Notice.Event.Type != EventOrderBooked {
			t.Errorf("%d were sent after those before were skipped", len(sent))
		}
		if err := h.SkipNotice(t.Context(), "never"); !errors.Is(err, ErrNoNotice) {
			t.Errorf("a notice that never was is %v", err)
		}
	})
}

// A first 410 may be a mistake; after a day of failures it is believed.
func TestAnEndpointThatIsGoneIsPausedAfterADay(t *testing.T) {
	h := onSQLite(t)
	h.bind(phone("A-1"))
	for _, want := range []int{0, 0, 2} {
		jobs, now := h.jobs()
		for _, job := range jobs {
			d, err := h.Delivery(t.Context(), job)
			h.fatal(err)
			h.fatal(h.Report(t.Context(), d, Outcome{At: now, Status: 410, Gone: true, Again: 12 * time.Hour}, Fence{}))
		}
		if n, err := h.CountPaused(t.Context()); n != want || err != nil {
			t.Errorf("%d are paused, %v, want %d", n, err, want)
		}
		h.clock.advance(12 * time.Hour)
	}
	if e := h.endpoints()[0]; e.PauseReason != string(PauseGone) {
		t.Errorf("paused because %q", e.PauseReason)
	}
}

// Tries that are reported together have each their own fate, and their owners keep
// their order.
func TestTriesAreReportedTogether(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		for i := range 40 {
			wish := phone("A-" + string(rune('A'+i)))
			wish.Object.Attributes["serial_number"] = "SN-" + string(rune('A'+i))
			h.submit(wish)
		}
		h.work()
		jobs, now := h.jobs()
		name := jobs[0].Endpoint()
		jobs = slices.DeleteFunc(jobs, func(j Job) bool { return j.Endpoint() != name })
		ds, err := h.Deliveries(t.Context(), jobs)
		h.fatal(err)
		if len(ds) != 40 {
			t.Fatalf("%d deliveries, want 40", len(ds))
		}
		var tries []Tried
		for i, d := range ds {
			o := Outcome{At: now, Status: 200, Delivered: true, Request: []byte("POST")}
			switch i % 4 {
			case 2:
				o = Outcome{At: now, Status: 500, Again: time.Hour}
			case 3:
				o = Outcome{At: now, Fault: "the message could not be built"}
			}
			tries = append(tries, Tried{d, o})
		}
		h.fatal(h.ReportAll(t.Context(), tries[:5], Fence{}))
		h.fatal(h.ReportAll(t.Context(), tries, Fence{})) // the first five are recorded already
		states := make(map[string]int)
		for _, n := range h.notices() {
			if slices.ContainsFunc(ds, func(d Delivery) bool { return d.ID() == n.ID }) {
				states[n.State]++
				if n.Attempts != 1 {
					t.Errorf("%s was tried %d times", n.ID, n.Attempts)
				}
			}
		}
		if states[store.NoticeDelivered] != 20 || states[store.NoticeDue] != 10 || states[store.NoticeGivenUp] != 10 {
			t.Errorf("states are %v", states)
		}
	})
}

// The secret before signs as well until its time is over.
func TestSecretsOverlap(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		set := func(secret string) {
			h.fatal(h.SetEndpoint(t.Context(), Endpoint{
				Part: "acme", Name: "third", URL: "https://three.example", Secret: secret, Overlap: time.Hour, Pace: Pace{AtOnce: 3},
			}))
		}
		secrets := func() (now, old string, p Pace) {
			h.view(func(r reading) error {
				e, _, err := r.Endpoint("acme", "third")
				h.fatal(err)
				var d Delivery
				err = h.sign(r, &d, e, FamilyHepster)
				now, old, p = string(d.Secret), string(d.OldSecret), paceOf(e)
				return err
			})
			return now, old, p
		}
		set("never used")
		set("first")
		if now, old, _ := secrets(); now != "first" || old != "" {
			t.Errorf("signs with %q and %q, which nobody knows", now, old)
		}
		h.bind(phone("A-1"))
		h.deliver(200)
		set("second")
		five, yes := 5, true
		h.fatal(h.TuneEndpoint(t.Context(), "acme", "third", Tuning{PerMinute: &five, Standard: &yes}))
		if now, old, p := secrets(); now != "second" || old != "first" || p != (Pace{3, 5}) {
			t.Errorf("signs with %q and %q, at %v", now, old, p)
		}
		h.clock.advance(time.Hour)
		if now, old, _ := secrets(); now != "second" || old != "" {
			t.Errorf("after an hour it signs with %q and %q", now, old)
		}
	})
}
