package native

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/covernote/covernote/internal/core"
	"github.com/covernote/covernote/internal/dialect"
)

// Family is what the API is called where families are. No partner is of it: its
// requests are signed in with the credentials of any family.
const Family core.Family = "covernote"

// replayTime is how long a request works on a replay before it says how far that
// has come. It is well within the patience that requests have.
const replayTime = 5 * time.Second

// Core is what the API needs done. Its methods refuse with *insurance.Error.
type Core interface {
	Events(context.Context, core.Partner, core.LogFilter) (core.LogPage, error)
	Event(ctx context.Context, p core.Partner, id string) (core.Event, error)
	Replay(ctx context.Context, p core.Partner, wish core.ReplayWish, progress func(core.Replay)) (core.Replay, error)
}

// Dialect is the API. It keeps no state and is safe for concurrent use.
type Dialect struct{ core Core }

var _ dialect.Dialect = (*Dialect)(nil)

// New speaks for a core.
func New(c Core) *Dialect { return &Dialect{core: c} }

// Family is Family.
func (d *Dialect) Family() core.Family { return Family }

// replay tells again for as long as a request may take, and then says how far it
// has come. Once a replay has begun, running out of time is no failure: whoever
// asked knows its id and goes on.
func (d *Dialect) replay(ctx context.Context, p core.Partner, wish core.ReplayWish) (core.Replay, error) {
	ctx, stop := context.WithTimeout(ctx, replayTime)
	defer stop()
	var reached core.Replay
	replay, err := d.core.Replay(ctx, p, wish, func(r core.Replay) { reached = r })
	if err != nil && errors.Is(ctx.Err(), context.DeadlineExceeded) && reached.ID != "" {
		return reached, nil
	}
	return replay, err
}

// What follows is for APIs that tell. This one does not.

// Told is nothing.
func (d *Dialect) Told() []core.EventType { return nil }

// Asked is nothing.
func (d *Dialect) Asked(core.Partner) []core.EventType { return nil }

// Tell fails: nothing is told in this API.
func (d *Dialect) Tell(core.Notice) (dialect.Message, error) {
	return dialect.Message{}, errors.New("nothing is told in this API")
}

// Sign adds nothing.
func (d *Dialect) Sign(core.Notice, []byte, core.EndpointKey, time.Time) http.Header { return nil }

// Delivered is never asked.
func (d *Dialect) Delivered(int) bool { return false }

// Tries is never asked.
func (d *Dialect) Tries(core.Partner) int { return 0 }

// CheckSwitch refuses every switch: no partner is of this family.
func (d *Dialect) CheckSwitch(string, string) error { return errors.New("there are no switches") }
