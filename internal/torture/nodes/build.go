package nodes

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"

	"github.com/covernote/covernote/internal/cluster"
)

// Build builds the program as it is released into the folder and gives its path.
// Flags are the go command's, such as -tags=planted.
func Build(ctx context.Context, folder string, flags ...string) (string, error) {
	program := filepath.Join(folder, "covernote")
	args := append([]string{"build", "-o", program}, flags...)
	build := child(ctx, "go", append(args, "github.com/covernote/covernote/cmd/covernote")...)
	if said, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build covernote: %w\n%s", err, said)
	}
	return program, nil
}

// child is a command in a process group of its own, which Ctrl-C at the terminal
// does not reach, and which ends with us.
func child(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = os.Environ()
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cluster.EndWithUs(cmd.SysProcAttr, syscall.SIGKILL)
	return cmd
}
