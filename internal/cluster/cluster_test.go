package cluster

import (
	"context"
	"net"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
)

// installed gives the folder of a real server.
func installed(t *testing.T) string {
	t.Helper()
	if slices.Contains(strings.Split(os.Getenv("COVERNOTE_TEST_WITHOUT"), ","), "postgres") {
		t.Skip("left out by --without=postgres")
	}
	bin := Find(t.Context(), Folders())
	if bin == "" {
		t.Fatal("PostgreSQL is missing; go run ./internal/ci says how it is installed")
	}
	return bin
}

func TestPostgresComesUpAndLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	p, err := Start(t.Context(), installed(t))
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(p.URL)
	if err != nil {
		t.Fatal(err)
	}
	if err := dial(t.Context(), u.Host); err != nil {
		t.Errorf("it does not listen: %v", err)
	}
	if err := p.Stop(); err != nil {
		t.Error(err)
	}
	if err := dial(t.Context(), u.Host); err == nil {
		t.Error("it listens after Stop")
	}
	if _, err := os.Stat(p.home); !os.IsNotExist(err) {
		t.Errorf("its folder is still there: %v", err)
	}
	if err := p.Stop(); err != nil {
		t.Errorf("a second Stop fails: %v", err)
	}
}

func dial(ctx context.Context, address string) error {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", address)
	if err != nil {
		return err
	}
	return conn.Close()
}

func TestPostgresThatCannotStartSaysWhy(t *testing.T) {
	t.Parallel()
	bin := t.TempDir()
	if err := os.WriteFile(bin+"/initdb", []byte("#!/bin/sh\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	script := "#!/bin/sh\necho 'FATAL: no more memory' >&2\nexit 1\n"
	if err := os.WriteFile(bin+"/postgres", []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	// The unprivileged user must reach the folder.
	for dir := bin; dir != os.TempDir() && len(dir) > 1; dir = parent(dir) {
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	_, err := Start(t.Context(), bin)
	if err == nil || !strings.Contains(err.Error(), "no more memory") {
		t.Errorf("said %v", err)
	}
}

func parent(dir string) string { return dir[:strings.LastIndexByte(dir, '/')] }
