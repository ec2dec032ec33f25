package store

import (
	"cmp"
	"maps"
	"slices"
)

// mark is a row that is in a roll at a place, or that no longer is.
type mark struct {
	roll        *roll
	place       int64
	live, ended int64 // 1, or -1 for what no longer is
}

// slot is how many rows are in a slot of a roll.
type slot struct{ number, live, ended int64 }

// UntalliedPolicy is a policy of which the tallies say something else than its row.
type UntalliedPolicy struct {
	Part, ID  string
	CreatedAt int64
	// Now is what the row says, Tallied what the tallies say.
	Now, Tallied ListedPolicy
}

// ListedPolicy is what decides where a policy is in lists.
type ListedPolicy struct {
	// Live is 1, or 0 once it has ended; -1: it is in no list.
	Live                   int64
	InceptionOn, LastDayOn string
}

// untallied is the condition of the index of such policies, word for word.
const untallied = `CASE WHEN tallied_live = live AND tallied_inception_on = inception_on
	AND tallied_last_day_on = last_day_on THEN 1 ELSE 0 END = 0`

const selectUntallied = `SELECT part, id, created_at, live, inception_on, last_day_on,
	tallied_live, tallied_inception_on, tallied_last_day_on FROM policy WHERE ` + untallied

func scanUntallied(scan func(...any) error) (UntalliedPolicy, error) {
	var u UntalliedPolicy
	err := scan(&u.Part, &u.ID, &u.CreatedAt, &u.Now.Live, &u.Now.InceptionOn, &u.Now.LastDayOn,
		&u.Tallied.Live, &u.Tallied.InceptionOn, &u.Tallied.LastDayOn)
	return u, err
}

// UntalliedPolicies reads such policies, whosever they are, by part and id.
func (v *View) UntalliedPolicies(limit int) ([]UntalliedPolicy, error) {
	return list(v, scanUntallied, selectUntallied+` ORDER BY part, id LIMIT $1`, limit)
}

// untalliedPoliciesOf reads those of a part, in an order that leaves SQLite no
// other index whatever its statistics say.
const untalliedPoliciesOf = selectUntallied + ` AND part = $1 ORDER BY part, id LIMIT $2`

// marks are what tallying a policy changes.
func (u UntalliedPolicy) marks() []mark {
	return append(u.Tallied.marks(u.CreatedAt, -1), u.Now.marks(u.CreatedAt, 1)...)
}

func (l ListedPolicy) marks(createdAt, n int64) []mark {
	if l.Live < 0 {
		return nil
	}
	live, ended := n*l.Live, n*(1-l.Live)
	return []mark{
		{rollCreated, rollCreated.place("", createdAt), live, ended},
		{rollInception, rollInception.place(l.InceptionOn, createdAt), live, ended},
		{rollLastDay, rollLastDay.place(l.LastDayOn, createdAt), live, ended},
	}
}

// UntalliedBooking is a booked package that is not tallied yet.
type UntalliedBooking struct {
	Part, OrderID string
	At            int64
}

const selectUntalliedBooking = `SELECT part, order_id, at FROM order_version WHERE version = 1 AND tallied = 0`

func scanUntalliedBooking(scan func(...any) error) (UntalliedBooking, error) {
	var u UntalliedBooking
	err := scan(&u.Part, &u.OrderID, &u.At)
	return u, err
}

// UntalliedBookings reads such packages, whosever they are, by part and id.
func (v *View) UntalliedBookings(limit int) ([]UntalliedBooking, error) {
	return list(v, scanUntalliedBooking, selectUntalliedBooking+` ORDER BY part, order_id LIMIT $1`, limit)
}

// untalliedBookingsOf reads those of a part.
const untalliedBookingsOf = selectUntalliedBooking + ` AND part = $1 ORDER BY part, order_id LIMIT $2`

func (u UntalliedBooking) marks() []mark {
	return []mark{{rollBooked, rollBooked.place("", u.At), 1, 0}}
}

// TallyPolicies lets the tallies say of policies what was read of them. They must
// still say what they said then; the policies may have changed since.
func (c *Changes) TallyPolicies(policies []UntalliedPolicy) {
	var marks []mark
	rows := make([][]any, len(policies))
	for i, u := range policies {
		c.guards = append(c.guards, "tallied/"+u.ID)
		rows[i] = []any{u.ID, u.Now.Live, u.Now.InceptionOn, u.Now.LastDayOn, u.Tallied.Live, u.Tallied.InceptionOn, u.Tallied.LastDayOn}
		marks = append(marks, u.marks()...)
	}
	c.updateMany("tallied", `UPDATE policy SET tallied_live = new.column2, tallied_inception_on = new.column3,
		tallied_last_day_on = new.column4`, `id = new.column1 AND tallied_live = new.column5
		AND tallied_inception_on = new.column6 AND tallied_last_day_on = new.column7`,
		rows, "TEXT", "BIGINT", "TEXT", "TEXT", "BIGINT", "TEXT", "TEXT")
	c.add(marks)
}

// TallyBookings lets the tallies hold booked packages, which they must not yet.
func (c *Changes) TallyBookings(bookings []UntalliedBooking) {
	var marks []mark
	rows := make([][]any, len(bookings))
	for i, u := range bookings {
		c.guards = append(c.guards, "tallied/"+u.OrderID)
		rows[i] = []any{u.OrderID}
		marks = append(marks, u.marks()...)
	}
	c.updateMany("tallied", `UPDATE order_version SET tallied = 1`,
		`order_id = new.column1 AND version = 1 AND tallied = 0`, rows, "TEXT")
	c.add(marks)
}

// add adds marks to the tallies of all levels, each row once and in one order.
func (c *Changes) add(marks []mark) {
	type key struct {
		list  string
		level int
		slot  int64
	}
	sums := make(map[key]slot)
	for _, m := range marks {
		for _, level := range m.roll.levels {
			k := key{m.roll.name, level, m.place >> level}
			sums[k] = slot{k.slot, sums[k].live + m.live, sums[k].ended + m.ended}
		}
	}
	inOrder := slices.SortedFunc(maps.Keys(sums), func(a, b key) int {
		return cmp.Or(cmp.Compare(a.list, b.list), cmp.Compare(a.level, b.level), cmp.Compare(a.slot, b.slot))
	})
	for _, k := range inOrder {
		if s := sums[k]; s.live != 0 || s.ended != 0 {
			c.exec(`INSERT INTO tally (part, list, level, slot, live, ended) VALUES ($1, $2, $3, $4, $5, $6)
				ON CONFLICT (part, list, level, slot) DO UPDATE
				SET live = tally.live + excluded.live, ended = tally.ended + excluded.ended`,
				c.part, k.list, k.level, k.slot, s.live, s.ended)
		}
	}
}
