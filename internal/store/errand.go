package store

import (
	"reflect"
	"slices"
)

// errand is a statement on its way to the engine, with the lists for which it is
// run. An engine spends more on taking a statement up than on one more row of it,
// so that lists which do the same, each to rows of its own, share what they can.
type errand struct {
	statement
	lists []*Changes
}

// errandsOf are the statements of lists, which are sorted by part. Lists that stand side
// by side and are alike go through their statements in step; all others one after the
// other. What must not be done in step has a guard in common, and so is in another flush.
// What happened is recorded last, see logged.
func errandsOf(lists []*Changes) (all []errand) {
	for _, alike := range runsOf(lists, areAlike) {
		for i := range alike[0].statements {
			all = append(all, inStep(alike, i)...)
		}
	}
	for _, ofPart := range runsOf(lists, areOfOnePart) {
		all = append(all, logged(ofPart)...)
	}
	return all
}

// runsOf divides lists wherever one differs from the first of its run.
func runsOf(lists []*Changes, same func(a, b *Changes) bool) (runs [][]*Changes) {
	for len(lists) > 0 {
		end := slices.IndexFunc(lists, func(c *Changes) bool { return !same(lists[0], c) })
		if end < 0 {
			end = len(lists)
		}
		runs, lists = append(runs, lists[:end]), lists[end:]
	}
	return runs
}

func areOfOnePart(a, b *Changes) bool { return a.part == b.part }

// areAlike: their statements differ in nothing but arguments.
func areAlike(a, b *Changes) bool {
	return slices.EqualFunc(a.statements, b.statements, statement.isLike)
}

func (s statement) isLike(other statement) bool { return s.kind == other.kind && s.sql == other.sql }

// inStep are the errands of the statement i of lists that are alike: rows that must
// be new are added many at a time, and what several assert is looked at once.
func inStep(lists []*Changes, i int) (errands []errand) {
	switch kind := lists[0].statements[i].kind; kind {
	case anew:
		inPieces(lists, func(piece []*Changes) { errands = append(errands, addedTogether(piece, i)) })
	default:
		for _, c := range lists {
			s := c.statements[i]
			last := len(errands) - 1
			if kind.asserts() && last >= 0 && reflect.DeepEqual(errands[last].args, s.args) {
				errands[last].lists = append(errands[last].lists, c)
				continue
			}
			errands = append(errands, errand{s, []*Changes{c}})
		}
	}
	return errands
}

// addedTogether adds the rows of several lists by one statement.
func addedTogether(lists []*Changes, i int) errand {
	e := errand{lists[0].statements[i], lists}
	if len(lists) == 1 {
		return e
	}
	perRow := len(e.args)
	e.sql, e.rows = insertOf(e.sql, len(lists), perRow), int64(len(lists))
	e.args = make([]any, 0, len(lists)*perRow)
	for _, c := range lists {
		e.args = append(e.args, c.statements[i].args...)
	}
	return e
}

// statementsOf are the statements of errands.
func statementsOf(errands []errand) []statement {
	all := make([]statement, len(errands))
	for i, e := range errands {
		all[i] = e.statement
	}
	return all
}
