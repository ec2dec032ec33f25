package core

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
)

const (
	// keyAge is how long an answer is kept under its key.
	keyAge = 48 * time.Hour
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
	var outcome T
	if once.Key != "" {
		done, err := c.inHand.begin(ctx, p.Part+"\x00"+once.Route+"\x00"+once.Key)
		if err != nil {
			return outcome, err
		}
		defer done()
	}
	err := c.decide(ctx, func(r reading) (d *draft, err error) {
		if err := c.answeredBefore(r, p, once); err != nil {
			return nil, err
		}
		if d, outcome, err = f(r); err != nil || once.Key == "" {
			return d, err
		}
		if d == nil {
			d = c.quiet(r, p.Part)
		}
		d.AddRepetition(store.Repetition{
			Part: p.Part, Family: once.Route, Key: once.Key, Fingerprint: once.Fingerprint,
			Answer: once.Answer(outcome), UsedAt: r.now.UnixMicro(), ExpiresAt: r.now.Add(keyAge).UnixMicro(),
		})
		return d, nil
	})
	return outcome, err
}

// answeredBefore tells whether the key was used already.
func (c *Core) answeredBefore(r reading, p Partner, once Once) error {
	if once.Key == "" {
		return nil
	}
	was, ok, err := r.Repetition(p.Part, once.Route, once.Key)
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
			return nil, ctx.Err()
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
