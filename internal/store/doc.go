// Package store keeps what Covernote promises on disk: SQL written once for
// SQLite and PostgreSQL, one file per noun over one small engine.
//
//	Commit ──▶ writer ──▶ one durable transaction ──▶ every caller answered
//	           gathers      lost guards are replayed
//	           up to 256    under savepoints
//
//	View   ──▶ one consistent snapshot, beside the writer
//
// A change list (Changes) is a list of statements and of the guards they
// depend on. It decides nothing: it is stored whole, or not at all. Commit
// answers nil only when the list is durable.
//
// The two engines differ in the seam (engine, session) and in a small struct
// of words (flavour), and nowhere else. The SQL keeps to what both understand:
// $1 placeholders, TEXT, BIGINT and BYTEA, instants as microseconds UTC,
// ON CONFLICT; no now(), no sequences, no RETURNING, no JSON operators. A list is one
// argument, as in id = ANY ($1), which SQLite is given in its own words.
package store
