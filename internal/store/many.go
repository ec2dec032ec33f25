package store

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

// Statements about many rows are cut into pieces of few sizes: an engine keeps
// the plan of every text it has met, and a text for each number of rows would
// push the others out.

// pieces are the sizes, greatest first. Greater ones gain nothing: by then the rows
// cost more than to take up their statement.
var pieces = []int{32, 8, 1}

// inPieces calls f with all rows, piece by piece, in order.
func inPieces[T any](rows []T, f func(piece []T)) {
	for _, size := range pieces {
		for len(rows) >= size {
			f(rows[:size])
			rows = rows[size:]
		}
	}
}

// flat are the arguments of rows, one row after the other.
func flat(rows [][]any) (args []any) {
	for _, row := range rows {
		args = append(args, row...)
	}
	return args
}

// tuples is ($1, $2), ($3, $4) and so on, after so many other arguments. A column
// is cast to its type where it has one: PostgreSQL wants to be told where no table
// says it.
func tuples(rows, after int, types ...string) string {
	key := fmt.Sprint(rows, after, types)
	if text, known := tupleTexts.Load(key); known {
		return text.(string)
	}
	texts := make([]string, rows)
	for i := range texts {
		texts[i] = tuple(after+i*len(types), types)
	}
	text := strings.Join(texts, ", ")
	tupleTexts.Store(key, text)
	return text
}

// tupleTexts keeps what tuples made: there are few, and they are long.
var tupleTexts sync.Map

func tuple(after int, types []string) string {
	columns := make([]string, len(types))
	for i, t := range types {
		columns[i] = fmt.Sprintf("$%d", after+i+1)
		if t != "" {
			columns[i] = fmt.Sprintf("CAST(%s AS %s)", columns[i], t)
		}
	}
	return "(" + strings.Join(columns, ", ") + ")"
}

// numbersOf reads a number of each of many names in a part. In the query, @ stands
// for the names, and $1 is the part.
func numbersOf(v *View, query, part string, names []string) (map[string]int64, error) {
	numbers := make(map[string]int64, len(names))
	var err error
	inPieces(names, func(piece []string) {
		args := []any{part}
		for _, name := range piece {
			args = append(args, name)
		}
		err = errors.Join(err, v.each(func(scan func(...any) error) error {
			var name string
			var number int64
			err := scan(&name, &number)
			numbers[name] = number
			return err
		}, strings.Replace(query, "@", tuples(len(piece), 1, "TEXT"), 1), args...))
	})
	return numbers, err
}

// insertOf is an INSERT of so many rows, given that of one, which has so many
// arguments.
func insertOf(one string, rows, args int) string {
	key := fmt.Sprint(rows, one)
	if text, known := insertTexts.Load(key); known {
		return text.(string)
	}
	parts := partsOf(one)
	texts := make([]string, rows)
	for i := range texts {
		texts[i] = argument.ReplaceAllStringFunc(parts.row, func(number string) string {
			n, _ := strconv.Atoi(number[1:]) // digits, as argument says
			return "$" + strconv.Itoa(n+i*args)
		})
	}
	text := parts.before + strings.Join(texts, ", ") + parts.after
	insertTexts.Store(key, text)
	return text
}

// insertTexts keeps what insertOf made, insertParts what partsOf did.
var insertTexts, insertParts sync.Map

// parted is an INSERT with its row by itself.
type parted struct{ before, row, after string }

// partsOf takes an INSERT of one row apart. One that cannot be is a mistake of
// this package's.
func partsOf(insert string) parted {
	if known, ok := insertParts.Load(insert); ok {
		return known.(parted)
	}
	parts := insertText.FindStringSubmatch(insert)
	if parts == nil {
		panic("store: rows that must be new are not added so: " + insert)
	}
	p := parted{before: parts[1], row: parts[2], after: parts[3]}
	insertParts.Store(insert, p)
	return p
}

// unlessThere ends an INSERT of rows that must be new.
const unlessThere = "ON CONFLICT DO NOTHING"

var (
	insertText = regexp.MustCompile(`(?s)^(INSERT INTO .*VALUES\s*)(\(.*\))(\s*` + unlessThere + `)$`)
	argument   = regexp.MustCompile(`\$\d+`)
)

// insertMany adds rows that must be new. sql ends before their tuples.
func (c *Changes) insertMany(guard, sql string, rows [][]any) {
	inPieces(rows, func(piece [][]any) {
		c.exactly(len(piece), guard, sql+` VALUES `+tuples(len(piece), 0, make([]string, len(piece[0]))...)+
			` ON CONFLICT DO NOTHING`, flat(piece)...)
	})
}

// updateMany changes rows of the part, each of which must be there. In what is set and in
// the condition, new.column1 and so on are its values, of these types. The part comes last
// among the arguments: SQLite wants them in order.
func (c *Changes) updateMany(guard, set, condition string, rows [][]any, types ...string) {
	inPieces(rows, func(piece [][]any) {
		args := append(flat(piece), c.part)
		c.exactly(len(piece), guard, fmt.Sprintf(`%s FROM (VALUES %s) AS new WHERE part = $%d AND %s`,
			set, tuples(len(piece), 0, types...), len(args), condition), args...)
	})
}
