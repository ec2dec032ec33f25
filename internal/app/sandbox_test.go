package app_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/store/storetest"
)

// sandbox is a sandbox that runs inside the test.
type sandbox struct {
	*program
	folder, database string
	info             sandboxInfo
}

// sandboxInfo is what a script reads in sandbox.json.
type sandboxInfo struct {
	URL          string       `json:"url"`
	ClockURL     string       `json:"clock_url"`
	InboxURL     string       `json:"inbox_url"`
	Hepster      account      `json:"hepster"`
	Thinksurance pool         `json:"thinksurance"`
	Others       otherAccount `json:"others"`
}

type otherAccount struct {
	Hepster      account `json:"hepster"`
	Thinksurance pool    `json:"thinksurance"`
}

type account struct {
	BaseURL       string                     `json:"base_url"`
	Username      string                     `json:"username"`
	Password      string                     `json:"password"`
	WebhookSecret string                     `json:"webhook_secret"`
	Samples       map[string]json.RawMessage `json:"samples"`
}

func (a account) caller() caller { return caller{a.BaseURL, a.Username, a.Password} }

// place is where a sandbox keeps what it knows.
type place struct{ folder, database string }

// newPlace is an empty place on an engine.
func newPlace(t *testing.T, engine string) place {
	t.Helper()
	at := place{folder: filepath.Join(t.TempDir(), "sandbox")}
	if engine == storetest.Postgres {
		at.database = storetest.DSN(t, engine)
	}
	return at
}

func (p place) args() []string {
	args := []string{"--data", p.folder}
	if p.database != "" {
		args = append(args, "--database", p.database)
	}
	return args
}

// dsn names the database.
func (p place) dsn() string {
	if p.database != "" {
		return p.database
	}
	return filepath.Join(p.folder, "covernote.sqlite")
}

// open runs a sandbox and waits until it is ready.
func (p place) open(t *testing.T, args ...string) *sandbox {
	t.Helper()
	s := &sandbox{folder: p.folder, database: p.database}
	s.program = begin(t, nil, append(append([]string{"sandbox", "--addr", "127.0.0.1:0"}, p.args()...), args...)...)
	eventually(t, "the sandbox greets", func() bool {
		if s.over() {
			t.Fatalf("the sandbox ended: %s", s.log.String())
		}
		return strings.Contains(s.out.String(), "Ctrl-C stops")
	})
	s.read(t)
	return s
}

// openSandbox runs a sandbox on a fresh place.
func openSandbox(t *testing.T, engine string, args ...string) *sandbox {
	t.Helper()
	return newPlace(t, engine).open(t, args...)
}

func (s *sandbox) place() place { return place{s.folder, s.database} }

// read reads sandbox.json again.
func (s *sandbox) read(t *testing.T) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(s.folder, "sandbox.json"))
	if err != nil {
		t.Fatal(err)
	}
	s.info = sandboxInfo{}
	decode(t, text, &s.info)
}

func (s *sandbox) partner() caller { return s.info.Hepster.caller() }

// controls are reached without credentials.
func (s *sandbox) controls() caller { return caller{url: s.info.URL} }

// message is a message in the inbox.
type message struct {
	ID         string
	ReceivedAt time.Time `json:"received_at"`
	Partner    string
	Method     string
	Headers    http.Header
	Body       string
}

// inbox reads the inbox, newest first.
func (s *sandbox) inbox(t *testing.T) []message {
	t.Helper()
	var messages []message
	decode(t, s.controls().want(t, http.StatusOK, http.MethodGet, "/sandbox/inbox", nil).body, &messages)
	return messages
}

// told waits for the webhook of an order.
func (s *sandbox) told(t *testing.T, reference string) (message, webhook) {
	t.Helper()
	var found message
	var hook webhook
	eventually(t, "the webhook of "+reference, func() bool {
		for _, m := range s.inbox(t) {
			hook = webhook{}
			decode(t, []byte(m.Body), &hook)
			if found = m; hook.OrderReference == reference {
				return true
			}
		}
		return false
	})
	return found, hook
}

// book books an order and gives the number of its contract.
func (s *sandbox) book(t *testing.T, o order) string {
	t.Helper()
	s.partner().want(t, http.StatusOK, http.MethodPost, orderPath, o.body(t))
	_, hook := s.told(t, o.reference)
	if len(hook.Contracts) != 1 {
		t.Fatalf("told of %d contracts for %s", len(hook.Contracts), o.reference)
	}
	return hook.Contracts[0].CertificateNumber
}

// advance moves the clock.
func (s *sandbox) advance(t *testing.T, by string) {
	t.Helper()
	s.controls().want(t, http.StatusOK, http.MethodPost, "/sandbox/clock", []byte(`{"advance":"`+by+`"}`))
	s.read(t)
}

// now is the sandbox's time.
func (s *sandbox) now(t *testing.T) time.Time {
	t.Helper()
	var clock struct{ Now time.Time }
	decode(t, s.controls().want(t, http.StatusOK, http.MethodGet, "/sandbox/clock", nil).body, &clock)
	return clock.Now
}

// check lets the program compare all that is stored with itself.
func (p place) check(t *testing.T) {
	t.Helper()
	done(t, nil, append([]string{"check"}, p.args()...)...)
}

// Nodes that start at the same moment on an empty database are one sandbox, as
// those are that start one after the other.
func TestNodesStartAtOnce(t *testing.T) {
	t.Parallel()
	database := storetest.DSN(t, storetest.Postgres)
	nodes := make([]*program, 4)
	for n := range nodes {
		at := place{folder: filepath.Join(t.TempDir(), "sandbox"), database: database}
		nodes[n] = begin(t, nil, append([]string{"sandbox", "--addr", "127.0.0.1:0"}, at.args()...)...)
	}
	for _, node := range nodes {
		eventually(t, "every node greets", func() bool {
			if node.over() {
				t.Fatalf("a node ended: %s", node.log.String())
			}
			return strings.Contains(node.out.String(), "Ctrl-C stops")
		})
	}
}
