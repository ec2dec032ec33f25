package app_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"
)

var building struct {
	once   sync.Once
	folder string
	err    error
}

func TestMain(m *testing.M) {
	status := m.Run()
	if building.folder != "" {
		_ = os.RemoveAll(building.folder) // what is left over lies in the system's own folder for it
	}
	os.Exit(status)
}

// binary builds the command as it is released, once.
func binary(t *testing.T) string {
	t.Helper()
	building.once.Do(func() {
		if building.folder, building.err = os.MkdirTemp("", "covernote"); building.err != nil {
			return
		}
		build := exec.Command("go", "build", "-o", filepath.Join(building.folder, "covernote"), "../../cmd/covernote")
		if said, err := build.CombinedOutput(); err != nil {
			building.err = fmt.Errorf("%w\n%s", err, said)
		}
	})
	if building.err != nil {
		t.Fatal(building.err)
	}
	return filepath.Join(building.folder, "covernote")
}

// child is the program as a process of its own, which can be killed.
type child struct {
	url   string
	log   *output
	cmd   *exec.Cmd
	ended chan error
}

// spawn starts a sandbox as a process and waits until it is ready.
func (p place) spawn(t *testing.T, args ...string) *child {
	t.Helper()
	addr := freeAddress(t)
	args = append(append([]string{"sandbox", "--addr", addr}, p.args()...), args...)
	c := &child{url: "http://" + addr, log: &output{}, ended: make(chan error, 1)}
	c.cmd = exec.CommandContext(context.Background(), binary(t), args...)
	c.cmd.Stderr = c.log
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { c.ended <- c.cmd.Wait() }()
	t.Cleanup(func() { _ = c.cmd.Process.Kill() }) // one that has ended already is no fault
	eventually(t, "the process is ready", func() bool {
		got, err := caller{url: c.url}.try(t.Context(), http.MethodGet, "/readyz", nil)
		return err == nil && got.status == http.StatusOK
	})
	return c
}

// end sends a signal and waits until the process has ended.
func (c *child) end(t *testing.T, signal syscall.Signal) error {
	t.Helper()
	if err := c.cmd.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-c.ended:
		return err
	case <-time.After(patience):
		t.Fatalf("the process does not end on %s", signal)
		return nil
	}
}
