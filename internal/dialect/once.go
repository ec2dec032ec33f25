package dialect

import (
	"context"
	"crypto/sha256"
	"errors"
	"net/http"
	"strings"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/insurance"
)

// keyHeader names a request for its sender.
const keyHeader = "X-Idempotency-Key"

// maxKey bounds what is looked up, in bytes.
const maxKey = 256

// OnOnce is On for a request that its sender may repeat under a key of its
// own: whoever repeats it is told with 409 and the first answer, byte for
// byte, that it was done before.
func OnOnce[Command, Outcome any](
	method, path string,
	decode func(*Request) (Command, error),
	do func(context.Context, core.Partner, Command, core.Once) (Outcome, error),
	encode func(*Request, Outcome) Response,
) Route {
	return Route{Method: method, Path: path, serve: func(r *Request) (Response, error) {
		command, err := decode(r)
		if err != nil {
			return Response{}, err
		}
		once, refused := onceOf(r, method+" "+withinPartner(path, "{partner}"), func(outcome any) []byte {
			told, _ := outcome.(Outcome) // the core hands back what do returns
			return encode(r, told).Body
		})
		if refused != nil {
			return Response{}, refused
		}
		outcome, err := do(r.Context(), r.Partner, command, once)
		if before, ok := errors.AsType[*core.Repeated](err); ok {
			return repeated(before), nil
		}
		if err != nil {
			return Response{}, err
		}
		return encode(r, outcome), nil
	}}
}

// onceOf reads the key of a request. A key names one thing on a route, whatever
// object and under whatever prefix: used for another object, it is in conflict.
func onceOf(r *Request, route string, answer func(any) []byte) (core.Once, *insurance.Error) {
	key := r.Header.Get(keyHeader)
	if key == "" {
		return core.Once{}, nil
	}
	if len(key) > maxKey || !plainText(key) {
		return core.Once{}, insurance.Invalid(insurance.FieldRepetitionKey, "is not a key of 1 to %d printable characters", maxKey)
	}
	object := withoutSlash(withinPartner(r.URL.Path, r.PathValue("partner")))
	asked := sha256.Sum256(append([]byte(object+"\x00"+r.URL.RawQuery+"\x00"), r.Body...))
	return core.Once{Key: key, Route: route, Fingerprint: asked[:], Answer: answer}, nil
}

// withinPartner is what follows the partner in a path, or all of one that names
// none: prefixes that lead to the same are the same.
func withinPartner(path, partner string) string {
	if _, rest, found := strings.Cut(path, "/"+partner+"/"); found && partner != "" {
		return rest
	}
	return path
}

// plainText tells whether a header is ASCII that can be printed.
func plainText(text string) bool {
	for i := range len(text) {
		if text[i] < ' ' || text[i] > '~' {
			return false
		}
	}
	return true
}

func withoutSlash(path string) string {
	if n := len(path) - 1; n > 0 && path[n] == '/' {
		return path[:n]
	}
	return path
}

func repeated(before *core.Repeated) Response {
	answer := Response{Status: http.StatusConflict, Header: http.Header{}, Body: before.Answer}
	if len(before.Answer) > 0 {
		answer.Header.Set("Content-Type", "application/json")
	}
	return answer
}
