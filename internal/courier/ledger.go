package courier

import (
	"context"

	"github.com/covernote/covernote/internal/core"
)

// ledgerPage is how many tries are reported together at most.
const ledgerPage = 128

// ledger gathers the tries at one endpoint that end while others are being
// reported: they are reported together next.
type ledger struct {
	entries []entry
	writing bool
}

// entry is a try to be reported; done is called afterwards.
type entry struct {
	tried core.Tried
	fence core.Fence
	done  func()
}

// record has a try reported soon.
func (c *Courier) record(ctx context.Context, e entry) {
	endpoint := e.tried.Endpoint()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ledgers == nil {
		c.ledgers = make(map[string]*ledger)
	}
	book := c.ledgers[endpoint]
	if book == nil {
		book = &ledger{}
		c.ledgers[endpoint] = book
	}
	book.entries = append(book.entries, e)
	if !book.writing {
		book.writing = true
		go c.write(ctx, endpoint, book)
	}
}

// write reports what a ledger has gathered until there is nothing left.
func (c *Courier) write(ctx context.Context, endpoint string, book *ledger) {
	for page := c.turn(endpoint, book); len(page) > 0; page = c.turn(endpoint, book) {
		tries := make([]core.Tried, len(page))
		for i, e := range page {
			tries[i] = e.tried
		}
		if err := c.Core.ReportAll(ctx, tries, page[0].fence); err != nil {
			c.Log.Error("notices not reported", "endpoint", endpoint, "tries", len(tries), "error", err)
		}
		for _, e := range page {
			e.done()
		}
	}
}

// turn takes the next page of a ledger: tries under one fence. It closes the ledger
// if there is none.
func (c *Courier) turn(endpoint string, book *ledger) (page []entry) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for len(page) < min(len(book.entries), ledgerPage) && book.entries[len(page)].fence == book.entries[0].fence {
		page = book.entries[:len(page)+1]
	}
	book.entries = book.entries[len(page):]
	if len(page) == 0 {
		delete(c.ledgers, endpoint)
	}
	return page
}
