package store

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

const (
	probeEvery   = 500 * time.Millisecond
	probeTimeout = 3 * time.Second
)

// health remembers why nothing can be stored, and asks the storage about twice
// a second whether it is over.
type health struct {
	connect func(context.Context) (session, error)
	log     *slog.Logger

	mu      sync.Mutex
	reason  error // nil: healthy
	ctx     context.Context
	cancel  context.CancelFunc
	probing sync.WaitGroup
}

func newHealth(connect func(context.Context) (session, error), log *slog.Logger) *health {
	ctx, cancel := context.WithCancel(context.Background())
	return &health{connect: connect, log: log, ctx: ctx, cancel: cancel}
}

// cause is nil while the storage takes writes, as far as is known.
func (h *health) cause() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.reason
}

// fail makes the store unhealthy until a probe succeeds.
func (h *health) fail(reason error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.reason != nil || h.ctx.Err() != nil {
		return
	}
	h.reason = reason
	h.log.Error("storage takes no writes", "cause", reason)
	h.probing.Go(h.probeUntilWell)
}

func (h *health) probeUntilWell() {
	tick := time.NewTicker(probeEvery)
	defer tick.Stop()
	for {
		select {
		case <-h.ctx.Done():
			return
		case <-tick.C:
		}
		if h.probe() == nil {
			h.recovered()
			return
		}
	}
}

func (h *health) recovered() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.log.Info("storage takes writes again")
	h.reason = nil
}

// probe is one tiny durable write on a fresh connection.
func (h *health) probe() error {
	ctx, cancel := context.WithTimeout(h.ctx, probeTimeout)
	defer cancel()
	s, err := h.connect(ctx)
	if err != nil {
		return err
	}
	defer s.discard()
	_, err = s.run(ctx, []statement{{
		kind: anyNumber,
		sql: `INSERT INTO probe (id, at) VALUES (1, $1)
			ON CONFLICT (id) DO UPDATE SET at = excluded.at`,
		args: []any{time.Now().UnixMicro()},
	}})
	return err
}

// stop ends probing.
func (h *health) stop() {
	h.cancel()
	h.probing.Wait()
}

// Ready answers nil when the schema is the one this program expects and storage
// takes writes; otherwise what is wrong.
func (s *Store) Ready(ctx context.Context) error {
	have, err := s.serving(ctx)
	if err == nil && have > latestMigration() {
		err = otherSchema(have)
	}
	return err
}

// Serving is what Ready is for a node that serves already: the schema may have
// moved on. Nodes of two versions share a database while they are replaced one by
// one, and a migration takes nothing away that the version before it needs.
func (s *Store) Serving(ctx context.Context) error {
	_, err := s.serving(ctx)
	return err
}

func (s *Store) serving(ctx context.Context) (schema int64, err error) {
	if err := s.health.cause(); err != nil {
		return 0, unavailable(err)
	}
	schema, err = s.schemaVersion(ctx)
	if err == nil && schema < latestMigration() {
		err = otherSchema(schema)
	}
	return schema, err
}

func otherSchema(have int64) error {
	want := latestMigration()
	if have > want {
		return fmt.Errorf("%w: schema is at version %d, which is newer than this program's %d: a newer program has migrated it", ErrUnavailable, have, want)
	}
	return fmt.Errorf("%w: schema is at version %d, this program expects %d; covernote migrate brings it there", ErrUnavailable, have, want)
}
