package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrate brings the schema to the version that this program expects, one
// transaction per step. On PostgreSQL a lock keeps several nodes from doing it
// at once. Running it again does nothing. It refuses a schema that a newer program
// has migrated.
func (s *Store) Migrate(ctx context.Context) (err error) {
	if have, err := s.schemaVersion(ctx); err == nil && have == latestMigration() {
		return nil
	}
	steps, err := s.migrationSteps()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, steps.Close()) }()
	if _, err = steps.Up(ctx); err != nil {
		return fmt.Errorf("migrating the schema: %w", err)
	}
	have, err := s.schemaVersion(ctx)
	if err == nil && have > latestMigration() {
		err = otherSchema(have)
	}
	return err
}

// migrationSteps are the steps, on connections of their own that Close ends.
func (s *Store) migrationSteps() (*goose.Provider, error) {
	texts, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	db, locker, err := s.engine.database()
	if err != nil {
		return nil, err
	}
	options := []goose.ProviderOption{
		goose.WithDisableGlobalRegistry(true), goose.WithGoMigrations(s.goMigrations()...),
	}
	if locker != nil {
		options = append(options, goose.WithSessionLocker(locker))
	}
	steps, err := goose.NewProvider(s.engine.flavour().dialect, db, texts, options...)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return steps, nil
}

// postgresSteps are the steps that are no text, by number: only PostgreSQL needs them.
var postgresSteps = map[int64][]string{
	// Documents consist of compressed streams. To try to compress them again takes longer
	// than all else that is done to keep one, and wins nothing. Those that are kept already
	// stay as they are.
	11: {`ALTER TABLE document_bytes ALTER COLUMN bytes SET STORAGE EXTERNAL`},
	13: plansForTheLargestPartner(),
}

// plansForTheLargestPartner has PostgreSQL plan as if each partner owned all rows, once it
// counts them again: where it expects few rows of a partner, it reads all of them in order
// to find some by their keys. Of positions it is to remember nothing: where it
// counted while most events had none yet, it reads the log from its beginning in order to
// find those.
func plansForTheLargestPartner() []string {
	steps := []string{`ALTER TABLE event ALTER COLUMN position SET STATISTICS 0`}
	for _, table := range []string{
		"audit", "claim", "customer", "document", "event", "inquiry", "ledger", "notice", "order_version", "orders",
		"party", "policy", "policy_version", "renewal", "timer",
	} {
		steps = append(steps, `ALTER TABLE `+table+` ALTER COLUMN part SET (n_distinct = 1)`)
	}
	return steps
}

// goMigrations are those steps; on SQLite they do nothing.
func (s *Store) goMigrations() (all []*goose.Migration) {
	for number, texts := range postgresSteps {
		if s.engine.flavour().dialect != goose.DialectPostgres {
			texts = nil
		}
		all = append(all, goose.NewGoMigration(number, &goose.GoFunc{RunTx: func(ctx context.Context, tx *sql.Tx) error {
			for _, text := range texts {
				if _, err := tx.ExecContext(ctx, text); err != nil {
					return err
				}
			}
			return nil
		}}, nil))
	}
	return all
}

// schemaVersion is the newest migration that was applied; 0 for an empty
// database.
func (s *Store) schemaVersion(ctx context.Context) (version int64, err error) {
	err = s.View(ctx, func(v *View) error {
		return v.row(`SELECT COALESCE(MAX(version_id), 0) FROM goose_db_version`).Scan(&version)
	})
	if err != nil && !errors.Is(err, ErrUnavailable) {
		return 0, fmt.Errorf("%w: schema has no version: %w", ErrUnavailable, err)
	}
	return version, err
}

// latestMigration is the number of the newest step in the program.
var latestMigration = func() func() int64 {
	latest := slices.Max(slices.Collect(maps.Keys(postgresSteps)))
	names, _ := fs.Glob(migrations, "migrations/*.sql") // the pattern is well-formed
	for _, name := range names {
		number, _, _ := strings.Cut(strings.TrimPrefix(name, "migrations/"), "_")
		if n, err := strconv.ParseInt(number, 10, 64); err == nil {
			latest = max(latest, n)
		}
	}
	return func() int64 { return latest }
}()
