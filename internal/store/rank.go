package store

import (
	"cmp"
	"errors"
	"slices"
)

// errDoNotAddUp says that tallies contradict each other.
var errDoNotAddUp = errors.New("store: tallies do not add up")

// before counts the rows before a place: whole slots by their tallies, from the
// coarsest level to the finest, and what is left of one finest slot by its rows.
func (p pager) before(place int64) (n int64, err error) {
	from := int64(firstPlace)
	for _, level := range p.levels {
		until := place >> level << level
		slots, err := p.slots(level, reach{from, until})
		if err != nil {
			return 0, err
		}
		for _, s := range slots {
			n += p.in(s)
		}
		from = until
	}
	if from == place {
		return n, nil
	}
	rest, err := p.counted(reach{from, place})
	return n + rest, err
}

// located is a finest slot with how many rows are before and in it.
type located struct {
	reach
	before, rows int64
}

// locate finds the finest slot in which the row is that has so many before it.
func (p pager) locate(rank int64) (located, error) {
	at := located{reach: everywhere}
	for _, level := range p.levels {
		slots, err := p.slots(level, at.reach)
		if err != nil {
			return at, err
		}
		i := slices.IndexFunc(slots, func(s slot) bool {
			at.rows = p.in(s)
			if rank < at.before+at.rows {
				return true
			}
			at.before += at.rows
			return false
		})
		if i < 0 {
			return at, errDoNotAddUp
		}
		at.reach = reach{slots[i].number << level, (slots[i].number + 1) << level}
	}
	return at, nil
}

// in is how many rows of a slot are in the list.
func (p pager) in(s slot) int64 {
	if p.ended {
		return s.live + s.ended
	}
	return s.live
}

const selectSlots = `SELECT slot, live, ended FROM tally WHERE part = $1 AND list = $2 AND level = $3
	AND slot >= $4 AND slot < $5 ORDER BY slot`

func scanSlot(scan func(...any) error) (s slot, err error) {
	err = scan(&s.number, &s.live, &s.ended)
	return s, err
}

// slots reads those of a level in a reach, in order, as they are with what is
// untallied.
func (p pager) slots(level int, r reach) ([]slot, error) {
	if r.from == r.until {
		return nil, nil
	}
	slots, err := list(p.View, scanSlot, selectSlots, p.part, p.name, level, r.from>>level, r.until>>level)
	for _, m := range p.untallied {
		if m.place >= r.from && m.place < r.until {
			slots = m.into(slots, m.place>>level)
		}
	}
	return slots, err
}

// into adds a mark to a slot, which it adds if need be.
func (m mark) into(slots []slot, number int64) []slot {
	i, found := slices.BinarySearchFunc(slots, number, func(s slot, n int64) int { return cmp.Compare(s.number, n) })
	if !found {
		slots = slices.Insert(slots, i, slot{number: number})
	}
	slots[i].live += m.live
	slots[i].ended += m.ended
	return slots
}
