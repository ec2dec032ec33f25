// Package architecture keeps the rules of which room may know which. It holds
// tests only; the rules and their reasons are the table in rules_test.go.
package architecture

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"
)

func TestTheHouseKeepsItsRules(t *testing.T) {
	t.Parallel()
	house, err := load(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	if len(house.files) == 0 {
		t.Fatal("no Go file was found: the rules were checked against nothing")
	}
	for _, r := range rules() {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			for _, breach := range r.breaches(house) {
				t.Errorf("%s\n\tbecause %s", breach, r.reason)
			}
		})
	}
}

// A rule that nothing can break guards nothing: each must catch its example,
// and no other rule may be needed for it.
func TestEveryRuleCatchesItsBreach(t *testing.T) {
	t.Parallel()
	for _, r := range rules() {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			broken := loadText(t, r.example)
			for _, other := range rules() {
				breaches := other.breaches(broken)
				if other.name == r.name && len(breaches) == 0 {
					t.Errorf("the example passes")
				}
				if other.name != r.name && len(breaches) > 0 {
					t.Errorf("the example breaks another rule, %q: %s", other.name, strings.Join(breaches, "; "))
				}
			}
		})
	}
}

func TestWhatIsAllowed(t *testing.T) {
	t.Parallel()
	allowed := map[string]string{
		"internal/insurance/rate.go":              `package insurance; import _ "github.com/govalues/decimal"; import "time"; var _ = time.UTC`,
		"internal/insurance/rate_test.go":         `package insurance; import ("os"; "time"; _ "pgregory.net/rapid"); var _, _ = os.Args, time.Now()`,
		"internal/core/book.go":                   `package core; import _ "github.com/covernote/covernote/internal/store"`,
		"internal/store/postgres.go":              `package store; import _ "github.com/jackc/pgx/v5"`,
		"internal/store/storetest/suite.go":       `package storetest; import _ "github.com/covernote/covernote/internal/store"`,
		"internal/courier/post_test.go":           `package courier; import _ "github.com/covernote/covernote/internal/store/storetest"`,
		"internal/dialect/acme/acme.go":           `package acme; import (_ "github.com/covernote/covernote/internal/core"; _ "github.com/covernote/covernote/internal/dialect")`,
		"internal/dialect/acme/acme_test.go":      `package acme_test; import (_ "github.com/covernote/covernote/internal/dialect/acme"; _ "github.com/covernote/covernote/internal/dialect/dialecttest")`,
		"internal/dialect/dialecttest/replays.go": `package dialecttest; import _ "github.com/covernote/covernote/internal/store/storetest"`,
		"internal/document/certificate.go":        `package document; import _ "github.com/covernote/covernote/internal/document/font"`,
		"cmd/torture/main.go":                     `package main; import _ "github.com/covernote/covernote/internal/torture"`,
		"internal/torture/run.go":                 `package torture; import (_ "github.com/covernote/covernote/internal/cluster"; _ "github.com/covernote/covernote/internal/torture/load")`,
		"cmd/covernote/main.go":                   `package main; import _ "github.com/covernote/covernote/internal/app"`,
	}
	house := loadText(t, allowed)
	for _, r := range rules() {
		for _, breach := range r.breaches(house) {
			t.Errorf("%s: %s", r.name, breach)
		}
	}
}

func loadText(t *testing.T, files map[string]string) tree {
	t.Helper()
	texts := fstest.MapFS{}
	for p, text := range files {
		texts[p] = &fstest.MapFile{Data: []byte(text)}
	}
	house, err := load(texts)
	if err != nil {
		t.Fatal(err)
	}
	return house
}
