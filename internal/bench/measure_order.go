package bench

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// order hands in orders through hepster's API, each waiting for the webhook that
// tells what has become of it.
func (b *bench) order(ctx context.Context) error {
	s, err := b.start(ctx)
	if err != nil {
		return err
	}
	defer s.end()
	inbox, err := receive(ctx)
	if err != nil {
		return err
	}
	defer inbox.close()
	if err := s.told(ctx, b, inbox.url); err != nil {
		return err
	}
	shop := s.info.Others.Hepster
	body, err := with(shop.Samples["order"], map[string]any{
		"Contract.externalOrderReference": orderMark + serial, "insuredObject.serialNumber": serial,
	})
	if err != nil {
		return err
	}
	request := newPattern(http.MethodPost, orderPath, shop.authorization(), body)
	rate := b.figure("order", "hepster order, booked and told by webhook", perSecond)
	latency := b.figure("order", "from an order to its webhook, half of them within", milliseconds)
	next := int64(0)
	return b.each(ctx, s, "order", func(int) error {
		done, err := load{
			addr: s.addr, connections: connections, time: b.Time, first: next,
			request: func(buffer []byte, n int64) []byte {
				inbox.expect(n)
				return request.append(buffer, n)
			},
			see: func(n int64, _ []byte) error { return inbox.await(ctx, n) },
		}.run(ctx)
		next = done.next
		rate.add(done.rate(), 0)
		latency.add(done.median(), 0)
		return err
	}, rate, latency)
}

// orderMark stands before the number of an order in its reference.
const orderMark = "BENCH-ORDER-"

// inbox takes webhooks and tells apart which order each is about.
type inbox struct {
	url      string
	server   *http.Server
	mu       sync.Mutex
	expected map[int64]chan struct{}
}

// receive begins to take webhooks.
func receive(ctx context.Context) (*inbox, error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen for webhooks: %w", err)
	}
	in := &inbox{url: "http://" + listener.Addr().String() + "/", expected: make(map[int64]chan struct{})}
	in.server = &http.Server{Handler: in, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = in.server.Serve(listener) }() // it ends with close
	return in, nil
}

func (in *inbox) close() { _ = in.server.Close() }

// ServeHTTP takes a webhook.
func (in *inbox) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	_, rest, found := bytes.Cut(body, []byte(orderMark))
	if err != nil || !found || len(rest) < digits {
		return
	}
	n, err := strconv.ParseInt(string(rest[:digits]), 10, 64)
	if err != nil {
		return
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	if told, ok := in.expected[n]; ok {
		delete(in.expected, n)
		close(told)
	}
}

// expect says that an order is about to be sent: its webhook may come before the
// acknowledgement.
func (in *inbox) expect(n int64) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.expected[n] = make(chan struct{})
}

// await waits for the webhook of an order.
func (in *inbox) await(ctx context.Context, n int64) error {
	in.mu.Lock()
	told, missing := in.expected[n]
	in.mu.Unlock()
	if !missing {
		return nil
	}
	patience := time.NewTimer(answerTimeout)
	defer patience.Stop()
	select {
	case <-told:
		return nil
	case <-patience.C:
		return fmt.Errorf("order %d was not told in time", n)
	case <-ctx.Done():
		return ctx.Err()
	}
}
