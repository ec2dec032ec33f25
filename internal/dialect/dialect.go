package dialect

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/insurance"
)

// Dialect is a partner API: its routes and the words in which it refuses and
// tells. Everything else about a request is done by Server, in one order that
// no dialect can change.
type Dialect interface {
	Family() core.Family
	// Routes are all paths of the API, each a line.
	Routes() []Route
	// Root is the path prefix under which the dialect answers unknown paths
	// in its own words, such as "/services/".
	Root() string
	// Gate bounds the bodies of the API.
	Gate() GateLimits
	// Credential reads user and secret from the headers of a request.
	Credential(r *http.Request) (user, secret string, ok bool)
	// Refuse says an error. partner is the zero Partner before sign-in.
	Refuse(partner core.Partner, err *insurance.Error) Response
	// Lost says that there is no such route, or not with that method; allow
	// then lists the methods there are.
	Lost(allow string) Response
	// Tell makes the message for a notice. Told lists the events it is asked
	// for.
	Tell(n core.Notice) (Message, error)
	Told() []core.EventType
	// CheckSwitch refuses a partner's switch that the dialect does not know, or
	// a value that it does not have.
	CheckSwitch(name, value string) error
}

// Route is one method and path with what happens on it.
type Route struct {
	Method string
	// Path is a pattern of net/http without method and host. A path that may
	// also end in a slash is registered both ways by Server.
	Path  string
	serve func(r *Request) (Response, error)
}

// Request is a request that has passed every step before decoding.
type Request struct {
	*http.Request
	Partner core.Partner
	// Body has passed the gate; it is empty for a request without one.
	Body []byte
}

// Response is a finished answer.
type Response struct {
	Status int
	Header http.Header
	Body   []byte
}

// Message is the body of a webhook with the headers that are its dialect's
// own; transport headers are added by the courier.
type Message struct {
	Header http.Header
	Body   []byte
}

// On makes a route of its three hops: decode the request into a command, let
// the core do it, encode the outcome.
func On[Command, Outcome any](
	method, path string,
	decode func(*Request) (Command, error),
	do func(context.Context, core.Partner, Command) (Outcome, error),
	encode func(*Request, Outcome) Response,
) Route {
	return Route{Method: method, Path: path, serve: func(r *Request) (Response, error) {
		command, err := decode(r)
		if err != nil {
			return Response{}, err
		}
		outcome, err := do(r.Context(), r.Partner, command)
		if err != nil {
			return Response{}, err
		}
		return encode(r, outcome), nil
	}}
}

// JSON is a response with a JSON body, written without escaping HTML
// characters and without a trailing newline.
func JSON(status int, body any) Response {
	text, err := EncodeJSON(body)
	if err != nil {
		return Response{Status: http.StatusInternalServerError}
	}
	return Response{
		Status: status,
		Header: http.Header{"Content-Type": {"application/json; charset=utf-8"}},
		Body:   text,
	}
}

// EncodeJSON encodes as JSON does.
func EncodeJSON(body any) ([]byte, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(body); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(text.Bytes(), []byte("\n")), nil
}
