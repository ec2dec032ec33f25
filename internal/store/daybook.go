package store

import (
	"fmt"
	"strings"
)

// daybook is a group of tables of which each day has its own, so that what a
// day leaves behind is dropped with it and never deleted row by row. The rows
// of table daybook say which days there are: no day has a part, which is why
// none stands in their key.
type daybook struct {
	name string
	// tables hold what a day has, by the name to which the day is appended.
	tables []dayTable
}

// dayTable is a table of a daybook. In create and its indexes, @ stands for the
// number of the day.
type dayTable struct {
	name    string
	create  string
	indexes []string
}

// onDay is SQL about the tables of a day, whose number replaces each @.
func onDay(sql string, day int64) string { return strings.ReplaceAll(sql, "@", fmt.Sprint(day)) }

// open makes the tables of a day, unless somebody else was faster. It belongs
// into a change list of its own: PostgreSQL reads all statements of a flush
// before it runs the first, and would not find the tables.
func (b daybook) open(c *Changes, day int64, learned []byte, at int64) {
	c.insert(b.guard(day), `INSERT INTO daybook (book, day, learned, opened_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT DO NOTHING`, b.name, day, blob(learned), at)
	for _, table := range b.tables {
		c.exec(onDay(`CREATE TABLE IF NOT EXISTS `+table.name+`_@ (`+table.create+`)`, day))
		for _, index := range table.indexes {
			c.exec(onDay(index, day))
		}
	}
}

// drop removes a day with everything in it, whoever's it is. Who reads or
// writes that day meanwhile fails: nobody may have a use for it any more.
func (b daybook) drop(c *Changes, day int64) {
	c.update(b.guard(day), `DELETE FROM daybook WHERE book = $1 AND day = $2`, b.name, day)
	for _, table := range b.tables {
		c.exec(onDay(`DROP TABLE IF EXISTS `+table.name+`_@`, day))
	}
}

func (b daybook) guard(day int64) string { return fmt.Sprintf("daybook/%s/%d", b.name, day) }

// days lists the days of a book, oldest first.
func (v *View) days(b daybook) ([]int64, error) {
	return list(v, func(scan func(...any) error) (day int64, err error) {
		err = scan(&day)
		return day, err
	}, `SELECT day FROM daybook WHERE book = $1 ORDER BY day`, b.name)
}

// learned is what a day was opened with, to press its rows; ok is false if the
// day is not there.
func (v *View) learned(b daybook, day int64) (learned []byte, ok bool, err error) {
	err = v.row(`SELECT learned FROM daybook WHERE book = $1 AND day = $2`, b.name, day).Scan(&learned)
	return found(learned, err)
}
