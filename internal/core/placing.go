package core

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/covernote/covernote/internal/store"
)

// logLane is the lane in which events get their places in the logs of their
// partners. Events are recorded by many at once and become visible in any
// order: whoever reads by place never misses one, because places are given by
// one node, one after the other.
const logLane = 200

// placeSize is how many events get their places at once.
const placeSize = 1000

// LogLanes are the lanes of the event log.
func LogLanes() []int64 { return []int64{logLane} }

// sweepLog gives events without a place the next ones of their partner's log. An
// event never comes before an earlier one of its subject. Events that can have no
// place, because one before them is missing, are passed over.
func (c *Core) sweepLog(ctx context.Context, _ int64, fence Fence) (bool, error) {
	var after store.Event
	for {
		events, lists, err := c.nextPlaces(ctx, after)
		if err != nil {
			return false, err
		}
		if err := c.commitFenced(ctx, fence, lists); err != nil {
			return false, err
		}
		if len(events) < placeSize || len(lists) > 0 {
			return len(events) == placeSize, nil
		}
		after = events[len(events)-1]
	}
}

// nextPlaces drafts the places of the next events behind one.
func (c *Core) nextPlaces(ctx context.Context, after store.Event) (events []store.Event, lists []*store.Changes, err error) {
	err = c.read(ctx, func(r reading) (err error) {
		if events, err = r.UnplacedEvents(after, placeSize); err != nil {
			return fmt.Errorf("read events without a place: %w", err)
		}
		lists, err = placed(r, events)
		return err
	})
	return events, lists, err
}

// placed drafts the places of events, a change list for each part.
func placed(r reading, events []store.Event) ([]*store.Changes, error) {
	var lists []*store.Changes
	floor, err := r.logFloor()
	if err != nil {
		return nil, err
	}
	for _, ofPart := range stretches(events, func(e store.Event) string { return e.Part }) {
		last, err := r.LastPosition(ofPart[0].Part)
		if err != nil {
			return nil, fmt.Errorf("read the end of a log: %w", err)
		}
		ordered, err := inSequence(r, ofPart)
		if err != nil {
			return nil, err
		}
		changes := store.NewChanges(ofPart[0].Part)
		for i := range ordered {
			ordered[i].Position = max(last, floor) + int64(i) + 1
		}
		changes.PlaceEvents(ordered...)
		if len(ordered) > 0 {
			lists = append(lists, changes)
		}
	}
	return lists, nil
}

// stretches divides sorted rows where a key changes.
func stretches[T any](rows []T, key func(T) string) [][]T {
	var all [][]T
	for i, row := range rows {
		if i == 0 || key(row) != key(rows[i-1]) {
			all = append(all, nil)
		}
		all[len(all)-1] = append(all[len(all)-1], row)
	}
	return all
}

// inSequence puts events of one part in the order of their places: that of their
// ids, which is that of their making on one node, but those of one subject by
// their own numbers. An event whose predecessor was not read yet is left out.
func inSequence(r reading, events []store.Event) ([]store.Event, error) {
	queues := make(map[string][]store.Event)
	for _, e := range events {
		queues[e.Subject] = append(queues[e.Subject], e)
	}
	before, err := r.PlacedUpTo(events[0].Part, slices.Collect(maps.Keys(queues)))
	if err != nil {
		return nil, fmt.Errorf("read places of events: %w", err)
	}
	for subject, queue := range queues {
		slices.SortFunc(queue, func(a, b store.Event) int { return cmp.Compare(a.Sequence, b.Sequence) })
		queues[subject] = unbroken(queue, before[subject])
	}
	ordered := make([]store.Event, 0, len(events))
	for _, e := range events {
		if queue := queues[e.Subject]; len(queue) > 0 {
			ordered, queues[e.Subject] = append(ordered, queue[0]), queue[1:]
		}
	}
	return ordered, nil
}

// unbroken is the beginning of a queue that follows on a number without a gap.
func unbroken(queue []store.Event, before int64) []store.Event {
	for i, e := range queue {
		if e.Sequence != before+int64(i)+1 {
			return queue[:i]
		}
	}
	return queue
}
