package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

// Reset drops every table: the database is as if it had never been migrated.
// It is for sandboxes that begin anew; nothing asks again.
func (s *Store) Reset(ctx context.Context) (err error) {
	db, _, err := s.engine.database()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	names, err := tableNames(ctx, db, s.engine.flavour().tables)
	if err != nil {
		return fmt.Errorf("list tables: %w", err)
	}
	for _, name := range names {
		quoted := `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
		if _, err := db.ExecContext(ctx, "DROP TABLE "+quoted); err != nil {
			return fmt.Errorf("drop table %s: %w", name, err)
		}
	}
	return nil
}

func tableNames(ctx context.Context, db *sql.DB, query string) (names []string, err error) {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, rows.Err()
}
