package cluster

import (
	"path/filepath"
	"strings"
	"testing"
)

// What Dump wrote is there under another name, and goes with Drop.
func TestACopyIsRestoredUnderAnotherName(t *testing.T) {
	t.Parallel()
	p := started(t)
	answer(t, p, "CREATE TABLE kept AS SELECT 42 AS answer")
	file := filepath.Join(t.TempDir(), "copy")
	if err := p.Dump(t.Context(), file); err != nil {
		t.Fatal(err)
	}
	answer(t, p, "DROP TABLE kept")
	for range 2 { // what is there already goes
		at, err := p.Restore(t.Context(), "restored", file)
		if err != nil {
			t.Fatal(err)
		}
		restored := &Cluster{URL: at, bin: p.bin, home: p.home}
		if got := answer(t, restored, "SELECT answer FROM kept"); got != "42" {
			t.Errorf("restored %q", got)
		}
	}
	if err := p.Drop(t.Context(), "restored"); err != nil {
		t.Fatal(err)
	}
	if got := answer(t, p, "SELECT COUNT(*) FROM pg_database WHERE datname = 'restored'"); got != "0" {
		t.Errorf("%s databases are left", got)
	}
}

// answer is what the server says to a query.
func answer(t *testing.T, p *Cluster, query string) string {
	t.Helper()
	said, err := p.ask(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(said)
}
