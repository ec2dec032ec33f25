package core

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
)

// numberBlock is how many numbers a node takes at once. What is left of a block
// when the node ends is lost.
const numberBlock = 64

// numberBoard holds the blocks of numbers that this node has taken.
type numberBoard struct {
	mu     sync.Mutex
	blocks map[place]block
	// stocking is held by who takes a block.
	stocking sync.Mutex
}

type block struct{ next, end int64 }

func newNumberBoard() *numberBoard { return &numberBoard{blocks: make(map[place]block)} }

// newPlace is a place of today at which no package was ever made.
func (c *Core) newPlace(r reading, part string) (place, error) {
	p := place{bucket: bucketOf(part), day: dayOf(r.now)}
	number, ok := c.numbers.take(p)
	if !ok {
		return place{}, &lacking{what: "a block of numbers", supply: func(ctx context.Context) error { return c.restock(ctx, p) }}
	}
	p.number = number
	return p, nil
}

// numberKind is a kind of thing that is numbered through all parts. Its numbers
// stay below 2³¹ and come from a bucket of their own.
type numberKind struct{ bucket, first int64 }

var (
	numberInquiry  = numberKind{bucket: -1, first: 1_000_001}
	numberCustomer = numberKind{bucket: -2, first: 500_001}
)

// newNumber is a number that was never given before.
func (c *Core) newNumber(ctx context.Context, of numberKind) (int64, error) {
	n, err := c.nextNumber(ctx, place{bucket: of.bucket})
	if err == nil && n+of.first > math.MaxInt32 {
		err = insurance.Refuse(insurance.CodeUnavailable, "the numbers are used up")
	}
	return n + of.first, err
}

// nextNumber is the next of a bucket and day.
func (c *Core) nextNumber(ctx context.Context, p place) (int64, error) {
	for {
		if number, ok := c.numbers.take(p); ok {
			return number, nil
		}
		if err := c.restock(ctx, p); err != nil {
			return 0, err
		}
	}
}

// take is the next number of a block in stock; ok is false if there is none.
func (b *numberBoard) take(p place) (number int64, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	stock := b.blocks[p]
	if stock.next == stock.end {
		return 0, false
	}
	b.blocks[p] = block{next: stock.next + 1, end: stock.end}
	return stock.next, true
}

// restock takes a block of numbers, unless somebody has done it meanwhile.
func (c *Core) restock(ctx context.Context, p place) error {
	c.numbers.stocking.Lock()
	defer c.numbers.stocking.Unlock()
	if c.numbers.stocked(p) {
		return nil
	}
	taken, err := c.takeBlock(ctx, p)
	if err == nil {
		c.numbers.put(p, taken)
	}
	return err
}

func (b *numberBoard) stocked(p place) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	stock := b.blocks[p]
	return stock.next < stock.end
}

// put lays in a block, and lets go of those of days before yesterday.
func (b *numberBoard) put(p place, taken block) {
	b.forget(p.day)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.blocks[p] = taken
}

// forget lets go of the blocks of days before yesterday.
func (b *numberBoard) forget(today int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for p := range b.blocks {
		if p.bucket >= 0 && p.day < today-1 {
			delete(b.blocks, p)
		}
	}
}

// takeBlock takes the next numbers, however many nodes ask at the same time.
func (c *Core) takeBlock(ctx context.Context, p place) (block, error) {
	for range maxRounds {
		var next int64
		var begun bool
		var b block
		err := c.read(ctx, func(r reading) (err error) {
			if next, begun, err = r.Sequence(p.bucket, p.day); err != nil {
				return fmt.Errorf("read sequence: %w", err)
			}
			b, err = r.blockAt(p, next)
			return err
		})
		if err != nil {
			return b, err
		}
		changes := store.NewChanges(fmt.Sprintf("bucket/%d", p.bucket))
		if begun {
			changes.TakeSequence(p.bucket, p.day, next, b.end-next)
		} else {
			changes.BeginSequence(p.bucket, p.day, b.end)
		}
		err = c.Store.Commit(ctx, changes)
		if err == nil {
			return b, nil
		}
		if !errors.Is(err, store.ErrGuardLost) {
			return block{}, told(err)
		}
	}
	return block{}, insurance.Refuse(insurance.CodeBusy, "no code could be taken; try again")
}
