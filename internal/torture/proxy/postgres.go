package proxy

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"strings"
)

// largest bounds a message of PostgreSQL's protocol, in bytes.
const largest = 64 << 20

// upPostgres hands on a client's messages one by one, several at a time where
// several have come, and looks for COMMIT among them. The protocol:
// https://www.postgresql.org/docs/current/protocol-message-formats.html
func (p *Proxy) upPostgres(l *link) error {
	in := bufio.NewReaderSize(l.client, 64<<10)
	out := bufio.NewWriterSize(gate{p, l.server}, 64<<10)
	for first := true; ; first = false {
		message, err := readMessage(in, first)
		if err != nil {
			return err
		}
		p.count()
		if isCommit(message, first) && p.take(&p.cuts) {
			return p.cutCommit(l, out, message)
		}
		if _, err := out.Write(message); err != nil {
			return err
		}
		if in.Buffered() == 0 {
			if err := out.Flush(); err != nil {
				return err
			}
		}
	}
}

// cutCommit either lets COMMIT be carried out and its answer be lost, or has it
// lost on its way.
func (p *Proxy) cutCommit(l *link, out *bufio.Writer, message []byte) error {
	if !p.after.Load() {
		return errCut
	}
	l.committing.Store(true)
	if _, err := out.Write(message); err != nil {
		return err
	}
	return out.Flush() // down cuts once the server has answered
}

// readMessage reads a whole message: a type but for the first, a length that
// counts itself, and the rest.
func readMessage(in *bufio.Reader, first bool) ([]byte, error) {
	typed := 1
	if first {
		typed = 0
	}
	head, err := in.Peek(typed + 4)
	if err != nil {
		return nil, err
	}
	length := int(binary.BigEndian.Uint32(head[typed:]))
	if length < 4 || length > largest {
		return nil, fmt.Errorf("a message says that it has %d bytes", length)
	}
	message := make([]byte, typed+length)
	_, err = io.ReadFull(in, message)
	return message, err
}

// isCommit recognises a simple query that is COMMIT and nothing else.
func isCommit(message []byte, first bool) bool {
	if first || message[0] != 'Q' {
		return false
	}
	query := string(bytes.TrimRight(message[5:], "\x00"))
	return strings.EqualFold(strings.TrimSpace(query), "COMMIT")
}

// committed is how the server's answer to COMMIT ends its first message.
var committed = []byte("COMMIT\x00")

// awaitCommit reads what the server answers until it has committed or is gone.
func awaitCommit(server net.Conn, answer []byte) {
	answer = bytes.Clone(answer)
	buffer := make([]byte, 4<<10)
	for !bytes.Contains(answer, committed) {
		n, err := server.Read(buffer)
		answer = append(answer, buffer[:n]...)
		if err != nil {
			return
		}
	}
}
