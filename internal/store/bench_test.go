package store_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/covernote/covernote/internal/store"
	"github.com/covernote/covernote/internal/store/storetest"
)

// BenchmarkCommit is one commit of two rows of about a kilobyte together.
func BenchmarkCommit(b *testing.B) {
	for _, engine := range []string{storetest.SQLite, storetest.Postgres} {
		for _, callers := range []int{1, 8, 64} {
			b.Run(fmt.Sprintf("%s/%d", engine, callers), func(b *testing.B) {
				benchmarkCommit(b, withThings(b, store.Options{DSN: storetest.DSN(b, engine)}), callers)
			})
		}
	}
}

func benchmarkCommit(b *testing.B, s *store.Store, callers int) {
	body := make([]byte, 500)
	var next atomic.Int64
	var all sync.WaitGroup
	b.ResetTimer()
	for caller := range callers {
		part := fmt.Sprint("part", caller%16)
		all.Go(func() {
			for {
				n := next.Add(1)
				if n > int64(b.N) {
					return
				}
				if err := s.Commit(context.Background(), booking(part, n, body)); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "commits/s")
}

func booking(part string, n int64, body []byte) *store.Changes {
	c := store.NewChanges(part)
	for _, kind := range []string{"policy", "event"} {
		id := fmt.Sprintf("%s-%012d", kind, n)
		c.Insert("thing/"+part+"/"+id, `INSERT INTO thing (part, id, version, body) VALUES ($1, $2, 1, $3) ON CONFLICT DO NOTHING`,
			part, id, body)
	}
	return c
}
