package main

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
)

// writer writes to a file as the file system does.
type writer struct {
	t    *testing.T
	disk *disk
	path string
}

func (w writer) open() (store, error) {
	f, err := os.OpenFile(w.path, os.O_RDWR|os.O_CREATE, 0o600)
	return file{f}, err
}

func (w writer) write(text string, at int64) {
	w.t.Helper()
	if err := w.disk.remember(1, at, at+int64(len(text)), w.open); err != nil {
		w.t.Fatal(err)
	}
	f, err := os.OpenFile(w.path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		w.t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteAt([]byte(text), at); err != nil {
		w.t.Fatal(err)
	}
}

func (w writer) truncate(size int64) {
	w.t.Helper()
	if err := w.disk.remember(1, size, 1<<20, w.open); err != nil {
		w.t.Fatal(err)
	}
	if err := os.Truncate(w.path, size); err != nil {
		w.t.Fatal(err)
	}
}

func (w writer) want(text string) {
	w.t.Helper()
	got, err := os.ReadFile(w.path)
	if err != nil {
		w.t.Fatal(err)
	}
	if string(got) != text {
		w.t.Errorf("the file holds %d bytes %.80q, want %d %.80q", len(got), got, len(text), text)
	}
}

func newWriter(t *testing.T) writer {
	t.Helper()
	return writer{t, newDisk(), filepath.Join(t.TempDir(), "file")}
}

func TestCutForgetsWhatWasNotSynced(t *testing.T) {
	t.Parallel()
	w := newWriter(t)
	long := string(bytes.Repeat([]byte("a"), 3*block))
	w.write(long, 0)
	if err := w.disk.sync(1); err != nil {
		t.Fatal(err)
	}
	w.write("changed", 10)
	w.write("and more", 3*block-4) // over the end
	w.write("far behind", 9*block)
	lost, err := w.disk.cut(nil)
	if err != nil || lost.files != 1 || lost.survived != 0 {
		t.Errorf("lost %+v, %v", lost, err)
	}
	w.want(long)
	if w.disk.touch(func() {}) {
		t.Error("the disk still has power")
	}
}

func TestCutKeepsWhatWasSynced(t *testing.T) {
	t.Parallel()
	w := newWriter(t)
	w.write("first", 0)
	w.write("second", 3)
	if err := w.disk.sync(1); err != nil {
		t.Fatal(err)
	}
	if lost, err := w.disk.cut(nil); err != nil || lost != (loss{}) {
		t.Errorf("lost %+v, %v", lost, err)
	}
	w.want("firsecond")
}

func TestCutUndoesWhatWasCutOff(t *testing.T) {
	t.Parallel()
	w := newWriter(t)
	w.write("kept for ever", 0)
	if err := w.disk.sync(1); err != nil {
		t.Fatal(err)
	}
	w.truncate(4)
	w.write("new", 4)
	if _, err := w.disk.cut(nil); err != nil {
		t.Fatal(err)
	}
	w.want("kept for ever")
}

func TestSomeBlocksSurvive(t *testing.T) {
	t.Parallel()
	w := newWriter(t)
	w.write(string(make([]byte, 64*block)), 0)
	if err := w.disk.sync(1); err != nil {
		t.Fatal(err)
	}
	for n := range int64(64) {
		w.write("x", n*block)
	}
	lost, err := w.disk.cut(rand.New(rand.NewPCG(1, 1)))
	if err != nil || lost.survived == 0 || lost.blocks == 0 || lost.survived+lost.blocks != 64 {
		t.Errorf("lost %+v, %v", lost, err)
	}
	got, err := os.ReadFile(w.path)
	if err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(got, []byte("x")); n != lost.survived || len(got) != 64*block {
		t.Errorf("%d blocks of %d bytes are new, %d survived", n, len(got), lost.survived)
	}
}
