package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Clone says which policy is copied and how often. Copies are there to measure
// with, and to try what many policies do: nobody ever ordered them.
//
// A copy is called as the policy is, but for the last CloneTail characters of its
// names, which are its number.
type Clone struct {
	// Policy is the only one of its order, and has been read.
	Policy Policy
	// The numbers begin with First.
	First, Count int64
	// Each is how many copies are made in one commit; a thousand if it is 0.
	Each int64
	// Lane is where the timers of a policy of that id belong; 0 to 99.
	Lane func(policyID string) int64
	// Crowd copies only what lists and sweeps pass by, on creation days that go
	// back from the policy's own. Check finds such policies wanting.
	Crowd bool
}

// CloneTail is how long the number of a copy is.
const CloneTail = 12

const (
	// cloneSize is how many copies are made in one commit by themselves.
	cloneSize = 1000
	// crowdDays is over how many creation days a crowd is spread.
	crowdDays = 1000
)

// copied is how the rows of one table are copied. Columns that are not named are
// taken over as they are.
type copied struct {
	table string
	// of is the column that says whose rows they are: the policy's, or its order's.
	of      string
	ofOrder bool
	// named are the columns in which names stand, alone or within a text; own those
	// with a name of the row's own.
	named, own []string
	// others are columns with an expression of their own.
	others map[string]string
	crowd  bool
}

// copiedTables is everything that a policy consists of, but the bytes of its
// documents and what was told of it.
var copiedTables = []copied{
	{table: "party", of: "id", named: []string{"id"}, crowd: true},
	{
		table: "policy", of: "id", named: []string{"id", "certificate_number", "order_id", "claim", "owner"}, crowd: true,
		others: map[string]string{
			"created_at":   "t.created_at - (i - :origin) * :days / :count * 86400000000", // as createdAt
			"tallied_live": "t.live", "tallied_inception_on": "t.inception_on", "tallied_last_day_on": "t.last_day_on",
		},
	},
	{table: "policy_version", of: "policy_id", named: []string{"policy_id", "body", "holder"}, crowd: true},
	{
		table: "timer", of: "owner", named: []string{"id", "owner", "subject"}, crowd: true,
		others: map[string]string{"lane": "CAST(substr(CAST(:lanes AS TEXT), CAST(2 * (i - CAST(:first AS BIGINT)) + 1 AS INTEGER), 2) AS BIGINT)"},
	},
	{table: "orders", of: "id", ofOrder: true, named: []string{"id"}},
	{table: "order_item", of: "order_id", ofOrder: true, named: []string{"order_id", "policy_id", "claim"}},
	{table: "claim", of: "policy_id", named: []string{"key", "order_id", "policy_id"}},
	{table: "price_working", of: "policy_id", named: []string{"policy_id"}},
	{table: "ledger", of: "policy_id", named: []string{"policy_id"}},
	{table: "document", of: "subject", named: []string{"subject"}},
	{table: "audit", of: "subject", named: []string{"subject", "reason", "after"}, own: []string{"id"}},
	{
		table: "event", of: "subject", named: []string{"subject", "data"}, own: []string{"id"},
		others: map[string]string{"position": copiedPlace},
	},
	{
		table: "event", of: "subject", ofOrder: true, named: []string{"subject", "data"}, own: []string{"id"},
		others: map[string]string{"position": copiedPlace},
	},
}

// copiedPlace is where an event of a copy is in the log, of which the end was moved
// already: behind all events of the copies before, and in the order of the originals.
const copiedPlace = ":end - (:last - i) * :events - CASE t.id :behind END"

// Clone makes copies, and tallies them. After an error some of them are there.
func (s *Store) Clone(ctx context.Context, k Clone) error {
	columns, err := s.columnsOf(ctx, copiedTables)
	if err != nil {
		return fmt.Errorf("read the columns of what is copied: %w", err)
	}
	each := k.Each
	if each < 1 {
		each = cloneSize
	}
	happened, err := s.happened(ctx, k)
	if err != nil {
		return fmt.Errorf("read the events that are copied: %w", err)
	}
	for first := k.First; first < k.First+k.Count; first += each {
		last := min(first+each, k.First+k.Count) - 1
		changes := NewChanges(k.Policy.Part)
		if !k.Crowd {
			changes.exec(moveLogEnd, k.Policy.Part, (last-first+1)*int64(len(happened)))
		}
		for _, t := range copiedTables {
			if t.crowd || !k.Crowd {
				w := &copyWriter{clone: k, first: first, last: last, happened: happened}
				changes.exec(w.copying(t, columns[t.table]), w.args...)
			}
		}
		changes.add(k.marks(first, last))
		if err := s.Commit(ctx, changes); err != nil {
			return fmt.Errorf("copy policies %d to %d: %w", first, last, err)
		}
	}
	return nil
}

func (k Clone) marks(first, last int64) (marks []mark) {
	listed := k.Policy.whereListed()
	for i := first; i <= last; i++ {
		marks = append(marks, listed.marks(k.createdAt(i), 1)...)
	}
	return marks
}

// createdAt is when a copy says that it was made, as copiedTables have it in SQL: what is
// tallied and what is there would differ if these did.
func (k Clone) createdAt(number int64) int64 {
	return k.Policy.CreatedAt - (number-k.First)*k.days()/k.Count*(24*time.Hour).Microseconds()
}

// days is over how many creation days copies are spread.
func (k Clone) days() int64 {
	if k.Crowd {
		return crowdDays
	}
	return 1
}

// happened are the events of a policy and its order, as in the log.
func (s *Store) happened(ctx context.Context, k Clone) (events []Event, err error) {
	err = s.View(ctx, func(v *View) error {
		for _, subject := range []string{k.Policy.ID, k.Policy.OrderID} {
			of, err := v.EventsOf(k.Policy.Part, subject)
			if err != nil {
				return err
			}
			events = append(events, of...)
		}
		return nil
	})
	slices.SortFunc(events, func(a, b Event) int { return cmp.Compare(a.Position, b.Position) })
	return events, err
}

func (s *Store) columnsOf(ctx context.Context, tables []copied) (map[string][]string, error) {
	columns := make(map[string][]string)
	err := s.View(ctx, func(v *View) (err error) {
		for _, t := range tables {
			columns[t.table], err = list(v, func(scan func(...any) error) (name string, err error) {
				err = scan(&name)
				return name, err
			}, s.engine.flavour().columns, t.table)
			if err != nil {
				return err
			}
		}
		return nil
	})
	return columns, err
}

// copyWriter writes the values of a copy and gathers their arguments.
type copyWriter struct {
	clone       Clone
	first, last int64
	// happened are the events of the policy and its order, as in the log.
	happened []Event
	args     []any
}

// copying is the statement that copies the rows of a table once for each number
// from first to last.
func (w *copyWriter) copying(t copied, columns []string) string {
	values := make([]string, len(columns))
	for i, column := range columns {
		values[i] = w.value(t, column)
	}
	of := w.clone.Policy.ID
	if t.ofOrder {
		of = w.clone.Policy.OrderID
	}
	return fmt.Sprintf(`INSERT INTO %s (%s)
		WITH RECURSIVE number(i) AS (SELECT CAST(%s AS BIGINT) UNION ALL SELECT i + 1 FROM number WHERE i < %s),
		copy(i, tail) AS (SELECT i, substr(CAST(1000000000000 + i AS TEXT), 2) FROM number)
		SELECT %s FROM copy, %s t WHERE t.part = %s AND t.%s = %s`,
		t.table, strings.Join(columns, ", "), w.arg(w.first), w.arg(w.last),
		strings.Join(values, ", "), t.table, w.arg(w.clone.Policy.Part), t.of, w.arg(of))
}

func (w *copyWriter) arg(value any) string {
	w.args = append(w.args, value)
	return fmt.Sprintf("$%d", len(w.args))
}

// value is what a column of a copy holds.
func (w *copyWriter) value(t copied, column string) string {
	switch {
	case t.others[column] != "":
		return w.other(t.others[column])
	case slices.Contains(t.own, column):
		return fmt.Sprintf("substr(t.%[1]s, 1, length(t.%[1]s) - %[2]d) || tail", column, CloneTail)
	case slices.Contains(t.named, column):
		value := "t." + column
		p := w.clone.Policy
		for _, name := range []string{p.ID, p.OrderID, p.CertificateNumber, p.Claim} {
			if name != "" {
				value = fmt.Sprintf("replace(%s, %s, %s || tail)", value, w.arg(name), w.arg(name[:len(name)-CloneTail]))
			}
		}
		return value
	}
	return "t." + column
}

// other fills what stands for something into an expression. Numbers are written
// out, since an engine could not tell their type where nothing else says it.
func (w *copyWriter) other(expression string) string {
	expression = strings.NewReplacer(
		":origin", fmt.Sprint(w.clone.First), ":days", fmt.Sprint(w.clone.days()), ":count", fmt.Sprint(w.clone.Count),
	).Replace(expression)
	if strings.Contains(expression, ":lanes") {
		expression = strings.NewReplacer(":lanes", w.arg(w.lanes()), ":first", w.arg(w.first)).Replace(expression)
	}
	if strings.Contains(expression, ":end") {
		end := fmt.Sprintf("(SELECT position FROM log_end WHERE part = %s)", w.arg(w.clone.Policy.Part))
		expression = strings.NewReplacer(
			":end", end, ":last", fmt.Sprint(w.last), ":events", fmt.Sprint(len(w.happened)), ":behind", w.behind(),
		).Replace(expression)
	}
	return expression
}

// behind says of each event how many of its copy come after it.
func (w *copyWriter) behind() string {
	var text strings.Builder
	for i, e := range w.happened {
		fmt.Fprintf(&text, " WHEN %s THEN %d", w.arg(e.ID), len(w.happened)-1-i)
	}
	return text.String()
}

// lanes are those of all copies, two digits each: only the core knows how they are
// divided.
func (w *copyWriter) lanes() string {
	var text strings.Builder
	head := w.clone.Policy.ID[:len(w.clone.Policy.ID)-CloneTail]
	for i := w.first; i <= w.last; i++ {
		fmt.Fprintf(&text, "%02d", w.clone.Lane(fmt.Sprintf("%s%0*d", head, CloneTail, i)))
	}
	return text.String()
}
