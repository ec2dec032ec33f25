package store

import (
	"strings"
	"time"
)

// roll is a list that may be long. Each of its rows has a place, a number that
// sorts as the list does, and it is tallied how many rows have which places.
type roll struct {
	name, table string
	// only narrows the table to the rows of the list; it may be empty.
	only string
	// day and made are the columns that it is sorted by, before id: a day, which may
	// be empty for none, and the instant at which a row was made. An index has them
	// after the part and, where rows end, live.
	day, made, id string
	// ends tells whether rows end; a list may then be without those that have.
	ends bool
	// levels are those of the tallies, the coarsest first. A slot of a level holds
	// 2^level places, one after the other.
	levels []int
}

// The levels. Each slot is divided into 64 on the next level or fewer, so that a
// place is found in few steps; only the coarsest grow in number, by one or two a
// year or by six, and so do those of 203 days of making into which a day is divided.
// The finest slots are 67 seconds of making or, in a list by days, 71 minutes of
// making of the rows of one day.
var (
	instantLevels = []int{44, 38, 32, 26}
	dayLevels     = []int{madeBits + 6, madeBits, 12, 6, 0}
)

// The rolls.
var (
	rollCreated   = &roll{name: "policy.created", table: "policy", made: "created_at", id: "id", ends: true, levels: instantLevels}
	rollInception = &roll{
		name: "policy.inception", table: "policy", day: "inception_on", made: "created_at", id: "id", ends: true, levels: dayLevels,
	}
	rollLastDay = &roll{
		name: "policy.last_day", table: "policy", day: "last_day_on", made: "created_at", id: "id", ends: true, levels: dayLevels,
	}
	rollBooked = &roll{
		name: "booking", table: "order_version", only: ` AND version = 1`, made: "at", id: "order_id", levels: instantLevels,
	}
)

// rolls are all of them.
var rolls = []*roll{rollCreated, rollInception, rollLastDay, rollBooked}

// In a list by instants a place is the instant. In a list by days it is the number
// of the day and, in its last bits, when the row was made, in units of 71 minutes.
const (
	madeBits = 24
	madeUnit = 32 // bits of an instant that are left out
)

// firstPlace and lastPlace bound all places, and are bounds of slots.
const (
	firstPlace = -1 << 56
	lastPlace  = 1 << 56
)

const daySeconds = 24 * 60 * 60

// place is where a row is; a list by instants passes over the day.
func (l *roll) place(day string, made int64) int64 {
	if l.day == "" {
		return max(firstPlace, min(made, lastPlace))
	}
	midnight, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return made >> madeUnit // of no day: before all
	}
	return midnight.Unix()/daySeconds<<madeBits + made>>madeUnit
}

// values are a place as values of the columns.
func (l *roll) values(place int64) []any {
	if l.day == "" {
		return []any{place}
	}
	return []any{l.dayOf(place), place & (1<<madeBits - 1) << madeUnit}
}

// end is behind all rows: no day follows on the one that stands for none.
func (l *roll) end() int64 {
	if l.day == "" {
		return lastPlace
	}
	return l.place(openEnd, 0) + 1<<madeBits
}

// dayOf is the day of a place: that of the list, or of the making, UTC.
func (l *roll) dayOf(place int64) string {
	if l.day == "" {
		return time.UnixMicro(place).UTC().Format(time.DateOnly)
	}
	return time.Unix(place>>madeBits*daySeconds, 0).UTC().Format(time.DateOnly)
}

// columns are what rows are sorted by.
func (l *roll) columns() []string {
	if l.day == "" {
		return []string{l.made, l.id}
	}
	return []string{l.day, l.made, l.id}
}

// reach is the places from one on and before another.
type reach struct{ from, until int64 }

var everywhere = reach{firstPlace, lastPlace}

// where is the condition of the rows in a reach, whether they have ended or not.
func (l *roll) where(part string, r reach) *filter {
	where := newFilter(`part = $%d`+l.only, part)
	columns, values := l.made, `$%d`
	if l.day != "" {
		columns, values = `(`+l.day+`, `+l.made+`)`, `($%d, $%d)`
	}
	if r.from > firstPlace {
		where.and(columns+` >= `+values, l.values(r.from)...)
	}
	if r.until < l.end() {
		where.and(columns+` < `+values, l.values(r.until)...)
	}
	return where
}

// counting is the query that counts the rows in a reach one by one.
func (l *roll) counting(part string, r reach, ended bool) (query string, args []any) {
	where := l.where(part, r)
	query = `SELECT COUNT(*) FROM ` + l.table + where.sql
	switch {
	case l.ends && ended:
		query += ` AND live IN (0, 1)` // as the index has them
	case l.ends:
		query += ` AND live = 1`
	}
	return query, where.args
}

// cut is a piece of a list: the rows in a reach from one or the other end on,
// without the first that are skipped.
type cut struct {
	reach
	ascending, ended bool
	skip, limit      int64
}

// reading is the query for the rows of a cut.
func (l *roll) reading(part string, c cut) (query string, args []any) {
	where := l.where(part, c.reach)
	from := ` FROM ` + l.table + where.sql
	direction := ` DESC`
	if c.ascending {
		direction = ` ASC`
	}
	order := ` ORDER BY ` + strings.Join(l.columns(), direction+`, `) + direction
	switch {
	case l.ends && c.ended:
		from = l.merging(from, order+where.numbered(` LIMIT $%d`, []any{c.skip + c.limit}))
	case l.ends:
		from += ` AND live = 1`
	}
	query = l.selecting() + from + order + where.numbered(` LIMIT $%d OFFSET $%d`, []any{c.limit, c.skip})
	return query, where.args
}

func (l *roll) selecting() string { return `SELECT ` + strings.Join(l.columns(), `, `) }

// merging are the first rows of those that are live and of those that have ended,
// which lie apart in the index. Each has its own limit, because PostgreSQL merges
// only what it was told to sort.
func (l *roll) merging(from, first string) string {
	return ` FROM (` + l.selecting() + from + ` AND live = 1` + first + `) live UNION ALL ` +
		l.selecting() + ` FROM (` + l.selecting() + from + ` AND live = 0` + first + `) ended`
}

// listed is a row of a list.
type listed struct {
	place int64
	id    string
}

// scan reads what reading selects.
func (l *roll) scan(scan func(...any) error) (row listed, err error) {
	var day string
	var made int64
	if l.day == "" {
		err = scan(&made, &row.id)
	} else {
		err = scan(&day, &made, &row.id)
	}
	row.place = l.place(day, made)
	return row, err
}
