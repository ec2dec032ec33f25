package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// thisSystem gives the ID of os-release, "darwin", or "" where neither is.
func thisSystem(osRelease string) string {
	if runtime.GOOS == "darwin" {
		return "darwin"
	}
	text, err := os.ReadFile(osRelease)
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(text)) {
		if id, ok := strings.CutPrefix(strings.TrimSpace(line), "ID="); ok {
			return strings.Trim(id, `"'`)
		}
	}
	return ""
}

// packages gives what to install on this system for the needs.
func packages(system string, absent []need) []string {
	list := make([]string, 0, len(absent))
	for _, n := range absent {
		list = append(list, n.packages[system])
	}
	return list
}

// lineToRun is what a person types to get what is absent.
func lineToRun(m machine, absent []need) string {
	wanted := strings.Join(packages(m.system, absent), " ")
	switch m.system {
	case "debian", "ubuntu":
		return "sudo apt-get update && sudo apt-get install --yes --no-install-recommends " + wanted
	case "fedora":
		return "sudo dnf install --assumeyes " + wanted
	case "darwin":
		return "brew install " + wanted
	}
	return "install with your system's package manager: " + names(absent)
}

// installer runs a program with environment additions, its output going to w.
type installer func(ctx context.Context, w io.Writer, env []string, name string, args ...string) error

func runInstaller(ctx context.Context, w io.Writer, env []string, name string, args ...string) error {
	return command{name: name, args: args, env: append(os.Environ(), env...)}.run(ctx, w)
}

// mayInstall says whether packages can be had here without asking: Debian
// names exactly what we know, and only root may.
func (m machine) mayInstall() bool { return m.root && m.system == "debian" }

// install gets what is absent from Debian's archive. The output of apt-get is
// part of the error, and otherwise nobody's business.
func install(ctx context.Context, absent []need, run installer, etc string) (err error) {
	forget, err := withoutMainCluster(etc)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, forget()) }()
	quiet := []string{"DEBIAN_FRONTEND=noninteractive"}
	steps := [][]string{
		{"update", "--quiet"},
		append([]string{"install", "--yes", "--quiet", "--no-install-recommends"}, packages("debian", absent)...),
	}
	for _, args := range steps {
		var output strings.Builder
		if err := run(ctx, &output, quiet, "apt-get", args...); err != nil {
			return fmt.Errorf("apt-get %s: %w\n%s", args[0], err, output.String())
		}
	}
	return nil
}

// withoutMainCluster keeps Debian from creating and starting a database
// cluster of its own while its package is installed, and gives what takes the
// setting back. Where postgresql-common is configured already, its owner has
// decided, and nothing is touched.
func withoutMainCluster(etc string) (forget func() error, err error) {
	home := filepath.Join(etc, "postgresql-common")
	_, err = os.Stat(home)
	if err == nil {
		return func() error { return nil }, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("look at %s: %w", home, err)
	}
	folder := filepath.Join(home, "createcluster.d")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, fmt.Errorf("prepare the installation: %w", err)
	}
	if err := os.WriteFile(filepath.Join(folder, "covernote.conf"), []byte("create_main_cluster = false\n"), 0o644); err != nil {
		return nil, fmt.Errorf("prepare the installation: %w", err)
	}
	return func() error { return os.RemoveAll(folder) }, nil
}
