package core

import (
	"time"

	"github.com/covernote/covernote/internal/store"
)

// When an endpoint of which nothing but failures is known is paused, in business
// time. docs/webhooks.md promises it.
const (
	// pauseAfter is how long all of its tries have failed by then.
	pauseAfter = 5 * 24 * time.Hour
	// announcedBefore is how long before that support is told at the latest.
	announcedBefore = 24 * time.Hour
	// freshFor is how long a failed try says something about the present: as long
	// as the longest pause between two of a notice.
	freshFor = 48 * time.Hour
	// goneAfter is after how long of failures an answer that the endpoint is gone
	// is believed: the first may be a mistake that is mended in an hour.
	goneAfter = 24 * time.Hour
)

// PauseReason is why an endpoint is paused.
type PauseReason string

// The reasons.
const (
	PauseFailing  PauseReason = "failing"
	PauseGone     PauseReason = "gone"
	PauseOperator PauseReason = "operator"
)

// watch lets the endpoint be looked at when support has to be told that it will
// be paused.
func (p *patient) watch() error {
	owner := subjectEndpoint + p.was.ID
	timers, err := p.r.TimersOf(p.part, owner)
	if err != nil || len(timers) > 0 {
		return err
	}
	p.look(max(p.now.FailingSince+(pauseAfter-announcedBefore).Microseconds(), p.now.FailedAt))
	return nil
}

// look lets the endpoint be looked at, at an instant.
func (p *patient) look(at int64) {
	owner := subjectEndpoint + p.was.ID
	p.later(step{
		kind: timerWatch, owner: owner, subject: p.was.ID, id: timerWatch + ":" + p.was.ID, lane: workLane(p.part, owner),
		at: instant(at),
	})
}

// watchOver looks at an endpoint that was failing. If it still is, support is told
// that it will be paused, and a day later it is.
func (c *Core) watchOver(r reading, t store.Timer, f Fence) (*draft, error) {
	partner, d, err := c.work(r, t, f)
	if err != nil {
		return nil, err
	}
	endpoint, exists, err := r.Endpoint(t.Part, t.Subject)
	if err != nil || !exists {
		return d, err
	}
	p := &patient{draft: d, core: c, r: r, was: endpoint, now: endpoint.Health, partner: partner}
	err = p.visit(t.DueAt)
	if p.now != endpoint.Health {
		d.PutHealth(endpoint, p.now)
	}
	return d, err
}

// visit decides what becomes of a watched endpoint as of an instant. One that is
// hardly told anything is left alone until it fails again.
func (p *patient) visit(now int64) error {
	announce := p.now.FailingSince + (pauseAfter - announcedBefore).Microseconds()
	pause := max(p.now.AnnouncedAt+announcedBefore.Microseconds(), p.now.FailingSince+pauseAfter.Microseconds())
	switch {
	case p.now.Failures == 0, p.now.PausedAt != 0, now-p.now.FailedAt > freshFor.Microseconds():
		return nil
	case now < announce:
		p.look(announce)
		return nil
	case p.now.AnnouncedAt < p.now.FailingSince:
		p.now.AnnouncedAt = now
		at := max(now+announcedBefore.Microseconds(), p.now.FailingSince+pauseAfter.Microseconds())
		p.look(at)
		pausesAt := instant(at)
		_, err := p.tell(EventEndpointFailing, instant(now), EndpointFailing{PausesAt: &pausesAt})
		return err
	case now < pause:
		p.look(pause)
		return nil
	}
	return p.pause(instant(now), PauseFailing)
}

// pause drafts that the endpoint is told nothing any more, and tells support.
func (p *patient) pause(at time.Time, why PauseReason) error {
	p.now.PausedAt, p.now.PauseReason = at.UnixMicro(), string(why)
	p.reports = append(p.reports, p.logged)
	p.audit(actorCourier, "partner.endpoint_paused", p.part, p.was.ID, "", string(why))
	_, err := p.tell(EventEndpointPaused, at, EndpointFailing{Reason: why, PausedAt: &at})
	return err
}

// logged says in the log that the endpoint was paused.
func (p *patient) logged() {
	p.core.Log.Warn("endpoint paused", "part", p.was.Part, "endpoint", p.was.ID, "reason", p.now.PauseReason,
		"failures", p.now.Failures, "status", p.now.FailedStatus, "fault", p.now.FailedFault,
		"next", "covernote partner endpoint "+p.was.Part+" "+p.was.ID+" --resume")
}
