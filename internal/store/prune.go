package store

import (
	"context"
	"errors"
	"time"
)

// pruneSize is how many rows one transaction of a pruning deletes.
const pruneSize = 500

// PruneCommands deletes the proofs of commits made before a moment (machine
// time), in small transactions. They serve only while a commit's outcome may
// be unknown: an hour is ample.
func (s *Store) PruneCommands(ctx context.Context, before time.Time) error {
	for part, more := "", true; more; {
		err := s.prunePart(ctx, part, before)
		if err != nil {
			return err
		}
		if part, more, err = s.commandPartAfter(ctx, part); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) commandPartAfter(ctx context.Context, part string) (next string, more bool, err error) {
	err = s.View(ctx, func(v *View) error {
		return v.row(`SELECT part FROM command WHERE part > $1 ORDER BY part LIMIT 1`, part).Scan(&next)
	})
	if errors.Is(err, errNoRow) {
		return "", false, nil
	}
	return next, err == nil, err
}

func (s *Store) prunePart(ctx context.Context, part string, before time.Time) error {
	for {
		end, n, err := s.pruneEnd(ctx, part, before)
		if err != nil || n == 0 {
			return err
		}
		c := NewChanges(part)
		c.exec(`DELETE FROM command WHERE part = $1 AND id <= $2`, part, end)
		if err := s.Commit(ctx, c); err != nil || n < pruneSize {
			return err
		}
	}
}

// pruneEnd is the last of the next rows to delete, and their number. Ids are
// in the order of time, so that the oldest of a part come first.
func (s *Store) pruneEnd(ctx context.Context, part string, before time.Time) (end []byte, n int, err error) {
	err = s.View(ctx, func(v *View) error {
		return v.each(func(scan func(...any) error) error {
			n++
			return scan(&end)
		}, `SELECT id FROM command WHERE part = $1 AND id < $2 AND at < $3 ORDER BY id LIMIT $4`,
			part, oldestID(before), before.UnixMicro(), int64(pruneSize))
	})
	return end, n, err
}

// oldestID is smaller than every id made at or after a moment: version 7 UUIDs
// begin with their millisecond.
func oldestID(at time.Time) []byte {
	ms := at.UnixMilli()
	id := make([]byte, 16)
	for i := range 6 {
		id[i] = byte(ms >> (8 * (5 - i)))
	}
	return id
}

// PruneExpired deletes previews and uses of repetition keys that expired before
// a moment (business time), whoever's they are, in small transactions.
func (s *Store) PruneExpired(ctx context.Context, before time.Time) error {
	for _, table := range []string{"preview", "repetition"} {
		if err := s.pruneTable(ctx, table, before.UnixMicro()); err != nil {
			return err
		}
	}
	return nil
}

// PruneHandles deletes handles that expired before a moment. Some expire by
// business time and some by the machine's: the moment must have passed by both.
func (s *Store) PruneHandles(ctx context.Context, before time.Time) error {
	return s.pruneTable(ctx, "handle", before.UnixMicro())
}

// PruneAttempts deletes tries to tell partners that were made before a moment
// (business time), whoever's they are, in small transactions. How often a notice
// was tried, and what came of the last try, stays with the notice.
func (s *Store) PruneAttempts(ctx context.Context, before time.Time) error {
	return s.pruneBy(ctx, "attempt", "at", before.UnixMicro())
}

func (s *Store) pruneTable(ctx context.Context, table string, before int64) error {
	return s.pruneBy(ctx, table, "expires_at", before)
}

// pruneBy deletes the oldest by a column first. Rows of the same microsecond go
// together.
func (s *Store) pruneBy(ctx context.Context, table, column string, before int64) error {
	for {
		until, more, err := s.pruneUntil(ctx, table, column, before)
		if err != nil {
			return err
		}
		c := NewChanges("")
		c.exec(`DELETE FROM `+table+` WHERE `+column+` < $1`, until)
		if err := s.Commit(ctx, c); err != nil || !more {
			return err
		}
	}
}

// pruneUntil is the moment before which about pruneSize rows lie, and whether more
// do before the moment given.
func (s *Store) pruneUntil(ctx context.Context, table, column string, before int64) (until int64, more bool, err error) {
	err = s.View(ctx, func(v *View) error {
		return v.row(`SELECT `+column+` FROM `+table+` WHERE `+column+` < $1 ORDER BY `+column+` LIMIT 1 OFFSET $2`,
			before, int64(pruneSize-1)).Scan(&until)
	})
	if errors.Is(err, errNoRow) {
		return before, false, nil
	}
	return until + 1, err == nil, err
}
