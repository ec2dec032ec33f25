package app

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sosodev/duration"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
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
	position := "none yet"
	if e.Position > 0 {
		position = strconv.FormatInt(e.Position, 10)
	}
	err := printTable(t, [][]string{
		{"event", e.ID}, {"account", e.Part}, {"position", position}, {"type", string(e.Type)}, {"subject", e.Subject},
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
	var notices []store.Notice
	err := c.Store.View(t.ctx, func(v *store.View) (err error) {
		notices, err = v.NoticesOfEvents(e.Part, []string{e.ID})
		return err
	})
	if err != nil {
		return fmt.Errorf("read the notices of event %s: %w", e.ID, err)
	}
	if len(notices) == 0 {
		_, err := fmt.Fprintln(t.out, "\nNobody is told of it.")
		return err
	}
	for _, n := range notices {
		line, tries, err := c.NoticeAttempts(t.ctx, n.ID)
		if err != nil {
			return err
		}
		rows := [][]string{
			{"notice", n.ID}, {"endpoint", n.EndpointID}, {"state", string(line.State)},
			{"created", line.CreatedAt.Format(time.RFC3339)},
		}
		if err := printNotice(t, rows, tries); err != nil {
			return err
		}
	}
	return nil
}

func printNotice(t *terminal, rows [][]string, tries []core.Attempt) error {
	tables := [][][]string{rows}
	if len(tries) > 0 {
		tables = append(tables, tryRows(tries))
	}
	for _, table := range tables {
		if _, err := fmt.Fprintln(t.out); err != nil {
			return err
		}
		if err := printTable(t, table); err != nil {
			return err
		}
	}
	return printAnswers(t, tries)
}
