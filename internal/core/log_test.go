package core

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
)

// TestTheLogHasEveryEventOnce: positions run from 1 without gaps, each subject's
// events in their own order, and pages of any size meet each once.
func TestTheLogHasEveryEventOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		o := h.office("pool")
		for range 3 {
			o.ordered()
		}
		var all []Event
		for _, size := range []int{1, 7, 1000} {
			var page LogPage
			var read []Event
			for page.More = true; page.More; {
				var err error
				page, err = h.Events(t.Context(), o.account, LogFilter{After: page.Next, Limit: size})
				h.fatal(err)
				read = append(read, page.Events...)
			}
			if all == nil {
				all = read
			}
			if !slices.EqualFunc(all, read, func(a, b Event) bool { return a.ID == b.ID }) {
				t.Errorf("pages of %d hold other events", size)
			}
		}
		sequences := make(map[string]int64)
		for i, e := range all {
			if e.Position != int64(i)+1 {
				t.Errorf("event %d is at %d", i+1, e.Position)
			}
			if sequences[e.Subject]++; e.Sequence != sequences[e.Subject] {
				t.Errorf("event %d of %s comes as number %d", e.Sequence, e.Subject, sequences[e.Subject])
			}
		}
		if len(all) < 12 {
			t.Errorf("only %d events", len(all))
		}
	})
}

// TestALogIsReadByWhatHappened: by type, by time and by policy; and whoever goes
// on from the end of a filtered page does not read what was left out again.
func TestALogIsReadByWhatHappened(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		o := h.office("pool")
		first := o.ordered()
		h.clock.advance(time.Hour)
		between, err := h.Now(t.Context())
		h.fatal(err)
		h.clock.advance(time.Hour)
		o.ordered()
		read := func(f LogFilter) LogPage {
			t.Helper()
			f.Limit = 100
			page, err := h.Events(t.Context(), o.account, f)
			h.fatal(err)
			return page
		}
		bound := read(LogFilter{Types: []EventType{EventPolicyBound}})
		if len(bound.Events) != 2 || bound.Next < bound.Events[1].Position {
			t.Errorf("bound: %+v", bound)
		}
		if again := read(LogFilter{After: bound.Next}); len(again.Events) != 0 {
			t.Errorf("%d events are read twice", len(again.Events))
		}
		if early := read(LogFilter{Until: between, Types: []EventType{EventPolicyBound}}); len(early.Events) != 1 {
			t.Errorf("%d policies were bound early", len(early.Events))
		}
		if late := read(LogFilter{Since: between, Types: []EventType{EventPolicyBound}}); len(late.Events) != 1 {
			t.Errorf("%d policies were bound late", len(late.Events))
		}
		mine := read(LogFilter{Subject: first.Policy.CertificateNumber})
		if len(mine.Events) != 1 || mine.Events[0].Subject != first.Policy.ID {
			t.Errorf("of the policy: %+v", mine.Events)
		}
		one, err := h.Event(t.Context(), o.account, mine.Events[0].ID)
		h.fatal(err)
		if one.Position != mine.Events[0].Position {
			t.Errorf("it is at %d", one.Position)
		}
		_, err = h.Event(t.Context(), h.pool("other"), one.ID)
		h.refused(err, insurance.CodeEventUnknown)
	})
}

// TestAReplayTellsEachEventOnceMore: what was delivered is told again, what is on
// its way is left alone, and an interrupted replay goes on where it was.
func TestAReplayTellsEachEventOnceMore(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		o := h.office("pool")
		o.ordered()
		told := func() map[string]int64 {
			rounds := make(map[string]int64)
			h.fatal(h.read(t.Context(), func(r reading) error {
				events, err := r.Log(o.account.Part, store.LogQuery{Limit: 1000})
				for _, e := range events {
					notices, err := r.NoticesOfEvents(o.account.Part, []string{e.ID})
					for _, n := range notices {
						rounds[fmt.Sprintf("%d %s", e.Position, n.EndpointID)] = n.Round
					}
					if err != nil {
						return err
					}
				}
				return err
			}))
			return rounds
		}
		h.deliver(204)
		before := told()
		stopped, stop := context.WithCancel(t.Context())
		replay, err := h.Replay(stopped, o.account, ReplayWish{}, func(Replay) { stop() })
		if err == nil || replay.ID == "" {
			t.Fatalf("it was not interrupted: %+v %v", replay, err)
		}
		for range 2 { // gone on with, and once more after its end
			replay, err = h.Replay(t.Context(), o.account, ReplayWish{ID: replay.ID}, nil)
			h.fatal(err)
		}
		after := told()
		if !replay.Done || replay.Notices != int64(len(before)) || len(before) == 0 {
			t.Errorf("%+v of %d notices", replay, len(before))
		}
		for name, round := range before {
			if after[name] != round+1 {
				t.Errorf("%s is in round %d, after %d", name, after[name], round)
			}
		}
		due, err := h.Replay(t.Context(), o.account, ReplayWish{}, nil)
		h.fatal(err)
		if due.Notices != 0 {
			t.Errorf("%d notices that are on their way are told again", due.Notices)
		}
		_, err = h.Replay(t.Context(), o.account, ReplayWish{Endpoint: "nowhere"}, nil)
		h.refused(err, insurance.CodeInvalid)
		_, err = h.Replay(t.Context(), h.pool("other"), ReplayWish{ID: replay.ID}, nil)
		h.refused(err, insurance.CodeEventUnknown)
	})
}
