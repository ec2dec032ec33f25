package app_test

import (
	"archive/zip"
	"bytes"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/covernote/covernote/internal/store/storetest"
)

// shopOn adds a partner to a live server and gives who it is there.
func shopOn(t *testing.T, s *server) caller {
	t.Helper()
	p := access(t, operate(t, s.environment, "partner", "add", "shop", "--name", "Shop"))
	p.url = s.url
	return p
}

// ordered books an order and waits for its contract.
func ordered(t *testing.T, p caller, reference string) {
	t.Helper()
	p.want(t, http.StatusOK, http.MethodPost, orderPath, order{reference: reference}.body(t))
	eventually(t, "the contract of "+reference, func() bool { return hasContract(t, p, reference) })
}

func hasContract(t *testing.T, p caller, reference string) bool {
	t.Helper()
	for _, c := range p.contracts(t, "status=ALL") {
		if c.ExternalOrderReference == reference {
			return true
		}
	}
	return false
}

// A server that is brought back from a copy goes on from there; what it replaces is
// kept.
func TestRestoreReplaces(t *testing.T) {
	t.Parallel()
	environment := configuration(t, storetest.DSN(t, storetest.SQLite))
	database := environment["COVERNOTE_DATABASE"]
	s := serve(t, environment)
	p := shopOn(t, s)
	ordered(t, p, "COPIED")
	file := filepath.Join(t.TempDir(), "copy.sqlite")
	operate(t, environment, "backup", file)
	ordered(t, p, "LOST")

	if o := command(t, environment, "restore", file, "--replace"); o.status == 0 || !strings.Contains(o.errs, "in use") {
		t.Errorf("while the server runs: %+v", o)
	}
	ordered(t, p, "LOST TOO")
	s.stop(t)
	if o := command(t, environment, "restore", file); o.status == 0 || !strings.Contains(o.errs, "--replace") {
		t.Errorf("without --replace: %+v", o)
	}
	printed := operate(t, environment, "restore", file, "--replace")
	if !strings.Contains(printed, "is restored from "+file) {
		t.Errorf("printed\n%s", printed)
	}
	if is, err := os.Stat(database); err != nil || is.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", is, err)
	}

	back := serve(t, environment)
	p.url = back.url
	if hasContract(t, p, "LOST") || !hasContract(t, p, "COPIED") {
		t.Error("the restored server has not what the copy had")
	}
	ordered(t, p, "LOST")
	ordered(t, p, "NEW")
	operate(t, environment, "check")
	asides, err := filepath.Glob(database + ".replaced-*")
	if err != nil || len(asides) != 1 || !strings.Contains(printed, asides[0]) {
		t.Fatalf("kept are %q (%v)", asides, err)
	}
	earlier := maps.Clone(environment)
	earlier["COVERNOTE_DATABASE"] = asides[0]
	was := serve(t, earlier)
	p.url = was.url
	if !hasContract(t, p, "LOST TOO") {
		t.Error("what was replaced has not what it had")
	}
}

func TestRestoreRefuses(t *testing.T) {
	t.Parallel()
	live := configuration(t, storetest.DSN(t, storetest.SQLite))
	operate(t, live, "partner", "add", "shop", "--name", "Shop")
	folder := t.TempDir()
	in := func(name string) string { return filepath.Join(folder, name) }
	operate(t, live, "backup", in("live.sqlite"))
	box := newPlace(t, storetest.SQLite)
	box.open(t).stop(t)
	done(t, nil, append([]string{"backup", in("sandbox.sqlite")}, box.args()...)...)
	write := func(name string, bytes []byte) string {
		if err := os.WriteFile(in(name), bytes, 0o600); err != nil {
			t.Fatal(err)
		}
		return in(name)
	}
	copied, err := os.ReadFile(in("live.sqlite"))
	if err != nil {
		t.Fatal(err)
	}
	write("torn.sqlite", copied)
	write("torn.sqlite-wal", []byte("x"))
	newer := write("newer.sqlite", copied)
	storetest.Exec(t, newer, `INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, 1)`)

	elsewhere := func(change map[string]string) map[string]string {
		environment := maps.Clone(live)
		environment["COVERNOTE_DATABASE"] = filepath.Join(t.TempDir(), "restored.sqlite")
		maps.Copy(environment, change)
		return environment
	}
	fresh := place{folder: t.TempDir()}
	for _, c := range []struct {
		change map[string]string
		args   []string
		says   string
	}{
		{nil, []string{in("none")}, "find the copy"},
		{nil, nil, "name the copy"},
		{nil, []string{in("live.sqlite"), "--adopt"}, "takes no file"},
		{nil, []string{"--adopt"}, "find the database"},
		{nil, []string{in("sandbox.sqlite")}, "belongs to a sandbox"},
		{nil, []string{in("torn.sqlite")}, "torn.sqlite-wal"},
		{nil, []string{newer}, "newer than this program's"},
		{nil, []string{write("empty", nil)}, "no copy of a database"},
		{nil, []string{write("garbage", []byte(strings.Repeat("x", 9000)))}, "covernote:"},
		{map[string]string{"COVERNOTE_DATABASE": in("live.sqlite")}, []string{in("live.sqlite"), "--replace"}, "is the database itself"},
		{map[string]string{"COVERNOTE_DATABASE": "postgres://nowhere/x"}, []string{in("live.sqlite")}, "pg_restore"},
		{map[string]string{"COVERNOTE_MASTER_KEY": strings.Repeat("ab", 32)}, []string{in("live.sqlite")}, "master key is not the one"},
		{map[string]string{"COVERNOTE_MASTER_KEY": ""}, []string{in("live.sqlite")}, "no master key"},
		{nil, append([]string{in("live.sqlite")}, fresh.args()...), "holds live partners"},
	} {
		environment := elsewhere(c.change)
		o := command(t, environment, append([]string{"restore"}, c.args...)...)
		if o.status == 0 || !strings.Contains(o.errs, c.says) {
			t.Errorf("restore %q: status %d, want %q\n%s%s", c.args, o.status, c.says, o.out, o.errs)
		}
		if c.change == nil && len(filesIn(t, filepath.Dir(environment["COVERNOTE_DATABASE"])))+len(filesIn(t, fresh.folder)) > 0 {
			t.Errorf("restore %q left something", c.args)
		}
	}
	done(t, elsewhere(nil), "restore", in("live.sqlite"))
}

// One flipped byte in a stored document is found before the copy is served from,
// and whoever restores it all the same is never given that document.
func TestRestoreFindsAFlippedByte(t *testing.T) {
	t.Parallel()
	at := newPlace(t, storetest.SQLite)
	live := at.open(t)
	number := live.book(t, order{reference: "A"})
	documents := "/services/integrator/documents/" + number
	archive := live.partner().want(t, http.StatusOK, http.MethodGet, documents, nil)
	file := filepath.Join(t.TempDir(), "copy.sqlite")
	done(t, nil, append([]string{"backup", file}, at.args()...)...)
	flip(t, file, firstFile(t, archive.body))

	elsewhere := place{folder: t.TempDir()}
	o := command(t, nil, append([]string{"restore", file}, elsewhere.args()...)...)
	if o.status == 0 || !strings.Contains(o.out, "document") || !strings.Contains(o.errs, "--anyway") {
		t.Errorf("%+v", o)
	}
	done(t, nil, append([]string{"restore", file, "--anyway"}, elsewhere.args()...)...)
	back := elsewhere.open(t)
	back.partner().want(t, http.StatusInternalServerError, http.MethodGet, documents, nil)
	ordered(t, back.partner(), "B")
}

// firstFile is the first file of a ZIP.
func firstFile(t *testing.T, archive []byte) []byte {
	t.Helper()
	files, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		t.Fatal(err)
	}
	file, err := files.File[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(file)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// flip changes one byte of a document in a database file, as a disk does. The file
// stays sound: SQLite knows no sums of its pages.
func flip(t *testing.T, file string, document []byte) {
	t.Helper()
	stored, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	middle := len(document) / 2
	at := bytes.Index(stored, document[middle:middle+100])
	if at < 0 {
		t.Fatal("the document is not in the file")
	}
	stored[at] ^= 1
	if err := os.WriteFile(file, stored, 0o600); err != nil {
		t.Fatal(err)
	}
}

// Whoever restores with other tools has the rest done, on both engines.
func TestAdopt(t *testing.T) {
	t.Parallel()
	storetest.EachEngine(t, func(t *testing.T, engine string) {
		at := newPlace(t, engine)
		live := at.open(t)
		live.book(t, order{reference: "A"})
		live.stop(t)
		printed := done(t, nil, "restore", "--adopt", "--database", at.dsn())
		if !strings.Contains(printed, "taken over") {
			t.Errorf("printed\n%s", printed)
		}
		storetest.Exec(t, at.dsn(), `UPDATE audit SET actor = actor WHERE action = 'restored'`) // one is there
		back := at.open(t)
		back.book(t, order{reference: "B"})
		if !hasContract(t, back.partner(), "A") {
			t.Error("what was there is gone")
		}
		back.stop(t)
		at.check(t)
	})
}
