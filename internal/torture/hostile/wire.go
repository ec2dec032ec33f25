package hostile

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"
)

func sortedNames(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }

// wire is what is sent as bytes to a path: requests that break HTTP itself.
func wire(path string) map[string]string {
	head := "POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
	const body = `{"a":1}`
	return map[string]string{
		"no HTTP": "hello\r\n\r\n", "TLS": "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
		"lengths that differ":    head + "Content-Length: 7\r\nContent-Length: 5\r\n\r\n" + body,
		"negative length":        head + "Content-Length: -1\r\n\r\n" + body,
		"length and chunks":      head + "Connection: close\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n" + body,
		"unknown encoding":       head + "Transfer-Encoding: gzip\r\n\r\n" + body,
		"broken chunks":          head + "Connection: close\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n" + body,
		"header too large":       head + "X-Large: " + strings.Repeat("x", 40<<10) + "\r\n\r\n",
		"many headers":           head + strings.Repeat("X-Many: 1\r\n", 10_000) + "\r\n",
		"header with NUL":        head + "X-Odd: a\x00b\r\n\r\n",
		"header without colon":   head + "nonsense\r\n\r\n",
		"two hosts":              head + "Host: other\r\nContent-Length: 0\r\n\r\n",
		"unknown version":        "GET /readyz HTTP/9.9\r\nHost: x\r\n\r\n",
		"length far beyond":      head + "Content-Length: 99999999999\r\nConnection: close\r\n\r\n" + strings.Repeat(" ", 2<<20),
		"pipelined without keys": strings.Repeat("GET /services/nothing HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 50) + "GET /services/nothing HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
		"never ends its headers": "GET /readyz HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ",
	}
}

// cutOff is how long a server may keep a connection on which nothing comes.
const cutOff = 40 * time.Second

// Bytes sends everything that breaks HTTP to a host with its port, all at once, and
// tells of each answer that is none of a server that is well. It gives how many it
// has sent.
func Bytes(ctx context.Context, host, path string, wrong func(what, said string)) int {
	all := wire(path)
	results := make(chan func(), len(all))
	for _, name := range sortedNames(all) {
		go func() {
			said := send(ctx, host, all[name])
			results <- func() {
				if said != "" {
					wrong(name+" for "+path, said)
				}
			}
		}()
	}
	for range all {
		(<-results)()
	}
	return len(all)
}

// send sends bytes and says what is wrong with what comes back, or "".
func send(ctx context.Context, host, request string) string {
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "tcp", host)
	if err != nil {
		return "not reached: " + err.Error()
	}
	defer func() { _ = conn.Close() }() // it is done with either way
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	began := time.Now()
	_ = conn.SetDeadline(began.Add(cutOff))
	go func() { _, _ = io.WriteString(conn, request) }() // the server may close before it has read all
	for reader := bufio.NewReader(conn); ; {
		answer, err := http.ReadResponse(reader, nil)
		if err != nil {
			if time.Since(began) >= cutOff && ctx.Err() == nil {
				return fmt.Sprintf("the connection is still open after %s", cutOff)
			}
			return ""
		}
		_, _ = io.Copy(io.Discard, answer.Body) // what was cut off is no fault
		_ = answer.Body.Close()
		// These are HTTP's own words for what no server of it knows.
		if answer.StatusCode < 400 || answer.StatusCode >= 500 && answer.StatusCode != http.StatusNotImplemented && answer.StatusCode != http.StatusHTTPVersionNotSupported {
			return fmt.Sprintf("answered %d", answer.StatusCode)
		}
	}
}
