package dialect

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/insurance"
)

// parrot is a dialect that says refusals by their codes.
type parrot struct{ Dialect }

func (parrot) Family() core.Family { return "parrot" }
func (parrot) Roots() []string     { return []string{"/parrot/", "/bird/"} }
func (parrot) Gate() GateLimits    { return GateLimits{} }

func (parrot) Credential(r *http.Request) (claim core.Claim, ok bool) {
	claim.User, claim.Secret, ok = r.BasicAuth()
	return claim, ok
}

func (parrot) Admit(p core.Partner, r *http.Request) *insurance.Error {
	if whose := r.PathValue("whose"); whose != "" && whose != p.Part {
		return insurance.Refuse(insurance.CodeForbidden, "")
	}
	return nil
}

func (parrot) Header(v Visit) http.Header {
	return http.Header{
		"Allow": {strings.Join(v.Allow, "+")}, "X-Partner": {v.Partner.Part}, "X-Own": {"dressed"},
		"X-Left": {fmt.Sprintf("%d/%d", v.Limit.Remaining, v.Limit.Limit)},
	}
}

func (parrot) Refuse(_ core.Partner, err *insurance.Error) Response {
	return Response{Status: http.StatusTeapot, Body: []byte(err.Code)}
}

func (parrot) Lost(method, allow string) Response {
	if method == http.MethodOptions {
		return Response{Status: http.StatusOK, Body: []byte("ask " + allow)}
	}
	return Response{Status: http.StatusNotFound, Body: []byte("lost " + allow)}
}

func (parrot) CheckSwitch(_, value string) error {
	if value == "grey" {
		return errors.New("parrots are not grey")
	}
	return nil
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
	hush := func(*Request, string) Response {
		return Response{Status: http.StatusNoContent, Header: http.Header{"X-Own": {"said"}, "Content-Length": {"5"}}, Body: []byte("hush!")}
	}
	return []Route{
		On(http.MethodPost, "/parrot/say", echo, do, say),
		On(http.MethodGet, "/parrot/{word}", echo, do, say),
		On(http.MethodPost, "/bird/{whose}/hush", echo, do, hush),
		On(http.MethodPost, "/bird/{whose}/say", echo, do, say),
		On(http.MethodDelete, "/bird/{whose}/say", echo, do, say),
	}
}

func parrotServer(t *testing.T) http.Handler {
	t.Helper()
	mux := http.NewServeMux()
	server := &Server{
		SignIn: func(_ context.Context, _ core.Family, claim core.Claim) (core.Partner, error) {
			if claim.Secret != "right" {
				return core.Partner{}, insurance.Refuse(insurance.CodeUnauthenticated, "")
			}
			return core.Partner{
				Part: "p", NetworkMode: core.NetworkEnforce, Networks: []string{"192.0.2.0/24"},
				Switches: map[string]string{SwitchRateLimit: "1000/1000"},
			}, nil
		},
		Proxies: Proxies{netip.MustParsePrefix("127.0.0.0/8")},
		Limits:  NewLimits(0, 0), Failures: NewFailures(), Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
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
		{"sign-in before the path", "POST", "/bird/q/say", "wrong", huge, "192.0.2.7", "unauthenticated"},
		{"network before the path", "POST", "/bird/q/say", "right", huge, "198.51.100.7", "network_forbidden"},
		{"the path before the size", "POST", "/bird/q/say", "right", huge, "192.0.2.7", "forbidden"},
		{"the partner's own path", "POST", "/bird/p/say", "right", `"hello"`, "192.0.2.7", `"hello"`},
		{"size before the gate", "POST", "/parrot/say", "right", huge, "192.0.2.7", "too_large"},
		{"the gate before decoding", "POST", "/parrot/say", "right", `{"a":1,"a":2}`, "192.0.2.7", "invalid"},
		{"a panic is ours", "POST", "/parrot/say", "right", `"panic"`, "192.0.2.7", "internal"},
		{"a fault is not told", "POST", "/parrot/say", "right", `"fault"`, "192.0.2.7", "internal"},
		{"no such method", "DELETE", "/parrot/say", "right", "", "192.0.2.7", "lost POST"},
		{"no such path", "POST", "/parrot/a/b", "right", "", "192.0.2.7", "lost "},
		{"no such path under another root", "POST", "/bird/p/fly", "right", "", "192.0.2.7", "lost "},
		{"what a path can do", "OPTIONS", "/bird/p/say", "", "", "192.0.2.7", "ask DELETE, POST"},
	} {
		if got := ask(parrotServer(t), c.method, c.path, c.secret, c.body, c.from).Body.String(); got != c.want {
			t.Errorf("%s: answered %q, want %q", c.name, got, c.want)
		}
	}
}

func TestNothingHasNoLength(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(parrotServer(t))
	defer server.Close()
	for _, c := range []struct {
		path   string
		status int
		length string
		body   string
	}{
		{"/bird/p/hush", http.StatusNoContent, "", ""},
		{"/parrot/say", http.StatusOK, "4", `"hi"`},
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+c.path, strings.NewReader(`"hi"`))
		if err != nil {
			t.Fatal(err)
		}
		r.SetBasicAuth("user", "right")
		r.Header.Set("X-Forwarded-For", "192.0.2.7")
		answer, err := server.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(answer.Body)
		if err = errors.Join(err, answer.Body.Close()); err != nil || answer.StatusCode != c.status || answer.Header.Get("Content-Length") != c.length || string(body) != c.body {
			t.Errorf("%s: %d with length %q and body %q, %v", c.path, answer.StatusCode, answer.Header.Get("Content-Length"), body, err)
		}
	}
}

// The dialect's headers stand on every answer of a known path, and what the
// answer itself says outweighs them.
func TestEveryAnswerOfAKnownPathIsDressed(t *testing.T) {
	t.Parallel()
	server := parrotServer(t)
	for _, c := range []struct{ name, method, path, secret, body, want string }{
		{"an answer", "POST", "/bird/p/say", "right", `""`, "DELETE+POST p dressed 999/1000"},
		{"one with headers", "POST", "/bird/p/hush", "right", `""`, "POST p said 998/1000"},
		{"refused before sign-in", "POST", "/bird/p/say", "wrong", `""`, "DELETE+POST  dressed 0/0"},
		{"refused after it", "POST", "/bird/q/say", "right", `""`, "DELETE+POST p dressed 998/1000"},
		{"a panic", "POST", "/bird/p/say", "right", `"panic"`, "DELETE+POST p dressed 997/1000"},
		{"another method", "PUT", "/bird/p/say", "right", "", "DELETE+POST  dressed 0/0"},
		{"no such path", "POST", "/bird/p/fly", "right", "", "   "},
	} {
		h := ask(server, c.method, c.path, c.secret, c.body, "192.0.2.7").Header()
		if got := strings.Join([]string{h.Get("Allow"), h.Get("X-Partner"), h.Get("X-Own"), h.Get("X-Left")}, " "); got != c.want {
			t.Errorf("%s: dressed in %q, want %q", c.name, got, c.want)
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
