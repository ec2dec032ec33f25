package core

import (
	"fmt"
	"sync"
	"time"

	"github.com/covernote/covernote/internal/store"
)

// bookAge is how long an entry is believed although no edition followed: a node of
// an earlier version changes partners without a new one.
const bookAge = time.Minute

// addressBook holds what was read of partners. It is of one edition of the partners'
// rows, which whoever looks into it reads first, so that nothing that was revoked opens
// anything on any node.
type addressBook[K comparable, V any] struct {
	mu      sync.Mutex
	edition int64
	entries map[K]addressEntry[V]
}

// addressEntry never changes.
type addressEntry[V any] struct {
	value  V
	readAt time.Time // machine time
}

func newAddressBook[K comparable, V any]() *addressBook[K, V] {
	return &addressBook[K, V]{entries: make(map[K]addressEntry[V])}
}

// find is the entry that is still true.
func (b *addressBook[K, V]) find(edition int64, key K, now time.Time) (value V, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if e, is := b.entries[key]; is && edition == b.edition && now.Sub(e.readAt) < bookAge {
		return e.value, true
	}
	return value, false
}

// enter keeps an entry. A newer edition begins an empty book, and an older one is
// not entered: it was read before what is in there.
func (b *addressBook[K, V]) enter(edition int64, key K, value V, now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if edition > b.edition {
		clear(b.entries)
		b.edition = edition
	}
	if edition == b.edition {
		b.entries[key] = addressEntry[V]{value, now}
	}
}

type userName struct {
	family Family
	name   string
}

// user is a user with its credentials, revoked ones too, and the partners for whom
// they sign in. It never changes.
type user struct {
	credentials []store.Credential
	partners    map[string]Partner
}

// user is what is known of a user as of a snapshot. A name that nobody has is read
// each time: there is no end of those.
func (c *Core) user(r reading, family Family, name string) (*user, error) {
	edition, err := r.Edition()
	if err != nil {
		return nil, fmt.Errorf("read edition of partners: %w", err)
	}
	key, now := userName{family, name}, c.Options.Now()
	if u, ok := c.users.find(edition, key, now); ok {
		return u, nil
	}
	credentials, err := r.Credentials(string(family), name)
	if err != nil {
		return nil, fmt.Errorf("read credentials: %w", err)
	}
	u := &user{credentials: credentials, partners: make(map[string]Partner)}
	for _, k := range credentials {
		if u.partners[k.Part], err = c.partner(r, k.Part, name); err != nil {
			return nil, err
		}
	}
	if len(credentials) > 0 {
		c.users.enter(edition, key, u, now)
	}
	return u, nil
}

// listeners names the endpoints at which a partner is told events, as of a snapshot.
func (c *Core) listeners(r reading, part string) ([]string, error) {
	edition, err := r.Edition()
	if err != nil {
		return nil, fmt.Errorf("read edition of partners: %w", err)
	}
	now := c.Options.Now()
	if names, ok := c.listening.find(edition, part, now); ok {
		return names, nil
	}
	endpoints, err := r.Endpoints(part)
	if err != nil {
		return nil, fmt.Errorf("read endpoints: %w", err)
	}
	names := make([]string, len(endpoints))
	for i, e := range endpoints {
		names[i] = e.ID
	}
	c.listening.enter(edition, part, names, now)
	return names, nil
}
