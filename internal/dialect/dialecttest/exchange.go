package dialecttest

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"net/textproto"
	"path"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/txtar"
)

// Exchange is a recorded exchange.
type Exchange struct {
	// Source says where it is known from.
	Source  string
	Partner Partner
	Steps   []txtar.File
}

// Parse reads an exchange and refuses one that does not name its source or
// leaves an answer unlooked at.
func Parse(text []byte) (Exchange, error) {
	archive := txtar.Parse(text)
	x := Exchange{Partner: Partner{Notified: true}, Steps: archive.Files}
	for line := range strings.Lines(string(archive.Comment)) {
		if err := x.set(strings.TrimSpace(line)); err != nil {
			return Exchange{}, err
		}
	}
	if x.Source == "" {
		return Exchange{}, errors.New("the comment does not name a source")
	}
	return x, checkOrder(x.Steps)
}

// set reads a line of the comment; what is no setting is prose.
func (x *Exchange) set(line string) error {
	name, value, _ := strings.Cut(line, ":")
	value = strings.TrimSpace(value)
	switch name {
	case "Source":
		x.Source = value
	case "Notified":
		x.Partner.Notified = value != "no"
	case "Pushed":
		x.Partner.Pushed = value == "yes"
	case "Live":
		x.Partner.Live = value == "yes"
	case "Networks":
		x.Partner.Networks = strings.Fields(value)
	case "Switch":
		setting, to, ok := strings.Cut(value, "=")
		if !ok {
			return fmt.Errorf("%q sets nothing", line)
		}
		if x.Partner.Switches == nil {
			x.Partner.Switches = make(map[string]string)
		}
		x.Partner.Switches[strings.TrimSpace(setting)] = strings.TrimSpace(to)
	}
	return nil
}

// kinds are what a step may be.
var kinds = []string{"request", "response", "notice", "clock", "desk"}

// checkOrder makes sure that each request is answered before the next.
func checkOrder(steps []txtar.File) error {
	var before string
	for i, step := range steps {
		kind := path.Base(step.Name)
		last := i == len(steps)-1
		switch {
		case !slices.Contains(kinds, kind):
			return fmt.Errorf("%s is neither %s", step.Name, strings.Join(kinds, " nor "))
		case (kind == "response") != (before == "request"), kind == "request" && last:
			return fmt.Errorf("%s does not follow its request", step.Name)
		}
		before = kind
	}
	if before == "" {
		return errors.New("there are no steps")
	}
	return nil
}

// message is a step in its parts.
type message struct {
	method, target string
	status         int
	header         http.Header
	body           []byte
}

// parseMessage reads a message; its first line is a request's or a status,
// and a notice has none.
func parseMessage(text []byte, started bool) (message, error) {
	if !started {
		text = slices.Concat([]byte("\n"), text)
	}
	head, body, _ := bytes.Cut(text, []byte("\n\n"))
	start, head, _ := bytes.Cut(head, []byte("\n"))
	m := message{body: bytes.TrimSuffix(body, []byte("\n"))}
	if err := m.start(strings.TrimSpace(string(start))); started && err != nil {
		return message{}, err
	}
	header := slices.Concat(bytes.TrimSpace(head), []byte("\r\n\r\n"))
	parsed, err := textproto.NewReader(bufio.NewReader(bytes.NewReader(header))).ReadMIMEHeader()
	if err != nil {
		return message{}, fmt.Errorf("headers: %w", err)
	}
	m.header = http.Header(parsed)
	return m, nil
}

func (m *message) start(line string) error {
	first, rest, _ := strings.Cut(line, " ")
	if status, err := strconv.Atoi(first); err == nil {
		m.status = status
		return nil
	}
	if !strings.HasPrefix(rest, "/") {
		return fmt.Errorf("%q is neither a request nor a status", line)
	}
	m.method, m.target = first, rest
	return nil
}
