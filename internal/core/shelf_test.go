package core

import (
	"bytes"
	"errors"
	"io/fs"
	"testing"
	"testing/fstest"

	"github.com/covernote/covernote/internal/catalogue"
	"github.com/covernote/covernote/internal/insurance"
)

// changed is the sample with a change in one file.
func changed(t *testing.T, file, old, now string) *catalogue.Catalogue {
	t.Helper()
	files := sampleFiles(t)
	replaceIn(t, files, file, old, now)
	return loaded(t, files)
}

func sampleFiles(t *testing.T) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	err := fs.WalkDir(catalogue.Sample(), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := fs.ReadFile(catalogue.Sample(), path)
		files[path] = &fstest.MapFile{Data: text}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func replaceIn(t *testing.T, files fstest.MapFS, file, old, now string) {
	t.Helper()
	if !bytes.Contains(files[file].Data, []byte(old)) {
		t.Fatalf("%s does not contain %q", file, old)
	}
	files[file] = &fstest.MapFile{Data: bytes.ReplaceAll(files[file].Data, []byte(old), []byte(now))}
}

func loaded(t *testing.T, files fstest.MapFS) *catalogue.Catalogue {
	t.Helper()
	c, err := catalogue.Load(files)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestAProductOnSaleNeverChanges(t *testing.T) {
	onBoth(t, func(t *testing.T, h *house) {
		o := h.Options
		o.Catalogue = changed(t, "hepster/repair.yaml", "36M: 58.90", "36M: 59.90")
		if _, err := New(t.Context(), o); !errors.Is(err, ErrProductChanged) {
			t.Errorf("got %v, want that a changed version is refused", err)
		}
		if _, err := New(t.Context(), h.Options); err != nil {
			t.Error(err)
		}
	})
}

func TestAPolicyKeepsTheVersionItWasSoldOn(t *testing.T) {
	h := onSQLite(t)
	p := h.bindOne(repair("A-1"))
	o := h.Options
	// Version 1 is no longer among the files.
	o.Catalogue = changed(t, "hepster/repair.yaml", "version: 1\n", "version: 2\n")
	var err error
	h.Core, err = New(t.Context(), o)
	h.fatal(err)
	second := h.bindOne(repair("A-2"))
	if p.ProductVersion != 1 || second.ProductVersion != 2 {
		t.Errorf("sold on versions %d and %d", p.ProductVersion, second.ProductVersion)
	}
	if name := h.policy(p).ProductName.In("en"); name != "Electronics Repair Cover" {
		t.Errorf("product is called %q", name)
	}
	h.end(p, insurance.ReasonWithdrawal)
	h.archive(DocumentRequest{CertificateNumber: p.CertificateNumber})
}
