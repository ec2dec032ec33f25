package core

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"sync"
	"time"

	"github.com/covernote/covernote/internal/catalogue"
	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
)

// Options are what a Core is made of.
type Options struct {
	Store     *store.Store
	Catalogue *catalogue.Catalogue
	Keys      Keys
	// Told lists the events that each family is told.
	Told map[Family][]EventType
	// Asked lists the events that a partner is told besides, because it asked.
	Asked map[Family]func(Partner) []EventType
	// Sandbox lets the business clock move and marks documents as specimens.
	Sandbox bool
	// Spread is how long the steps that are due at the beginning of a day may
	// take to be done; at most MaxSpread. 0 does each on time. A sandbox has 0,
	// so that a clock that is moved to an instant has done what is due at it.
	Spread time.Duration
	// Stepped is called after each step that time has brought about, with its
	// kind, for metrics; it may be nil.
	Stepped func(kind string)
	// Now is machine time.
	Now func() time.Time
	Log *slog.Logger
	// Holder names this process among the nodes of one database.
	Holder string
}

// Core is the business: everything that can be wanted of it is a method. It
// may be used from any goroutine.
type Core struct {
	Options
	products productShelf
	lanes    *laneBoard
	numbers  *numberBoard
	inHand   *keysInHand
	// users and listening are what is remembered of partners: who signs in, and the
	// endpoints at which they are told events.
	users     *addressBook[userName, *user]
	listening *addressBook[string, []string]
	// drafting has room for the sweeps that decide now.
	drafting chan struct{}
	// renderers has room for the documents that are rendered now.
	renderers chan struct{}
	// opening is held by who opens a day of quotes.
	opening sync.Mutex
}

// New makes a core over an open, migrated store and puts every product
// version that was ever sold within reach.
func New(ctx context.Context, o Options) (*Core, error) {
	c := &Core{
		Options: o, lanes: newLaneBoard(), numbers: newNumberBoard(), inHand: newKeysInHand(),
		users: newAddressBook[userName, *user](), listening: newAddressBook[string, []string](),
		drafting: make(chan struct{}, draftsMost), renderers: make(chan struct{}, runtime.GOMAXPROCS(0)),
	}
	if err := c.stockShelf(ctx); err != nil {
		return nil, err
	}
	return c, nil
}

// maxRounds is how often a decision is made anew after a lost guard.
const maxRounds = 8

// decide reads, lets f decide and commits what it drafted. If somebody else
// was faster it begins again, as it does when something was lacking. A nil
// draft changes nothing. When it returns nil, everything in the draft is
// durable.
func (c *Core) decide(ctx context.Context, f func(reading) (*draft, error)) error {
	for range maxRounds {
		var d *draft
		err := c.read(ctx, func(r reading) (err error) {
			d, err = f(r)
			return err
		})
		if missing, ok := errors.AsType[*lacking](err); ok {
			if err := missing.supply(ctx); err != nil {
				return err
			}
			continue
		}
		if err != nil || d == nil {
			return err
		}
		if err := c.print(ctx, d); err != nil {
			return err
		}
		err = c.commit(ctx, d)
		if err == nil {
			return nil
		}
		if !errors.Is(err, store.ErrGuardLost) {
			return told(err)
		}
		if d.once {
			return err
		}
	}
	return insurance.Refuse(insurance.CodeBusy, "the same things are being changed by others; try again")
}

// commit makes a draft durable and wakes the lanes in which it left something
// to do.
func (c *Core) commit(ctx context.Context, d *draft) error {
	for ; d != nil; d = d.sequel {
		if err := c.Store.Commit(ctx, d.Changes); err != nil {
			return err
		}
		c.lanes.wake(d.awoken)
		for _, report := range d.reports {
			report()
		}
	}
	return nil
}

var errAbsent = errors.New("it is not there")

// needed makes an error of a row that has to be there and is not.
func needed(ok bool, err error) error {
	if err == nil && !ok {
		return errAbsent
	}
	return err
}

// told turns storage that is away, or does not answer in time, into a refusal
// that may be told, and so it does what a server that stops has broken off.
func told(err error) error {
	away := errors.Is(err, store.ErrUnavailable) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled)
	if away && insurance.CodeOf(err) == insurance.CodeInternal {
		refusal := insurance.Refuse(insurance.CodeUnavailable, "nothing can be stored at present; try again")
		return fmt.Errorf("%w (%w)", refusal, err)
	}
	return err
}
