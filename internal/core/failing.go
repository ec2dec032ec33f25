package core

import (
	"fmt"
	"slices"
	"time"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
)

// warnAfter is how many tries at an endpoint have to fail in a row before its
// partner's support is told.
const warnAfter = 3

// subjectEndpoint begins the subject of what happens to an endpoint.
const subjectEndpoint = "endpoint/"

// EndpointFailing is the data of EventEndpointFailing and EventEndpointPaused.
type EndpointFailing struct {
	URL string `json:"url"`
	// Failures counts the tries since the last that succeeded.
	Failures int64     `json:"failures"`
	Last     FailedTry `json:"last"`
	// PausesAt is when the endpoint will be paused if nothing succeeds until then,
	// business time; nil before that is near.
	PausesAt *time.Time `json:"pauses_at,omitempty"`
	// Reason and PausedAt are set once it is paused.
	Reason   PauseReason `json:"reason,omitempty"`
	PausedAt *time.Time  `json:"paused_at,omitempty"`
}

// FailedTry is a try to tell that failed.
type FailedTry struct {
	// At is business time.
	At time.Time `json:"at"`
	// Status is that of the answer; 0 if there was none.
	Status int `json:"status"`
	// Fault says why there was none, without personal data.
	Fault string `json:"fault"`
}

// fare drafts how an endpoint fares after tries of which some failed: the count,
// the warning of its partner, if there is somebody to warn, the watch over its
// failures, and that it is paused if it is gone.
func (c *Core) fare(r reading, d *draft, tries []Tried) error {
	endpoint, exists, err := r.Endpoint(d.part, tries[0].row.EndpointID)
	if err != nil || !exists {
		return err
	}
	p := &patient{draft: d, core: c, r: r, was: endpoint, now: endpoint.Health, partner: tries[0].Notice.Partner}
	for _, t := range tries {
		p.count(t.Outcome)
	}
	if p.now.Failures > 0 {
		err = p.treat()
	}
	d.PutHealth(endpoint, p.now)
	return err
}

// patient is an endpoint of which tries failed.
type patient struct {
	*draft
	core    *Core
	r       reading
	was     store.Endpoint
	now     store.Health
	partner Partner
	// gone: so the last answer said. events counts those that were drafted.
	gone   bool
	events int64
}

func (p *patient) count(o Outcome) {
	at := o.At.UnixMicro()
	p.gone = o.Gone
	if o.Delivered {
		p.now.Failures, p.now.FailingSince, p.now.TakenAt = 0, 0, at
		return
	}
	if p.now.Failures++; p.now.FailingSince == 0 {
		p.now.FailingSince = at
	}
	p.now.FailedAt, p.now.FailedStatus, p.now.FailedFault = at, int64(o.Status), o.Fault
}

// treat drafts what follows from the failures.
func (p *patient) treat() error {
	if err := p.warn(); err != nil || p.now.PausedAt != 0 || p.was.Purpose == store.EndpointEmail {
		return err // each e-mail goes elsewhere: that one failed says nothing about the next
	}
	if p.gone && p.now.FailedAt-p.now.FailingSince >= goneAfter.Microseconds() {
		return p.pause(instant(p.now.FailedAt), PauseGone)
	}
	return p.watch()
}

// warn tells the partner's support of failures: once on each day of the partner.
func (p *patient) warn() error {
	at := instant(p.now.FailedAt)
	warned := p.now.WarnedAt != 0 &&
		insurance.DateIn(instant(p.now.WarnedAt), p.partner.Zone) == insurance.DateIn(at, p.partner.Zone)
	if p.now.Failures < warnAfter || warned {
		return nil
	}
	told, err := p.tell(EventEndpointFailing, at, EndpointFailing{})
	if told {
		p.now.WarnedAt = p.now.FailedAt
	}
	return err
}

// tell drafts an event of the endpoint, numbered after those before it, and its
// only notice: to support, if the API has words for it and there is one. What
// nobody is told is not recorded as an event, since URLs may hold secrets.
func (p *patient) tell(kind EventType, at time.Time, data EndpointFailing) (told bool, err error) {
	of := p.was.Purpose
	if of == store.EndpointSupport || of == store.EndpointEmail || !slices.Contains(p.core.Told[p.partner.Family], kind) {
		return false, nil
	}
	support, exists, err := p.r.EndpointFor(p.part, store.EndpointSupport)
	if err != nil || !exists {
		return false, err
	}
	subject := subjectEndpoint + p.was.ID
	before, err := p.r.EventsOf(p.part, subject)
	if err != nil {
		return false, fmt.Errorf("read events of endpoint %s: %w", p.was.ID, err)
	}
	p.events++
	data.URL, data.Failures = p.was.URL, p.now.Failures
	data.Last = FailedTry{At: instant(p.now.FailedAt), Status: int(p.now.FailedStatus), Fault: p.now.FailedFault}
	p.endpoints, p.tells = []string{support.ID}, []EventType{kind}
	return true, p.happen(subject, int64(len(before))+p.events, kind, at, data)
}
