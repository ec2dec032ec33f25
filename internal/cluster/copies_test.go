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
	ask := func(at, query string) string {
		t.Helper()
		said, err := p.tool(t.Context(), "psql", "--no-psqlrc", "--tuples-only", "--no-align", "--command="+query, at)
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimSpace(said)
	}
	ask(p.URL, "CREATE TABLE kept AS SELECT 42 AS answer")
	file := filepath.Join(t.TempDir(), "copy")
	if err := p.Dump(t.Context(), file); err != nil {
		t.Fatal(err)
	}
	ask(p.URL, "DROP TABLE kept")
	for range 2 { // what is there already goes
		at, err := p.Restore(t.Context(), "restored", file)
		if err != nil {
			t.Fatal(err)
		}
		if got := ask(at, "SELECT answer FROM kept"); got != "42" {
			t.Errorf("restored %q", got)
		}
	}
	if err := p.Drop(t.Context(), "restored"); err != nil {
		t.Fatal(err)
	}
	if got := ask(p.URL, "SELECT COUNT(*) FROM pg_database WHERE datname = 'restored'"); got != "0" {
		t.Errorf("%s databases are left", got)
	}
}
