package app_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
	"github.com/covernote/covernote/internal/store/storetest"
)

const (
	clockPath   = "/sandbox/clock"
	answersPath = "/sandbox/inbox/answers"
)

// aSubscription is a monthly policy of a phone that begins on the sandbox's
// present day.
func aSubscription(reference string) order {
	return order{reference: reference, product: "HEP_Phone_Abo_799,99", kind: "recurring", duration: "1M", object: "Phone"}
}

// Each month of a subscription is written once, whether the clock is moved at
// once, in steps, or for one policy alone.
func TestClockWritesEveryPremium(t *testing.T) {
	t.Parallel()
	storetest.EachEngine(t, func(t *testing.T, engine string) {
		s := openSandbox(t, engine)
		one, two := s.book(t, aSubscription("ONE")), s.book(t, aSubscription("TWO"))
		began := s.now(t)

		s.controls().want(t, http.StatusOK, http.MethodPost, clockPath, []byte(`{"advance":"P40D","policy":"`+one+`"}`))
		if moved := s.now(t).Sub(began); moved > time.Hour {
			t.Errorf("moving one policy's clock moved all by %s", moved)
		}
		wantPremiums(t, s, one, began.AddDate(0, 0, 40))
		wantPremiums(t, s, two, began)

		s.advance(t, "P90D")
		wantPremiums(t, s, one, began.AddDate(0, 0, 130))
		wantPremiums(t, s, two, began.AddDate(0, 0, 90))
		s.controls().want(t, http.StatusOK, http.MethodPost, clockPath,
			[]byte(`{"now":"`+began.AddDate(0, 0, 200).Format(time.RFC3339)+`"}`))
		wantPremiums(t, s, two, began.AddDate(0, 0, 200))
		if live := s.partner().contracts(t, ""); len(live) != 2 || live[0].Status != "ACTIVE" {
			t.Errorf("listed %+v", live)
		}
		s.place().check(t)
	})
}

// wantPremiums compares how many premiums are written for a policy of today
// with the months that have begun until an instant.
func wantPremiums(t *testing.T, s *sandbox, number string, until time.Time) {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	first, last := insurance.MustDate(today(t)), insurance.DateIn(until, zone)
	want := 1
	for !first.AddMonths(want).After(last) {
		want++
	}
	if got := premiums(t, s, number); got != want {
		t.Errorf("%d premiums are written for %s until %s, want %d", got, number, last, want)
	}
}

// premiums counts the premiums in a policy's ledger, which no partner sees.
func premiums(t *testing.T, s *sandbox, number string) int {
	t.Helper()
	rows, err := store.Open(t.Context(), store.Options{DSN: s.place().dsn()})
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	written := 0
	err = rows.View(t.Context(), func(v *store.View) error {
		policy, ok, err := v.PolicyAnywhere(number)
		if err != nil || !ok {
			return fmt.Errorf("read policy %s: %w", number, err)
		}
		ledger, err := v.Ledger(policy.Part, policy.ID)
		for _, entry := range ledger {
			if entry.Kind == insurance.EntryWritten {
				written++
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return written
}

func TestClockRefuses(t *testing.T) {
	t.Parallel()
	s := openSandbox(t, storetest.SQLite)
	for wish, status := range map[string]int{
		`{"now":"2020-01-01T00:00:00Z"}`: 400, `{"advance":"-P1D"}`: 400, `{"advance":"PT0S"}`: 400, `{"advance":"tomorrow"}`: 400,
		`{"advance":"P10000Y"}`: 400, `{"advance":"P1000000000D"}`: 400, `{"advance":"PT9999999H"}`: 400, `{"now":"9999-12-30T00:00:00Z"}`: 400,
		`{"now":"tomorrow"}`: 400, `{}`: 400, `{"advance":"P1D","now":"2099-01-01T00:00:00Z"}`: 400, `{"forward":"P1D"}`: 400,
		`P1D`: 400, ``: 400, `{"advance":"P1D","policy":"I0"}`: 404,
	} {
		before := s.now(t)
		got := s.controls().want(t, status, http.MethodPost, clockPath, []byte(wish))
		var problem struct{ Error, Next string }
		if decode(t, got.body, &problem); problem.Error == "" || problem.Next == "" {
			t.Errorf("%s is refused without saying what to do: %s", wish, got.body)
		}
		if moved := s.now(t).Sub(before); moved < 0 || moved > time.Hour {
			t.Errorf("%s moved the clock by %s", wish, moved)
		}
	}
}

// While the clock is being moved, nobody else may move it.
func TestClockIsMovedByOneAtATime(t *testing.T) {
	t.Parallel()
	storetest.EachEngine(t, func(t *testing.T, engine string) {
		s := openSandbox(t, engine)
		// The second try hangs on the way and holds up the move.
		s.answers(t, `{"status":500}`)
		s.answers(t, `{"status":200,"delay":"PT1S"}`)
		s.partner().want(t, http.StatusOK, http.MethodPost, orderPath, order{reference: "SLOW"}.body(t))
		s.wantTries(t, 1)
		moved := make(chan answer, 1)
		go func() {
			got, err := s.controls().try(t.Context(), http.MethodPost, clockPath, []byte(`{"advance":"PT2M"}`))
			if err != nil {
				t.Error(err)
			}
			moved <- got
		}()
		s.wantTries(t, 2)
		s.controls().want(t, http.StatusConflict, http.MethodPost, clockPath, []byte(`{"advance":"PT1M"}`))
		if got := <-moved; got.status != http.StatusOK {
			t.Errorf("the first move got %d: %s", got.status, got.body)
		}
		s.advance(t, "PT1M")
		s.place().check(t)
	})
}

func (s *sandbox) answers(t *testing.T, wish string) {
	t.Helper()
	s.controls().want(t, http.StatusOK, http.MethodPost, answersPath, []byte(wish))
}

// wantTries waits until the inbox was tried so often.
func (s *sandbox) wantTries(t *testing.T, want int) {
	t.Helper()
	eventually(t, fmt.Sprintf("the inbox is tried %d times", want), func() bool { return len(s.inbox(t)) == want })
}

// A webhook that is not taken is tried again after a minute, five minutes,
// half an hour, give or take a tenth, always under the same id.
func TestWebhookIsTriedAgain(t *testing.T) {
	t.Parallel()
	storetest.EachEngine(t, func(t *testing.T, engine string) {
		s := openSandbox(t, engine)
		s.answers(t, `{"status":500,"times":3,"partner":"hepster"}`)
		s.partner().want(t, http.StatusOK, http.MethodPost, orderPath, order{reference: "AGAIN"}.body(t))
		s.wantTries(t, 1)
		for _, step := range []struct {
			by    string
			tries int
		}{
			{"PT40S", 1}, {"PT30S", 2}, // due after 54 to 66 s
			{"PT3M", 2}, {"PT3M", 3}, // 270 to 330 s later
			{"PT20M", 3}, {"PT15M", 4}, // 27 to 33 min later
			{"P10D", 4}, // taken
		} {
			s.advance(t, step.by)
			if got := len(s.inbox(t)); got != step.tries {
				t.Fatalf("%d tries after another %s, want %d", got, step.by, step.tries)
			}
		}
		for _, m := range s.inbox(t) {
			if id := m.Headers.Get("Covernote-Delivery-Id"); id == "" || id != s.inbox(t)[0].Headers.Get("Covernote-Delivery-Id") {
				t.Errorf("a try has the id %q", id)
			}
		}
		wantMetric(t, s.info.URL, `covernote_notice_attempts_total{family="hepster",outcome="failed"}`, 3)
		wantMetric(t, s.info.URL, `covernote_notice_attempts_total{family="hepster",outcome="delivered"}`, 1)
		s.place().check(t)
	})
}

// After the last try a webhook is given up, and an operator sees it.
func TestWebhookIsGivenUp(t *testing.T) {
	t.Parallel()
	storetest.EachEngine(t, func(t *testing.T, engine string) {
		s := openSandbox(t, engine)
		s.answers(t, `{"status":503,"times":100}`)
		s.partner().want(t, http.StatusOK, http.MethodPost, orderPath, order{reference: "VAIN"}.body(t))
		s.wantTries(t, 1)
		s.advance(t, "P30D")
		tries := s.inbox(t)
		if len(tries) != 9 {
			t.Errorf("given up after %d tries", len(tries))
		}
		list := done(t, nil, append([]string{"notices", "list", "--state", "given_up"}, s.place().args()...)...)
		id := tries[0].Headers.Get("Covernote-Delivery-Id")
		if lines := strings.Split(strings.TrimSpace(list), "\n"); len(lines) != 2 || !strings.Contains(lines[1], id) || !strings.Contains(lines[1], "HTTP 503") {
			t.Errorf("listed\n%s", list)
		}
		wantMetric(t, s.info.URL, `covernote_notice_attempts_total{family="hepster",outcome="given_up"}`, 1)
		wantMetric(t, s.info.URL, `covernote_notice_attempts_total{family="hepster",outcome="failed"}`, 8)
		s.place().check(t)
	})
}

// wantMetric compares a figure of /metrics.
func wantMetric(t *testing.T, url, name string, want int) {
	t.Helper()
	text := string(caller{url: url}.want(t, http.StatusOK, http.MethodGet, "/metrics", nil).body)
	for line := range strings.Lines(text) {
		if value, ok := strings.CutPrefix(line, name+" "); ok {
			if got, err := strconv.Atoi(strings.TrimSpace(value)); err != nil || got != want {
				t.Errorf("%s is %s, want %d", name, value, want)
			}
			return
		}
	}
	t.Errorf("there is no figure %s", name)
}

// A move over a quarter of a year of many policies. How long it takes is
// logged; COVERNOTE_TEST_POLICIES sets how many.
func TestClockMovesManyPolicies(t *testing.T) {
	t.Parallel()
	storetest.EachEngine(t, func(t *testing.T, engine string) {
		s := openSandbox(t, engine)
		policies := setting(t, "COVERNOTE_TEST_POLICIES", 200)
		for booked := 0; booked < policies; {
			var batch []json.RawMessage
			for ; booked < policies && len(batch) < 500; booked++ {
				o := aSubscription("MANY")
				o.serial = fmt.Sprintf("S-%d", booked)
				batch = append(batch, o.body(t))
			}
			body, err := json.Marshal(batch)
			if err != nil {
				t.Fatal(err)
			}
			s.partner().want(t, http.StatusOK, http.MethodPost, orderPath, body)
		}
		eventually(t, "all are booked", func() bool { return s.total(t) == policies })
		began := time.Now()
		s.advance(t, "P90D")
		took := time.Since(began)
		t.Logf("%s: %d policies moved by 90 days in %s", engine, policies, took)
		if took > 2*time.Minute {
			t.Errorf("the move took %s", took)
		}
		wantPremiums(t, s, s.partner().contracts(t, "")[policies-1].CertificateNumber, time.Now().AddDate(0, 0, 90))
		s.place().check(t)
	})
}

// total is how many contracts the partner has.
func (s *sandbox) total(t *testing.T) int {
	t.Helper()
	var page struct{ TotalElements int }
	decode(t, s.partner().want(t, http.StatusOK, http.MethodGet, lookupPath+"?size=1", nil).body, &page)
	return page.TotalElements
}

// setting is a number that long runs make larger.
func setting(t *testing.T, name string, usual int) int {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return usual
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

// The controls of a sandbox are for this machine's own pages and programs, and
// a live server has none.
func TestControlsAreGuarded(t *testing.T) {
	t.Parallel()
	s := openSandbox(t, storetest.SQLite)
	environment := configuration(t, storetest.DSN(t, storetest.SQLite))
	live := caller{url: serve(t, environment).url}
	before := s.now(t)
	for _, control := range []struct{ method, path, body string }{
		{"GET", "/sandbox/info", ""}, {"GET", clockPath, ""}, {"POST", clockPath, `{"advance":"P1D"}`}, {"GET", "/sandbox/inbox", ""},
		{"DELETE", "/sandbox/inbox", ""}, {"POST", answersPath, `{"status":500}`},
		{"POST", "/sandbox/inquiries/1", `{"to":"calculated"}`}, {"POST", pushesPath, `{"partner":"thinksurance","on":true}`},
	} {
		body := []byte(control.body)
		s.controls().want(t, http.StatusForbidden, control.method, control.path, body, "Host: covernote.example")
		s.controls().want(t, http.StatusForbidden, control.method, control.path, body, "Host: 127.0.0.1.covernote.example:8080")
		if control.method != "GET" {
			s.controls().want(t, http.StatusForbidden, control.method, control.path, body, "Origin: https://covernote.example")
			s.controls().want(t, http.StatusForbidden, control.method, control.path, body, "Sec-Fetch-Site: cross-site")
		}
		live.want(t, http.StatusNotFound, control.method, control.path, body)
	}
	if moved := s.now(t).Sub(before); moved > time.Hour {
		t.Errorf("a stranger moved the clock by %s", moved)
	}
	live.want(t, http.StatusNotFound, http.MethodPost, "/sandbox/inbox/hepster", []byte(`{}`))
	live.want(t, http.StatusNotFound, http.MethodGet, "/", nil)
}

// A partner of a sandbox deviates from its API's defaults once it is told to.
func TestSwitchesOfASandbox(t *testing.T) {
	t.Parallel()
	s := openSandbox(t, storetest.SQLite)
	const path = "/sandbox/switches"
	s.controls().want(t, http.StatusOK, http.MethodPost, path, []byte(`{"partner":"xcover","switches":{"nbsp":"false"}}`))
	for _, wrong := range []string{
		`{"partner":"xcover","switches":{"colour":"red"}}`, `{"partner":"xcover","switches":{"nbsp":"perhaps"}}`,
		`{"partner":"nobody","switches":{"nbsp":"false"}}`, `{"partner":1}`,
	} {
		s.controls().want(t, http.StatusBadRequest, http.MethodPost, path, []byte(wrong))
	}
}
