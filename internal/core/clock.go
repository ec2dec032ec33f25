package core

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/covernote/covernote/internal/store"
)

// settingClock is how far business time runs ahead of machine time, in
// microseconds. Only a sandbox ever sets it.
const settingClock = "clock.offset"

// Now is the business time.
func (c *Core) Now(ctx context.Context) (time.Time, error) {
	var now time.Time
	err := c.read(ctx, func(r reading) error {
		now = r.now
		return nil
	})
	return now, err
}

// businessTime is machine time in production; in a sandbox it runs ahead by
// an offset that all its nodes share.
func (c *Core) businessTime(v *store.View) (time.Time, error) {
	now := c.Options.Now().UTC().Truncate(time.Microsecond)
	if !c.Sandbox {
		return now, nil
	}
	setting, err := v.Setting(settingClock)
	if err != nil {
		return time.Time{}, fmt.Errorf("read the clock: %w", err)
	}
	return now.Add(offsetOf(setting)), nil
}

func offsetOf(s store.Setting) time.Duration {
	micros, err := strconv.ParseInt(s.Value, 10, 64)
	if err != nil {
		return 0
	}
	return time.Duration(micros) * time.Microsecond
}

// shiftOf is how far the clock of one order or policy runs ahead of all
// others, in a sandbox.
func (c *Core) shiftOf(r reading, part, owner string) (time.Duration, error) {
	if !c.Sandbox {
		return 0, nil
	}
	micros, err := r.ClockShift(part, owner)
	return time.Duration(micros) * time.Microsecond, err
}
