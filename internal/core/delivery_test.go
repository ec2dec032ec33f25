package core

import (
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
	"github.com/covernote/covernote/internal/store/storetest"
)

func TestDelivery(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		h.bind(phone("A-1"))
		sent := h.deliver(200)
		if len(sent) != 2 || sent[0].URL == sent[1].URL {
			t.Fatalf("sent %d", len(sent))
		}
		for _, d := range sent {
			var data OrderBooked
			h.fatal(d.Notice.Event.Decode(&data))
			if len(data.Policies) != 1 || data.Policies[0].Gross != "5.56" || d.Notice.Partner.Part != "acme" {
				t.Errorf("told %+v", data)
			}
			if len(d.Secret) == 0 || d.Notice.ID != d.ID() || !d.Job.At().Equal(opening) || d.Attempt != 1 {
				t.Errorf("delivery is %+v", d.Notice)
			}
		}
		for _, n := range h.notices() {
			if n.State != store.NoticeDelivered || n.Outcome != "HTTP 200" || n.SettledAt != opening.UnixMicro() {
				t.Errorf("notice is %+v", n)
			}
		}
		if n := len(h.deliver(200)); n != 0 {
			t.Errorf("%d notices were sent twice", n)
		}
	})
}

func TestDeliveryIsTriedAgain(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		h.bind(phone("A-1"))
		for try := range 3 {
			for _, d := range h.deliver(503) {
				if d.Attempt != try+1 {
					t.Errorf("try %d, want %d", d.Attempt, try+1)
				}
			}
			if n := len(h.deliver(200)); n != 0 {
				t.Errorf("%d notices were sent before their time", n)
			}
			h.clock.advance(time.Minute)
		}
		h.deliver(204)
		h.view(func(r reading) error {
			tries, err := r.AttemptsOf(h.partner.Part, h.notices()[0].ID)
			if len(tries) != 4 || tries[3].Status != 204 || string(tries[0].Request) != "POST" || tries[0].Duration != 1000 {
				t.Errorf("tries are %+v", tries)
			}
			return err
		})
	})
}

func TestNoticeIsGivenUp(t *testing.T) {
	h := onSQLite(t)
	h.bind(phone("A-1"))
	for _, lane := range NoticeLanes() {
		jobs, now, err := h.JobsDue(t.Context(), lane, sweepSize)
		h.fatal(err)
		for _, job := range jobs {
			h.send(job, now, 410, 0)
		}
	}
	lines, err := h.FindNotices(t.Context(), NoticeGivenUp, 10)
	if err != nil || len(lines) != 2 || lines[0].Attempts != 1 || lines[0].Outcome != "HTTP 410" {
		t.Errorf("given up are %+v, %v", lines, err)
	}
	h.submit(phone("A-1")) // the order once more tells it once more
	if n := len(h.deliver(200)); n != 2 {
		t.Errorf("%d notices were sent, want 2", n)
	}
	if lines, err := h.FindNotices(t.Context(), NoticeDelivered, 1); err != nil || len(lines) != 1 {
		t.Errorf("%d lines, %v, want the one asked for", len(lines), err)
	}
}

// An operator finds a notice without knowing whose it is, and reads what was
// answered.
func TestNoticeAttempts(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		h.bind(phone("A-1"))
		h.deliver(503)
		h.clock.advance(time.Minute)
		want := Attempt{
			Number: 2, At: opening.Add(time.Minute), Duration: 3 * time.Millisecond, Status: 422, Fault: "refused", Answer: []byte(`{"errors":["no"]}`),
		}
		var id string
		for _, lane := range NoticeLanes() {
			jobs, _, err := h.JobsDue(t.Context(), lane, sweepSize)
			h.fatal(err)
			for _, job := range jobs {
				d, err := h.Delivery(t.Context(), job)
				h.fatal(err)
				id = d.ID()
				h.fatal(h.Report(t.Context(), d, Outcome{
					At: want.At, Duration: want.Duration, Status: want.Status, Fault: want.Fault, Request: []byte("personal"), Answer: want.Answer,
				}, Fence{}))
			}
		}
		line, tries, err := h.NoticeAttempts(t.Context(), id)
		h.fatal(err)
		if len(tries) != 2 || tries[0].Status != 503 || !reflect.DeepEqual(tries[1], want) {
			t.Errorf("tries are %+v", tries)
		}
		if line.ID != id || line.Part != h.partner.Part || line.State != NoticeGivenUp || line.Attempts != 2 {
			t.Errorf("notice is %+v", line)
		}
		if _, _, err := h.NoticeAttempts(t.Context(), "never"); !errors.Is(err, ErrNoNotice) {
			t.Errorf("a notice that never was is %v", err)
		}
	})
}

func TestReportTwiceIsOneTry(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		h.bind(phone("A-1"))
		for _, lane := range NoticeLanes() {
			jobs, now, err := h.JobsDue(t.Context(), lane, sweepSize)
			h.fatal(err)
			for _, job := range jobs {
				slow, err := h.Delivery(t.Context(), job)
				h.fatal(err)
				h.send(job, now, 200, 0)
				h.fatal(h.Report(t.Context(), slow, Outcome{At: now, Fault: "timeout", Again: time.Hour}, Fence{}))
			}
		}
		for _, n := range h.notices() {
			if n.State != store.NoticeDelivered || n.Attempts != 1 {
				t.Errorf("notice is %+v", n)
			}
		}
	})
}

func TestNoAnswerIsRecorded(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		h.bind(phone("A-1"))
		for _, lane := range NoticeLanes() {
			jobs, now, err := h.JobsDue(t.Context(), lane, sweepSize)
			h.fatal(err)
			for _, job := range jobs {
				d, err := h.Delivery(t.Context(), job)
				h.fatal(err)
				h.fatal(h.Report(t.Context(), d, Outcome{At: now, Fault: "connection refused", Again: time.Minute}, Fence{}))
			}
		}
		for _, n := range h.notices() {
			if n.State != store.NoticeDue || n.Attempts != 1 || n.Outcome != "connection refused" {
				t.Errorf("notice is %+v", n)
			}
		}
	})
}

func TestEndpointThatIsGoneHasNoURL(t *testing.T) {
	h := onSQLite(t)
	h.fatal(h.SetEndpoint(t.Context(), Endpoint{Part: h.partner.Part, Name: "third", URL: "https://three.example", Secret: "secret"}))
	h.clock.advance(time.Hour)
	h.bind(phone("A-1"))
	h.fatal(h.RemoveEndpoint(t.Context(), h.partner.Part, "third"))
	h.fatal(h.RemoveEndpoint(t.Context(), h.partner.Part, "third"))
	urls := make(map[string]int)
	for _, d := range h.deliver(200) {
		urls[d.URL]++
	}
	if urls[""] != 1 || len(urls) != 3 {
		t.Errorf("sent to %v", urls)
	}
}

func TestSecretOfAnEndpointIsSealed(t *testing.T) {
	h := onSQLite(t)
	h.fatal(h.SetEndpoint(t.Context(), Endpoint{Part: h.partner.Part, Name: "third", URL: "https://three.example", Secret: "in the open"}))
	storetest.Exec(t, h.dsn, `UPDATE endpoint SET id = 'fourth' WHERE id = 'third'`)
	h.clock.advance(time.Hour)
	h.bind(phone("A-1"))
	var failed int
	for _, lane := range NoticeLanes() {
		jobs, _, err := h.JobsDue(t.Context(), lane, sweepSize)
		h.fatal(err)
		for _, job := range jobs {
			d, err := h.Delivery(t.Context(), job)
			h.fatal(err)
			if d.Unsigned != nil {
				failed++
			}
		}
	}
	if failed != 1 {
		t.Errorf("%d secrets could not be opened, want the one that was moved to another endpoint", failed)
	}
}

func TestJobIsWorkedOffOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		h.bind(phone("A-1"))
		for _, lane := range NoticeLanes() {
			jobs, now, err := h.JobsDue(t.Context(), lane, sweepSize)
			h.fatal(err)
			for _, job := range jobs {
				h.send(job, now, 503, time.Minute)
				if _, err := h.Delivery(t.Context(), job); !errors.Is(err, ErrTried) {
					t.Errorf("a job that was tried gives %v", err)
				}
			}
		}
	})
}

// An endpoint that has notices in hand is left out, so that others of its lane
// are not held up.
func TestJobsOfBusyEndpointsAreLeftOut(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		h.submit(phone("A-1"))
		h.work()
		due := func(except ...string) (endpoints []string) {
			for _, lane := range NoticeLanes() {
				jobs, _, err := h.JobsDue(t.Context(), lane, sweepSize, except...)
				h.fatal(err)
				for _, job := range jobs {
					endpoints = append(endpoints, job.Endpoint())
				}
			}
			return endpoints
		}
		all := due()
		if len(all) != 2 || all[0] == all[1] {
			t.Fatalf("due at %q, want two endpoints", all)
		}
		equalLists(t, "left", due(all[0]), all[1:])
		equalLists(t, "left", due(all...), nil)
	})
}

// What is told about one order reaches an endpoint in the order in which it
// happened, also when the first of it has to be tried again.
func TestNoticesOfAnOrderComeInOrder(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		unknown := phone("A-1")
		unknown.Tariff = "nothing that is sold"
		booked := phone("A-1")
		booked.Object.Attributes[insurance.AttributeSerialNumber] = "SN-2"
		h.submit(unknown, booked)
		h.work()
		var sent []string
		behind := 0
		for round := range 4 {
			for _, lane := range NoticeLanes() {
				jobs, now, err := h.JobsDue(t.Context(), lane, sweepSize)
				h.fatal(err)
				for _, job := range jobs {
					if _, err := h.Delivery(t.Context(), job); errors.Is(err, ErrBehind) || errors.Is(err, ErrTried) {
						behind++ // told to wait, with the failure of the one before
						continue
					}
					status := 200
					if round == 0 {
						status = 500
					}
					if d := h.send(job, now, status, time.Minute); status == 200 {
						sent = append(sent, string(d.Notice.Event.Type))
					}
				}
			}
			h.clock.advance(time.Minute)
		}
		equalLists(t, "sent", sent, []string{"order.refused", "order.refused", "order.booked", "order.booked"})
		if behind == 0 {
			t.Error("nothing waited, although the first try failed")
		}
	})
}

// What happens about a policy while an earlier notice of it is to be tried again waits
// for that one, without being looked at meanwhile.
func TestALaterNoticeWaitsForOneThatFailed(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		const month = 31 * 24 * time.Hour
		h.Told[FamilyHepster] = append(slices.Clone(h.Told[FamilyHepster]), EventPolicyRenewed)
		h.bind(phone("A-1"))
		h.deliver(200)
		h.clock.advance(month)
		h.work()
		first, now := h.jobs()
		for _, job := range first {
			h.send(job, now, 500, 2*month)
		}
		h.clock.advance(month)
		h.work()
		later, _ := h.jobs()
		if len(first) != 2 || len(later) != 2 {
			t.Fatalf("%d renewals are to be told, then %d", len(first), len(later))
		}
		for _, job := range later {
			if _, err := h.Delivery(t.Context(), job); !errors.Is(err, ErrBehind) {
				t.Errorf("the later one is told before the earlier: %v", err)
			}
		}
		if waiting, _ := h.jobs(); len(waiting) > 0 {
			t.Errorf("%d that wait are due again", len(waiting))
		}
		h.clock.advance(month + time.Hour)
		jobs, _ := h.jobs()
		deliveries, err := h.Deliveries(t.Context(), slices.DeleteFunc(jobs, func(j Job) bool { return j.Endpoint() != first[0].Endpoint() }))
		if err != nil || len(deliveries) < 2 || deliveries[0].ID() != first[0].ID() {
			t.Errorf("told are %d, %v", len(deliveries), err)
		}
	})
}
