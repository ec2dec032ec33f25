package store

import (
	"fmt"
	"slices"
	"sync"
	"time"
)

// quoteBook holds the packages of a day, and the repetition keys that were used
// that day to make or change one. A booked package names its order, and is of
// no use any more but to be checked.
//
// No part stands in the key of packages: their numbers are given through all
// parts of a bucket, and an index over parts would take a sixth of the space.
var quoteBook = daybook{name: "quote", tables: []dayTable{
	{
		name: "quote",
		create: `number BIGINT NOT NULL, version BIGINT NOT NULL, part TEXT NOT NULL, order_id TEXT NOT NULL,
			body BYTEA NOT NULL, PRIMARY KEY (number)`,
		indexes: []string{`CREATE INDEX IF NOT EXISTS quote_@_booked ON quote_@ (part, order_id) WHERE order_id <> ''`},
	},
	{
		name: "quote_key",
		create: `used_at BIGINT NOT NULL, expires_at BIGINT NOT NULL, part TEXT NOT NULL, hash BYTEA NOT NULL,
			fingerprint BYTEA NOT NULL, answer BYTEA NOT NULL, PRIMARY KEY (part, hash)`,
	},
}}

// QuoteDay is a day of which packages can be read and written.
type QuoteDay struct {
	// Number counts the days since 2020-01-01 UTC.
	Number int64
	*press
}

// QuoteDay is a day that was opened; ok is false if it was not, or was dropped
// before this process saw it.
func (v *View) QuoteDay(number int64) (day *QuoteDay, ok bool, err error) {
	if day := v.quoteDays.get(number, v.began); day != nil {
		return day, true, nil
	}
	learned, ok, err := v.learned(quoteBook, number)
	if err != nil || !ok {
		return nil, false, err
	}
	if day, err = newQuoteDay(number, learned); err != nil {
		return nil, false, fmt.Errorf("open day %d: %w", number, err)
	}
	v.quoteDays.put(day)
	return day, true, nil
}

func newQuoteDay(number int64, learned []byte) (*QuoteDay, error) {
	var dictionaries []dictionary
	if len(learned) > 0 {
		if err := decode(string(learned), &dictionaries); err != nil {
			return nil, err
		}
	}
	pressing, err := newPress(dictionaries)
	return &QuoteDay{Number: number, press: pressing}, err
}

// QuoteDays lists the days that are kept, oldest first.
func (v *View) QuoteDays() ([]int64, error) { return v.days(quoteBook) }

// OpenQuoteDay makes the tables of a day, with what LearnQuotes has learned for
// it. Nothing else may be in the list.
func (c *Changes) OpenQuoteDay(number int64, learned []byte, at int64) {
	quoteBook.open(c, number, learned, at)
}

// DropQuoteDay removes a day with all its packages and keys.
func (c *Changes) DropQuoteDay(number int64) { quoteBook.drop(c, number) }

// ForgetQuoteDays lets go of what is remembered of the days before one.
func (s *Store) ForgetQuoteDays(before int64) { s.quoteDays.forget(before) }

// quoteDays remembers the days that were seen: a day never changes, and nobody
// asks for one that is dropped.
type quoteDays struct {
	mu   sync.RWMutex
	seen map[int64]seenDay
}

// seenDay is a day with the machine time at which it was there.
type seenDay struct {
	*QuoteDay
	at time.Time
}

// get is a day that a snapshot which began at an instant has: one that is older
// than the day has not.
func (q *quoteDays) get(number int64, began time.Time) *QuoteDay {
	q.mu.RLock()
	defer q.mu.RUnlock()
	if day, ok := q.seen[number]; ok && !day.at.After(began) {
		return day.QuoteDay
	}
	return nil
}

func (q *quoteDays) put(day *QuoteDay) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.seen[day.Number] = seenDay{day, time.Now()}
}

func (q *quoteDays) forget(before int64) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for number := range q.seen {
		if number < before {
			delete(q.seen, number)
		}
	}
}

const (
	// learnFrom is how many packages a day must have to be learned from, and
	// learnMost how many of them are looked at.
	learnFrom = 200
	learnMost = 400
)

// LearnQuotes makes the dictionaries for a day from the packages of the newest
// day before it that has enough of them, or else from examples. It looks at no day
// before the oldest, which others may be about to drop.
func (v *View) LearnQuotes(number, oldest int64, examples []PackageContent) (learned []byte, err error) {
	days, err := v.QuoteDays()
	if err != nil {
		return nil, err
	}
	for _, day := range slices.Backward(days) {
		if day >= number {
			continue
		}
		if day < oldest {
			break
		}
		found, err := v.exampleQuotes(day)
		if err != nil {
			return nil, err
		}
		if len(found) > 0 {
			examples = found
			break
		}
	}
	texts := make([]example, len(examples))
	for i, content := range examples {
		texts[i] = example{kindOf(content), []byte(encode(recordContent(content)))}
	}
	if dictionaries := learn(texts); len(dictionaries) > 0 {
		learned = []byte(encode(dictionaries))
	}
	return learned, nil
}

// kindOf is what packages that look alike have in common.
func kindOf(c PackageContent) string {
	if len(c.Quotes) == 0 {
		return ""
	}
	return c.Quotes[0].Proposal.Tariff + "/" + string(c.Country)
}

// exampleQuotes are packages of a day, spread over all of it; none if there are
// too few.
func (v *View) exampleQuotes(number int64) (examples []PackageContent, err error) {
	day, ok, err := v.QuoteDay(number)
	if err != nil || !ok {
		return nil, err
	}
	var count int64
	if err := v.row(onDay(`SELECT COUNT(*) FROM quote_@`, number)).Scan(&count); err != nil || count < learnFrom {
		return nil, err
	}
	return list(v, func(scan func(...any) error) (PackageContent, error) {
		var body []byte
		if err := scan(&body); err != nil {
			return PackageContent{}, err
		}
		return day.content(body)
	}, onDay(`SELECT body FROM quote_@ WHERE number % $1 = 0 LIMIT $2`, number), (count+learnMost-1)/learnMost, int64(learnMost))
}

// body is a package as it is stored, and content reads it.
func (d *QuoteDay) body(c PackageContent) []byte {
	return d.compress(kindOf(c), []byte(encode(recordContent(c))))
}

func (d *QuoteDay) content(body []byte) (PackageContent, error) {
	text, err := d.expand(body)
	if err != nil {
		return PackageContent{}, err
	}
	var record contentRecord
	err = decode(string(text), &record)
	return record.content(), err
}
