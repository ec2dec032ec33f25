package store

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
)

// Rolls are the names of the lists whose rows are tallied.
func Rolls() []string {
	names := make([]string, len(rolls))
	for i, l := range rolls {
		names[i] = l.name
	}
	return names
}

// BeginningOfRoll is where the first stretch of each roll begins.
const BeginningOfRoll = firstPlace

// WrongTally is a slot of which the tallies say something else than the rows, with
// what is untallied allowed for.
type WrongTally struct {
	// On is the day on which the slot begins: that of the list, or of the making, UTC.
	On                  string
	Live, Ended         int64 // how many rows there are
	SaidLive, SaidEnded int64 // how many the tallies say
}

// WrongTallies compares a stretch of a roll with its rows, on all levels: one slot
// of the coarsest, the first with a row or a tally from a place on. It answers where
// the next begins; more is false if there was none. Where so much is untallied that
// no list uses the tallies, it compares nothing.
func (v *View) WrongTallies(part, name string, from int64) (wrong []WrongTally, next int64, more bool, err error) {
	l := rolls[slices.IndexFunc(rolls, func(l *roll) bool { return l.name == name })]
	if from >= l.end() {
		return nil, 0, false, nil
	}
	p := pager{View: v, part: part, roll: l}
	if p.untallied, more, err = v.untalliedOf(part, l); err != nil || !more {
		return nil, 0, false, err
	}
	first, err := p.firstFrom(from)
	if err != nil || first >= lastPlace {
		return nil, 0, false, err
	}
	top := l.levels[0]
	stretch := reach{first >> top << top, (first>>top + 1) << top}
	wrong, err = p.wrongIn(stretch)
	return wrong, stretch.until, true, err
}

// firstFrom is the first place from one on that a row or a slot has.
func (p pager) firstFrom(from int64) (int64, error) {
	query, args := p.reading(p.part, cut{reach: reach{from, lastPlace}, ascending: true, ended: true, limit: 1})
	rows, err := list(p.View, p.scan, query, args...)
	first := int64(lastPlace)
	for _, row := range rows {
		first = row.place
	}
	for _, level := range p.levels {
		slots, oops := list(p.View, scanSlot, selectSlots+` LIMIT 1`, p.part, p.name, level, from>>level, lastPlace>>level)
		for _, s := range slots {
			first = min(first, s.number<<level)
		}
		err = cmp.Or(err, oops)
	}
	return first, err
}

// wrongIn compares the slots in a reach. Of those that begin on one day, it answers
// one.
func (p pager) wrongIn(r reach) ([]WrongTally, error) {
	rows, err := p.marksIn(r)
	if err != nil {
		return nil, err
	}
	wrong := make(map[string]WrongTally)
	for _, level := range p.levels {
		said, err := p.slots(level, r)
		if err != nil {
			return nil, err
		}
		for number, slots := range beside(said, rows, level) {
			is, says := slots[0], slots[1]
			if is != says {
				on := p.dayOf(number << level)
				wrong[on] = WrongTally{on, is.live, is.ended, says.live, says.ended}
			}
		}
	}
	return slices.SortedFunc(maps.Values(wrong), func(a, b WrongTally) int { return cmp.Compare(a.On, b.On) }), nil
}

// beside puts slots as the rows make them beside slots as they are said to be, by
// their numbers.
func beside(said []slot, rows []mark, level int) map[int64][2]slot {
	both := make(map[int64][2]slot)
	for _, m := range rows {
		pair := both[m.place>>level]
		pair[0].live += m.live
		pair[0].ended += m.ended
		both[m.place>>level] = pair
	}
	for _, s := range said {
		pair := both[s.number]
		pair[1] = slot{live: s.live, ended: s.ended}
		both[s.number] = pair
	}
	return both
}

// marksIn reads how many rows are in the finest slots of a reach.
func (p pager) marksIn(r reach) ([]mark, error) {
	where, day, live, unit := p.where(p.part, r), `''`, `1`, p.levels[len(p.levels)-1]
	if p.day != "" {
		day, unit = p.day, madeUnit
	}
	if p.ends {
		live, where.sql = `live`, where.sql+` AND live IN (0, 1)` // as the index has them
	}
	return list(p.View, func(scan func(...any) error) (mark, error) {
		var day string
		var made, live, n int64
		err := scan(&day, &made, &live, &n)
		return mark{p.roll, p.place(day, made<<unit), live * n, (1 - live) * n}, err
	}, `SELECT `+day+`, `+p.made+` >> `+strconv.Itoa(unit)+`, `+live+`, COUNT(*) FROM `+p.table+where.sql+
		` GROUP BY 1, 2, 3`, where.args...)
}
