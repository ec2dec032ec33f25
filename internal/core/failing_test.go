package core

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/store"
)

// supported lets the partner's support be told of endpoints that fail.
func (h *house) supported() {
	h.t.Helper()
	h.Told[FamilyHepster] = append(slices.Clone(h.Told[FamilyHepster]), EventEndpointFailing)
	h.fatal(h.SetEndpoint(h.t.Context(), Endpoint{
		Part: h.partner.Part, Name: "support", URL: "https://support.example", Secret: "for support", Purpose: PurposeSupport,
	}))
}

// jobs are the notices due, of all lanes.
func (h *house) jobs() (all []Job, now time.Time) {
	h.t.Helper()
	for _, lane := range NoticeLanes() {
		jobs, at, err := h.JobsDue(h.t.Context(), lane, sweepSize)
		h.fatal(err)
		all, now = append(all, jobs...), at
	}
	return all, now
}

// round lets every endpoint that is told events answer once, and gives what
// support was told meanwhile.
func (h *house) round(status int) (warnings []Delivery) {
	h.t.Helper()
	jobs, now := h.jobs()
	for _, job := range jobs {
		d, err := h.Delivery(h.t.Context(), job)
		h.fatal(err)
		answer := status
		if d.Purpose == PurposeSupport {
			warnings = append(warnings, d)
			answer = 200
		}
		h.send(job, now, answer, time.Hour)
	}
	return warnings
}

// failures says how often each endpoint was told to have failed.
func failures(t *testing.T, warnings []Delivery) map[string]int64 {
	t.Helper()
	counts := make(map[string]int64)
	for _, w := range warnings {
		var data EndpointFailing
		if err := w.Notice.Event.Decode(&data); err != nil {
			t.Fatal(err)
		}
		if w.URL != "https://support.example" || string(w.Secret) != "for support" || w.Notice.Event.Type != EventEndpointFailing ||
			!strings.HasPrefix(w.Notice.Event.Subject, "endpoint/") || data.Last.Status != 503 {
			t.Errorf("warned at %s of %+v", w.URL, data)
		}
		counts[data.URL] = data.Failures
	}
	return counts
}

func TestSupportIsToldOfAFailingEndpointOnceADay(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		h.supported()
		h.bind(phone("A-1"))
		for _, c := range []struct {
			name   string
			status int
			want   int64 // failures that both endpoints are told to have
		}{
			{"first", 503, 0},
			{"second", 503, 0},
			{"third", 503, 0},
			{"what the third led to", 503, 3},
			{"fifth, on the same day", 503, 0},
		} {
			got := failures(t, h.round(c.status))
			want := map[string]int64{}
			if c.want > 0 {
				want = map[string]int64{"https://one.example/acme": c.want, "https://two.example/acme": c.want}
			}
			if !maps.Equal(got, want) {
				t.Errorf("%s: told %v, want %v", c.name, got, want)
			}
			h.clock.advance(time.Hour)
		}
		h.clock.advance(24 * time.Hour)
		h.round(503)
		if got := failures(t, h.round(503)); len(got) != 2 || got["https://one.example/acme"] != 6 {
			t.Errorf("on the next day: %v", got)
		}
		for _, e := range h.happened(EventEndpointFailing) {
			if e.Sequence != 1 && e.Sequence != 2 {
				t.Errorf("number %d of %s", e.Sequence, e.Subject)
			}
		}
		if n := len(h.happened(EventEndpointFailing)); n != 4 {
			t.Errorf("%d warnings, want one of each endpoint on two days", n)
		}
	})
}

// Only failures in a row count, whatever notices they are of.
func TestASuccessEndsTheRow(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		h.supported()
		for i, status := range []int{503, 503, 200, 503, 503, 200} {
			wish := phone("A-1")
			wish.Object.Attributes["serial_number"] = "SN-" + string(rune('a'+i))
			h.bind(wish)
			h.round(status)
			h.clock.advance(time.Minute)
		}
		h.clock.advance(48 * time.Hour)
		if warned := h.round(200); len(warned) > 0 {
			t.Errorf("warned of %v", failures(t, warned))
		}
		for _, e := range h.endpoints() {
			if e.Failures != 0 {
				t.Errorf("%s has %d failures after a success", e.URL, e.Failures)
			}
		}
	})
}

func (h *house) endpoints() (all []store.Endpoint) {
	h.t.Helper()
	h.view(func(r reading) (err error) {
		all, err = r.Endpoints(h.partner.Part)
		return err
	})
	return all
}

// Tries that end at the same moment are all counted, and lead to one warning.
func TestFailuresAtTheSameMoment(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		h.supported()
		for i := range 4 {
			wish := phone("A-1")
			wish.Object.Attributes["serial_number"] = "SN-" + string(rune('a'+i))
			h.bind(wish)
		}
		jobs, now := h.jobs()
		var deliveries []Delivery
		for _, job := range jobs {
			d, err := h.Delivery(t.Context(), job)
			h.fatal(err)
			deliveries = append(deliveries, d)
		}
		done := make(chan error)
		for _, d := range deliveries {
			go func() { done <- h.Report(t.Context(), d, Outcome{At: now, Status: 503, Again: time.Hour}, Fence{}) }()
		}
		for range deliveries {
			h.fatal(<-done)
		}
		for _, e := range h.endpoints() {
			if e.Failures != 4 || e.WarnedAt != now.UnixMicro() {
				t.Errorf("%s has %d failures, and was told of at %d", e.URL, e.Failures, e.WarnedAt)
			}
		}
		if n := len(h.happened(EventEndpointFailing)); n != 2 {
			t.Errorf("%d warnings of two endpoints", n)
		}
		h.round(200)
	})
}

// Support is not told of itself, and an API that has no words for it tells
// nobody.
func TestNobodyIsToldInVain(t *testing.T) {
	h := onSQLite(t)
	h.supported()
	h.bind(phone("A-1"))
	for range 6 {
		jobs, now := h.jobs()
		for _, job := range jobs {
			h.send(job, now, 503, time.Hour)
		}
		h.clock.advance(time.Hour)
	}
	if n := len(h.happened(EventEndpointFailing)); n != 2 {
		t.Errorf("%d warnings, want those of the two endpoints", n)
	}
	other := h.addPartner("other")
	h.partner = other
	h.bind(phone("A-1"))
	for range 4 {
		h.round(503)
		h.clock.advance(time.Hour)
	}
	if n := len(h.happened(EventEndpointFailing)); n != 0 {
		t.Errorf("%d warnings of a partner without support", n)
	}
}
