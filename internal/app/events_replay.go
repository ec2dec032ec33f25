package app

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/insurance"
)

type eventReplay struct {
	worked
	Partner  string   `help:"Short name of the account." required:""`
	Since    string   `help:"Tell what happened from then on: an instant of RFC 3339, a day, or a time back from now such as P7D. Everything if left out."`
	Until    string   `help:"Tell what happened before then, in the same forms."`
	Type     []string `help:"Type of the events, such as policy.bound; may be given more than once."`
	Endpoint string   `help:"Name of the only endpoint to tell; every one that is told such events if left out."`
	Resume   string   `help:"Id of a replay that was interrupted, to go on with."`
	DryRun   bool     `help:"Count the events and tell nobody."`
}

// Run tells the events again, or counts them.
func (r *eventReplay) Run(t *terminal) error {
	types, err := eventTypes(r.Type)
	if err != nil {
		return err
	}
	if r.Resume != "" && (r.Since != "" || r.Until != "" || len(r.Type) > 0 || r.Endpoint != "" || r.DryRun) {
		return errors.New("--resume goes on with what was chosen before; it stands alone beside --partner")
	}
	return r.work(t, func(c *core.Core) error {
		partners, err := partnersNamed(t.ctx, c, r.Partner)
		if err != nil {
			return err
		}
		wish, err := r.wish(t.ctx, c, partners[0])
		if err != nil {
			return err
		}
		wish.Types = types
		if r.DryRun {
			return r.count(t, c, partners[0], wish)
		}
		return r.replay(t, c, partners[0], wish)
	})
}

// wish is what the flags say, but for the types.
func (r *eventReplay) wish(ctx context.Context, c *core.Core, p core.Partner) (core.ReplayWish, error) {
	wish := core.ReplayWish{ID: r.Resume, Endpoint: r.Endpoint, Actor: core.ActorOperator}
	now, err := c.Now(ctx)
	if err != nil {
		return wish, err
	}
	if wish.Since, err = instant("--since", r.Since, now, p.Zone); err != nil {
		return wish, err
	}
	if wish.Until, err = instant("--until", r.Until, now, p.Zone); err != nil {
		return wish, err
	}
	if !wish.Since.IsZero() && !wish.Until.IsZero() && !wish.Since.Before(wish.Until) {
		return wish, errors.New("nothing lies between: --until has to be later than --since")
	}
	return wish, r.checkEndpoint(ctx, c, p)
}

// checkEndpoint refuses a name that the partner has no endpoint of, also where
// nobody would be told.
func (r *eventReplay) checkEndpoint(ctx context.Context, c *core.Core, p core.Partner) error {
	if r.Endpoint == "" {
		return nil
	}
	names, err := c.ToldAt(ctx, p)
	if err == nil && !slices.Contains(names, r.Endpoint) {
		err = fmt.Errorf("%s has no endpoint %q; there are: %s", p.Part, r.Endpoint, strings.Join(names, ", "))
	}
	return err
}

// count prints how many events of each type are chosen.
func (r *eventReplay) count(t *terminal, c *core.Core, p core.Partner, wish core.ReplayWish) error {
	reader := &logReader{core: c, partner: p, more: true, filter: core.LogFilter{
		Since: wish.Since, Until: wish.Until, Types: wish.Types, Limit: logPage,
	}}
	counts, total := make(map[string]int), 0
	for {
		if err := reader.fill(t.ctx); err != nil {
			return err
		}
		if len(reader.events) == 0 {
			break
		}
		for _, e := range reader.events {
			counts[string(e.Type)]++
		}
		total += len(reader.events)
		reader.events = nil
	}
	rows := [][]string{{"TYPE", "EVENTS"}}
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		rows = append(rows, []string{name, strconv.Itoa(counts[name])})
	}
	if err := printTable(t, rows); err != nil {
		return err
	}
	_, err := fmt.Fprintf(t.out, "\n%d events of %s are chosen. Without --dry-run they are told again, as far as anybody is told such events.\n",
		total, p.Part)
	return err
}

// replay tells the events again. The id stands first, so that whatever happens
// one can go on.
func (r *eventReplay) replay(t *terminal, c *core.Core, p core.Partner, wish core.ReplayWish) error {
	watch := &replayWatch{terminal: t, began: time.Now(), bar: replayBar(t)}
	done, err := c.Replay(t.ctx, p, wish, watch.see)
	if err == nil {
		watch.see(done)
	}
	_ = watch.bar.Finish()
	switch {
	case insurance.CodeOf(err) == insurance.CodeEventUnknown:
		return fmt.Errorf("%s has no replay %q; its id stands first in what the replay printed", p.Part, r.Resume)
	case err != nil && watch.first == nil:
		return err
	case err != nil:
		return r.stopped(t.ctx, watch.last, err)
	}
	return watch.summarise(done)
}

// stopped says how to go on with a replay that did not come to its end.
func (r *eventReplay) stopped(ctx context.Context, at core.Replay, err error) error {
	if ctx.Err() != nil {
		err = errors.New("interrupted")
	}
	return fmt.Errorf("%w behind position %d of %d; it goes on with: covernote events replay --partner %s --resume %s%s",
		err, at.Position, at.End, r.Partner, at.ID, r.beside())
}

// beside are the arguments by which another command finds the same database. A
// URL may hold a password, and is not shown.
func (w worked) beside() string {
	switch {
	case w.Database != "" && strings.Contains(w.Database, "://"):
		return " --database URL, the one that was given here"
	case w.Database != "":
		return " --database " + quoted(w.Database)
	case w.Data != "":
		return " --data " + quoted(w.Data)
	case w.Config != "":
		return " --config " + quoted(w.Config)
	}
	return ""
}

// quoted is a word for a shell.
func quoted(word string) string { return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'" }

// replayBar shows positions; it learns its end with the first of them.
func replayBar(t *terminal) *progressbar.ProgressBar {
	return progressbar.NewOptions64(1, progressbar.OptionSetWriter(t.err), progressbar.OptionSetVisibility(isTerminal(t.err)),
		progressbar.OptionShowCount(), progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish())
}

// replayWatch looks on while events are told again.
type replayWatch struct {
	terminal *terminal
	began    time.Time
	bar      *progressbar.ProgressBar
	// first and last are how far it had come when it was seen; nil and zero if it
	// never was.
	first *core.Replay
	last  core.Replay
}

// see shows how far a replay has come, and its id at once.
func (w *replayWatch) see(at core.Replay) {
	if w.last = at; w.first == nil {
		w.first = &at
		_, _ = fmt.Fprintf(w.terminal.out, "replay %s\n", at.ID)
		w.bar.ChangeMax64(at.End)
	}
	w.bar.Describe(fmt.Sprintf("%d events, %s", at.Events, w.rate(at)))
	_ = w.bar.Set64(at.Position)
}

// rate is how fast it has gone since the command was given.
func (w *replayWatch) rate(at core.Replay) string {
	return fmt.Sprintf("%.0f events/s", float64(at.Events-w.first.Events)/max(time.Since(w.began).Seconds(), 0.001))
}

func (w *replayWatch) summarise(done core.Replay) error {
	_, err := fmt.Fprintf(w.terminal.out, "%d events are dealt with, %d notices are on their way again: %s, %s.\n",
		done.Events, done.Notices, time.Since(w.began).Round(time.Millisecond), w.rate(done))
	return err
}
