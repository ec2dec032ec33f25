package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"github.com/covernote/covernote/internal/cluster"
)

// patience is how long an ended child may take to clean up before it is killed.
const patience = 10 * time.Second

// command is a child process in a process group of its own, so that ending it
// also ends what it started: test binaries, browsers, servers.
type command struct {
	name string
	args []string
	dir  string
	env  environment
}

// run waits for the end and sends both outputs to w.
func (c command) run(ctx context.Context, w io.Writer) error {
	cmd := exec.CommandContext(ctx, c.name, c.args...)
	cmd.Dir, cmd.Env = c.dir, c.env
	cmd.Stdout, cmd.Stderr = w, w
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cluster.EndWithUs(cmd.SysProcAttr, syscall.SIGTERM)
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
	cmd.WaitDelay = patience
	err := cmd.Run()
	if cmd.Process != nil {
		// Whatever the child left running goes too; usually nothing is left.
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	}
	if err != nil {
		return fmt.Errorf("run %s: %w", c.name, err)
	}
	return nil
}

// output gives both outputs together, and an error if the status is not 0.
func (c command) output(ctx context.Context) (string, error) {
	var b bytes.Buffer
	err := c.run(ctx, &b)
	return b.String(), err
}

// moduleRoot walks up from the working directory to the folder of go.mod.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("find the module: %w", err)
	}
	for {
		_, err := os.Stat(filepath.Join(dir, "go.mod"))
		if err == nil {
			return dir, nil
		}
		if !errors.Is(err, fs.ErrNotExist) || dir == filepath.Dir(dir) {
			return "", fmt.Errorf("find the module: %w", err)
		}
		dir = filepath.Dir(dir)
	}
}
