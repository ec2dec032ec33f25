package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/sosodev/duration"

	"github.com/covernote/covernote/internal/console"
	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/insurance"
)

const inboxPath = "/sandbox/inbox"

// mount registers the controls and the start page. Everything that a web page
// of somebody else could misuse is behind guard.
func (b *sandbox) mount() {
	mux := b.node.mux
	mux.Handle("GET /sandbox/info", b.guard(b.getInfo))
	mux.Handle("GET /sandbox/clock", b.guard(b.getClock))
	mux.Handle("POST /sandbox/clock", b.guard(b.postClock))
	mux.Handle("POST /sandbox/switches", b.guard(b.postSwitches))
	mux.Handle("POST /sandbox/pushes", b.guard(b.postPushes))
	mux.Handle("POST /sandbox/inquiries/{iId}", b.guard(b.postInquiry))
	mux.Handle("GET "+inboxPath, b.guard(b.getInbox))
	mux.Handle("DELETE "+inboxPath, b.guard(b.deleteInbox))
	mux.Handle("POST "+inboxPath+"/answers", b.guard(b.postAnswers))
	mux.Handle("GET /sandbox/profile/{kind}", b.here(http.HandlerFunc(profile)))
	mux.Handle("POST "+inboxPath+"/{partner}", http.NewCrossOriginProtection().Handler(http.HandlerFunc(b.receive)))
	mux.Handle("/", console.SandboxPage(b.start, b.log))
}

// control does what a request asks; its result is the answer's JSON.
type control func(r *http.Request) (any, error)

// guard lets only this machine's own pages and programs at a control: the Host
// must be an address or localhost, so that no name can be pointed here, and a
// browser must say that its page is from here.
func (b *sandbox) guard(f control) http.Handler {
	return b.here(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := f(r)
		if err != nil {
			status, next := explain(err)
			writeProblem(w, status, err, next)
			return
		}
		writeJSON(w, http.StatusOK, body)
	}))
}

// here lets through what guard says.
func (b *sandbox) here(next http.Handler) http.Handler {
	return http.NewCrossOriginProtection().Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// A move of the clock takes as long as it takes.
		_ = http.NewResponseController(w).SetWriteDeadline(time.Time{})
		if !localHost(r.Host) {
			writeProblem(w, http.StatusForbidden, errors.New("the sandbox is reached by its address, not by a name"), "use "+b.baseURL)
			return
		}
		next.ServeHTTP(w, r)
	}))
}

func localHost(hostport string) bool {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		host = hostport
	}
	if host == "localhost" {
		return true
	}
	_, err = netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil
}

// problem is a control's error with what to do next.
type problem struct {
	status int
	next   string
	err    error
}

// Error is the cause.
func (p *problem) Error() string { return p.err.Error() }

// Unwrap is the cause.
func (p *problem) Unwrap() error { return p.err }

func bad(next, format string, args ...any) error {
	return &problem{status: http.StatusBadRequest, next: next, err: fmt.Errorf(format, args...)}
}

func explain(err error) (status int, next string) {
	if p, ok := errors.AsType[*problem](err); ok {
		return p.status, p.next
	}
	switch {
	case errors.Is(err, core.ErrMoving):
		return http.StatusConflict, "wait for the first move to answer, then ask again"
	case insurance.CodeOf(err) == insurance.CodeInvalid:
		return http.StatusBadRequest, "the clock only goes forward"
	case insurance.CodeOf(err) == insurance.CodeUnavailable:
		return http.StatusServiceUnavailable, "the database is away; try again"
	case insurance.CodeOf(err) == insurance.CodePolicyUnknown:
		return http.StatusNotFound, "use a certificate number from the inbox"
	}
	return http.StatusInternalServerError, "the sandbox's log says more"
}

func writeProblem(w http.ResponseWriter, status int, err error, next string) {
	writeJSON(w, status, map[string]string{"error": err.Error(), "next": next})
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(body)
}

// readControl reads the small JSON body of a control.
func readControl(r *http.Request, into any) error {
	decoder := json.NewDecoder(io.LimitReader(r.Body, 64<<10))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return bad("send a JSON object as the documentation shows", "the body is not understood: %w", err)
	}
	return nil
}

func (b *sandbox) getInfo(r *http.Request) (any, error) { return b.infoNow(r.Context()) }

// clockTime is the answer of the clock.
type clockTime struct {
	Now time.Time `json:"now"`
}

func (b *sandbox) getClock(r *http.Request) (any, error) {
	now, err := b.node.core.Now(r.Context())
	return clockTime{now}, err
}

// clockMove is a wish to move the clock.
type clockMove struct {
	Advance string `json:"advance"`
	Now     string `json:"now"`
	Policy  string `json:"policy"`
}

func (b *sandbox) postClock(r *http.Request) (any, error) {
	var wish clockMove
	if err := readControl(r, &wish); err != nil {
		return nil, err
	}
	to, err := wish.target()
	if err != nil {
		return nil, err
	}
	// A move that was begun is finished, even if nobody waits for the answer.
	ctx := context.WithoutCancel(r.Context())
	now, err := b.node.core.MoveClock(ctx, core.Move{
		To: to, Policy: wish.Policy, Deliver: b.node.courier.Deliver,
	})
	if err != nil {
		return nil, err
	}
	return clockTime{now}, b.writeFile(ctx)
}

// switching is a wish that a partner deviates from its API's defaults.
type switching struct {
	Partner  string            `json:"partner"`
	Switches map[string]string `json:"switches"`
}

// postSwitches sets switches of a partner, by the name of its account; an empty
// value takes one back. It answers those that are set.
func (b *sandbox) postSwitches(r *http.Request) (any, error) {
	const next = `send {"partner":"xcover","switches":{"event-names":"later"}}; docs/divergences names the switches`
	var wish switching
	if err := readControl(r, &wish); err != nil {
		return nil, err
	}
	for _, a := range accounts() {
		if a.part != wish.Partner {
			continue
		}
		if err := b.node.checkSwitches(a.family, wish.Switches); err != nil {
			return nil, bad(next, "%w", err)
		}
		if err := b.node.core.SetSwitches(r.Context(), a.part, wish.Switches); err != nil {
			return nil, err
		}
		return wish, nil
	}
	return nil, bad(next, "there is no partner %q in this sandbox", wish.Partner)
}

// target is the new time as a function of the present one.
func (m clockMove) target() (func(time.Time) (time.Time, error), error) {
	const next = `send {"advance":"P30D"} or {"now":"2027-01-31T12:00:00Z"}`
	switch {
	case (m.Advance == "") == (m.Now == ""):
		return nil, bad(next, "one of advance and now is needed")
	case m.Now != "":
		at, err := time.Parse(time.RFC3339, m.Now)
		if err != nil {
			return nil, bad(next, "now is not a time of RFC 3339")
		}
		return func(now time.Time) (time.Time, error) { return within(now, at.UTC()) }, nil
	}
	by, err := duration.Parse(m.Advance)
	if err != nil || by.Negative {
		return nil, bad(next, "advance is not a duration of ISO 8601, or goes back")
	}
	if by.Years > farthest || by.Months > 12*farthest || by.Weeks > 53*farthest || by.Days > 366*farthest {
		return nil, bad(next, "the clock moves at most %d years at once", farthest)
	}
	return func(now time.Time) (time.Time, error) { return within(now, later(now, by)) }, nil
}

// farthest is how many years a clock moves at once.
const farthest = 100

// latest is the time that a clock does not pass: dates end soon after it.
var latest = time.Date(2900, time.January, 1, 0, 0, 0, 0, time.UTC)

// within refuses a time that is too far away.
func within(now, to time.Time) (time.Time, error) {
	if to.After(latest) || to.After(now.AddDate(farthest, 0, 1)) {
		return to, bad("move in smaller steps", "the clock moves at most %d years at once, and not past %d", farthest, latest.Year())
	}
	return to, nil
}

// later adds a duration by the calendar: a month later is the same day of the
// next month, or its last.
func later(now time.Time, by *duration.Duration) time.Time {
	day := insurance.DateIn(now, time.UTC)
	moved := day.AddMonths(int(by.Years)*12 + int(by.Months)).AddDays(int(by.Weeks)*7 + int(by.Days))
	clock := now.Sub(day.Start(time.UTC))
	rest := duration.Duration{Hours: by.Hours, Minutes: by.Minutes, Seconds: by.Seconds}
	return moved.Start(time.UTC).Add(clock + rest.ToTimeDuration())
}
