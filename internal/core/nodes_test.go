package core

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
	"github.com/covernote/covernote/internal/store/storetest"
)

// Nothing runs for a hundred days, then four nodes begin at the same moment. Every
// renewal that fell due is done once, as of its own date, and those of one policy in
// order. COVERNOTE_TEST_RENEWALS says for how many policies.
func TestFourNodesCatchUp(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		const months, perOrder = 3, 20
		policies := 40
		if text := os.Getenv("COVERNOTE_TEST_RENEWALS"); text != "" {
			var err error
			policies, err = strconv.Atoi(text)
			h.fatal(err)
		}
		for first := 0; first < policies; first += perOrder {
			wishes := make([]insurance.Proposal, min(perOrder, policies-first))
			for i := range wishes {
				wishes[i] = phone(fmt.Sprint("A-", first+i))
			}
			h.submit(wishes...)
		}
		h.work()
		h.clock.advance(100 * 24 * time.Hour)
		began := time.Now()
		h.workOn(4)
		t.Logf("%d renewals in %s", policies*months, time.Since(began))

		done := h.happened(EventPolicyRenewed)
		of := make(map[string][]store.Event)
		for _, e := range done {
			of[e.Subject] = append(of[e.Subject], e)
		}
		if len(of) != policies || len(done) != policies*months {
			t.Errorf("%d renewals of %d policies were done, want %d of %d", len(done), len(of), policies*months, policies)
		}
		for subject, events := range of {
			for i, e := range events {
				if want := day(today).AddMonths(i + 1); insurance.DateIn(instant(e.At), h.partner.Zone) != want || e.Sequence != int64(i)+3 { // after bound and cooled off
					t.Errorf("renewal %d of %s is dated %s and event %d", i+1, subject, instant(e.At), e.Sequence)
				}
			}
		}
	})
}

// workOn sweeps the lanes of work on so many nodes, until nothing is due.
func (h *house) workOn(nodes int) {
	h.t.Helper()
	ctx, stop := context.WithCancel(h.t.Context())
	swept := make(chan struct{}, 1)
	var group sync.WaitGroup
	for range nodes {
		c := h.newCore(storetest.Open(h.t, store.Options{DSN: h.dsn, Log: quiet}))
		group.Go(func() {
			c.RunLanes(ctx, WorkLanes(), func(ctx context.Context, lane int64, fence Fence) (bool, error) {
				more, err := c.sweepWork(ctx, lane, fence)
				select {
				case swept <- struct{}{}:
				default:
				}
				return more, err
			}, nil)
		})
	}
	for due := WorkLanes(); len(due) > 0; {
		<-swept
		h.view(func(r reading) (err error) {
			due, err = r.LanesDue(WorkLanes(), r.now.UnixMicro())
			return err
		})
	}
	stop()
	group.Wait()
}
