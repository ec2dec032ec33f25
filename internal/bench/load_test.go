package bench

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// served is the address of a handler.
func served(t *testing.T, handler http.Handler) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return strings.TrimPrefix(server.URL, "http://")
}

// connected is a connection to a handler.
func connected(t *testing.T, handler http.Handler) *connection {
	t.Helper()
	c, err := dial(t.Context(), served(t, handler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.close)
	return c
}

func TestEachRequestIsSentOnceWithItsNumber(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var seen []string
	addr := served(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		mu.Lock()
		defer mu.Unlock()
		seen = append(seen, r.URL.Path+" "+string(body)+" "+r.Header.Get("Who"))
	}))
	request := newPattern(http.MethodPost, "/of/"+serial, http.Header{"Who": {"me"}}, []byte(`{"n":"`+serial+`"}`))
	done, err := load{addr: addr, connections: 4, count: 20, first: 990, request: request.append}.run(t.Context())
	if err != nil || done.count != 20 || done.next < 1010 || done.median() <= 0 {
		t.Fatalf("%+v, %v", done, err)
	}
	var want []string
	for n := int64(990); n < 1010; n++ {
		want = append(want, fmt.Sprintf(`/of/%s {"n":"%[1]s"} me`, number(n)))
	}
	slices.Sort(seen)
	if !slices.Equal(seen, want) {
		t.Errorf("the server saw\n%s", strings.Join(seen, "\n"))
	}
}

// Both ways in which a body can end are read to their end, so that the next answer
// on the connection is not mistaken.
func TestAnswersAreReadWhole(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("long ", 10_000)
	c := connected(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/short":
			_, _ = io.WriteString(w, "short")
		case "/long": // no length is known: it is chunked
			_, _ = io.WriteString(w, long)
		case "/none":
			w.WriteHeader(http.StatusNoContent)
		}
	}))
	for range 3 {
		for path, want := range map[string]string{"/short": "short", "/long": long, "/none": ""} {
			status, body, err := c.ask(newPattern(http.MethodGet, path, nil, nil).text)
			if err != nil || status/100 != 2 || string(body) != want {
				t.Fatalf("%s: %d, %v, %d bytes", path, status, err, len(body))
			}
		}
	}
}

var anything = newPattern(http.MethodGet, "/", nil, nil)

// A figure of refusals would be worth nothing.
func TestARefusalEndsTheLoad(t *testing.T) {
	t.Parallel()
	var count atomic.Int64
	addr := served(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if count.Add(1) > 10 {
			w.WriteHeader(http.StatusTeapot)
			_, _ = io.WriteString(w, "enough of you")
		}
	}))
	_, err := load{addr: addr, connections: 2, time: time.Minute, request: anything.append}.run(t.Context())
	if err == nil || !strings.Contains(err.Error(), "418: enough of you") {
		t.Errorf("the load ended with %v", err)
	}
}

func TestALoadEndsWithItsTime(t *testing.T) {
	t.Parallel()
	addr := served(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	done, err := load{addr: addr, connections: 2, time: 50 * time.Millisecond, request: anything.append}.run(t.Context())
	if err != nil || done.count == 0 || done.took < 50*time.Millisecond || done.rate() <= 0 {
		t.Errorf("%d answers in %s, %v", done.count, done.took, err)
	}
}

func TestSamplesAreChangedWhereSaid(t *testing.T) {
	t.Parallel()
	got, err := with([]byte(`{"a":[{"b":1.50,"c":2}],"d":{"e":"x"}}`), map[string]any{"a.0.c": "new", "d.f": 3})
	if want := `{"a":[{"b":1.50,"c":"new"}],"d":{"e":"x","f":3}}`; err != nil || string(got) != want {
		t.Errorf("%s, %v, want %s", got, err, want)
	}
	for _, place := range []string{"d.e.g", "a.1.b", "nowhere.at"} {
		if _, err := with([]byte(`{"a":[{}],"d":{"e":"x"}}`), map[string]any{place: 1}); err == nil {
			t.Errorf("something was put at %s", place)
		}
	}
}

func TestTheEchoAnswersWhatItWasTaught(t *testing.T) {
	t.Parallel()
	c := connected(t, &Echo{})
	for _, step := range []struct {
		method, body string
		status       int
		answer       string
	}{
		{http.MethodPut, `{"price":[1,2.5,"x"]}`, 200, ""},
		{http.MethodPost, `{"any":"thing"}`, 200, `{"price":[1,2.5,"x"]}`},
		{http.MethodPost, `no JSON`, 400, "invalid character 'o' in literal null (expecting 'u')\n"},
	} {
		status, body, err := c.ask(newPattern(step.method, "/", nil, []byte(step.body)).text)
		if err != nil || status != step.status || string(body) != step.answer {
			t.Errorf("%s %s: %d %q, %v", step.method, step.body, status, body, err)
		}
	}
}

// The sink holds webhooks, lets go of them, and says when it has as many as are
// waited for.
func TestTheSinkHoldsAndCounts(t *testing.T) {
	t.Parallel()
	q := &queue{b: &bench{Options: Options{Due: 3}}, addr: served(t, NewSink())}
	if err := q.control(t.Context(), http.MethodPost, "/hold", nil); err != nil {
		t.Fatal(err)
	}
	posted := make(chan error, 1)
	go func() {
		_, err := load{
			addr: q.addr, connections: 3, count: 3, request: newPattern(http.MethodPost, "/webhook", nil, []byte("hello")).append,
		}.run(t.Context())
		posted <- err
	}()
	var before tally
	if err := q.control(t.Context(), http.MethodGet, "/await?count=0", &before); err != nil || before.Count != 0 {
		t.Fatalf("the sink took %d while it held, %v", before.Count, err)
	}
	select {
	case err := <-posted:
		t.Fatalf("a webhook was answered while the sink held: %v", err)
	default:
	}
	if err := q.control(t.Context(), http.MethodPost, "/release", nil); err != nil {
		t.Fatal(err)
	}
	rate, err := q.await(t.Context())
	if err != nil || rate <= 0 {
		t.Errorf("taken at %f a second, %v", rate, err)
	}
	if err := <-posted; err != nil {
		t.Error(err)
	}
	var last []byte
	if err := q.control(t.Context(), http.MethodGet, "/last", &last); err != nil || !bytes.Equal(last, []byte("hello")) {
		t.Errorf("the last was %q, %v", last, err)
	}
}

// An order's webhook may come before its acknowledgement, or after.
func TestTheInboxKnowsWhoseWebhookCame(t *testing.T) {
	t.Parallel()
	in, err := receive(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer in.close()
	for n := range int64(3) {
		in.expect(n)
	}
	for _, n := range []int64{2, 0, 1} {
		body := `{"externalOrderReference":"` + orderMark + number(n) + `"}`
		if err := post(t.Context(), http.DefaultClient, in.url, []byte(body)); err != nil {
			t.Fatal(err)
		}
		if err := in.await(t.Context(), n); err != nil {
			t.Error(err)
		}
		if _, waits := in.expected[n]; waits {
			t.Errorf("order %d is still waited for", n)
		}
	}
}

func TestNoTwoRenewalsFallOnOneDay(t *testing.T) {
	t.Parallel()
	for day := range 366 {
		met := make(map[time.Time]bool)
		for _, start := range starts(time.Date(2027, 1, 1+day, 15, 0, 0, 0, time.UTC), 7) {
			due := start.AddDate(0, 1, 0)
			if met[due] || due.Day() != start.Day() {
				t.Fatalf("from %s on: two renewals are due on %s", start, due)
			}
			met[due] = true
		}
	}
}
