package app

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/sosodev/duration"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/insurance"
)

// eventLine is an event as scripts read it.
type eventLine struct {
	ID       string          `json:"id"`
	Account  string          `json:"account"`
	Position int64           `json:"position"`
	Type     core.EventType  `json:"type"`
	Subject  string          `json:"subject"`
	Sequence int64           `json:"sequence"`
	At       time.Time       `json:"at"`
	Data     json.RawMessage `json:"data"`
}

func lineOfEvent(e core.Event) eventLine {
	return eventLine{
		ID: e.ID, Account: e.Part, Position: e.Position, Type: e.Type, Subject: e.Subject, Sequence: e.Sequence,
		At: e.At, Data: e.Data,
	}
}

// logReader goes through the log of one partner.
type logReader struct {
	core    *core.Core
	partner core.Partner
	filter  core.LogFilter
	// events were read and are not shown yet.
	events []core.Event
	// more tells whether it is worth reading on.
	more bool
}

// fill reads on where nothing is left to show.
func (r *logReader) fill(ctx context.Context) error {
	for len(r.events) == 0 && r.more {
		page, err := r.core.Events(ctx, r.partner, r.filter)
		if err != nil {
			return err
		}
		r.events, r.filter.After, r.more = page.Events, page.Next, page.More
	}
	return nil
}

// turnBack puts the reader before the newest events. Where the filter leaves
// out most of them it looks twice as far back, and so on.
func (r *logReader) turnBack(ctx context.Context, count int64) error {
	end, err := r.end(ctx)
	if err != nil {
		return err
	}
	for back := count; ; back *= 2 {
		r.filter.After = max(0, end-back)
		found, err := r.rest(ctx)
		if err != nil {
			return err
		}
		if int64(len(found)) >= count || back >= end {
			r.events = found[max(0, int64(len(found))-count):]
			return nil
		}
	}
}

// end is the last position of the log: a page that selects nothing ends there.
func (r *logReader) end(ctx context.Context) (int64, error) {
	page, err := r.core.Events(ctx, r.partner, core.LogFilter{Since: latest, Limit: 1})
	return page.Next, err
}

// rest reads to the end of the log.
func (r *logReader) rest(ctx context.Context) ([]core.Event, error) {
	var all []core.Event
	for r.more = true; r.more; {
		r.events = nil
		if err := r.fill(ctx); err != nil {
			return nil, err
		}
		all = append(all, r.events...)
	}
	return all, nil
}

// instant reads the value of a flag; empty is the zero time. A day begins in the
// zone, and a duration goes back from now by the calendar.
func instant(flag, text string, now time.Time, zone *time.Location) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if day, err := insurance.ParseDate(text); err == nil {
		return day.Start(zone), nil
	}
	if at, err := insurance.ParseInstant(text); err == nil {
		return at, nil
	}
	if back, err := duration.Parse(text); err == nil && !back.Negative && daysOf(back) <= 366*farthest {
		return later(now, &duration.Duration{
			Years: -back.Years, Months: -back.Months, Weeks: -back.Weeks, Days: -back.Days,
			Hours: -back.Hours, Minutes: -back.Minutes, Seconds: -back.Seconds,
		}), nil
	}
	return time.Time{}, fmt.Errorf("read %s %q: it is no instant such as 2027-01-31T12:00:00Z, no day such as 2027-01-31, "+
		"and no time back from now such as P7D or PT2H", flag, text)
}

// daysOf is the length of a duration, rounded up to what is surely enough.
func daysOf(d *duration.Duration) float64 {
	return d.Years*366 + d.Months*31 + d.Weeks*7 + d.Days + d.Hours/24 + d.Minutes/(24*60) + d.Seconds/(24*60*60)
}
