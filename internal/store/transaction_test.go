package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
)

// Lists that share a flush are judged as if they had come one after the other,
// and those that lost had never come.
func TestListsOfOneFlushDoNotMislead(t *testing.T) {
	t.Parallel()
	add := func(name string) *Changes {
		c := NewChanges("p")
		c.insert("", `INSERT INTO lease (name, holder, epoch, until_at) VALUES ($1, '', 1, 0) ON CONFLICT DO NOTHING`, name)
		return c
	}
	addAll := func(names ...string) (lists []*Changes) {
		for _, name := range names {
			lists = append(lists, add(name))
		}
		return lists
	}
	needing := func(c *Changes, name string) *Changes {
		c.assert(`SELECT 1 FROM lease WHERE name = $1`, name)
		return c
	}
	wrong := func(c *Changes) *Changes {
		c.exec(`UPDATE nothing SET x = 1`)
		return c
	}
	for name, c := range map[string]struct {
		lists []*Changes
		lost  []bool
	}{
		"nobody lost":                 {[]*Changes{add("a"), needing(add("b"), "a")}, []bool{false, false}},
		"only to a loser":             {[]*Changes{needing(add("a"), "none"), add("a")}, []bool{true, false}},
		"built on a loser":            {[]*Changes{needing(add("a"), "none"), needing(add("b"), "a"), add("c")}, []bool{true, true, false}},
		"built on one that was wrong": {[]*Changes{wrong(add("a")), needing(add("b"), "a"), add("c")}, []bool{true, true, false}},
		"wrong after a loser":         {[]*Changes{needing(add("a"), "none"), add("b"), wrong(add("c")), add("a")}, []bool{true, false, true, false}},
		"one of many that are alike":  {addAll("a", "b", "c", "d", "e", "f", "g", "h", "a"), []bool{false, false, false, false, false, false, false, false, true}},
		"one of a piece":              {addAll("a", "b", "c", "d", "e", "a", "g", "h"), []bool{false, false, false, false, false, true, false, false}},
		"all lost":                    {[]*Changes{needing(add("a"), "none"), needing(add("a"), "none")}, []bool{true, true}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := migrated(t)
			session, err := s.connect(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer session.discard()
			flush := newTransaction(&sqliteFlavour, c.lists, false)
			if err := flush.run(t.Context(), session); err != nil {
				t.Fatal(err)
			}
			for i, list := range c.lists {
				if got := flush.verdicts[list]; (got != nil) != c.lost[i] {
					t.Errorf("list %d: %v, want lost: %v", i, got, c.lost[i])
				}
			}
		})
	}
}

func migrated(t *testing.T) *Store {
	t.Helper()
	s, err := Open(t.Context(), Options{DSN: filepath.Join(t.TempDir(), "store.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

// Lists with the same guard never share a flush, and keep their order.
func TestSameGuardWaitsForTheNextFlush(t *testing.T) {
	t.Parallel()
	guarded := func(guards ...string) *request {
		return newRequest(&Changes{guards: guards})
	}
	w := &writer{queue: make(chan *request, 8)}
	first, both, other, second, gone := guarded("a"), guarded("a", "b"), guarded("c"), guarded("b"), guarded("d")
	for _, r := range []*request{first, both, other, second, gone} {
		w.queue <- r
	}
	if !gone.withdraw() {
		t.Fatal("a request that waits can be withdrawn")
	}
	close(w.queue)
	for i, want := range [][]*request{{first, other}, {both}, {second}, nil} {
		got := w.gather()
		if len(got) != len(want) {
			t.Fatalf("flush %d has %d lists, want %d", i, len(got), len(want))
		}
		for j := range want {
			if got[j] != want[j] {
				t.Errorf("flush %d: list %d is not the one that was next", i, j)
			}
		}
	}
}

func TestAilments(t *testing.T) {
	t.Parallel()
	state := func(code string) error { return fmt.Errorf("wrapped: %w", &pgconn.PgError{Code: code}) }
	for name, c := range map[string]struct {
		got, want ailment
	}{
		"sqlite: a value that cannot be bound": {classifySQLite(errors.New("converting argument $1")), mistake},
		"sqlite: the connection is gone":       {classifySQLite(driver.ErrBadConn), severed},
		"unique violation":                     {classifyPostgres(state("23505")), duplicate},
		"check constraint":                     {classifyPostgres(state("23514")), mistake},
		"syntax":                               {classifyPostgres(state("42601")), mistake},
		"deadlock":                             {classifyPostgres(state("40P01")), clash},
		"serialization":                        {classifyPostgres(state("40001")), clash},
		"lock time-out":                        {classifyPostgres(state("55P03")), clash},
		"administrator":                        {classifyPostgres(state("57P01")), severed},
		"starting up":                          {classifyPostgres(state("57P03")), severed},
		"disk full":                            {classifyPostgres(state("53100")), outage},
		"I/O error":                            {classifyPostgres(state("58030")), outage},
		"standby":                              {classifyPostgres(state("25006")), outage},
		"time-out of ours":                     {classifyPostgres(context.DeadlineExceeded), severed},
		"half an answer":                       {classifyPostgres(io.ErrUnexpectedEOF), severed},
	} {
		if c.got != c.want {
			t.Errorf("%s: ailment %d, want %d", name, c.got, c.want)
		}
	}
}
