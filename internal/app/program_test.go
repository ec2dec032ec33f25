package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/covernote/covernote/internal/app"
	"github.com/covernote/covernote/internal/catalogue"
)

// patience is how long something may take that is waited for. Nothing passes
// or fails by being fast, so that a busy machine only makes tests slower.
const patience = 30 * time.Second

// eventually waits for a condition.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	deadline := time.Now().Add(patience)
	for !holds() {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain: %s", what)
		}
		<-tick.C
	}
}

// output is what a program has written so far.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// program is the program with its arguments, running inside the test.
type program struct {
	out, log output
	cancel   context.CancelFunc
	ended    chan struct{}
	status   int
}

// begin runs the program until it ends or is stopped, at the latest by the
// end of the test, which it fails unless it ends well.
func begin(t *testing.T, environment map[string]string, args ...string) *program {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	p := &program{cancel: cancel, ended: make(chan struct{})}
	go func() {
		defer close(p.ended)
		p.status = app.Run(ctx, args, func(name string) string { return environment[name] }, &p.out, &p.log)
	}()
	t.Cleanup(func() {
		if status := p.stop(t); status != 0 {
			t.Errorf("covernote %s ended with %d", args[0], status)
		}
		if t.Failed() {
			t.Logf("covernote %s logged:\n%s", args[0], events(p.log.String()))
		}
	})
	return p
}

// events leaves out of a log what every request leaves there.
func events(log string) string {
	var text strings.Builder
	for line := range strings.Lines(log) {
		if !strings.Contains(line, `"msg":"request"`) {
			text.WriteString(line)
		}
	}
	return text.String()
}

// stop tells the program to stop and waits until it has.
func (p *program) stop(t *testing.T) int {
	t.Helper()
	p.cancel()
	select {
	case <-p.ended:
	case <-time.After(patience):
		t.Fatal("the program does not stop")
	}
	return p.status
}

// over tells whether the program has ended.
func (p *program) over() bool {
	select {
	case <-p.ended:
		return true
	default:
		return false
	}
}

// outcome is what a command that ends by itself has to say.
type outcome struct {
	status    int
	out, errs string
}

// command runs a command to its end.
func command(t *testing.T, environment map[string]string, args ...string) outcome {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var out, errs bytes.Buffer
	status := app.Run(ctx, args, func(name string) string { return environment[name] }, &out, &errs)
	return outcome{status, out.String(), errs.String()}
}

// done runs a command that has to succeed and gives what it printed.
func done(t *testing.T, environment map[string]string, args ...string) string {
	t.Helper()
	o := command(t, environment, args...)
	if o.status != 0 {
		t.Fatalf("covernote %s: status %d\n%s%s", strings.Join(args, " "), o.status, o.out, o.errs)
	}
	return o.out
}

// operate runs an operator's command, which has to succeed.
func operate(t *testing.T, environment map[string]string, args ...string) string {
	t.Helper()
	return done(t, environment, append(args, "--config", environment["COVERNOTE_CONFIG"])...)
}

// server is a live server with its configuration.
type server struct {
	*program
	url         string
	environment map[string]string
}

const masterKey = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

// configuration of a live server on a database, with the sample products and
// leave to tell receivers on this machine.
func configuration(t *testing.T, database string) map[string]string {
	t.Helper()
	folder := t.TempDir()
	products := filepath.Join(folder, "products")
	if err := os.CopyFS(products, catalogue.Sample()); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(folder, "covernote.yaml")
	text := "plain_webhooks: true\nwebhook_networks: [127.0.0.0/8]\ntrusted_proxies: [127.0.0.1]\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return map[string]string{
		"COVERNOTE_ADDR": "127.0.0.1:0", "COVERNOTE_DATABASE": database, "COVERNOTE_CATALOGUE": products,
		"COVERNOTE_MASTER_KEY": masterKey, "COVERNOTE_CONFIG": file,
	}
}

// serve runs a live server.
func serve(t *testing.T, environment map[string]string) *server {
	t.Helper()
	s := &server{program: begin(t, environment, "serve", "--config", environment["COVERNOTE_CONFIG"]), environment: environment}
	eventually(t, "the server says where it listens", func() bool {
		if s.over() {
			t.Fatalf("the server ended: %s", s.log.String())
		}
		s.url = servedURL(s.log.String())
		return s.url != ""
	})
	return s
}

// servedURL finds in a log where a server listens.
func servedURL(log string) string {
	for line := range strings.Lines(log) {
		var entry struct{ Msg, Addr string }
		if json.Unmarshal([]byte(line), &entry) == nil && entry.Msg == "serving" {
			return "http://" + entry.Addr
		}
	}
	return ""
}
