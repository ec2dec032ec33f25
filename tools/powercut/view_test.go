package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The whole thing, mounted. Where nothing can be mounted it cannot be shown, and
// the test says so.
func TestPowerIsCutUnderAView(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat("/dev/fuse"); err != nil || os.Geteuid() != 0 {
		t.Skip("needs root and /dev/fuse")
	}
	folder := t.TempDir()
	under, view := filepath.Join(folder, "under"), filepath.Join(folder, "view")
	for _, dir := range []string{under, view} {
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	commands, give := io.Pipe()
	take, answers := io.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- run(under, view, commands, answers) }()
	said := bufio.NewReader(take)
	if line, err := said.ReadString('\n'); line != "ready\n" {
		t.Fatalf("said %q, %v", line, err)
	}
	f, err := os.Create(filepath.Join(view, "file"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, step := range []struct {
		text string
		sync bool
	}{{"durable", true}, {" and not", false}} {
		if _, err := f.WriteString(step.text); err != nil {
			t.Fatal(err)
		}
		if step.sync {
			if err := f.Sync(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, err := fmt.Fprintln(give, "cut"); err != nil {
		t.Fatal(err)
	}
	if line, _ := said.ReadString('\n'); !strings.Contains(line, "1 files lost 1 blocks") {
		t.Errorf("said %q", line)
	}
	if _, err := f.WriteString("more"); err == nil {
		t.Error("what has no power can be written")
	}
	if got, err := os.ReadFile(filepath.Join(under, "file")); string(got) != "durable" {
		t.Errorf("%q is left, %v", got, err)
	}
	_ = give.Close()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
