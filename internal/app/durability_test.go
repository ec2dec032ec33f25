package app_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/store/storetest"
)

// A process that is killed under load loses nothing that it acknowledged, and
// books nothing twice. COVERNOTE_TEST_KILLS and COVERNOTE_TEST_SEED make the
// run longer and repeat it.
func TestKillLosesNothing(t *testing.T) {
	t.Parallel()
	storetest.EachEngine(t, func(t *testing.T, engine string) {
		survive(t, engine, setting(t, "COVERNOTE_TEST_KILLS", 2), syscall.SIGKILL)
	})
}

// A process that is told to stop under load ends well and loses nothing.
func TestTerminationLosesNothing(t *testing.T) {
	t.Parallel()
	storetest.EachEngine(t, func(t *testing.T, engine string) {
		survive(t, engine, setting(t, "COVERNOTE_TEST_TERMINATIONS", 2), syscall.SIGTERM)
	})
}

// perRound is how many orders are sent between two ends of the process.
const perRound = 80

// survive sends orders while the process ends again and again, then compares
// what the clients were told with what the server has.
func survive(t *testing.T, engine string, rounds int, signal syscall.Signal) {
	t.Helper()
	seed := setting(t, "COVERNOTE_TEST_SEED", int(time.Now().UnixNano()%1_000_000))
	t.Logf("COVERNOTE_TEST_SEED=%d", seed)
	chance := rand.New(rand.NewPCG(uint64(seed), 0))
	at, told := newPlace(t, engine), newReceiver(t)
	process := at.spawn(t, "--webhook", told.url)
	crowd := newCrowd(t, at.info(t), 8)
	told.knows(at.info(t).Hepster.WebhookSecret)
	for round := range rounds {
		crowd.reach(process.url)
		before := len(told.all())
		crowd.permit(perRound)
		crowd.acknowledged(t, 1+chance.IntN(perRound/2))
		if round%3 == 2 { // and not before bookings go on after the last time
			eventually(t, "bookings go on", func() bool { return len(told.all()) > before+chance.IntN(10) })
		}
		if err := process.end(t, signal); signal == syscall.SIGTERM && err != nil {
			t.Errorf("told to stop, the process ended with %v\n%s", err, process.log)
		}
		process = at.spawn(t, "--webhook", told.url)
	}
	crowd.reach(process.url)
	crowd.finish(t)
	compare(t, crowd, told, process.url, rounds*perRound)
	at.check(t)
	if err := process.end(t, syscall.SIGTERM); err != nil {
		t.Errorf("the process ended with %v\n%s", err, process.log)
	}
}

// info is what the sandbox wrote down.
func (p place) info(t *testing.T) sandboxInfo {
	t.Helper()
	s := &sandbox{folder: p.folder}
	s.read(t)
	return s.info
}

// compare holds the clients' ledger against the public API and what the
// receiver was told.
func compare(t *testing.T, crowd *crowd, told *receiver, url string, sent int) {
	t.Helper()
	crowd.url = url
	ledger := crowd.ledger()
	if len(ledger) != sent {
		t.Errorf("%d orders were acknowledged of %d", len(ledger), sent)
	}
	numbers := make(map[string]string)
	eventually(t, "everything is booked", func() bool { return len(crowd.contracts(t, "status=ALL")) >= sent })
	for _, c := range crowd.contracts(t, "status=ALL") {
		if numbers[c.ExternalOrderReference] != "" {
			t.Errorf("order %s has more than one contract", c.ExternalOrderReference)
		}
		if !ledger[c.ExternalOrderReference] {
			t.Errorf("order %s was never acknowledged and is booked", c.ExternalOrderReference)
		}
		numbers[c.ExternalOrderReference] = c.CertificateNumber
	}
	eventually(t, "everything is told", func() bool { return len(told.numbers()) >= len(numbers) })
	for reference := range ledger {
		heard := told.numbers()[reference]
		if numbers[reference] == "" || len(heard) != 1 || !heard[numbers[reference]] {
			t.Errorf("order %s has contract %q, and was told of %v", reference, numbers[reference], heard)
		}
	}
	t.Logf("%d orders, %d webhooks, %d answers missed and asked for again", len(ledger), len(told.all()), crowd.missed.Load())
}

// crowd are clients that order at the same time. Each notes what it was told,
// and asks again with the same body until it knows.
type crowd struct {
	caller
	// targets are the addresses that they call in turn.
	targets atomic.Pointer[[]string]
	turn    atomic.Int64
	// permits are orders that may be begun; acks are those acknowledged.
	permits, acks chan struct{}
	missed        atomic.Int64
	group         sync.WaitGroup

	mu    sync.Mutex
	known map[string]bool
}

func newCrowd(t *testing.T, info sandboxInfo, clients int) *crowd {
	t.Helper()
	c := &crowd{
		caller: info.Hepster.caller(), permits: make(chan struct{}, 1_000_000), acks: make(chan struct{}, 1_000_000), known: make(map[string]bool),
	}
	c.reach(info.URL)
	for client := range clients {
		c.group.Go(func() {
			for n := 0; ; n++ {
				if _, ok := <-c.permits; !ok {
					return
				}
				reference := fmt.Sprintf("%d-%d", client, n)
				c.insist(t, reference, order{reference: reference}.body(t))
			}
		})
	}
	return c
}

// reach lets the clients call other addresses.
func (c *crowd) reach(urls ...string) { c.targets.Store(&urls) }

// target is the address to call next.
func (c *crowd) target() string {
	urls := *c.targets.Load()
	return urls[int(c.turn.Add(1))%len(urls)]
}

func (c *crowd) permit(orders int) {
	for range orders {
		c.permits <- struct{}{}
	}
}

// acknowledged waits for a number of acknowledgements.
func (c *crowd) acknowledged(t *testing.T, count int) {
	t.Helper()
	for range count {
		select {
		case <-c.acks:
		case <-time.After(patience):
			t.Fatal("nothing is acknowledged any more")
		}
	}
}

// finish waits until no client has anything left to know.
func (c *crowd) finish(t *testing.T) {
	t.Helper()
	close(c.permits)
	finished := make(chan struct{})
	go func() { c.group.Wait(); close(finished) }()
	select {
	case <-finished:
	case <-time.After(patience):
		t.Fatal("the clients do not get answers")
	}
}

func (c *crowd) ledger() map[string]bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.known
}

// insist sends an order until it is acknowledged. Whatever else happens
// leaves unknown whether it was taken.
func (c *crowd) insist(t *testing.T, reference string, body []byte) {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); <-tick.C {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		got, err := caller{c.target(), c.user, c.secret}.try(ctx, http.MethodPost, orderPath, body)
		cancel()
		if err == nil && got.status == http.StatusOK {
			c.mu.Lock()
			c.known[reference] = true
			c.mu.Unlock()
			c.acks <- struct{}{}
			return
		}
		if err == nil && got.status != http.StatusServiceUnavailable {
			t.Errorf("order %s: %d %s", reference, got.status, got.body)
			return
		}
		c.missed.Add(1)
	}
	t.Errorf("order %s was never answered", reference)
}

// The same order sent many times at once is one contract, whoever takes it.
func TestCopiesAtOnceAreOneContract(t *testing.T) {
	t.Parallel()
	storetest.EachEngine(t, func(t *testing.T, engine string) {
		one := openSandbox(t, engine)
		nodes := []*sandbox{one}
		if engine == storetest.Postgres {
			nodes = append(nodes, place{folder: filepath.Join(t.TempDir(), "second"), database: one.database}.open(t))
		}
		for i, copies := range []int{5, 32} {
			reference := fmt.Sprintf("COPIES-%d", copies)
			body := order{reference: reference}.body(t)
			var group sync.WaitGroup
			for n := range copies {
				group.Go(func() {
					got, err := nodes[n%len(nodes)].partner().try(t.Context(), http.MethodPost, orderPath, body)
					if err != nil || got.status != http.StatusOK {
						t.Errorf("copy %d: %d %s %v", n, got.status, got.body, err)
					}
				})
			}
			group.Wait()
			_, hook := one.told(t, reference)
			all := one.partner().contracts(t, "status=ALL")
			if len(all) != i+1 || all[i].CertificateNumber != hook.Contracts[0].CertificateNumber {
				t.Errorf("%d copies became %+v", copies, all)
			}
		}
		one.place().check(t)
	})
}
