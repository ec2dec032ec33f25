package dialect

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/insurance"
)

// parrot is a dialect that says refusals by their codes.
type parrot struct{ Dialect }

func (parrot) Family() core.Family { return "parrot" }
func (parrot) Root() string        { return "/parrot/" }
func (parrot) Gate() GateLimits    { return GateLimits{} }

func (parrot) Credential(r *http.Request) (user, secret string, ok bool) { return r.BasicAuth() }

func (parrot) Refuse(_ core.Partner, err *insurance.Error) Response {
	return Response{Status: http.StatusTeapot, Body: []byte(err.Code)}
}

func (parrot) Lost(allow string) Response {
	return Response{Status: http.StatusNotFound, Body: []byte("lost " + allow)}
}

func (parrot) Routes() []Route {
	echo := func(r *Request) (string, error) { return string(r.Body), nil }
	do := func(ctx context.Context, _ core.Partner, said string) (string, error) {
		switch said {
		case `"panic"`:
			panic("at the disco")
		case `"fault"`:
			return "", errors.New("secret detail")
		}
		if _, bounded := ctx.Deadline(); !bounded {
			return "", errors.New("nobody bounds how long this takes")
		}
		return said, nil
	}
	say := func(_ *Request, said string) Response { return Response{Status: http.StatusOK, Body: []byte(said)} }
	return []Route{
		On(http.MethodPost, "/parrot/say", echo, do, say),
		On(http.MethodGet, "/parrot/{word}", echo, do, say),
	}
}

func parrotServer(t *testing.T) http.Handler {
	t.Helper()
	mux := http.NewServeMux()
	server := &Server{
		SignIn: func(_ context.Context, _ core.Family, _, secret string) (core.Partner, error) {
			if secret != "right" {
				return core.Partner{}, insurance.Refuse(insurance.CodeUnauthenticated, "")
			}
			return core.Partner{Part: "p", NetworkMode: core.NetworkEnforce, Networks: []string{"192.0.2.0/24"}}, nil
		},
		Limits: NewLimits(0, 0), Failures: NewFailures(), Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	}
	server.Mount(mux, parrot{})
	return mux
}

func ask(server http.Handler, method, path, secret, body, from string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.RemoteAddr = from + ":4711"
	if secret != "" {
		r.SetBasicAuth("user", secret)
	}
	answer := httptest.NewRecorder()
	server.ServeHTTP(answer, r)
	return answer
}

func TestStepsComeInOrder(t *testing.T) {
	t.Parallel()
	huge := `"` + strings.Repeat("x", maxBody) + `"`
	for _, c := range []struct{ name, method, path, secret, body, from, want string }{
		{"all is well", "POST", "/parrot/say", "right", `"hello"`, "192.0.2.7", `"hello"`},
		{"slash at the end", "POST", "/parrot/say/", "right", `"hello"`, "192.0.2.7", `"hello"`},
		{"what comes with a GET is left alone", "GET", "/parrot/word", "right", `{"a":1,"a":2}`, "192.0.2.7", ""},
		{"sign-in before the network", "POST", "/parrot/say", "wrong", huge, "198.51.100.7", "unauthenticated"},
		{"no credentials", "POST", "/parrot/say", "", `"hello"`, "192.0.2.7", "unauthenticated"},
		{"network before the size", "POST", "/parrot/say", "right", huge, "198.51.100.7", "network_forbidden"},
		{"size before the gate", "POST", "/parrot/say", "right", huge, "192.0.2.7", "too_large"},
		{"the gate before decoding", "POST", "/parrot/say", "right", `{"a":1,"a":2}`, "192.0.2.7", "invalid"},
		{"a panic is ours", "POST", "/parrot/say", "right", `"panic"`, "192.0.2.7", "internal"},
		{"a fault is not told", "POST", "/parrot/say", "right", `"fault"`, "192.0.2.7", "internal"},
		{"no such method", "DELETE", "/parrot/say", "right", "", "192.0.2.7", "lost POST"},
		{"no such path", "POST", "/parrot/a/b", "right", "", "192.0.2.7", "lost "},
	} {
		if got := ask(parrotServer(t), c.method, c.path, c.secret, c.body, c.from).Body.String(); got != c.want {
			t.Errorf("%s: answered %q, want %q", c.name, got, c.want)
		}
	}
}

// A stale worker of the same shop behind the same address must not stop it.
func TestRightSecretIsNeverTurnedAway(t *testing.T) {
	t.Parallel()
	server := parrotServer(t)
	slowed := false
	for range 50 {
		slowed = slowed || ask(server, "POST", "/parrot/say", "wrong", `"hello"`, "192.0.2.7").Body.String() == "rate_limited"
		if got := ask(server, "POST", "/parrot/say", "right", `"hello"`, "192.0.2.7").Body.String(); got != `"hello"` {
			t.Fatalf("the right secret was answered with %s", got)
		}
	}
	for range 50 {
		slowed = slowed || ask(server, "POST", "/parrot/say", "wrong", `"hello"`, "198.51.100.7").Body.String() == "rate_limited"
	}
	if !slowed {
		t.Error("guessing was never slowed down")
	}
}
