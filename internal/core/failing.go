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

// EndpointFailing is the data of EventEndpointFailing.
type EndpointFailing struct {
	URL string `json:"url"`
	// Failures counts the tries since the last that succeeded.
	Failures int64     `json:"failures"`
	Last     FailedTry `json:"last"`
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

// countFailure drafts that a try at an endpoint failed, and the warning of its
// partner, if there is somebody to warn. What nobody is told is not recorded as
// an event, since URLs may hold secrets.
func (c *Core) countFailure(r reading, d *draft, failed Delivery, o Outcome) error {
	endpoint, exists, err := r.Endpoint(failed.row.Part, failed.row.EndpointID)
	if err != nil || !exists {
		return err
	}
	warned := endpoint.WarnedAt
	support, due, err := c.warns(r, endpoint, failed.Notice.Partner, o.At)
	if err != nil {
		return err
	}
	if due {
		warned = o.At.UnixMicro()
		if err := c.warn(r, d, endpoint, support, o); err != nil {
			return err
		}
	}
	d.FailEndpoint(endpoint, warned)
	return nil
}

// warns tells whether one more failure of an endpoint is to be told, and where:
// once on each day of the partner.
func (c *Core) warns(r reading, e store.Endpoint, p Partner, at time.Time) (support store.Endpoint, due bool, err error) {
	today := insurance.DateIn(at, p.Zone)
	switch {
	case e.Purpose != store.EndpointEvents, e.Failures+1 < warnAfter,
		!slices.Contains(c.Told[p.Family], EventEndpointFailing),
		e.WarnedAt != 0 && insurance.DateIn(time.UnixMicro(e.WarnedAt), p.Zone) == today:
		return store.Endpoint{}, false, nil
	}
	return r.EndpointFor(e.Part, store.EndpointSupport)
}

// warn drafts the event, numbered after those before it, and its only notice.
func (c *Core) warn(r reading, d *draft, e, support store.Endpoint, o Outcome) error {
	subject := subjectEndpoint + e.ID
	before, err := r.EventsOf(e.Part, subject)
	if err != nil {
		return fmt.Errorf("read events of endpoint %s: %w", e.ID, err)
	}
	d.endpoints, d.tells = []store.Endpoint{support}, []EventType{EventEndpointFailing}
	return d.happen(subject, int64(len(before))+1, EventEndpointFailing, o.At, EndpointFailing{
		URL: e.URL, Failures: e.Failures + 1, Last: FailedTry{At: o.At, Status: o.Status, Fault: o.Fault},
	})
}
