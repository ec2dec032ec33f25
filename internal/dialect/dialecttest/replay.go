package dialecttest

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"path"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store/storetest"
)

// Partner is what the partner of an exchange is like.
type Partner struct {
	// Notified tells whether the partner has an endpoint.
	Notified bool
	// Pushed tells whether it has another one, for whole inquiries.
	Pushed   bool
	Switches map[string]string
	// Networks the partner may call from, as CIDRs; empty for all.
	Networks []string
	// Live tells whether the house is to answer as a live one, not as a sandbox.
	Live bool
}

// House is a running program, or as much of one as answers.
type House struct {
	Handler http.Handler
	// Today is the day of the clock that the house goes by.
	Today insurance.Date
	// Credentials by the name that As gives them; "" is the partner's own.
	Credentials map[string]Credential
	// Notice waits for the next message to the endpoint of the one that To
	// names; "" is the partner's own.
	Notice func(to string) (Notice, error)
	// Advance moves the clock by a duration of ISO 8601, such as P30D, through
	// all that is due until then; nil where the clock cannot be moved.
	Advance func(by string) error
	// Desk does the work of a broker on an inquiry, such as "1000001 proposed";
	// nil where there are no inquiries.
	Desk func(work string) error
	// Values are further names that an exchange may use.
	Values map[string]string
	// Patterns are regular expressions that an exchange may call by a name,
	// beside uuid and instant.
	Patterns map[string]string
}

// Credential signs a request as its dialect does.
type Credential func(*http.Request)

// Basic is a Credential of HTTP Basic.
func Basic(user, secret string) Credential {
	return func(r *http.Request) { r.SetBasicAuth(user, secret) }
}

// Notice is a message as the partner's endpoint received it.
type Notice struct {
	Header http.Header
	Body   []byte
}

// Replay makes a test of every *.txtar in folder. open builds a house of its
// own for each.
func Replay(t *testing.T, folder fs.FS, open func(*testing.T, Partner) House) {
	t.Helper()
	files, err := fs.Glob(folder, "*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no exchanges: %v", err)
	}
	for _, file := range files {
		t.Run(file[:len(file)-len(path.Ext(file))], func(t *testing.T) {
			t.Parallel()
			text, err := fs.ReadFile(folder, file)
			if err != nil {
				t.Fatal(err)
			}
			exchange, err := Parse(text)
			if err != nil {
				t.Fatal(err)
			}
			if err := exchange.Run(open(t, exchange.Partner)); err != nil {
				t.Error(err)
			}
		})
	}
}

// ReplayOnEachEngine replays a folder on SQLite and, in a full run, on PostgreSQL.
func ReplayOnEachEngine(t *testing.T, folder fs.FS, open func(t *testing.T, engine string, p Partner) House) {
	t.Helper()
	storetest.EachEngineInFull(t, func(t *testing.T, engine string) {
		Replay(t, folder, func(t *testing.T, p Partner) House {
			t.Helper()
			return open(t, engine, p)
		})
	})
}

// Run replays an exchange and reports the first step that was not as
// recorded.
func (x Exchange) Run(house House) error {
	p := &play{house: house, values: newValues(house)}
	for _, step := range x.Steps {
		if err := p.step(step); err != nil {
			return fmt.Errorf("%s: %w", step.Name, err)
		}
	}
	return nil
}

// play is one replay: the answer that was got last and the values so far.
type play struct {
	house  House
	values *values
	answer *http.Response
	body   []byte
}

func (p *play) step(step txtar.File) error {
	switch path.Base(step.Name) {
	case "request":
		return p.request(step.Data)
	case "response":
		return p.response(step.Data)
	case "clock":
		return p.clock(step.Data)
	case "desk":
		return p.desk(step.Data)
	default:
		return p.notice(step.Data)
	}
}

// nobody is the name of no credential at all.
const nobody = "nobody"

func (p *play) request(text []byte) error {
	text, err := p.values.fill(text)
	if err != nil {
		return err
	}
	m, err := parseMessage(text, true)
	if err != nil {
		return err
	}
	r := httptest.NewRequest(m.method, m.target, bytes.NewReader(m.body))
	r.Header = m.header
	if peer := take(m.header, "Peer"); peer != "" {
		r.RemoteAddr = peer + ":50000"
	}
	if err := p.sign(r, take(m.header, "As")); err != nil {
		return err
	}
	recorder := httptest.NewRecorder()
	p.house.Handler.ServeHTTP(recorder, r)
	p.answer, p.body = recorder.Result(), recorder.Body.Bytes()
	if m.method == http.MethodHead {
		p.body = nil // a server leaves it out, and a recorder does not
	}
	return nil
}

func (p *play) clock(text []byte) error {
	if p.house.Advance == nil {
		return errors.New("the house has no clock that moves")
	}
	return p.house.Advance(strings.TrimSpace(string(text)))
}

func (p *play) desk(text []byte) error {
	if p.house.Desk == nil {
		return errors.New("the house has no desk")
	}
	work, err := p.values.fill(text)
	if err != nil {
		return err
	}
	return p.house.Desk(strings.TrimSpace(string(work)))
}

// sign adds a credential, unless the request brings its own.
func (p *play) sign(r *http.Request, as string) error {
	if as == nobody || r.Header.Get("Authorization") != "" {
		return nil
	}
	credential, ok := p.house.Credentials[as]
	if !ok {
		return fmt.Errorf("the house has no credential %q", as)
	}
	credential(r)
	return nil
}

func take(header http.Header, name string) string {
	value := header.Get(name)
	header.Del(name)
	return value
}

func (p *play) response(text []byte) error {
	want, err := parseMessage(p.values.fillKnown(text), true)
	if err != nil {
		return err
	}
	if p.answer.StatusCode != want.status {
		return fmt.Errorf("status %d, want %d; body: %s", p.answer.StatusCode, want.status, p.body)
	}
	return p.values.match(want, p.answer.Header, p.body)
}

func (p *play) notice(text []byte) error {
	want, err := parseMessage(p.values.fillKnown(text), false)
	if err != nil {
		return err
	}
	got, err := p.house.Notice(take(want.header, "To"))
	if err != nil {
		return err
	}
	return p.values.match(want, got.Header, got.Body)
}
