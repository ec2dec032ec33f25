package bench

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// serial is where a request has a number of its own, as wide as digits.
const (
	serial = "@SERIAL@@@@@"
	digits = len(serial)
)

// pattern is a request that differs from one time to the next in its number
// alone, so that it is always as long and never a repetition.
type pattern struct {
	text   []byte
	places []int
	body   int // its length
}

// newPattern writes a request; wherever path, header or body say serial, each
// request has its number.
func newPattern(method, path string, header http.Header, body []byte) pattern {
	var text bytes.Buffer
	fmt.Fprintf(&text, "%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\n", method, path)
	_ = header.Write(&text) // a buffer takes all
	if len(body) > 0 {
		fmt.Fprintf(&text, "Content-Type: application/json\r\nContent-Length: %d\r\n", len(body))
	}
	text.WriteString("\r\n")
	text.Write(body)
	p := pattern{text: text.Bytes(), body: len(body)}
	for at := 0; ; {
		next := bytes.Index(p.text[at:], []byte(serial))
		if next < 0 {
			return p
		}
		p.places = append(p.places, at+next)
		at += next + digits
	}
}

// append adds request number n to a buffer.
func (p pattern) append(buffer []byte, n int64) []byte {
	begin := len(buffer)
	buffer = append(buffer, p.text...)
	for _, place := range p.places {
		at := buffer[begin+place : begin+place+digits]
		for i, rest := digits-1, n; i >= 0; i, rest = i-1, rest/10 {
			at[i] = byte('0' + rest%10)
		}
	}
	return buffer
}

// number is n as requests say it.
func number(n int64) string { return fmt.Sprintf("%0*d", digits, n) }

// with is a JSON document of objects with other values at some places, which are
// named by their keys from the outside in: "policyHolder.email".
func with(document json.RawMessage, values map[string]any) (json.RawMessage, error) {
	var root any
	decoder := json.NewDecoder(bytes.NewReader(document))
	decoder.UseNumber()
	if err := decoder.Decode(&root); err != nil {
		return nil, fmt.Errorf("read sample: %w", err)
	}
	for place, value := range values {
		if err := put(root, strings.Split(place, "."), value); err != nil {
			return nil, fmt.Errorf("change sample at %s: %w", place, err)
		}
	}
	return json.Marshal(root)
}

func put(in any, keys []string, value any) error {
	if list, ok := in.([]any); ok && len(list) > 0 && keys[0] == "0" {
		return put(list[0], keys[1:], value)
	}
	object, ok := in.(map[string]any)
	if !ok {
		return fmt.Errorf("%s is not in an object", keys[0])
	}
	if len(keys) > 1 {
		return put(object[keys[0]], keys[1:], value)
	}
	object[keys[0]] = value
	return nil
}
