package store

// Changes is a change list: everything that one command makes true, stored
// whole or not at all. It is built by one goroutine and committed once.
type Changes struct {
	part       string
	statements []statement
	guards     []string
	// events are what happened, see logged.
	events []Event
}

// statement is one line of SQL and what is expected of it.
type statement struct {
	kind  kind
	sql   string
	args  []any
	guard string
	// rows is how many an exactly or anew affects.
	rows int64
	// own marks an INSERT of a row that nobody else adds while the guards of its list
	// hold. PostgreSQL raises if the row is there nevertheless: to be prepared for it
	// would cost a third as much again.
	own bool
}

type kind uint8

const (
	control       kind = iota // BEGIN, SAVEPOINT and the like
	anew                      // an INSERT of one row that must be new, or its guard is lost
	exactly                   // must affect so many rows, or its guard is lost
	atLeastOne                // a SELECT that must find a row and holds it
	atLeastOneKey             // the same, but it holds only the row's keys
	anyNumber                 // no expectation
	look                      // a SELECT that only looks
)

// NewChanges begins a change list for one part (a partner account). The part
// decides which writer takes it; lists of one part are stored in the order in
// which they were handed to Commit.
func NewChanges(part string) *Changes { return &Changes{part: part} }

// insert adds a row that must be new. The SQL is INSERT INTO … VALUES (…) ON
// CONFLICT DO NOTHING, so that rows of several lists can be added by one statement;
// if it affects no row, the guard is lost and with it the whole list. guard
// names the row ("claim/…"), so that two lists for it never share a flush.
func (c *Changes) insert(guard, sql string, args ...any) {
	_ = partsOf(sql)
	c.guarded(anew, guard, sql, args)
}

// insertOwn is insert for a row that is new if the other guards of the list hold: its
// key was made for it, or goes on from what they guard.
func (c *Changes) insertOwn(guard, sql string, args ...any) {
	c.insert(guard, sql, args...)
	c.statements[len(c.statements)-1].own = true
}

// update changes a row that must still be as it was read (… AND version = $n).
// If it does not affect exactly one row, the guard is lost.
func (c *Changes) update(guard, sql string, args ...any) { c.guarded(exactly, guard, sql, args) }

func (c *Changes) guarded(k kind, guard, sql string, args []any) {
	c.guards = append(c.guards, guard)
	c.statements = append(c.statements, statement{kind: k, sql: sql, args: args, guard: guard, rows: 1})
}

// exactly adds a statement that must affect so many rows. What is lost if it
// does not is called guard; guards that keep lists out of one flush are the
// caller's business.
func (c *Changes) exactly(rows int, guard, sql string, args ...any) {
	c.statements = append(c.statements, statement{kind: exactly, sql: sql, args: args, guard: guard, rows: int64(rows)})
}

// assert says what must still be true although the list does not change it: a
// SELECT of plain rows that must find at least one, and that nobody changes
// before the list is durable.
func (c *Changes) assert(sql string, args ...any) {
	c.statements = append(c.statements, statement{kind: atLeastOne, sql: sql, args: args, guard: "assertion"})
}

// assertKey is assert for columns that are a key. What is no part of it may be
// changed meanwhile.
func (c *Changes) assertKey(sql string, args ...any) {
	c.statements = append(c.statements, statement{kind: atLeastOneKey, sql: sql, args: args, guard: "assertion"})
}

// exec adds a statement that may affect any number of rows.
func (c *Changes) exec(sql string, args ...any) {
	c.statements = append(c.statements, statement{kind: anyNumber, sql: sql, args: args})
}

func (c *Changes) isEmpty() bool { return len(c.statements) == 0 && len(c.events) == 0 }

func (s statement) disappointed(affected int64) bool {
	switch {
	case s.kind.counts():
		return affected != s.rows
	case s.kind.asserts():
		return affected == 0
	}
	return false
}

// counts: so many rows are expected as it says. asserts: at least one is.
func (k kind) counts() bool  { return k == anew || k == exactly }
func (k kind) asserts() bool { return k == atLeastOne || k == atLeastOneKey }
