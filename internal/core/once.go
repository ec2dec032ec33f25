package core

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/planted"
	"github.com/covernote/covernote/internal/store"
)

const (
	// keyAge is how long an answer is kept under its key.
	keyAge = 48 * time.Hour
	// keyOverlap is how far the clocks of two nodes may be apart, and a commit
	// take, so that a key is still used once around midnight.
	keyOverlap = 15 * time.Minute
	// keyPatience is how long a request waits for another with its key.
	keyPatience = time.Second
)

// onceOnly lets f decide and keeps the answer under the request's key in the
// same change list. It refuses with CodeInProgress while another request with
// the key is under way here, with CodeKeyConflict a key that was used for
// something else, and answers *Repeated for one that was answered.
func onceOnly[T any](
	ctx context.Context, c *Core, p Partner, once Once, f func(reading) (*draft, T, error),
) (T, error) {
	return onceIn(ctx, c, keysKept{}, p, once, f)
}

// onceByDay is onceOnly for requests about packages that are not booked, whose
// keys go with the day on which they were used.
func onceByDay[T any](
	ctx context.Context, c *Core, p Partner, once Once, f func(reading) (*draft, T, error),
) (T, error) {
	return onceIn(ctx, c, keysByDay{c}, p, once, f)
}

// keyBook is where the uses of keys are written.
type keyBook interface {
	// find reads the last use of a key that may still count.
	find(r reading, part string, once Once) (store.Repetition, bool, error)
	// write drafts the use of a key, which must be the first.
	write(r reading, d *draft, use store.Repetition) error
}

func onceIn[T any](
	ctx context.Context, c *Core, book keyBook, p Partner, once Once, f func(reading) (*draft, T, error),
) (T, error) {
	var outcome T
	if once.Key != "" {
		done, err := c.inHand.begin(ctx, p.Part+"\x00"+once.Route+"\x00"+once.Key)
		if err != nil {
			return outcome, err
		}
		defer done()
	}
	err := c.decide(ctx, func(r reading) (d *draft, err error) {
		if err := answeredBefore(r, book, p, once); err != nil {
			return nil, err
		}
		if d, outcome, err = f(r); err != nil || once.Key == "" {
			return d, err
		}
		if d == nil {
			d = c.quiet(r, p.Part)
		}
		return d, book.write(r, d, store.Repetition{
			Part: p.Part, Family: once.Route, Key: once.Key, Fingerprint: once.Fingerprint,
			Answer: once.Answer(outcome), UsedAt: r.now.UnixMicro(), ExpiresAt: r.now.Add(keyAge).UnixMicro(),
		})
	})
	return outcome, err
}

// answeredBefore tells whether the key was used already.
func answeredBefore(r reading, book keyBook, p Partner, once Once) error {
	if once.Key == "" {
		return nil
	}
	was, ok, err := book.find(r, p.Part, once)
	if planted.Bug(planted.KeyWithoutPrint) {
		once.Fingerprint = was.Fingerprint // PLANTED: whatever it was used for.
	}
	switch {
	case err != nil:
		return fmt.Errorf("read repetition key: %w", err)
	case !ok || was.ExpiresAt <= r.now.UnixMicro():
		return nil
	case !slices.Equal(was.Fingerprint, once.Fingerprint):
		return insurance.RefuseField(insurance.CodeKeyConflict, insurance.FieldRepetitionKey,
			"was first used at %s for other data", time.UnixMicro(was.UsedAt).UTC().Format(time.RFC3339))
	}
	return &Repeated{Answer: was.Answer}
}

// keysKept are the keys of bookings.
type keysKept struct{}

func (keysKept) find(r reading, part string, once Once) (store.Repetition, bool, error) {
	return r.Repetition(part, once.Route, once.Key)
}

func (keysKept) write(_ reading, d *draft, use store.Repetition) error {
	d.AddRepetition(use)
	return nil
}

// keysByDay are the keys of quotes.
type keysByDay struct{ core *Core }

func (k keysByDay) find(r reading, part string, once Once) (store.Repetition, bool, error) {
	var days []*store.QuoteDay
	for number := dayOf(r.now.Add(-keyAge)); number <= dayOf(r.now); number++ {
		day, ok, err := k.core.quoteDay(r, number)
		if err != nil {
			return store.Repetition{}, false, err
		}
		if ok {
			days = append(days, day)
		}
	}
	return r.QuoteRepetition(days, part, once.Route, once.Key)
}

// write keeps a key that is used soon after midnight on the day before as well:
// there it meets its use on a node whose clock is behind.
func (k keysByDay) write(r reading, d *draft, use store.Repetition) error {
	for _, number := range slices.Compact([]int64{dayOf(r.now.Add(-keyOverlap)), dayOf(r.now)}) {
		day, err := k.core.openQuoteDay(r, number)
		if err != nil {
			return err
		}
		d.AddQuoteRepetition(day, use)
	}
	return nil
}

// keysInHand are the keys of requests under way in this process.
type keysInHand struct {
	mu   sync.Mutex
	keys map[string]chan struct{}
}

func newKeysInHand() *keysInHand { return &keysInHand{keys: make(map[string]chan struct{})} }

// begin takes a key in hand, waiting for whoever has it.
func (k *keysInHand) begin(ctx context.Context, key string) (done func(), err error) {
	patience := time.NewTimer(keyPatience)
	defer patience.Stop()
	for {
		ended := k.take(key)
		if ended == nil {
			return func() { k.letGo(key) }, nil
		}
		select {
		case <-ended:
		case <-patience.C:
			return nil, insurance.Refuse(insurance.CodeInProgress, "a request with this key is being worked on; ask again later")
		case <-ctx.Done():
			return nil, told(ctx.Err())
		}
	}
}

// take is nil if the key was free, else closed when it may be.
func (k *keysInHand) take(key string) chan struct{} {
	k.mu.Lock()
	defer k.mu.Unlock()
	if ended, taken := k.keys[key]; taken {
		return ended
	}
	k.keys[key] = make(chan struct{})
	return nil
}

func (k *keysInHand) letGo(key string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	close(k.keys[key])
	delete(k.keys, key)
}
