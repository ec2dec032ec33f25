package core

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
)

// replaySize is how many events a replay deals with in one change list.
const replaySize = 1000

// Replay tells events again, in the order of the log, to whoever is told such
// events. What is on its way anyway is left alone, so that each event is told
// once more and no oftener, also if the replay is interrupted and gone on with.
// Notices of one policy keep their order, new ones included; those of others are
// not held up. progress, which may be nil, is told how far it has come. It
// refuses with CodeEventUnknown a replay that was never begun, and with
// CodeInvalid an endpoint that is not there.
func (c *Core) Replay(ctx context.Context, p Partner, wish ReplayWish, progress func(Replay)) (Replay, error) {
	replay, err := c.beginReplay(ctx, p, wish)
	for err == nil && !replay.Done {
		if progress != nil {
			progress(replay)
		}
		if err = ctx.Err(); err == nil {
			replay, err = c.replayOn(ctx, p, replay.ID)
		}
	}
	return replay, err
}

// beginReplay records a replay, or finds the one to go on with. It ends with the
// last event that has a place when it begins.
func (c *Core) beginReplay(ctx context.Context, p Partner, wish ReplayWish) (Replay, error) {
	var begun store.Replay
	err := c.decide(ctx, func(r reading) (*draft, error) {
		if err := invalid(wish.Problems); err != nil {
			return nil, err
		}
		if wish.ID != "" {
			found, ok, err := r.Replay(p.Part, wish.ID)
			if begun = found; err == nil && !ok {
				err = insurance.Refuse(insurance.CodeEventUnknown, "the replay does not exist")
			}
			return nil, err
		}
		if err := knownEndpoint(r, p, wish.Endpoint); err != nil {
			return nil, err
		}
		end, err := r.LastPosition(p.Part)
		if err != nil {
			return nil, fmt.Errorf("read the end of the log: %w", err)
		}
		begun = store.Replay{
			Part: p.Part, ID: newID(), Version: 1, SinceAt: micros(wish.Since), UntilAt: micros(wish.Until),
			Types: textOf(wish.Types), Endpoint: wish.Endpoint, EndPosition: end, CreatedAt: micros(r.now),
		}
		d := c.quiet(r, p.Part)
		d.AddReplay(begun)
		d.audit(orElse(wish.Actor, actorPartner(p)), "events.replayed", begun.ID, wish.Endpoint, "", "")
		return d, nil
	})
	return replayOf(begun), err
}

func knownEndpoint(r reading, p Partner, name string) error {
	if name == "" {
		return nil
	}
	_, ok, err := r.Endpoint(p.Part, name)
	if err == nil && !ok {
		err = insurance.Invalid(insurance.FieldEndpoint, "is not an endpoint of the partner")
	}
	return err
}

func replayOf(row store.Replay) Replay {
	return Replay{
		ID: row.ID, Position: row.Position, End: row.EndPosition, Events: row.Events, Notices: row.Notices,
		Done: row.Position >= row.EndPosition,
	}
}

// replayOn deals with the next events of a replay. Their notices and how far the
// replay has come lie in one change list.
func (c *Core) replayOn(ctx context.Context, p Partner, id string) (Replay, error) {
	var row store.Replay
	err := c.decide(ctx, func(r reading) (*draft, error) {
		found, ok, err := r.Replay(p.Part, id)
		if err := needed(ok, err); err != nil {
			return nil, fmt.Errorf("read replay %s: %w", id, err)
		}
		row = found
		events, err := r.Log(p.Part, store.LogQuery{
			After: row.Position, End: row.EndPosition, Since: row.SinceAt, Until: row.UntilAt, Types: row.Types, Limit: replaySize,
		})
		if err != nil {
			return nil, fmt.Errorf("read the log: %w", err)
		}
		d, err := c.draft(r, p)
		if err != nil {
			return nil, err
		}
		again := &retelling{draft: d, only: row.Endpoint}
		if err := again.tell(r, events); err != nil {
			return nil, err
		}
		row.Position = row.EndPosition
		if len(events) == replaySize {
			row.Position = events[len(events)-1].Position
		}
		row.Events += int64(len(events))
		row.Notices += again.count
		d.PutReplay(row)
		return d, nil
	})
	return replayOf(row), err
}

// retelling drafts notices of events that happened before.
type retelling struct {
	*draft
	// only is the endpoint to tell; empty is all.
	only  string
	count int64
	// put and added are the notices, timers lets them go.
	put, added []store.Notice
	timers     []store.Timer
}

func (t *retelling) tell(r reading, events []store.Event) error {
	ids := make([]string, len(events))
	for i, e := range events {
		ids[i] = e.ID
	}
	notices, err := r.NoticesOfEvents(t.part, ids)
	if err != nil {
		return fmt.Errorf("read notices: %w", err)
	}
	sent := make(map[string]store.Notice)
	for _, n := range notices {
		sent[n.EventID+"/"+n.EndpointID] = n
	}
	for _, e := range events {
		if !slices.Contains(t.tells, EventType(e.Type)) {
			continue
		}
		for _, endpoint := range t.endpoints {
			if t.only != "" && endpoint != t.only {
				continue
			}
			before, was := sent[e.ID+"/"+endpoint]
			t.again(e, endpoint, before, was)
		}
	}
	t.PutNotices(t.put)
	t.AddNotices(t.added)
	t.AddTimers(t.timers)
	return nil
}

// again lets an event go to an endpoint once more, or for the first time to one
// that was not there when it happened.
func (t *retelling) again(e store.Event, endpoint string, n store.Notice, was bool) {
	switch {
	case was && n.State == store.NoticeDue:
		return // it is on its way
	case was:
		n.State, n.Round, n.Tries, n.SettledAt = store.NoticeDue, n.Round+1, 0, 0
		t.put = append(t.put, n)
	default:
		n = store.Notice{
			Part: t.part, ID: lateNotice(e.ID, endpoint), EventID: e.ID, Subject: e.Subject, EndpointID: endpoint,
			State: store.NoticeDue, Round: 1, CreatedAt: micros(t.now),
		}
		t.added = append(t.added, n)
	}
	t.count++
	t.timers = append(t.timers, t.timed(t.sending(n, t.now)))
}

// lateNotice is the id of a notice that is made long after its event: among those
// of its subject it comes where it would have come then.
func lateNotice(eventID, endpointID string) string {
	id, err := uuid.Parse(eventID)
	if err != nil {
		return newID()
	}
	tail := uuid.NewSHA1(id, []byte(endpointID))
	copy(id[9:], tail[9:])
	id[8] = 0xbf // the greatest that its variant allows: behind the event, and before the next
	return id.String()
}
