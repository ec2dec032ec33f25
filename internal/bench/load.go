package bench

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
)

// load is a closed loop: each of many connections sends its next request when
// its last one was answered.
type load struct {
	addr        string
	connections int
	// request appends request number n, from first on, to a buffer.
	request func(buffer []byte, n int64) []byte
	first   int64
	// time or count, whichever is reached first, ends it; 0 is without end.
	time  time.Duration
	count int64
	// see looks at each answer, as part of the time that it takes; nil wants no more
	// than a status of success. It is called from all connections.
	see func(n int64, body []byte) error
}

// loaded is what came of a load.
type loaded struct {
	// next is the number of the request that would have followed.
	next  int64
	count int64
	took  time.Duration
	// latencies are sorted.
	latencies []time.Duration
}

// rate is how many were answered per second.
func (l loaded) rate() float64 { return float64(l.count) / l.took.Seconds() }

// median is the latency that half of the requests stayed below, in milliseconds.
func (l loaded) median() float64 { return l.percentile(50) }

func (l loaded) percentile(p int) float64 {
	if len(l.latencies) == 0 {
		return 0
	}
	at := min(len(l.latencies)*p/100, len(l.latencies)-1)
	return float64(l.latencies[at]) / float64(time.Millisecond)
}

// run drives the load. Any answer but one of success ends it with an error: a
// figure of refusals would be worth nothing.
func (l load) run(ctx context.Context) (loaded, error) {
	lines, err := l.connect(ctx)
	defer func() {
		for _, line := range lines {
			line.close()
		}
	}()
	if err != nil {
		return loaded{}, err
	}
	var next atomic.Int64
	next.Store(l.first)
	group, ctx := errgroup.WithContext(ctx)
	began := time.Now()
	for _, line := range lines {
		group.Go(func() error { return line.drive(ctx, l, &next, began) })
	}
	err = group.Wait()
	done := loaded{took: time.Since(began)}
	for _, line := range lines {
		done.latencies = append(done.latencies, line.latencies...)
	}
	slices.Sort(done.latencies)
	done.count, done.next = int64(len(done.latencies)), next.Load()
	return done, err
}

// connect opens the connections; after an error, those that could be.
func (l load) connect(ctx context.Context) ([]*line, error) {
	var lines []*line
	for range l.connections {
		c, err := dial(ctx, l.addr)
		if err != nil {
			return lines, err
		}
		lines = append(lines, &line{connection: c})
	}
	return lines, nil
}

// line is a connection with what it has seen.
type line struct {
	*connection
	latencies []time.Duration
}

func (w *line) drive(ctx context.Context, l load, next *atomic.Int64, began time.Time) error {
	var buffer []byte
	for ctx.Err() == nil {
		n := next.Add(1) - 1
		if l.count > 0 && n >= l.first+l.count {
			return nil
		}
		sent := time.Now()
		if l.time > 0 && sent.Sub(began) >= l.time {
			return nil
		}
		buffer = l.request(buffer[:0], n)
		status, body, err := w.ask(buffer)
		if err != nil {
			return err
		}
		if status/100 != 2 {
			return fmt.Errorf("request %d was answered %d: %.300s", n, status, body)
		}
		if l.see != nil {
			if err := l.see(n, body); err != nil {
				return err
			}
		}
		w.latencies = append(w.latencies, time.Since(sent))
	}
	return ctx.Err()
}
