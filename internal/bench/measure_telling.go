package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
)

// webhook lets webhooks queue up while the sink holds its answers, and drains the
// queue: each is posted, and its attempt recorded, in the order of its subject.
func (b *bench) webhook(ctx context.Context) error {
	q, err := b.queue(ctx)
	if err != nil {
		return err
	}
	defer q.close()
	strict := b.figure("webhook", "webhooks drained from the queue", perSecond).
		against("bare POSTs of the load to the same sink").aims(Target{AtLeast: 0.12})
	alike := b.figure("webhook", "webhooks drained from the queue", perSecond).
		against("bare POSTs of net/http's client").aims(Target{AtLeast: 0.12})
	return b.each(ctx, q.s, "webhook", func(int) error {
		drained, err := q.drain(ctx) // first, while a profile is taken
		if err != nil {
			return err
		}
		bare, err := q.posted(ctx)
		if err != nil {
			return err
		}
		plain, err := q.postedPlainly(ctx)
		strict.add(drained, bare)
		alike.add(drained, plain)
		return err
	}, strict, alike)
}

// replay has events told again, from the request to the last webhook.
func (b *bench) replay(ctx context.Context) error {
	q, err := b.queue(ctx)
	if err != nil {
		return err
	}
	defer q.close()
	rate := b.figure("replay", fmt.Sprintf("%d events told again and delivered", b.Due), perSecond)
	return b.each(ctx, q.s, "replay", func(int) error {
		if err := q.control(ctx, http.MethodPost, "/release", nil); err != nil {
			return err
		}
		if err := q.tellAgain(ctx); err != nil {
			return err
		}
		told, err := q.await(ctx)
		rate.add(told, 0)
		return err
	}, rate)
}

// queue is a sandbox with events to tell, and a sink to tell them to.
type queue struct {
	b    *bench
	s    *sandbox
	sink *process
	addr string // of the sink
	body []byte // of a webhook
}

func (b *bench) queue(ctx context.Context) (*queue, error) {
	s, err := b.start(ctx)
	if err != nil {
		return nil, err
	}
	q := &queue{b: b, s: s}
	if q.sink, q.addr, err = b.beside(ctx, "sink"); err != nil {
		s.end()
		return nil, err
	}
	if err := q.fill(ctx); err != nil {
		q.close()
		return nil, err
	}
	return q, nil
}

func (q *queue) close() {
	q.sink.stop()
	q.s.end()
}

// fill makes events that the sink was not told of yet, all but one.
func (q *queue) fill(ctx context.Context) error {
	if err := q.s.told(ctx, q.b, "http://"+q.addr+"/webhook"); err != nil {
		return err
	}
	t, err := q.s.sell(ctx, "order", nil)
	if err != nil {
		return err
	}
	if err := q.control(ctx, http.MethodGet, "/await?count=1", nil); err != nil {
		return err
	}
	if err := q.control(ctx, http.MethodGet, "/last", &q.body); err != nil {
		return err
	}
	return t.copy(ctx, q.b, q.b.Due-1, false)
}

// control does what the sink's paths say. answer is nil, *tally or *[]byte.
func (q *queue) control(ctx context.Context, method, path string, answer any) error {
	request, err := http.NewRequestWithContext(ctx, method, "http://"+q.addr+path, http.NoBody)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("ask the sink: %w", err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return fmt.Errorf("ask the sink: %w", err)
	}
	switch answer := answer.(type) {
	case *[]byte:
		*answer = text
	case *tally:
		return json.Unmarshal(text, answer)
	}
	return nil
}

// posted is the limit of telling: bare POSTs by the load, per second.
func (q *queue) posted(ctx context.Context) (float64, error) {
	request := newPattern(http.MethodPost, "/webhook", nil, q.body)
	done, err := load{addr: q.addr, connections: connections, time: q.b.Time, request: request.append}.run(ctx)
	return done.rate(), err
}

// postedPlainly is the same by the client of net/http, which Covernote's courier
// uses too.
func (q *queue) postedPlainly(ctx context.Context) (float64, error) {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: connections}}
	defer client.CloseIdleConnections()
	var count atomic.Int64
	group, ctx := errgroup.WithContext(ctx)
	began := time.Now()
	for range connections {
		group.Go(func() error {
			for time.Since(began) < q.b.Time {
				if err := post(ctx, client, "http://"+q.addr+"/webhook", q.body); err != nil {
					return err
				}
				count.Add(1)
			}
			return nil
		})
	}
	err := group.Wait()
	return float64(count.Load()) / time.Since(began).Seconds(), err
}

func post(ctx context.Context, client *http.Client, url string, body []byte) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, response.Body)
	_ = response.Body.Close()
	return err
}

// drain fills the queue while the sink holds its answers, lets go, and gives how
// many webhooks came per second.
func (q *queue) drain(ctx context.Context) (float64, error) {
	if err := q.control(ctx, http.MethodPost, "/hold", nil); err != nil {
		return 0, err
	}
	if err := q.tellAgain(ctx); err != nil {
		return 0, err
	}
	if err := q.control(ctx, http.MethodPost, "/release", nil); err != nil {
		return 0, err
	}
	return q.await(ctx)
}

// await waits until the sink has all, and gives how many came per second.
func (q *queue) await(ctx context.Context) (float64, error) {
	var all tally
	err := q.control(ctx, http.MethodGet, fmt.Sprintf("/await?count=%d", q.b.Due), &all)
	if err == nil && all.Count != q.b.Due {
		err = fmt.Errorf("the sink took %d webhooks, not %d", all.Count, q.b.Due)
	}
	return float64(all.Count) / all.Took.Seconds(), err
}

// recorded waits until nothing is on its way: what is, is not told again.
func (q *queue) recorded(ctx context.Context) error {
	return until(ctx, "all tries are recorded", func() (bool, error) {
		said, err := q.b.ask(ctx, append([]string{"notices", "list", "--state", "due", "--limit", "1"}, q.s.stored()...)...)
		return strings.Count(said, "\n") == 1, err // the names of the columns
	})
}

// tellAgain asks for every order's webhook again, until all are in the queue.
func (q *queue) tellAgain(ctx context.Context) error {
	if err := q.recorded(ctx); err != nil {
		return err
	}
	body := []byte(`{"since":"2000-01-01T00:00:00Z","types":["order.booked"]}`)
	for {
		var at struct {
			ID   string `json:"id"`
			Done bool   `json:"done"`
		}
		err := q.s.send(ctx, http.MethodPost, "/v1/events/replay", q.s.info.Others.Hepster.authorization(), body, &at)
		if err != nil || at.Done {
			return err
		}
		if body, err = json.Marshal(map[string]string{"id": at.ID}); err != nil {
			return err
		}
	}
}
