package courier

import (
	"context"
	"io"
	"net"
	"strings"
	"testing"
	"time"
)

// Receivers that hang, at whatever point, cost the time allowed and no more.
func TestPostLosesPatience(t *testing.T) {
	t.Parallel()
	over := make(chan struct{})
	t.Cleanup(func() { close(over) })
	hang := func(text string) func(*net.TCPConn) {
		return func(conn *net.TCPConn) { _, _ = io.WriteString(conn, text); <-over }
	}
	drip := func(conn *net.TCPConn) {
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n")
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-over:
				return
			case <-tick.C:
				_, _ = io.WriteString(conn, "x")
			}
		}
	}
	cases := []struct {
		name   string
		behave func(*net.TCPConn)
		status int
	}{
		{"silent", hang(""), 0},
		{"half a status", hang("HTTP/1.1 2"), 0},
		{"half a header", hang("HTTP/1.1 200 OK\r\nX-A: b\r\nX-"), 0},
		{"only interim answers", hang(strings.Repeat("HTTP/1.1 103 Early Hints\r\n\r\n", 4)), 0},
		{"no body", hang("HTTP/1.1 500 Oh\r\nContent-Length: 5\r\n\r\n"), 500},
		{"half a body", hang("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc"), 200},
		{"half a chunk", hang("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nabc"), 200},
		{"dripping body", drip, 200},
	}
	poster := newSandboxPoster(t)
	for _, c := range cases {
		url := receiveRaw(t, c.behave)
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			attempt := poster.Post(t.Context(), Request{URL: url}, impatience)
			if attempt.Status != c.status || attempt.Err != "timed out" || taken(attempt) != (c.status == 200) {
				t.Errorf("%+v", attempt)
			}
			if attempt.Duration < impatience || attempt.Duration > 20*impatience {
				t.Errorf("took %v", attempt.Duration)
			}
		})
	}
}

func TestPostLosesPatienceWithTLS(t *testing.T) {
	t.Parallel()
	over := make(chan struct{})
	t.Cleanup(func() { close(over) })
	url := receiveRaw(t, func(*net.TCPConn) { <-over })
	attempt := newSandboxPoster(t).Post(t.Context(), Request{URL: strings.Replace(url, "http:", "https:", 1)}, impatience)
	if attempt.Err != "timed out" || attempt.Duration > 20*impatience {
		t.Fatalf("%+v", attempt)
	}
}

func TestPostIsInterrupted(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	over := make(chan struct{})
	t.Cleanup(func() { close(over) })
	url := receiveRaw(t, func(*net.TCPConn) { cancel(); <-over })
	if attempt := newSandboxPoster(t).Post(ctx, Request{URL: url}, patience); attempt.Err != "interrupted" || taken(attempt) {
		t.Fatalf("%+v", attempt)
	}
}

func TestPostMeetsBrokenAnswers(t *testing.T) {
	t.Parallel()
	reset := func(text string) func(*net.TCPConn) {
		return func(conn *net.TCPConn) { _ = conn.SetLinger(0); _, _ = io.WriteString(conn, text) }
	}
	cases := []struct {
		name   string
		behave func(*net.TCPConn)
		status int
		err    string
	}{
		{"reset", reset(""), 0, "connection reset"},
		{"closed", say(""), 0, "connection closed early"},
		{"closed in the headers", say("HTTP/1.1 200 OK\r\nX-A: b\r\n"), 0, "connection closed early"},
		{"closed after the headers", say("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"), 200, "connection closed early"},
		{"closed in the body", say("HTTP/1.1 503 No\r\nContent-Length: 9\r\n\r\nabc"), 503, "connection closed early"},
		{"not HTTP", say("SSH-2.0-OpenSSH_9.9\r\n"), 0, "no valid HTTP answer"},
		{"two lengths", say("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"), 0, "no valid HTTP answer"},
		{"broken chunk", say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), 200, "no valid HTTP answer"},
		{"thousands of headers", say("HTTP/1.1 200 OK\r\n" + strings.Repeat("X-A: b\r\n", 8<<10) + "\r\n"), 0, "no valid HTTP answer"},
		{"headers without end", func(conn *net.TCPConn) {
			_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\n")
			endlessly(conn, "X-A: b\r\n")
		}, 0, "no valid HTTP answer"},
		{"one huge header", func(conn *net.TCPConn) {
			_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nX-A: ")
			endlessly(conn, "b")
		}, 0, "no valid HTTP answer"},
		{"interim answers without end", func(conn *net.TCPConn) {
			endlessly(conn, "HTTP/1.1 103 Early Hints\r\n\r\n")
		}, 0, "no valid HTTP answer"},
		{"no body", say("HTTP/1.1 204 No Content\r\n\r\n"), 204, ""},
		{"body until closed", say("HTTP/1.0 200 OK\r\n\r\nabc"), 200, ""},
	}
	poster := newSandboxPoster(t)
	for _, c := range cases {
		url := receiveRaw(t, c.behave)
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			attempt := poster.Post(t.Context(), Request{URL: url}, patience)
			if attempt.Status != c.status || attempt.Err != c.err {
				t.Errorf("%+v", attempt)
			}
		})
	}
}

func TestPostMeetsNobody(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	url := "http://" + listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	attempt := newSandboxPoster(t).Post(t.Context(), Request{URL: url}, patience)
	if attempt.Err != "connection refused" || attempt.Status != 0 || taken(attempt) {
		t.Fatalf("%+v", attempt)
	}
}
