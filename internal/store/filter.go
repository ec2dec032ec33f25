package store

import (
	"fmt"
	"math/bits"
	"strings"
)

// filter is a condition in the making, with its arguments.
type filter struct {
	sql  string
	args []any
}

// newFilter begins a condition; %d stands for the number of each argument.
func newFilter(condition string, args ...any) *filter {
	f := &filter{}
	f.sql = ` WHERE ` + f.numbered(condition, args)
	return f
}

// and narrows the condition.
func (f *filter) and(condition string, args ...any) { f.sql += ` AND ` + f.numbered(condition, args) }

// in narrows the condition to some values of a column; none are all. The last
// value is repeated up to a power of two, so that the engines meet few texts.
func (f *filter) in(column string, values []string) {
	if len(values) == 0 {
		return
	}
	args := make([]any, 1<<bits.Len(uint(len(values)-1)))
	for i := range args {
		args[i] = values[min(i, len(values)-1)]
	}
	f.and(column+` IN ($%d`+strings.Repeat(`, $%d`, len(args)-1)+`)`, args...)
}

// limit ends a query after n rows; 0 is all.
func (f *filter) limit(n int) string {
	if n == 0 {
		return ""
	}
	return f.numbered(` LIMIT $%d`, []any{n})
}

func (f *filter) numbered(condition string, args []any) string {
	numbers := make([]any, len(args))
	for i, arg := range args {
		f.args = append(f.args, arg)
		numbers[i] = len(f.args)
	}
	return fmt.Sprintf(condition, numbers...)
}
