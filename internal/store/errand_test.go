package store

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// bound is what every list of these tests does: a row that is new, an assertion, and
// a change.
func bound(id string, epoch int64) *Changes {
	c := NewChanges("p")
	c.insert("new/"+id, `INSERT INTO thing (part, version, id) VALUES ($1, 1, $2) ON CONFLICT DO NOTHING`, "p", id)
	c.assert(`SELECT 1 FROM lease WHERE epoch = $1`, epoch)
	c.update("old/"+id, `UPDATE thing SET id = $1`, id)
	return c
}

func TestListsThatAreAlikeShareStatements(t *testing.T) {
	t.Parallel()
	other := NewChanges("p")
	other.exec(`DELETE FROM thing`)
	lists := []*Changes{bound("a", 1), bound("b", 1), bound("c", 2), other, bound("d", 2)}
	var got []string
	for _, e := range errandsOf(lists) {
		verb, _, _ := strings.Cut(e.sql, " ")
		got = append(got, fmt.Sprintf("%s %v for %d", verb, e.args, len(e.lists)))
	}
	want := []string{
		"INSERT [p a] for 1", "INSERT [p b] for 1", "INSERT [p c] for 1", "SELECT [1] for 2", "SELECT [2] for 1",
		"UPDATE [a] for 1", "UPDATE [b] for 1", "UPDATE [c] for 1",
		"DELETE [] for 1",
		"INSERT [p d] for 1", "SELECT [2] for 1", "UPDATE [d] for 1",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// Rows are added in pieces, and each row must be new.
func TestRowsAreAddedTogether(t *testing.T) {
	t.Parallel()
	var lists []*Changes
	for i := range 9 {
		lists = append(lists, bound(fmt.Sprint(i), 1))
	}
	first := errandsOf(lists)[0]
	want := `INSERT INTO thing (part, version, id) VALUES ($1, 1, $2), ($3, 1, $4), ($5, 1, $6), ($7, 1, $8), ` +
		`($9, 1, $10), ($11, 1, $12), ($13, 1, $14), ($15, 1, $16) ON CONFLICT DO NOTHING`
	if first.sql != want || fmt.Sprint(first.args) != "[p 0 p 1 p 2 p 3 p 4 p 5 p 6 p 7]" || len(first.lists) != 8 {
		t.Errorf("got %s with %v for %d lists", first.sql, first.args, len(first.lists))
	}
	if first.disappointed(8) || !first.disappointed(7) || !first.disappointed(1) {
		t.Error("all eight rows must be new, and no fewer")
	}
}

func TestInsertThatCannotBeAddedToIsAMistake(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("it was taken")
		}
	}()
	NewChanges("p").insert("", `INSERT INTO thing (part) VALUES ($1)`, "p")
}

// SQLite is spared numbers that say nothing.
func TestUnnumbered(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]string{
		`SELECT 1`: `SELECT 1`,
		`SELECT x FROM y WHERE a = $1 AND b IN ($2, $3)`: `SELECT x FROM y WHERE a = ? AND b IN (?, ?)`,
		`UPDATE x SET a = $2 WHERE b = $1`:               `UPDATE x SET a = $2 WHERE b = $1`,
		`UPDATE x SET a = $1 WHERE a < $1`:               `UPDATE x SET a = $1 WHERE a < $1`,
	} {
		if got := unnumbered(query); got != want {
			t.Errorf("%s became %s", query, got)
		}
	}
}
