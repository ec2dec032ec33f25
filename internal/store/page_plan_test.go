package store_test

import (
	"strings"
	"testing"

	"github.com/covernote/covernote/internal/store"
	"github.com/covernote/covernote/internal/store/storetest"
)

// Six thousand policies and booked packages of three parts, an hour apart, of which
// the last are not tallied.
const (
	manyPolicies = `WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 5999)
		INSERT INTO policy (part, id, version, certificate_number, order_id, owner, claim, state, live, inception_on, last_day_on,
			created_at, sequence, tallied_live, tallied_inception_on, tallied_last_day_on)
		SELECT 'p' || (i % 3), 'i' || i, 1, 'c' || i, 'o', 'o', '', 'bound', i % 2, day, '9999-12-31', at, 1,
			CASE WHEN i < 5910 THEN i % 2 ELSE -1 END, day, '9999-12-31'
		FROM (SELECT i, '2026-01-' || (10 + i / 300) AS day, 1768471200000000 + i * 3600000000 AS at FROM n) made`
	theirBookings = `INSERT INTO order_version (part, order_id, version, at, body, tallied)
		SELECT part, id, 1, created_at, '{}', CASE WHEN tallied_live < 0 THEN 0 ELSE 1 END FROM policy`
	theirTallies = `INSERT INTO tally SELECT part, 'policy.created', 26, created_at >> 26, SUM(live), SUM(1 - live)
		FROM policy WHERE tallied_live >= 0 GROUP BY 1, 2, 3, 4`
)

// However long a list is, all that is read of it comes from an index, in order;
// SQLite is never told how long it is.
func TestPagesComeFromIndexes(t *testing.T) {
	onBothEngines(t, func(t *testing.T, s *store.Store) {
		if err := s.Run(t.Context(), manyPolicies, theirBookings, theirTallies); err != nil {
			t.Fatal(err)
		}
		for _, told := range []bool{false, true} {
			if told {
				if err := s.Run(t.Context(), "ANALYZE policy", "ANALYZE order_version", "ANALYZE tally"); err != nil {
					t.Fatal(err)
				}
			}
			if told || s.Engine() == storetest.SQLite {
				for name, q := range store.ListQueries("p1") {
					if !q.Sorted {
						readBy(t, s, name, q.Indexes, q.SQL, q.Args...)
					} else if how := plan(t, s, q.SQL, q.Args); strings.Count(how, q.Indexes[0]+" ") != len(q.Indexes) || strings.Contains(how, "Seq Scan") {
						t.Errorf("%s: it is read by\n%s", name, how)
					}
				}
			}
		}
	})
}
