package architecture

import (
	"path"
	"slices"
	"strings"
)

// rule is one thing that keeps the rooms of the house apart.
type rule struct {
	name string
	// reason is why anyone should care; it is printed with every breach.
	reason string
	// breaches gives one line for each place where a tree breaks the rule.
	breaches func(tree) []string
	// example is a file that breaks this rule and no other.
	example map[string]string
}

// deepest is how many imports may lie between a command and the last package
// it reaches inside the module.
const deepest = 6

func rules() []rule {
	return []rule{
		{
			name:   "insurance imports the standard library and decimals, nothing else",
			reason: "the rules of the trade must outlive every library, and be testable without any",
			breaches: imports(func(f file, imported string) bool {
				return f.in("internal/insurance") && !f.test && !standard(imported) && imported != "github.com/govalues/decimal"
			}),
			example: map[string]string{"internal/insurance/rate.go": `package insurance; import _ "github.com/google/uuid"`},
		},
		{
			name:   "insurance does no I/O and knows no wire format",
			reason: "a decision is a function from values to values; whoever reads or sends does it elsewhere",
			breaches: imports(func(f file, imported string) bool {
				return f.in("internal/insurance") && !f.test &&
					within(imported, "context", "database/sql", "encoding/json", "net/http", "os")
			}),
			example: map[string]string{"internal/insurance/rate.go": `package insurance; import _ "encoding/json"`},
		},
		{
			name:     "insurance never asks the time",
			reason:   "the moment is an argument, read once by the core: only so can a sandbox move the clock",
			breaches: clockReads,
			example:  map[string]string{"internal/insurance/term.go": `package insurance; import "time"; var now = time.Now()`},
		},
		{
			name:   "only core and app import store",
			reason: "what is written is decided in the core; a page or a dialect with rows in hand would decide on its own",
			breaches: imports(func(f file, imported string) bool {
				if f.test && imported == "internal/store/storetest" {
					return false // tests anywhere may run on the real engines
				}
				return within(imported, "internal/store") && !f.in("internal/core", "internal/app", "internal/store")
			}),
			example: map[string]string{"internal/console/page.go": `package console; import _ "github.com/covernote/covernote/internal/store"`},
		},
		{
			name:   "only store imports a database driver",
			reason: "one narrow seam differs between the engines; faults are injected there",
			breaches: imports(func(f file, imported string) bool {
				return !f.in("internal/store") && within(imported,
					"database/sql", "modernc.org/sqlite", "github.com/jackc/pgx", "github.com/pressly/goose")
			}),
			example: map[string]string{"internal/core/book.go": `package core; import _ "github.com/jackc/pgx/v5"`},
		},
		{
			name:   "a dialect imports dialect, core and insurance, and never another dialect",
			reason: "a quirk stays where it is said, and a dialect can be read and removed alone",
			breaches: imports(func(f file, imported string) bool {
				speaks := f.within("internal/dialect") || f.in("internal/native")
				return speaks && inModule(imported) && imported != f.room && !dialectMay(f, imported)
			}),
			example: map[string]string{"internal/dialect/acme/wire.go": `package acme; import _ "github.com/covernote/covernote/internal/dialect/hepster"`},
		},
		{
			name:   "document and catalogue import insurance only",
			reason: "what is printed and what is read from files are functions of the trade's words alone",
			breaches: imports(func(f file, imported string) bool {
				return f.in("internal/document", "internal/catalogue") && !f.test && inModule(imported) &&
					imported != "internal/insurance" && !within(imported, f.top())
			}),
			example: map[string]string{"internal/document/certificate.go": `package document; import _ "github.com/covernote/covernote/internal/core"`},
		},
		{
			name:   "bench imports nothing of the house but cluster, and only app imports bench",
			reason: "it measures what partners get, through the doors that they use; whoever knew the insides would measure those",
			breaches: imports(func(f file, imported string) bool {
				return f.in("internal/bench") && inModule(imported) && imported != "internal/cluster" ||
					within(imported, "internal/bench") && !f.in("internal/app", "internal/bench")
			}),
			example: map[string]string{"internal/bench/load.go": `package bench; import _ "github.com/covernote/covernote/internal/core"`},
		},
		{
			name:   "only the command imports app",
			reason: "app knows everything; whoever knew app would know everything too",
			breaches: imports(func(f file, imported string) bool {
				return within(imported, "internal/app") && !f.test && !f.in("cmd/covernote", "internal/app")
			}),
			example: map[string]string{"internal/console/page.go": `package console; import _ "github.com/covernote/covernote/internal/app"`},
		},
		{
			name:   "torture knows nothing of the inside, and the inside nothing of torture",
			reason: "what it shows, it shows as a client from outside: a shared mistake would hide itself",
			breaches: imports(func(f file, imported string) bool {
				outside := f.in("internal/torture", "cmd/torture")
				if outside {
					return inModule(imported) && !within(imported, "internal/torture", "internal/cluster")
				}
				return within(imported, "internal/torture")
			}),
			example: map[string]string{"internal/torture/load/order.go": `package load; import _ "github.com/covernote/covernote/internal/courier"`},
		},
		{
			name:   "nothing imports a command",
			reason: "a command is where reading begins, not a place to keep things",
			breaches: imports(func(_ file, imported string) bool {
				return within(imported, "cmd")
			}),
			example: map[string]string{"internal/app/run.go": `package app; import _ "github.com/covernote/covernote/cmd/covernote"`},
		},
		{
			name:     "imports are no deeper than 6",
			reason:   "whoever follows a booking down holds every hop in mind",
			breaches: tooDeep,
			example: map[string]string{
				"internal/a/a.go": `package a; import _ "github.com/covernote/covernote/internal/b"`,
				"internal/b/b.go": `package b; import _ "github.com/covernote/covernote/internal/c"`,
				"internal/c/c.go": `package c; import _ "github.com/covernote/covernote/internal/d"`,
				"internal/d/d.go": `package d; import _ "github.com/covernote/covernote/internal/e"`,
				"internal/e/e.go": `package e; import _ "github.com/covernote/covernote/internal/f"`,
				"internal/f/f.go": `package f; import _ "github.com/covernote/covernote/internal/g"`,
				"internal/g/g.go": `package g; import _ "github.com/covernote/covernote/internal/h"`,
				"internal/h/h.go": `package h`,
			},
		},
		{
			name:     "every package's name says something",
			reason:   "the reader finds the room by its name; what fits under such a name fits nowhere",
			breaches: emptyNames,
			example:  map[string]string{"internal/core/helpers/h.go": `package helpers`},
		},
		{
			name:     "no file points out of the repository",
			reason:   "the project stands alone: a clone must have all there is to read and to build",
			breaches: strayPaths,
			example:  map[string]string{"docs/index.md": "see " + neighbour + "/notes.md"},
		},
	}
}

// dialectMay says whether a file below internal/dialect, or of our own API, may
// import a package of the module. What replays exchanges runs on the whole house
// below it.
func dialectMay(f file, imported string) bool {
	if slices.Contains([]string{"internal/dialect", "internal/core", "internal/insurance"}, imported) {
		return true
	}
	return f.test && slices.Contains([]string{
		"internal/dialect/dialecttest", "internal/catalogue", "internal/store/storetest",
	}, imported)
}

// imports makes a check of a rule about single imports.
func imports(broken func(f file, imported string) bool) func(tree) []string {
	return func(t tree) []string {
		var found []string
		for _, f := range t.files {
			for _, imported := range f.imports {
				if broken(f, imported) {
					found = append(found, f.path+" imports "+imported)
				}
			}
		}
		return found
	}
}

func clockReads(t tree) []string {
	var found []string
	for _, f := range t.files {
		for _, call := range f.clockReads {
			if f.in("internal/insurance") && !f.test {
				found = append(found, f.path+" uses "+call)
			}
		}
	}
	return found
}

// tooDeep gives the packages from which a chain of imports is too long.
func tooDeep(t tree) []string {
	next := map[string][]string{}
	for _, f := range t.files {
		if !f.test {
			next[f.room] = append(next[f.room], slices.DeleteFunc(slices.Clone(f.imports), func(i string) bool { return !inModule(i) })...)
		}
	}
	var found []string
	for room := range next {
		if chain := longest(next, room); len(chain)-1 > deepest {
			found = append(found, strings.Join(chain, " → "))
		}
	}
	return found
}

// longest gives the longest chain of imports that begins with room. The
// compiler refuses circles, so that it ends.
func longest(next map[string][]string, room string) []string {
	var best []string
	for _, imported := range next[room] {
		if chain := longest(next, imported); len(chain) > len(best) {
			best = chain
		}
	}
	return append([]string{room}, best...)
}

func emptyNames(t tree) []string {
	empty := []string{"util", "utils", "common", "helper", "helpers", "models", "types", "service", "services", "manager"}
	var found []string
	for _, f := range t.files {
		if slices.Contains(empty, f.name) || slices.Contains(empty, path.Base(f.room)) {
			found = append(found, f.path+" is in package "+f.name)
		}
	}
	return found
}

func strayPaths(t tree) []string {
	var found []string
	for _, p := range t.strays {
		found = append(found, p+" mentions "+neighbour)
	}
	return found
}
