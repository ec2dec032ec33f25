package core

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/covernote/covernote/internal/store/storetest"
)

// BenchmarkQuote is one package with one quote, all different, asked for by 64
// callers at once on behalf of four partners.
func BenchmarkQuote(b *testing.B) {
	for _, engine := range []string{storetest.SQLite, storetest.Postgres} {
		b.Run(engine, func(b *testing.B) { benchmarkQuote(b, open(b, engine), 64) })
	}
}

func benchmarkQuote(b *testing.B, h *house, callers int) {
	b.Helper()
	var shops []Partner
	for i := range 4 {
		shops = append(shops, h.shop(fmt.Sprint("shop", i)))
	}
	var next atomic.Int64
	var all sync.WaitGroup
	b.ResetTimer()
	for caller := range callers {
		all.Go(func() {
			for n := next.Add(1); n <= int64(b.N); n = next.Add(1) {
				wish := packageOf(tickets(fmt.Sprintf("%d.%02d", 10+n%900, n%100)))
				if _, err := h.Quote(context.Background(), shops[caller%len(shops)], wish, Once{}); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "quotes/s")
}
