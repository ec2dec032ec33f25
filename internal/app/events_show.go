package app

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/insurance"
)

type eventShow struct {
	stored
	ID string `arg:"" help:"Id of the event, as the tail and notices show have it."`
}

// Run shows the event.
func (s *eventShow) Run(t *terminal) error {
	return s.look(t, func(c *core.Core) error {
		event, err := s.find(t.ctx, c)
		if err != nil {
			return err
		}
		if err := printEvent(t, event); err != nil {
			return err
		}
		return printNoticesOf(t, c, event)
	})
}

// find looks in the logs of all partners.
func (s *eventShow) find(ctx context.Context, c *core.Core) (core.Event, error) {
	partners, err := c.Partners(ctx)
	if err != nil {
		return core.Event{}, err
	}
	for _, p := range partners {
		event, err := c.Event(ctx, p, s.ID)
		if insurance.CodeOf(err) != insurance.CodeEventUnknown {
			return event, err
		}
	}
	return core.Event{}, fmt.Errorf("there is no event %q; `covernote events tail` shows the newest", s.ID)
}

func printEvent(t *terminal, e core.Event) error {
	err := printTable(t, [][]string{
		{"event", e.ID}, {"account", e.Part}, {"position", strconv.FormatInt(e.Position, 10)}, {"type", string(e.Type)}, {"subject", e.Subject},
		{"sequence", strconv.FormatInt(e.Sequence, 10)}, {"at", e.At.Format(time.RFC3339Nano)},
	})
	if err != nil {
		return err
	}
	var data bytes.Buffer
	if err := json.Indent(&data, e.Data, "", "  "); err != nil {
		return fmt.Errorf("read the data of event %s: %w", e.ID, err)
	}
	_, err = fmt.Fprintf(t.out, "\n%s\n", harmless(data.Bytes()))
	return err
}

// printNoticesOf prints the notices of an event as notices show does, and where
// each goes.
func printNoticesOf(t *terminal, c *core.Core, e core.Event) error {
	notices, err := c.NoticesOfEvent(t.ctx, e)
	if err != nil {
		return err
	}
	if len(notices) == 0 {
		_, err := fmt.Fprintln(t.out, "\nNobody is told of it.")
		return err
	}
	for _, n := range notices {
		if _, err := fmt.Fprintln(t.out); err != nil {
			return err
		}
		rows := [][]string{
			{"notice", n.ID}, {"endpoint", n.Endpoint}, {"state", string(n.State)}, {"created", n.CreatedAt.Format(time.RFC3339)},
		}
		if err := printNotice(t, rows, n.Tries); err != nil {
			return err
		}
	}
	return nil
}
