// Package disks are file systems that are mounted to be harmed: one that forgets
// what was not synced, and one that is small. Both need root and Linux.
package disks

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/covernote/covernote/internal/cluster"
)

// Mountable tells whether both can be mounted here.
func Mountable() bool {
	_, err := os.Stat("/dev/fuse")
	return err == nil && os.Geteuid() == 0
}

// BuildPowercut builds the project's file system that forgets into the folder and
// gives its path.
func BuildPowercut(ctx context.Context, folder string) (string, error) {
	mod, err := exec.CommandContext(ctx, "go", "env", "GOMOD").Output()
	if err != nil {
		return "", fmt.Errorf("find the module: %w", err)
	}
	root := filepath.Dir(strings.TrimSpace(string(mod)))
	if _, err := os.Stat(filepath.Join(root, "tools", "powercut")); err != nil {
		return "", fmt.Errorf("find powercut, which is built in the project's folder: %w", err)
	}
	program := filepath.Join(folder, "powercut")
	build := exec.CommandContext(ctx, "go", "build", "-o", program, ".")
	build.Dir = filepath.Join(root, "tools", "powercut")
	if said, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build powercut: %w\n%s", err, said)
	}
	return program, nil
}

// Forgetful is a folder on a disk whose power can be cut.
type Forgetful struct {
	// View is the folder as programs see it.
	View    string
	real    string
	program string
	seed    func() uint64

	cmd     *exec.Cmd
	orders  io.WriteCloser
	answers *bufio.Reader
}

// OpenForgetful mounts one below the folder. Seed draws what survives each cut; it
// must be closed.
func OpenForgetful(ctx context.Context, program, folder string, seed func() uint64) (*Forgetful, error) {
	f := &Forgetful{View: filepath.Join(folder, "view"), real: filepath.Join(folder, "real"), program: program, seed: seed}
	if err := errors.Join(os.MkdirAll(f.View, 0o700), os.MkdirAll(f.real, 0o700)); err != nil {
		return nil, fmt.Errorf("make a disk: %w", err)
	}
	err := f.Heal(ctx)
	return f, err
}

// Harm cuts the power. What was not synced is gone, or, every other time, some of
// it; until Heal everything fails.
func (f *Forgetful) Harm(context.Context) error {
	order := "cut\n"
	if seed := f.seed(); seed%2 == 1 {
		order = fmt.Sprintf("cut %d\n", seed)
	}
	if _, err := io.WriteString(f.orders, order); err != nil {
		return fmt.Errorf("cut the power: %w", err)
	}
	if said, err := f.answers.ReadString('\n'); err != nil || !strings.HasPrefix(said, "cut after") {
		return fmt.Errorf("cut the power: %q %w", said, err)
	}
	return nil
}

// Heal gives the disk its power back: it is mounted anew.
func (f *Forgetful) Heal(ctx context.Context) error {
	f.Close()
	cmd := exec.CommandContext(context.WithoutCancel(ctx), f.program, f.real, f.View)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cluster.EndWithUs(cmd.SysProcAttr, syscall.SIGKILL)
	cmd.Stderr = os.Stderr
	orders, err := cmd.StdinPipe()
	if err != nil {
		return fmt.Errorf("mount a disk: %w", err)
	}
	answers, err := cmd.StdoutPipe()
	if err != nil {
		return fmt.Errorf("mount a disk: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("mount a disk: %w", err)
	}
	f.cmd, f.orders, f.answers = cmd, orders, bufio.NewReader(answers)
	if said, err := f.answers.ReadString('\n'); said != "ready\n" {
		return fmt.Errorf("mount a disk: %q %w", said, err)
	}
	return nil
}

// Close unmounts it; what is on it stays.
func (f *Forgetful) Close() {
	if f.cmd == nil {
		return
	}
	_ = f.orders.Close() // at its end it unmounts
	_ = f.cmd.Wait()     // however it ended, it is gone
	f.cmd = nil
}
