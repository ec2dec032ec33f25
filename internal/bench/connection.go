package bench

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http/httputil"
	"strconv"
	"time"
)

// connection is one kept-alive connection of HTTP/1.1. It parses no more of an
// answer than its end needs, so that the load costs as little as may be; the same
// one loads Covernote and what it is compared with.
type connection struct {
	conn   net.Conn
	reader *bufio.Reader
	body   []byte // of the last answer, used again
}

// answerTimeout is how long an answer may take.
const answerTimeout = 30 * time.Second

func dial(ctx context.Context, addr string) (*connection, error) {
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	return &connection{conn: conn, reader: bufio.NewReaderSize(conn, 16<<10)}, nil
}

func (c *connection) close() { _ = c.conn.Close() }

// ask sends a whole request and reads its answer. The body is good until the
// next one is asked for.
func (c *connection) ask(request []byte) (status int, body []byte, err error) {
	if err := c.conn.SetDeadline(time.Now().Add(answerTimeout)); err != nil {
		return 0, nil, err
	}
	if _, err := c.conn.Write(request); err != nil {
		return 0, nil, fmt.Errorf("send request: %w", err)
	}
	status, length, err := c.head()
	if err != nil {
		return 0, nil, fmt.Errorf("read answer: %w", err)
	}
	if err := c.rest(length); err != nil {
		return 0, nil, fmt.Errorf("read answer: %w", err)
	}
	return status, c.body, nil
}

// chunked stands for a body whose length is not known ahead.
const chunked = -1

var errNoHTTP = errors.New("it is not HTTP/1.1")

// head reads the status and how long the body is.
func (c *connection) head() (status, length int, err error) {
	line, err := c.line()
	if err != nil {
		return 0, 0, err
	}
	if len(line) < len("HTTP/1.1 200") || !bytes.HasPrefix(line, []byte("HTTP/1.1 ")) {
		return 0, 0, errNoHTTP
	}
	if status, err = strconv.Atoi(string(line[9:12])); err != nil {
		return 0, 0, errNoHTTP
	}
	for {
		if line, err = c.line(); err != nil || len(line) == 0 {
			return status, length, err
		}
		name, value, _ := bytes.Cut(line, []byte(":"))
		switch {
		case bytes.EqualFold(name, []byte("Content-Length")):
			if length, err = strconv.Atoi(string(bytes.TrimSpace(value))); err != nil {
				return 0, 0, errNoHTTP
			}
		case bytes.EqualFold(name, []byte("Transfer-Encoding")):
			length = chunked
		}
	}
}

func (c *connection) line() ([]byte, error) {
	line, err := c.reader.ReadSlice('\n')
	return bytes.TrimRight(line, "\r\n"), err
}

// rest reads the body.
func (c *connection) rest(length int) (err error) {
	if length == chunked {
		if c.body, err = io.ReadAll(httputil.NewChunkedReader(c.reader)); err != nil {
			return err
		}
		_, err = c.line() // no trailers are asked for
		return err
	}
	if cap(c.body) < length {
		c.body = make([]byte, length)
	}
	c.body = c.body[:length]
	_, err = io.ReadFull(c.reader, c.body)
	return err
}
