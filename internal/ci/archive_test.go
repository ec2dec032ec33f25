package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// pack makes an archive as npm does, of one file, and pins it.
func pack(t *testing.T, name, text string) (archive, []byte) {
	t.Helper()
	var packed bytes.Buffer
	zipped := gzip.NewWriter(&packed)
	files := tar.NewWriter(zipped)
	header := &tar.Header{Name: "package/" + name, Mode: 0o644, Size: int64(len(text))}
	if err := errors.Join(files.WriteHeader(header), write(files, text), files.Close(), zipped.Close()); err != nil {
		t.Fatal(err)
	}
	sum := sha512.Sum512(packed.Bytes())
	return archive{name: "rules", version: "1.2.3", script: "rules.js", sum: base64.StdEncoding.EncodeToString(sum[:])}, packed.Bytes()
}

func write(w io.Writer, text string) error {
	_, err := io.WriteString(w, text)
	return err
}

// fakeNPM is a registry that has one archive.
type fakeNPM struct {
	packed []byte
	err    error
	calls  []string
}

func (n *fakeNPM) run(_ context.Context, w io.Writer, _ []string, name string, args ...string) error {
	n.calls = append(n.calls, strings.Join(append([]string{name}, args[:2]...), " "))
	if n.err != nil {
		return errors.Join(n.err, write(w, "npm error code ENOTFOUND\n"))
	}
	dir := strings.TrimPrefix(args[2], "--pack-destination=")
	return os.WriteFile(filepath.Join(dir, "rules-1.2.3.tgz"), n.packed, 0o600)
}

func TestAnArchiveIsDownloadedOnce(t *testing.T) {
	t.Parallel()
	a, packed := pack(t, "rules.js", "check()")
	npm, m := &fakeNPM{packed: packed}, machine{cache: filepath.Join(t.TempDir(), "new", "folder")}
	if place := a.find(t.Context(), m); place != "" {
		t.Fatalf("before any download it is at %s", place)
	}
	brought, err := a.bring(t.Context(), m, npm.run)
	if err != nil {
		t.Fatal(err)
	}
	// A copy that somebody has changed is not what tests load.
	if err := os.WriteFile(brought, []byte("changed()"), 0o600); err != nil {
		t.Fatal(err)
	}
	found := a.find(t.Context(), m)
	if text, err := os.ReadFile(found); err != nil || string(text) != "check()" || found != brought {
		t.Errorf("%s holds %q (%v), want the script at %s", found, text, err, brought)
	}
	if want := []string{"npm pack rules@1.2.3"}; !slices.Equal(npm.calls, want) {
		t.Errorf("ran %q, want %q", npm.calls, want)
	}
	left, err := os.ReadDir(m.cache)
	if err != nil || len(left) != 2 {
		t.Errorf("%d files are kept (%v), want archive and script: %v", len(left), err, left)
	}
}

func TestOnlyThePinnedArchiveIsUsed(t *testing.T) {
	t.Parallel()
	pinned, packed := pack(t, "rules.js", "check()")
	_, another := pack(t, "rules.js", "steal()")
	empty, without := pack(t, "readme.md", "check()")
	for name, c := range map[string]struct {
		archive
		packed []byte
		says   string
	}{
		"another":        {pinned, another, "is not the archive that was pinned"},
		"cut off":        {pinned, packed[:len(packed)-1], "is not the archive that was pinned"},
		"without script": {empty, without, "look for rules.js"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := machine{cache: t.TempDir()}
			if _, err := c.bring(t.Context(), m, (&fakeNPM{packed: c.packed}).run); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("said %v, want %q", err, c.says)
			}
			if left, err := os.ReadDir(m.cache); err != nil || len(left) > 0 {
				t.Errorf("keeps %v (%v)", left, err)
			}
			if err := os.WriteFile(filepath.Join(m.cache, c.file()), c.packed, 0o600); err != nil {
				t.Fatal(err)
			}
			if place := c.find(t.Context(), m); place != "" {
				t.Errorf("finds %s", place)
			}
		})
	}
}

func TestThePinIsASum(t *testing.T) {
	t.Parallel()
	if sum, err := base64.StdEncoding.DecodeString(axe.sum); err != nil || len(sum) != sha512.Size {
		t.Errorf("%q is no SHA-512: %v", axe.sum, err)
	}
}

// withNPM is a Debian machine that has what packages hold, and npm.
func withNPM(t *testing.T) machine {
	t.Helper()
	dir := programs(t, server("15.1"))
	addPrograms(t, dir, map[string]string{"chromium": "", "pdftoppm": "", "pdftotext": "", "pdffonts": "", "npm": ""})
	return machine{system: "debian", root: true, path: []string{dir}, etc: t.TempDir(), cache: t.TempDir()}
}

func TestEnsureSaysHowToGetWhatCannotBeDownloaded(t *testing.T) {
	t.Parallel()
	m, npm := withNPM(t), &fakeNPM{err: errors.New("exit status 1")}
	_, err := ensure(t.Context(), m, nil, npm.run, &screen{w: io.Discard})
	if !errors.Is(err, errMissing) {
		t.Fatalf("said %v", err)
	}
	line := "Run: npm pack " + axe.spec() + " --pack-destination=" + m.cache + ", or leave it out: --without=axe"
	if !strings.Contains(err.Error(), "ENOTFOUND") || !strings.HasSuffix(err.Error(), line) {
		t.Errorf("said %v, want why, and %q", err, line)
	}
	if len(npm.calls) != 1 {
		t.Errorf("ran %q, want npm alone", npm.calls)
	}
}

func TestEnsureInstallsTheToolThatDownloads(t *testing.T) {
	t.Parallel()
	m := withNPM(t)
	if err := os.Remove(filepath.Join(m.path[0], "npm")); err != nil {
		t.Fatal(err)
	}
	var ran []string
	run := func(_ context.Context, _ io.Writer, _ []string, name string, args ...string) error {
		ran = append(ran, name+" "+args[0]+" "+args[len(args)-1])
		if args[0] == "install" {
			addPrograms(t, m.path[0], map[string]string{"npm": ""})
		}
		return nil
	}
	// The archive that this npm leaves is none, which is said.
	if _, err := ensure(t.Context(), m, nil, run, &screen{w: io.Discard}); err == nil || !strings.Contains(err.Error(), "read what npm downloaded") {
		t.Errorf("said %v", err)
	}
	if len(ran) != 3 || ran[1] != "apt-get install npm" || !strings.HasPrefix(ran[2], "npm pack ") {
		t.Errorf("ran %q", ran)
	}
}

func TestEnsureLeavesOutWhatItIsTold(t *testing.T) {
	t.Parallel()
	npm := &fakeNPM{}
	places, err := ensure(t.Context(), withNPM(t), []string{"axe"}, npm.run, &screen{w: io.Discard})
	if _, found := places["axe"]; err != nil || found || len(npm.calls) > 0 {
		t.Errorf("places %v, ran %q: %v", places, npm.calls, err)
	}
}
