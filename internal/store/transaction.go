package store

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"
)

// transaction is one attempt at making lists durable together.
type transaction struct {
	flavour *flavour
	lists   []*Changes
	last    bool // no further attempt: a clash is then the business of its list

	part string // with id: the row of command that proves the commit
	id   []byte
	// verdicts are what became of each list, once run or committing.
	verdicts map[*Changes]error
	// committing: COMMIT was sent, and no answer to it has been seen.
	committing bool
}

func newTransaction(f *flavour, lists []*Changes, last bool) *transaction {
	id := uuid.Must(uuid.NewV7())
	return &transaction{
		flavour: f, lists: lists, last: last,
		part: lists[0].part, id: id[:], verdicts: make(map[*Changes]error, len(lists)),
	}
}

// run stores what can be stored. Without an error, verdicts hold the truth.
//
// The lists are first run together, as if all will succeed, which is what nearly
// always happens. If not, it is begun anew: see again.
func (t *transaction) run(ctx context.Context, s session) error {
	suspects, err := t.together(ctx, s, t.lists)
	if err != nil {
		return err
	}
	if len(suspects) > 0 && len(t.lists) > 1 {
		if err := t.again(ctx, s, suspects); err != nil {
			return err
		}
	}
	if t.nothingStored() {
		return t.abandon(ctx, s)
	}
	t.committing = true
	return s.commit(ctx)
}

// together runs lists in one go and answers those that did not succeed, or may be why
// a statement raised.
func (t *transaction) together(ctx context.Context, s session, lists []*Changes) (suspects []*Changes, err error) {
	errands := errandsOf(lists)
	opening := t.opening()
	statements := slices.Concat(opening, statementsOf(errands))
	affected, err := s.run(ctx, statements)
	if err != nil {
		if len(lists) == 0 || !t.flavour.classify(err).ofOneList() {
			return nil, err
		}
		return t.suspected(err, lists, errands, affected[min(len(opening), len(affected)):]), nil
	}
	t.judge(lists, errands, affected[len(opening):])
	return t.losers(lists), nil
}

// suspected are the lists that an error may come from: those that had lost a guard
// before it, whose further rows need not be new, or else those for which the statement
// was run that raised it.
func (t *transaction) suspected(err error, lists []*Changes, errands []errand, affected []int64) []*Changes {
	t.judge(lists, errands, affected)
	suspects := t.losers(lists)
	undone := errands[len(affected):]
	switch {
	case len(suspects) > 0:
	case len(undone) > 0:
		suspects = undone[0].lists
	default:
		suspects = lists
	}
	for _, c := range lists {
		if t.verdicts[c] == nil {
			t.verdicts[c] = t.raised(err, statementsOf(undone))
		}
	}
	return suspects
}

// losers are the lists that have lost a guard.
func (t *transaction) losers(lists []*Changes) []*Changes {
	return slices.DeleteFunc(slices.Clone(lists), func(c *Changes) bool { return t.verdicts[c] == nil })
}

// judge gives each list its verdict, as far as its statements were run. Where one of
// several lists lost the guard of an errand, nobody knows which: it is lost to all of
// them, until they are run again.
func (t *transaction) judge(lists []*Changes, errands []errand, affected []int64) {
	for _, c := range lists {
		t.verdicts[c] = nil
	}
	for i, n := range affected {
		e := errands[i]
		if !e.disappointed(n) {
			continue
		}
		for _, c := range e.lists {
			if t.verdicts[c] == nil {
				t.verdicts[c] = &GuardLost{guard: e.guard}
			}
		}
	}
}

// again begins anew: the others together, without the suspects, whose changes
// may have misled them; then each suspect under a savepoint, because it may
// only have lost to another suspect. So one duplicate costs little, and one
// mistake harms nobody else.
func (t *transaction) again(ctx context.Context, s session, suspects []*Changes) error {
	misled, err := t.restart(ctx, s, except(t.lists, suspects))
	if err == nil && len(misled) > 0 {
		suspects = t.lists
		_, err = t.restart(ctx, s, nil)
	}
	if err != nil {
		return err
	}
	if _, err := s.run(ctx, []statement{savepoint}); err != nil {
		return err
	}
	for _, c := range suspects {
		if t.verdicts[c], err = t.alone(ctx, s, c); err != nil {
			return err
		}
	}
	return nil
}

func (t *transaction) restart(ctx context.Context, s session, lists []*Changes) (suspects []*Changes, err error) {
	if err := t.abandon(ctx, s); err != nil {
		return nil, err
	}
	return t.together(ctx, s, lists)
}

func except(lists, unwanted []*Changes) []*Changes {
	return slices.DeleteFunc(slices.Clone(lists), func(c *Changes) bool {
		return slices.Contains(unwanted, c)
	})
}

func (t *transaction) nothingStored() bool {
	for _, verdict := range t.verdicts {
		if verdict == nil {
			return false
		}
	}
	return true
}

// alone runs one list after a savepoint, and leaves one for the next.
func (t *transaction) alone(ctx context.Context, s session, c *Changes) (verdict, err error) {
	lists := []*Changes{c}
	errands := errandsOf(lists)
	affected, err := s.run(ctx, statementsOf(errands))
	if err != nil && !t.isolates(err) {
		return nil, err
	}
	t.judge(lists, errands, affected)
	if verdict = t.verdicts[c]; verdict == nil && err != nil {
		verdict = t.raised(err, statementsOf(errands[len(affected):]))
	}
	ending := []statement{release, savepoint}
	if verdict != nil {
		ending = []statement{rollbackTo}
	}
	_, err = s.run(ctx, ending)
	return verdict, err
}

// raised is the verdict on a list, given the error of the first of its statements that
// are not done. A row that is there although it must be new is a lost guard, whether it
// was not looked for or came to be there after somebody had looked.
func (t *transaction) raised(err error, undone []statement) error {
	if t.flavour.classify(err) == duplicate && len(undone) > 0 && undone[0].kind.counts() {
		return &GuardLost{guard: undone[0].guard}
	}
	return err
}

// isolates says whether err is the business of one list only.
func (t *transaction) isolates(err error) bool {
	ail := t.flavour.classify(err)
	return ail.ofOneList() || ail == clash && t.last
}

func (t *transaction) abandon(ctx context.Context, s session) error {
	_, err := s.run(ctx, []statement{rollback})
	return err
}

var (
	savepoint  = statement{sql: "SAVEPOINT list"}
	rollbackTo = statement{sql: "ROLLBACK TO list"}
	release    = statement{sql: "RELEASE list"}
	rollback   = statement{sql: "ROLLBACK"}
)

// opening begins the transaction and writes the row that will prove that it
// was committed.
func (t *transaction) opening() []statement {
	return []statement{
		{sql: t.flavour.begin},
		{
			sql:  `INSERT INTO command (part, id, at, dead) VALUES ($1, $2, $3, 0)`,
			args: []any{t.part, t.id, time.Now().UnixMicro()},
		},
	}
}
