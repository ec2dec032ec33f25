package app_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/covernote/covernote/internal/store/storetest"
)

// A copy that is made under load holds every order that was acknowledged before it
// began, contradicts itself nowhere, and can be served from.
func TestBackupUnderLoad(t *testing.T) {
	t.Parallel()
	at := newPlace(t, storetest.SQLite)
	live := at.open(t)
	crowd := newCrowd(t, live.info, 8)
	crowd.permit(3 * perRound)
	crowd.acknowledged(t, perRound)
	before := crowd.noted()
	file := filepath.Join(t.TempDir(), "copy.sqlite")
	done(t, nil, append([]string{"backup", file, "--check"}, at.args()...)...)
	during := len(crowd.noted())
	crowd.finish(t)
	if all := len(crowd.noted()); during == len(before) && during == all {
		t.Error("nobody ordered while the copy was made")
	}
	if is, err := os.Stat(file); err != nil || is.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", is, err)
	}

	elsewhere := place{folder: t.TempDir()}
	done(t, nil, append([]string{"restore", file}, elsewhere.args()...)...)
	elsewhere.check(t)
	back := elsewhere.open(t)
	booked := func() map[string]string {
		numbers := make(map[string]string)
		for _, c := range back.partner().contracts(t, "status=ALL") {
			numbers[c.ExternalOrderReference] = c.CertificateNumber
		}
		return numbers
	}
	eventually(t, "every order that was acknowledged before the copy is booked", func() bool {
		numbers := booked()
		for reference := range before {
			if numbers[reference] == "" {
				return false
			}
		}
		return true
	})
	t.Logf("%d orders before the copy, %d until it was made, %d in it", len(before), during, len(booked()))
	back.book(t, order{reference: "AFTER"})
	back.stop(t)
	elsewhere.check(t)
}

// noted are the orders that were acknowledged so far.
func (c *crowd) noted() map[string]bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	noted := make(map[string]bool, len(c.known))
	for reference := range c.known {
		noted[reference] = true
	}
	return noted
}

// filesIn are the names in a folder.
func filesIn(t *testing.T, folder string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// A folder keeps the newest copies, and everything else that is in it.
func TestBackupKeepsTheNewest(t *testing.T) {
	t.Parallel()
	environment := configuration(t, storetest.DSN(t, storetest.SQLite))
	operate(t, environment, "partner", "add", "shop", "--name", "Shop")
	folder := t.TempDir()
	for _, name := range []string{
		"covernote-20250101T000000.000Z.sqlite", "covernote-20250102T000000.000Z.sqlite", "covernote-20250103T000000.000Z.sqlite",
		"covernote-20240101T000000.000Z.sqlite.old", "my covernote-20240101T000000.000Z.sqlite", "notes",
	} {
		if err := os.WriteFile(filepath.Join(folder, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	printed := operate(t, environment, "backup", folder, "--keep", "2")
	left := filesIn(t, folder)
	if len(left) != 5 || left[1] != "covernote-20250103T000000.000Z.sqlite" || !strings.Contains(printed, left[2]) || !strings.Contains(printed, "sound") {
		t.Errorf("left are %q; printed\n%s", left, printed)
	}
	done(t, nil, "check", "--database", filepath.Join(folder, left[2]))
}

// Copies go on being made until the command is told to stop.
func TestBackupGoesOn(t *testing.T) {
	t.Parallel()
	at := newPlace(t, storetest.SQLite)
	at.open(t).stop(t)
	folder := t.TempDir()
	going := begin(t, nil, append([]string{"backup", folder, "--every", "1s"}, at.args()...)...)
	eventually(t, "a second copy", func() bool { return strings.Count(going.out.String(), "sound") >= 2 })
	going.stop(t)
	if left := filesIn(t, folder); len(left) < 2 || strings.Contains(strings.Join(left, " "), "partial") {
		t.Errorf("left are %q", left)
	}
}

func TestBackupRefuses(t *testing.T) {
	t.Parallel()
	environment := configuration(t, storetest.DSN(t, storetest.SQLite))
	operate(t, environment, "partner", "add", "shop", "--name", "Shop")
	database, there := environment["COVERNOTE_DATABASE"], filepath.Join(t.TempDir(), "there")
	other := filepath.Join(t.TempDir(), "other.sqlite")
	for _, file := range []string{there, other} {
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{there}, "is there; --replace"},
		{[]string{database, "--replace"}, "is the database itself"},
		{[]string{there, "--replace", "--every", "1h"}, "need a folder"},
		{[]string{there, "--replace", "--keep", "1"}, "need a folder"},
		{[]string{t.TempDir(), "--every", "1ms"}, "too often"},
		{[]string{there, "--database", "postgres://nowhere/x"}, "pg_dump"},
		{[]string{there, "--database", there + "x"}, "find the database"},
		{[]string{there, "--replace", "--database", other}, "no database of Covernote's"},
		{[]string{filepath.Join(there, "none", "x")}, "find the file"},
	} {
		o := command(t, environment, append([]string{"backup"}, c.args...)...)
		if o.status == 0 || !strings.Contains(o.errs, c.says) {
			t.Errorf("backup %q: status %d, want %q\n%s%s", c.args, o.status, c.says, o.out, o.errs)
		}
	}
	if is, err := os.Stat(there); err != nil || is.Size() != 0 {
		t.Errorf("the file was written: %v, %v", is, err)
	}
	done(t, environment, "backup", there, "--replace")
	if names := filesIn(t, filepath.Dir(there)); len(names) != 1 {
		t.Errorf("left are %q", names)
	}
}

// A copy of a database that contradicts itself is kept, and says so.
func TestBackupTellsFindings(t *testing.T) {
	t.Parallel()
	at := newPlace(t, storetest.SQLite)
	live := at.open(t)
	number := live.book(t, order{reference: "A"})
	storetest.Exec(t, at.dsn(), `DELETE FROM price_working`)
	file := filepath.Join(t.TempDir(), "copy.sqlite")
	o := command(t, nil, append([]string{"backup", file, "--check"}, at.args()...)...)
	if o.status != 1 || !strings.Contains(o.out, "1 findings") || !strings.Contains(o.out, "I4") || strings.Contains(o.out, number) {
		t.Errorf("%+v", o)
	}
	if _, err := os.Stat(file); err != nil {
		t.Error(err)
	}
}
