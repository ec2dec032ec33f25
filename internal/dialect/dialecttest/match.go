package dialecttest

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

const (
	anything = "*"
	// whatever stands for any value, with all that is in it.
	whatever = "**"
	absent   = "-"
)

// match compares headers and body with what was expected.
func (v *values) match(want message, header http.Header, body []byte) error {
	for name := range want.header {
		expected, got := want.header.Get(name), header.Values(name)
		switch {
		case expected == absent && len(got) > 0:
			return fmt.Errorf("header %s: got %q, want none", name, got)
		case expected == anything && len(got) == 0:
			return fmt.Errorf("header %s is missing", name)
		case expected != absent && expected != anything && strings.Join(got, ", ") != expected:
			return fmt.Errorf("header %s: got %q, want %q", name, got, expected)
		}
	}
	return v.matchBody(want.body, header.Get("Content-Type"), body)
}

func (v *values) matchBody(want []byte, contentType string, got []byte) error {
	switch {
	case string(want) == anything:
		if len(got) == 0 {
			return errors.New("the body is empty")
		}
		return nil
	case bytes.HasPrefix(want, []byte("{")), bytes.HasPrefix(want, []byte("[")):
		if err := v.matchJSON(want, got); err != nil {
			return fmt.Errorf("%w; body: %s", err, got)
		}
		return nil
	case contentType == "application/zip":
		entries, err := list(got)
		if err != nil {
			return err
		}
		got = []byte(entries)
	}
	if !bytes.Equal(want, got) {
		return fmt.Errorf("body %q, want %q", got, want)
	}
	return nil
}

// list gives the names of a ZIP's entries, a line each, and makes sure that
// each can be read to its end.
func list(archive []byte) (string, error) {
	reader, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		return "", err
	}
	var names []string
	for _, entry := range reader.File {
		content, err := entry.Open()
		if err != nil {
			return "", err
		}
		if _, err := io.Copy(io.Discard, content); err != nil {
			return "", fmt.Errorf("%s: %w", entry.Name, err)
		}
		names = append(names, entry.Name)
	}
	return strings.Join(names, "\n"), nil
}

// matchJSON compares two documents token by token, as they are written. Space
// between tokens is allowed in want only.
func (v *values) matchJSON(want, got []byte) error {
	var compact bytes.Buffer
	if err := json.Compact(&compact, got); err != nil {
		return err
	}
	if !bytes.Equal(compact.Bytes(), got) {
		return errors.New("there is space between tokens")
	}
	pair := pair{
		values: v,
		want:   jsontext.NewDecoder(bytes.NewReader(want)),
		got:    jsontext.NewDecoder(bytes.NewReader(got)),
	}
	for {
		err := pair.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("at %q: %w", pair.got.StackPointer(), err)
		}
	}
}

// pair walks two documents in step.
type pair struct {
	values    *values
	want, got *jsontext.Decoder
}

// next compares the next token of both, and is io.EOF at the end of both.
func (p pair) next() error {
	isKey := p.atKey()
	want, wantErr := read(p.want)
	if !isKey && wantErr == nil && string(want) == `"`+whatever+`"` {
		return p.got.SkipValue()
	}
	got, gotErr := read(p.got)
	if errors.Is(wantErr, io.EOF) && errors.Is(gotErr, io.EOF) {
		return io.EOF
	}
	if err := errors.Join(wantErr, gotErr); err != nil {
		return err
	}
	if !isKey && want.Kind() == '"' {
		matched, err := p.wildcard(want, got)
		if matched || err != nil {
			return err
		}
	}
	if !bytes.Equal(want, got) {
		return fmt.Errorf("got %s, want %s", got, want)
	}
	return nil
}

// atKey tells whether the next token is a key: the documents are alike so far.
func (p pair) atKey() bool {
	kind, length := p.want.StackIndex(p.want.StackDepth())
	return kind == '{' && length%2 == 0
}

// wildcard lets a string of want stand for a string or a number of got.
func (p pair) wildcard(want, got jsontext.Value) (bool, error) {
	text, err := unquote(want)
	if err != nil {
		return false, err
	}
	switch got.Kind() {
	case '0':
		return text == anything, nil
	case '"':
		found, err := unquote(got)
		if err != nil || text == anything {
			return true, err
		}
		if filled := string(p.values.fillKnown([]byte(text))); filled != text && !strings.Contains(filled, "{{") {
			return found == filled, nil // of names that this very answer has captured
		}
		return p.values.capture(text, found)
	}
	return false, nil
}

func unquote(v jsontext.Value) (string, error) {
	text, err := jsontext.AppendUnquote(nil, v)
	return string(text), err
}

// read gives the next token as it is written: a bracket, a literal, a number,
// a string.
func read(d *jsontext.Decoder) (jsontext.Value, error) {
	switch d.PeekKind() {
	case '{', '}', '[', ']':
		token, err := d.ReadToken()
		return jsontext.Value(token.String()), err
	}
	value, err := d.ReadValue()
	return value.Clone(), err
}
