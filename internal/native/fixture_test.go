package native_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect"
	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/native"
)

// shelf stands in the place of the core: it has a log for each partner, remembers
// what it was asked, and answers with all it has, or with a refusal.
type shelf struct {
	logs    map[string][]core.Event
	more    bool
	steps   []core.Replay
	asked   any
	refusal error
}

func (s *shelf) Events(_ context.Context, p core.Partner, f core.LogFilter) (core.LogPage, error) {
	s.asked = f
	if len(f.Problems) > 0 {
		return core.LogPage{}, &insurance.Error{Code: insurance.CodeInvalid, Problems: f.Problems}
	}
	page := core.LogPage{Events: s.logs[p.Part], Next: f.After, More: s.more}
	for _, e := range page.Events {
		page.Next = max(page.Next, e.Position)
	}
	return page, s.refusal
}

func (s *shelf) Event(_ context.Context, p core.Partner, id string) (core.Event, error) {
	s.asked = id
	for _, e := range s.logs[p.Part] {
		if e.ID == id {
			return e, s.refusal
		}
	}
	return core.Event{}, insurance.Refuse(insurance.CodeEventUnknown, "the event does not exist")
}

// Replay takes its steps one by one, and hangs behind the last if that is not the
// end.
func (s *shelf) Replay(
	ctx context.Context, _ core.Partner, w core.ReplayWish, progress func(core.Replay),
) (replay core.Replay, err error) {
	s.asked = w
	if len(w.Problems) > 0 {
		return core.Replay{}, &insurance.Error{Code: insurance.CodeInvalid, Problems: w.Problems}
	}
	if s.refusal != nil {
		return core.Replay{}, s.refusal
	}
	for _, replay = range s.steps {
		if replay.Done {
			return replay, nil
		}
		progress(replay)
	}
	<-ctx.Done()
	return core.Replay{}, ctx.Err()
}

const (
	ownEvent   = "019aab00-0000-7000-8000-000000000001"
	rivalEvent = "019aab00-0000-7000-8000-000000000002"
	replayID   = "019aab00-0000-7000-8000-00000000000a"
)

// stocked has one event of shop and one of rival.
func stocked() *shelf {
	return &shelf{
		logs: map[string][]core.Event{
			"shop": {{
				ID: ownEvent, Part: "shop", Subject: "p1", Sequence: 2, Position: 18, Type: core.EventPolicyCancelled,
				At:   time.Date(2026, time.March, 1, 10, 30, 0, 1500, time.FixedZone("", 3600)),
				Data: []byte(`{"certificate_number":"C&1"}`),
			}},
			"rival": {{ID: rivalEvent, Part: "rival", Sequence: 1, Position: 1, Type: core.EventOrderBooked, Data: []byte(`{}`)}},
		},
		steps: []core.Replay{
			{ID: replayID, Events: 250, Notices: 200, End: 300},
			{ID: replayID, Events: 300, Notices: 220, Position: 300, End: 300, Done: true},
		},
	}
}

const ownEventJSON = `{"id":"` + ownEvent + `","position":18,"type":"policy.cancelled","subject":"p1","sequence":2,` +
	`"at":"2026-03-01T09:30:00.000001Z","data":{"certificate_number":"C&1"}}`

// asking is a request of the partner shop, unless it says otherwise.
type asking struct {
	method, path, body string
	// user and secret are shop and s, unless stranger is set.
	user, secret string
	stranger     bool
}

func get(path string) asking { return asking{method: http.MethodGet, path: path} }
func replaying(body string) asking {
	return asking{method: http.MethodPost, path: "/v1/events/replay", body: body}
}
func (a asking) by(u string) asking { a.user, a.secret = u, "s"; return a }

// answer takes the request through every step, and holds what comes back against
// the description of the API.
func (a asking) answer(t *testing.T, c native.Core) *httptest.ResponseRecorder {
	t.Helper()
	request := a.request(t)
	mux := http.NewServeMux()
	server := &dialect.Server{SignIn: signIn, Limits: dialect.NewLimits(0, 0), Log: slog.New(slog.DiscardHandler)}
	server.Mount(mux, native.New(c))
	mux.HandleFunc(native.DescriptionPath, native.Describe)
	answer := httptest.NewRecorder()
	mux.ServeHTTP(answer, request)
	heldAgainstDescription(t, a.request(t), answer)
	return answer
}

func (a asking) request(t *testing.T) *http.Request {
	request := httptest.NewRequestWithContext(t.Context(), a.method, a.path, strings.NewReader(a.body))
	if a.body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	if a.user == "" {
		a = a.by("shop")
	}
	if !a.stranger {
		request.SetBasicAuth(a.user, a.secret)
	}
	return request
}

// signIn knows two partners, whose secret is s.
func signIn(_ context.Context, family core.Family, claim core.Claim) (core.Partner, error) {
	known := claim.User == "shop" || claim.User == "rival"
	if family != native.Family || !known || claim.Secret != "s" {
		return core.Partner{}, insurance.Refuse(insurance.CodeUnauthenticated, "the credentials are not valid")
	}
	return core.Partner{Part: claim.User, Family: core.FamilyXCover, NetworkMode: core.NetworkOff}, nil
}

// heldAgainstDescription fails for an answer that the description does not have.
// Requests that were taken must be as it says, too. What is not in it at all, such
// as an unknown path, is passed over.
func heldAgainstDescription(t *testing.T, r *http.Request, answer *httptest.ResponseRecorder) {
	t.Helper()
	route, parameters, err := router(t).FindRoute(r)
	if err != nil {
		return
	}
	asked := &openapi3filter.RequestValidationInput{
		Request: r, PathParams: parameters, Route: route,
		Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc},
	}
	if answer.Code < 300 {
		if err := openapi3filter.ValidateRequest(t.Context(), asked); err != nil {
			t.Errorf("what was taken is not described: %v", err)
		}
	}
	err = openapi3filter.ValidateResponse(t.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: asked, Status: answer.Code, Header: answer.Header(),
		Body:    io.NopCloser(bytes.NewReader(answer.Body.Bytes())),
		Options: &openapi3filter.Options{IncludeResponseStatus: true},
	})
	if err != nil {
		t.Errorf("%d is not described: %v", answer.Code, err)
	}
}

// description is what the API says of itself.
func description(t *testing.T) *openapi3.T {
	t.Helper()
	answer := httptest.NewRecorder()
	native.Describe(answer, httptest.NewRequestWithContext(t.Context(), http.MethodGet, native.DescriptionPath, nil))
	described, err := openapi3.NewLoader().LoadFromData(answer.Body.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return described
}

func router(t *testing.T) routers.Router {
	t.Helper()
	found, err := gorillamux.NewRouter(description(t))
	if err != nil {
		t.Fatal(err)
	}
	return found
}
