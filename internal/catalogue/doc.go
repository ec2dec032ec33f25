// Package catalogue reads what is sold from files: one YAML file per version
// of a product, in a folder per family of partners that it is offered to.
//
// A file goes through four hands, and each reports everything it finds with
// file, line and column before the next begins:
//
//	source ── parse ──▶ tree of nodes, every number as it was written
//	       ── shape ──▶ against schema/product.schema.json
//	       ── decode ─▶ insurance.Product
//	       ── sense ──▶ what a schema cannot say: tables that cover what is
//	                    offered, bands without gaps, taxes for every day
//
// Lines of business, in the folder lines, and the file of professions go the same
// way with schemas of their own.
//
// The files of a folder are then held against each other: a product code
// belongs to one family, a newer version takes over from an older one, a tariff
// code means one thing on any day, and a product of a line answers what is asked
// there of every profession.
//
// A file is complete in itself, so that one file and its SHA-256 say all about
// what was sold. How to write one is told in docs/catalogue.md.
package catalogue
