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

// addressBook holds what signing in has read of users. It is of one edition of the
// partners' rows, which each sign-in looks at, so that nothing that was revoked
// opens anything on any node.
type addressBook struct {
	mu      sync.Mutex
	edition int64
	users   map[userName]*userEntry
}

type userName struct {
	family Family
	name   string
}

// userEntry is a user with its credentials, revoked ones too, and the partners for
// whom they sign in. It never changes.
type userEntry struct {
	credentials []store.Credential
	partners    map[string]Partner
	readAt      time.Time // machine time
}

func newAddressBook() *addressBook { return &addressBook{users: make(map[userName]*userEntry)} }

// find is the entry of a user that is still true.
func (b *addressBook) find(edition int64, name userName, now time.Time) (*userEntry, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	u, ok := b.users[name]
	return u, ok && edition == b.edition && now.Sub(u.readAt) < bookAge
}

// enter keeps an entry. A newer edition begins an empty book, and an older one is
// not entered: it was read before what is in there.
func (b *addressBook) enter(edition int64, name userName, u *userEntry) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if edition > b.edition {
		clear(b.users)
		b.edition = edition
	}
	if edition == b.edition {
		b.users[name] = u
	}
}

// user is what is known of a user as of a snapshot. A name that nobody has is read
// each time: there is no end of those.
func (c *Core) user(r reading, family Family, name string) (*userEntry, error) {
	edition, err := r.Edition()
	if err != nil {
		return nil, fmt.Errorf("read edition of partners: %w", err)
	}
	key, now := userName{family, name}, c.Options.Now()
	if u, ok := c.addresses.find(edition, key, now); ok {
		return u, nil
	}
	credentials, err := r.Credentials(string(family), name)
	if err != nil {
		return nil, fmt.Errorf("read credentials: %w", err)
	}
	u := &userEntry{credentials: credentials, partners: make(map[string]Partner), readAt: now}
	for _, k := range credentials {
		if u.partners[k.Part], err = c.partner(r, k.Part, name); err != nil {
			return nil, err
		}
	}
	if len(credentials) > 0 {
		c.addresses.enter(edition, key, u)
	}
	return u, nil
}
