package core

import (
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/covernote/covernote/internal/store"
	"github.com/covernote/covernote/internal/store/storetest"
)

func anyPlace() *rapid.Generator[place] {
	return rapid.Custom(func(t *rapid.T) place {
		return place{
			bucket: rapid.Int64Range(0, 1<<bucketBits-1).Draw(t, "bucket"),
			day:    rapid.Int64Range(0, 1<<dayBits-1).Draw(t, "day"),
			number: rapid.Int64Range(0, 1<<numberBits-1).Draw(t, "number"),
		}
	})
}

// A code, in any case, and every quote of its package say where it lies.
func TestNamesLeadToTheirPlace(t *testing.T) {
	t.Parallel()
	keys, err := testKeys()
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		p := anyPlace().Draw(t, "place")
		code := keys.packageCode(p)
		quote := keys.quoteID(code, rapid.StringMatching(`[1-9][0-9]{0,2}`).Draw(t, "position"))
		if id, err := uuid.Parse(quote); err != nil || id.Version() != 4 || id.Variant() != uuid.RFC4122 {
			t.Fatalf("%s is not a UUID of version 4", quote)
		}
		for _, name := range []string{code, strings.ToLower(code), quote, strings.ToUpper(quote)} {
			if got, at, ok := keys.readCode(name); got != code || at != p || !ok {
				t.Fatalf("%s is %s at %v (%t), want %s at %v", name, got, at, ok, code, p)
			}
		}
	})
}

func TestCodesAreNeverAlike(t *testing.T) {
	t.Parallel()
	keys, err := testKeys()
	if err != nil {
		t.Fatal(err)
	}
	seen := make(map[string]place)
	for bucket := range int64(4) {
		for day := range int64(50) {
			for number := range int64(200) {
				p := place{bucket, 2000 + day, number}
				code := keys.packageCode(p)
				if was, ok := seen[code]; ok {
					t.Fatalf("%s names %v and %v", code, was, p)
				}
				seen[code] = p
			}
		}
	}
}

// Codes of one day that follow each other share no more than chance would let
// them, and another key makes other codes.
func TestCodesCannotBeGuessed(t *testing.T) {
	t.Parallel()
	keys, err := testKeys()
	if err != nil {
		t.Fatal(err)
	}
	others, err := NewKeys([]byte(strings.Repeat("x", minMaster)))
	if err != nil {
		t.Fatal(err)
	}
	alike, letters := 0, 0
	for number := range int64(1000) {
		p := place{7, 2200, number}
		one, next := keys.packageCode(p), keys.packageCode(place{7, 2200, number + 1})
		if one == others.packageCode(p) {
			t.Errorf("%s does not depend on the key", one)
		}
		for i := range 11 {
			if i != 5 {
				letters++
				alike += b2i(one[i] == next[i])
			}
		}
	}
	// One letter in 28 would be alike by chance; the first is seldom another.
	if alike*10 > letters {
		t.Errorf("%d of %d letters are those of the code before", alike, letters)
	}
}

func TestReadCodeRefusesGarbage(t *testing.T) {
	t.Parallel()
	keys, err := testKeys()
	if err != nil {
		t.Fatal(err)
	}
	code := keys.packageCode(place{1, 2, 3})
	for _, name := range []string{
		"", "-INS", "INS", code + "X", " " + code, strings.TrimSuffix(code, "-INS"), strings.Replace(code, "-", "", 1),
		strings.Replace(code, "-", "_", 1), code[:4] + "-" + code[4:], "O" + code[1:], "é" + code[2:], "\x00" + code[1:],
		"YYYYY-YYYYY-INS", // more than 48 bits
		code + "-1", strings.ReplaceAll(uuid.Nil.String(), "-", ""), "{" + uuid.Nil.String() + "}",
		"urn:uuid:" + uuid.Nil.String(), "g" + uuid.Nil.String()[1:],
	} {
		if got, at, ok := keys.readCode(name); ok {
			t.Errorf("%q was read as %s at %v", name, got, at)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.String().Draw(t, "name")
		if code, at, ok := keys.readCode(name); ok && keys.packageCode(at) != code {
			t.Fatalf("%q was read as %s, which is not the code of %v", name, code, at)
		}
	})
}

// What is derived for one thing is derived for no other.
func TestDerivedNamesDiffer(t *testing.T) {
	t.Parallel()
	keys, err := testKeys()
	if err != nil {
		t.Fatal(err)
	}
	seen := make(map[string]bool)
	names := []string{
		keys.quoteID("34678-9ABCD-INS", "1"), keys.quoteID("34678-9ABCD-INS", "11"), keys.derivedUUID("a", "1"),
		keys.derivedUUID("a", "11"), keys.derivedUUID("a1", "1"), keys.derivedUUID("a", "1", "1"),
		keys.renewalID("p", 1), keys.renewalID("p", 2), keys.renewalID("p1", 1), keys.renewalID("p", 11),
		keys.certificateToken("a", "b"), keys.certificateToken("ab", ""), keys.certificateToken("b", "a"),
	}
	for _, name := range names {
		if seen[name] {
			t.Errorf("%s was derived twice", name)
		}
		seen[name] = true
	}
}

// newCode takes a place of today and tells its code.
func newCode(t *testing.T, c *Core) (code string, at place, err error) {
	t.Helper()
	err = c.decide(t.Context(), func(r reading) (_ *draft, err error) {
		at, err = c.newPlace(r, "e3ccm")
		return nil, err
	})
	return c.Keys.packageCode(at), at, err
}

// Two nodes, each asked by several at once, never give a number twice, and
// count on where a restart left off.
func TestNumbersAreNeverTakenTwice(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		other := h.newCore(storetest.Open(t, store.Options{DSN: h.dsn, Log: quiet}))
		codes := make(chan string, 4*(numberBlock+10)+2)
		take := func(c *Core, n int) {
			for range n {
				code, at, err := newCode(t, c)
				if err != nil {
					t.Error(err)
					return
				}
				if at.bucket != bucketOf("e3ccm") || at.day != dayOf(opening) {
					t.Errorf("%s lies at %v", code, at)
				}
				codes <- code
			}
		}
		var group sync.WaitGroup
		for _, c := range []*Core{h.Core, other, h.Core, other} {
			group.Go(func() { take(c, numberBlock+10) })
		}
		group.Wait()
		take(h.newCore(h.Store), 2)
		close(codes)
		seen := make(map[string]bool)
		for code := range codes {
			if seen[code] {
				t.Errorf("%s was given twice", code)
			}
			seen[code] = true
		}
		if want := 4*(numberBlock+10) + 2; len(seen) != want {
			t.Errorf("%d codes, want %d", len(seen), want)
		}
	})
}

// Somebody else takes the first block between the look and the deed.
func TestABlockIsTakenFromUnderANode(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		other := h.newCore(storetest.Open(t, store.Options{DSN: h.dsn, Log: quiet}))
		var theirs string
		h.faults.Meanwhile(1, func() {
			var err error
			if theirs, _, err = newCode(t, other); err != nil {
				t.Error(err)
			}
		})
		ours, at, err := newCode(t, h.Core)
		h.fatal(err)
		if theirs == "" || ours == theirs || at.number != numberBlock {
			t.Errorf("ours is %s, number %d, and theirs %q", ours, at.number, theirs)
		}
	})
}
