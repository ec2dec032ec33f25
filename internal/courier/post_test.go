package courier

import (
	"bytes"
	"compress/gzip"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

const (
	patience   = 5 * time.Second        // for answers that come at once
	impatience = 100 * time.Millisecond // for those that never do
)

func newSandboxPoster(t *testing.T) *Poster {
	t.Helper()
	poster := NewPoster(Egress{AllowPlain: true, AllowLoopback: true})
	t.Cleanup(poster.Close)
	return poster
}

// taken tells whether a receiver has answered as most APIs want it.
func taken(a Attempt) bool { return a.Status/100 == 2 }

// receive starts a receiver that answers by handler.
func receive(t *testing.T, handler http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

// receiveRaw starts a receiver that reads each request and then does as
// behave does, until the test is over.
func receiveRaw(t *testing.T, behave func(conn *net.TCPConn)) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = conn.Close() }()
				_, _ = conn.Read(make([]byte, 64<<10))
				behave(conn.(*net.TCPConn))
			}()
		}
	}()
	return "http://" + listener.Addr().String()
}

// say makes a receiver that answers with text and closes.
func say(text string) func(*net.TCPConn) {
	return func(conn *net.TCPConn) { _, _ = io.WriteString(conn, text) }
}

// endlessly writes text until the other side has had enough.
func endlessly(out io.Writer, text string) {
	chunk := []byte(strings.Repeat(text, 1+4096/len(text)))
	for {
		if _, err := out.Write(chunk); err != nil {
			return
		}
	}
}

func TestPostSendsAsGiven(t *testing.T) {
	t.Parallel()
	body := []byte("{\"name\":\"Zoë\"}\n\x00\xff")
	url := receive(t, func(w http.ResponseWriter, r *http.Request) {
		got, err := io.ReadAll(r.Body)
		if err != nil || !bytes.Equal(got, body) || r.Method != http.MethodPost || r.URL.RequestURI() != "/hook?a=%2F" {
			t.Errorf("got %s %s %q, %v", r.Method, r.URL, got, err)
		}
		for name, want := range map[string]string{
			"X-Signature": "t=1,v1=00", "Content-Type": "application/json; charset=utf-8",
			"User-Agent": "Covernote", "Accept-Encoding": "", "Content-Length": fmt.Sprint(len(body)),
		} {
			if got := r.Header.Get(name); got != want {
				t.Errorf("%s: %q", name, got)
			}
		}
		w.WriteHeader(http.StatusAccepted)
		_, _ = io.WriteString(w, "thanks")
	})
	request := Request{URL: url + "/hook?a=%2F", Body: body, Header: http.Header{
		"x-signature": {"t=1,v1=00"}, "Content-Type": {"application/json; charset=utf-8"},
	}}
	before := time.Now()
	attempt := newSandboxPoster(t).Post(t.Context(), request, patience)
	if !taken(attempt) || attempt.Status != 202 || string(attempt.Answer) != "thanks" || attempt.Err != "" {
		t.Fatalf("%+v", attempt)
	}
	if d := attempt.StartedAt.Sub(before); d.Abs() > patience || attempt.StartedAt.Location() != time.UTC ||
		attempt.StartedAt.Nanosecond()%1000 != 0 || attempt.Duration <= 0 {
		t.Fatalf("started %v, took %v", attempt.StartedAt, attempt.Duration)
	}
}

// A redirect is an answer, wherever it points.
func TestPostFollowsNoRedirect(t *testing.T) {
	t.Parallel()
	var calls atomic.Int32
	secret := receive(t, func(http.ResponseWriter, *http.Request) { t.Error("the redirect was followed") })
	poster := newSandboxPoster(t)
	for _, location := range []string{secret, "/", "", "http://169.254.169.254/", "file:///etc/passwd", "http://[::1", "%zz"} {
		for _, status := range []int{301, 302, 303, 307, 308} {
			calls.Store(0)
			url := receive(t, func(w http.ResponseWriter, _ *http.Request) {
				calls.Add(1)
				w.Header().Set("Location", location)
				w.WriteHeader(status)
			})
			attempt := poster.Post(t.Context(), Request{URL: url, Body: notice}, patience)
			if attempt.Status != status || attempt.Err != "" || taken(attempt) || calls.Load() != 1 {
				t.Errorf("%d to %q: %+v after %d calls", status, location, attempt, calls.Load())
			}
		}
	}
}

func TestPostKeepsOneKilobyte(t *testing.T) {
	t.Parallel()
	var bomb bytes.Buffer
	zip := gzip.NewWriter(&bomb)
	if _, err := zip.Write(make([]byte, 8<<20)); err != nil {
		t.Fatal(err)
	}
	if err := zip.Close(); err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		name   string
		answer func(w http.ResponseWriter)
		want   []byte
	}{
		{"short", func(w http.ResponseWriter) { _, _ = w.Write([]byte("short")) }, []byte("short")},
		{"long", func(w http.ResponseWriter) { _, _ = w.Write(bytes.Repeat([]byte("x"), 5000)) }, bytes.Repeat([]byte("x"), 1024)},
		{"endless", func(w http.ResponseWriter) { endlessly(w, "x") }, bytes.Repeat([]byte("x"), 1024)},
		{"bomb", func(w http.ResponseWriter) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(bomb.Bytes())
		}, bomb.Bytes()[:1024]},
	}
	poster := newSandboxPoster(t)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			url := receive(t, func(w http.ResponseWriter, _ *http.Request) { c.answer(w) })
			attempt := poster.Post(t.Context(), Request{URL: url}, patience)
			if attempt.Status != 200 || attempt.Err != "" || !bytes.Equal(attempt.Answer, c.want) {
				t.Errorf("%d, %q, %d bytes", attempt.Status, attempt.Err, len(attempt.Answer))
			}
		})
	}
}

func TestPostReadsNoMoreThanItMust(t *testing.T) {
	t.Parallel()
	sent := make(chan int64, 1)
	url := receiveRaw(t, func(conn *net.TCPConn) {
		_ = conn.SetWriteBuffer(4 << 10)
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\n\r\n")
		counted := &countingWriter{out: conn}
		endlessly(counted, "x")
		sent <- counted.bytes
	})
	if attempt := newSandboxPoster(t).Post(t.Context(), Request{URL: url}, patience); !taken(attempt) {
		t.Fatalf("%+v", attempt)
	}
	if bytes := <-sent; bytes > 16<<20 { // what was read and what the kernel holds
		t.Fatalf("the receiver got rid of %d bytes", bytes)
	}
}

type countingWriter struct {
	out   io.Writer
	bytes int64
}

func (w *countingWriter) Write(p []byte) (int, error) {
	n, err := w.out.Write(p)
	w.bytes += int64(n)
	return n, err
}

func TestPostReusesConnections(t *testing.T) {
	t.Parallel()
	var conns atomic.Int32
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write(make([]byte, 10_000))
	}))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			conns.Add(1)
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	poster := newSandboxPoster(t)
	for range 5 {
		if attempt := poster.Post(t.Context(), Request{URL: server.URL}, patience); !taken(attempt) {
			t.Fatalf("%+v", attempt)
		}
	}
	if conns.Load() != 1 {
		t.Fatalf("%d connections", conns.Load())
	}
}

func TestPostAsksNoProxy(t *testing.T) {
	proxy := receive(t, func(http.ResponseWriter, *http.Request) { t.Error("the proxy was asked") })
	for _, name := range []string{"HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"} {
		t.Setenv(name, proxy)
	}
	if NewPoster(Egress{}).transport.Proxy != nil { // loopback alone would not show it: Go never proxies that
		t.Error("there is a proxy")
	}
	url := receive(t, func(http.ResponseWriter, *http.Request) {})
	if attempt := newSandboxPoster(t).Post(t.Context(), Request{URL: url}, patience); !taken(attempt) {
		t.Fatalf("%+v", attempt)
	}
}

func TestPostRefusesHeadersOfTwoLines(t *testing.T) {
	t.Parallel()
	url := receive(t, func(http.ResponseWriter, *http.Request) { t.Error("it was sent") })
	request := Request{URL: url, Header: http.Header{"X-Token": {"tok\r\nX-Admin: 1"}}}
	attempt := newSandboxPoster(t).Post(t.Context(), request, patience)
	if attempt.Status != 0 || attempt.Err == "" || strings.Contains(attempt.Err, "tok") {
		t.Fatalf("%+v", attempt)
	}
}

func TestPostHeedsRetryAfter(t *testing.T) {
	t.Parallel()
	poster := newSandboxPoster(t)
	for _, c := range []struct {
		status int
		header string
		want   time.Duration
	}{
		{429, "7", 7 * time.Second},
		{503, "120", 2 * time.Minute},
		{429, "rubbish", 0},
		{410, "", 0},
	} {
		url := receive(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", c.header)
			w.WriteHeader(c.status)
		})
		attempt := poster.Post(t.Context(), Request{URL: url}, patience)
		if attempt.Status != c.status || attempt.RetryAfter != c.want || attempt.Err != "" {
			t.Errorf("%d, %q: %+v", c.status, c.header, attempt)
		}
	}
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 10, 25, 0, 59, 30, 0, time.UTC)
	for header, want := range map[string]time.Duration{
		"":                               0,
		"0":                              0,
		"30":                             30 * time.Second,
		"86400":                          24 * time.Hour,
		"86401":                          24 * time.Hour,
		"4294967296":                     24 * time.Hour,
		"99999999999999999999999":        24 * time.Hour,
		"-1":                             0,
		"+5":                             0,
		"1.5":                            0,
		"0x10":                           0,
		"1e9":                            0,
		"soon":                           0,
		"30, 60":                         0,
		"Sun, 25 Oct 2026 01:00:00 GMT":  30 * time.Second,
		"Sunday, 25-Oct-26 01:00:00 GMT": 30 * time.Second,
		"Sun Oct 25 01:00:00 2026":       30 * time.Second,
		"Sun, 25 Oct 2026 00:00:00 GMT":  0,
		"Sun, 25 Oct 2099 00:00:00 GMT":  24 * time.Hour,
		"2026-10-25T01:00:00Z":           0,
	} {
		if got := retryAfter(header, now); got != want {
			t.Errorf("%q: %v, want %v", header, got, want)
		}
	}
}

// Nothing that Go's errors quote gets into ours.
func TestDescribe(t *testing.T) {
	t.Parallel()
	for want, err := range map[string]error{
		"host name not found":        &net.OpError{Op: "dial", Err: &net.DNSError{Name: "secret.example", IsNotFound: true}},
		"timed out":                  &net.OpError{Op: "dial", Err: &net.DNSError{Name: "secret.example", IsTimeout: true}},
		"connection reset":           fmt.Errorf("write secret: %w", syscall.EPIPE),
		"no valid HTTP answer":       errors.New("malformed HTTP response secret"),
		"certificate is not trusted": &tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}},
	} {
		if got := describe(err); got != want {
			t.Errorf("%v: got %q, want %q", err, got, want)
		}
	}
}
