package core

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/covernote/covernote/internal/store/storetest"
)

// BenchmarkRenewals sweeps the renewals of policies that are paid by the month, due
// together, as a node does, while their events get their places in the log.
func BenchmarkRenewals(b *testing.B) {
	for _, engine := range []string{storetest.SQLite, storetest.Postgres} {
		b.Run(engine, func(b *testing.B) {
			h := open(b, engine)
			h.partner = h.addTold("shop")
			original := h.bindOne(phone("A-1"))
			h.clock.advance(20 * 24 * time.Hour)
			h.sweepAll() // no longer cooling off
			h.fatal(h.Clone(b.Context(), CloneWish{
				Part: h.partner.Part, CertificateNumber: original.CertificateNumber, Count: 10_000,
			}))
			steps, used := int64(0), processors(b)
			for b.Loop() {
				h.clock.advance(31 * 24 * time.Hour)
				steps += h.sweepAll()
			}
			b.ReportMetric(float64(steps)/b.Elapsed().Seconds(), "steps/s")
			b.ReportMetric(float64((processors(b)-used).Microseconds())/float64(steps), "cpu-µs/step")
		})
	}
}

// BenchmarkFirstFetch fetches certificates that nobody has fetched before, some at
// once.
func BenchmarkFirstFetch(b *testing.B) {
	for _, engine := range []string{storetest.SQLite, storetest.Postgres} {
		b.Run(engine, func(b *testing.B) {
			const copies = 500
			h := open(b, engine)
			h.partner = h.addTold("shop")
			number := h.bindOne(phone("A-1")).CertificateNumber
			fetched, used := int64(0), time.Duration(0)
			for b.Loop() {
				b.StopTimer()
				h.fatal(h.Clone(b.Context(), CloneWish{
					Part: h.partner.Part, CertificateNumber: number, First: fetched, Count: copies,
				}))
				before := processors(b)
				b.StartTimer()
				h.fetchCopies(number, fetched, copies)
				fetched, used = fetched+copies, used+processors(b)-before
			}
			b.ReportMetric(float64(fetched)/b.Elapsed().Seconds(), "certificates/s")
			b.ReportMetric(float64(used.Microseconds())/float64(fetched), "cpu-µs/certificate")
		})
	}
}

// fetchCopies fetches the certificates of copies of a policy.
func (h *house) fetchCopies(number string, first, count int64) {
	const digits, atOnce = 12, 8
	var group errgroup.Group
	group.SetLimit(atOnce)
	for n := first; n < first+count; n++ {
		group.Go(func() error {
			_, err := h.Archive(context.Background(), h.partner, DocumentRequest{
				CertificateNumber: fmt.Sprintf("%s%012d", number[:len(number)-digits], n), Kinds: []DocumentKind{DocumentCertificate},
			})
			return err
		})
	}
	h.fatal(group.Wait())
}

// processors is how long processors have worked for this process.
func processors(b *testing.B) time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// sweepAll does what is due in all lanes, and counts the steps.
func (h *house) sweepAll() int64 {
	held := h.holding(WorkLanes())
	held.renew(context.Background())
	var group sync.WaitGroup
	var steps atomic.Int64
	h.Stepped = func(string) { steps.Add(1) }
	for _, lane := range WorkLanes() {
		group.Go(func() {
			fence, _ := held.fence(lane)
			for more := true; more; {
				var err error
				more, err = h.sweepWork(context.Background(), lane, fence)
				h.fatal(err)
			}
		})
	}
	group.Wait()
	return steps.Load()
}
