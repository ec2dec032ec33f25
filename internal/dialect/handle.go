// Package dialect is what every partner API has in common: the order of the
// steps that a request goes through, and what a dialect adds to them.
//
//	route and method → header sign-in and network → the path is the partner's →
//	size cap → input gate → sign-in that stands in the body → rate limit →
//	decode → core → encode, or say the error
//
// A dialect cannot leave a step out, and each of its routes is one line.
package dialect

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/netip"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/insurance"
)

const (
	// maxBody is the size cap of a request body, in bytes.
	maxBody = 1 << 20
	// patience is how long a request waits for storage that does not answer.
	patience = 10 * time.Second
)

// Server takes the requests of all dialects through the same steps.
type Server struct {
	// SignIn finds the partner that a claim proves, or refuses.
	SignIn func(ctx context.Context, family core.Family, claim core.Claim) (core.Partner, error)
	// Proxies may say for whom they ask.
	Proxies Proxies
	// Limits bounds requests per partner, Failures guessing; nil lets guess, as a
	// sandbox does, which explains instead.
	Limits   *Limits
	Failures *Failures
	// Observe is called once per request, for metrics.
	Observe func(family core.Family, route string, status int, took time.Duration)
	Log     *slog.Logger
}

// Mount registers the routes of a dialect, each with and without a trailing
// slash, and its words for paths that do not exist.
func (s *Server) Mount(mux *http.ServeMux, d Dialect) {
	paths := make(map[string]methods)
	for _, route := range d.Routes() {
		for _, path := range bothWays(route.Path) {
			if paths[path] == nil {
				paths[path] = make(methods)
			}
			paths[path][route.Method] = route
		}
	}
	for path, routes := range paths {
		mux.Handle(path, s.path(d, routes))
	}
	for _, root := range d.Roots() {
		for _, path := range []string{root, strings.TrimSuffix(root, "/")} {
			if _, known := paths[path]; !known { // net/http would redirect the one to the other
				mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) { s.send(w, nil, d.Lost(r.Method, "")) })
			}
		}
	}
}

// methods are the routes of one path. Methods are told apart here and not by
// the mux, for which a path with one method and a pattern with another would
// be in conflict.
type methods map[string]Route

// path answers on one path.
func (s *Server) path(d Dialect, routes methods) http.Handler {
	allow := slices.Sorted(maps.Keys(routes))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if route, ok := routes[asGet(r.Method)]; ok {
			s.serve(w, r, d, route, allow)
			return
		}
		s.send(w, d.Header(Visit{Allow: allow}), d.Lost(r.Method, strings.Join(allow, ", ")))
	})
}

// asGet answers HEAD as GET does; net/http leaves the body out.
func asGet(method string) string {
	if method == http.MethodHead {
		return http.MethodGet
	}
	return method
}

func bothWays(path string) []string {
	if trimmed, slash := strings.CutSuffix(path, "/"); slash {
		return []string{trimmed, trimmed + "/{$}"}
	}
	return []string{path, path + "/{$}"}
}

// serve is the request's way through the steps.
func (s *Server) serve(w http.ResponseWriter, r *http.Request, d Dialect, route Route, allow []string) {
	began := time.Now()
	id := uuid.Must(uuid.NewV7()).String()
	w.Header().Set("Covernote-Request-Id", id)
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	v := &visit{server: s, dialect: d, id: id, route: route.Method + " " + route.Path}
	v.Allow = allow
	answer := v.answer(w, r.WithContext(ctx), route)
	s.send(w, d.Header(v.Visit), answer)
	took := time.Since(began)
	s.Log.Info("request", "request", v.id, "route", v.route, "part", v.Partner.Part, "status", answer.Status, "took", took)
	if s.Observe != nil {
		s.Observe(d.Family(), route.Path, answer.Status, took)
	}
}

// visit is one request on its way.
type visit struct {
	Visit
	server  *Server
	dialect Dialect
	// told is in whose words a refused sign-in is said, if that is known.
	told core.Partner
	// id and route are logged with whatever happens.
	id, route string
}

// log is for what seldom happens: to begin a log costs something.
func (v *visit) log() *slog.Logger { return v.server.Log.With("request", v.id, "route", v.route) }

// answer takes the steps and turns whatever went wrong into the dialect's
// words. A panic is a fault of ours like any other.
func (v *visit) answer(w http.ResponseWriter, r *http.Request, route Route) (answer Response) {
	defer func() {
		if fault := recover(); fault != nil {
			v.log().Error("panic", "fault", fault, "stack", string(debug.Stack()))
			answer = v.dialect.Refuse(v.Partner, insurance.Refuse(insurance.CodeInternal, ""))
		}
	}()
	request, err := v.admit(w, r)
	if err == nil {
		answer, err = route.serve(request)
	}
	if err != nil {
		return v.refuse(r, err)
	}
	return answer
}

// refuse tells an *insurance.Error as it is and nothing about any other.
func (v *visit) refuse(r *http.Request, err error) Response {
	refused, ok := errors.AsType[*insurance.Error](err)
	if !ok {
		refused = insurance.Refuse(insurance.CodeInternal, "")
	}
	if refused.Code == insurance.CodeInternal || refused.Code == insurance.CodeUnavailable {
		v.log().Error("request failed", "error", err)
	}
	partner := v.Partner
	if partner.Part == "" {
		partner = v.told
	}
	if placed, ok := v.dialect.(Placed); ok {
		return placed.RefuseOn(r, partner, refused)
	}
	return v.dialect.Refuse(partner, refused)
}

// admit is every step before decoding.
func (v *visit) admit(w http.ResponseWriter, r *http.Request) (*Request, error) {
	peer, ok := v.server.Proxies.Peer(r)
	if !ok {
		return nil, insurance.Refuse(insurance.CodeNetworkForbidden, "the caller's address cannot be told")
	}
	claim, ok := v.dialect.Credential(r)
	inBody, later := v.dialect.(Bodied)
	if later = later && !ok; !later {
		if err := v.enter(r, claim, ok, peer); err != nil {
			return nil, err
		}
	}
	body, err := readBody(w, r)
	if err != nil {
		return nil, err
	}
	if len(body) > 0 {
		if refused := Gate(body, v.dialect.Gate()); refused != nil {
			return nil, refused
		}
	}
	if later {
		claim, ok = inBody.CredentialIn(r, body)
		if err := v.enter(r, claim, ok, peer); err != nil {
			return nil, err
		}
	}
	var refused *insurance.Error
	if v.Limit, refused = v.server.Limits.Take(v.Partner, time.Now()); refused != nil {
		return nil, refused
	}
	return &Request{Request: r, Partner: v.Partner, Body: body}, nil
}

// enter signs in whoever is claimed to ask, and holds the path against who that
// is.
func (v *visit) enter(r *http.Request, claim core.Claim, claimed bool, peer netip.Addr) error {
	if err := v.signIn(r, claim, claimed, peer); err != nil {
		return err
	}
	if refused := v.dialect.Admit(v.Partner, r); refused != nil {
		return refused
	}
	return nil
}

func (v *visit) signIn(r *http.Request, claim core.Claim, claimed bool, peer netip.Addr) error {
	if !claimed {
		return insurance.Refuse(insurance.CodeUnauthenticated, "%s", cmp.Or(claim.Missing, "credentials are missing"))
	}
	partner, err := v.server.SignIn(r.Context(), v.dialect.Family(), claim)
	if insurance.CodeOf(err) == insurance.CodeUnauthenticated && claim.Session == "" {
		return v.suspect(claim, peer, err)
	}
	if err != nil {
		v.told = partner
		return err
	}
	now := time.Now()
	if v.server.Failures != nil && claim.Session == "" {
		v.server.Failures.Succeeded(claim.User, peer, now)
	}
	v.Partner, v.Limit = partner, v.server.Limits.Left(partner, now)
	return v.network(partner, peer)
}

// suspect slows down whoever guesses a secret. One that is right is never turned
// away, whatever others did under its name or from its network; and the token of a
// session, which nobody could guess, expires in the best of hands.
func (v *visit) suspect(claim core.Claim, peer netip.Addr, refused error) error {
	if v.server.Failures == nil || claim.Session != "" {
		return refused
	}
	now := time.Now()
	if wait, limited := v.server.Failures.Check(claim.User, peer, now); limited {
		return insurance.Refuse(insurance.CodeRateLimited, "%s", strconv.Itoa(int(wait.Seconds())+1))
	}
	v.server.Failures.Failed(claim.User, peer, now)
	return refused
}

// network holds the caller's address against the partner's list.
func (v *visit) network(partner core.Partner, peer netip.Addr) error {
	if partner.NetworkMode == core.NetworkOff {
		return nil
	}
	list, err := ParseAllowList(partner.Networks)
	if err != nil {
		return fmt.Errorf("read networks of partner %s: %w", partner.Part, err)
	}
	if list.Allows(peer) {
		return nil
	}
	v.log().Warn("address not on the partner's list", "part", partner.Part, "mode", partner.NetworkMode)
	if partner.NetworkMode == core.NetworkLog {
		return nil
	}
	return insurance.Refuse(insurance.CodeNetworkForbidden, "the address is not on the partner's list")
}

// readBody reads a body up to the cap. What comes with a GET has no meaning
// and is left alone.
func readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return nil, nil // read it was, since a body left over would cut the answer off
	}
	if err == nil {
		return body, nil
	}
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return nil, insurance.Refuse(insurance.CodeTooLarge, "the body is larger than %d bytes", maxBody)
	}
	return nil, insurance.Invalid(insurance.FieldBody, "could not be read to its end")
}

// send writes an answer; what it says in its header outweighs the dialect's
// for all.
func (s *Server) send(w http.ResponseWriter, header http.Header, answer Response) {
	maps.Copy(w.Header(), header)
	maps.Copy(w.Header(), answer.Header)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "no-store")
	if answer.Status == http.StatusNoContent { // RFC 9110, section 8.6: nor may it have a length
		w.Header().Del("Content-Length")
		w.WriteHeader(answer.Status)
		return
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(answer.Body)))
	w.WriteHeader(answer.Status)
	if _, err := w.Write(answer.Body); err != nil {
		s.Log.Debug("answer not written", "error", err)
	}
}
