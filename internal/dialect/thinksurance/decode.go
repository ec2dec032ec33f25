package thinksurance

import (
	"cmp"
	"net/http"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect"
	"github.com/covernote/covernote/internal/insurance"
)

func decodeNothing(*dialect.Request) (struct{}, error) { return struct{}{}, nil }

func decodeSession(*dialect.Request) (core.SessionWish, error) {
	return core.SessionWish{Lifetime: lifetimeV1}, nil
}

func decodeSessionV2(*dialect.Request) (core.SessionWish, error) {
	return core.SessionWish{Lifetime: lifetimeV2}, nil
}

// decodeProfession reads whose lines are asked for, from the query of a GET and
// the body of a POST; 0 asks for all.
func decodeProfession(r *dialect.Request) (int, error) {
	f, err := asked(r)
	if err != nil {
		return 0, err
	}
	profession := f.id("professionId")
	return profession, f.refusal()
}

// asked is where a route that exists as GET and as POST has its filters.
func asked(r *dialect.Request) (*form, error) {
	if r.Method == http.MethodPost {
		return open(r.Body)
	}
	return openQuery(r.URL.RawQuery)
}

// The headers by which V1.1 says for whom a request is.
const (
	headerAccount = "X-Account-Token"
	headerBroker  = "X-Broker-Token"
)

// scope reads for whom a request is, from the headers or else the body.
type scope func(r *dialect.Request, f *form) (core.Scope, error)

// sentScope is the scope as it was sent. What could never be a token is as
// unknown as one that nobody has.
func sentScope(header http.Header, f *form) (core.Scope, error) {
	s := core.Scope{
		Account: cmp.Or(header.Get(headerAccount), f.text("aToken")),
		Broker:  cmp.Or(header.Get(headerBroker), f.text("bToken")),
	}
	switch {
	case !opaque(s.Account):
		return core.Scope{}, insurance.Refuse(insurance.CodeAccountUnknown, "")
	case !opaque(s.Broker):
		return core.Scope{}, insurance.Refuse(insurance.CodeBrokerUnknown, "")
	}
	return s, nil
}

// ofAccount is the scope of a route that is about an account and none of its
// brokers.
func ofAccount(r *dialect.Request, f *form) (core.Scope, error) {
	s, err := sentScope(r.Header, f)
	if err == nil && s.Account == "" {
		f.problem(insurance.FieldAccount, "is required, in the header %s or in the body", headerAccount)
	}
	return core.Scope{Account: s.Account}, err
}

// ofOneBroker is the scope of a route that is about a broker. An account beside
// it has to be the broker's.
func ofOneBroker(r *dialect.Request, f *form) (core.Scope, error) {
	s, err := sentScope(r.Header, f)
	if err == nil && s.Broker == "" {
		f.problem(insurance.FieldBroker, "is required, in the header %s or in the body", headerBroker)
	}
	return s, err
}

// ofEither is the scope of a route that is about a broker or an account.
func ofEither(r *dialect.Request, f *form) (core.Scope, error) {
	s, err := sentScope(r.Header, f)
	if err == nil && s == (core.Scope{}) {
		f.problem(insurance.FieldBroker, "or aToken is required, in the headers %s and %s or in the body", headerBroker, headerAccount)
	}
	return s, err
}

// begin opens a body and reads for whom the request is.
func begin(r *dialect.Request, whose scope) (*form, core.Scope, error) {
	f, err := open(r.Body)
	if err != nil {
		return nil, core.Scope{}, err
	}
	s, err := whose(r, f)
	return f, s, err
}
