package core

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"
)

// A database that is brought back from a copy does not know what was done after
// the copy was made: numbers were given that it would give again, and a node that
// was cut off may still believe that it holds a lane.

// settingRestored is when the database was last brought back, in microseconds of
// business time. Until it was, there is none.
const settingRestored = "restored.at"

const (
	// mostPerSecond is how many numbers of one kind are taken to have been given
	// at most, on the average of all the time since the copy was made.
	mostPerSecond = 100
	// skipAtLeast is skipped however young the copy is: the clocks of two machines
	// differ, and there are bursts.
	skipAtLeast = 100_000
)

// Restoration says what a restored database has lost.
type Restoration struct {
	// Silence is how long before now the copy's last entry was made: whatever was
	// done meanwhile is lost.
	Silence time.Duration
	// At is the business time from which on the database goes on.
	At time.Time
}

// TakeOver makes a database that was brought back from a copy, by whatever means,
// fit to be served from: no number, lease or package code that can have been given
// since the copy was made is given again. It has to be the first that is done with
// the database, before any node serves from it. source is what is written into the
// audit log.
func (c *Core) TakeOver(ctx context.Context, source string) (Restoration, error) {
	var done Restoration
	err := c.decide(ctx, func(r reading) (*draft, error) {
		silence, ok, err := r.Silence()
		if err != nil {
			return nil, fmt.Errorf("read how old the copy is: %w", err)
		}
		if !ok {
			return nil, errors.New("nothing was ever stored in this database, so that it cannot have been restored")
		}
		if silence < -clocksDiffer {
			return nil, fmt.Errorf("the clock of this machine is %s behind what the copy says; set it first", -silence)
		}
		done = Restoration{Silence: max(0, silence), At: r.now}
		return c.restoration(r, source, done)
	})
	return done, err
}

// clocksDiffer is how far the clocks of two machines may differ.
const clocksDiffer = time.Minute

func (c *Core) restoration(r reading, source string, done Restoration) (*draft, error) {
	d := c.quiet(r, "")
	d.RetireLeases(micros(c.Options.Now()))
	for _, of := range []numberKind{numberInquiry, numberCustomer} {
		if err := d.skipNumbers(r, of, done.Silence); err != nil {
			return nil, err
		}
	}
	was, err := r.Setting(settingRestored)
	if err != nil {
		return nil, fmt.Errorf("read when it was restored: %w", err)
	}
	if err := d.passPlaces(r); err != nil {
		return nil, err
	}
	d.PutSetting(settingRestored, was, strconv.FormatInt(micros(r.now), 10))
	d.audit("operator", "restored", "database", source, r.now.Add(-done.Silence).Format(time.RFC3339), r.now.Format(time.RFC3339))
	return d, nil
}

// skipNumbers passes over what can have been given since the copy was made. Who
// restores the same copy again, later, passes over more, and so over what was
// given in between.
func (d *draft) skipNumbers(r reading, of numberKind, silence time.Duration) error {
	next, begun, err := r.Sequence(of.bucket, 0)
	if err != nil {
		return fmt.Errorf("read sequence: %w", err)
	}
	skipped := skipAtLeast + mostPerSecond*int64(silence/time.Second)
	if begun {
		d.TakeSequence(of.bucket, 0, next, skipped)
	} else {
		d.BeginSequence(of.bucket, 0, skipped)
	}
	return nil
}

// passPlaces has the logs of all partners go on where none can have been.
func (d *draft) passPlaces(r reading) error {
	partners, err := r.Partners()
	if err != nil {
		return fmt.Errorf("read partners: %w", err)
	}
	for _, p := range partners {
		d.PassPlaces(p.Part, placesBefore(r.now))
	}
	return nil
}

// beginLog lets the log of a new partner begin: after a restore behind that of one who
// was called so and is forgotten.
func (d *draft) beginLog(r reading) error {
	floor, err := r.logFloor()
	if err == nil && floor > 0 {
		d.PassPlaces(d.part, floor)
	}
	return err
}

// restoredAt is when the database was last brought back; ok is false if it never
// was.
func (r reading) restoredAt() (at time.Time, ok bool, err error) {
	restored, err := r.Setting(settingRestored)
	if err != nil || restored.Version == 0 {
		return at, false, err
	}
	micros, err := strconv.ParseInt(restored.Value, 10, 64)
	if err != nil {
		return at, false, fmt.Errorf("read when the database was restored: %w", err)
	}
	return instant(micros), true, nil
}

// logFloor is the position behind which logs have gone on since the database was
// restored; 0 if it never was.
func (r reading) logFloor() (int64, error) {
	restored, ok, err := r.restoredAt()
	if err != nil || !ok {
		return 0, err
	}
	return placesBefore(restored), nil
}

// placesBefore is a position that no log can have reached by then, with fewer events
// than microseconds. A reader who had come further than the copy of a database would
// else pass over what happens after it was restored.
func placesBefore(at time.Time) int64 { return at.Sub(firstDay).Microseconds() }
