package core

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store/storetest"
)

// BenchmarkRenewals sweeps the renewals of policies that are paid by the month, due
// together, over all lanes as a node does.
func BenchmarkRenewals(b *testing.B) {
	for _, engine := range []string{storetest.SQLite, storetest.Postgres} {
		b.Run(engine, func(b *testing.B) {
			const partners, orders, perOrder = 4, 10, 50
			h := open(b, engine)
			for p := range partners {
				h.partner = h.addPartner(fmt.Sprintf("shop-%d", p))
				for o := range orders {
					wishes := make([]insurance.Proposal, perOrder)
					for i := range wishes {
						wishes[i] = phone(fmt.Sprintf("A-%d-%d", o, i))
					}
					h.submit(wishes...)
				}
			}
			h.sweepAll()
			h.clock.advance(20 * 24 * time.Hour)
			h.sweepAll() // no longer cooling off
			b.ResetTimer()
			began, done := time.Now(), int64(0)
			for done < int64(b.N) {
				h.clock.advance(31 * 24 * time.Hour)
				done += h.sweepAll()
			}
			b.ReportMetric(float64(done)/time.Since(began).Seconds(), "steps/s")
			b.StopTimer()
		})
	}
}

// sweepAll does what is due, and counts the steps.
func (h *house) sweepAll() int64 {
	var group sync.WaitGroup
	var steps atomic.Int64
	for _, lane := range WorkLanes() {
		group.Go(func() {
			for {
				due, now, err := h.timersDue(context.Background(), lane, sweepSize)
				h.fatal(err)
				if len(due) == 0 {
					return
				}
				first := firstOfEach(due)
				h.fatal(h.fireAll(context.Background(), first, Fence{}, now))
				steps.Add(int64(len(first)))
			}
		})
	}
	group.Wait()
	return steps.Load()
}
