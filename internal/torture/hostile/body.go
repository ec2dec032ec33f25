// Package hostile is what strangers and broken programs send: bodies that are no
// JSON or the wrong one, and bytes that are no HTTP. All of it is refused, quickly,
// in the words of the API, and never makes a server fail.
package hostile

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"time"

	"github.com/covernote/covernote/internal/torture/load"
)

// Target is a route with a body that it takes.
type Target struct {
	Name         string
	Method, Path string
	Sign         func(*http.Request) error
	// Good is taken; Text is one of its strings, quoted, and Number one of its
	// numbers.
	Good, Text, Number string
	// Same says that the route answers failures with 200.
	Same bool
}

// Targets are routes of all APIs, with the samples as bodies.
func Targets(info load.Info, bearer string) []Target {
	order := string(info.Hepster.Samples["order"])
	ticket := string(info.XCover.Samples["ticket"])
	forward := string(info.Thinksurance.Samples["forward"])
	agency, pool := info.XCover, info.Thinksurance
	return []Target{
		{"order", http.MethodPost, load.OrderPath, info.Hepster.Sign, order, `"Mustername"`, "555.0", false},
		{"quotes", http.MethodPost, agency.Prefix() + "quotes/", agency.Sign, ticket, `"event_ticket_protection"`, "100.0", false},
		{"instant booking", http.MethodPost, agency.Prefix() + "instant_booking/", agency.Sign, ticket, `"event_ticket_protection"`, "100.0", false},
		{"forward", http.MethodPost, "/api/ipn/brokers/forward", pool.Sign(bearer, true), forward, `"Sommer"`, "95", true},
		{"sign in", http.MethodPost, "/api/ipn/tokens", nil, `{"hash":"x","secret":"y"}`, `"y"`, `"x"`, true},
		{"replay", http.MethodPost, "/v1/events/replay", info.Hepster.Sign, `{"since":"2026-03-01T00:00:00Z","endpoint":"inbox"}`, `"inbox"`, `"2026-03-01T00:00:00Z"`, false},
	}
}

// Bodies are what is sent instead of the good one, by name.
func (t Target) Bodies() map[string]string {
	within := func(value string) string { return strings.Replace(t.Good, t.Text, value, 1) }
	number := func(value string) string { return strings.Replace(t.Good, t.Number, value, 1) }
	return map[string]string{
		"empty": "", "blank": " \n", "truncated": t.Good[:len(t.Good)/2], "without its end": t.Good[:len(t.Good)-1],
		"twice": t.Good + t.Good, "followed by text": t.Good + "x", "byte order mark": "\ufeff" + t.Good,
		"nested objects": strings.Repeat(`{"a":`, 10_000) + "1" + strings.Repeat("}", 10_000),
		"nested arrays":  strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000), "open arrays": strings.Repeat("[", 100_000),
		"NUL": within("\"a\x00b\""), "escaped NUL": within(`"a\u0000b"`), "lone surrogate": within(`"\ud800"`),
		"half a pair": within(`"\ud83d\ud83d"`), "Latin-1": within("\"M\xfcller\""), "overlong": within("\"\xc0\xaf\""),
		"key twice": strings.Replace(t.Good, "{", `{"request":1,"request":2,`, 1), "long number": number(strings.Repeat("9", 5000)),
		"huge exponent": number("1e999999999"), "not a number": number("NaN"), "null": "null", "true": "true", "number": "1",
		"list of nothing": "[]", "list of lists": "[[[]]]", "text": "policyHolder=1&Contract=2", "gzip": "\x1f\x8b\x08\x00\x00",
		"many keys": "{" + strings.Repeat(`"k":1,`, 30_000) + `"z":1}`, "too large": strings.Repeat(" ", 1<<20+1),
		"object for text": within(`{}`), "list for text": within(`[1]`), "long text": within(`"` + strings.Repeat("x", 900_000) + `"`),
	}
}

// Soon is how long a refusal may take. A busy machine is not a slow server.
const Soon = 2 * time.Second

// Refusals sends every body to every target, in an order that chance says, and
// tells of each answer that is none of a server that is well. It gives how many it
// has sent.
func Refusals(ctx context.Context, base string, targets []Target, chance *rand.Rand, most int, wrong func(what, said string)) int {
	client := load.NewClient()
	defer client.CloseIdleConnections()
	type shot struct {
		target     Target
		name, body string
	}
	var shots []shot
	for _, t := range targets {
		bodies := t.Bodies()
		for _, name := range sortedNames(bodies) {
			shots = append(shots, shot{t, name, bodies[name]})
		}
	}
	chance.Shuffle(len(shots), func(i, j int) { shots[i], shots[j] = shots[j], shots[i] })
	sent := 0
	for _, s := range shots[:min(most, len(shots))] {
		began := time.Now()
		what := s.name + " for " + s.target.Name
		answer, err := load.Send(ctx, client, base, load.Request{
			Method: s.target.Method, Path: s.target.Path, Body: []byte(s.body), Sign: s.target.Sign,
		})
		if ctx.Err() != nil {
			return sent
		}
		sent++
		if err != nil {
			if s.name != "too large" { // the server may hang up before it has read all
				wrong(what, "not answered: "+err.Error())
			}
			continue
		}
		if said := s.target.judge(answer, time.Since(began)); said != "" {
			wrong(what, said)
		}
	}
	return sent
}

// judge says what is wrong with the answer to a hostile body, or "".
func (t Target) judge(a load.Answer, took time.Duration) string {
	refused := a.Status >= 400 && a.Status < 500 || t.Same && a.Status == http.StatusOK && bytes.HasPrefix(a.Body, []byte(`{"error"`))
	switch {
	case !refused:
		return fmt.Sprintf("answered %d %.200s", a.Status, a.Body)
	case took > Soon:
		return fmt.Sprintf("refused after %s", took)
	}
	return ""
}
