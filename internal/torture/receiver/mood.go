package receiver

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Mood is a way to answer that is not "received".
type Mood func(http.ResponseWriter, *http.Request)

// NamedMood is a mood with what people call it.
type NamedMood struct {
	Name string
	Mood Mood
}

// Moods are all that a receiver can be in, in an order that stays.
func Moods() []NamedMood {
	return []NamedMood{
		{"500", status(http.StatusInternalServerError)},
		{"502", status(http.StatusBadGateway)},
		{"503", status(http.StatusServiceUnavailable)},
		{"410", status(http.StatusGone)},
		{"404", status(http.StatusNotFound)},
		{"redirect to loopback", redirect("http://127.0.0.1:1/")},
		{"redirect to itself", redirect("/webhook")},
		{"429 for two seconds", again("2")},
		{"429 until a date", again(time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC).Format(http.TimeFormat))},
		{"429 until whenever", again("soon, perhaps \x80")},
		{"429 for ever", again(strings.Repeat("9", 40))},
		{"reset", reset},
		{"closed after headers", cutShort},
		{"hang", hang},
		{"one byte a second", drip},
		{"endless body", endless},
		{"compressed bomb", bomb},
		{"thousands of headers", crowded},
		{"no HTTP", garbage},
	}
}

func status(code int) Mood {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

func redirect(to string) Mood {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", to)
		w.WriteHeader(http.StatusTemporaryRedirect)
	}
}

func again(after string) Mood {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", after)
		w.WriteHeader(http.StatusTooManyRequests)
	}
}

// longest bounds how long a mood keeps a connection, so that a run ends.
const longest = 15 * time.Second

func hang(_ http.ResponseWriter, r *http.Request) {
	select {
	case <-r.Context().Done():
	case <-time.After(longest):
		panic(http.ErrAbortHandler)
	}
}

// raw speaks to the connection itself.
func raw(w http.ResponseWriter, speak func(net.Conn)) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	defer func() { _ = conn.Close() }() // it is done with either way
	_ = conn.SetDeadline(time.Now().Add(longest))
	speak(conn)
}

func reset(w http.ResponseWriter, _ *http.Request) {
	raw(w, func(conn net.Conn) {
		if tcp, ok := conn.(*net.TCPConn); ok {
			_ = tcp.SetLinger(0)
		}
	})
}

func cutShort(w http.ResponseWriter, _ *http.Request) {
	raw(w, func(conn net.Conn) { _, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Le") })
}

func drip(w http.ResponseWriter, _ *http.Request) {
	raw(w, func(conn net.Conn) {
		for _, b := range []byte("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") {
			if _, err := conn.Write([]byte{b}); err != nil {
				return
			}
			time.Sleep(time.Second)
		}
	})
}

func endless(w http.ResponseWriter, _ *http.Request) {
	w.WriteHeader(http.StatusInternalServerError)
	piece := []byte(strings.Repeat("and so on ", 1000))
	for end := time.Now().Add(longest); time.Now().Before(end); {
		if _, err := w.Write(piece); err != nil {
			return
		}
	}
}

// bombed is how large a bomb is when it is unpacked, in bytes.
const bombed = 256 << 20

// charge is what a bomb is sent as. It is packed once: doing that for each notice would
// take the machine from those who are to be tried.
var charge = sync.OnceValue(func() []byte {
	var sent bytes.Buffer
	packed := gzip.NewWriter(&sent)
	piece := make([]byte, 1<<20)
	for range bombed / len(piece) {
		_, _ = packed.Write(piece) // memory takes all
	}
	_ = packed.Close()
	return sent.Bytes()
})

func bomb(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Encoding", "gzip")
	w.WriteHeader(http.StatusInternalServerError)
	_, _ = w.Write(charge()) // whoever has gone does not mind
}

func crowded(w http.ResponseWriter, _ *http.Request) {
	for n := range 5000 {
		w.Header().Set(fmt.Sprintf("X-Crowd-%d", n), strings.Repeat("x", 100))
	}
	w.WriteHeader(http.StatusInternalServerError)
}

func garbage(w http.ResponseWriter, _ *http.Request) {
	raw(w, func(conn net.Conn) { _, _ = io.WriteString(conn, "\x00\xffhello\r\n\r\n") })
}
