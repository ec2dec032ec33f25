package core

import (
	"context"
	"fmt"
	"time"

	"github.com/covernote/covernote/internal/store"
)

// reading is one snapshot with the business time at which it was taken.
type reading struct {
	*store.View
	now time.Time
	// shared is what the steps of one sweep have in common; nil for a reading
	// that is of one decision only.
	shared *shared
}

// shared is what was read of partners, and what was foreseen. A snapshot does not
// change, so that once is enough.
type shared struct {
	partners map[string]Partner
	foreseen
}

// read calls f with one snapshot.
func (c *Core) read(ctx context.Context, f func(reading) error) error {
	return told(c.Store.View(ctx, func(v *store.View) error {
		now, err := c.businessTime(v)
		if err != nil {
			return err
		}
		return f(reading{View: v, now: now})
	}))
}

// sharing is the same snapshot for many decisions.
func (r reading) sharing() reading {
	r.shared = &shared{partners: make(map[string]Partner), foreseen: newForeseen()}
	return r
}

// partner reads a partner that must be there.
func (r reading) partner(part string) (Partner, error) {
	if r.shared != nil {
		if p, ok := r.shared.partners[part]; ok {
			return p, nil
		}
	}
	row, ok, err := r.Partner(part)
	if err := needed(ok, err); err != nil {
		return Partner{}, fmt.Errorf("read partner %s: %w", part, err)
	}
	p, err := partnerOf(row)
	if err == nil && r.shared != nil {
		r.shared.partners[part] = p
	}
	return p, err
}
