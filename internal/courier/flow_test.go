package courier

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/catalogue"
	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect"
	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store/storetest"
)

// flow is a courier with a core over a fresh database, and one partner.
type flow struct {
	*Courier
	t       *testing.T
	partner core.Partner
}

// teller tells what happened, and about what.
type teller struct{ speaker }

// Tell refuses orders whose name says so, as a dialect does that meets what it has
// no words for.
func (teller) Tell(n core.Notice) (dialect.Message, error) {
	var data struct {
		Reference string `json:"reference"`
	}
	if err := n.Event.Decode(&data); err != nil {
		return dialect.Message{}, err
	}
	if data.Reference == "UNSAYABLE" && n.Event.Type == core.EventOrderRefused {
		return dialect.Message{}, io.ErrUnexpectedEOF
	}
	return dialect.Message{Body: fmt.Appendf(nil, "%s %d", n.Event.Subject, n.Event.Sequence)}, nil
}

// Sign adds nothing.
func (teller) Sign(core.Notice, []byte, core.EndpointKey, time.Time) http.Header { return nil }

func newFlow(t *testing.T, engine string, urls ...string) *flow {
	t.Helper()
	products, err := catalogue.Load(catalogue.Sample())
	fatal(t, err)
	keys, err := core.NewKeys(make([]byte, 32))
	fatal(t, err)
	c, err := core.New(t.Context(), core.Options{
		Store: storetest.Fresh(t, engine), Catalogue: products, Keys: keys, Sandbox: true, Now: time.Now,
		Log: slog.New(slog.DiscardHandler), Holder: "one",
		Told: map[core.Family][]core.EventType{core.FamilyHepster: {core.EventOrderBooked, core.EventOrderRefused}},
	})
	fatal(t, err)
	access, err := c.AddPartner(t.Context(), core.Account{Part: "shop", Family: core.FamilyHepster, Name: "Shop", Endpoints: urls})
	fatal(t, err)
	f := &flow{t: t, Courier: &Courier{
		Core: c, Dialects: map[core.Family]dialect.Dialect{core.FamilyHepster: teller{}}, Poster: newSandboxPoster(t),
		Timeout: 3 * time.Second, Log: slog.New(slog.DiscardHandler),
	}}
	f.partner, err = c.Authenticate(t.Context(), core.FamilyHepster, core.Claim{User: access.Username, Secret: access.Secret})
	fatal(t, err)
	return f
}

func fatal(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// order hands in an order of which three things are told: two refusals and the
// booking of the rest.
func (f *flow) order(reference string) {
	f.t.Helper()
	wish := func(tariff, serial string) insurance.Proposal {
		return insurance.Proposal{
			Reference: reference, Tariff: tariff, InceptionOn: insurance.DateIn(time.Now().AddDate(0, 0, 2), time.UTC),
			Policyholder: insurance.Party{
				FirstName: "Erika", LastName: "Mustermann", Email: "erika@example.com", Country: "DE",
				Address: insurance.Address{Street: "Heidestraße", HouseNumber: "17", PostalCode: "51147", City: "Köln"},
			},
			Object: insurance.Object{Type: "phone", Attributes: map[string]string{
				insurance.AttributeSerialNumber: reference + serial, insurance.AttributeManufacturer: "Maker",
				insurance.AttributeModel: "One", insurance.AttributeSalesPrice: "555.0", insurance.AttributeUndamaged: "true",
			}},
		}
	}
	_, err := f.Core.SubmitOrder(f.t.Context(), f.partner, core.Order{Body: []byte(`{}`), Proposals: []insurance.Proposal{
		wish("nothing that is sold", "1"), wish("nothing that is sold", "2"), wish("HEP_Phone_Abo_799,99", "3"),
	}})
	fatal(f.t, err)
}

// work lets core and courier run until the test ends, or until rest is called:
// then everything is recorded.
func (f *flow) work() (rest func()) {
	ctx, stop := context.WithCancel(f.t.Context())
	var group sync.WaitGroup
	rest = func() { stop(); group.Wait() }
	f.t.Cleanup(rest)
	group.Go(func() { f.Core.Run(ctx) })
	group.Go(func() { f.Run(ctx) })
	return rest
}

// listener is a receiver that remembers the order in which it took things.
type listener struct {
	mu    sync.Mutex
	taken map[string][]string
	count int
	want  int
	done  chan struct{}
	// refuse tells which deliveries it does not take; nil takes all.
	refuse func(id string) bool
}

func listen(t *testing.T, want int) (*listener, string) {
	t.Helper()
	l := &listener{taken: make(map[string][]string), want: want, done: make(chan struct{})}
	server := httptest.NewServer(l)
	t.Cleanup(server.Close)
	return l, server.URL
}

func (l *listener) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.refuse != nil && l.refuse(r.Header.Get("Covernote-Delivery-Id")) {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	var subject, sequence string
	if _, err := fmt.Sscan(string(body), &subject, &sequence); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	l.taken[subject] = append(l.taken[subject], sequence)
	if l.count++; l.count == l.want {
		close(l.done)
	}
}

// inOrder insists that of every order everything came, once and in order.
func (l *listener) inOrder(t *testing.T, orders int) {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.taken) != orders {
		t.Errorf("heard of %d orders, want %d", len(l.taken), orders)
	}
	for subject, sequences := range l.taken {
		if !slices.IsSorted(sequences) || len(slices.Compact(slices.Clone(sequences))) != len(sequences) {
			t.Errorf("of %s came %v", subject, sequences)
		}
	}
}

func (l *listener) wait(t *testing.T) {
	t.Helper()
	select {
	case <-l.done:
	case <-time.After(time.Minute):
		l.mu.Lock()
		defer l.mu.Unlock()
		t.Fatalf("only %d of %d came", l.count, l.want)
	}
}

// Whatever the others do, an endpoint that is well is told everything, in order.
func TestHealthyEndpointsAreToldBesideBrokenOnes(t *testing.T) {
	t.Parallel()
	const orders = 40
	storetest.EachEngine(t, func(t *testing.T, engine string) {
		over := make(chan struct{})
		t.Cleanup(func() { close(over) })
		answer := func(status int, name, value string) string {
			return receive(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set(name, value)
				w.WriteHeader(status)
			})
		}
		healthy, url := listen(t, 3*orders)
		f := newFlow(t, engine, url,
			receiveRaw(t, func(*net.TCPConn) { <-over }),
			receiveRaw(t, func(conn *net.TCPConn) {
				_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nx")
				<-over
			}),
			receiveRaw(t, func(conn *net.TCPConn) { _ = conn.SetLinger(0) }),
			answer(http.StatusInternalServerError, "X", ""), answer(http.StatusGone, "X", ""),
			answer(http.StatusTooManyRequests, "Retry-After", "3600"), answer(http.StatusFound, "Location", url),
		)
		f.work()
		for i := range orders {
			f.order(fmt.Sprintf("A-%d", i))
		}
		healthy.wait(t)
		healthy.inOrder(t, orders)
		if healthy.count != 3*orders {
			t.Errorf("%d webhooks came, want %d: redirects are not followed", healthy.count, 3*orders)
		}
	})
}

// A try that fails holds up what comes after it about the same order, and nothing
// else.
func TestOrderIsKeptThroughFailures(t *testing.T) {
	t.Parallel()
	const orders = 20
	storetest.EachEngine(t, func(t *testing.T, engine string) {
		picky, url := listen(t, 3*orders)
		met := make(map[string]bool)
		picky.refuse = func(id string) bool { // the first try of half of them
			was := met[id]
			met[id] = true
			return !was && len(met)%2 == 0
		}
		f := newFlow(t, engine, url)
		for i := range orders {
			f.order(fmt.Sprintf("A-%d", i))
		}
		_, err := f.Core.MoveClock(t.Context(), core.Move{
			To:      func(now time.Time) (time.Time, error) { return now.Add(time.Hour), nil },
			Deliver: f.Deliver,
		})
		fatal(t, err)
		picky.wait(t)
		picky.inOrder(t, orders)
	})
}

// What cannot be said is given up alone: what follows about the same order goes out.
func TestWhatCannotBeSaidFailsAlone(t *testing.T) {
	t.Parallel()
	storetest.EachEngine(t, func(t *testing.T, engine string) {
		l, url := listen(t, 4)
		f := newFlow(t, engine, url)
		rest := f.work()
		f.order("UNSAYABLE")
		f.order("A-1")
		l.wait(t)
		rest()
		l.inOrder(t, 2)
		lines, err := f.Core.FindNotices(t.Context(), core.NoticeGivenUp, 10)
		if err != nil || len(lines) != 2 || lines[0].Outcome != "the message could not be built" || lines[0].Attempts != 1 {
			t.Errorf("given up are %+v, %v", lines, err)
		}
	})
}

// An endpoint gets no more in a minute than it wants, and no more at once.
func TestPace(t *testing.T) {
	t.Parallel()
	c := &Courier{Pace: core.Pace{AtOnce: 7}}
	if c.atOnce(core.Pace{}) != 7 || c.atOnce(core.Pace{AtOnce: 2}) != 2 || (&Courier{}).atOnce(core.Pace{}) != defaultAtOnce {
		t.Error("what goes at once is not what was said last")
	}
	if now, wait := c.allow("p/e", core.Pace{}, 500); now != 500 || wait != 0 {
		t.Errorf("without a limit %d go, then a pause of %v", now, wait)
	}
	limit := core.Pace{PerMinute: 120}
	now, wait := c.allow("p/e", limit, 500)
	if now != 2 || wait < 400*time.Millisecond || wait > 500*time.Millisecond {
		t.Errorf("with 120 a minute %d go, then a pause of %v", now, wait)
	}
	if now, _ := c.allow("p/e", limit, 500); now != 0 {
		t.Errorf("%d go before the pause is over", now)
	}
	if now, _ := c.allow("p/other", limit, 1); now != 1 {
		t.Error("another endpoint waits")
	}
}

// While the first notice of an order fails, nothing else of that order goes out.
func TestAFailedTryHoldsUpItsOrder(t *testing.T) {
	t.Parallel()
	const orders = 10
	storetest.EachEngine(t, func(t *testing.T, engine string) {
		bodies := make(chan string, 3*orders)
		f := newFlow(t, engine, receive(t, func(w http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			if err == nil {
				bodies <- string(body)
			}
			w.WriteHeader(http.StatusServiceUnavailable)
		}))
		for i := range orders {
			f.order(fmt.Sprintf("A-%d", i))
		}
		rest := f.work()
		for range orders {
			if body := <-bodies; !strings.HasSuffix(body, " 1") {
				t.Errorf("before the first of its order came %s", body)
			}
		}
		rest()
		if n := len(bodies); n != 0 {
			t.Errorf("%d more came although the first of each order failed", n)
		}
	})
}

// A try that hangs holds up what is about the same order, and nothing else, however
// much there is. No more goes at once than the endpoint wants.
func TestOneThatHangsHoldsUpNoOtherOrder(t *testing.T) {
	t.Parallel()
	const orders = 2*jobsRead/3 + 10 // of three notices each
	storetest.EachEngine(t, func(t *testing.T, engine string) {
		l, _ := listen(t, 3*(orders-1))
		var hung, atOnce, tooMany atomic.Int64
		over := make(chan struct{})
		answer := sync.OnceFunc(func() { close(over) })
		f := newFlow(t, engine, receive(t, func(w http.ResponseWriter, r *http.Request) {
			defer atOnce.Add(-1)
			if atOnce.Add(1) > defaultAtOnce {
				tooMany.Add(1)
			}
			if hung.Add(1) == 1 {
				<-over
				return
			}
			l.ServeHTTP(w, r)
		}))
		f.Timeout = time.Hour
		for i := range orders {
			f.order(fmt.Sprintf("A-%d", i))
		}
		rest := f.work()
		t.Cleanup(answer) // before the courier is waited for
		l.wait(t)
		l.inOrder(t, orders-1)
		if n := tooMany.Load(); n > 0 {
			t.Errorf("%d were told while sixteen others were", n)
		}
		answer()
		rest()
	})
}
