package store

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

const (
	// growthLook is how often tables are looked at, if anything was written since.
	growthLook = time.Second / 4
	// growthCount bounds counting, and begins anew what hangs.
	growthCount = time.Minute
)

// growth has PostgreSQL count the rows of a table that has become four times as large
// since it last did, and does not wait for autovacuum, which comes once a minute. Whoever
// has planned statements for the smaller table then plans them anew, on every node. Once a
// table is large, autovacuum is always earlier.
type growth struct {
	pool *pgxpool.Pool
	// written is set whenever something is committed here.
	written atomic.Bool
	// counted are the pages that tables had when this node had them counted: the
	// database does not tell if this role must not.
	counted map[string]int64

	stop context.CancelFunc
	done chan struct{}
}

func watchGrowth(pool *pgxpool.Pool) *growth {
	ctx, stop := context.WithCancel(context.Background())
	g := &growth{pool: pool, counted: map[string]int64{}, stop: stop, done: make(chan struct{})}
	go g.watch(ctx)
	return g
}

func (g *growth) close() {
	g.stop()
	<-g.done
}

func (g *growth) watch(ctx context.Context) {
	defer close(g.done)
	every := time.NewTicker(growthLook)
	defer every.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-every.C:
		}
		if g.written.Swap(false) {
			g.look(ctx)
		}
	}
}

// selectGrown reads the tables that have grown, with their pages. One of fewer than 16 is
// read in no time, whatever the plan.
const selectGrown = `SELECT quote_ident(relname), pages FROM (
	SELECT relname, relpages, pg_relation_size(oid) / current_setting('block_size')::bigint AS pages
	FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r') t
	WHERE pages >= 4 * GREATEST(relpages, 4)`

// look counts what has grown. What goes wrong meanwhile is no worse than not to have
// looked: statements find their rows, and autovacuum comes.
func (g *growth) look(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, growthCount)
	defer cancel()
	if grown, err := g.grown(ctx); err == nil && len(grown) > 0 && g.count(ctx, slices.Collect(maps.Keys(grown))) == nil {
		maps.Copy(g.counted, grown)
	}
}

// grown are the pages of tables that have to be counted.
func (g *growth) grown(ctx context.Context) (map[string]int64, error) {
	rows, err := g.pool.Query(ctx, selectGrown)
	if err != nil {
		return nil, err
	}
	tables := make(map[string]int64)
	var table string
	var pages int64
	_, err = pgx.ForEachRow(rows, []any{&table, &pages}, func() error {
		if pages >= 4*g.counted[table] {
			tables[table] = pages
		}
		return nil
	})
	return tables, err
}

// count looks at some three hundred rows of each table, which say enough and take no time.
func (g *growth) count(ctx context.Context, tables []string) error {
	return pgx.BeginFunc(ctx, g.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `SET LOCAL default_statistics_target = 1`); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `ANALYZE (SKIP_LOCKED) `+strings.Join(tables, `, `))
		return err
	})
}
