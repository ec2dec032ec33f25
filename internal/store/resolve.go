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
