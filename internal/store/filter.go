package store

import "fmt"

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

// in narrows the condition to some values of a column; none are all. They are one
// argument, however many there are, so that the engines meet one text.
func (f *filter) in(column string, values []string) {
	if len(values) > 0 {
		f.and(column+` = ANY ($%d)`, values)
	}
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
