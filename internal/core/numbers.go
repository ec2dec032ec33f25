package core

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync"
	"time"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
)

const (
	// numberBlock is how many numbers a node takes at once. What is left of them when
	// the node ends is lost.
	numberBlock = 64
	// mostBlocks is how many blocks it takes at once where packages are made fast, since
	// everybody waits meanwhile.
	mostBlocks = 64
	// hastyBlock is how long numbers last if twice as many are taken the next time,
	// lastingBlock if one block is.
	hastyBlock, lastingBlock = time.Second, 5 * time.Second
)

// numberBoard holds the blocks of numbers that this node has taken.
type numberBoard struct {
	mu     sync.Mutex
	blocks map[place]block
	// stocking is held by who takes a block.
	stocking sync.Mutex
}

// block are numbers in stock, some blocks that were taken at once.
type block struct {
	next, end int64
	blocks    int64
	at        time.Time // when they were taken, machine time
}

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
	number = stock.next
	stock.next++
	b.blocks[p] = stock
	return number, true
}

// restock takes a block of numbers, unless somebody has done it meanwhile.
func (c *Core) restock(ctx context.Context, p place) error {
	c.numbers.stocking.Lock()
	defer c.numbers.stocking.Unlock()
	if c.numbers.stocked(p) {
		return nil
	}
	taken, err := c.takeBlock(ctx, p, c.numbers.wanted(p, c.Options.Now()))
	if err == nil {
		taken.at = c.Options.Now()
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

// wanted is how many blocks of a place should be taken. Inquiries and customers have
// numbers that people see: they are to have few gaps.
func (b *numberBoard) wanted(p place, now time.Time) int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	was, known := b.blocks[p]
	lasted := now.Sub(was.at)
	switch {
	case !known || p.bucket < 0 || lasted > lastingBlock:
		return 1
	case lasted > hastyBlock:
		return was.blocks
	}
	return min(2*was.blocks, mostBlocks)
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

// takeBlock takes the next numbers, so many blocks if there are, however many nodes ask
// at the same time.
func (c *Core) takeBlock(ctx context.Context, p place, blocks int64) (block, error) {
	for range maxRounds {
		var next int64
		var begun bool
		var b block
		err := c.read(ctx, func(r reading) (err error) {
			if next, begun, err = r.Sequence(p.bucket, p.day); err != nil {
				return fmt.Errorf("read sequence: %w", err)
			}
			b, err = r.blockAt(p, next, blocks)
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
