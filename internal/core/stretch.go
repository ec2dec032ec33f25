package core

import (
	"math"
	"time"

	"github.com/covernote/covernote/internal/insurance"
)

// stretch are numbers of a bucket and day: from the first, up to the second,
// which is not among them.
type stretch struct{ from, to int64 }

// The codes of a bucket and day are divided in two. Half is given in order. The
// other half is for a day on which the database was restored, when nobody knows
// how far the first half was given. In it each block belongs to a moment of the
// day, and is taken only by whoever has been restored before that moment and lives
// at it or after it. Two databases of which one follows the other never share a
// moment, and so no block, however often the same copy is restored.
const (
	orderlyCodes = 1 << (numberBits - 1)
	dayLength    = 24 * time.Hour
	// momentsOfDay is how many blocks the other half has: one for each 659
	// milliseconds, which makes 97 codes a second.
	momentsOfDay = orderlyCodes / numberBlock
)

// block are the next blocks of the stretch where next is the first number that was
// not taken: as many as are wanted, or as there are. It refuses with CodeUnavailable if
// there is none.
func (s stretch) block(next, wanted int64) (block, error) {
	b := block{next: max(next, s.from)}
	b.blocks = min(wanted, (s.to-b.next)/numberBlock)
	b.end = b.next + b.blocks*numberBlock
	switch {
	case b.blocks > 0:
		return b, nil
	case s.from > 0:
		return b, insurance.Refuse(insurance.CodeUnavailable, "codes are scarce on a day on which the database was restored; try again")
	}
	return b, insurance.Refuse(insurance.CodeUnavailable, "the codes of this day are used up; try again tomorrow")
}

// blockAt are the next blocks of a place, of which the numbers before next are taken.
func (r reading) blockAt(p place, next, wanted int64) (block, error) {
	s, err := r.stretchOf(p)
	if err != nil {
		return block{}, err
	}
	return s.block(next, wanted)
}

// stretchOf are the numbers that may be taken of a place now.
func (r reading) stretchOf(p place) (stretch, error) {
	if p.bucket < 0 {
		return stretch{to: math.MaxInt64}, nil
	}
	restored, ok, err := r.restoredAt()
	if err != nil || !ok {
		return stretch{to: orderlyCodes}, err
	}
	return codesAfter(restored, p.day, r.now), nil
}

// codesAfter are the numbers of a day that may be taken now by a database that was
// restored at an instant. Days that had not begun by then, on any clock, were never
// given codes of.
func codesAfter(restored time.Time, day int64, now time.Time) stretch {
	if day > dayOf(restored.Add(clocksDiffer)) {
		return stretch{to: orderlyCodes}
	}
	first := momentOf(restored, day) + 1
	return stretch{from: orderlyCodes + first*numberBlock, to: orderlyCodes + (momentOf(now, day)+1)*numberBlock}
}

// momentOf is the number of the moment of a day at an instant: -1 before the day,
// and the last of it afterwards.
func momentOf(at time.Time, day int64) int64 {
	since := at.Sub(firstDay.Add(time.Duration(day) * dayLength))
	if since < 0 {
		return -1
	}
	return min(int64(since)/int64(dayLength/momentsOfDay), momentsOfDay-1)
}
