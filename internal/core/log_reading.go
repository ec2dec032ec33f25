package core

import (
	"context"
	"fmt"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
)

// defaultPage is how long a page is of which nobody says it.
const defaultPage = 100

// Events is a page of a partner's event log, in its order. Whoever goes on from
// Next meets every event once, however many are recorded at the same time.
func (c *Core) Events(ctx context.Context, p Partner, f LogFilter) (LogPage, error) {
	page := LogPage{Next: f.After}
	if f.Limit <= 0 {
		f.Limit = defaultPage
	}
	err := c.read(ctx, func(r reading) error {
		if err := invalid(f.Problems); err != nil {
			return err
		}
		end, err := r.LastPosition(p.Part)
		if err != nil {
			return fmt.Errorf("read the end of the log: %w", err)
		}
		subject, err := subjectNamed(r, p, f.Subject)
		if err != nil {
			return err
		}
		rows, err := r.Log(p.Part, store.LogQuery{
			After: f.After, End: end, Since: micros(f.Since), Until: micros(f.Until), Types: textOf(f.Types),
			Subject: subject, Limit: f.Limit + 1,
		})
		if err != nil {
			return fmt.Errorf("read the log: %w", err)
		}
		page.fill(rows, f, end)
		return nil
	})
	return page, err
}

// fill takes over what was read. A page with nothing behind it ends where the log
// does, past what the filter has left out.
func (page *LogPage) fill(rows []store.Event, f LogFilter, end int64) {
	page.More = len(rows) > f.Limit
	if page.More {
		rows = rows[:f.Limit]
		end = rows[f.Limit-1].Position
	}
	page.Next = max(page.Next, end)
	for _, row := range rows {
		page.Events = append(page.Events, eventOfRow(row))
	}
}

// subjectNamed is the policy that a certificate number names, else the name
// itself.
func subjectNamed(r reading, p Partner, name string) (string, error) {
	if name == "" {
		return "", nil
	}
	policy, ok, err := r.PolicyByCertificate(p.Part, name)
	if err != nil {
		return "", fmt.Errorf("read policy: %w", err)
	}
	if ok {
		return policy.ID, nil
	}
	return name, nil
}

func textOf(types []EventType) []string {
	texts := make([]string, len(types))
	for i, t := range types {
		texts[i] = string(t)
	}
	return texts
}

// Event is one event of a partner. It refuses with CodeEventUnknown.
func (c *Core) Event(ctx context.Context, p Partner, id string) (Event, error) {
	var event Event
	err := c.read(ctx, func(r reading) error {
		row, ok, err := r.Event(p.Part, id)
		if err != nil {
			return fmt.Errorf("read event: %w", err)
		}
		if !ok {
			return insurance.Refuse(insurance.CodeEventUnknown, "the event does not exist")
		}
		event = eventOfRow(row)
		return nil
	})
	return event, err
}
