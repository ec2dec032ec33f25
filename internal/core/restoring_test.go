package core

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/covernote/covernote/internal/insurance"
	"github.com/covernote/covernote/internal/store"
	"github.com/covernote/covernote/internal/store/storetest"
)

// copied is a copy of the database of a house.
type copied struct {
	file string
	at   time.Time
}

func (h *house) copied() copied {
	h.t.Helper()
	return copied{storetest.Copy(h.t, h.dsn), h.clock.now()}
}

// restored is a core on a database that is brought back now. By machine time,
// which the store reads itself, the copy is as old as by the clock of the house.
func (h *house) restored(from copied) *Core {
	h.t.Helper()
	file := storetest.Copy(h.t, from.file)
	storetest.Exec(h.t, file, `UPDATE command SET at = at - $1`, h.clock.now().Sub(from.at).Microseconds())
	c := h.newCore(storetest.Open(h.t, store.Options{DSN: file, Log: quiet}))
	_, err := c.TakeOver(h.t.Context(), "a copy")
	h.fatal(err)
	return c
}

// give gives numbers of every kind until there are count of each, and notes them. On
// the way the clock moves on.
func (h *house) give(c *Core, p Partner, count int, whose string, noted map[string]string) {
	h.t.Helper()
	note := func(id string) {
		h.t.Helper()
		if other, ok := noted[id]; ok {
			h.t.Fatalf("%s was given by the %s and by the %s database", id, other, whose)
		}
		noted[id] = whose
	}
	for range count {
		for name, kind := range map[string]numberKind{"inquiry": numberInquiry, "customer": numberCustomer} {
			n, err := c.newNumber(h.t.Context(), kind)
			h.fatal(err)
			note(fmt.Sprintf("%s %d", name, n))
		}
		told, err := c.Quote(h.t.Context(), p, packageOf(parcel("50")), Once{})
		h.fatal(err)
		note("package " + told.ID)
		for _, q := range told.Quotes {
			note("quote " + q.ID)
		}
		h.clock.advance(500 * time.Millisecond)
	}
}

// What was given after a copy was made is not given again by who is restored from
// it, and what that one gave is not given by the next that is restored from the
// same copy.
func TestNoNumberIsGivenAgainAfterARestore(t *testing.T) {
	h := onSQLite(t)
	p := h.shop("e3ccm")
	noted := make(map[string]string)
	h.give(h.Core, p, numberBlock/2, "first", noted)
	from := h.copied()
	h.give(h.Core, p, 2*numberBlock, "lost", noted)
	for _, whose := range []string{"restored", "restored again", "restored once more"} {
		h.clock.advance(time.Second)
		c := h.restored(from)
		h.clock.advance(time.Second)
		h.give(c, p, 2*numberBlock, whose, noted)
	}
	h.clock.advance(24 * time.Hour)
	last := h.restored(from)
	h.clock.advance(24 * time.Hour)
	h.give(last, p, 2, "restored a day later", noted)
}

// The older a copy is, the more can have been given since.
func TestAnOlderCopyPassesOverMore(t *testing.T) {
	h := onSQLite(t)
	_, err := h.newNumber(t.Context(), numberInquiry)
	h.fatal(err)
	from := h.copied()
	const lost = 24 * 3600 * mostPerSecond // a day of them
	storetest.Exec(t, h.dsn, `UPDATE sequence SET next = next + $1 WHERE bucket = $2`, lost, numberInquiry.bucket)
	was, err := h.newCore(h.Store).newNumber(t.Context(), numberInquiry)
	h.fatal(err)
	h.clock.advance(24 * time.Hour)
	is, err := h.restored(from).newNumber(t.Context(), numberInquiry)
	h.fatal(err)
	if is <= was {
		t.Errorf("%d was given, and %d after the restore", was, is)
	}
}

// Whatever is taken in the life of a database, its blocks are none of those of the
// lives before and after it.
func TestLivesOfADatabaseShareNoCodes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		instants := rapid.SliceOfNDistinct(rapid.Int64Range(0, 3*int64(dayLength/time.Millisecond)), 5, 5, rapid.ID).Draw(t, "instants")
		slices.Sort(instants)
		at := func(i int) time.Time {
			return opening.Truncate(dayLength).Add(time.Duration(instants[i]) * time.Millisecond)
		}
		// Taken, restored, taken, restored, taken.
		day := dayOf(at(rapid.SampledFrom([]int{0, 2, 4}).Draw(t, "day of")))
		var lives []stretch
		for i, life := range []stretch{{to: orderlyCodes}, codesAfter(at(1), day, at(2)), codesAfter(at(3), day, at(4))} {
			if dayOf(at(2*i)) == day { // codes are taken of the day that it is
				lives = append(lives, life)
			}
		}
		for i, one := range lives {
			for _, other := range lives[:i] {
				if one.from < other.to && other.from < one.to {
					t.Fatalf("%+v and %+v overlap", one, other)
				}
			}
			if one.to > 1<<numberBits || one.from%numberBlock != 0 || one.to%numberBlock != 0 {
				t.Fatalf("%+v is not of blocks, or more than there are", one)
			}
		}
	})
}

func TestCodesRunOut(t *testing.T) {
	h := onSQLite(t)
	where := place{bucket: 7, day: dayOf(opening)}
	_, err := h.nextNumber(t.Context(), where)
	h.fatal(err)
	storetest.Exec(t, h.dsn, `UPDATE sequence SET next = $1 WHERE bucket = 7`, orderlyCodes-numberBlock)
	c := h.newCore(h.Store)
	for n := range int64(numberBlock) {
		if got, err := c.nextNumber(t.Context(), where); err != nil || got != orderlyCodes-numberBlock+n {
			t.Fatalf("%d, %v", got, err)
		}
	}
	_, err = c.nextNumber(t.Context(), where)
	h.refused(err, insurance.CodeUnavailable)
}

// After a restore a block is there for each moment that has passed, and no more.
func TestCodesAreScarceAfterARestore(t *testing.T) {
	h := onSQLite(t)
	where := place{bucket: 7, day: dayOf(opening)}
	c := h.restored(h.copied())
	taken := func() (n int) {
		for ; ; n++ {
			if _, err := c.nextNumber(t.Context(), where); err != nil {
				h.refused(err, insurance.CodeUnavailable)
				return n
			}
		}
	}
	if n := taken(); n != 0 {
		t.Errorf("%d codes at once", n)
	}
	h.clock.advance(3 * dayLength / momentsOfDay)
	if n := taken(); n != 3*numberBlock {
		t.Errorf("%d codes after three moments", n)
	}
	h.clock.advance(dayLength)
	tomorrow := place{bucket: 7, day: dayOf(opening.Add(dayLength))}
	if n, err := c.nextNumber(t.Context(), tomorrow); n != 0 || err != nil {
		t.Errorf("the first of the next day is %d (%v)", n, err)
	}
}

// Whoever had read on after the copy was made meets everything that happens after
// the restore.
func TestACursorStaysGoodAfterARestore(t *testing.T) {
	h := onSQLite(t)
	h.bind(phone("copied"))
	from := h.copied()
	h.bind(phone("lost 1"), phone("lost 2"))
	read, err := h.Events(t.Context(), h.partner, LogFilter{})
	h.fatal(err)
	h.clock.advance(time.Hour)
	after := *h
	after.Core = h.restored(from)
	for i := range 3 {
		after.bind(phone(fmt.Sprint("restored ", i)))
		next, err := after.Events(t.Context(), h.partner, LogFilter{After: read.Next})
		h.fatal(err)
		if len(next.Events) == 0 || next.Events[0].Position <= read.Next || next.Next != next.Events[len(next.Events)-1].Position {
			t.Fatalf("behind %d: %+v", read.Next, next)
		}
		if !slices.ContainsFunc(next.Events, func(e Event) bool { return strings.Contains(string(e.Data), fmt.Sprint("restored ", i)) }) {
			t.Errorf("what happened after the restore is not met")
		}
		read = next
	}
	for _, f := range after.findings() {
		t.Errorf("after the restore: %+v", f)
	}
}

// What was done is in the audit log, and whoever held a lane holds it no more.
func TestTakingOver(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		epoch, _, err := h.Store.AcquireLease(t.Context(), leaseName(0), "lost", time.Now(), time.Hour)
		h.fatal(err)
		storetest.Exec(t, h.dsn, `UPDATE command SET at = at - $1`, time.Hour.Microseconds())
		done, err := h.TakeOver(t.Context(), "nightly.sqlite")
		h.fatal(err)
		if !done.At.Equal(opening) || done.Silence < time.Hour || done.Silence > time.Hour+time.Minute {
			t.Errorf("%+v", done)
		}
		h.view(func(r reading) error {
			entries, err := r.AuditOf("", "database")
			if len(entries) != 1 || entries[0].Action != "restored" || entries[0].Reason != "nightly.sqlite" || entries[0].After != opening.Format(time.RFC3339) {
				t.Errorf("%+v", entries)
			}
			return err
		})
		c := store.NewChanges("acme")
		c.AssertLease(leaseName(0), epoch)
		if err := h.Store.Commit(t.Context(), c); err == nil {
			t.Error("a node that was cut off writes on")
		}
		// Once more is harmless.
		_, err = h.TakeOver(t.Context(), "nightly.sqlite")
		h.fatal(err)
	})
}

// A clock that is behind the copy would let numbers be given twice.
func TestTakingOverRefusesAClockThatIsBehind(t *testing.T) {
	h := onSQLite(t)
	storetest.Exec(t, h.dsn, `UPDATE command SET at = at + $1`, time.Hour.Microseconds())
	if _, err := h.TakeOver(t.Context(), "x"); err == nil || !strings.Contains(err.Error(), "clock") {
		t.Errorf("got %v", err)
	}
}
