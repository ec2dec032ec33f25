package store

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"log/slog"
	"strings"
	"sync"
)

// ErrGuardLost says that somebody else was faster. Nothing of the list was stored; read
// again, decide again. errors.As with *GuardLost tells which guard it was.
var ErrGuardLost = errors.New("store: guard lost")

// ErrUnavailable says that nothing can be stored (or read) now, or that the
// outcome of a commit could not be found out in time. The cause is wrapped.
var ErrUnavailable = errors.New("store: unavailable")

// errNoRow is what a row that is not there answers, whatever the engine.
var errNoRow = errors.New("store: no such row")

// errClosed: Commit after Close.
var errClosed = errors.New("store is closed")

// GuardLost is the ErrGuardLost of one guard.
type GuardLost struct{ guard string }

// Guard is the guard as it was given to the change list, or "assertion". It
// may hold keys that partners chose, so that it does not belong into a log.
func (e *GuardLost) Guard() string { return e.guard }

// Error names the kind of the guard, not its key.
func (e *GuardLost) Error() string {
	kind, _, _ := strings.Cut(e.guard, "/")
	return ErrGuardLost.Error() + ": " + kind
}

// Unwrap makes errors.Is(err, ErrGuardLost) true.
func (e *GuardLost) Unwrap() error { return ErrGuardLost }

func unavailable(cause error) error {
	if errors.Is(cause, ErrUnavailable) {
		return cause
	}
	return fmt.Errorf("%w: %w", ErrUnavailable, cause)
}

// Options say where the store is and how it is written.
type Options struct {
	// DSN is the path (or file: URI) of an SQLite file, or a postgres:// or
	// postgresql:// URL.
	DSN string
	// Writers is how many connections write to PostgreSQL at once; 0 means 2.
	// SQLite always has one.
	Writers int
	// Log gets what operators should see; nil means slog.Default().
	Log *slog.Logger
	// Faults makes storage fail on purpose; nil in production.
	Faults *Faults
}

// Store is an open database. Its methods may be called from any goroutine.
type Store struct {
	engine  engine
	faults  *Faults
	log     *slog.Logger
	health  *health
	writers []*writer

	quoteDays quoteDays
	settings  settingsBoard

	closing sync.RWMutex // held for reading while something is queued
	closed  bool
}

// Open connects to the database and starts its writers. It creates a missing
// SQLite file, but never tables: that is Migrate.
func Open(ctx context.Context, o Options) (*Store, error) {
	engine, err := openEngine(ctx, o)
	if err != nil {
		return nil, err
	}
	s := &Store{engine: engine, faults: o.Faults, log: o.Log, quoteDays: quoteDays{seen: map[int64]seenDay{}}}
	if s.log == nil {
		s.log = slog.Default()
	}
	s.health = newHealth(s.connect, s.log)
	for range writersOf(engine, o) {
		s.writers = append(s.writers, startWriter(s.connect, engine.flavour(), s.health))
	}
	return s, nil
}

func openEngine(ctx context.Context, o Options) (engine, error) {
	if strings.HasPrefix(o.DSN, "postgres://") || strings.HasPrefix(o.DSN, "postgresql://") {
		return openPostgres(ctx, o.DSN)
	}
	return openSQLite(ctx, o.DSN)
}

func writersOf(e engine, o Options) int {
	switch {
	case e.flavour() == &sqliteFlavour:
		return 1
	case o.Writers > 0:
		return o.Writers
	}
	return 2
}

func (s *Store) connect(ctx context.Context) (session, error) {
	if s.faults == nil {
		return s.engine.connect(ctx)
	}
	return s.faults.connect(ctx, s.engine)
}

// Engine is "sqlite" or "postgres".
func (s *Store) Engine() string { return s.engine.flavour().name }

// Commit makes the list durable together with whatever else waits, and says
// what became of it: nil means it is on disk, ErrGuardLost and any other error
// mean that nothing of it is stored or ever will be. ErrUnavailable is the one
// exception: if the connection died and its fate could not be found out within
// five seconds, the list may have been stored, and only reading can tell.
//
// A context that ends while the list still waits withdraws it: it is not
// stored, and the error wraps ErrUnavailable and the context's. Once a writer
// has taken the list, Commit waits for the truth, however long that takes.
func (s *Store) Commit(ctx context.Context, c *Changes) error {
	if c.isEmpty() {
		return nil
	}
	if err := s.health.cause(); err != nil {
		return unavailable(err)
	}
	r := newRequest(c)
	if err := s.enqueue(ctx, r); err != nil {
		return unavailable(err)
	}
	return r.wait(ctx)
}

func (s *Store) enqueue(ctx context.Context, r *request) error {
	s.closing.RLock()
	defer s.closing.RUnlock()
	if s.closed {
		return errClosed
	}
	select {
	case s.writerOf(r.changes.part).queue <- r:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *Store) writerOf(part string) *writer {
	if len(s.writers) == 1 {
		return s.writers[0]
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(part)) // a hash never fails
	return s.writers[h.Sum32()%uint32(len(s.writers))]
}

// Close stores what is queued, then closes every connection. A second Close
// does nothing.
func (s *Store) Close() error {
	s.closing.Lock()
	already := s.closed
	s.closed = true
	s.closing.Unlock()
	if already {
		return nil
	}
	for _, w := range s.writers {
		w.stop()
	}
	s.health.stop()
	return s.engine.close()
}

// Integrity runs the engine's own check of what is on disk. PostgreSQL checks
// its pages itself, so there it only makes sure that it answers.
func (s *Store) Integrity(ctx context.Context) error { return s.engine.integrity(ctx) }
