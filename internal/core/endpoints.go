package core

import (
	"context"
	"fmt"
	"time"

	"github.com/covernote/covernote/internal/store"
)

// EndpointLine is an endpoint as an operator sees it: without its secrets.
type EndpointLine struct {
	Part, Name, URL string
	Purpose         Purpose
	Pace            Pace
	Standard        bool
	// PausedAt is since when it is paused, business time, and PauseReason why; zero
	// if it is not.
	PausedAt    time.Time
	PauseReason PauseReason
	// Failures counts the failed tries since the last that succeeded, of which the
	// first was at FailingSince.
	Failures     int
	FailingSince time.Time
	// TriedAt is the last try of all, and Fault what went wrong with it; empty if it
	// succeeded.
	TriedAt time.Time
	Fault   string
	// Waiting counts the notices that will be sent there.
	Waiting int64
	// OldSecretUntil is until when the secret before the present one signs as well;
	// zero if there is none.
	OldSecretUntil time.Time
}

// FindEndpoints lists the endpoints of a partner, or of all if part is empty, and
// how they fare.
func (c *Core) FindEndpoints(ctx context.Context, part string) ([]EndpointLine, error) {
	var lines []EndpointLine
	err := c.read(ctx, func(r reading) error {
		partners, err := r.Partners()
		if err != nil {
			return fmt.Errorf("read partners: %w", err)
		}
		for _, p := range partners {
			if part != "" && p.Part != part {
				continue
			}
			rows, err := r.AllEndpoints(p.Part)
			if err != nil {
				return fmt.Errorf("read endpoints of %s: %w", p.Part, err)
			}
			for _, e := range rows {
				line := lineOfEndpoint(e, r.now)
				if line.Waiting, err = r.CountWaiting(noticeLane(e.Part, e.ID), endpointName(e.Part, e.ID)); err != nil {
					return fmt.Errorf("count the notices to %s: %w", e.ID, err)
				}
				lines = append(lines, line)
			}
		}
		return nil
	})
	return lines, err
}

func lineOfEndpoint(e store.Endpoint, now time.Time) EndpointLine {
	line := EndpointLine{
		Part: e.Part, Name: e.ID, URL: e.URL, Purpose: Purpose(e.Purpose), Pace: paceOf(e), Standard: e.StandardHeaders,
		PausedAt: instant(e.PausedAt), PauseReason: PauseReason(e.PauseReason), Failures: int(e.Failures),
		FailingSince: instant(e.FailingSince), TriedAt: instant(max(e.TakenAt, e.FailedAt)),
	}
	if e.Failures > 0 {
		line.Fault = Outcome{Status: int(e.FailedStatus), Fault: e.FailedFault}.summary(line.Purpose)
	}
	if until := instant(e.OldSecretUntil); until.After(now) {
		line.OldSecretUntil = until
	}
	return line
}

// CountPaused counts the endpoints that are paused, whosever they are.
func (c *Core) CountPaused(ctx context.Context) (n int, err error) {
	err = c.read(ctx, func(r reading) error {
		paused, err := r.PausedEndpoints()
		n = len(paused)
		return err
	})
	return n, err
}

// ToldAt names the endpoints at which a partner is told events.
func (c *Core) ToldAt(ctx context.Context, p Partner) (names []string, err error) {
	err = c.read(ctx, func(r reading) error {
		endpoints, err := r.Endpoints(p.Part)
		for _, e := range endpoints {
			names = append(names, e.ID)
		}
		return err
	})
	return names, err
}
