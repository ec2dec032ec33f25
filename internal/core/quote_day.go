package core

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/covernote/covernote/internal/store"
)

// Packages lie by the day on which they were made. A day is opened before the
// first package of it is made, and dropped whole when no quote of it can hold
// any more.

const (
	// leastKept is for how many days a package is kept at least, after the one on
	// which it was made.
	leastKept = 31
	// openAhead is how long before its midnight a day is opened: late, since more
	// can be learned then from the day that ends.
	openAhead = 2 * time.Hour
	// dropMargin is how many days later it is dropped than it is unknown, so that
	// nobody still reads it, on nodes whose clocks differ neither.
	dropMargin = 1
)

// lacking is what has to be there before something can be decided. It is
// supplied outside of the snapshot, and the decision begun again.
type lacking struct {
	what   string
	supply func(ctx context.Context) error
}

// Error says what is lacking.
func (l *lacking) Error() string { return l.what + " is lacking" }

// quotesKept is for how many days a package is kept, after the one on which it
// was made: twice as long as a quote is held, since one that is amended on its
// last day is held anew. Whoever amends again and again finds an end there. ok is
// false if there are quotes that are held for good.
func (c *Core) quotesKept() (days int64, ok bool) {
	held, ok := c.products.quoteDays(FamilyXCover)
	return max(leastKept, 2*int64(held)+1), ok
}

// firstKept is the oldest day on which a package can have been made that is still
// kept at an instant; 0, that of 1970-01-01 in UTC, where quotes are held for good.
func (c *Core) firstKept(now time.Time) int64 {
	if kept, ends := c.quotesKept(); ends {
		return dayOf(now) - kept
	}
	return 0
}

// quoteDay is the day on which packages were made; ok is false if it is kept no
// longer, or nothing was made on it.
func (c *Core) quoteDay(r reading, day int64) (*store.QuoteDay, bool, error) {
	if day < c.firstKept(r.now) {
		return nil, false, nil
	}
	open, ok, err := r.QuoteDay(day)
	if err != nil {
		return nil, false, fmt.Errorf("open day %d: %w", day, err)
	}
	return open, ok, nil
}

// openQuoteDay is the day on which a package is made or a key is used. It is
// lacking if nobody has opened it yet.
func (c *Core) openQuoteDay(r reading, day int64) (*store.QuoteDay, error) {
	open, ok, err := c.quoteDay(r, day)
	if err != nil || ok {
		return open, err
	}
	return nil, &lacking{what: "a day of quotes", supply: func(ctx context.Context) error { return c.beginQuoteDay(ctx, day) }}
}

// beginQuoteDay opens a day, unless it was.
func (c *Core) beginQuoteDay(ctx context.Context, day int64) error {
	c.opening.Lock() // all wait for the one who learns
	defer c.opening.Unlock()
	changes := store.NewChanges("")
	err := c.read(ctx, func(r reading) error {
		if _, ok, err := r.QuoteDay(day); err != nil || ok {
			changes = nil
			return err
		}
		learned, err := r.LearnQuotes(day, c.firstKept(r.now), c.exampleQuotes(r))
		if err != nil {
			return fmt.Errorf("learn from quotes: %w", err)
		}
		changes.OpenQuoteDay(day, learned, micros(r.now))
		return nil
	})
	if err != nil || changes == nil {
		return err
	}
	if err := c.Store.Commit(ctx, changes); err != nil && !errors.Is(err, store.ErrGuardLost) {
		return told(err)
	}
	return nil
}

// TidyQuotes opens today, and tomorrow when it is near, so that nobody has to
// wait for it, and drops the days that are kept no longer. It is due every hour.
func (c *Core) TidyQuotes(ctx context.Context) error {
	now, err := c.Now(ctx)
	if err != nil {
		return err
	}
	today := dayOf(now)
	for day := today; day <= dayOf(now.Add(openAhead)); day++ {
		if err := c.beginQuoteDay(ctx, day); err != nil {
			return err
		}
	}
	return c.dropQuoteDays(ctx, c.firstKept(now)-dropMargin)
}

// dropQuoteDays drops the days before one, each in one step.
func (c *Core) dropQuoteDays(ctx context.Context, before int64) error {
	var days []int64
	err := c.read(ctx, func(r reading) (err error) {
		days, err = r.QuoteDays()
		return err
	})
	if err != nil {
		return err
	}
	for _, day := range days {
		if day >= before {
			break
		}
		changes := store.NewChanges("")
		changes.DropQuoteDay(day)
		if err := c.Store.Commit(ctx, changes); err != nil && !errors.Is(err, store.ErrGuardLost) {
			return told(err)
		}
	}
	c.Store.ForgetQuoteDays(before)
	return nil
}
