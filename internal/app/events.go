package app

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/covernote/covernote/internal/core"
)

// eventCommands read the event log and tell events again.
type eventCommands struct {
	Tail   eventTail   `cmd:"" help:"Show the newest events, and those that follow."`
	Show   eventShow   `cmd:"" help:"Show an event, its notices and each try to deliver them."`
	Replay eventReplay `cmd:"" help:"Tell a partner events again, whether they were delivered or not."`
}

// logPage is how many events are read at once.
const logPage = 500

// logPause is how long a log that has ended is left alone.
const logPause = time.Second

type eventTail struct {
	stored
	Partner string   `help:"Short name of an account; all of them, in the order of time, if left out."`
	Type    []string `help:"Type of the events, such as policy.bound; may be given more than once."`
	Since   string   `help:"Begin there instead of with the newest: an instant of RFC 3339, a day, or a time back from now such as P7D."`
	Limit   uint32   `help:"Most events per partner, where --since does not say where to begin." default:"50"`
	Follow  bool     `help:"Go on with what happens until interrupted." short:"f"`
	JSON    bool     `name:"json" help:"Print an object of JSON on each line."`
}

// Run shows the events.
func (l *eventTail) Run(t *terminal) error {
	types, err := eventTypes(l.Type)
	if err != nil {
		return err
	}
	return l.look(t, func(c *core.Core) error {
		f := &follower{eventTail: l, terminal: t, core: c, types: types, met: make(map[string]bool)}
		err := f.follow()
		if l.Follow && t.ctx.Err() != nil {
			err = nil // to be interrupted is how it ends
		}
		return err
	})
}

// eventTypes are the types of these names, all of which there are.
func eventTypes(names []string) ([]core.EventType, error) {
	types := make([]core.EventType, len(names))
	for i, name := range names {
		types[i] = core.EventType(name)
		if !slices.Contains(core.EventTypes(), types[i]) {
			return nil, fmt.Errorf("no event is of type %q; the types are %s", name, typeNames())
		}
	}
	return types, nil
}

func typeNames() string {
	var names []string
	for _, t := range core.EventTypes() {
		names = append(names, string(t))
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

// partnersNamed are the partner of a short name, or all if it is empty.
func partnersNamed(ctx context.Context, c *core.Core, part string) ([]core.Partner, error) {
	all, err := c.Partners(ctx)
	if err != nil || part == "" {
		return all, err
	}
	for _, p := range all {
		if p.Part == part {
			return []core.Partner{p}, nil
		}
	}
	return nil, fmt.Errorf("there is no partner %q; `covernote partner list` shows them", part)
}

// follower merges the logs of partners.
type follower struct {
	*eventTail
	terminal *terminal
	core     *core.Core
	types    []core.EventType
	readers  []*logReader
	// met are the partners who have a reader.
	met map[string]bool
	// width is that of the column of accounts.
	width int
}

// follow shows what there is and, if that is wished, what follows.
func (f *follower) follow() error {
	if err := f.meet(f.begin); err != nil {
		return err
	}
	if err := f.heading(); err != nil {
		return err
	}
	tick := time.NewTicker(logPause)
	defer tick.Stop()
	for {
		if err := f.catchUp(); err != nil || !f.Follow {
			return err
		}
		select {
		case <-f.terminal.ctx.Done():
			return nil
		case <-tick.C:
		}
		// Whoever was added meanwhile is read from the first event on.
		if err := f.meet(func(*logReader) error { return nil }); err != nil {
			return err
		}
	}
}

// meet finds the partners who have no reader yet, and where to begin with each.
func (f *follower) meet(begin func(*logReader) error) error {
	partners, err := partnersNamed(f.terminal.ctx, f.core, f.Partner)
	if err != nil {
		return err
	}
	for _, p := range partners {
		if f.met[p.Part] {
			continue
		}
		r := &logReader{core: f.core, partner: p, filter: core.LogFilter{Types: f.types, Limit: logPage}}
		if err := begin(r); err != nil {
			return err
		}
		f.readers, f.met[p.Part], f.width = append(f.readers, r), true, max(f.width, len(p.Part))
	}
	return nil
}

// begin puts a reader where --since says, or else before the newest events.
func (f *follower) begin(r *logReader) error {
	if f.Since == "" {
		return r.turnBack(f.terminal.ctx, int64(f.Limit))
	}
	now, err := f.core.Now(f.terminal.ctx)
	if err != nil {
		return err
	}
	r.filter.Since, err = instant("--since", f.Since, now, r.partner.Zone)
	return err
}

// catchUp shows what the logs hold by now, the earliest first; what one partner's
// log holds stays in its order.
func (f *follower) catchUp() error {
	for _, r := range f.readers {
		r.more = true
	}
	for {
		var next *logReader
		for _, r := range f.readers {
			if err := r.fill(f.terminal.ctx); err != nil {
				return err
			}
			if len(r.events) > 0 && (next == nil || r.events[0].At.Before(next.events[0].At)) {
				next = r
			}
		}
		if next == nil {
			return nil
		}
		if err := f.print(next.events[0]); err != nil {
			return err
		}
		next.events = next.events[1:]
	}
}

// The columns keep their width, since nobody knows what follows.
const eventColumns = "%-20s   %-*s   %8s   %-23s   %-36s   %s\n"

func (f *follower) heading() error {
	if f.JSON {
		return nil
	}
	f.width = max(f.width, len("ACCOUNT"))
	_, err := fmt.Fprintf(f.terminal.out, eventColumns, "AT", f.width, "ACCOUNT", "POSITION", "TYPE", "EVENT", "SUBJECT")
	return err
}

func (f *follower) print(e core.Event) error {
	if f.JSON {
		encoder := json.NewEncoder(f.terminal.out)
		encoder.SetEscapeHTML(false)
		return encoder.Encode(lineOfEvent(e))
	}
	_, err := fmt.Fprintf(f.terminal.out, eventColumns, e.At.Format(time.RFC3339), f.width, e.Part,
		strconv.FormatInt(e.Position, 10), e.Type, e.ID, e.Subject)
	return err
}
