package core

import (
	"context"
	"fmt"

	"github.com/covernote/covernote/internal/store"
)

// tallyLane is the lane in which is tallied what was booked and changed, apart
// from bookings: they leave nothing but rows of which the tallies say something
// else, and lists allow for those until they are tallied. It is not woken, so that
// many are tallied at once.
const tallyLane = 201

// tallySize is how many rows of a kind are tallied at once.
const tallySize = 500

// TallyLanes are the lanes of the tallies.
func TallyLanes() []int64 { return []int64{tallyLane} }

// sweepTallies tallies the rows of which the tallies say something else.
func (c *Core) sweepTallies(ctx context.Context, _ int64, fence Fence) (bool, error) {
	var policies []store.UntalliedPolicy
	var bookings []store.UntalliedBooking
	err := c.read(ctx, func(r reading) (err error) {
		if policies, err = r.UntalliedPolicies(tallySize); err != nil {
			return fmt.Errorf("read untallied policies: %w", err)
		}
		if bookings, err = r.UntalliedBookings(tallySize); err != nil {
			return fmt.Errorf("read untallied bookings: %w", err)
		}
		return nil
	})
	if err != nil {
		return false, err
	}
	if err := c.commitFenced(ctx, fence, tallied(policies, bookings)); err != nil {
		return false, err
	}
	return len(policies) == tallySize || len(bookings) == tallySize, nil
}

// tallied drafts the tallies of rows, a change list for each part and kind.
func tallied(policies []store.UntalliedPolicy, bookings []store.UntalliedBooking) []*store.Changes {
	var lists []*store.Changes
	for _, ofPart := range stretches(policies, func(u store.UntalliedPolicy) string { return u.Part }) {
		changes := store.NewChanges(ofPart[0].Part)
		changes.TallyPolicies(ofPart)
		lists = append(lists, changes)
	}
	for _, ofPart := range stretches(bookings, func(u store.UntalliedBooking) string { return u.Part }) {
		changes := store.NewChanges(ofPart[0].Part)
		changes.TallyBookings(ofPart)
		lists = append(lists, changes)
	}
	return lists
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
