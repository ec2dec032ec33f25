package native_test

import (
	"errors"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/native"
)

func TestAnswers(t *testing.T) {
	t.Parallel()
	empty, more := &shelf{}, stocked()
	more.more = true
	for _, c := range []struct {
		asking
		shelf  *shelf
		status int
		body   string
	}{
		{get("/v1/events"), empty, 200, `{"events":[],"next":0,"more":false}`},
		{get("/v1/events?after=17"), empty, 200, `{"events":[],"next":17,"more":false}`},
		{get("/v1/events?after=17"), more, 200, `{"events":[` + ownEventJSON + `],"next":18,"more":true}`},
		{get("/v1/events/"), empty, 200, `{"events":[],"next":0,"more":false}`},
		{get("/v1/events/" + ownEvent), stocked(), 200, ownEventJSON},
		{
			replaying(`{"since":"2026-03-01T00:00:00Z"}`), stocked(), 202,
			`{"id":"` + replayID + `","events":300,"notices":220,"done":true}`,
		},
	} {
		t.Run(c.method+c.path, func(t *testing.T) {
			t.Parallel()
			got := c.answer(t, c.shelf)
			if got.Code != c.status || got.Body.String() != c.body {
				t.Errorf("got  %d %s\nwant %d %s", got.Code, got.Body, c.status, c.body)
			}
			if kind := got.Header().Get("Content-Type"); kind != "application/json; charset=utf-8" {
				t.Errorf("it is %s", kind)
			}
		})
	}
}

var (
	march = time.Date(2026, time.March, 1, 9, 30, 0, 0, time.UTC)
	april = time.Date(2026, time.April, 1, 0, 0, 0, 0, time.UTC)
)

func TestWhatIsAsked(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		asking
		want any
	}{
		{get("/v1/events"), core.LogFilter{Limit: 100}},
		{get("/v1/events?after=9223372036854775807&limit=1000"), core.LogFilter{After: 1<<63 - 1, Limit: 1000}},
		{
			get("/v1/events?since=2026-03-01T10:30:00%2B01:00&until=2026-04-01T00:00:00Z"),
			core.LogFilter{Since: march, Until: april, Limit: 100},
		},
		{
			get("/v1/events?type=order.booked&type=policy.bound&subject=CN-1"),
			core.LogFilter{Types: []core.EventType{core.EventOrderBooked, core.EventPolicyBound}, Subject: "CN-1", Limit: 100},
		},
		{get("/v1/events/" + ownEvent), ownEvent},
		{replaying(`{"since":"2026-03-01T09:30:00Z"}`), core.ReplayWish{Since: march}},
		{
			replaying(`{"since":"2026-03-01T09:30:00Z","until":"2026-04-01T00:00:00.000000Z","types":["policy.bound"],"endpoint":"crm"}`),
			core.ReplayWish{Since: march, Until: april, Types: []core.EventType{core.EventPolicyBound}, Endpoint: "crm"},
		},
		{replaying(`{"id":"` + replayID + `"}`), core.ReplayWish{ID: replayID}},
	} {
		t.Run(c.path+c.body, func(t *testing.T) {
			t.Parallel()
			asked := stocked()
			if got := c.answer(t, asked); got.Code >= 300 {
				t.Fatalf("%d %s", got.Code, got.Body)
			}
			if !reflect.DeepEqual(inUTC(asked.asked), c.want) {
				t.Errorf("got  %+v\nwant %+v", asked.asked, c.want)
			}
		})
	}
}

// inUTC lets instants be compared: the zone that one was written in does not
// matter.
func inUTC(asked any) any {
	switch w := asked.(type) {
	case core.LogFilter:
		w.Since, w.Until = w.Since.UTC(), w.Until.UTC()
		return w
	case core.ReplayWish:
		w.Since, w.Until = w.Since.UTC(), w.Until.UTC()
		return w
	}
	return asked
}

const (
	problemRoot = `{"type":"https://github.com/covernote/covernote/blob/main/docs/api.md#`
	invalidHead = problemRoot + `invalid-request","title":"The request is not valid","status":400,"detail":"`
	notInstant  = `is not an instant such as 2026-03-01T09:30:00Z; in a query, write + as %2B`
	notName     = `is not a name of 1 to 128 printable characters`
	notNumber   = `is not a whole number from 0 to 9223372036854775807`
)

// wrong is the answer to a request of which these fields are wrong: names and
// details in turn.
func wrong(errors ...string) string {
	var told []string
	for i := 0; i < len(errors); i += 2 {
		told = append(told, `{"field":"`+errors[i]+`","detail":"`+errors[i+1]+`"}`)
	}
	return invalidHead + `See errors for what is wrong with it.","errors":[` + strings.Join(told, ",") + `]}`
}

func TestWhatIsWrong(t *testing.T) {
	t.Parallel()
	since := `"since":"2026-03-01T09:30:00Z"`
	for _, c := range []struct {
		asking
		body string
	}{
		{get("/v1/events?after=-1"), wrong("after", notNumber)},
		{get("/v1/events?after="), wrong("after", notNumber)},
		{get("/v1/events?after=9223372036854775808"), wrong("after", notNumber)},
		{get("/v1/events?after=1&after=2"), wrong("after", "is given more than once")},
		{get("/v1/events?limit=0"), wrong("limit", "is not a whole number from 1 to 1000")},
		{get("/v1/events?limit=1001"), wrong("limit", "is not a whole number from 1 to 1000")},
		{get("/v1/events?since=2026-03-01"), wrong("since", notInstant)},
		{get("/v1/events?since=2026-03-01T10:30:00+01:00"), wrong("since", notInstant)},
		{get("/v1/events?until=soon"), wrong("until", notInstant)},
		{get("/v1/events?since=2026-03-02T00:00:00Z&until=2026-03-01T00:00:00Z"), wrong("until", "is before since")},
		{get("/v1/events?type=policy.bound&type=policy.lost"), wrong("type", "is not a type of event: policy.lost")},
		{get("/v1/events?subject="), wrong("subject", notName)},
		{get("/v1/events?subject=%00"), wrong("subject", notName)},
		{get("/v1/events?subject=" + strings.Repeat("x", 129)), wrong("subject", notName)},
		{get("/v1/events?afer=17&a%0Ab=1"), wrong("a?b", "is not known", "afer", "is not known")},
		{get("/v1/events?after=x&limit=x"), wrong("after", notNumber, "limit", "is not a whole number from 1 to 1000")},
		{get("/v1/events?after=%zz"), invalidHead + `The query is not well-formed."}`},
		{replaying(``), wrong("body", "is not a JSON object")},
		{replaying(`[]`), wrong("body", "is not a JSON object")},
		{replaying(`null`), wrong("body", "is not a JSON object")},
		{replaying(`{`), wrong("body", "ends before its JSON document does")},
		{replaying(`{}`), wrong("since", "is required")},
		{replaying(`{"since":null}`), wrong("since", "is not a text")},
		{replaying(`{"since":1}`), wrong("since", "is not a text")},
		{replaying(`{"since":"yesterday"}`), wrong("since", notInstant)},
		{replaying(`{` + since + `,"until":"2026-02-01T00:00:00Z"}`), wrong("until", "is before since")},
		{replaying(`{` + since + `,"types":"policy.bound"}`), wrong("types", "is not a list of types of event")},
		{replaying(`{` + since + `,"types":[]}`), wrong("types", "is empty; leave it out for all")},
		{replaying(`{` + since + `,"types":["lost"]}`), wrong("types", "is not a type of event: lost")},
		{replaying(`{` + since + `,"endpoint":""}`), wrong("endpoint", notName)},
		{replaying(`{` + since + `,"Until":"2026-04-01T00:00:00Z"}`), wrong("Until", "is not known")},
		{replaying(`{"id":""}`), wrong("id", notName)},
		{replaying(`{"id":null}`), wrong("id", "is not a text")},
		{replaying(`{"id":"x",` + since + `}`), wrong("since", "cannot be said again once the replay has begun")},
	} {
		t.Run(c.path+c.asking.body, func(t *testing.T) {
			t.Parallel()
			got := c.answer(t, stocked())
			if got.Code != 400 || got.Body.String() != c.body {
				t.Errorf("got  %d %s\nwant 400 %s", got.Code, got.Body, c.body)
			}
			if kind := got.Header().Get("Content-Type"); kind != "application/problem+json" {
				t.Errorf("it is %s", kind)
			}
		})
	}
}

func TestManyErrorsAreCut(t *testing.T) {
	t.Parallel()
	names := url.Values{}
	for i := range 60 {
		names.Set(strings.Repeat("x", i+1), "")
	}
	got := get("/v1/events?"+names.Encode()).answer(t, stocked())
	if told := strings.Count(got.Body.String(), "is not known"); told != 50 {
		t.Errorf("%d errors are told", told)
	}
}

// TestForeignIsAbsent: whether an event exists is nobody's business but its
// partner's.
func TestForeignIsAbsent(t *testing.T) {
	t.Parallel()
	const none = problemRoot + `not-found","title":"There is no such thing","status":404,"detail":"The event does not exist."}`
	for _, id := range []string{
		rivalEvent, "019aab00-0000-7000-8000-00000000ffff", "x", "%00", "%ff", strings.Repeat("x", 200),
	} {
		got := get("/v1/events/"+id).answer(t, stocked())
		if got.Code != 404 || got.Body.String() != none {
			t.Errorf("%s: %d %s", id, got.Code, got.Body)
		}
	}
	if got := get("/v1/events/"+rivalEvent).by("rival").answer(t, stocked()); got.Code != 200 {
		t.Errorf("its own partner gets %d", got.Code)
	}
}

func TestReplayIsGoneOnWith(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		slow := stocked()
		slow.steps = slow.steps[:1]
		began := time.Now()
		got := replaying(`{"since":"2026-03-01T09:30:00Z"}`).answer(t, slow)
		const come = `{"id":"` + replayID + `","events":250,"notices":200,"done":false}`
		if got.Code != 202 || got.Body.String() != come {
			t.Errorf("got %d %s", got.Code, got.Body)
		}
		if took := time.Since(began); took != 5*time.Second {
			t.Errorf("it took %s", took)
		}
	})
}

// TestReplayThatNeverBegan is a failure: there is no id to go on with.
func TestReplayThatNeverBegan(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		got := replaying(`{"since":"2026-03-01T09:30:00Z"}`).answer(t, &shelf{})
		if got.Code != 500 {
			t.Errorf("got %d %s", got.Code, got.Body)
		}
	})
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		refusal error
		status  int
		body    string
		header  map[string]string
	}{
		{
			"an endpoint", insurance.Invalid(insurance.FieldEndpoint, "is not an endpoint of the partner"), 400,
			wrong("endpoint", "is not an endpoint of the partner"), nil,
		},
		{
			"a replay", insurance.Refuse(insurance.CodeEventUnknown, "the replay does not exist"), 404,
			problemRoot + `not-found","title":"There is no such thing","status":404,"detail":"The replay does not exist."}`, nil,
		},
		{
			"a limit", insurance.Refuse(insurance.CodeRateLimited, "7"), 429,
			problemRoot + `rate-limited","title":"These are too many requests","status":429,` +
				`"detail":"The next request may succeed in 7 s."}`,
			map[string]string{"Retry-After": "7"},
		},
		{
			"no storage", insurance.Refuse(insurance.CodeUnavailable, ""), 503,
			problemRoot + `unavailable","title":"Nothing can be done at present","status":503,` +
				`"detail":"Nothing was changed. Please repeat the request."}`,
			map[string]string{"Retry-After": "1"},
		},
		{
			"a fault", errors.New("disk of /secret/path is full"), 500,
			problemRoot + `internal","title":"The server has failed","status":500}`, nil,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := replaying(`{"since":"2026-03-01T09:30:00Z"}`).answer(t, &shelf{refusal: c.refusal})
			if got.Code != c.status || got.Body.String() != c.body {
				t.Errorf("got  %d %s\nwant %d %s", got.Code, got.Body, c.status, c.body)
			}
			for name, value := range c.header {
				if got.Header().Get(name) != value {
					t.Errorf("%s is %q", name, got.Header().Get(name))
				}
			}
		})
	}
}

func TestNobodyElseIsLetIn(t *testing.T) {
	t.Parallel()
	for name, who := range map[string]asking{
		"nobody": {stranger: true}, "a stranger": {user: "nobody", secret: "s"}, "a guess": {user: "shop", secret: "guess"},
		"no name":   {user: "\x01", secret: "s"},
		"very long": {user: "shop", secret: strings.Repeat("s", 257)},
	} {
		for _, a := range []asking{get("/v1/events"), get("/v1/events/" + ownEvent), replaying(`{"since":"2026-03-01T09:30:00Z"}`)} {
			t.Run(name+a.path, func(t *testing.T) {
				t.Parallel()
				a.user, a.secret, a.stranger = who.user, who.secret, who.stranger
				asked := stocked()
				got := a.answer(t, asked)
				if got.Code != 401 || got.Header().Get("WWW-Authenticate") != `Basic realm="covernote", charset="UTF-8"` {
					t.Errorf("got %d %v", got.Code, got.Header())
				}
				if asked.asked != nil {
					t.Errorf("asked %v", asked.asked)
				}
			})
		}
	}
}

func TestLost(t *testing.T) {
	t.Parallel()
	const none = problemRoot + `not-found","title":"There is no such thing","status":404,"detail":"Nothing is at this path."}`
	noMethod := func(allow string) string {
		return problemRoot + `method-not-allowed","title":"The path does not have this method","status":405,"detail":"It has ` + allow + `."}`
	}
	for _, c := range []struct {
		method, path string
		status       int
		allow, body  string
	}{
		{"GET", "/v1", 404, "", none},
		{"GET", "/v1/", 404, "", none},
		{"GET", "/v1/policies", 404, "", none},
		{"POST", "/v1/events", 405, "GET", noMethod("GET")},
		{"DELETE", "/v1/events/" + ownEvent, 405, "GET", noMethod("GET")},
		{"GET", "/v1/events/replay", 405, "POST", noMethod("POST")},
	} {
		t.Run(c.method+c.path, func(t *testing.T) {
			t.Parallel()
			got := asking{method: c.method, path: c.path, stranger: true}.answer(t, stocked())
			if got.Code != c.status || got.Body.String() != c.body || got.Header().Get("Allow") != c.allow {
				t.Errorf("got  %d %v %s\nwant %d %s", got.Code, got.Header(), got.Body, c.status, c.body)
			}
		})
	}
}

// TestNothingIsTold: webhooks are in the words of the API that a partner has
// integrated.
func TestNothingIsTold(t *testing.T) {
	t.Parallel()
	d := native.New(&shelf{})
	_, err := d.Tell(core.Notice{})
	if err == nil || len(d.Told()) > 0 || len(d.Asked(core.Partner{})) > 0 || d.CheckSwitch("language", "de") == nil {
		t.Error("something is told, or can be set")
	}
	if d.Family() != native.Family || http.MethodGet != d.Routes()[0].Method {
		t.Error("it is another API")
	}
}
