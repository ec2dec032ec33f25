package cluster

import (
	"net/url"
	"syscall"
	"testing"
)

// started gives a server that goes with the test.
func started(t *testing.T, settings ...string) *Cluster {
	t.Helper()
	p, err := Start(t.Context(), installed(t), settings...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Stop(); err != nil {
			t.Error(err)
		}
	})
	return p
}

func TestCrashedPostgresBeginsAgain(t *testing.T) {
	t.Parallel()
	p := started(t, "fsync=on")
	u, err := url.Parse(p.URL)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Crash(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := dial(t.Context(), u.Host); err == nil {
		t.Error("it listens after a crash")
	}
	if err := p.Begin(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := p.Await(t.Context()); err != nil {
		t.Error(err)
	}
	if err := dial(t.Context(), u.Host); err != nil {
		t.Errorf("it does not listen again: %v", err)
	}
	if _, err := p.Disconnect(syscall.SIGTERM); err != nil {
		t.Error(err)
	}
	if err := p.Freeze(); err != nil {
		t.Error(err)
	}
	if err := p.Thaw(); err != nil {
		t.Error(err)
	}
}
