package store

import "errors"

// pageQuery selects rows of a roll: a page of those in some reaches, one after
// the other.
type pageQuery struct {
	reaches          []reach
	ascending, ended bool
	limit, offset    int64
}

// page reads the ids on a page of a roll, and how many rows are on all pages.
// What it costs grows neither with the list nor with the number of the page,
// unless more is untallied than can be allowed for.
func (v *View) page(part string, l *roll, q pageQuery) (ids []string, total int64, err error) {
	p := pager{View: v, part: part, roll: l, pageQuery: q}
	if p.untallied, p.tallied, err = v.untalliedOf(part, l); err != nil {
		return nil, 0, err
	}
	ids, total, err = p.read()
	if errors.Is(err, errDoNotAddUp) {
		p.tallied = false
		return p.read()
	}
	return ids, total, err
}

// allowance is how many untallied rows a list allows for. That many are there
// only after a migration, or while nothing is tallied: then rows are counted and
// skipped one by one, which is slow in long lists and as right.
const allowance = 10_000

// untalliedOf are the marks that the tallies of a part's roll lack; ok is false
// if they are too many.
func (v *View) untalliedOf(part string, l *roll) (marks []mark, ok bool, err error) {
	all, n, err := v.untalliedIn(part, l)
	for _, m := range all {
		if m.roll == l {
			marks = append(marks, m)
		}
	}
	return marks, n <= allowance, err
}

func (v *View) untalliedIn(part string, l *roll) (marks []mark, n int, err error) {
	if l == rollBooked {
		rows, err := list(v, scanUntalliedBooking, untalliedBookingsOf, part, allowance+1)
		for _, u := range rows {
			marks = append(marks, u.marks()...)
		}
		return marks, len(rows), err
	}
	rows, err := list(v, scanUntallied, untalliedPoliciesOf, part, allowance+1)
	for _, u := range rows {
		marks = append(marks, u.marks()...)
	}
	return marks, len(rows), err
}

// pager reads one page in one snapshot.
type pager struct {
	*View
	part string
	*roll
	pageQuery
	// tallied tells whether the tallies are used, with what is untallied added.
	tallied   bool
	untallied []mark
}

func (p pager) read() (ids []string, total int64, err error) {
	skip := p.offset
	for _, r := range p.reaches {
		n, err := p.size(r)
		if err != nil {
			return nil, 0, err
		}
		total += n
		if left := p.limit - int64(len(ids)); skip < n && left > 0 {
			found, err := p.from(r, n, skip, left)
			if err != nil {
				return nil, 0, err
			}
			ids = append(ids, found...)
		}
		skip = max(skip-n, 0)
	}
	return ids, total, nil
}

// size is how many rows are in a reach.
func (p pager) size(r reach) (int64, error) {
	if !p.tallied {
		return p.counted(r)
	}
	until, err := p.before(r.until)
	if err != nil {
		return 0, err
	}
	from, err := p.before(r.from)
	return max(until-from, 0), err
}

func (p pager) counted(r reach) (n int64, err error) {
	query, args := p.counting(p.part, r, p.ended)
	err = p.row(query, args...).Scan(&n)
	return n, err
}

// from reads ids in a reach of n rows, of which the first are skipped.
func (p pager) from(r reach, n, skip, limit int64) ([]string, error) {
	c := cut{reach: r, ascending: p.ascending, ended: p.ended, skip: skip, limit: limit}
	if p.tallied {
		if err := p.narrow(&c, n); err != nil {
			return nil, err
		}
	}
	query, args := p.reading(p.part, c)
	rows, err := list(p.View, p.scan, query, args...)
	ids := make([]string, len(rows))
	for i, row := range rows {
		ids[i] = row.id
	}
	return ids, err
}

// narrow lets a cut begin with the finest slot in which its first row is, so that
// only rows of that slot are skipped.
func (p pager) narrow(c *cut, n int64) error {
	rank, err := p.before(c.from)
	if err != nil {
		return err
	}
	if c.ascending {
		rank += c.skip
	} else {
		rank += n - 1 - c.skip
	}
	first, err := p.locate(rank)
	if err != nil {
		return err
	}
	if c.ascending {
		c.from, c.skip = first.from, rank-first.before
	} else {
		c.until, c.skip = first.until, first.before+first.rows-1-rank
	}
	return nil
}
