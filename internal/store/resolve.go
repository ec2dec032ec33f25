package store

import (
	"context"
	"errors"
	"fmt"
	"time"
)

const (
	resolveTimeout = 5 * time.Second
	resolvePause   = 50 * time.Millisecond
)

// errUndecided: the outcome of a commit could not be found out in time.
var errUndecided = errors.New("outcome of a commit is unknown")

// resolve finds out whether the transaction was committed, when the connection
// died around its COMMIT. It plants a tombstone under the transaction's id: if
// the id is taken by the transaction itself, it was committed; if the tombstone
// stands, it was not and never can be, because it would need the same row. A
// transaction that still hangs in the server holds the row's lock, and is
// waited for.
func (w *writer) resolve(t *transaction) (committed bool, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), resolveTimeout)
	defer cancel()
	for {
		committed, err = w.bury(ctx, t)
		if err == nil {
			return committed, nil
		}
		select {
		case <-ctx.Done():
			return false, fmt.Errorf("%w: %w", errUndecided, err)
		case <-time.After(resolvePause):
		}
	}
}

// bury plants the tombstone on a connection of its own. Doing it twice is
// harmless: the second look finds the first tombstone, not the transaction.
func (w *writer) bury(ctx context.Context, t *transaction) (committed bool, err error) {
	s, err := w.connect(ctx)
	if err != nil {
		return false, err
	}
	defer s.discard()
	found, err := s.run(ctx, []statement{
		{
			kind: anyNumber,
			sql:  `INSERT INTO command (part, id, at, dead) VALUES ($1, $2, $3, 1) ON CONFLICT DO NOTHING`,
			args: []any{t.part, t.id, time.Now().UnixMicro()},
		},
		{
			kind: look,
			sql:  `SELECT 1 FROM command WHERE part = $1 AND id = $2 AND dead = 0`,
			args: []any{t.part, t.id},
		},
	})
	if err != nil {
		return false, err
	}
	return found[1] == 1, nil
}

// pruneSize is how many rows one transaction of PruneCommands deletes.
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
