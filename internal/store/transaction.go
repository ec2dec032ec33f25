package store

import (
	"context"
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
	verdicts []error
	// committing: COMMIT was sent, and no answer to it has been seen.
	committing bool
}

func newTransaction(f *flavour, lists []*Changes, last bool) *transaction {
	id := uuid.Must(uuid.NewV7())
	return &transaction{
		flavour: f, lists: lists, last: last,
		part: lists[0].part, id: id[:], verdicts: make([]error, len(lists)),
	}
}

// run stores what can be stored. Without an error, verdicts hold the truth.
func (t *transaction) run(ctx context.Context, s session) error {
	if t.flavour.optimistic || len(t.lists) == 1 {
		settled, err := t.together(ctx, s)
		if settled || err != nil {
			return err
		}
	}
	return t.separately(ctx, s)
}

// together runs every list as if all will succeed. It is not settled if one of
// several did not: everything is rolled back then, because those that followed
// may have been misled.
func (t *transaction) together(ctx context.Context, s session) (settled bool, err error) {
	statements, preamble := t.statements()
	affected, err := s.run(ctx, statements)
	if err != nil {
		if t.flavour.classify(err) != mistake {
			return false, err
		}
		t.verdicts[0] = err
		return len(t.lists) == 1, t.abandon(ctx, s)
	}
	if t.judge(affected[preamble:]) {
		return true, t.commit(ctx, s)
	}
	return len(t.lists) == 1, t.abandon(ctx, s)
}

// judge fills in the verdicts and says whether all of them are good.
func (t *transaction) judge(affected []int64) bool {
	good := true
	for i, c := range t.lists {
		n := len(c.statements)
		t.verdicts[i] = c.verdict(affected[:n])
		affected = affected[n:]
		good = good && t.verdicts[i] == nil
	}
	return good
}

// separately runs the lists one by one, each under a savepoint, so that none
// harms another.
func (t *transaction) separately(ctx context.Context, s session) error {
	if _, err := s.run(ctx, append(t.opening(), savepoint)); err != nil {
		return err
	}
	stored := 0
	for i, c := range t.lists {
		verdict, err := t.alone(ctx, s, c)
		if err != nil {
			return err
		}
		if t.verdicts[i] = verdict; verdict == nil {
			stored++
		}
	}
	if stored == 0 {
		return t.abandon(ctx, s)
	}
	return t.commit(ctx, s)
}

// alone runs one list after a savepoint, and leaves one for the next.
func (t *transaction) alone(ctx context.Context, s session, c *Changes) (verdict, err error) {
	affected, err := s.run(ctx, c.statements)
	switch {
	case err == nil:
		verdict = c.verdict(affected)
	case t.isolates(err):
		verdict = err
	default:
		return nil, err
	}
	ending := []statement{release, savepoint}
	if verdict != nil {
		ending = []statement{rollbackTo}
	}
	_, err = s.run(ctx, ending)
	return verdict, err
}

// isolates says whether err is the business of one list only.
func (t *transaction) isolates(err error) bool {
	ail := t.flavour.classify(err)
	return ail == mistake || ail == clash && t.last
}

func (t *transaction) commit(ctx context.Context, s session) error {
	t.committing = true
	return s.commit(ctx)
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

// statements is everything before COMMIT, in order; the first preamble of them
// belong to no list.
func (t *transaction) statements() (all []statement, preamble int) {
	all = t.opening()
	preamble = len(all)
	for _, c := range t.lists {
		all = append(all, c.statements...)
	}
	return all, preamble
}
