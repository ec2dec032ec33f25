package dialect

import (
	"context"
	"iter"
	"net/http"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	jsonv1 "github.com/go-json-experiment/json/v1"

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
	// Roots are the path prefixes under which the dialect answers unknown paths
	// in its own words, such as "/services/".
	Roots() []string
	// Gate bounds the bodies of the API.
	Gate() GateLimits
	// Credential reads from a request's line and headers who claims to have
	// sent it; ok is false if nobody does.
	Credential(r *http.Request) (claim core.Claim, ok bool)
	// Admit refuses what a path says that is not this partner's, before the
	// body is read; nil admits.
	Admit(partner core.Partner, r *http.Request) *insurance.Error
	// Header is set on every answer of a known path, refusals included, unless
	// the answer says otherwise; nil adds nothing.
	Header(v Visit) http.Header
	// Refuse says an error. partner is the zero Partner before sign-in.
	Refuse(partner core.Partner, err *insurance.Error) Response
	// Lost answers a method that a path does not have, OPTIONS included; allow
	// lists the methods it has. It is empty if there is no such path.
	Lost(method, allow string) Response
	// Tell makes the message for a notice. Told lists the events it is asked
	// for.
	Tell(n core.Notice) (Message, error)
	Told() []core.EventType
	// Asked lists the events that this partner is told besides.
	Asked(partner core.Partner) []core.EventType
	// Sign makes the headers by which a webhook proves its sender in the way of
	// this API, at a moment of machine time; nil if it has none. Our own
	// signature stands beside them.
	Sign(n core.Notice, body []byte, key core.EndpointKey, at time.Time) http.Header
	// Delivered tells whether an answer with this status has taken a webhook.
	Delivered(status int) bool
	// Tries is how often a notice is tried at most; 0 leaves that to the courier.
	Tries(partner core.Partner) int
	// CheckSwitch refuses a partner's switch that the dialect does not know, or
	// a value that it does not have.
	CheckSwitch(name, value string) error
}

// Bodied is a dialect of which some requests prove in their body who sent
// them: it is asked where Credential finds nobody, once the body has passed the
// gate.
type Bodied interface {
	// CredentialIn reads who claims to have sent a request; ok is false if
	// nobody does.
	CredentialIn(r *http.Request, body []byte) (claim core.Claim, ok bool)
}

// Placed is a dialect whose refusals depend on the path as well.
type Placed interface {
	// RefuseOn is Refuse for a request.
	RefuseOn(r *http.Request, partner core.Partner, err *insurance.Error) Response
}

// Visit is a request as the headers of its answer tell of it.
type Visit struct {
	// Partner is the zero Partner before sign-in.
	Partner core.Partner
	// Allow is the methods of the path, sorted.
	Allow []string
	// Limit is what the partner may still ask for after this request; without
	// limit before sign-in.
	Limit Allowance
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
// own; transport headers are added by the courier. Mail is set, and the rest is
// not, where a partner lets an e-mail be sent.
type Message struct {
	Header http.Header
	Body   []byte
	Mail   *Mail
}

// Mail is an e-mail to one recipient. Text or HTML may be empty, not both.
type Mail struct {
	To      insurance.Personal
	Subject string
	Text    string
	HTML    string
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

// asUsual is how encoding/json writes, in one pass even where a type writes
// itself, but for HTML characters.
var asUsual = json.JoinOptions(jsonv1.DefaultOptionsV1(), jsontext.EscapeForHTML(false))

// EncodeJSON encodes as JSON does. Numbers of any number of digits are given as
// json.RawMessage: a json.Number would be told as text.
func EncodeJSON(body any) ([]byte, error) { return json.Marshal(body, asUsual) }

// EncodeMembers writes an object whose members keep their order.
func EncodeMembers(to *jsontext.Encoder, members iter.Seq2[string, any]) error {
	if err := to.WriteToken(jsontext.BeginObject); err != nil {
		return err
	}
	for name, value := range members {
		if err := to.WriteToken(jsontext.String(name)); err != nil {
			return err
		}
		if err := json.MarshalEncode(to, value); err != nil {
			return err
		}
	}
	return to.WriteToken(jsontext.EndObject)
}
